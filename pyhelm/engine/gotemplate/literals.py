"""Numbers in templates, as Go reads them."""

from __future__ import annotations

from pyhelm._lazy import lazy_pattern
from pyhelm.engine.gotemplate.quoting import quote, unquote_char

_DIGITS = lazy_pattern(r"[+-]?(?:0[xX][\da-fA-F_]+|0[oO]?[0-7_]+|0[bB][01_]+|[1-9][\d_]*|0)\Z")


def number(kind: str, text: str) -> int | float | complex:
    """The value of a token, as Go's idealConstant takes it; raises ValueError with Go's words."""
    if kind == "char constant":
        return unquote_char(text)
    if text.endswith("i"):
        return _simplified(complex(text.replace("_", "")[:-1] + "j"))
    if _DIGITS.match(text):
        return _integer(text)
    try:
        value = float.fromhex(text) if "x" in text.lower() else float(text.replace("_", ""))
    except (ValueError, OverflowError):
        raise ValueError(f"illegal number syntax: {quote(text)}") from None
    if not any(char in text for char in ".eEpP"):
        raise ValueError(f"integer overflow: {quote(text)}")
    return value


def _integer(text: str) -> int:
    digits = text.lstrip("+-")
    octal = len(digits) > 1 and digits[0] == "0" and digits[1] in "01234567_"
    value = int(digits.lstrip("0_") or "0", 8) if octal else int(digits, 0)
    value = -value if text[0] == "-" else value
    if not -(2**63) <= value < 2**64:
        raise ValueError(f"integer overflow: {quote(text)}")
    return value


def _simplified(value: complex) -> complex | float:
    return value if value.imag else value.real


def whole(value: int | float | complex) -> int | None:
    """The integer that a number is, if it is one."""
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, float) and value.is_integer() else None
