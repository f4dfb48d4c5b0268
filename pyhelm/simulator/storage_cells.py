"""What stands in the columns of a table for volumes, claims and what provides them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyhelm.simulator.cells import (
    NONE,
    UNSET,
    Object,
    age,
    annotations_of,
    is_going,
    spec_of,
    status_of,
)

ACCESS_MODES = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}
"""The modes that are shown, in the order in which they are."""

CLASS = "volume.beta.kubernetes.io/storage-class"
"""The annotation that named a class before there was a field, and still comes first."""

DEFAULT_CLASS = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)


def claim(obj: Object) -> list[Any]:
    """PersistentVolumeClaims."""
    spec, status = spec_of(obj), status_of(obj)
    bound = bool(spec.get("volumeName"))
    return [
        _phase(obj),
        spec.get("volumeName", ""),
        (status.get("capacity") or {}).get("storage", "0") if bound else "",
        _modes(status.get("accessModes")) if bound else "",
        _class(obj),
        spec.get("volumeAttributesClassName", UNSET),
        age(obj),
        spec.get("volumeMode", UNSET),
    ]


def volume(obj: Object) -> list[Any]:
    """PersistentVolumes."""
    spec = spec_of(obj)
    claimed = spec.get("claimRef")
    return [
        (spec.get("capacity") or {}).get("storage", "0"),
        _modes(spec.get("accessModes")),
        spec.get("persistentVolumeReclaimPolicy", ""),
        _phase(obj),
        f"{claimed.get('namespace', '')}/{claimed.get('name', '')}" if claimed else "",
        _class(obj),
        spec.get("volumeAttributesClassName", UNSET),
        status_of(obj).get("reason", ""),
        age(obj),
        spec.get("volumeMode", UNSET),
    ]


def _phase(obj: Object) -> str:
    return "Terminating" if is_going(obj) else str(status_of(obj).get("phase", ""))


def _modes(modes: Iterable[str] | None) -> str:
    given = set(modes or ())
    return ",".join(short for mode, short in ACCESS_MODES.items() if mode in given)


def _class(obj: Object) -> str:
    return str(annotations_of(obj).get(CLASS, spec_of(obj).get("storageClassName", "")))


def storage_class(obj: Object) -> list[Any]:
    """StorageClasses."""
    return [
        obj["provisioner"],
        obj.get("reclaimPolicy", "Delete"),
        obj.get("volumeBindingMode", "Immediate"),
        bool(obj.get("allowVolumeExpansion")),
        age(obj),
    ]


def default_class(objects: Iterable[Object]) -> str:
    """The name of the StorageClass that claims without one get: the newest that says so."""
    best = ("", "")
    for obj in objects:
        name, made = obj["metadata"]["name"], obj["metadata"]["creationTimestamp"]
        if not any(annotations_of(obj).get(key) == "true" for key in DEFAULT_CLASS):
            continue
        if made > best[0] or (made == best[0] and name < best[1]):
            best = (made, name)
    return best[1]


def attributes_class(obj: Object) -> list[Any]:
    """VolumeAttributesClasses."""
    return [obj["driverName"], age(obj)]


def attachment(obj: Object) -> list[Any]:
    """VolumeAttachments."""
    spec = spec_of(obj)
    return [
        spec.get("attacher", ""),
        (spec.get("source") or {}).get("persistentVolumeName", ""),
        spec.get("nodeName", ""),
        bool(status_of(obj).get("attached")),
        age(obj),
    ]


def csi_node(obj: Object) -> list[Any]:
    """CSINodes."""
    return [len(spec_of(obj).get("drivers") or ()), age(obj)]


def csi_driver(obj: Object) -> list[Any]:
    """CSIDrivers."""
    spec = spec_of(obj)
    tokens = spec.get("tokenRequests")
    audiences = ",".join(each.get("audience", "") for each in tokens or ())
    return [
        spec.get("attachRequired", True),
        spec.get("podInfoOnMount", False),
        spec.get("storageCapacity", False),
        UNSET if tokens is None else audiences,
        spec.get("requiresRepublish", False),
        ",".join(spec.get("volumeLifecycleModes") or ()) or NONE,
        age(obj),
    ]
