"""Versions and the ranges that charts ask for, as Masterminds' semver 3.5 reads them.

Parsing is looser than SemVer (`v1.2`, `1`), order is SemVer's (the `semver` package), and the
constraint grammar is Masterminds': `^`, `~`, wildcards, hyphen ranges, `,` and space for and, `||`
for or; prereleases match only where the constraint names one.
"""

from __future__ import annotations

from itertools import takewhile

from pyhelm._dataclass import dataclass
from pyhelm._lazy import cached, lazy_pattern
from pyhelm._typing import TYPE_CHECKING, Callable

if TYPE_CHECKING:
    from semver import Version as SemVer

MAX_LENGTH = 512
MAX_GROUPS = 32

_PRE = r"[0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*"
_VERSION = lazy_pattern(
    rf"(?a)v?(?P<major>\d+)(?:\.(?P<minor>\d+))?(?:\.(?P<patch>\d+))?"
    rf"(?:-(?P<pre>{_PRE}))?(?:\+(?P<build>{_PRE}))?\Z"
)
_PART = r"[0-9|xX*]+"
_CV = rf"v?{_PART}(?:\.{_PART})?(?:\.{_PART})?(?:-{_PRE})?(?:\+{_PRE})?"
_OPS = r"!=|>=|=>|<=|=<|~>|=|>|<|~|\^|"
_ONE = lazy_pattern(
    rf"\s*(?P<op>{_OPS})\s*(?P<text>v?(?P<major>{_PART})(?:\.(?P<minor>{_PART}))?"
    rf"(?:\.(?P<patch>{_PART}))?(?P<pre>-{_PRE})?(?:\+{_PRE})?)\s*\Z"
)
_FIND = lazy_pattern(rf"(?:{_OPS})\s*{_CV}")
_VALID = lazy_pattern(rf"(?:\s*(?:{_OPS})\s*{_CV}\s*)(?:(?:\s+|,\s*)(?:{_OPS})\s*{_CV}\s*)*\Z")
_HYPHEN = lazy_pattern(rf"\s*({_CV})\s+-\s+({_CV})\s*")


@dataclass(frozen=True, slots=True, order=False)
class Version:
    """A parsed version; `text` is how it was written, order is SemVer's."""

    text: str
    major: int
    minor: int
    patch: int
    prerelease: str = ""
    build: str = ""

    @property
    def semver(self) -> SemVer:
        """The version in full, which knows SemVer's order."""
        # Imported on use: only prereleases need it.
        from semver import Version as SemVer

        return SemVer(
            self.major, self.minor, self.patch, self.prerelease or None, self.build or None
        )

    @property
    def _rank(self) -> tuple[int, int, int, bool]:
        """The order of all versions but of two prereleases."""
        return self.major, self.minor, self.patch, not self.prerelease

    def __lt__(self, other: Version) -> bool:
        if self.prerelease and other.prerelease:
            return bool(self.semver < other.semver)
        return self._rank < other._rank

    def __gt__(self, other: Version) -> bool:
        return other < self

    def __le__(self, other: Version) -> bool:
        return not other < self

    def __ge__(self, other: Version) -> bool:
        return not self < other

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Version):
            return False
        return self._rank == other._rank and self.prerelease == other.prerelease

    def __hash__(self) -> int:
        return hash((self.major, self.minor, self.patch, self.prerelease))

    def __str__(self) -> str:
        """The version in full: three numbers, prerelease and build."""
        pre = f"-{self.prerelease}" if self.prerelease else ""
        build = f"+{self.build}" if self.build else ""
        return f"{self.major}.{self.minor}.{self.patch}{pre}{build}"


@cached
def parse_version(text: str) -> Version:
    """Read a version; raises ValueError with Masterminds' text."""
    # Nearly all versions are three numbers, or that and -0, and read without `re`.
    plain = text.removesuffix("-0")
    parts = plain.removeprefix("v").split(".")
    if len(parts) == 3 and text.isascii() and all(p.isdecimal() and len(p) < 19 for p in parts):
        major, minor, patch = map(int, parts)
        return Version(text, major, minor, patch, "" if plain == text else "0")
    match = _VERSION.match(text) if len(text) <= 256 else None
    if match is None:
        raise ValueError("invalid semantic version")
    pre = match["pre"]
    if pre and any(part.isdigit() and len(part) > 1 and part[0] == "0" for part in pre.split(".")):
        raise ValueError("version segment starts with 0")
    numbers = [int(match[name] or 0) for name in ("major", "minor", "patch")]
    large = next((number for number in numbers if number >= 2**64), None)
    if large is not None:
        said = f'strconv.ParseUint: parsing "{large}": value out of range'
        raise ValueError(f"error parsing version segment: {said}")
    major, minor, patch = numbers
    return Version(text, major, minor, patch, pre or "", match["build"] or "")


