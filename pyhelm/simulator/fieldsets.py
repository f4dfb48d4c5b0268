"""Sets of fields, as `managedFields` holds them (FieldsV1), and the walks that make them.

A path is a tuple of FieldsV1's elements: `f:spec`, `k:{"name":"x"}`, `v:"x"`. The rules are those
of structured-merge-diff: what is a leaf, when a map itself is a member, how items are named.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyhelm.openapi import MISSING
from pyhelm.simulator.schema import ANY, Type, zero_of

Path = tuple[str, ...]
Fields = frozenset[Path]

STRIPPED = {
    ("f:apiVersion",),
    ("f:kind",),
    ("f:metadata",),
    *(
        ("f:metadata", f"f:{name}")
        for name in (
            "name",
            "namespace",
            "creationTimestamp",
            "selfLink",
            "uid",
            "generation",
            "managedFields",
            "resourceVersion",
        )
    ),
}
"""What nobody owns."""


class _Absent:
    __slots__ = ()


ABSENT = _Absent()


def compact(value: Any) -> str:
    """JSON as it stands in a path element."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True)


def item_element(item: Any, type_: Type) -> str:
    """How an item of a `map` or `set` list is named."""
    if type_.list_type == "set":
        return f"v:{compact(item)}"
    item_type = type_.items or ANY
    keys: dict[str, Any] = {}
    for name in type_.map_keys:
        value = item.get(name) if isinstance(item, Mapping) else None
        if value is None:
            declared = item_type.field(name)
            value = None if declared is None or declared.default is MISSING else declared.default
        keys[name] = value
    return f"k:{compact(keys)}"


def by_element(items: Any, type_: Type) -> dict[str, Any]:
    """Items by their path elements; of duplicates the last."""
    return {item_element(item, type_): item for item in items or ()}


def is_granular_list(value: Any, type_: Type) -> bool:
    """Whether a list is walked into."""
    if type_.kind != "array" or type_.list_type not in ("map", "set"):
        return False
    return value is None or value is ABSENT or isinstance(value, list)


def is_granular_map(value: Any, type_: Type) -> bool:
    """Whether a map is walked into."""
    return isinstance(value, Mapping) and not type_.atomic and type_.kind in ("object", "")


def fields_of(value: Any, type_: Type) -> Fields:
    """All fields that a configuration sets: what its applier owns."""
    found: set[Path] = set()
    _collect(value, type_, (), found)
    return frozenset(found - STRIPPED)


def _collect(value: Any, type_: Type, path: Path, found: set[Path]) -> None:
    if is_granular_map(value, type_):
        for name, child in value.items():
            below = (*path, f"f:{name}")
            _collect(child, type_.field(name) or ANY, below, found)
            if child is None or child == {} or not type_.declares(name):
                found.add(below)
    elif type_.kind == "array" and is_granular_list(value, type_):
        for element, item in by_element(value, type_).items():
            below = (*path, element)
            _collect(item, type_.items or ANY, below, found)
            found.add(below)
    else:
        found.add(path)


@dataclass(slots=True)
class Difference:
    """What one object has and another has not, by path."""

    added: set[Path] = field(default_factory=set)
    modified: set[Path] = field(default_factory=set)
    removed: set[Path] = field(default_factory=set)

    def strip(self) -> Difference:
        """Without what nobody owns."""
        return Difference(self.added - STRIPPED, self.modified - STRIPPED, self.removed - STRIPPED)


def compare(old: Any, new: Any, type_: Type) -> Difference:
    """What changed from one object to the next."""
    difference = Difference()
    _compare(old, new, type_, (), difference)
    return difference.strip()


