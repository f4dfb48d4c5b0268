"""requirements.lock, what pyproject.toml allows, and the places that name pip's version agree."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PINNED = dict(re.findall(r"^([a-z0-9.-]+)==([^ \\\n]+)", LOCK, re.MULTILINE))


def wanted() -> list[Requirement]:
    """All that pyproject.toml names itself."""
    project, groups = PYPROJECT["project"], PYPROJECT["dependency-groups"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["sql"]]
    for group in groups.values():
        lines += [line for line in group if isinstance(line, str)]
    return [Requirement(line) for line in [*lines, *PYPROJECT["build-system"]["requires"]]]


@pytest.mark.parametrize("requirement", wanted(), ids=str)
def test_what_is_locked_is_allowed(requirement: Requirement) -> None:
    assert requirement.specifier.contains(PINNED[requirement.name.lower()], prereleases=True)


def test_everything_has_hashes_and_nothing_an_address() -> None:
    entries = re.split(r"\n(?=[a-z0-9])", LOCK)[1:]
    assert len(entries) == len(PINNED)
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in LOCK


@pytest.mark.parametrize("name", ["Makefile", "README.md", ".github/workflows/platforms.yml"])
def test_pip_is_the_locked_one(name: str) -> None:
    named = re.findall(r"pip==([0-9.]+)", (ROOT / name).read_text(encoding="utf-8"))
    assert named
    assert {*named} == {PINNED["pip"]}
