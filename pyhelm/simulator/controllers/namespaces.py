"""Namespaces: what each one has from the beginning, and how they go with all they hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pyhelm.simulator.controllers import writes
from pyhelm.simulator.store import Change

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]

ROOT_CA = "kube-root-ca.crt"
ROOT_CA_DESCRIPTION = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal "
    "endpoints such as the internal service IP or kubernetes.default.svc. No other usage is "
    "guaranteed across distributions of Kubernetes clusters."
)


def of_object(sim: Simulator, change: Change) -> Iterable[tuple[str, str]]:
    """The namespace of an object that went, or that was its default account."""
    if change.type != "DELETED" or not change.namespace:
        return ()
    return (("", change.namespace),)


def reconcile(sim: Simulator, namespace: str, name: str) -> None:
    """Fill a namespace, or empty it."""
    stored = sim.store.get("namespaces", "", name)
    if stored is None:
        return
    if not stored.obj["metadata"].get("deletionTimestamp"):
        _fill(sim, name)
        return
    if _empty(sim, name):
        namespace_object = stored.copy()
        namespace_object["spec"]["finalizers"] = []
        writes.update(sim, stored, namespace_object)


def _fill(sim: Simulator, name: str) -> None:
    if sim.store.get("serviceaccounts", name, "default") is None:
        metadata = {"name": "default", "namespace": name}
        writes.create(sim, {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
    if sim.store.get("configmaps", name, ROOT_CA) is None:
        annotations = {"kubernetes.io/description": ROOT_CA_DESCRIPTION}
        metadata_ca = {"name": ROOT_CA, "namespace": name, "annotations": annotations}
        data = {"ca.crt": sim.store.meta("ca.crt") or ""}
        writes.create(
            sim, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata_ca, "data": data}
        )


def _empty(sim: Simulator, name: str) -> bool:
    """Delete everything in a namespace; whether nothing is left."""
    for resource in sim.store.resources():
        for stored in sim.store.list(resource, name):
            if not stored.obj["metadata"].get("deletionTimestamp"):
                writes.delete(sim, stored)
    return not any(sim.store.list(resource, name) for resource in sim.store.resources())
