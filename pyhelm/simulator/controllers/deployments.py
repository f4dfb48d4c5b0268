"""Deployments: a ReplicaSet per template, rolled over as the strategy says."""

from __future__ import annotations

import copy
import hashlib
import json
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pyhelm.simulator import events
from pyhelm.simulator.clock import parse, stamp
from pyhelm.simulator.controllers import writes
from pyhelm.simulator.objects import ALPHABET
from pyhelm.simulator.store import Change, Stored

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]

COMPONENT = "deployment-controller"
REVISION = "deployment.kubernetes.io/revision"
DESIRED = "deployment.kubernetes.io/desired-replicas"
MOST = "deployment.kubernetes.io/max-replicas"
HASH = "pod-template-hash"
UNCOPIED = frozenset({"kubectl.kubernetes.io/last-applied-configuration", REVISION, DESIRED, MOST})


def reconcile(sim: Simulator, namespace: str, name: str) -> None:
    """Take a Deployment one step further; its ReplicaSets' changes bring the next."""
    stored = sim.store.get("deployments.apps", namespace, name)
    if stored is None or stored.obj["metadata"].get("deletionTimestamp"):
        return
    deployment = stored.obj
    sets = writes.owned(sim, "replicasets.apps", deployment)
    new = next((s for s in sets if _same_template(s.obj, deployment)), None)
    if new is None and not deployment["spec"].get("paused"):
        _create_set(sim, stored, sets)
        return
    if new is not None:
        _mark_revision(sim, stored, new, sets)
        stored = sim.store.get("deployments.apps", namespace, name) or stored
        new = sim.store.get("replicasets.apps", namespace, new.obj["metadata"]["name"])
        sets = writes.owned(sim, "replicasets.apps", deployment)
    _roll(sim, stored.obj, sets, new)
    _clean_up(sim, stored.obj, new)
    stored = sim.store.get("deployments.apps", namespace, name) or stored
    sets = writes.owned(sim, "replicasets.apps", deployment)
    if new is not None:
        new = sim.store.get("replicasets.apps", namespace, new.obj["metadata"]["name"])
    writes.update_status(sim, stored, _status(sim, stored.obj, sets, new))


def _bare_template(obj: Object) -> Object:
    template: Object = copy.deepcopy(obj["spec"]["template"])
    labels = (template.get("metadata") or {}).get("labels") or {}
    labels.pop(HASH, None)
    return template


def _same_template(replica_set: Object, deployment: Object) -> bool:
    return _bare_template(replica_set) == _bare_template(deployment)


def template_hash(template: Object, length: int = 10) -> str:
    """A short name for a template, in the letters that Kubernetes uses."""
    digest = hashlib.sha256(json.dumps(template, sort_keys=True).encode()).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:length])


def _revision(obj: Object) -> int:
    return int((obj["metadata"].get("annotations") or {}).get(REVISION, 0))


def _limits(deployment: Object) -> tuple[int, int]:
    """maxSurge and maxUnavailable as numbers."""
    replicas = deployment["spec"].get("replicas", 1)
    strategy = deployment["spec"].get("strategy") or {}
    if strategy.get("type") == "Recreate":
        return 0, replicas
    rolling = strategy.get("rollingUpdate") or {}
    surge = _share(rolling.get("maxSurge", "25%"), replicas, up=True)
    unavailable = _share(rolling.get("maxUnavailable", "25%"), replicas, up=False)
    if not surge and not unavailable:
        unavailable = 1
    return surge, min(unavailable, replicas)


def _share(value: Any, total: int, *, up: bool) -> int:
    if isinstance(value, int):
        return value
    exact = total * int(str(value).rstrip("%")) / 100
    return math.ceil(exact) if up else math.floor(exact)


def _annotations(deployment: Object, revision: int) -> Object:
    replicas = deployment["spec"].get("replicas", 1)
    own = deployment["metadata"].get("annotations") or {}
    return {
        **{key: value for key, value in own.items() if key not in UNCOPIED},
        DESIRED: str(replicas),
        MOST: str(replicas + _limits(deployment)[0]),
        REVISION: str(revision),
    }


def _create_set(sim: Simulator, stored: Stored, sets: list[Stored]) -> None:
    deployment = stored.obj
    metadata, spec = deployment["metadata"], deployment["spec"]
    template: Object = copy.deepcopy(spec["template"])
    digest = template_hash(template)
    labels = template.setdefault("metadata", {}).setdefault("labels", {})
    labels[HASH] = digest
    selector = copy.deepcopy(spec["selector"])
    selector.setdefault("matchLabels", {})[HASH] = digest
    revision = max((_revision(each.obj) for each in sets), default=0) + 1
    name = f"{metadata['name']}-{digest}"
    if sim.store.get("replicasets.apps", metadata["namespace"], name) is not None:
        name = f"{metadata['name']}-{template_hash([template, metadata['uid']])}"  # type: ignore[arg-type]
    writes.create(
        sim,
        {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {
                "name": name,
                "namespace": metadata["namespace"],
                "labels": dict(labels),
                "annotations": _annotations(deployment, revision),
                "ownerReferences": [writes.owner_reference(deployment)],
            },
            "spec": {"replicas": 0, "selector": selector, "template": template},
        },
    )


