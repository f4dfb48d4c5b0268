"""Kubernetes quantities by their value: `1000m` is `1`, `1Gi` is `1073741824`."""

from __future__ import annotations

from pyhelm._lazy import lazy_pattern
from pyhelm._typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from decimal import Decimal

_FORM = lazy_pattern(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([KMGTPE]i|[numkMGTPE]?))\Z")

_EXPONENTS = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = ("Ki", "Mi", "Gi", "Ti", "Pi", "Ei")


def same_quantity(one: Any, other: Any) -> bool:
    """Whether two quantities have one value; what is none equals nothing."""
    first, second = value_of(one), value_of(other)
    return first is not None and first == second


def value_of(quantity: Any) -> Decimal | None:
    """A quantity as a number, rounded up to billionths as Kubernetes does; None if it is none."""
    from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

    if isinstance(quantity, bool) or not isinstance(quantity, str | int | float):
        return None
    match = _FORM.match(str(quantity))
    if match is None:
        return None
    number = Decimal(match[1] + (match[2] or ""))
    unit = match[3] or ""
    scale = (
        Decimal(1024) ** (_BINARY.index(unit) + 1)
        if unit in _BINARY
        else Decimal(10) ** _EXPONENTS[unit]
    )
    away = ROUND_CEILING if number > 0 else ROUND_FLOOR
    exact = number * scale
    return exact.quantize(Decimal("1e-9"), away) if abs(exact) < 10**18 else exact
