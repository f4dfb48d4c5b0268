from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pyhelm.repo.options import AccessOptions
from pyhelm.repo.registry import charts, transport
from pyhelm.settings import Settings
from tests.unit.repo.archives import archive
from tests.unit.repo.registry.fake import FakeRegistry, running

PLAIN = AccessOptions(plain_http=True, timeout=5)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    """Attempts follow each other at once."""
    monkeypatch.setattr(transport, "pause", lambda seconds: None)


@pytest.fixture
def start() -> Iterator[Callable[[], FakeRegistry]]:
    """Starts registries, which end with the test."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(running(FakeRegistry()))


@pytest.fixture
def registry(start) -> FakeRegistry:
    """A registry with nothing in it."""
    return start()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that know nothing yet."""
    return Settings.under(tmp_path / "home")


@pytest.fixture
def packed(tmp_path: Path) -> Callable[..., Path]:
    """Writes a packed chart."""

    def write(name: str = "web", version: str = "1.0.0", **extra: str) -> Path:
        path = tmp_path / f"{name}-{version}.tgz"
        path.write_bytes(archive(name, version, **extra))
        return path

    return write


@pytest.fixture
def filled(registry, packed, settings) -> FakeRegistry:
    """A registry with `charts/web` in five versions."""
    for version in ("0.9.0", "1.0.0", "1.2.0", "1.2.0+build.7", "2.0.0-rc.1"):
        charts.push(settings, packed("web", version), f"oci://{registry.host}/charts", PLAIN)
    registry.seen.clear()
    return registry
