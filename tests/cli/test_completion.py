"""What a shell is offered while a person types: the answers, and bash with the script's help."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import homes

NO_MORE = "_activeHelp_ This command does not take any more arguments (but may accept flags)."


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ins", ["install", ":4"]),
        ("repo|", ["add", "index", "list", "remove", "serve", "update", ":4"]),
        ("repo|nosuch|", [":0"]),
        ("nosuch|", [":0"]),
        ("help|repo|a", ["add", ":4"]),
        ("help|nosuch|", [":4"]),
        ("list|--out", ["--output", ":4"]),
        ("list|-o|", ["json", "table", "yaml", ":4"]),
        ("list|-o=", ["json", "table", "yaml", ":4"]),
        ("list|-Ao|", ["json", "table", "yaml", ":4"]),
        ("list|--max|", [":4"]),
        ("list|x|", [NO_MORE, ":4"]),
        ("list|-h|", [":4"]),
        ("list|--nosuch|", [":0"]),
        ("list|-o|xml|", [":0"]),
        ("list|-d|--da", [":4"]),
        ("list|--|-", [NO_MORE, ":4"]),
        ("install|--force-conflicts|--force", [":4"]),
        ("install|-f|a.yaml|--values", ["--values", ":4"]),
        ("install|-f|", [":0"]),
        ("install|--wait=", ["watcher", "hookOnly", "legacy", ":4"]),
        ("uninstall|--dry-run=", ["true", "false", ":4"]),
        ("install|--wait|", [":4"]),
        ("rollback|a|--server-side|", ["true", "false", "auto", ":4"]),
        ("uninstall|--cascade|", ["background", "foreground", "orphan", ":4"]),
        ("template|--output-dir|", [":16"]),
        ("push|", [":0"]),
        ("push|a.tgz|", ["oci://", ":6"]),
        ("push|a.tgz|oci://x|", [NO_MORE, ":4"]),
        ("create|", [":0"]),
        ("lint|a|", [":0"]),
        ("repo|add|", [":4"]),
        ("registry|login|", [":4"]),
        ("plugin|list|--type|", ["cli/v1", "getter/v1", "postrenderer/v1", ":4"]),
        ("install|--post-renderer|", [":0"]),
        ("-n|shop|stat", ["status", ":4"]),
    ],
)
def test_answers(cli, line, expected):
    words = " ".join(f"'{word}'" for word in line.split("|"))
    result = cli(f"__completeNoDesc {words}")
    assert (result.code, result.out.splitlines()) == (0, expected)


def test_variables(cli):
    names = cli("__completeNoDesc env ''").out.splitlines()[:-1]
    assert names == [line.partition("=")[0] for line in cli("env").out.splitlines()]


def test_meanings_and_the_directive_in_words(cli):
    result = cli("__complete list --out")
    assert result.out == (
        "--output\tprints the output in the specified format. Allowed values: table, json, yaml\n"
        ":4\n"
    )
    assert result.err == "Completion ended with directive: ShellCompDirectiveNoFileComp\n"


def test_flags_by_name_global_ones_first(cli):
    names = cli("__completeNoDesc version -").out.splitlines()[:-1]
    assert names[0] == "--burst-limit"
    assert names[-4:] == ["--help", "-h", "--short", "--template"]
    assert "-n" in names


def test_a_request_without_words(cli):
    result = cli("__complete")
    assert (result.code, result.out) == (1, "")
    assert "requires at least 1 arg(s), only received 0" in result.err


BASH = """
source "$1"
compopt() { options+=" $*"; }
COMP_LINE=$2 COMP_POINT=${#2} COMP_TYPE=$3
shift 3
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
COLUMNS=60
_pyhelm
printf '%s\\n' "${COMPREPLY[@]}" "options:$options"
"""


@pytest.fixture
def bash(cli, tmp_path):
    """What bash would be told, for words parted as bash parts them."""
    shell = shutil.which("bash")
    if shell is None or sys.platform == "win32":
        pytest.xfail("bash is not here")
    script = tmp_path / "script"
    script.write_text(cli("completion bash").out, encoding="utf-8")
    program = tmp_path / "pyhelm"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pyhelm "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, **homes(tmp_path), "PATH": path, "KUBECONFIG": str(tmp_path / "none")}

    def call(line: str, *words: str, kind: int = 9) -> list[str]:
        argv = [shell, "--norc", "-c", BASH, "bash", str(script), line, str(kind), *words]
        done = subprocess.run(
            argv, env=env, cwd=tmp_path,
            capture_output=True, text=True, encoding="utf-8", check=True,
        )  # fmt: skip
        assert done.stderr == ""
        return done.stdout.splitlines()

    return call


def test_bash_completes_a_word(bash):
    assert bash("pyhelm rollb", "pyhelm", "rollb") == ["rollback", "options: +o default"]


def test_bash_lists_words_with_their_meanings(bash):
    assert bash("pyhelm list -o ", "pyhelm", "list", "-o", "") == [
        "json   (Output result in JSON format)",
        "table  (Output result in human-readable format)",
        "yaml   (Output result in YAML format)",
        "options: +o default",
    ]
    assert bash("pyhelm list -o ", "pyhelm", "list", "-o", "", kind=37)[:2] == ["json", "table"]


def test_bash_parts_words_at_equals_signs_and_colons(bash):
    line = "pyhelm list --output=j"
    assert bash(line, "pyhelm", "list", "--output", "=", "j")[0] == "json"
    assert bash(f"{line[:-1]}", "pyhelm", "list", "--output", "=", "")[0][:4] == "json"
    expected = ["//", "options: -o nospace +o default"]
    assert bash("pyhelm pull http:", "pyhelm", "pull", "http", ":") == expected


def test_bash_adds_no_blank_to_what_goes_on(bash, tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "repositories.yaml").write_text(
        "repositories: [{name: demo, url: x}]", encoding="utf-8"
    )
    line = "pyhelm install db de"
    assert bash(line, "pyhelm", "install", "db", "de") == ["demo/", "options: -o nospace"]


def test_bash_completes_directories_where_those_are_meant(bash, tmp_path):
    (tmp_path / "some where").mkdir()
    (tmp_path / "some.tgz").touch()
    line = "pyhelm package -d so"
    expected = ["some where", "options: -o filenames"]
    assert bash(line, "pyhelm", "package", "-d", "so") == expected


def test_bash_runs_nothing_that_was_typed(bash, tmp_path):
    words = ["$(touch ran)", "`touch ran`", "x;touch ran", "'li'"]
    for word in words:
        bash(f"pyhelm {word} ", "pyhelm", word, "")
    assert not Path(tmp_path, "ran").exists()
    assert bash("pyhelm 're'po ad", "pyhelm", "'re'po", "ad")[0] == "add"