def is_strict(text: str) -> bool:
    """Whether a version is SemVer to the letter, as packaging wants it."""
    from semver import Version as SemVer

    return SemVer.is_valid(text)


@dataclass(frozen=True, slots=True)
class _Range:
    """One comparison: `op` with a version of which the `dirty` parts were left open."""

    op: str
    text: str
    version: Version
    dirty: bool
    minor_dirty: bool
    patch_dirty: bool

    def fault(self, version: Version, prereleases: bool) -> str:
        """Why a version does not fit, in Masterminds' words; empty when it does."""
        if version.prerelease and not prereleases:
            return (
                f'"{version}" is a prerelease version and the constraint is only '
                "looking for release versions"
            )
        return _FAULTS[self.op](version, self)


@dataclass(frozen=True, slots=True)
class Constraint:
    """What a chart asks of a version: groups joined by or, each of ranges joined by and."""

    groups: tuple[tuple[_Range, ...], ...]

    @classmethod
    def parse(cls, text: str) -> Constraint:
        """Read a constraint; raises ValueError with Masterminds' text."""
        return _parse(text)

    def check(self, version: Version) -> bool:
        """Whether a version fits."""
        return any(not _group_faults(group, version) for group in self.groups)

    def faults(self, version: Version) -> list[str]:
        """Why a version does not fit, each reason once; empty when it does."""
        found: list[str] = []
        for group in self.groups:
            reasons = _group_faults(group, version)
            if not reasons:
                return []
            found += [reason for reason in reasons if reason not in found]
        return found


def fits(constraint: str, version: str) -> bool:
    """Whether a version fits a constraint; text that is neither fits nothing."""
    try:
        return Constraint.parse(constraint).check(parse_version(version))
    except ValueError:
        return False


@cached
def _parse(text: str) -> Constraint:
    single = _single(text.strip(" "))
    if single is not None:
        return Constraint(((single,),))
    if len(text) > MAX_LENGTH:
        raise ValueError(f"constraint string is too long (max {MAX_LENGTH} bytes)")
    parts = _rewrite_hyphens(text).split("||")
    if len(parts) > MAX_GROUPS:
        raise ValueError(f"too many constraint groups (max {MAX_GROUPS})")
    return Constraint(tuple(_parse_group(part) for part in parts))


def _single(text: str) -> _Range | None:
    """`>=1.19-0`, `^2`, `1.2.3`: one range of plain numbers, which needs no `re`."""
    version = text.lstrip("!=<>~^")
    op, version = text[: len(text) - len(version)], version.lstrip(" ")
    core, dash, pre = version.partition("-")
    parts = core.removeprefix("v").split(".")
    given = list(takewhile(lambda part: part not in ("x", "X", "*"), parts))
    numbers = all(part.isdecimal() and part.isascii() and len(part) < 19 for part in given)
    wild = all(part in ("x", "X", "*") for part in parts[len(given) :])
    if (
        not numbers
        or not wild
        or len(parts) > 3
        or op not in _FAULTS
        or pre != ("0" if dash else "")
    ):
        return None
    full = ".".join([*given, "0", "0", "0"][:3])
    return _Range(
        op=op,
        text=version,
        version=parse_version(f"{full}-0" if dash else full),
        dirty=len(given) < 3,
        minor_dirty=len(given) == 1,
        patch_dirty=len(given) == 2,
    )


def _rewrite_hyphens(text: str) -> str:
    return _HYPHEN.sub(r">= \1, <= \2 ", text)


def _parse_group(text: str) -> tuple[_Range, ...]:
    if not _VALID.match(text):
        raise ValueError(f"improper constraint: {_go_quoted(text)}")
    return tuple(_parse_range(found) for found in _FIND.findall(text))


