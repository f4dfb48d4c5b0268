"""Help and completion come from the table of commands."""

from __future__ import annotations

import re

import pytest

from pyhelm.cli.commands import commands
from pyhelm.cli.manual import MANUAL


def test_overview(cli, golden):
    result = cli("")
    assert (result.code, result.err) == (0, "")
    golden("overview.txt", result.out)
    assert cli("help") == cli("--help") == cli("-h") == result


@pytest.mark.parametrize("path", ["install", "repo", "repo add", "get", "completion bash"])
def test_pages(cli, golden, path):
    result = cli(f"{path} --help")
    assert (result.code, result.err) == (0, "")
    golden(f"help/{path.replace(' ', '-')}.txt", result.out)
    assert cli(f"help {path}") == result


@pytest.mark.parametrize("path", [command.path for command in commands() if command.path])
def test_every_command_has_a_page(cli, path):
    command = next(command for command in commands() if command.path == path)
    result = cli(f"{path} -h")
    assert result.code == 0
    assert f"Usage: pyhelm {path}" in result.out
    for option in command.options:
        shown = re.search(rf"--{option.name}\s", result.out) is not None
        assert shown is not bool(option.deprecated), option.name


def test_a_group_alone_shows_its_page(cli):
    assert cli("repo") == cli("repo --help") == cli("repo nonsense")


def test_unknown_help_topic(cli):
    result = cli("help nonsense")
    assert (result.code, result.err) == (0, "Unknown help topic [`nonsense`]\n")
    assert result.out == cli("").out


def test_every_text_belongs_to_a_command():
    assert set(MANUAL) <= {command.path for command in commands()}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_completion_scripts(cli, golden, shell):
    result = cli(f"completion {shell}")
    assert (result.code, result.err) == (0, "")
    golden(f"completion/{shell}.txt", result.out)
