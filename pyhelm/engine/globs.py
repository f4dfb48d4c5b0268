"""Globs as gobwas/glob reads them, as regular expressions: what `.Files.Glob` is given."""

from __future__ import annotations

SIMPLE = {"*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")", ",": "|"}


class GlobError(ValueError):
    """A pattern that is none."""


def glob_pattern(pattern: str) -> str:
    """A glob with `/` as its separator, as a regular expression of RE2; raises GlobError."""
    out, at, depth = "(?s)", 0, 0
    while at < len(pattern):
        char = pattern[at]
        if char == "[":
            made, at = _class(pattern, at + 1)
            out += made
            continue
        if pattern.startswith("**", at):
            out, at = out + ".*", at + 2
            continue
        if char in "*?{" or (depth and char in "},"):
            depth += (char == "{") - (char == "}")
            out, at = out + SIMPLE[char], at + 1
            continue
        at += char == "\\"
        out, at = out + _escaped(pattern[at : at + 1]), at + 1
    return out + ")" * depth


def _escaped(text: str) -> str:
    import re2

    return str(re2.escape(text))


def _class(pattern: str, at: int) -> tuple[str, int]:
    """`[…]` from behind its bracket: a range, or characters; and where it ends."""
    start, at = at, at + (pattern[at : at + 1] == "!")
    negated = "^" if at > start else ""
    if pattern[at + 1 : at + 2] == "-":
        low, high = pattern[at], pattern[at + 2 : at + 3]
        if not high or high < low or pattern[at + 3 : at + 4] != "]":
            raise GlobError(pattern)
        return f"[{negated}{_escaped(low)}-{_escaped(high)}]", at + 4
    chars, at = _characters(pattern, at)
    if not chars or at >= len(pattern):
        raise GlobError(pattern)
    return f"[{negated}{''.join(map(_escaped, chars))}]", at + 1


def _characters(pattern: str, at: int) -> tuple[str, int]:
    """Characters up to a closing bracket; a backslash takes the next as it is."""
    chars = ""
    while at < len(pattern) and pattern[at] != "]":
        at += pattern[at] == "\\"
        chars, at = chars + pattern[at : at + 1], at + 1
    return chars, at
