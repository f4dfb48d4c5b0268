"""Real programs beside PyHelm: helm, a registry server, gpg, git.

The tests need what `make control-plane` builds (helm) and what `make peers` installs.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.commands import Run, stranger
from tests.control_plane import build
from tests.peers.gnupg import gpg

__all__ = ["gpg"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs helm at least."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.cluster)


@dataclass(frozen=True)
class User:
    """A user with homes of its own for one of the two programs."""

    program: tuple[str, ...]
    home: Path
    cwd: Path

    @property
    def environment(self) -> dict[str, str]:
        own = {"HOME": str(self.home), "KUBECONFIG": str(self.home / "none"), "NO_COLOR": "1"}
        return {**stranger(self.home), **own}

    def __call__(self, *arguments: str, stdin: str = "", env: dict[str, str] | None = None) -> Run:
        done = subprocess.run(
            [*self.program, *arguments],
            cwd=self.cwd,
            env={**self.environment, **(env or {})},
            input=stdin.encode(),
            capture_output=True,
            timeout=120,
        )
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())

    def ok(self, *arguments: str, stdin: str = "", env: dict[str, str] | None = None) -> Run:
        """Run what must go well."""
        done = self(*arguments, stdin=stdin, env=env)
        assert done.code == 0, done.err
        return done


@pytest.fixture(scope="session")
def helm_program() -> str:
    """The reference: real helm 4.3.1."""
    return str(build.needed() / "helm")


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Where both programs are run."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.fixture
def helm(helm_program: str, tmp_path: Path, work: Path) -> User:
    """Real helm."""
    return User((helm_program,), tmp_path / "helm-home", work)


@pytest.fixture
def pyhelm(tmp_path: Path, work: Path) -> User:
    """The pyhelm under test."""
    return User((sys.executable, "-m", "pyhelm"), tmp_path / "pyhelm-home", work)
