"""Versions in templates: `semver` and `semverCompare`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyhelm.chart.versions import Constraint, parse_version
from pyhelm.engine.functions import FunctionError


def semver(text: str) -> dict[str, Any]:
    """A version's parts."""
    try:
        version = parse_version(text).semver
    except ValueError as exc:
        raise FunctionError(str(exc)) from exc
    return {
        "Major": version.major,
        "Minor": version.minor,
        "Patch": version.patch,
        "Prerelease": version.prerelease or "",
        "Metadata": version.build or "",
        "Original": text,
    }


def semver_compare(constraint: str, version: str) -> bool:
    """Whether a version fits a constraint."""
    try:
        return Constraint.parse(constraint).check(parse_version(str(version)))
    except ValueError as exc:
        raise FunctionError(str(exc)) from exc


FUNCTIONS: dict[str, Callable[..., Any]] = {"semver": semver, "semverCompare": semver_compare}
