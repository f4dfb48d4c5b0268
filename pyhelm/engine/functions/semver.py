"""Versions in templates: `semver` and `semverCompare`."""

from __future__ import annotations

from pyhelm._typing import Any, Callable, ClassVar, Mapping
from pyhelm.chart.versions import Constraint, parse_version
from pyhelm.chart.versions import Version as Parsed
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.objects import Exposed


class Version(Exposed):
    """A version with Masterminds' methods."""

    go_type = "*semver.Version"
    go_kind = "ptr"
    _exposed: ClassVar[Mapping[str, str]] = {
        "Compare": "compare",
        "Equal": "equal",
        "GreaterThan": "greater_than",
        "GreaterThanEqual": "greater_than_equal",
        "IncMajor": "inc_major",
        "IncMinor": "inc_minor",
        "IncPatch": "inc_patch",
        "LessThan": "less_than",
        "LessThanEqual": "less_than_equal",
        "Major": "major",
        "Metadata": "metadata",
        "Minor": "minor",
        "Original": "original",
        "Patch": "patch",
        "Prerelease": "prerelease",
        "String": "go_format",
    }

    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self.parsed.text == other.parsed.text

    def __hash__(self) -> int:
        return hash(self.parsed.text)

    def major(self) -> int:
        """The first number."""
        return self.parsed.major

    def minor(self) -> int:
        """The second number."""
        return self.parsed.minor

    def patch(self) -> int:
        """The third number."""
        return self.parsed.patch

    def prerelease(self) -> str:
        """What follows `-`."""
        return self.parsed.prerelease

    def metadata(self) -> str:
        """What follows `+`."""
        return self.parsed.build

    def original(self) -> str:
        """As it was written."""
        return self.parsed.text

    def go_format(self) -> str:
        """The version in full."""
        return str(self.parsed)

    go_json: Callable[[Version], str] = go_format
    go_yaml: Callable[[Version], str] = go_format
    __str__ = go_format

    def compare(self, other: Version) -> int:
        """-1, 0 or 1."""
        return (self.parsed > other.parsed) - (self.parsed < other.parsed)

    def equal(self, other: Version) -> bool:
        """Whether they are of the same precedence."""
        return self.compare(other) == 0

    def less_than(self, other: Version) -> bool:
        """Whether it comes before another."""
        return self.compare(other) < 0

    def less_than_equal(self, other: Version) -> bool:
        """Whether it doesn't come behind another."""
        return self.compare(other) <= 0

    def greater_than(self, other: Version) -> bool:
        """Whether it comes behind another."""
        return self.compare(other) > 0

    def greater_than_equal(self, other: Version) -> bool:
        """Whether it doesn't come before another."""
        return self.compare(other) >= 0

    def inc_major(self) -> Version:
        """The next major version."""
        return self._next(self.major() + 1, 0, 0)

    def inc_minor(self) -> Version:
        """The next minor version."""
        return self._next(self.major(), self.minor() + 1, 0)

    def inc_patch(self) -> Version:
        """The next patch; of a prerelease it is its release."""
        return self._next(self.major(), self.minor(), self.patch() + (not self.prerelease()))

    def _next(self, major: int, minor: int, patch: int) -> Version:
        lead = "v" if self.original().startswith("v") else ""
        return Version(parse_version(f"{lead}{major}.{minor}.{patch}"))


def semver(text: str) -> Version:
    """A version; raises FunctionError for what is none."""
    try:
        return Version(parse_version(text))
    except ValueError as exc:
        raise FunctionError(str(exc)) from exc


def semver_compare(constraint: str, version: str) -> bool:
    """Whether a version fits a constraint."""
    try:
        return Constraint.parse(constraint).check(parse_version(str(version)))
    except ValueError as exc:
        raise FunctionError(str(exc)) from exc


def semver_parts(text: str) -> dict[str, Any]:
    """For Jinja: a version's parts."""
    version = semver(str(text))
    names = ("Major", "Minor", "Patch", "Prerelease", "Metadata", "Original")
    return {name: getattr(version, name.lower())() for name in names}


GO_FUNCTIONS: dict[str, Callable[..., Any]] = {"semver": semver}

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "semver": semver_parts,
    "semverCompare": semver_compare,
}
