"""Running command lines in process, and comparing what they print with golden files.

    pytest tests/cli --update-golden

writes the golden files anew; read the difference before committing it.
"""

from __future__ import annotations

import io
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pyhelm.cli.run import run
from pyhelm.cli.terminal import Terminal

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="write golden files anew")


@dataclass(frozen=True, slots=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def transcript(self) -> str:
        return f"exit {self.code}\n--- out\n{self.out}--- err\n{self.err}"


@pytest.fixture
def cli(tmp_path, monkeypatch) -> Callable[..., Result]:
    """Run a command line with homes of its own; `connect` makes its Client."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERMINAL_WIDTH", "100")
    home = {"HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "none")}
    home |= {"HELM_CACHE_HOME": str(tmp_path / "cache"), "HELM_DATA_HOME": str(tmp_path / "data")}
    home |= {"HELM_CONFIG_HOME": str(tmp_path / "config")}

    def call(line: str, *, connect=None, stdin: str = "", env=None) -> Result:
        out, err = io.StringIO(), io.StringIO()
        terminal = Terminal(out, err, io.StringIO(stdin))
        code = run(
            shlex.split(line), terminal=terminal, env={**home, **(env or {})}, connect=connect
        )
        return Result(code, out.getvalue(), err.getvalue())

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
