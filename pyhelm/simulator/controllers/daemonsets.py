"""DaemonSets: one Pod on every node that they fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyhelm.simulator import events
from pyhelm.simulator.controllers import revisions, writes
from pyhelm.simulator.store import Stored

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]

COMPONENT = "daemonset-controller"
REVISION = "controller-revision-hash"


def reconcile(sim: Simulator, namespace: str, name: str) -> None:
    """Take a DaemonSet one step further."""
    stored = sim.store.get("daemonsets.apps", namespace, name)
    if stored is None or stored.obj["metadata"].get("deletionTimestamp"):
        return
    owner = stored.obj
    revision = revisions.ensure(sim, owner, label=REVISION).rpartition("-")[2]
    wanted = _nodes(sim, owner)
    _step(sim, owner, len(wanted), revision)
    pods = [each.obj for each in writes.owned(sim, "pods", owner) if writes.is_active(each.obj)]
    stored = sim.store.get("daemonsets.apps", namespace, name) or stored
    writes.update_status(sim, stored, _status(stored.obj, pods, len(wanted), revision))


def _nodes(sim: Simulator, owner: Object) -> list[str]:
    selector = owner["spec"]["template"].get("spec", {}).get("nodeSelector") or {}
    return [
        stored.obj["metadata"]["name"]
        for stored in sim.store.list("nodes")
        if selector.items() <= (stored.obj["metadata"].get("labels") or {}).items()
    ]


def _step(sim: Simulator, owner: Object, wanted: int, revision: str) -> None:
    pods = [each for each in writes.owned(sim, "pods", owner) if writes.is_active(each.obj)]
    for _ in range(wanted - len(pods)):
        pod = writes.pod_from(owner["spec"]["template"], owner)
        pod["metadata"]["labels"] |= {REVISION: revision, "pod-template-generation": "1"}
        created = writes.create(sim, pod)
        message = f"Created pod: {created['metadata']['name']}"
        events.record(sim, owner, "SuccessfulCreate", message, component=COMPONENT)
    for each in pods[wanted:]:
        _delete(sim, owner, each)
    if (owner["spec"].get("updateStrategy") or {}).get("type") == "OnDelete":
        return
    for each in pods[:wanted]:
        if each.obj["metadata"]["labels"].get(REVISION) != revision:
            _delete(sim, owner, each)


def _delete(sim: Simulator, owner: Object, stored: Stored) -> None:
    writes.delete(sim, stored)
    message = f"Deleted pod: {stored.obj['metadata']['name']}"
    events.record(sim, owner, "SuccessfulDelete", message, component=COMPONENT)


def _status(owner: Object, pods: list[Object], wanted: int, revision: str) -> Object:
    ready = sum(writes.is_ready(pod) for pod in pods)
    updated = sum(pod["metadata"]["labels"].get(REVISION) == revision for pod in pods)
    return {
        "observedGeneration": owner["metadata"].get("generation", 1),
        "currentNumberScheduled": min(len(pods), wanted),
        "desiredNumberScheduled": wanted,
        "numberMisscheduled": 0,
        "numberReady": ready,
        **writes.nonzero(
            numberAvailable=ready,
            updatedNumberScheduled=updated,
            numberUnavailable=max(wanted - ready, 0),
        ),
    }
