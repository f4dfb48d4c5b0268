"""Whether server-side apply would change nothing: the server has it all, and says whose it is.

`managedFields` names every field that a manager set with its last apply (`fieldsV1`, KEP-555), so
that an object whose fields and values are still those need not be sent again. Where anything is
written in another way than the server stores it (quantities, defaults), the answer is no: the
apply then decides.
"""

from __future__ import annotations

import json

from pyhelm._typing import Any, Mapping
from pyhelm.kube.cluster import Object
from pyhelm.kube.strategic import same

Fields = Mapping[str, Any]

_UNMANAGED = (
    *("name", "namespace", "creationTimestamp", "generation", "managedFields"),
    *("resourceVersion", "selfLink", "uid"),
)
"""What belongs to no manager, in `metadata`."""


def is_settled(live: Object, wanted: Object, manager: str = "helm") -> bool:
    """Whether the manager's last apply was exactly `wanted`, and the object still has it."""
    metadata = live.get("metadata") or {}
    entries = [
        entry
        for entry in metadata.get("managedFields") or []
        if entry.get("manager") == manager and not entry.get("subresource")
    ]
    if len(entries) != 1 or metadata.get("deletionTimestamp"):
        return False
    entry = entries[0]
    applied = entry.get("operation") == "Apply"
    if not applied or entry.get("apiVersion") != wanted.get("apiVersion"):
        return False
    return _same_map(entry.get("fieldsV1") or {}, _managed(wanted), live)


def _managed(obj: Object) -> Object:
    """The part of an object that managers own."""
    rest = {key: value for key, value in obj.items() if key not in ("apiVersion", "kind")}
    known = obj.get("metadata") or {}
    metadata = {key: value for key, value in known.items() if key not in _UNMANAGED}
    rest.pop("metadata", None)
    return {**rest, "metadata": metadata} if metadata else rest


def _same(fields: Fields, wanted: Any, live: Any) -> bool:
    names = [name for name in fields if name != "."]
    if not names:
        return same(wanted, live)
    kind = names[0][:2]
    if kind == "f:":
        return _same_map(fields, wanted, live)
    if kind == "k:":
        return _same_rows(names, fields, wanted, live)
    return kind == "v:" and _same_set(names, wanted, live)


def _same_map(fields: Fields, wanted: Any, live: Any) -> bool:
    if not (isinstance(wanted, dict) and isinstance(live, dict)):
        return False
    names = {name.removeprefix("f:") for name in fields if name != "."}
    return names == set(wanted) and all(
        name in live and _same(fields[f"f:{name}"], wanted[name], live[name]) for name in names
    )


def _same_rows(names: list[str], fields: Fields, wanted: Any, live: Any) -> bool:
    """A list whose rows are known by keys, as containers are by their names.

    Rows of others may stand between; an apply would bring its own rows back into their order.
    """
    if not (isinstance(wanted, list) and isinstance(live, list) and len(wanted) == len(names)):
        return False
    places = {}
    for name in names:
        keys = json.loads(name[2:])
        mine, theirs = _place(wanted, keys), _place(live, keys)
        if mine < 0 or theirs < 0 or not _same(fields[name], wanted[mine], live[theirs]):
            return False
        places[mine] = theirs
    return _is_rising([places[place] for place in sorted(places)])


def _place(rows: list[Any], keys: Mapping[str, Any]) -> int:
    """Where the one row is that has these keys; negative if there isn't exactly one."""
    found = [
        place
        for place, row in enumerate(rows)
        if isinstance(row, dict) and all(key in row and same(row[key], keys[key]) for key in keys)
    ]
    return found[0] if len(found) == 1 else -1


def _same_set(names: list[str], wanted: Any, live: Any) -> bool:
    """A list without rows that are alike; in it, too, others may have members of their own."""
    if not (isinstance(wanted, list) and isinstance(live, list) and len(wanted) == len(names)):
        return False
    members = [json.loads(name[2:]) for name in names]
    for mine in wanted:
        if sum(same(mine, member) for member in members) != 1:
            return False
        if sum(same(mine, theirs) for theirs in live) != 1:
            return False
    return _is_rising([next(i for i, t in enumerate(live) if same(mine, t)) for mine in wanted])


def _is_rising(places: list[int]) -> bool:
    return places == sorted(places)
