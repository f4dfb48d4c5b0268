"""Defaults, choices and checks."""

from __future__ import annotations

from pyhelm._typing import Any, Callable, NoReturn
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.types import empty


def default(fallback: Any, *values: Any) -> Any:
    """The value, or the fallback for an empty one (Sprig's rule)."""
    return values[0] if values and not empty(values[0]) else fallback


def coalesce(*values: Any) -> Any:
    """The first that is not empty."""
    for value in values:
        if not empty(value):
            return value
    return None


def required(message: str, value: Any) -> Any:
    """The value; fails with the message when it is null or empty text."""
    if value is None or value == "":
        raise FunctionError(message)
    return value


def fail(message: str) -> NoReturn:
    """Fails with the message."""
    raise FunctionError(message)


def ternary(yes: Any, no: Any, condition: Any) -> Any:
    """One value or the other."""
    return yes if condition else no


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "all": lambda *values: not any(empty(value) for value in values),
    "any": lambda *values: any(not empty(value) for value in values),
    "coalesce": coalesce,
    "default": default,
    "empty": empty,
    "fail": fail,
    "hello": lambda: "Hello!",
    "required": required,
    "ternary": ternary,
}
