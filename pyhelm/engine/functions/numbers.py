"""Arithmetic: integers wrap nowhere, divisions truncate toward zero as Go's do."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from decimal import Decimal
from functools import reduce
from typing import Any

from pyhelm.engine.functions import FunctionError

LIMIT = 1_000_000
"""Items of the longest list that one function makes."""


def to_int(value: Any) -> int:
    """As the `cast` library converts: texts by their digits (octal with a leading 0), else 0."""
    if isinstance(value, str):
        return _int_of(value.strip())
    if value is None:
        return 0
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return 0


def _int_of(text: str) -> int:
    for base in (0, 8, 10):
        try:
            return int(text, base)
        except ValueError:
            continue
    whole, dot, fraction = text.partition(".")
    return _int_of(whole) if dot and whole and not fraction.strip("0") else 0


def to_float(value: Any) -> float:
    """As the `cast` library converts; what is no number is 0."""
    try:
        return float(value) if value is not None else 0.0
    except (TypeError, ValueError):
        return 0.0


def divide(one: Any, other: Any) -> int:
    """The quotient, cut toward zero."""
    left, right = to_int(one), to_int(other)
    if not right:
        raise FunctionError("runtime error: integer divide by zero")
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def remainder(one: Any, other: Any) -> int:
    """The remainder, with the sign of the dividend."""
    return to_int(one) - divide(one, other) * to_int(other)


def until(count: Any) -> list[int]:
    """0 to before `count`."""
    end = to_int(count)
    return until_step(0, end, -1 if end < 0 else 1)


def until_step(start: int, stop: int, step: int) -> list[int]:
    """From `start` to before `stop`."""
    if not step:
        return []
    found = range(start, stop, step)
    if len(found) > LIMIT:
        raise FunctionError(f"a list of {len(found)} items is longer than the limit of {LIMIT}")
    return list(found)


def seq(*arguments: Any) -> str:
    """Numbers with blanks between, as the shell's seq counts."""
    numbers = [to_int(each) for each in arguments]
    if not 1 <= len(numbers) <= 3:
        return ""
    start = 1 if len(numbers) == 1 else numbers[0]
    end = numbers[-1]
    step = numbers[1] if len(numbers) == 3 else 1
    if len(numbers) < 3 and end < start:
        step = -1
    return " ".join(map(str, until_step(start, end + (1 if step > 0 else -1), step)))


def round_(value: Any, places: Any, up_from: float = 0.5) -> float:
    """Rounded to so many places, away from zero from `up_from` on."""
    scale = 10 ** to_int(places)
    digit = scale * to_float(value)
    whole = math.floor(abs(digit))
    rounded = whole + 1 if abs(digit) - whole >= up_from else whole
    return float(math.copysign(rounded, digit) / scale)


def random_int(low: Any, high: Any) -> int:
    """A number from `low` to before `high`."""
    return random.randrange(to_int(low), to_int(high))


def _decimal(*values: Any) -> list[Decimal]:
    return [Decimal(str(to_float(value))) for value in values]


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "add": lambda *values: sum(to_int(each) for each in values),
    "add1": lambda value: to_int(value) + 1,
    "add1f": lambda value: float(sum(_decimal(value, 1))),
    "addf": lambda *values: float(sum(_decimal(*values))),
    "atoi": to_int,
    "biggest": lambda *values: max(to_int(each) for each in values),
    "ceil": lambda value: float(math.ceil(to_float(value))),
    "div": divide,
    "divf": lambda *values: float(reduce(lambda a, b: a / b, _decimal(*values))),
    "float64": to_float,
    "floor": lambda value: float(math.floor(to_float(value))),
    "int": to_int,
    "int64": to_int,
    "len": len,
    "max": lambda *values: max(to_int(each) for each in values),
    "maxf": lambda *values: max(to_float(each) for each in values),
    "min": lambda *values: min(to_int(each) for each in values),
    "minf": lambda *values: min(to_float(each) for each in values),
    "mod": remainder,
    "mul": lambda *values: math.prod(to_int(each) for each in values),
    "mulf": lambda *values: float(math.prod(_decimal(*values))),
    "randInt": random_int,
    "round": round_,
    "seq": seq,
    "sub": lambda one, other: to_int(one) - to_int(other),
    "subf": lambda *values: float(reduce(lambda a, b: a - b, _decimal(*values))),
    "toDecimal": lambda value: int(str(to_int(value)), 8) if value else 0,
    "until": until,
    "untilStep": until_step,
}
