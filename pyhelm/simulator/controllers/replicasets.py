"""ReplicaSets (and ReplicationControllers): as many Pods as they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyhelm.simulator import events
from pyhelm.simulator.clock import stamp
from pyhelm.simulator.controllers import writes
from pyhelm.simulator.statuses import StatusError
from pyhelm.simulator.store import Stored

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]

COMPONENT = "replicaset-controller"


def reconcile(sim: Simulator, namespace: str, name: str) -> None:
    """ReplicaSets."""
    _reconcile(sim, "replicasets.apps", namespace, name)


def reconcile_replication_controller(sim: Simulator, namespace: str, name: str) -> None:
    """ReplicationControllers."""
    _reconcile(sim, "replicationcontrollers", namespace, name)


def _reconcile(sim: Simulator, resource: str, namespace: str, name: str) -> None:
    stored = sim.store.get(resource, namespace, name)
    if stored is None:
        return
    owner = stored.obj
    failure = ""
    if not owner["metadata"].get("deletionTimestamp"):
        failure = _scale(sim, owner)
    pods = [each.obj for each in writes.owned(sim, "pods", owner)]
    stored = sim.store.get(resource, namespace, name)
    if stored is not None:
        writes.update_status(sim, stored, _status(sim, stored.obj, pods, failure))


def _scale(sim: Simulator, owner: Object) -> str:
    """Create or delete Pods; gives why none could be created."""
    wanted = owner["spec"].get("replicas", 1)
    active = [s for s in writes.owned(sim, "pods", owner) if writes.is_active(s.obj)]
    for _ in range(wanted - len(active)):
        try:
            pod = writes.create(sim, writes.pod_from(owner["spec"]["template"], owner))
        except StatusError as error:
            message = f"Error creating: {error}"
            events.record(sim, owner, "FailedCreate", message, component=COMPONENT, warning=True)
            return str(error)
        message = f"Created pod: {pod['metadata']['name']}"
        events.record(sim, owner, "SuccessfulCreate", message, component=COMPONENT)
    for each in _surplus(active, len(active) - wanted):
        writes.delete(sim, each)
        message = f"Deleted pod: {each.obj['metadata']['name']}"
        events.record(sim, owner, "SuccessfulDelete", message, component=COMPONENT)
    return ""


def _surplus(active: list[Stored], count: int) -> list[Stored]:
    """Which Pods go first: those that aren't ready, then the youngest."""
    if count <= 0:
        return []
    ordered = sorted(active, key=lambda stored: (writes.is_ready(stored.obj), -stored.version))
    return ordered[:count]


def _status(sim: Simulator, owner: Object, pods: list[Object], failure: str) -> Object:
    active = [pod for pod in pods if writes.is_active(pod)]
    ready = sum(writes.is_ready(pod) for pod in active)
    going = sum(bool(pod["metadata"].get("deletionTimestamp")) for pod in pods)
    labels = (owner["spec"].get("template") or {}).get("metadata", {}).get("labels") or {}
    labelled = sum(
        labels.items() <= (pod["metadata"].get("labels") or {}).items() for pod in active
    )
    status: Object = {
        "replicas": len(active),
        "observedGeneration": owner["metadata"].get("generation", 1),
        **writes.nonzero(
            fullyLabeledReplicas=labelled, readyReplicas=ready, availableReplicas=ready
        ),
    }
    if owner["kind"] == "ReplicaSet":
        status["terminatingReplicas"] = going
    if failure:
        now = stamp(sim.clock())
        old = (owner.get("status") or {}).get("conditions") or []
        status["conditions"] = writes.with_condition(
            old, "ReplicaFailure", "True", now=now, reason="FailedCreate", message=failure
        )
    return status