def _parse_range(text: str) -> _Range:
    match = _ONE.match(text)
    if match is None:
        raise ValueError(f"improper constraint: {_go_quoted(text)}")
    major, minor, patch = match["major"], match["minor"], match["patch"]
    pre = match["pre"] or ""
    open_major, open_minor, open_patch = (
        part is None or part in ("x", "X", "*") for part in (major, minor, patch)
    )
    if open_major:
        full = f"0.0.0{pre}"
    elif open_minor:
        full = f"{major}.0.0{pre}"
    else:
        full = f"{major}.{minor}.{0 if open_patch else patch}{pre}"
    try:
        version = parse_version(full)
    except ValueError:
        raise ValueError("constraint parser error") from None
    return _Range(
        op=match["op"],
        text=match["text"],
        version=version,
        dirty=open_major or open_minor or open_patch,
        minor_dirty=not open_major and open_minor,
        patch_dirty=not open_major and not open_minor and open_patch,
    )


def _group_faults(group: tuple[_Range, ...], version: Version) -> list[str]:
    prereleases = any(each.version.prerelease for each in group)
    faults = (each.fault(version, prereleases) for each in group)
    return [fault for fault in faults if fault]


def _go_quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _equal(v: Version, c: _Range) -> str:
    if c.dirty:
        return _tilde(v, c)
    return "" if v == c.version else f'"{v}" is not equal to "{c.text}"'


def _not_equal(v: Version, c: _Range) -> str:
    fault = f'"{v}" is equal to "{c.text}"'
    ours, theirs = v, c.version
    if not c.dirty:
        return fault if v == c.version else ""
    if ours.major != theirs.major:
        return ""
    if c.minor_dirty:
        return fault
    if ours.minor != theirs.minor:
        return ""
    if c.patch_dirty:
        return "" if v.prerelease != c.version.prerelease else fault
    return fault if v == c.version else ""


def _greater(v: Version, c: _Range) -> str:
    fault = f'"{v}" is less than or equal to "{c.text}"'
    ours, theirs = v, c.version
    if not c.dirty or not (c.minor_dirty or c.patch_dirty):
        if c.dirty and ours.major != theirs.major:
            return "" if ours.major > theirs.major else fault
        return "" if v > c.version else fault
    if ours.major != theirs.major:
        return "" if ours.major > theirs.major else fault
    return "" if c.patch_dirty and ours.minor > theirs.minor else fault


def _less(v: Version, c: _Range) -> str:
    return "" if v < c.version else f'"{v}" is greater than or equal to "{c.text}"'


def _at_least(v: Version, c: _Range) -> str:
    return "" if v >= c.version else f'"{v}" is less than "{c.text}"'


def _at_most(v: Version, c: _Range) -> str:
    fault = f'"{v}" is greater than "{c.text}"'
    ours, theirs = v, c.version
    if not c.dirty:
        return "" if v <= c.version else fault
    beyond = ours.major > theirs.major or (
        ours.major == theirs.major and ours.minor > theirs.minor and not c.minor_dirty
    )
    return fault if beyond else ""


def _tilde(v: Version, c: _Range) -> str:
    if v < c.version:
        return f'"{v}" is less than "{c.text}"'
    ours, theirs = v, c.version
    zero = (theirs.major, theirs.minor, theirs.patch) == (0, 0, 0)
    if zero and not c.minor_dirty and not c.patch_dirty:
        return ""
    if ours.major != theirs.major:
        return f'"{v}" does not have same major version as "{c.text}"'
    if ours.minor != theirs.minor and not c.minor_dirty:
        return f'"{v}" does not have same major and minor version as "{c.text}"'
    return ""


def _caret(v: Version, c: _Range) -> str:
    if v < c.version:
        return f'"{v}" is less than "{c.text}"'
    ours, theirs = v, c.version
    if theirs.major > 0 or c.minor_dirty or ours.major > 0:
        same = ours.major == theirs.major
        return "" if same else f'"{v}" does not have same major version as "{c.text}"'
    if theirs.minor > 0 or c.patch_dirty:
        if ours.minor == theirs.minor:
            return ""
        return (
            f'"{v}" does not have same minor version as "{c.text}". Expected minor '
            "versions to match when constraint major version is 0"
        )
    if ours.minor > 0:
        return f'"{v}" does not have same minor version as "{c.text}"'
    if ours.patch == theirs.patch:
        return ""
    return (
        f'"{v}" does not equal "{c.text}". Expect version and constraint to equal '
        "when major and minor versions are 0"
    )


_FAULTS: dict[str, Callable[[Version, _Range], str]] = {
    "": _equal,
    "=": _equal,
    "!=": _not_equal,
    ">": _greater,
    "<": _less,
    ">=": _at_least,
    "=>": _at_least,
    "<=": _at_most,
    "=<": _at_most,
    "~": _tilde,
    "~>": _tilde,
    "^": _caret,
}