def _mark_revision(sim: Simulator, stored: Stored, new: Stored, sets: list[Stored]) -> None:
    """The newest template has the highest revision, also after a rollback to an old one."""
    others = [_revision(each.obj) for each in sets if each is not new]
    revision = max(_revision(new.obj), max(others, default=0) + 1) if others else 1
    revision = max(revision, _revision(new.obj))
    wanted = _annotations(stored.obj, revision)
    if (new.obj["metadata"].get("annotations") or {}) != wanted:
        changed = new.copy()
        changed["metadata"]["annotations"] = wanted
        writes.update(sim, new, changed)
    if _revision(stored.obj) != revision:
        deployment = stored.copy()
        deployment["metadata"].setdefault("annotations", {})[REVISION] = str(revision)
        writes.update(sim, stored, deployment, subresource="status")


def _size(stored: Stored) -> int:
    return int(stored.obj["spec"].get("replicas", 0))


def _available(stored: Stored) -> int:
    return int((stored.obj.get("status") or {}).get("availableReplicas", 0))


def _scale(sim: Simulator, deployment: Object, stored: Stored, replicas: int) -> None:
    before, name = _size(stored), stored.obj["metadata"]["name"]
    if before == replicas:
        return
    fresh = sim.store.get("replicasets.apps", deployment["metadata"]["namespace"], name)
    if fresh is None:
        return
    changed = fresh.copy()
    changed["spec"]["replicas"] = replicas
    writes.update(sim, fresh, changed)
    way = "up" if replicas > before else "down"
    message = f"Scaled {way} replica set {name} from {before} to {replicas}"
    events.record(sim, deployment, "ScalingReplicaSet", message, component=COMPONENT)


def _roll(sim: Simulator, deployment: Object, sets: list[Stored], new: Stored | None) -> None:
    replicas = deployment["spec"].get("replicas", 1)
    old = [each for each in sets if new is None or each.obj["metadata"] != new.obj["metadata"]]
    active = [each for each in sets if _size(each)]
    if deployment["spec"].get("paused") or new is None:
        # A paused Deployment is still scaled.
        latest = new or (max(active, key=lambda s: _revision(s.obj)) if active else None)
        if latest is not None and len(active) <= 1:
            _scale(sim, deployment, latest, replicas)
        return
    if (deployment["spec"].get("strategy") or {}).get("type") == "Recreate":
        _recreate(sim, deployment, old, new)
        return
    surge, unavailable = _limits(deployment)
    total = sum(_size(each) for each in sets)
    if _size(new) > replicas:
        _scale(sim, deployment, new, replicas)
        return
    room = replicas + surge - total
    if _size(new) < replicas and room > 0:
        _scale(sim, deployment, new, min(_size(new) + room, replicas))
        return
    spare = total - (replicas - unavailable) - (_size(new) - _available(new))
    _scale_down(sim, deployment, old, spare)


def _scale_down(sim: Simulator, deployment: Object, old: list[Stored], spare: int) -> None:
    """First Pods that don't work, then the oldest sets, as far as availability allows."""
    for each in sorted(old, key=lambda s: _revision(s.obj)):
        broken = _size(each) - _available(each)
        step = min(max(spare, 0), _size(each)) if not broken else min(max(spare, 0), broken)
        if step > 0:
            _scale(sim, deployment, each, _size(each) - step)
            spare -= step


def _recreate(sim: Simulator, deployment: Object, old: list[Stored], new: Stored) -> None:
    for each in old:
        _scale(sim, deployment, each, 0)
    if any(writes.owned(sim, "pods", each.obj) for each in old):
        return
    _scale(sim, deployment, new, deployment["spec"].get("replicas", 1))


def _clean_up(sim: Simulator, deployment: Object, new: Stored | None) -> None:
    """Old ReplicaSets beyond the history's limit go."""
    name = new.obj["metadata"]["name"] if new else ""
    idle = [
        each
        for each in writes.owned(sim, "replicasets.apps", deployment)
        if each.obj["metadata"]["name"] != name
        and not _size(each)
        and not (each.obj.get("status") or {}).get("replicas")
    ]
    idle.sort(key=lambda each: _revision(each.obj))
    surplus = len(idle) - deployment["spec"].get("revisionHistoryLimit", 10)
    for each in idle[: max(surplus, 0)]:
        writes.delete(sim, each)


def _total(sets: list[Stored], field: str) -> int:
    return sum(int((each.obj.get("status") or {}).get(field, 0)) for each in sets)


