"""Whether objects are ready by Helm 3's rules, asked for every two seconds: `--wait=legacy`.

It needs no right to watch, and knows the kinds that Helm 3 knew; all others are ready at once.
"""

from __future__ import annotations

import math
import time

from pyhelm._typing import Any, Callable, Iterable, Mapping, Sequence
from pyhelm.errors import APIError, ClusterUnreachable, NotFound, WaitError
from pyhelm.kube.cluster import Cluster, Object, ObjectRef
from pyhelm.kube.explain import explained, label_selector, pods_of
from pyhelm.kube.waited import NOTHING, Enquire, Report, Waited

POLL_SECONDS = 2.0
RETRIES = 30
"""How often in a row an object may not be told of, before that is an error (Helm's number)."""

REVISION = "deployment.kubernetes.io/revision"

Rule = Callable[[Cluster, Object], bool]


def wait_ready(
    cluster: Cluster,
    refs: Iterable[ObjectRef],
    *,
    timeout: float,
    wait_for_jobs: bool = False,
    report: Report = lambda pending: None,
    enquire: Enquire | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Wait until all are ready; raises WaitError, whose text Helm leaves at a time-out."""
    left = [ref for ref in refs if _rule(ref, wait_for_jobs)]
    deadline = clock() + timeout
    faults: dict[ObjectRef, int] = {}
    while left := _unready(cluster, left, wait_for_jobs, faults):
        told = enquire(cluster, _objects(cluster, left)) if enquire else {}
        report(
            tuple(Waited(ref, "InProgress", "not ready", told.get(ref, NOTHING)) for ref in left)
        )
        if clock() + POLL_SECONDS > deadline:
            time.sleep(max(0.0, deadline - clock()))
            raise _timed_out(cluster, left)
        time.sleep(POLL_SECONDS)
    report(())


def _objects(cluster: Cluster, refs: Sequence[ObjectRef]) -> dict[ObjectRef, Object | None]:
    found: dict[ObjectRef, Object | None] = {}
    for ref in refs:
        try:
            found[ref] = cluster.get(ref)
        except (APIError, ClusterUnreachable):
            found[ref] = None
    return found


def _unready(
    cluster: Cluster, refs: Sequence[ObjectRef], jobs: bool, faults: dict[ObjectRef, int]
) -> list[ObjectRef]:
    return [ref for ref in refs if not _is_ready(cluster, ref, jobs, faults)]


def _is_ready(cluster: Cluster, ref: ObjectRef, jobs: bool, faults: dict[ObjectRef, int]) -> bool:
    rule = _rule(ref, jobs)
    try:
        ready = rule is None or rule(cluster, cluster.get(ref))
    except (APIError, ClusterUnreachable) as exc:
        faults[ref] = faults.get(ref, 0) + 1
        passing = isinstance(exc, ClusterUnreachable) or exc.code == 429 or exc.code >= 500
        if not passing or faults[ref] > RETRIES:
            raise
        return False
    faults.pop(ref, None)
    return ready


def _timed_out(cluster: Cluster, left: Sequence[ObjectRef]) -> WaitError:
    why = []
    for ref in left:
        try:
            more = explained(cluster, ref, cluster.get(ref))
        except NotFound:
            more = ("not found",)
        why += [f"{_name(ref)}:", *(f"  {line}" for line in more or ("not ready",))]
    # Helm: Go's words, and nothing of what it waited for.
    return WaitError("context deadline exceeded", tuple(map(_name, left)), tuple(why))


def _name(ref: ObjectRef) -> str:
    return f"{ref.kind}/{ref.namespace}/{ref.name}"


def _rule(ref: ObjectRef, jobs: bool) -> Rule | None:
    group = ref.api_version.rpartition("/")[0]
    if (group, ref.kind) == ("batch", "Job") and not jobs:
        return None
    return RULES.get((group, ref.kind))


def _pod(cluster: Cluster, obj: Object) -> bool:
    return any(
        row.get("type") == "Ready" and row.get("status") == "True"
        for row in _status(obj).get("conditions") or ()
    )


def _job(cluster: Cluster, obj: Object) -> bool:
    spec, status = obj.get("spec") or {}, _status(obj)
    if (status.get("failed") or 0) > spec.get("backoffLimit", 6):
        metadata = obj["metadata"]
        raise WaitError(f"job is failed: {metadata.get('namespace')}/{metadata['name']}")
    wanted = spec.get("completions")
    return wanted is None or (status.get("succeeded") or 0) >= wanted


def _deployment(cluster: Cluster, obj: Object) -> bool:
    spec = obj.get("spec") or {}
    if spec.get("paused"):
        return True
    newest = _newest_replica_set(cluster, obj)
    if newest is None or not (_observed(newest) and _observed(obj)):
        return False
    replicas = int(spec.get("replicas", 1))
    strategy = spec.get("strategy") or {}
    allowed = 0
    if strategy.get("type") == "RollingUpdate" and replicas:
        rolling = strategy.get("rollingUpdate") or {}
        allowed = min(_scaled(rolling.get("maxUnavailable", 0), replicas, math.floor), replicas)
        if not allowed and not _scaled(rolling.get("maxSurge", 0), replicas, math.ceil):
            allowed = 1
    return (_status(newest).get("readyReplicas") or 0) >= replicas - allowed


def _newest_replica_set(cluster: Cluster, deployment: Object) -> Object | None:
    """The one that the Deployment's controller numbered as it numbered the Deployment."""
    metadata = deployment["metadata"]
    revision = (metadata.get("annotations") or {}).get(REVISION)
    selector = label_selector((deployment.get("spec") or {}).get("selector") or {})
    namespace = str(metadata.get("namespace") or "")
    for each in cluster.list("apps/v1", "ReplicaSet", namespace, label_selector=selector):
        owners = each["metadata"].get("ownerReferences") or ()
        mine = any(owner.get("uid") == metadata.get("uid") for owner in owners)
        if mine and (each["metadata"].get("annotations") or {}).get(REVISION) == revision:
            return each
    return None


def _claim(cluster: Cluster, obj: Object) -> bool:
    return bool(_status(obj).get("phase") == "Bound")


def _service(cluster: Cluster, obj: Object) -> bool:
    spec = obj.get("spec") or {}
    if spec.get("type") == "ExternalName":
        return True
    if not spec.get("clusterIP"):
        return False
    if spec.get("type") != "LoadBalancer" or spec.get("externalIPs"):
        return True
    return bool((_status(obj).get("loadBalancer") or {}).get("ingress"))


def _daemon_set(cluster: Cluster, obj: Object) -> bool:
    status = _status(obj)
    strategy = (obj.get("spec") or {}).get("updateStrategy") or {}
    if not _observed(obj):
        return False
    if strategy.get("type") != "RollingUpdate":
        return True
    wanted = int(status.get("desiredNumberScheduled") or 0)
    if (status.get("updatedNumberScheduled") or 0) != wanted:
        return False
    allowed = (strategy.get("rollingUpdate") or {}).get("maxUnavailable", 1)
    return (status.get("numberReady") or 0) >= wanted - _scaled(allowed, wanted, math.ceil)


def _definition(cluster: Cluster, obj: Object) -> bool:
    # Helm: names that are taken are no reason to wait.
    wanted = {("Established", "True"), ("NamesAccepted", "False")}
    rows = _status(obj).get("conditions") or ()
    return any((row.get("type"), row.get("status")) in wanted for row in rows)


def _stateful_set(cluster: Cluster, obj: Object) -> bool:
    spec, status = obj.get("spec") or {}, _status(obj)
    strategy = spec.get("updateStrategy") or {}
    if not _observed(obj):
        return False
    if strategy.get("type") != "RollingUpdate":
        return True
    partition = int((strategy.get("rollingUpdate") or {}).get("partition") or 0)
    replicas = int(spec.get("replicas", 1))
    if (status.get("updatedReplicas") or 0) < replicas - partition:
        return False
    if (status.get("readyReplicas") or 0) != replicas:
        return False
    return bool(partition or status.get("currentRevision") == status.get("updateRevision"))


def _controller(cluster: Cluster, obj: Object) -> bool:
    """A ReplicaSet or ReplicationController: observed, and all of its pods ready."""
    return _observed(obj) and all(_pod(cluster, pod) for pod in pods_of(cluster, obj))


def _observed(obj: Object) -> bool:
    return bool(_status(obj).get("observedGeneration") == obj["metadata"].get("generation"))


def _scaled(value: Any, total: int, rounded: Callable[[float], int]) -> int:
    """A number, or a percentage of the total."""
    if isinstance(value, str) and value.endswith("%"):
        return rounded(int(value[:-1]) * total / 100)
    return int(value)


def _status(obj: Object) -> Mapping[str, Any]:
    status: Mapping[str, Any] = obj.get("status") or {}
    return status


RULES: dict[tuple[str, str], Rule] = {
    ("", "PersistentVolumeClaim"): _claim,
    ("", "Pod"): _pod,
    ("", "ReplicationController"): _controller,
    ("", "Service"): _service,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): _definition,
    ("apps", "DaemonSet"): _daemon_set,
    ("apps", "Deployment"): _deployment,
    ("apps", "ReplicaSet"): _controller,
    ("apps", "StatefulSet"): _stateful_set,
    ("batch", "Job"): _job,
}
"""The kinds that Helm 3 waited for."""
