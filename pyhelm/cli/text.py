"""Text from charts, indexes and servers, made safe for a terminal.

What a stranger wrote must not move the cursor, change colours or reverse the reading direction
(GHSA-c38g-469g-cmgx); the rule for one line is the one by which Helm cleans chart metadata.
"""

from __future__ import annotations

from pyhelm._lazy import lazy_pattern

_CONTROL = lazy_pattern("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ANSI = lazy_pattern("\x1b\\[[0-9;]*m")


def one_line(text: str) -> str:
    """White space becomes a blank; what does not print is dropped."""
    if text.isprintable():
        return text
    return "".join(" " if c.isspace() else c for c in text if c.isspace() or c.isprintable())


def lines(text: str) -> str:
    """Control characters but for line ends and tabs are dropped."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return _CONTROL.sub("", text)


def width(text: str) -> int:
    """The columns that a text takes on a terminal, colours aside."""
    plain = _ANSI.sub("", text) if "\x1b" in text else text
    if plain.isascii():
        return len(plain)
    return sum(_columns(char) for char in plain)


def _columns(char: str) -> int:
    import unicodedata

    if unicodedata.category(char) in ("Mn", "Me", "Cf", "Cc"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def shorten(text: str, columns: int) -> str:
    """Cut to a width with `...` at the end, as Helm's tables do."""
    if width(text) <= columns:
        return text
    kept, used = "", 0
    for char in text:
        kept += char
        used += _columns(char)
        if used >= columns - 3:
            break
    return kept + "..."
