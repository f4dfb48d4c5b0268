"""Who owns which field: server-side apply, and what plain writes do to `managedFields`.

The rules are those of structured-merge-diff's updater: an apply merges a configuration into the
live object, drops what its manager no longer sets and nobody else owns, and conflicts where it
would change what others own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyhelm.simulator import statuses
from pyhelm.simulator.fieldsets import (
    Fields,
    by_element,
    closure,
    compare,
    dotted,
    fields_of,
    from_fields_v1,
    is_granular_map,
    item_element,
    to_fields_v1,
)
from pyhelm.simulator.schema import ANY, Type, zero

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Manager:
    """Who writes: the key of an entry of `managedFields`."""

    name: str
    operation: str
    api_version: str
    subresource: str = ""

    def told(self) -> str:
        """As a conflict's message names it."""
        text = f'"{self.name}"'
        if self.subresource:
            text += f' with subresource "{self.subresource}"'
        return f"{text} using {self.api_version}" if self.operation == "Update" else text


@dataclass(slots=True)
class Entry:
    """What a manager owns, and since when."""

    fields: Fields
    time: str


Managers = dict[Manager, Entry]


def read(obj: Mapping[str, Any]) -> Managers:
    """The entries of an object's `managedFields`; of two with one key the last."""
    found: Managers = {}
    for raw in (obj.get("metadata") or {}).get("managedFields") or ():
        manager = Manager(
            raw.get("manager", ""),
            raw.get("operation", ""),
            raw.get("apiVersion", ""),
            raw.get("subresource", ""),
        )
        found[manager] = Entry(from_fields_v1(raw.get("fieldsV1") or {}), raw.get("time", ""))
    return found


def write(obj: Object, managers: Managers) -> None:
    """Set `managedFields`, in the API server's order."""
    entries = sorted(managers.items(), key=lambda item: _order(*item))
    written = [_entry(manager, entry) for manager, entry in entries if entry.fields]
    obj["metadata"].pop("managedFields", None)
    if written:
        obj["metadata"]["managedFields"] = written


def _order(manager: Manager, entry: Entry) -> tuple[str, ...]:
    return (
        manager.operation,
        entry.time,
        manager.name,
        manager.api_version,
        manager.subresource,
    )


def _entry(manager: Manager, entry: Entry) -> Object:
    raw: Object = {"manager": manager.name, "operation": manager.operation}
    raw["apiVersion"] = manager.api_version
    if entry.time:
        raw["time"] = entry.time
    raw["fieldsType"] = "FieldsV1"
    raw["fieldsV1"] = to_fields_v1(entry.fields)
    if manager.subresource:
        raw["subresource"] = manager.subresource
    return raw


def update(old: Object | None, new: Object, type_: Type, *, manager: Manager, now: str) -> None:
    """Record a create or a plain update in `new`: who changes a field owns it."""
    managers = read(new if _names_managers(new, manager) else old or {})
    before = zero(type_) if old is None else _bare(old)
    difference = compare(before, _bare(new), type_)
    changed = difference.added | difference.modified
    if not changed and not difference.removed:
        write(new, managers)
        return
    for other, entry in list(managers.items()):
        managers[other] = Entry(
            entry.fields - (changed if other != manager else set()) - difference.removed,
            entry.time,
        )
    if changed:
        mine = managers.get(manager)
        owned = mine.fields if mine else frozenset()
        managers[manager] = Entry(owned | changed, now)
    write(new, managers)


def _names_managers(new: Object, manager: Manager) -> bool:
    """Whether a write says itself who manages what; `managedFields: [{}]` says that nobody does."""
    told = new["metadata"].get("managedFields")
    return not manager.subresource and bool(told == [{}] or read(new))


def _bare(obj: Object) -> Object:
    metadata = {k: v for k, v in obj["metadata"].items() if k != "managedFields"}
    return {**obj, "metadata": metadata}


