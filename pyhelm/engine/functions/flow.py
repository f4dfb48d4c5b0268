"""Defaults, choices, checks and what kind a value is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.collections import same


def empty(value: Any) -> bool:
    """Whether a value is null, false, zero or has nothing in it."""
    return not value


def default(fallback: Any, value: Any = None) -> Any:
    """The value, or the fallback for an empty one (Sprig's rule)."""
    return fallback if empty(value) else value


def coalesce(*values: Any) -> Any:
    """The first that is not empty."""
    return next((value for value in values if not empty(value)), None)


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


def kind_of(value: Any) -> str:
    """Go's kind: string, bool, int, float64, map, slice, invalid."""
    if value is None:
        return "invalid"
    kinds = {bool: "bool", str: "string", int: "int", float: "float64"}
    if isinstance(value, dict):
        return "map"
    return kinds.get(type(value), "slice")


def type_of(value: Any) -> str:
    """Go's type."""
    names = {"map": "map[string]interface {}", "slice": "[]interface {}", "invalid": "<nil>"}
    kind = kind_of(value)
    return names.get(kind, kind)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "all": lambda *values: not any(empty(value) for value in values),
    "any": lambda *values: any(not empty(value) for value in values),
    "coalesce": coalesce,
    "deepEqual": same,
    "default": default,
    "empty": empty,
    "fail": fail,
    "hello": lambda: "Hello!",
    "kindIs": lambda kind, value: kind_of(value) == kind,
    "kindOf": kind_of,
    "required": required,
    "ternary": ternary,
    "typeIs": lambda name, value: type_of(value) == name,
    "typeIsLike": lambda name, value: type_of(value) in (name, f"*{name}"),
    "typeOf": type_of,
}
