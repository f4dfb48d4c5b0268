"""Strategic merge patches: JSON merge patches whose lists merge by the keys of the API's types.

The rules are apimachinery's (`strategicpatch`): items are matched by their merge key, removed
with `$patch: delete` or `$deleteFromPrimitiveList`, ordered by `$setElementOrder`, and unions
keep only `$retainKeys`. A three-way patch joins two two-way ones: additions and changes against
the live object, deletions against the manifest that was applied before.
"""

from __future__ import annotations

from pyhelm._dataclass import dataclass
from pyhelm._typing import Any, Mapping
from pyhelm.openapi import Schema

Node = dict[str, Any]

ORDER = "$setElementOrder/"
DELETE_FROM = "$deleteFromPrimitiveList/"
RETAIN = "$retainKeys"


def strategic_merge_patch(original: Node, modified: Node, current: Node, schema: Schema) -> Node:
    """The three-way patch; empty when nothing changed (CreateThreeWayMergePatch, overwriting)."""
    changes = _Diff(deletions=False).maps(current, modified, schema)
    deletions = _Diff(changes=False).maps(original, modified, schema)
    return _union(deletions, changes, schema)


def two_way_patch(original: Node, modified: Node, schema: Schema) -> Node:
    """The strategic merge patch that turns `original` into `modified`."""
    return _Diff().maps(original, modified, schema)


def same(left: Any, right: Any) -> bool:
    """Whether two JSON values are equal; `true` is not 1."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right) and _type(left) == _type(right)


@dataclass(frozen=True, slots=True)
class _Diff:
    """A two-way difference that may leave out the changes and additions, or the deletions."""

    changes: bool = True
    deletions: bool = True

    def maps(self, old: Node, new: Node, schema: Schema | None, retain: bool = False) -> Node:
        patch: Node = {}
        for key, value in new.items():
            if key not in old or _type(old[key]) != _type(value):
                if self.changes:
                    patch[key] = value
            else:
                field = None if schema is None else schema.field(key)
                self._values(patch, key, old[key], value, field)
        missing = [key for key in old if key not in new]
        if self.deletions:
            patch.update(dict.fromkeys(missing))
        if retain and (patch or any(old[key] is not None for key in missing)):
            patch[RETAIN] = sorted(key for key, value in new.items() if value is not None)
        return patch

    def _values(self, patch: Node, key: str, old: Any, new: Any, field: Schema | None) -> None:
        strategies = () if field is None else field.merge_strategies
        if isinstance(new, dict) and "replace" not in strategies:
            inner = self.maps(old, new, field, "retainKeys" in strategies)
            if inner:
                patch[key] = inner
        elif isinstance(new, list) and field is not None and "merge" in strategies:
            self._lists(patch, key, old, new, field)
        elif self.changes and not same(old, new):
            patch[key] = new

    def _lists(self, patch: Node, key: str, old: list[Any], new: list[Any], field: Schema) -> None:
        if not old:
            if new and self.changes:
                patch[key] = new
        elif field.merge_key and all(isinstance(item, dict) for item in (*old, *new)):
            self._keyed(patch, key, old, new, field)
        else:
            self._primitives(patch, key, old, new)

    def _keyed(self, patch: Node, key: str, old: list[Any], new: list[Any], field: Schema) -> None:
        name = field.merge_key
        kept, removed = self._items(old, new, field)
        reordered = [item.get(name) for item in old] != [item.get(name) for item in new]
        if kept or removed:
            patch[key] = kept + removed
        if (self.changes and (kept or removed or reordered)) or (
            self.deletions and (kept or removed)
        ):
            patch[ORDER + key] = [{name: item.get(name)} for item in new]

    def _items(
        self, old: list[Any], new: list[Any], field: Schema
    ) -> tuple[list[Node], list[Node]]:
        """Changed and added items in the order of `new`, and directives for the removed ones."""
        name, retain = field.merge_key, "retainKeys" in field.merge_strategies
        before: dict[str, list[Node]] = {}
        for item in old:
            before.setdefault(str(item.get(name)), []).append(item)
        kept = []
        for item in new:
            matching = before.get(str(item.get(name)))
            if matching:
                inner = self.maps(matching.pop(0), item, field.items, retain)
                if inner:
                    kept.append({**inner, name: item.get(name)})
            elif self.changes:
                kept.append(item)
        gone = [item.get(name) for items in before.values() for item in items]
        removed = [{name: value, "$patch": "delete"} for value in sorted(gone, key=str)]
        return kept, removed if self.deletions else []

    def _primitives(self, patch: Node, key: str, old: list[Any], new: list[Any]) -> None:
        added = [item for item in new if item not in old] if self.changes else []
        removed = sorted({item for item in old if item not in new}, key=str)
        if added:
            patch[key] = added
        if removed and self.deletions:
            patch[DELETE_FROM + key] = removed
        if (self.deletions and removed) or (self.changes and old != new):
            patch[ORDER + key] = new


def _union(deletions: Node, changes: Node, schema: Schema | None) -> Node:
    """Two patches of one object as one; they can't contradict each other."""
    merged = dict(deletions)
    for key, value in changes.items():
        before = merged.get(key)
        field = None if schema is None else schema.field(key)
        if isinstance(before, dict) and isinstance(value, dict):
            merged[key] = _union(before, value, field)
        elif isinstance(before, list) and isinstance(value, list) and field is not None:
            merged[key] = _union_lists(before, value, field, changes.get(ORDER + key))
        else:
            merged[key] = value
    return merged


def _union_lists(
    deletions: list[Any], changes: list[Any], field: Schema, order: list[Any] | None
) -> list[Any]:
    name = field.merge_key
    if not name:
        return changes
    removed = [item for item in deletions if "$patch" in item]
    items: dict[str, Node] = {str(item[name]): item for item in deletions if "$patch" not in item}
    for item in changes:
        known = items.get(str(item[name]), {})
        items[str(item[name])] = _union(known, item, field.items)
    places = {str(item[name]): place for place, item in enumerate(order or ())}
    ordered = sorted(items.items(), key=lambda pair: places.get(pair[0], len(places)))
    return [item for _, item in ordered] + removed


def _type(value: Any) -> str:
    """A value's JSON type."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "object" if isinstance(value, Mapping) else type(value).__name__
