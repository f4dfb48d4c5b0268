"""Help and completion come from the table of commands."""

from __future__ import annotations

import re

import pytest

from pyhelm.cli.commands import commands
from pyhelm.cli.manual import MANUAL
from pyhelm.cli.options import GLOBAL
from pyhelm.cli.page import page


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
    assert f"Usage:\n  pyhelm {path}" in result.out
    for option in command.options:
        shown = re.search(rf"--{option.name}\s", result.out) is not None
        assert shown is not bool(option.deprecated), option.name


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("command", [command for command in commands() if command.path])
def test_names_stand_whole_however_narrow_the_page(command, width):
    text = page(command, width)
    for option in command.options:
        name = rf"^  (-\w, |    )--{option.name}( \S+)?($|   )"
        assert option.deprecated or re.search(name, text, re.M), option.name
    listed = text[text.index("\nFlags:") :].splitlines()
    # Only what must stay whole sticks out: a name with its kind, or one long word.
    long = [line.strip() for line in listed if len(line) > width]
    assert [line for line in long if " " in line and line[0] != "-"] == []
    assert not re.search(r"-\n", text)


def test_global_flags_stand_once(cli):
    listed = cli("options").out
    for option in GLOBAL:
        assert f"--{option.name}" in listed
        assert re.search(rf"^  .*--{option.name}\s", cli("list -h").out, re.M) is None
    assert '"pyhelm options"' in cli("list -h").out


def test_the_page_is_as_wide_as_the_terminal(cli, monkeypatch):
    pages = {}
    for width in ("20", "40", "80", "120", "200"):
        monkeypatch.setenv("COLUMNS", width)
        pages[width] = cli("repo add -h").out
    assert pages["20"] == pages["40"] == page(commands_named("repo add"), 40)
    assert pages["80"] == page(commands_named("repo add"), 80)
    assert pages["200"] == pages["120"] != pages["80"]


def commands_named(path):
    return next(command for command in commands() if command.path == path)


def test_a_group_alone_shows_its_page(cli):
    assert cli("repo") == cli("repo --help") == cli("repo nonsense -h")


def test_a_word_that_is_no_command_of_a_group(cli):
    result = cli("repo ad x y")
    assert (result.code, result.out) == (0, cli("repo").out)
    assert result.err == (
        'unknown command "ad" for "pyhelm repo"\n\nDid you mean this?\n\tadd\n\n'
        "Run 'pyhelm repo --help' for usage.\n"
    )


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
