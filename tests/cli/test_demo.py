"""The demo leaves what is the user's alone, and what it suggests runs as it is printed."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyhelm import simulator
from pyhelm.cli.shells import pointed

HEADS = {"bash": "# In bash or zsh:", "powershell": "# In PowerShell:"}
SHELL = "powershell" if os.name == "nt" else "bash"
RUN = {"bash": ["bash", "-e", "-c"], "powershell": ["powershell", "-NoProfile", "-Command"]}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    found = tmp_path / "o'neil s"
    (found / "config").mkdir(parents=True)
    (found / "config" / "repositories.yaml").write_text("mine: [", encoding="utf-8")
    yield found
    simulator.reset(found / "data" / "pyhelm" / "demo" / "data" / "pyhelm" / "simulator")


def of_a_user(home: Path) -> dict[str, str]:
    """A user with a cluster, a namespace and repositories that no demo may touch."""
    kinds = ("CONFIG", "CACHE", "DATA")
    homes = {f"HELM_{kind}_HOME": str(home / kind.lower()) for kind in kinds}
    own = {"HOME": str(home), "USERPROFILE": str(home), "KUBECONFIG": str(home / "mine")}
    return {**os.environ, **homes, **own, "HELM_NAMESPACE": "prod", "HELM_KUBECONTEXT": "prod"}


def section(printed: str, head: str) -> str:
    """The lines below a heading, to the next."""
    return printed.split(f"{head}\n", 1)[1].split("\n#", 1)[0]


def test_what_is_suggested_runs_as_printed(home: Path, tmp_path: Path) -> None:
    elsewhere, env = tmp_path / "elsewhere", of_a_user(home)
    elsewhere.mkdir()
    command = [sys.executable, "-m", "pyhelm", "demo"]
    printed = subprocess.check_output(command, env=env, encoding="utf-8", cwd=elsewhere)
    assert (home / "config" / "repositories.yaml").read_text(encoding="utf-8") == "mine: ["
    assert sorted(path.name for path in (home / "data" / "pyhelm").iterdir()) == ["demo"]
    typed = section(printed, HEADS[SHELL]) + section(printed, "# Then, for example:")
    typed += "\npyhelm repo list"
    done = subprocess.run(
        [*RUN[SHELL], typed], env=env, cwd=elsewhere, capture_output=True, encoding="utf-8"
    )
    assert done.stderr == "no repositories to show\n"
    assert 'release "web" uninstalled\nrelease "mysql-' in done.stdout
    assert done.stdout.endswith("The simulator has stopped; its objects are kept.\n")


def test_paths_are_one_word_in_bash() -> None:
    lines = pointed("sh", {"A": "it's here"}, ["B", "C"], "my 'bin")
    assert [shlex.split(line) for line in lines] == [
        ["unset", "B", "C"],
        ["export", "A=it's here"],
        ["export", "PATH=my 'bin:$PATH"],
    ]


def test_paths_are_one_word_in_powershell() -> None:
    assert pointed("powershell", {"A": "it's here"}, ["B", "C"], "C:\\bin") == [
        "Remove-Item Env:B, Env:C",
        "$env:A = 'it''s here'",
        "$env:PATH = 'C:\\bin' + [IO.Path]::PathSeparator + $env:PATH",
    ]
