"""The life of an object: created, changed, marked for deletion, gone.

Requests and controllers write through these functions, so that versions, generations, defaults,
`managedFields` and finalizers are the same whoever writes.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyhelm.simulator import admission, defaults, managed_fields, statuses, validation
from pyhelm.simulator.clock import stamp
from pyhelm.simulator.managed_fields import Manager
from pyhelm.simulator.resources import Resource
from pyhelm.simulator.store import Stored

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""What Kubernetes makes random names of: no vowels, nothing that is read wrongly."""

SYSTEM_FIELDS = (
    "uid",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
    "selfLink",
)


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes and how; `own_fields` sets `managedFields` where it isn't a plain update."""

    manager: Manager
    dry_run: bool = False
    subresource: str = ""
    own_fields: Callable[[Object], None] | None = None
    internal: bool = False


def random_suffix(length: int = 5) -> str:
    """Random letters as in `web-68ff5764df-gkpx2`."""
    return "".join(random.choices(ALPHABET, k=length))


def create(sim: Simulator, resource: Resource, obj: Object, writer: Writer) -> Object:
    """Create an object, or only find out whether it could be; raises the server's Status."""
    metadata = obj.setdefault("metadata", {})
    if metadata.get("resourceVersion") not in (None, ""):
        text = "resourceVersion should not be set on objects to be created"
        raise statuses.StatusError(500, "", text)
    _name(metadata)
    _forget_system_fields(metadata)
    if resource.has_status and not writer.internal:
        obj.pop("status", None)
    _identify(sim, resource, obj)
    admission.mutate(sim, resource, obj, None)
    defaults.fill(obj, resource.schema)
    _own(sim, resource, None, obj, writer)
    if not writer.internal:
        validation.validate(sim, resource, obj, None)
    name, namespace = metadata.get("name", ""), metadata.get("namespace", "")
    if sim.store.get(resource.key, namespace, name) is not None:
        raise statuses.already_exists(resource.group, resource.plural, name)
    admission.allocate(sim, resource, obj, None)
    if writer.dry_run:
        return obj
    return sim.store.put(resource.key, obj).obj


def _name(metadata: Object) -> None:
    if not metadata.get("name") and metadata.get("generateName"):
        metadata["name"] = metadata["generateName"][:58] + random_suffix()


def _forget_system_fields(metadata: Object) -> None:
    for name in (*SYSTEM_FIELDS, "resourceVersion"):
        metadata.pop(name, None)


def _identify(sim: Simulator, resource: Resource, obj: Object) -> None:
    obj["apiVersion"], obj["kind"] = resource.api_version, resource.kind
    metadata = obj["metadata"]
    metadata["uid"] = str(uuid.uuid4())
    metadata["creationTimestamp"] = stamp(sim.clock())
    if resource.counts_generation:
        metadata["generation"] = 1
    for empty in ("labels", "annotations", "finalizers", "ownerReferences"):
        if empty in metadata and not metadata[empty]:
            del metadata[empty]


def _own(
    sim: Simulator, resource: Resource, old: Object | None, new: Object, writer: Writer
) -> None:
    if writer.own_fields is not None:
        writer.own_fields(new)
        return
    managed_fields.update(old, new, resource.schema, manager=writer.manager, now=stamp(sim.clock()))


def update(sim: Simulator, resource: Resource, old: Stored, new: Object, writer: Writer) -> Object:
    """Replace an object; raises the server's Status. Without a change nothing is written."""
    before = old.obj
    _check_version(resource, before, new)
    _prepare(resource, before, new, writer)
    admission.mutate(sim, resource, new, before)
    defaults.fill(new, resource.schema)
    _own(sim, resource, before, new, writer)
    if not writer.internal:
        validation.validate(sim, resource, new, before)
    admission.allocate(sim, resource, new, before)
    if _same(before, new):
        return before
    if resource.counts_generation and _spec_changed(before, new):
        new["metadata"]["generation"] = before["metadata"].get("generation", 0) + 1
    if writer.dry_run:
        return new
    stored = sim.store.put(resource.key, new)
    if is_finished(new):
        return sim.store.delete(resource.key, *_key(new)).obj
    return stored.obj


