"""How controllers write: as the parts of Kubernetes that they stand for."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pyhelm.simulator import objects
from pyhelm.simulator.managed_fields import Manager
from pyhelm.simulator.objects import Writer
from pyhelm.simulator.store import Stored

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]

CONTROLLER_MANAGER = "kube-controller-manager"
KUBELET = "kubelet"


def create(sim: Simulator, obj: Object, *, by: str = CONTROLLER_MANAGER) -> Object:
    """Create an object; raises the server's Status."""
    resource = sim.registry.of(obj["apiVersion"], obj["kind"])
    assert resource is not None
    manager = Manager(by, "Update", resource.api_version)
    return objects.create(sim, resource, obj, Writer(manager, internal=True))


def update(sim: Simulator, stored: Stored, obj: Object, *, subresource: str = "") -> Object:
    """Write an object; annotations are also written beside a status, as its subresource."""
    return _update(sim, stored, obj, by=CONTROLLER_MANAGER, subresource=subresource)


def update_status(
    sim: Simulator, stored: Stored, status: Mapping[str, Any], *, by: str = CONTROLLER_MANAGER
) -> Object:
    """Write an object's status, if it changed."""
    if stored.obj.get("status") == status:
        return stored.obj
    obj = {**stored.copy(), "status": copy.deepcopy(dict(status))}
    return _update(sim, stored, obj, by=by, subresource="status")


def _update(sim: Simulator, stored: Stored, obj: Object, *, by: str, subresource: str) -> Object:
    resource = sim.registry.of(obj["apiVersion"], obj["kind"])
    assert resource is not None
    manager = Manager(by, "Update", resource.api_version, subresource)
    writer = Writer(manager, subresource=subresource, internal=True)
    return objects.update(sim, resource, stored, obj, writer)


def delete(sim: Simulator, stored: Stored) -> None:
    """Delete an object as a background deletion does."""
    resource = sim.registry.of(stored.obj["apiVersion"], stored.obj["kind"])
    assert resource is not None
    objects.remove(sim, resource, stored)


def owner_reference(owner: Object) -> Object:
    """What says that a controller owns an object."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def controller_of(obj: Mapping[str, Any]) -> Object | None:
    """The owner reference of an object's controller."""
    references = obj["metadata"].get("ownerReferences") or ()
    return next((each for each in references if each.get("controller")), None)


def owned(sim: Simulator, resource: str, owner: Object) -> list[Stored]:
    """The objects of a resource that an object controls."""
    uid = owner["metadata"]["uid"]
    found = []
    for key in sim.controllers.dependents(uid):
        if key[0] == resource:
            stored = sim.store.get(*key)
            controller = stored and controller_of(stored.obj)
            if stored and controller and controller["uid"] == uid:
                found.append(stored)
    return sorted(found, key=lambda stored: stored.obj["metadata"]["name"])


def pod_from(template: Mapping[str, Any], owner: Object, *, name: str = "") -> Object:
    """A Pod as a controller makes it from a template."""
    metadata = copy.deepcopy(dict(template.get("metadata") or {}))
    pod_metadata: Object = {
        "namespace": owner["metadata"].get("namespace", ""),
        "labels": metadata.get("labels") or {},
        "ownerReferences": [owner_reference(owner)],
    }
    for field in ("annotations", "finalizers"):
        if metadata.get(field):
            pod_metadata[field] = metadata[field]
    prefix = f"{owner['metadata']['name']}-"
    pod_metadata["generateName"] = prefix
    if name:
        pod_metadata["name"] = name
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": pod_metadata,
        "spec": copy.deepcopy(template.get("spec") or {}),
    }


def is_active(pod: Mapping[str, Any]) -> bool:
    """Whether a Pod counts: neither finished nor going."""
    phase = (pod.get("status") or {}).get("phase")
    return phase not in ("Succeeded", "Failed") and not pod["metadata"].get("deletionTimestamp")


def is_ready(pod: Mapping[str, Any]) -> bool:
    """Whether a Pod's Ready condition is true."""
    return condition(pod, "Ready").get("status") == "True"


def condition(obj: Mapping[str, Any], kind: str) -> Object:
    """One condition of an object's status; empty where it has none."""
    found = (obj.get("status") or {}).get("conditions") or ()
    return next((each for each in found if each.get("type") == kind), {})


def with_condition(
    conditions: list[Object], kind: str, state: str, *, now: str, **more: Any
) -> list[Object]:
    """Conditions with one set; its transition time moves only when its state does."""
    old = next((each for each in conditions if each["type"] == kind), {})
    since = old.get("lastTransitionTime", now) if old.get("status") == state else now
    new = {"type": kind, "status": state, "lastTransitionTime": since, **more}
    if old:
        return [new if each["type"] == kind else each for each in conditions]
    return [*conditions, new]


def nonzero(**counts: Any) -> Object:
    """Counts as Go writes them: those that are 0 are left out."""
    return {name: count for name, count in counts.items() if count}
