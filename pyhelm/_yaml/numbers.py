"""Numbers as Go prints them: shortest digits, exponents where Go switches to them."""

from __future__ import annotations

import math

from pyhelm._typing import Any

EXACT = 2**53
"""Beyond this, a float64 (which every number of a values file is in Helm) skips integers."""


class Int64(int):
    """An integer that is Go's int64, as `--set` makes it: printed in full, never as a float."""

    __slots__ = ()


class Pointed(float):
    """A float that is written with its point where Go has none: `8.0`, not `8`."""

    __slots__ = ()


def exact(value: Any) -> Any:
    """A number so that YAML and JSON have all its digits, and its point; the rest as it is."""
    if type(value) is int and abs(value) > EXACT:
        return Int64(value)
    is_whole = type(value) is float and value.is_integer() and "e" not in repr(value)
    return Pointed(value) if is_whole else value


def float_text(value: float, style: str = "g") -> str:
    """A float as Go prints it, with the fewest digits that read back the same.

    `g` (%v, FormatFloat) has an exponent below 1e-4 and from 1e6 on; `json` (encoding/json) below
    1e-6 and from 1e21 on.
    """
    if math.isinf(value) or math.isnan(value):
        return "NaN" if math.isnan(value) else ("+Inf" if value > 0 else "-Inf")
    sign, digits, point = _decimal(value)
    if digits == "0":
        return f"{sign}0"
    lowest, highest = (-5, 21) if style == "json" else (-3, 6)
    if lowest <= point <= highest:
        return sign + _plain(digits, point)
    return sign + _exponent(digits, point - 1, short=style == "json")


def float32_text(value: float) -> str:
    """A float as Go prints it with the precision of a float32, as sigs.k8s.io/yaml does."""
    single = _float32(value)
    if not math.isfinite(single):
        return float_text(single)
    candidates = (float(f"{single:.{digits}g}") for digits in range(1, 10))
    return float_text(next(each for each in candidates if _float32(each) == single))


def _float32(value: float) -> float:
    """The float32 that is nearest to a float: infinity, where that is beyond all of them."""
    import struct

    try:
        return float(struct.unpack("<f", struct.pack("<f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def json_number(value: float | int) -> str:
    """A number as encoding/json prints it; integers that a float64 can't hold are rounded."""
    if isinstance(value, Int64) or (isinstance(value, int) and -EXACT <= value <= EXACT):
        return int.__repr__(value)
    if isinstance(value, Pointed):
        return float.__repr__(value)
    return float_text(float(value), "json")


def _decimal(value: float) -> tuple[str, str, int]:
    """Sign, digits without zeros at the ends, and where the point stands among them."""
    text = repr(abs(value))
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    sign = "-" if math.copysign(1.0, value) < 0 else ""
    return sign, digits.rstrip("0") or "0", point


def _plain(digits: str, point: int) -> str:
    if point <= 0:
        return "0." + "0" * -point + digits
    if point >= len(digits):
        return digits + "0" * (point - len(digits))
    return f"{digits[:point]}.{digits[point:]}"


def _exponent(digits: str, exponent: int, *, short: bool) -> str:
    mantissa = digits[0] + (f".{digits[1:]}" if len(digits) > 1 else "")
    width = 1 if short and exponent < 0 else 2
    return f"{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):0{width}d}"
