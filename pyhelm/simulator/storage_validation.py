"""What the API server refuses in claims, volumes and their classes, in its words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pyhelm.simulator.causes import forbidden, required, subdomain, unsupported, wrong
from pyhelm.simulator.immutable import volume_source
from pyhelm.simulator.quantities import quantity
from pyhelm.simulator.statuses import Cause

Object = Mapping[str, Any]
Causes = Iterator[Cause]

ACCESS = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
MODES = ("Block", "Filesystem")
RECLAIM = ("Delete", "Recycle", "Retain")
BINDING = ("Immediate", "WaitForFirstConsumer")


def claim_causes(claim: Object) -> Causes:
    """A claim's faults."""
    spec = claim.get("spec") or {}
    modes = spec.get("accessModes") or ()
    if not modes:
        yield required("spec.accessModes", "at least 1 access mode is required")
    yield from _access_causes(modes)
    requests = (spec.get("resources") or {}).get("requests") or {}
    if "storage" not in requests:
        yield required("spec.resources[storage]")
    elif quantity(requests["storage"]) <= 0:
        text = "must be greater than zero"
        yield wrong("spec.resources[storage]", str(requests["storage"]), text)
    if spec.get("storageClassName"):
        yield from subdomain("spec.storageClassName", spec["storageClassName"])
    yield from _mode_causes(spec)


def _access_causes(modes: Any) -> Causes:
    for mode in modes:
        if mode not in ACCESS:
            yield unsupported("spec.accessModes", mode, ACCESS)
    if "ReadWriteOncePod" in modes and len(modes) > 1 and set(modes) <= set(ACCESS):
        text = "may not use ReadWriteOncePod with other access modes"
        yield forbidden("spec.accessModes", text)


def _mode_causes(spec: Object) -> Causes:
    mode = spec.get("volumeMode")
    if mode is not None and mode not in MODES:
        yield unsupported("spec.volumeMode", mode, MODES)


def volume_causes(volume: Object) -> Causes:
    """A volume's faults."""
    spec = volume.get("spec") or {}
    if not spec.get("accessModes"):
        yield required("spec.accessModes")
    yield from _access_causes(spec.get("accessModes") or ())
    capacity = spec.get("capacity") or None
    if not capacity:
        yield required("spec.capacity")
    if not capacity or set(capacity) != {"storage"}:
        yield unsupported("spec.capacity", capacity, ("storage",))
    elif quantity(capacity["storage"]) <= 0:
        text = "must be greater than zero"
        yield wrong("spec.capacity[storage]", str(capacity["storage"]), text)
    sources = sorted(volume_source(volume))
    if not sources:
        yield required("spec", "must specify a volume type")
    for name in sources[1:]:
        yield forbidden(f"spec.{name}", "may not specify more than 1 volume type")
    policy = spec.get("persistentVolumeReclaimPolicy")
    if policy and policy not in RECLAIM:
        yield unsupported("spec.persistentVolumeReclaimPolicy", policy, RECLAIM)
    if spec.get("storageClassName"):
        yield from subdomain("spec.storageClassName", spec["storageClassName"])
    yield from _mode_causes(spec)


def class_causes(storage_class: Object) -> Causes:
    """A StorageClass's faults."""
    if not storage_class.get("provisioner"):
        yield required("provisioner")
    policy, binding = storage_class.get("reclaimPolicy"), storage_class.get("volumeBindingMode")
    if policy and policy not in ("Delete", "Retain"):
        yield unsupported("reclaimPolicy", policy, ("Delete", "Retain"))
    if binding and binding not in BINDING:
        yield unsupported("volumeBindingMode", binding, BINDING)
