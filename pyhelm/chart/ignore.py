"""`.helmignore`: which files of a directory are no part of the chart, by Helm's rules.

Go's filepath.Match, not gitignore: `*` stops at `/`, `**` is refused, the first rule that matches
decides, and a negated rule ignores whatever it does *not* match.
"""

from __future__ import annotations

from pyhelm._dataclass import dataclass
from pyhelm._typing import Callable
from pyhelm.errors import ChartError

_WILDCARDS = {"*": "[^/]*", "?": "[^/]"}

DEFAULTS = ("templates/.?*",)
"""Rules that always hold, after the file's own."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line: what it matches, and whether the whole path or only the name is looked at."""

    fits: Callable[[str], object]
    negated: bool = False
    directories_only: bool = False
    whole_path: bool = False
    place: str = ""
    """The line for people, and where it is."""

    def matches(self, path: str) -> bool:
        """Whether the pattern fits the path (directories are the caller's business)."""
        return bool(self.fits(path if self.whole_path else path.rpartition("/")[2]))


def parse(text: str, source: str = ".helmignore") -> tuple[Rule, ...]:
    """Read the rules; the built-in ones come last. Raises ChartError naming the line."""
    lines = text.removeprefix("\ufeff").split("\n")
    rules = [_rule(line.strip(), f"{source}:{number}") for number, line in enumerate(lines, 1)]
    return (*(rule for rule in rules if rule), *(r for d in DEFAULTS if (r := _rule(d, source))))


def is_ignored(rules: tuple[Rule, ...], path: str, *, is_dir: bool) -> bool:
    """Whether a path (with `/`, relative to the chart) is left out."""
    return _ignoring(rules, path, is_dir=is_dir) is not None


def _ignoring(rules: tuple[Rule, ...], path: str, *, is_dir: bool) -> Rule | None:
    """The rule that leaves a path out."""
    for rule in rules:
        if rule.negated:
            if (rule.directories_only and not is_dir) or not rule.matches(path):
                return rule
        elif (is_dir or not rule.directories_only) and rule.matches(path):
            return rule
    return None


def check(rules: tuple[Rule, ...]) -> None:
    """Refuse rules that leave Chart.yaml out, which seems to be missing then (Helm issue 8688).

    Raises ChartError, which names the line.
    """
    rule = _ignoring(rules, "Chart.yaml", is_dir=False)
    if rule is None:
        return
    text = f"Chart.yaml file is missing: {rule.place} leaves it out"
    if rule.negated:
        text += "; to Helm a rule with ! leaves out whatever it does not match"
    raise ChartError(text)


def keeps(rules: tuple[Rule, ...], path: str) -> bool:
    """Whether neither a file nor a directory that it lies in is left out."""
    parts = path.split("/")
    above = ("/".join(parts[:depth]) for depth in range(1, len(parts)))
    if any(is_ignored(rules, directory, is_dir=True) for directory in above):
        return False
    return not is_ignored(rules, path, is_dir=False)


def _rule(line: str, where: str) -> Rule | None:
    if not line or line.startswith("#"):
        return None
    if "**" in line:
        raise ChartError(f"{where}: double-star (**) syntax is not supported")
    negated = line.startswith("!")
    body = line.removeprefix("!")
    directories_only = body.endswith("/")
    body = body.removesuffix("/")
    return Rule(
        fits=pattern(body.removeprefix("/"), where),
        negated=negated,
        directories_only=directories_only,
        whole_path="/" in body,
        place=f"{where} ({line})",
    )


def pattern(text: str, where: str) -> Callable[[str], object]:
    """Whether a path fits Go's pattern; raises ChartError, which begins with `where`."""
    return _simple(text) or _compile(text, where)


def _simple(pattern: str) -> Callable[[str], object] | None:
    """A plain name, or one star in it: what nearly all rules are, done without `re`."""
    head, star, tail = pattern.partition("*")
    prefix = head.rstrip("?") if star else head
    if set(prefix + tail) & set("*?[\\"):
        return None
    if not star:
        return pattern.__eq__
    ends, least = len(tail), len(head)

    def fits(path: str) -> bool:
        middle = path[len(prefix) : len(path) - ends]
        return (
            len(path) >= least + ends
            and path.startswith(prefix)
            and path.endswith(tail)
            and "/" not in middle
        )

    return fits


def _compile(pattern: str, where: str) -> Callable[[str], object]:
    """Go's filepath.Match as a regular expression; raises ChartError for a malformed pattern."""
    import re

    out, rest = "", pattern
    try:
        while rest:
            char, rest = rest[0], rest[1:]
            if char == "[":
                piece, rest = _class(rest)
            elif char == "\\":
                piece, rest = re.escape(rest[0]), rest[1:]
            else:
                piece = _WILDCARDS.get(char) or re.escape(char)
            out += piece
    except IndexError:
        raise ChartError(f"{where}: syntax error in pattern {pattern!r}") from None
    return re.compile(out + r"\Z", re.DOTALL).match


def _class(rest: str) -> tuple[str, str]:
    """What follows `[` as a regular expression, and the rest; IndexError when it is malformed."""
    from re import escape

    sign, rest = ("^", rest[1:]) if rest[0] == "^" else ("", rest)
    ranges, count = "", 0
    while not count or rest[0] != "]":
        low, rest = _bound(rest)
        high = low
        if rest[0] == "-":
            high, rest = _bound(rest[1:])
        ranges += f"{escape(low)}-{escape(high)}" if low <= high else ""
        count += 1
    if not ranges:
        return ("." if sign else "(?!)"), rest[1:]
    return f"[{sign}{ranges}]", rest[1:]


def _bound(rest: str) -> tuple[str, str]:
    """One end of a range, perhaps escaped; IndexError where none can be."""
    if rest[0] in "-]":
        raise IndexError
    return (rest[1], rest[2:]) if rest[0] == "\\" else (rest[0], rest[1:])
