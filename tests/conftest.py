"""What holds for every test: nothing of the user's own is read or written."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from tests.commands import homes


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what is not measured after half of the rest, which import what it needs and are measured.

    Not last: the longest tests are among them, and one worker would end long after the others.
    """
    unmeasured = [each for each in items if each.get_closest_marker("unmeasured")]
    measured = [each for each in items if not each.get_closest_marker("unmeasured")]
    half = len(measured) // 2
    items[:] = [*measured[:half], *unmeasured, *measured[half:]]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Trace no test that is marked `unmeasured`; pytest-cov's own mark has no effect in workers."""
    tracing = sys.gettrace()
    if not item.get_closest_marker("unmeasured"):
        return (yield)
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracing)


@pytest.fixture(scope="session", autouse=True)
def own_homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Repositories, caches and plugins of this run alone, for whatever reads the environment."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [each for each in os.environ if each.startswith(("HELM_", "PYHELM_NO_"))]:
            patch.delenv(name)
        for name, directory in homes(home).items():
            patch.setenv(name, directory)
        yield
