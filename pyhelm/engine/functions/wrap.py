"""Text made shorter: abbreviated, wrapped to a width, cut to initials.

The rules are goutils'; widths are bytes in Go's templates, characters in Jinja's.
"""

from __future__ import annotations

from pyhelm._typing import Any, Callable
from pyhelm.engine.functions.limits import bounded
from pyhelm.engine.functions.quoting import octets
from pyhelm.engine.functions.text import SPACES, bytewise


def abbrev(width: int, text: str) -> str:
    """At most `width` characters, the last three of them dots when it is cut."""
    return text if width < 4 else _abbreviated(text, 0, width)


def abbrevboth(left: int, right: int, text: str) -> str:
    """Cut on both sides: `left` is where the text begins, `right` how long the result may be."""
    if right < 4 or (left > 0 and right < 7):
        return text
    return _abbreviated(text, left, right)


def _abbreviated(text: str, offset: int, width: int) -> str:
    size = len(text)
    if width < 4:
        return ""
    if size <= width:
        return text
    offset = min(offset, size)
    if size - offset < width - 3:
        offset = size - (width - 3)
    if offset <= 4:
        return text[: width - 3] + "..."
    if offset + width - 3 < size:
        return "..." + _abbreviated(text[offset:], 0, width - 3)
    return "..." + text[size - (width - 3) :]


def wrap(width: int, text: str) -> str:
    """Words on lines of at most `width` characters; long words stay whole."""
    return _wrapped(text, width, "\n", break_words=False)


def wrap_with(width: int, separator: str, text: str) -> str:
    """Words on lines of at most `width` characters with a separator between, long words broken."""
    return _wrapped(text, width, separator or "\n", break_words=True)


def _wrapped(text: str, width: int, separator: str, *, break_words: bool) -> str:
    width = max(width, 1)
    bounded(len(text) // width * len(separator) + len(text), "wrap")
    lines: list[str] = []
    at = 0
    while len(text) - at > width:
        if text[at] == " ":
            at += 1
            continue
        end = text.rfind(" ", at, at + width + 1)
        if end < 0 and not break_words:
            end = text.find(" ", at + width)
            if end < 0:
                break
        if end < 0:
            lines.append(text[at : at + width])
            at += width
        else:
            lines.append(text[at:end])
            at = end + 1
    return separator.join([*lines, text[at:]])


def initials(text: str) -> str:
    """The first letter of each word."""
    return "".join(
        char
        for before, char in zip(" " + text, text, strict=False)
        if before in SPACES and char not in SPACES
    )


def initials_bytes(text: str) -> str:
    """The first byte of each word, as the character of that number (as in goutils)."""
    return initials(octets(text).decode("latin-1"))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abbrev": abbrev,
    "abbrevboth": abbrevboth,
    "initials": initials,
    "wrap": wrap,
    "wrapWith": wrap_with,
}

GO_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abbrev": bytewise(abbrev),
    "abbrevboth": bytewise(abbrevboth),
    "initials": initials_bytes,
    "wrap": bytewise(wrap),
    "wrapWith": bytewise(wrap_with),
}
