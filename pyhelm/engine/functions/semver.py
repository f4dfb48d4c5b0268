"""Versions in templates: `semver` and `semverCompare`."""

from __future__ import annotations

import re

from pyhelm._typing import Any, Callable, ClassVar, Mapping
from pyhelm.chart.versions import Constraint, parse_version
from pyhelm.chart.versions import Version as Parsed
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.gotypes import type_name
from pyhelm.engine.objects import Exposed

NIL = "runtime error: invalid memory address or nil pointer dereference"


class Failure(str):
    """A Go error that a method returns, which templates may print."""

    go_type, go_kind = "*errors.errorString", "ptr"

    def __bool__(self) -> bool:
        return self is not NO_ERROR


NO_ERROR = Failure("<nil>")


class Value(Exposed):
    """A version with Masterminds' methods: those of a `semver.Version` that is no pointer."""

    go_type = "semver.Version"
    go_kind = "struct"
    _exposed: ClassVar[Mapping[str, str]] = {
        "IncMajor": "inc_major",
        "IncMinor": "inc_minor",
        "IncPatch": "inc_patch",
        "Major": "major",
        "MarshalJSON": "marshal_json",
        "MarshalText": "marshal_text",
        "Metadata": "metadata",
        "Minor": "minor",
        "Patch": "patch",
        "Prerelease": "prerelease",
        "SetMetadata": "set_metadata",
        "SetPrerelease": "set_prerelease",
        "String": "go_format",
        "Value": "go_format",
    }
    parameters: ClassVar[Mapping[str, str]] = {
        "SetMetadata": "string",
        "SetPrerelease": "string",
    }
    hidden = frozenset(("major", "minor", "patch", "pre", "metadata", "original"))

    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.parsed.text == other.parsed.text

    def __hash__(self) -> int:
        return hash(self.parsed.text)

    def __str__(self) -> str:
        return self.go_format()

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

    def go_format(self) -> str:
        """The version in full."""
        return str(self.parsed)

    go_json: Callable[[Value], str] = go_format
    go_yaml: Callable[[Value], str] = go_format

    def marshal_text(self) -> bytes:
        """The version in full, as bytes."""
        return self.go_format().encode()

    def marshal_json(self) -> bytes:
        """The version in full as JSON, in bytes."""
        return f'"{self.go_format()}"'.encode()

    def inc_major(self) -> Value:
        """The next major version."""
        return self._next(self.major() + 1, 0, 0)

    def inc_minor(self) -> Value:
        """The next minor version."""
        return self._next(self.major(), self.minor() + 1, 0)

    def inc_patch(self) -> Value:
        """The next patch; of a prerelease it is its release."""
        return self._next(self.major(), self.minor(), self.patch() + (not self.prerelease()))

    def _next(self, major: int, minor: int, patch: int) -> Value:
        return Value(parse_version(f"{self._lead()}{major}.{minor}.{patch}"))

    def _lead(self) -> str:
        return "v" if self.parsed.text.startswith("v") else ""

    def set_prerelease(self, prerelease: str) -> Value:
        """The version with another prerelease; raises FunctionError for what is none."""
        for part in prerelease.split(".") if prerelease else ():
            if part.isdigit() and part.isascii() and len(part) > 1 and part[0] == "0":
                raise FunctionError("version segment starts with 0")
            _check_part(part, "prerelease")
        return self._with(prerelease, self.metadata())

    def set_metadata(self, metadata: str) -> Value:
        """The version with other metadata; raises FunctionError for what is none."""
        for part in metadata.split(".") if metadata else ():
            _check_part(part, "metadata")
        return self._with(self.prerelease(), metadata)

    def _with(self, prerelease: str, metadata: str) -> Value:
        text = f"{self._lead()}{self.major()}.{self.minor()}.{self.patch()}"
        text += f"-{prerelease}" if prerelease else ""
        return Value(parse_version(text + (f"+{metadata}" if metadata else "")))


def _check_part(part: str, what: str) -> None:
    if not re.fullmatch("[0-9A-Za-z-]+", part, re.ASCII):
        raise FunctionError(f"invalid {what} string")


class Version(Value):
    """What `semver` gives: Go's pointer to a version, which has more methods."""

    go_type = "*semver.Version"
    go_kind = "ptr"
    _exposed: ClassVar[Mapping[str, str]] = {
        **Value._exposed,
        "Compare": "compare",
        "Equal": "equal",
        "GreaterThan": "greater_than",
        "GreaterThanEqual": "greater_than_equal",
        "LessThan": "less_than",
        "LessThanEqual": "less_than_equal",
        "Original": "original",
        "Scan": "scan",
        "UnmarshalJSON": "unmarshal_json",
        "UnmarshalText": "unmarshal_text",
    }
    parameters: ClassVar[Mapping[str, str]] = {
        **Value.parameters,
        **dict.fromkeys(("Compare", "Equal", "GreaterThan"), "*semver.Version"),
        **dict.fromkeys(("GreaterThanEqual", "LessThan", "LessThanEqual"), "*semver.Version"),
        "Scan": "any",
        **dict.fromkeys(("UnmarshalJSON", "UnmarshalText"), "[]uint8"),
    }

    def original(self) -> str:
        """As it was written."""
        return self.parsed.text

    def scan(self, text: Any) -> Failure:
        """Become the version that a text says; Go's error where it says none."""
        if type(text) is not str:
            return Failure(f"unsupported Scan type {type_name(text)}")
        try:
            self.parsed = parse_version(text)
        except ValueError as exc:
            return Failure(str(exc))
        return NO_ERROR

    def unmarshal_text(self, data: bytes) -> Failure:
        """As `scan`, of bytes."""
        return self.scan(data.decode("utf-8", "surrogateescape"))

    def unmarshal_json(self, data: bytes) -> Failure:
        """As `scan`, of a JSON string's bytes."""
        import json

        try:
            return self.scan(json.loads(data))
        except ValueError as exc:
            return Failure(str(exc))

    def compare(self, other: Version | None) -> int:
        """-1, 0 or 1; raises FunctionError for nil, as Go does."""
        if other is None:
            raise FunctionError(NIL)
        return (self.parsed > other.parsed) - (self.parsed < other.parsed)

    def equal(self, other: Version | None) -> bool:
        """Whether they are of the same precedence."""
        return self.compare(other) == 0

    def less_than(self, other: Version | None) -> bool:
        """Whether it comes before another."""
        return self.compare(other) < 0

    def less_than_equal(self, other: Version | None) -> bool:
        """Whether it doesn't come behind another."""
        return self.compare(other) <= 0

    def greater_than(self, other: Version | None) -> bool:
        """Whether it comes behind another."""
        return self.compare(other) > 0

    def greater_than_equal(self, other: Version | None) -> bool:
        """Whether it doesn't come before another."""
        return self.compare(other) >= 0


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
