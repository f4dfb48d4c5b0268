"""Go's strconv quoting: `%q` of text and characters, and back to bytes of text.

Text is Go's: bytes that are no UTF-8 are surrogate escapes in it.
"""

from __future__ import annotations

from pyhelm._typing import Final

NAMED: Final = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    "\\": "\\\\",
}


def octets(text: str) -> bytes:
    """The bytes that Go's string would hold."""
    return text.encode("utf-8", "surrogateescape")


def from_octets(data: bytes) -> str:
    """Bytes as text, where those that are no UTF-8 are kept as surrogate escapes."""
    return data.decode("utf-8", "surrogateescape")


def quote(text: str, *, ascii_only: bool = False) -> str:
    """Text in double quotes as Go's strconv.Quote writes it."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(_escaped(char, '"', ascii_only) for char in text) + '"'


def quote_rune(code: int, *, ascii_only: bool = False) -> str:
    """A character in single quotes; U+FFFD for what is none."""
    char = chr(code) if is_rune(code) else "\ufffd"
    return "'" + _escaped(char, "'", ascii_only) + "'"


def is_rune(code: int) -> bool:
    """Whether a number is a Unicode character, surrogates not counting."""
    return 0 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF


def can_backquote(text: str) -> bool:
    """Whether text can stand between backquotes as it is."""
    return not any(
        (char < " " and char != "\t") or char in "`\x7f\ufeff" or "\ud800" <= char <= "\udfff"
        for char in text
    )


def _escaped(char: str, mark: str, ascii_only: bool) -> str:
    if char == mark:
        return "\\" + char
    named = NAMED.get(char)
    if named:
        return named
    if char.isprintable() and (not ascii_only or char < "\x7f"):
        return char
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
