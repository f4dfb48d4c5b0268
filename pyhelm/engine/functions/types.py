"""What values are: Go's types and kinds, emptiness, equality that minds types, copies."""

from __future__ import annotations

from pyhelm._typing import Any, Callable, Mapping
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.limits import Step, nested, uncounted
from pyhelm.engine.functions.verbs import go_type
from pyhelm.engine.gotypes import TYPES, kind_name

_EMPTY = (str, int, float, complex, list, dict, bytes, Mapping)
"""What can be empty: numbers, and what has a length."""


def kind_of(value: Any) -> str:
    """Go's kind, for Jinja: string, bool, int, float64, map, slice, invalid."""
    if value is None:
        return "invalid"
    kinds = {bool: "bool", str: "string", int: "int", float: "float64"}
    if isinstance(value, dict):
        return "map"
    return kinds.get(type(value), "slice")


def type_of(value: Any) -> str:
    """Go's type, for Jinja."""
    names = {"map": "map[string]interface {}", "slice": "[]interface {}", "invalid": "<nil>"}
    kind = kind_of(value)
    return names.get(kind, kind)


def go_kind(value: Any) -> str:
    """Go's kind; a subclass of a basic type has that one's."""
    if type(value) in TYPES or hasattr(value, "go_kind"):
        return kind_name(value)
    return next((TYPES[base][1] for base in type(value).__mro__ if base in TYPES), "struct")


def same(one: Any, other: Any) -> bool:
    """Equal in type and value, so that `1` is not `true` (Jinja's rule)."""
    return type(one) is type(other) and bool(one == other)


def deep_equal(one: Any, other: Any, *, step: Step = uncounted) -> bool:
    """Go's reflect.DeepEqual: types count at every level, and nil is no empty list.

    `step` is told what is gone through: values may be within themselves, which no size says.
    """
    return _deep_equal(one, other, 0, set(), step)


def _deep_equal(one: Any, other: Any, depth: int, met: set[tuple[int, int]], step: Step) -> bool:
    if type(one) is not type(other):
        return False
    if not isinstance(one, list | Mapping):
        return bool(one == other)
    # Two that are being compared further out, or were, are equal so far.
    if (id(one), id(other)) in met:
        return True
    met.add((id(one), id(other)))
    nested(depth, "deepEqual")
    step(len(one))
    if isinstance(one, list):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(
            _deep_equal(a, b, depth + 1, met, step) for a, b in pairs
        )
    return one.keys() == other.keys() and all(
        _deep_equal(value, other[key], depth + 1, met, step) for key, value in one.items()
    )


def empty(value: Any) -> bool:
    """Whether a value is null, false, zero or has nothing in it; objects never are."""
    return False if value else value is None or isinstance(value, _EMPTY)


def deep_copy(value: Any, depth: int = 0) -> Any:
    """A copy of lists and maps all the way down."""
    if isinstance(value, dict):
        nested(depth, "deepCopy")
        copied = {key: deep_copy(each, depth + 1) for key, each in value.items()}
        return copied if type(value) is dict else type(value)(copied)
    if isinstance(value, list):
        nested(depth, "deepCopy")
        items = [deep_copy(each, depth + 1) for each in value]
        return items if type(value) is list else type(value)(items)
    return value


def go_copy(value: Any) -> Any:
    """`deepCopy`, which fails on nil."""
    if value is None:
        raise FunctionError("reflect: call of reflect.Value.Type on zero Value")
    return deep_copy(value)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "deepCopy": lambda value: value,
    "deepEqual": same,
    "kindIs": lambda kind, value: kind_of(value) == kind,
    "kindOf": kind_of,
    "mustDeepCopy": lambda value: value,
    "typeIs": lambda name, value: type_of(value) == name,
    "typeIsLike": lambda name, value: type_of(value) in (name, f"*{name}"),
    "typeOf": type_of,
}

GO_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "deepCopy": go_copy,
    "deepEqual": deep_equal,
    "kindIs": lambda kind, value: go_kind(value) == kind,
    "kindOf": go_kind,
    "mustDeepCopy": go_copy,
    "typeIs": lambda name, value: go_type(value) == name,
    "typeIsLike": lambda name, value: go_type(value) in (name, f"*{name}"),
    "typeOf": go_type,
}
