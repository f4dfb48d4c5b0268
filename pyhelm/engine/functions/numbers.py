"""Arithmetic. Integers are Go's int64, which wraps; divisions truncate toward zero."""

from __future__ import annotations

import math

from pyhelm._typing import Any, Callable
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.cast import integer, number, wrapped
from pyhelm.engine.functions.fmt import show
from pyhelm.engine.functions.limits import listed
from pyhelm.engine.gotypes import Int64, Ints

PLACES = 300
"""To which Jinja's `round` goes; a float has no more."""


def to_int(value: Any) -> int:
    """For Jinja: as the `cast` library converts, but with blanks around and without bounds."""
    if isinstance(value, str):
        return integer(value.strip())
    if isinstance(value, int):
        return int(value)
    return integer(value)


def to_float(value: Any) -> float:
    """For Jinja: as the `cast` library converts; what is no number is 0."""
    return number(value.strip() if isinstance(value, str) else value)


def divide(one: Any, other: Any) -> int:
    """The quotient, cut toward zero."""
    left, right = integer(one), integer(other)
    if not right:
        raise FunctionError("runtime error: integer divide by zero")
    quotient = abs(left) // abs(right)
    return wrapped(quotient if (left < 0) == (right < 0) else -quotient)


def remainder(one: Any, other: Any) -> int:
    """The remainder, with the sign of the dividend."""
    left, right = integer(one), integer(other)
    if not right:
        raise FunctionError("runtime error: integer divide by zero")
    return abs(left) % abs(right) * (-1 if left < 0 else 1)


def product(first: Any, *others: Any) -> int:
    """Multiplied, wrapping at each step."""
    from functools import reduce

    return reduce(lambda a, b: wrapped(a * integer(b)), others, integer(first))


def total(*values: Any) -> int:
    """Added, wrapping."""
    return wrapped(sum(map(integer, values)))


def until(count: int) -> list[int]:
    """0 to before `count`."""
    return until_step(0, count, -1 if count < 0 else 1)


def until_step(start: int, stop: int, step: int) -> list[int]:
    """From `start` to before `stop`."""
    if not step:
        return []
    found = range(start, stop, step)
    distance = (stop - start) // step
    listed(distance if distance > 0 else 0)
    return list(found)


def seq(*arguments: int) -> str:
    """Numbers with blanks between, as the shell's seq counts."""
    if not 1 <= len(arguments) <= 3:
        return ""
    start = 1 if len(arguments) == 1 else arguments[0]
    end = arguments[-1]
    way = -1 if end < start else 1
    step = arguments[1] if len(arguments) == 3 else way
    if way < 0 < step:
        return ""
    return " ".join(map(str, until_step(start, end + way, step)))


def floor(value: Any) -> float:
    """The next whole number below."""
    return _whole(math.floor, number(value))


def ceil(value: Any) -> float:
    """The next whole number above."""
    return _whole(math.ceil, number(value))


def _whole(function: Callable[[float], int], value: float) -> float:
    """Rounded with the sign kept: there is a -0."""
    return math.copysign(float(function(value)), value) if math.isfinite(value) else value


def round_(value: Any, places: int, *up_from: float) -> float:
    """Rounded to so many places, up from `up_from` (0.5) on; negative numbers go down."""
    scale = _power(places)
    scaled = scale * number(value)
    fraction = math.modf(scaled)[0] if math.isfinite(scaled) else math.nan
    up = fraction >= (up_from[0] if up_from else 0.5)
    rounded = _whole(math.ceil if up else math.floor, scaled)
    if scale == 0:
        unknown = rounded == 0 or math.isnan(rounded)
        return math.nan if unknown else math.copysign(math.inf, rounded)
    return rounded / scale


def _power(places: int) -> float:
    try:
        return math.pow(10.0, places)
    except OverflowError:
        return math.inf


def round_away(value: Any, places: Any, up_from: float = 0.5) -> float:
    """For Jinja: rounded to so many places, away from zero from `up_from` on."""
    scale = _scale(to_int(places))
    digit = scale * to_float(value)
    if not math.isfinite(digit):
        return float(value)
    whole = math.floor(abs(digit))
    rounded = whole + 1 if abs(digit) - whole >= up_from else whole
    return float(math.copysign(rounded, digit) / scale)