def _check_version(resource: Resource, before: Object, new: Object) -> None:
    metadata, current = new.setdefault("metadata", {}), before["metadata"]
    name = current["name"]
    wanted = metadata.get("resourceVersion")
    if wanted not in (None, "", current["resourceVersion"]):
        raise statuses.conflict(resource.group, resource.plural, name)
    uid = metadata.get("uid")
    if uid not in (None, "", current["uid"]):
        why = (
            f"StorageError: invalid object, Code: 4, Key: /registry/{resource.plural}/"
            f"{current.get('namespace', '')}/{name}, ResourceVersion: 0, AdditionalErrorMsg: "
            f"Precondition failed: UID in precondition: {uid}, UID in object meta: {current['uid']}"
        )
        raise statuses.conflict(resource.group, resource.plural, name, why)


def _prepare(resource: Resource, before: Object, new: Object, writer: Writer) -> None:
    """Keep what this way of writing may not change."""
    new["apiVersion"], new["kind"] = resource.api_version, resource.kind
    metadata, current = new["metadata"], before["metadata"]
    for name in (*SYSTEM_FIELDS, "resourceVersion", "name", "namespace"):
        metadata.pop(name, None)
        if name in current:
            metadata[name] = current[name]
    for empty in ("labels", "annotations", "finalizers", "ownerReferences"):
        if empty in metadata and not metadata[empty]:
            del metadata[empty]
    if writer.subresource == "status":
        _keep_all_but(new, before, ("status", "metadata", "apiVersion", "kind"))
        if resource.is_custom:
            new["metadata"] = {**current}
        elif resource.key == "deployments.apps":
            _keep(metadata, current, "labels")
    elif resource.has_status and not writer.internal:
        _keep(new, before, "status")


def _keep_all_but(new: Object, before: Object, free: tuple[str, ...]) -> None:
    for name in {*new, *before} - set(free):
        _keep(new, before, name)


def _keep(new: Object, before: Object, name: str) -> None:
    new.pop(name, None)
    if name in before:
        new[name] = before[name]


def _same(before: Object, new: Object) -> bool:
    """Whether nothing changed but the times of `managedFields`."""
    if before == new:
        return True
    if {**before, "metadata": 0} != {**new, "metadata": 0}:
        return False
    return _timeless(before["metadata"]) == _timeless(new["metadata"])


def _timeless(metadata: Object) -> Object:
    entries = [
        {name: value for name, value in entry.items() if name != "time"}
        for entry in metadata.get("managedFields") or ()
    ]
    return {**metadata, "managedFields": entries}


def _spec_changed(before: Object, new: Object) -> bool:
    apart = {"metadata": 0, "status": 0}
    return {**before, **apart} != {**new, **apart}


def is_finished(obj: Object) -> bool:
    """Whether an object that is marked for deletion waits for nothing any more."""
    metadata = obj["metadata"]
    if not metadata.get("deletionTimestamp") or metadata.get("finalizers"):
        return False
    if obj["kind"] == "Pod":
        return not metadata.get("deletionGracePeriodSeconds")
    return not (obj["kind"] == "Namespace" and (obj.get("spec") or {}).get("finalizers"))


def _key(obj: Object) -> tuple[str, str]:
    return obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


def remove(
    sim: Simulator, resource: Resource, stored: Stored, *, grace: int | None = None
) -> tuple[Object, bool]:
    """Delete an object, or mark it where finalizers or its grace period hold it.

    Gives the object as it is now, and whether it is gone.
    """
    obj = stored.copy()
    metadata = obj["metadata"]
    seconds = _grace_period(resource, obj, grace)
    held = bool(metadata.get("finalizers")) or seconds > 0
    held = held or bool(resource.kind == "Namespace" and obj["spec"].get("finalizers"))
    if not held:
        return sim.store.delete(resource.key, *_key(obj)).obj, True
    if metadata.get("deletionTimestamp"):
        return stored.obj, False
    metadata["deletionTimestamp"] = stamp(sim.clock() + seconds)
    metadata["deletionGracePeriodSeconds"] = seconds
    if resource.counts_generation and resource.kind != "Pod":
        metadata["generation"] = metadata.get("generation", 0) + 1
    if resource.kind == "Namespace":
        obj["status"] = {**obj.get("status", {}), "phase": "Terminating"}
    return sim.store.put(resource.key, obj).obj, False


def _grace_period(resource: Resource, obj: Object, asked: int | None) -> int:
    if resource.kind != "Pod" or not obj["spec"].get("nodeName"):
        return 0
    if (obj.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
        return 0
    if asked is not None:
        return asked
    return int(obj["spec"].get("terminationGracePeriodSeconds", 30))