def _compare(old: Any, new: Any, type_: Type, path: Path, out: Difference) -> None:
    if old is new:
        return
    if _both_maps(old, new, type_) and not (_empty(old) and _empty(new)):
        for name in {**_mapping(old), **_mapping(new)}:
            _compare(
                _member(old, name, type_),
                _member(new, name, type_),
                type_.field(name) or ANY,
                (*path, f"f:{name}"),
                out,
            )
    elif _both_lists(old, new, type_) and not (_empty(old) and _empty(new)):
        before, after = by_element(_items(old), type_), by_element(_items(new), type_)
        for element in {**before, **after}:
            _compare(
                before.get(element, ABSENT),
                after.get(element, ABSENT),
                type_.items or ANY,
                (*path, element),
                out,
            )
    elif old is not ABSENT and new is not ABSENT:
        if old != new or isinstance(old, bool) != isinstance(new, bool):
            out.modified.add(path)
        return
    if old is ABSENT:
        out.added.add(path)
    elif new is ABSENT:
        out.removed.add(path)


def _member(value: Any, name: str, type_: Type) -> Any:
    """A field of a map; what a Go struct can't be without is there when the struct is."""
    if not isinstance(value, Mapping):
        return ABSENT
    found = value.get(name, ABSENT)
    return zero_of(type_).get(name, ABSENT) if found is ABSENT and type_.name else found


def _both_maps(old: Any, new: Any, type_: Type) -> bool:
    known = [value for value in (old, new) if value is not ABSENT and value is not None]
    return bool(known) and all(is_granular_map(value, type_) for value in known)


def _both_lists(old: Any, new: Any, type_: Type) -> bool:
    known = [value for value in (old, new) if value is not ABSENT and value is not None]
    return bool(known) and all(is_granular_list(value, type_) for value in known)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _empty(value: Any) -> bool:
    return value is ABSENT or not value


def closure(fields: Iterable[Path]) -> set[Path]:
    """The fields and everything above them."""
    found: set[Path] = set()
    for path in fields:
        for length in range(len(path), 0, -1):
            prefix = path[:length]
            if prefix in found:
                break
            found.add(prefix)
    return found


def to_fields_v1(fields: Iterable[Path]) -> dict[str, Any]:
    """As `managedFields` writes it; `.` says that a map with members is one itself."""
    root: dict[str, Any] = {}
    nodes: dict[Path, dict[str, Any]] = {(): root}
    for path in sorted(fields):
        _node(path, nodes)
    for path in fields:
        if node := nodes[path]:
            children = dict(node)
            node.clear()
            node["."] = {}
            node.update(children)
    return root


def _node(path: Path, nodes: dict[Path, dict[str, Any]]) -> dict[str, Any]:
    found = nodes.get(path)
    if found is None:
        found = nodes[path] = {}
        _node(path[:-1], nodes)[path[-1]] = found
    return found


def from_fields_v1(node: Mapping[str, Any]) -> Fields:
    """The paths of a `fieldsV1`; raises ValueError where a key is none."""
    found: set[Path] = set()

    def walk(node: Mapping[str, Any], path: Path) -> None:
        if not node or "." in node:
            found.add(path)
        for key in _elements(node):
            walk(node[key], (*path, key))

    for key in _elements(node):
        walk(node[key], (key,))
    return frozenset(found)


def _elements(node: Mapping[str, Any]) -> Iterator[str]:
    """The keys that name something; kinds of them that are not known yet name nothing."""
    for key in node:
        if key == ".":
            continue
        kind, colon, rest = key.partition(":")
        if len(kind) != 1 or not colon:
            raise ValueError(f"{key} names no field")
        if kind in "kv":
            json.loads(rest)
        if kind in "fkvi":
            yield key


def dotted(path: Path) -> str:
    """As conflicts name a field: `.spec.containers[name="x"].image`."""
    return "".join(_dotted_element(element) for element in path)


def _dotted_element(element: str) -> str:
    kind, _, rest = element.partition(":")
    if kind == "f":
        return f".{rest}"
    if kind == "k":
        keys = json.loads(rest)
        return "[" + ",".join(f"{name}={compact(value)}" for name, value in keys.items()) + "]"
    if kind == "v":
        return f"[={rest}]"
    return f"[{rest}]"