def apply(
    live: Object | None,
    config: Object,
    type_: Type,
    *,
    manager: Manager,
    force: bool,
    now: str,
) -> Object:
    """The object after a server-side apply; raises the API server's conflict.

    `live` is None when the object is created. Defaults are filled in afterwards: nobody owns
    them.
    """
    base = live or {}
    managers = read(base)
    if live is not None and not managers:
        early = Manager("before-first-apply", "Update", manager.api_version)
        managers[early] = Entry(fields_of(_bare(live), type_), now)
    mine = fields_of(config, type_)
    last = managers.get(manager)
    merged: Object = merge(base, config, type_)
    managers[manager] = Entry(mine, now)
    if last is not None:
        owned = closure(path for entry in managers.values() for path in entry.fields)
        dropped = closure(last.fields) - owned
        for path in dropped:
            if path[:-1] not in dropped:
                remove(merged, path, type_)
    merged.setdefault("metadata", {})
    _settle(base, merged, type_, managers=managers, manager=manager, force=force)
    if last is not None and last.fields == mine and _bare(merged) == _bare(base):
        managers[manager] = Entry(mine, last.time)
    write(merged, managers)
    return merged


def _settle(
    base: Object,
    merged: Object,
    type_: Type,
    *,
    managers: Managers,
    manager: Manager,
    force: bool,
) -> None:
    """Find conflicts, or take the fields over."""
    difference = compare(_bare(base) if base else {}, _bare(merged), type_)
    changed = difference.added | difference.modified
    conflicts: list[tuple[str, str]] = []
    for other, entry in list(managers.items()):
        if other == manager:
            continue
        taken = entry.fields & changed
        if other.name == manager.name and other.operation == "Apply":
            # The same applier in another version of the kind has no conflict with itself.
            continue
        conflicts += [(other.told(), dotted(path)) for path in sorted(taken)]
        left = entry.fields - taken - difference.removed
        managers[other] = Entry(left, entry.time)
    if conflicts and not force:
        raise statuses.apply_conflict(conflicts)


def merge(live: Any, config: Any, type_: Type) -> Any:
    """A configuration merged into the live value; neither is changed."""
    if type_.kind == "array" and type_.list_type in ("map", "set") and isinstance(config, list):
        return _merge_list(live if isinstance(live, list) else [], config, type_)
    if is_granular_map(config, type_):
        merged = dict(live) if isinstance(live, Mapping) else {}
        for name, value in config.items():
            merged[name] = merge(merged.get(name), value, type_.field(name) or ANY)
        return merged
    return config


def _merge_list(live: list[Any], config: list[Any], type_: Type) -> list[Any]:
    """The configuration's items in its order; live ones that it doesn't name stay in place."""
    present, wanted = by_element(live, type_), by_element(config, type_)
    item_type = type_.items or ANY
    coming = [
        (element, merge(present.get(element), item, item_type)) for element, item in wanted.items()
    ]
    merged: list[Any] = []
    done: set[str] = set()
    for element, item in present.items():
        if element not in wanted:
            merged.append(item)
        while element in wanted and element not in done:
            name, value = coming.pop(0)
            done.add(name)
            merged.append(value)
    return merged + [value for _, value in coming]


def remove(obj: Any, path: tuple[str, ...], type_: Type) -> None:
    """Take one field or item out; containers on the way were copied by `merge` or are copied."""
    element, *rest = path
    if element.startswith("f:"):
        name = element[2:]
        if not isinstance(obj, dict) or name not in obj:
            return
        if not rest:
            del obj[name]
            return
        child = obj[name]
        if isinstance(child, Mapping | list):
            obj[name] = child = child.copy() if isinstance(child, list) else dict(child)
            remove(child, tuple(rest), type_.field(name) or ANY)
        return
    if not isinstance(obj, list):
        return
    for index, item in enumerate(obj):
        if item_element(item, type_) != element:
            continue
        if not rest:
            del obj[index]
        elif isinstance(item, Mapping):
            obj[index] = dict(item)
            remove(obj[index], tuple(rest), type_.items or ANY)
        return