def _status(sim: Simulator, deployment: Object, sets: list[Stored], new: Stored | None) -> Object:
    wanted = deployment["spec"].get("replicas", 1)
    total, available = _total(sets, "replicas"), _total(sets, "availableReplicas")
    updated = _total([new], "replicas") if new else 0
    status: Object = {
        "observedGeneration": deployment["metadata"].get("generation", 1),
        "terminatingReplicas": _total(sets, "terminatingReplicas"),
        **writes.nonzero(
            replicas=total,
            updatedReplicas=updated,
            readyReplicas=_total(sets, "readyReplicas"),
            availableReplicas=available,
            unavailableReplicas=max(wanted - available, 0),
        ),
    }
    status["conditions"] = _conditions(sim, deployment, status, new)
    return status


def _conditions(
    sim: Simulator, deployment: Object, status: Object, new: Stored | None
) -> list[Object]:
    now = stamp(sim.clock())
    wanted = deployment["spec"].get("replicas", 1)
    conditions = _paused(deployment, now)
    enough = status.get("availableReplicas", 0) >= wanted - _limits(deployment)[1]
    conditions = _with(
        conditions,
        "Available",
        "True" if enough else "False",
        reason="MinimumReplicasAvailable" if enough else "MinimumReplicasUnavailable",
        message=f"Deployment {'has' if enough else 'does not have'} minimum availability.",
        now=now,
    )
    if new is None or deployment["spec"].get("paused"):
        return conditions
    name = new.obj["metadata"]["name"]
    complete = (
        status.get("updatedReplicas", 0) == wanted
        and status.get("replicas", 0) == wanted
        and status.get("availableReplicas", 0) == wanted
    )
    if complete:
        told = f'ReplicaSet "{name}" has successfully progressed.'
        return _with(
            conditions,
            "Progressing",
            "True",
            reason="NewReplicaSetAvailable",
            message=told,
            now=now,
        )
    return _progressing(sim, deployment, status, conditions, name)


def _paused(deployment: Object, now: str) -> list[Object]:
    """The conditions, of which one says that a Deployment is paused, or goes on."""
    conditions: list[Object] = (deployment.get("status") or {}).get("conditions") or []
    reason = writes.condition(deployment, "Progressing").get("reason")
    paused = bool(deployment["spec"].get("paused"))
    if reason == "ProgressDeadlineExceeded" or paused == (reason == "DeploymentPaused"):
        return conditions
    word = "Paused" if paused else "Resumed"
    return _with(
        conditions,
        "Progressing",
        "Unknown",
        reason=f"Deployment{word}",
        message=f"Deployment is {word.lower()}",
        now=now,
    )


def _progressing(
    sim: Simulator, deployment: Object, status: Object, conditions: list[Object], name: str
) -> list[Object]:
    old_status = deployment.get("status") or {}
    counts = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
    moved = any(status.get(count, 0) != old_status.get(count, 0) for count in counts)
    old = next((each for each in conditions if each["type"] == "Progressing"), None)
    deadline = deployment["spec"].get("progressDeadlineSeconds", 600)
    now = sim.clock()
    key = (deployment["metadata"]["namespace"], deployment["metadata"]["name"])
    generation = deployment["metadata"].get("generation")
    fresh = old is None or moved or old_status.get("observedGeneration") != generation
    if fresh or old is None:
        sim.controllers.later(deadline + 1, "deployments", key)
        told = f'ReplicaSet "{name}" is progressing.'
        kept = [each for each in conditions if each["type"] != "Progressing"]
        return _with(
            kept, "Progressing", "True", reason="ReplicaSetUpdated", message=told, now=stamp(now)
        )
    if now - parse(old["lastUpdateTime"]) > deadline:
        told = f'ReplicaSet "{name}" has timed out progressing.'
        return _with(
            conditions,
            "Progressing",
            "False",
            reason="ProgressDeadlineExceeded",
            message=told,
            now=stamp(now),
        )
    return conditions


def _with(
    conditions: list[Object], kind: str, state: str, *, reason: str, message: str, now: str
) -> list[Object]:
    """Set a condition; one that says the same keeps its times."""
    old = next((each for each in conditions if each["type"] == kind), None)
    if old and (old["status"], old["reason"], old["message"]) == (state, reason, message):
        return conditions
    return writes.with_condition(
        conditions, kind, state, now=now, lastUpdateTime=now, reason=reason, message=message
    )


def of_pod(sim: Simulator, change: Change) -> Iterable[tuple[str, str]]:
    """The Deployment behind a Pod that went: `Recreate` waits for old Pods to be gone."""
    controller = writes.controller_of(change.new.obj)
    if change.type != "DELETED" or controller is None or controller["kind"] != "ReplicaSet":
        return ()
    stored = sim.store.get("replicasets.apps", change.namespace, controller["name"])
    owner = stored and writes.controller_of(stored.obj)
    return ((change.namespace, owner["name"]),) if owner else ()