def _scale(places: int) -> float:
    """Ten to so many places; raises FunctionError where no float has as many."""
    if abs(places) > PLACES:
        raise FunctionError(f"round: {places} places are more than the limit of {PLACES}")
    return float(10**places)


def octal(value: Any) -> int:
    """The number that a value's text is in base 8; 0 for what is none."""
    text = show(value)
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not digits or digits.strip("01234567"):
        return 0
    found = int(digits, 8) * (-1 if text[0] == "-" else 1)
    return found if wrapped(found) == found else 0


def atoi(text: str) -> int:
    """Decimal digits as a number: 0 for other text, the nearest int64 for what is too large."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdigit()):
        return 0
    digits = digits.lstrip("0") or "0"
    found = int(digits) if len(digits) < 25 else 2**64
    return max(-(2**63), min(2**63 - 1, -found if text[0] == "-" else found))


def float_max(first: Any, *others: Any) -> float:
    """Go's math.Max over all: NaN wins."""
    from functools import reduce

    return reduce(_larger, map(number, others), number(first))


def _larger(one: float, other: float) -> float:
    if math.isinf(one) or math.isinf(other):
        return math.inf if math.inf in (one, other) else _finite_or_nan(one, other)
    if math.isnan(one) or math.isnan(other):
        return math.nan
    if one == other == 0:
        return other if math.copysign(1, one) < 0 else one
    return max(one, other)


def _finite_or_nan(one: float, other: float) -> float:
    return math.nan if math.isnan(one) or math.isnan(other) else max(one, other)


def float_min(first: Any, *others: Any) -> float:
    """Go's math.Min over all: NaN wins."""
    from functools import reduce

    return reduce(lambda a, b: -_larger(-a, -b), map(number, others), number(first))


def _int64(function: Callable[..., int]) -> Callable[..., Int64]:
    return lambda *values: Int64(function(*values))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "add": lambda *values: sum(map(to_int, values)),
    "add1": lambda value: to_int(value) + 1,
    "atoi": to_int,
    "biggest": lambda *values: max(map(to_int, values)),
    "ceil": lambda value: float(math.ceil(to_float(value))),
    "div": divide,
    "float64": to_float,
    "floor": lambda value: float(math.floor(to_float(value))),
    "int": to_int,
    "int64": to_int,
    "len": len,
    "max": lambda *values: max(map(to_int, values)),
    "maxf": lambda *values: max(map(to_float, values)),
    "min": lambda *values: min(map(to_int, values)),
    "minf": lambda *values: min(map(to_float, values)),
    "mod": remainder,
    "mul": lambda *values: math.prod(map(to_int, values)),
    "round": round_away,
    "seq": lambda *values: seq(*map(to_int, values)),
    "sub": lambda one, other: to_int(one) - to_int(other),
    "toDecimal": lambda value: octal(to_int(value)),
    "until": lambda count: until(to_int(count)),
    "untilStep": lambda *bounds: until_step(*map(to_int, bounds)),
}

GO_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "add": _int64(total),
    "add1": lambda value: Int64(wrapped(integer(value) + 1)),
    "atoi": atoi,
    "biggest": lambda *values: Int64(max(map(integer, values))),
    "ceil": ceil,
    "div": _int64(divide),
    "float64": number,
    "floor": floor,
    "int": integer,
    "int64": lambda value: Int64(integer(value)),
    "max": lambda *values: Int64(max(map(integer, values))),
    "maxf": float_max,
    "min": lambda *values: Int64(min(map(integer, values))),
    "minf": float_min,
    "mod": _int64(remainder),
    "mul": _int64(product),
    "round": round_,
    "seq": seq,
    "sub": lambda one, other: Int64(wrapped(integer(one) - integer(other))),
    "toDecimal": _int64(octal),
    "until": lambda count: Ints(until(count)),
    "untilStep": lambda start, stop, step: Ints(until_step(start, stop, step)),
}
