"""PersistentVolumeClaims get a volume: one that fits, or one that their StorageClass makes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pyhelm.simulator import events
from pyhelm.simulator.clock import stamp
from pyhelm.simulator.controllers import writes
from pyhelm.simulator.quantities import quantity
from pyhelm.simulator.store import Change, Stored

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]

CLAIMS = "persistentvolumeclaims"
VOLUMES = "persistentvolumes"
CLASSES = "storageclasses.storage.k8s.io"
COMPONENT = "persistentvolume-controller"
PROTECTION = "kubernetes.io/pvc-protection"


def all_claims(sim: Simulator, change: Change) -> Iterable[tuple[str, str]]:
    """Claims that wait, when a volume or a class comes."""
    for stored in sim.store.list(CLAIMS):
        if (stored.obj.get("status") or {}).get("phase") == "Pending":
            metadata = stored.obj["metadata"]
            yield metadata["namespace"], metadata["name"]


def claims_of_pod(sim: Simulator, change: Change) -> Iterable[tuple[str, str]]:
    """The claims that a Pod uses."""
    for volume in change.new.obj["spec"].get("volumes") or ():
        source = volume.get("persistentVolumeClaim")
        if source:
            yield change.namespace, source.get("claimName", "")


def reconcile(sim: Simulator, namespace: str, name: str) -> None:
    """Bind a claim, or let go of one that is to be deleted."""
    stored = sim.store.get(CLAIMS, namespace, name)
    if stored is None:
        return
    if stored.obj["metadata"].get("deletionTimestamp"):
        _release(sim, stored)
    elif (stored.obj.get("status") or {}).get("phase") != "Bound":
        _bind(sim, stored)
    else:
        _resize(sim, stored)


def _release(sim: Simulator, stored: Stored) -> None:
    claim = stored.copy()
    metadata = claim["metadata"]
    used = any(
        (volume.get("persistentVolumeClaim") or {}).get("claimName") == metadata["name"]
        for pod in sim.store.list("pods", metadata["namespace"])
        for volume in pod.obj["spec"].get("volumes") or ()
    )
    finalizers = metadata.get("finalizers") or []
    if not used and PROTECTION in finalizers:
        metadata["finalizers"] = [each for each in finalizers if each != PROTECTION]
        writes.update(sim, stored, claim)


def _bind(sim: Simulator, stored: Stored) -> None:
    claim = stored.obj
    volume = _fitting(sim, claim)
    if volume is not None:
        _join(sim, stored, volume)
        return
    name = claim["spec"].get("storageClassName")
    if not name:
        message = "no persistent volumes available for this claim and no storage class is set"
        events.record(sim, claim, "FailedBinding", message, component=COMPONENT)
        return
    storage_class = sim.store.get(CLASSES, "", name)
    if storage_class is None:
        message = f'storageclass.storage.k8s.io "{name}" not found'
        events.record(sim, claim, "ProvisioningFailed", message, component=COMPONENT, warning=True)
        return
    _provision(sim, stored, storage_class.obj)


def _fitting(sim: Simulator, claim: Object) -> Stored | None:
    """A volume that is free, of the same class, and large enough."""
    spec, metadata = claim["spec"], claim["metadata"]
    asked = quantity(spec["resources"]["requests"]["storage"])
    for stored in sim.store.list(VOLUMES):
        volume = stored.obj["spec"]
        claimed = volume.get("claimRef") or {}
        mine = (metadata["namespace"], metadata["name"])
        if claimed and (claimed.get("namespace"), claimed.get("name")) != mine:
            continue
        if claimed.get("uid", metadata["uid"]) != metadata["uid"]:
            continue
        if spec.get("volumeName") not in (None, "", stored.obj["metadata"]["name"]):
            continue
        fits = (
            volume.get("storageClassName", "") == (spec.get("storageClassName") or "")
            and set(spec["accessModes"]) <= set(volume.get("accessModes") or ())
            and quantity((volume.get("capacity") or {}).get("storage", 0)) >= asked
        )
        if fits:
            return stored
    return None


def _provision(sim: Simulator, stored: Stored, storage_class: Object) -> None:
    claim = stored.copy()
    metadata, spec = claim["metadata"], claim["spec"]
    provisioner = storage_class["provisioner"]
    annotations = metadata.setdefault("annotations", {})
    annotations["volume.beta.kubernetes.io/storage-provisioner"] = provisioner
    annotations["volume.kubernetes.io/storage-provisioner"] = provisioner
    writes.update(sim, stored, claim)
    name = f"pvc-{metadata['uid']}"
    writes.create(
        sim,
        {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {
                "name": name,
                "annotations": {"pv.kubernetes.io/provisioned-by": provisioner},
            },
            "spec": {
                "accessModes": list(spec["accessModes"]),
                "capacity": {"storage": spec["resources"]["requests"]["storage"]},
                "claimRef": _reference(claim),
                "hostPath": {"path": f"/simulated/{name}", "type": ""},
                "persistentVolumeReclaimPolicy": storage_class.get("reclaimPolicy", "Delete"),
                "storageClassName": storage_class["metadata"]["name"],
                "volumeMode": spec.get("volumeMode", "Filesystem"),
            },
        },
    )
    message = f"Successfully provisioned volume {name}"
    events.record(sim, claim, "ProvisioningSucceeded", message, component=provisioner)
    fresh = sim.store.get(CLAIMS, metadata["namespace"], metadata["name"])
    volume = sim.store.get(VOLUMES, "", name)
    if fresh is not None and volume is not None:
        _join(sim, fresh, volume)


def _reference(claim: Object) -> Object:
    metadata = claim["metadata"]
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "name": metadata["name"],
        "namespace": metadata["namespace"],
        "uid": metadata["uid"],
        "resourceVersion": metadata["resourceVersion"],
    }


def _join(sim: Simulator, stored: Stored, volume: Stored) -> None:
    claim, bound = stored.copy(), volume.copy()
    name = bound["metadata"]["name"]
    bound["spec"]["claimRef"] = bound["spec"].get("claimRef") or _reference(claim)
    bound["spec"]["claimRef"].setdefault("uid", claim["metadata"]["uid"])
    bound["status"] = {"phase": "Bound", "lastPhaseTransitionTime": stamp(sim.clock())}
    sim.store.put(VOLUMES, bound)
    annotations = claim["metadata"].setdefault("annotations", {})
    annotations["pv.kubernetes.io/bind-completed"] = "yes"
    annotations["pv.kubernetes.io/bound-by-controller"] = "yes"
    claim["spec"]["volumeName"] = name
    writes.update(sim, stored, claim)
    metadata = claim["metadata"]
    fresh = sim.store.get(CLAIMS, metadata["namespace"], metadata["name"])
    if fresh is not None:
        status = {
            "phase": "Bound",
            "accessModes": bound["spec"]["accessModes"],
            "capacity": bound["spec"]["capacity"],
        }
        writes.update_status(sim, fresh, status)


def _resize(sim: Simulator, stored: Stored) -> None:
    """A claim that asks for more gets it, where its class allows that."""
    claim = stored.obj
    asked = claim["spec"]["resources"]["requests"]["storage"]
    volume = sim.store.get(VOLUMES, "", claim["spec"].get("volumeName", ""))
    if volume is None:
        lost = {**claim["status"], "phase": "Lost"}
        writes.update_status(sim, stored, lost)
        return
    if quantity(asked) > quantity(claim["status"]["capacity"]["storage"]):
        grown = volume.copy()
        grown["spec"]["capacity"]["storage"] = asked
        sim.store.put(VOLUMES, grown)
        status = {**claim["status"], "capacity": {"storage": asked}}
        writes.update_status(sim, stored, status)


def reconcile_volume(sim: Simulator, namespace: str, name: str) -> None:
    """A volume is available, or released when its claim is gone, and then kept or deleted."""
    stored = sim.store.get(VOLUMES, "", name)
    if stored is None:
        return
    volume = stored.copy()
    reference = volume["spec"].get("claimRef")
    claim = reference and sim.store.get(
        CLAIMS, reference.get("namespace", ""), reference.get("name", "")
    )
    there = bool(claim and claim.obj["metadata"]["uid"] == reference.get("uid"))
    phase = (volume.get("status") or {}).get("phase")
    if volume["metadata"].get("deletionTimestamp") and not there:
        volume["metadata"]["finalizers"] = []
        writes.update(sim, stored, volume)
    elif phase == "Bound" and not there:
        policy = volume["spec"].get("persistentVolumeReclaimPolicy")
        _set_phase(sim, stored, "Released")
        fresh = sim.store.get(VOLUMES, "", name)
        if policy == "Delete" and fresh is not None:
            writes.delete(sim, fresh)
    elif phase is None or (phase == "Pending" and not reference):
        _set_phase(sim, stored, "Available")


def _set_phase(sim: Simulator, stored: Stored, phase: str) -> None:
    status = {"phase": phase, "lastPhaseTransitionTime": stamp(sim.clock())}
    writes.update_status(sim, stored, status)


def volumes_of_claim(sim: Simulator, change: Change) -> Iterable[tuple[str, str]]:
    """The volume that a claim is bound to."""
    name = change.new.obj["spec"].get("volumeName")
    return (("", name),) if name else ()
