"""What Jinja's own filters, tests and operators may take: Python's have no bounds of their own."""

from __future__ import annotations

from collections.abc import Iterator
from functools import wraps

from jinja2.filters import FILTERS
from jinja2.utils import pass_environment, pass_eval_context

from pyhelm._typing import Any, Callable
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.jinja.arguments import bound, need
from pyhelm.engine.meter import Meter, OverBudget

BITS = 4096
"""Of the largest integer that is calculated with; dividing larger ones takes Python its time."""

DIGITS = 308
"""The places to which a number can be rounded: those of a float."""

COMPARING = (
    *("==", "eq", "equalto", "!=", "ne", ">", "gt", "greaterthan", "ge", ">="),
    *("<", "lt", "lessthan", "<=", "le", "in", "contains"),
)
"""Tests that go through what they compare."""


def bounded(name: str, function: Any, meter: Meter) -> Callable[..., Any]:
    """A filter or test, counted with what it goes through and what it makes."""
    # Jinja hands its own context to those that ask for it, as their first argument.
    own = 1 if hasattr(function, "jinja_pass_arg") else 0

    @wraps(function)
    def call(*arguments: Any, **named: Any) -> Any:
        meter.step()
        meter.walked(*arguments[own:], *named.values())
        made = bound(name, function, *arguments, **named)
        return meter.loop(made) if isinstance(made, Iterator) else meter.made(made)

    return call


def table(meter: Meter) -> dict[str, Callable[..., Any]]:
    """Jinja's filters by name, bounded."""
    found = {**FILTERS, **_checked(meter)}
    return {name: bounded(name, function, meter) for name, function in found.items()}


def _checked(meter: Meter) -> dict[str, Callable[..., Any]]:
    """Those that make a lot of a small number that they are given, or take long over little."""

    def batch(value: Any, linecount: int, fill_with: Any = None) -> Any:
        need("batch", "int", linecount)
        meter.room(linecount)
        return FILTERS["batch"](value, linecount, fill_with)

    @pass_eval_context
    def slice(context: Any, value: Any, slices: int, fill_with: Any = None) -> Any:
        need("slice", "int", slices)
        meter.room(slices)
        return FILTERS["slice"](context, value, slices, fill_with)

    def round(value: Any, precision: int = 0, method: str = "common") -> Any:
        need("round", "int", precision)
        if abs(precision) > DIGITS:
            raise FunctionError(f"round: the precision is {precision}, and may be {DIGITS} at most")
        return FILTERS["round"](value, precision, method)

    def int(value: Any, default: Any = 0, base: Any = 10) -> Any:
        if isinstance(value, str) and len(value) > BITS:
            raise OverBudget(f"a number of more than {BITS} digits")
        return FILTERS["int"](value, default, base)

    @pass_environment
    def sum(environment: Any, iterable: Any, attribute: Any = None, start: Any = 0) -> Any:
        if isinstance(start, list | tuple):
            raise FunctionError("sum: only numbers are added; use concat for lists")
        return FILTERS["sum"](environment, iterable, attribute, start)

    return {"batch": batch, "slice": slice, "round": round, "int": int, "sum": sum}


def key(value: Any) -> Any:
    """A key of a mapping; a tuple, whose hash goes through all that is in it, is none."""
    if isinstance(value, tuple):
        raise FunctionError("a list can't be a key")
    return value


def check_integers(operator: str, left: int, right: int) -> None:
    """Refuse to calculate with numbers that no manifest has; raises OverBudget."""
    bits = max(left.bit_length(), right.bit_length())
    if operator == "*":
        bits = left.bit_length() + right.bit_length()
    elif operator == "**" and abs(left) > 1:
        bits = max(bits, left.bit_length() * right)
    if bits > BITS:
        raise OverBudget(f"a number of more than {BITS} bits")
