"""Numbers in templates, as Go reads them."""

from __future__ import annotations

from pyhelm._lazy import lazy_pattern
from pyhelm.engine.gotemplate.quoting import quote, unquote_char

_DIGITS = lazy_pattern(r"[+-]?(?:0[xX][\da-fA-F_]+|0[oO]?[0-7_]+|0[bB][01_]+|[1-9][\d_]*|0)\Z")
_FLOAT = lazy_pattern(
    r"[+-]?(?:(?P<hex>0[xX](?=_?\.?[\da-fA-F])[\da-fA-F_]*\.?[\da-fA-F_]*[pP][+-]?\d[\d_]*)"
    r"|(?=\.?\d)[\d_]*\.?[\d_]*(?:[eE][+-]?\d[\d_]*)?)\Z"
)
_SEPARATED = lazy_pattern(
    r"[+-]?(?:0[xXbBoO]_?)?(?:[^\W_]_?(?=[^\W_]|\Z|[.+-])|(?<!_)[.+-])*(?<!_)\Z"
)
"""Underscores between digits alone, or behind a base's prefix."""


def number(kind: str, text: str) -> int | float | complex:
    """The value of a token, as Go's idealConstant takes it; raises ValueError with Go's words."""
    if kind == "char constant":
        return unquote_char(text)
    if kind == "complex":
        at = _imaginary_start(text)
        return complex(_float(text[:at], text), _float(text[at:-1], text))
    if text.endswith("i"):
        return complex(0, _float(text[:-1], text))
    if _DIGITS.match(text):
        return _integer(text)
    value = _float(text, text)
    if not any(char in text for char in ".eEpP"):
        raise ValueError(f"integer overflow: {quote(text)}")
    return value


def _imaginary_start(text: str) -> int:
    """Where the second number of a complex one starts: its sign is behind no exponent's letter."""
    signs = (at for at, char in enumerate(text) if at and char in "+-")
    return next(at for at in signs if text[at - 1] not in "eEpP")


def _float(text: str, literal: str) -> float:
    """A number as strconv.ParseFloat reads it; raises ValueError."""
    found = _FLOAT.match(text)
    plain = text.replace("_", "")
    value = float("inf")
    if found and (_SEPARATED.match(text) or plain == text):
        value = _hexadecimal(plain) if found["hex"] else float(plain)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"illegal number syntax: {quote(literal)}")
    return value


def _hexadecimal(text: str) -> float:
    try:
        return float.fromhex(text)
    except OverflowError:
        return float("inf")


def _integer(text: str) -> int:
    if "_" in text and not _SEPARATED.match(text):
        raise ValueError(f"illegal number syntax: {quote(text)}")
    digits = text.lstrip("+-")
    octal = len(digits) > 1 and digits[0] == "0" and digits[1] in "01234567_"
    value = int(digits.lstrip("0_") or "0", 8) if octal else int(digits, 0)
    value = -value if text[0] == "-" else value
    if not -(2**63) <= value < 2**64:
        raise ValueError(f"integer overflow: {quote(text)}")
    return value


def whole(value: int | float | complex) -> int | None:
    """The integer that a number is, if it is one."""
    if isinstance(value, int):
        return value
    if value.imag:
        return None
    return int(value.real) if value.real.is_integer() else None
