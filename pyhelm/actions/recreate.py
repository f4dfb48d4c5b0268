"""Deleting one object and creating it again, where a field changed that can't on an object."""

from __future__ import annotations

from pyhelm._lazy import logger_of
from pyhelm._typing import Any, Callable
from pyhelm.actions import ownership
from pyhelm.errors import APIError
from pyhelm.kube import wait
from pyhelm.kube.cluster import Cluster, Object, ObjectRef

log = logger_of(__name__)

ANNOTATION = "pyhelm/recreate-immutable"

LASTING = ("Namespace", "PersistentVolume", "PersistentVolumeClaim", "CustomResourceDefinition")
"""Kinds whose deletion takes data or other objects with it: only the annotation is enough."""


def is_wanted(obj: Object, *, asked: bool) -> bool:
    """Whether an object may be deleted to become what it should be.

    `asked` is `--recreate-immutable`, which spares what is to be kept and what holds data.
    """
    annotations = (obj.get("metadata") or {}).get("annotations") or {}
    said = str(annotations.get(ANNOTATION, "")).strip().lower()
    if said:
        return said == "true"
    return asked and obj.get("kind") not in LASTING and not ownership.is_kept(obj)


def remedy(obj: Object, fields: tuple[str, ...]) -> str:
    """What someone can do about fields that can't change."""
    flag = ", or --recreate-immutable," if is_wanted(obj, asked=True) else ""
    return (
        f"{', '.join(fields)} of {obj['kind']} {obj['metadata']['name']} can't change while it "
        f'exists: the annotation {ANNOTATION}: "true" on it{flag} has it deleted and created again'
    )


def as_new(cluster: Cluster, obj: Object) -> Object:
    """The object as the server would store a new one, without creating it; raises APIError.

    The name is taken, so the server is asked about another.
    """
    metadata = dict(obj["metadata"])
    name = metadata.pop("name")
    found = cluster.create({**obj, "metadata": {**metadata, "generateName": name}}, dry_run=True)
    found["metadata"].pop("generateName", None)
    renamed: Object = _renamed(found, found["metadata"]["name"], name)
    return renamed


def recreate(
    cluster: Cluster,
    ref: ObjectRef,
    obj: Object,
    fields: tuple[str, ...],
    create: Callable[[], None],
    *,
    timeout: float,
) -> None:
    """Delete an object, wait until it and what it owns is gone, and create it again.

    Nothing is deleted where the server would refuse the new one. Raises APIError or WaitError.
    """
    _check(cluster, obj)
    why = f"{', '.join(fields)} can't change"
    log.warning("%s %s is deleted and created again: %s", ref.kind, ref.name, why)
    cluster.delete(ref, propagation="Foreground")
    wait.wait_deleted(cluster, [ref], timeout=timeout)
    create()


def _check(cluster: Cluster, obj: Object) -> None:
    """Refuse what could not be created, but for what the old object itself stands in the way of."""
    if obj.get("kind") in LASTING:
        return
    try:
        as_new(cluster, obj)
    except APIError as exc:
        if "already allocated" not in str(exc):
            raise


def _renamed(value: Any, old: str, new: str) -> Any:
    """A value with an object's own name where the server made one up: a Job's Pods have it too."""
    if isinstance(value, dict):
        return {key: _renamed(each, old, new) for key, each in value.items()}
    if isinstance(value, list):
        return [_renamed(each, old, new) for each in value]
    return new if value == old else value
