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
    Difference,
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
    """Who writes, and in which version of the kind."""

    name: str
    operation: str
    api_version: str
    subresource: str = ""

    def key(self) -> Manager:
        """What tells managers apart: an applier is the same one in every version of a kind."""
        if self.operation != "Apply":
            return self
        return Manager(self.name, self.operation, "", self.subresource)

    def told(self) -> str:
        """As a conflict's message names it."""
        text = f'"{self.name}"'
        if self.subresource:
            text += f' with subresource "{self.subresource}"'
        return f"{text} using {self.api_version}" if self.operation == "Update" else text


@dataclass(slots=True)
class Entry:
    """What a manager owns, since when, and in which version of the kind."""

    fields: Fields
    time: str
    api_version: str


Managers = dict[Manager, Entry]


def read(obj: Mapping[str, Any]) -> Managers:
    """The entries of an object's `managedFields`, by `Manager.key`; of two with one key the last.

    Raises ValueError where one can't be what an API server wrote.
    """
    found: Managers = {}
    for raw in (obj.get("metadata") or {}).get("managedFields") or ():
        manager = Manager(
            raw.get("manager", ""),
            raw.get("operation", ""),
            raw.get("apiVersion", ""),
            raw.get("subresource", ""),
        )
        if manager.operation not in ("Apply", "Update") or not manager.api_version:
            raise ValueError("an entry says neither how nor in which version fields were written")
        if raw.get("fieldsType") != "FieldsV1":
            raise ValueError("an entry's fields are written in another way")
        fields = from_fields_v1(raw.get("fieldsV1") or {})
        found[manager.key()] = Entry(fields, raw.get("time", ""), manager.api_version)
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
        entry.api_version,
        manager.subresource,
    )


def _entry(manager: Manager, entry: Entry) -> Object:
    raw: Object = {"manager": manager.name, "operation": manager.operation}
    raw["apiVersion"] = entry.api_version
    if entry.time:
        raw["time"] = entry.time
    raw["fieldsType"] = "FieldsV1"
    raw["fieldsV1"] = to_fields_v1(entry.fields)
    if manager.subresource:
        raw["subresource"] = manager.subresource
    return {name: value for name, value in raw.items() if value != ""}


def update(old: Object | None, new: Object, type_: Type, *, manager: Manager, now: str) -> None:
    """Record a create or a plain update in `new`: who changes a field owns it."""
    managers = _told(old, new, manager)
    if managers or old is None:
        before = zero(type_) if old is None else _bare(old)
        _record(managers, compare(before, _bare(new), type_), manager, now)
    # Nobody's object stays nobody's until it is applied.
    write(new, managers)


def _record(managers: Managers, difference: Difference, manager: Manager, now: str) -> None:
    """Give what changed to who changed it, and take it from everybody else."""
    changed = difference.added | difference.modified
    for other, entry in list(managers.items()):
        lost = difference.removed | (changed if other != manager else set())
        managers[other] = Entry(entry.fields - lost, entry.time, entry.api_version)
    if changed:
        mine = managers.get(manager)
        owned = mine.fields if mine else frozenset()
        managers[manager] = Entry(owned | changed, now, manager.api_version)


def _told(old: Object | None, new: Object, manager: Manager) -> Managers:
    """Who manages what before a write: as the write says itself, else as it was.

    `managedFields: [{}]` says that nobody does, and so does an empty list.
    """
    told = new["metadata"].get("managedFields")
    if told in ([], [{}]) and not manager.subresource:
        return {}
    try:
        managers = {} if manager.subresource else read(new)
    except ValueError:
        managers = {}
    return managers or read(old or {})


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
    api_version = manager.api_version
    base, manager = live or {}, manager.key()
    managers = read(base)
    if live is not None and not managers:
        early = Manager("before-first-apply", "Update", api_version)
        _record(managers, compare(zero(type_), _bare(live), type_), early, now)
    mine = fields_of(config, type_)
    last = managers.get(manager)
    merged: Object = merge(base, config, type_)
    managers[manager] = Entry(mine, now, api_version)
    if last is not None:
        owned = closure(path for entry in managers.values() for path in entry.fields)
        dropped = closure(last.fields) - owned
        for path in dropped:
            if path[:-1] not in dropped:
                remove(merged, path, type_)
    merged.setdefault("metadata", {})
    _settle(base, merged, type_, managers=managers, manager=manager, force=force)
    if live is not None and _bare(merged) == _bare(base):
        # Fields that only get one more owner are not written anew.
        managers[manager].time = last.time if last else ""
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
        conflicts += [(other.told(), dotted(path)) for path in sorted(taken)]
        left = entry.fields - taken - difference.removed
        managers[other] = Entry(left, entry.time, entry.api_version)
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
