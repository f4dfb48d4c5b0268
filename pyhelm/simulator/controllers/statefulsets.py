"""StatefulSets: Pods with names and claims of their own, one after another."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from pyhelm.simulator import events
from pyhelm.simulator.controllers import revisions, writes
from pyhelm.simulator.statuses import StatusError
from pyhelm.simulator.store import Stored

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]

COMPONENT = "statefulset-controller"
REVISION = "controller-revision-hash"
CLAIMS = "persistentvolumeclaims"


def reconcile(sim: Simulator, namespace: str, name: str) -> None:
    """Take a StatefulSet one step further."""
    stored = sim.store.get("statefulsets.apps", namespace, name)
    if stored is None or stored.obj["metadata"].get("deletionTimestamp"):
        return
    owner = stored.obj
    revision = revisions.ensure(sim, owner, label="controller.kubernetes.io/hash")
    _step(sim, owner, revision)
    pods = _pods(sim, owner)
    stored = sim.store.get("statefulsets.apps", namespace, name) or stored
    writes.update_status(sim, stored, _status(stored.obj, pods, revision))


def _ordinal(stored: Stored) -> int:
    return int(stored.obj["metadata"]["name"].rpartition("-")[2])


def _pods(sim: Simulator, owner: Object) -> dict[int, Stored]:
    return {_ordinal(stored): stored for stored in writes.owned(sim, "pods", owner)}


def _step(sim: Simulator, owner: Object, revision: str) -> None:
    spec = owner["spec"]
    start = (spec.get("ordinals") or {}).get("start", 0)
    wanted = range(start, start + spec.get("replicas", 1))
    parallel = spec.get("podManagementPolicy") == "Parallel"
    pods = _pods(sim, owner)
    for ordinal in wanted:
        stored = pods.get(ordinal)
        if stored is None:
            _create(sim, owner, ordinal, revision)
        elif (stored.obj.get("status") or {}).get("phase") in ("Failed", "Succeeded"):
            writes.delete(sim, stored)
        if not parallel and not (stored and writes.is_ready(stored.obj)):
            return
    for ordinal in sorted(set(pods) - set(wanted), reverse=True):
        _delete(sim, owner, pods[ordinal])
        if not parallel:
            return
    _roll(sim, owner, pods, wanted=wanted, revision=revision)


def _roll(
    sim: Simulator, owner: Object, pods: dict[int, Stored], *, wanted: range, revision: str
) -> None:
    """Replace Pods of older templates, the last first, each when the one before is ready."""
    strategy = owner["spec"].get("updateStrategy") or {}
    if strategy.get("type") == "OnDelete":
        return
    partition = (strategy.get("rollingUpdate") or {}).get("partition", 0)
    for ordinal in reversed(wanted):
        stored = pods.get(ordinal)
        if stored is None or ordinal < partition:
            return
        if stored.obj["metadata"]["labels"].get(REVISION) != revision:
            _delete(sim, owner, stored)
            return
        if not writes.is_ready(stored.obj):
            return


def _create(sim: Simulator, owner: Object, ordinal: int, revision: str) -> None:
    name = f"{owner['metadata']['name']}-{ordinal}"
    claims = [_claim(sim, owner, template, name) for template in _templates(owner)]
    pod = writes.pod_from(owner["spec"]["template"], owner, name=name)
    pod["metadata"]["labels"] |= {
        "apps.kubernetes.io/pod-index": str(ordinal),
        "statefulset.kubernetes.io/pod-name": name,
        REVISION: revision,
    }
    spec = pod["spec"]
    spec["hostname"], spec["subdomain"] = name, owner["spec"].get("serviceName", "")
    if not spec["subdomain"]:
        del spec["subdomain"]
    if claims:
        own = [
            {"name": template, "persistentVolumeClaim": {"claimName": claim}}
            for template, claim in claims
        ]
        names = {template for template, _ in claims}
        others = [each for each in spec.get("volumes") or () if each["name"] not in names]
        spec["volumes"] = [*own, *others]
    told = f"create Pod {name} in StatefulSet {owner['metadata']['name']}"
    try:
        writes.create(sim, pod)
    except StatusError as error:
        message = f"{told} failed error: {error}"
        events.record(sim, owner, "FailedCreate", message, component=COMPONENT, warning=True)
        return
    message = f"C{told[1:]} successful"
    events.record(sim, owner, "SuccessfulCreate", message, component=COMPONENT)


def _templates(owner: Object) -> list[Object]:
    return owner["spec"].get("volumeClaimTemplates") or []


def _claim(sim: Simulator, owner: Object, template: Object, pod: str) -> tuple[str, str]:
    name = f"{template['metadata']['name']}-{pod}"
    namespace = owner["metadata"]["namespace"]
    if sim.store.get(CLAIMS, namespace, name) is None:
        metadata = copy.deepcopy(template["metadata"])
        selected = (owner["spec"].get("selector") or {}).get("matchLabels") or {}
        metadata["labels"] = {**(metadata.get("labels") or {}), **selected}
        metadata |= {"name": name, "namespace": namespace}
        claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata}
        writes.create(sim, {**claim, "spec": copy.deepcopy(template["spec"])})
        owner_name = owner["metadata"]["name"]
        message = f"Create Claim {name} Pod {pod} in StatefulSet {owner_name} success"
        events.record(sim, owner, "SuccessfulCreate", message, component=COMPONENT)
    return template["metadata"]["name"], name


def _delete(sim: Simulator, owner: Object, stored: Stored) -> None:
    if stored.obj["metadata"].get("deletionTimestamp"):
        return
    writes.delete(sim, stored)
    name = stored.obj["metadata"]["name"]
    message = f"delete Pod {name} in StatefulSet {owner['metadata']['name']} successful"
    events.record(sim, owner, "SuccessfulDelete", message, component=COMPONENT)


def _status(owner: Object, pods: dict[int, Stored], revision: str) -> Object:
    alive = [s.obj for s in pods.values() if not s.obj["metadata"].get("deletionTimestamp")]
    ready = sum(writes.is_ready(pod) for pod in alive)
    updated = sum(pod["metadata"]["labels"].get(REVISION) == revision for pod in alive)
    wanted = owner["spec"].get("replicas", 1)
    old = owner.get("status") or {}
    done = updated == wanted and ready == wanted
    current = revision if done or "currentRevision" not in old else old["currentRevision"]
    on_current = sum(pod["metadata"]["labels"].get(REVISION) == current for pod in alive)
    return {
        "observedGeneration": owner["metadata"].get("generation", 1),
        "replicas": len(alive),
        "availableReplicas": ready,
        "collisionCount": 0,
        "currentRevision": current,
        "updateRevision": revision,
        **writes.nonzero(readyReplicas=ready, currentReplicas=on_current, updatedReplicas=updated),
    }
