"""Numbers out of any value, as the cast library makes them, and Go's 64-bit arithmetic."""

from __future__ import annotations

import math

from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Any, Final
from pyhelm.engine.gotypes import Byte, Int64

LEAST: Final = -(2**63)

_INTEGER = lazy_pattern(
    r"[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*"
    r"|[1-9](?:_?[0-9])*)\Z"
)
_DIGITS = "[0-9](?:_?[0-9])*"
_FLOAT = lazy_pattern(
    rf"[+-]?(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?\Z"
)
_NAMED = lazy_pattern(r"(?i)[+-]?(?:inf|infinity)\Z|nan\Z")
_HEX = lazy_pattern(r"[+-]?0[xX]_?(?=[0-9a-fA-F.])[0-9a-fA-F_]*\.?[0-9a-fA-F_]*[pP][+-]?[0-9]+\Z")


def wrapped(number: int) -> int:
    """What int64 arithmetic makes of a number."""
    return number if LEAST <= number < -LEAST else (number - LEAST) % 2**64 + LEAST


def integer(value: Any) -> int:
    """Any value as a Go int; 0 for what is none."""
    kind = type(value)
    if kind is int or kind is Int64 or kind is Byte:
        return int(value)
    if kind is float:
        return truncated(value)
    if isinstance(value, str):
        return parse_integer(_without_zero_fraction(value)) or 0
    named = getattr(value, "go_type", "") in ("time.Month", "time.Weekday")
    return int(value) if named or value is True else 0


def number(value: Any) -> float:
    """Any value as a Go float64; 0 for what is none."""
    kind = type(value)
    if kind is float or kind is int or kind is Int64 or kind is Byte:
        return float(value)
    if isinstance(value, str):
        return parse_float(value) or 0.0
    named = getattr(value, "go_type", "") in ("time.Month", "time.Weekday")
    return float(value) if named or value is True else 0.0


def truncated(value: float) -> int:
    """A float64 as an int64, cut toward zero; the least one for what doesn't fit (as on amd64)."""
    return int(value) if -(2.0**63) <= value < 2.0**63 else LEAST


def parse_integer(text: str) -> int | None:
    """strconv.ParseInt with base 0: prefixes, underscores between digits; None when it's none."""
    if text.isascii() and text.isdecimal() and text[0] != "0" and len(text) < 19:
        return int(text)
    if not _INTEGER.match(text):
        return None
    digits = text.lstrip("+-").replace("_", "")
    octal = len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()
    found = int(digits, 8 if octal else 0)
    found = -found if text[0] == "-" else found
    return found if LEAST <= found < -LEAST else None


def parse_float(text: str) -> float | None:
    """strconv.ParseFloat; None for what is no number, or too large."""
    whole, _, fraction = text.partition(".")
    plain = text.isascii() and whole.isdecimal() and (fraction.isdecimal() or whole == text)
    if plain or _FLOAT.match(text):
        found = float(text)
        return None if math.isinf(found) else found
    if _NAMED.match(text):
        return float(text)
    if not _HEX.match(text) or "__" in text or "_." in text or "._" in text or "_p" in text.lower():
        return None
    try:
        return float.fromhex(text.replace("_", ""))
    except (OverflowError, ValueError):
        return None


def _without_zero_fraction(text: str) -> str:
    """`3.0` as `3`; other text as it is."""
    whole, dot, fraction = text.rpartition(".")
    return whole if dot and fraction and not fraction.strip("0") else text
