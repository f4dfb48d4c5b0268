"""Running command lines in process, and comparing what they print with golden files.

    pytest tests/cli --update-golden

writes the golden files anew; read the difference before committing it.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands import Run, Runner, homes, run_here

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="write golden files anew")


@pytest.fixture
def cli(tmp_path, monkeypatch) -> Runner:
    """Run a command line with homes of its own; `connect` makes its Client."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERMINAL_WIDTH", "100")
    home = {"HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "none"), **homes(tmp_path)}

    def call(line: str, *, connect=None, stdin: str = "", env=None) -> Run:
        return run_here(shlex.split(line), {**home, **(env or {})}, stdin, connect=connect)

    return call


@pytest.fixture
def golden(request) -> Callable[[str, str], None]:
    """Compare a text with the golden file of a name."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert text == path.read_bytes().decode("utf-8")

    return compare
