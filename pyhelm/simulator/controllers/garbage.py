"""Garbage collection: what nobody owns any more goes; foreground and orphaning deletions end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pyhelm.simulator.controllers import writes
from pyhelm.simulator.store import Change, Stored

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]

FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"


def affected(sim: Simulator, change: Change) -> Iterable[tuple[str, str]]:
    """What to look at: dependents of what went, and owners of what went or changed."""
    metadata = change.new.obj["metadata"]
    place = (change.resource, change.namespace, metadata["name"])
    found = []
    if change.type == "DELETED":
        found = [_packed(each) for each in sim.controllers.dependents(metadata["uid"])]
        for reference in metadata.get("ownerReferences") or ():
            owner = _owner(sim, reference, change.namespace)
            if owner is not None and FOREGROUND in (owner.obj["metadata"].get("finalizers") or ()):
                found.append(_packed(_place(sim, owner)))
    elif metadata.get("ownerReferences") or metadata.get("deletionTimestamp"):
        found.append(_packed(place))
    return found


def _packed(place: tuple[str, str, str]) -> tuple[str, str]:
    resource, namespace, name = place
    return f"{resource}/{namespace}", name


def _place(sim: Simulator, stored: Stored) -> tuple[str, str, str]:
    obj = stored.obj
    resource = sim.registry.of(obj["apiVersion"], obj["kind"])
    key = resource.key if resource else ""
    return key, obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


def _owner(sim: Simulator, reference: Object, namespace: str) -> Stored | None:
    resource = sim.registry.of(reference.get("apiVersion", ""), reference.get("kind", ""))
    if resource is None:
        return None
    where = namespace if resource.namespaced else ""
    stored = sim.store.get(resource.key, where, reference.get("name", ""))
    if stored is None or stored.obj["metadata"]["uid"] != reference.get("uid"):
        return None
    return stored


def reconcile(sim: Simulator, packed: str, name: str) -> None:
    """Delete an object without owners; go on with one that is being deleted."""
    resource, _, namespace = packed.partition("/")
    stored = sim.store.get(resource, namespace, name)
    if stored is None:
        return
    metadata = stored.obj["metadata"]
    finalizers = metadata.get("finalizers") or []
    if metadata.get("deletionTimestamp") and ORPHAN in finalizers:
        _orphan(sim, stored)
    elif metadata.get("deletionTimestamp") and FOREGROUND in finalizers:
        _wait_for_dependents(sim, stored)
    elif metadata.get("ownerReferences") and not metadata.get("deletionTimestamp"):
        _check_owners(sim, stored, namespace)


def _check_owners(sim: Simulator, stored: Stored, namespace: str) -> None:
    references = stored.obj["metadata"]["ownerReferences"]
    there = [each for each in references if _is_there(sim, each, namespace)]
    if not there:
        writes.delete(sim, stored)
    elif len(there) < len(references):
        obj = stored.copy()
        obj["metadata"]["ownerReferences"] = there
        writes.update(sim, stored, obj)


def _is_there(sim: Simulator, reference: Object, namespace: str) -> bool:
    if sim.registry.of(reference.get("apiVersion", ""), reference.get("kind", "")) is None:
        # An owner of a kind that isn't served can't be looked up: nothing is deleted for it.
        return True
    return _owner(sim, reference, namespace) is not None


def _dependents(sim: Simulator, stored: Stored) -> list[Stored]:
    uid = stored.obj["metadata"]["uid"]
    found = (sim.store.get(*place) for place in sim.controllers.dependents(uid))
    return [each for each in found if each is not None]


def _orphan(sim: Simulator, stored: Stored) -> None:
    uid = stored.obj["metadata"]["uid"]
    for dependent in _dependents(sim, stored):
        obj = dependent.copy()
        kept = [each for each in obj["metadata"]["ownerReferences"] if each["uid"] != uid]
        obj["metadata"]["ownerReferences"] = kept
        writes.update(sim, dependent, obj)
    _drop_finalizer(sim, stored, ORPHAN)


def _wait_for_dependents(sim: Simulator, stored: Stored) -> None:
    dependents = _dependents(sim, stored)
    for dependent in dependents:
        if not dependent.obj["metadata"].get("deletionTimestamp"):
            writes.delete(sim, dependent)
    uid = stored.obj["metadata"]["uid"]
    blocking = [
        each
        for each in _dependents(sim, stored)
        for reference in each.obj["metadata"]["ownerReferences"]
        if reference["uid"] == uid and reference.get("blockOwnerDeletion")
    ]
    if not blocking:
        _drop_finalizer(sim, stored, FOREGROUND)


def _drop_finalizer(sim: Simulator, stored: Stored, finalizer: str) -> None:
    place = _place(sim, stored)
    fresh = sim.store.get(*place)
    if fresh is None:
        return
    obj = fresh.copy()
    finalizers = obj["metadata"].get("finalizers") or []
    obj["metadata"]["finalizers"] = [each for each in finalizers if each != finalizer]
    writes.update(sim, fresh, obj)
