"""A few seconds of each family; `python -m tests.differential` looks further."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.control_plane import build
from tests.differential.__main__ import FAMILIES
from tests.differential.referee import Referee

COUNTS = {
    "templates": 80,
    "documents": 6,
    "mistakes": 40,
    "constraints": 40,
    "charts": 25,
    "schemas": 40,
    "shows": 25,
}


@pytest.mark.cluster
@pytest.mark.parametrize("family", FAMILIES)
def test_helm_says_the_same(family: str, tmp_path: Path) -> None:
    referee = Referee(build.needed() / "helm", tmp_path)
    tally = FAMILIES[family](referee, tmp_path / family, 1, COUNTS[family])
    print(f"{family}: {tally}")
    assert tally.found == []
