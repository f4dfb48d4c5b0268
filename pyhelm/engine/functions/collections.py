"""Lists and dicts. Nothing is changed in place: `set`, `unset` and `merge` return new dicts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.text import to_text


def pairs(*items: Any) -> dict[str, Any]:
    """A dict of keys and values in turn."""
    padded = [*items, ""] if len(items) % 2 else items
    return {to_text(key): value for key, value in zip(padded[::2], padded[1::2], strict=True)}


def get(mapping: dict[str, Any], key: str) -> Any:
    """A key's value; empty text when it isn't there."""
    return mapping.get(key, "")


def set_(mapping: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """A copy with the key set."""
    return {**mapping, key: value}


def unset(mapping: dict[str, Any], key: str) -> dict[str, Any]:
    """A copy without the key."""
    return {name: value for name, value in mapping.items() if name != key}


def pick(mapping: dict[str, Any], *names: str) -> dict[str, Any]:
    """Only these keys."""
    return {name: mapping[name] for name in names if name in mapping}


def omit(mapping: dict[str, Any], *names: str) -> dict[str, Any]:
    """All but these keys."""
    return {name: value for name, value in mapping.items() if name not in names}


def pluck(key: str, *mappings: dict[str, Any]) -> list[Any]:
    """The key's value in each dict that has it."""
    return [mapping[key] for mapping in mappings if key in mapping]


def dig(*arguments: Any) -> Any:
    """`dig(key, key, …, default, dict)`: a nested value, or the default."""
    if len(arguments) < 3:
        raise FunctionError("dig needs at least three arguments")
    *names, default, found = arguments
    for name in names:
        if not isinstance(found, dict) or name not in found:
            return default
        found = found[name]
    return found


def merge(first: dict[str, Any], *others: dict[str, Any]) -> dict[str, Any]:
    """Dicts merged at every level; the first that has a value wins, empty ones not counting."""
    merged = dict(first)
    for other in others:
        for key, value in other.items():
            own = merged.get(key)
            if isinstance(own, dict) and isinstance(value, dict):
                merged[key] = merge(own, value)
            elif not own:
                merged[key] = value
    return merged


def merge_overwrite(first: dict[str, Any], *others: dict[str, Any]) -> dict[str, Any]:
    """Dicts merged at every level; the last wins."""
    merged = dict(first)
    for other in others:
        for key, value in other.items():
            own = merged.get(key)
            both = isinstance(own, dict) and isinstance(value, dict)
            merged[key] = merge_overwrite(own, value) if both else value  # type: ignore[arg-type]
    return merged


def same(one: Any, other: Any) -> bool:
    """Equal in type and value, so that `1` is not `true`."""
    return type(one) is type(other) and one == other


def has(item: Any, items: Any) -> bool:
    """Whether a list holds an item."""
    return any(same(each, item) for each in items or ())


def uniq(items: list[Any]) -> list[Any]:
    """Each item once."""
    found: list[Any] = []
    for item in items:
        if not has(item, found):
            found.append(item)
    return found


def chunk(size: int, items: list[Any]) -> list[list[Any]]:
    """Lists of at most `size` items."""
    if size < 1:
        raise FunctionError("chunk needs a size of at least 1")
    return [items[at : at + size] for at in range(0, len(items), size)]


def slice_(items: list[Any], start: int = 0, end: int | None = None) -> list[Any]:
    """From `start` to before `end`."""
    return items[start:end]


def first(items: Any) -> Any:
    """The first item; null of an empty list."""
    return items[0] if items else None


def last(items: Any) -> Any:
    """The last item; null of an empty list."""
    return items[-1] if items else None


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "append": lambda items, item: [*items, item],
    "chunk": chunk,
    "compact": lambda items: [item for item in items if item],
    "concat": lambda *lists: [item for items in lists for item in items],
    "deepCopy": lambda value: value,
    "dict": pairs,
    "dig": dig,
    "first": first,
    "get": get,
    "has": has,
    "hasKey": lambda mapping, key: key in mapping,
    "initial": lambda items: list(items[:-1]),
    "keys": lambda *mappings: [key for mapping in mappings for key in sorted(mapping)],
    "last": last,
    "list": lambda *items: list(items),
    "merge": merge,
    "mergeOverwrite": merge_overwrite,
    "omit": omit,
    "pick": pick,
    "pluck": pluck,
    "prepend": lambda items, item: [item, *items],
    "push": lambda items, item: [*items, item],
    "rest": lambda items: list(items[1:]),
    "reverse": lambda items: list(reversed(items)),
    "set": set_,
    "slice": slice_,
    "tuple": lambda *items: list(items),
    "uniq": uniq,
    "unset": unset,
    "values": lambda *mappings: [mapping[key] for mapping in mappings for key in sorted(mapping)],
    "without": lambda items, *omitted: [item for item in items if not has(item, list(omitted))],
}
FUNCTIONS |= {
    f"must{name[0].upper()}{name[1:]}": FUNCTIONS[name]
    for name in (
        *("append", "compact", "first", "has", "initial", "last", "merge", "mergeOverwrite"),
        *("prepend", "push", "rest", "reverse", "slice", "uniq", "without"),
    )
}
