"""Go's quoted strings: reading their escapes, and quoting text for errors."""

from __future__ import annotations

from pyhelm._lazy import lazy_pattern
from pyhelm._typing import TYPE_CHECKING
from pyhelm._yaml import whole_text

if TYPE_CHECKING:
    import re

_ESCAPE = lazy_pattern(
    r"(?s)\\(?:(x[0-9a-fA-F]{2})|(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|([0-7]{3})|(.))"
)
_SIMPLE = {
    "a": 7,
    "b": 8,
    "f": 12,
    "n": 10,
    "r": 13,
    "t": 9,
    "v": 11,
    "\\": 92,
}
_NAMED = {7: "\\a", 8: "\\b", 12: "\\f", 10: "\\n", 13: "\\r", 9: "\\t", 11: "\\v"}


def unquote(text: str) -> str:
    """The text of a literal in double quotes or backquotes; raises ValueError for a bad escape.

    Bytes that are no UTF-8 become surrogate escapes.
    """
    if text[0] == "`":
        return text[1:-1].replace("\r", "")
    body = text[1:-1]
    return _unescape(body, '"') if "\\" in body else whole_text(body)


def unquote_char(text: str) -> int:
    """The code point of a literal in single quotes; raises ValueError."""
    found = _unescape(text[1:-1], "'")
    if not found:
        raise ValueError("invalid syntax")
    if len(found) != 1 or text == "'''":
        raise ValueError(f"malformed character constant: {text}")
    code = ord(found)
    # An escape names any code up to 255 here, where it is a byte in a string.
    return code - 0xDC00 if 0xDC80 <= code <= 0xDCFF else code


def _unescape(body: str, mark: str) -> str:
    # Go reads runes, but for what is escaped: a byte that is no UTF-8 is the replacement character.
    body = whole_text(body)
    out = bytearray()
    at = 0
    for match in _ESCAPE.finditer(body):
        out += body[at : match.start()].encode()
        out += _escaped(match, mark)
        at = match.end()
    out += body[at:].encode()
    return out.decode("utf-8", "surrogateescape")


def _escaped(match: re.Match[str], mark: str) -> bytes:
    byte, point, octal, simple = match.groups()
    if byte:
        return bytes([int(byte[1:], 16)])
    if octal and int(octal, 8) < 256:
        return bytes([int(octal, 8)])
    if point and (code := int(point[1:], 16)) < 0x110000 and not 0xD800 <= code < 0xE000:
        return chr(code).encode()
    if simple == mark:
        return mark.encode()
    if simple in _SIMPLE:
        return bytes([_SIMPLE[simple]])
    raise ValueError("invalid syntax")


def quote(text: str) -> str:
    """Text as Go's %q prints it."""
    return '"' + "".join(map(_quoted_char, text)) + '"'


def _quoted_char(char: str) -> str:
    code = ord(char)
    if char in '"\\':
        return "\\" + char
    if char.isprintable() and (code == 32 or not char.isspace()):
        return char
    if code in _NAMED:
        return _NAMED[code]
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 32 or code == 127:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def show_char(char: str) -> str:
    """A character as Go's %#U prints it."""
    char = "\ufffd" if "\udc80" <= char <= "\udcff" else char
    shown = f"U+{ord(char):04X}"
    return f"{shown} '{char}'" if char.isprintable() else shown
