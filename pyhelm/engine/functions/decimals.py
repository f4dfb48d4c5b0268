"""Arithmetic on floats without their errors: through decimals of any length, as Sprig does it."""

from __future__ import annotations

import math
from typing import NamedTuple

from pyhelm._typing import Any, Callable, Iterable
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.cast import number
from pyhelm.engine.functions.fmt import show

PLACES = 16
"""Digits behind the point that a division has."""

LARGEST = 100_000
"""The most digits that a result may have."""


class Decimal(NamedTuple):
    """`digits` times ten to the `exponent`."""

    digits: int
    exponent: int

    @classmethod
    def of(cls, value: float) -> Decimal:
        """The fewest digits that read back as the float; raises FunctionError for NaN and Inf."""
        if not math.isfinite(value):
            raise FunctionError(f"Cannot create a Decimal from {show(value)}")
        mantissa, _, exponent = repr(value).partition("e")
        whole, _, fraction = mantissa.partition(".")
        fraction = "" if fraction == "0" else fraction
        return cls(int(whole + fraction), int(exponent or 0) - len(fraction))

    def to_float(self) -> float:
        """The nearest float."""
        try:
            if self.exponent >= 0:
                return float(self.digits * 10**self.exponent)
            return float(self.digits / 10**-self.exponent)
        except OverflowError:
            return -math.inf if self.digits < 0 else math.inf


def add(one: Decimal, other: Decimal) -> Decimal:
    """The exact sum."""
    exponent = min(one.exponent, other.exponent)
    left = one.digits * 10 ** (one.exponent - exponent)
    return Decimal(left + other.digits * 10 ** (other.exponent - exponent), exponent)


def subtract(one: Decimal, other: Decimal) -> Decimal:
    """The exact difference."""
    return add(one, Decimal(-other.digits, other.exponent))


def multiply(one: Decimal, other: Decimal) -> Decimal:
    """The exact product."""
    made = Decimal(one.digits * other.digits, one.exponent + other.exponent)
    if abs(made.exponent) > LARGEST:
        raise FunctionError(f"mulf: a product with more than {LARGEST} digits")
    return made


def divide(one: Decimal, other: Decimal) -> Decimal:
    """The quotient, rounded half away from zero behind the 16th digit."""
    if not other.digits:
        raise FunctionError("decimal division by 0")
    shift = one.exponent - other.exponent + PLACES
    above = abs(one.digits) * 10 ** max(shift, 0)
    below = abs(other.digits) * 10 ** max(-shift, 0)
    quotient = (2 * above + below) // (2 * below)
    return Decimal(quotient if (one.digits < 0) == (other.digits < 0) else -quotient, -PLACES)


def _calculated(
    operation: Callable[[Decimal, Decimal], Decimal], first: Any, others: Iterable[Any]
) -> float:
    made = Decimal.of(number(first))
    for other in others:
        made = operation(made, Decimal.of(number(other)))
    return made.to_float()


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "add1f": lambda value: _calculated(add, value, (1,)),
    "addf": lambda *values: _calculated(add, 0.0, values),
    "divf": lambda first, *others: _calculated(divide, first, others),
    "mulf": lambda first, *others: _calculated(multiply, first, others),
    "subf": lambda first, *others: _calculated(subtract, first, others),
}
