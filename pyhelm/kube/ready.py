"""Whether an object has arrived where it should be: kstatus' rules, one function a kind; pure.

The states and messages are those of kstatus (fluxcd/cli-utils), which Helm waits by. Conditions
that every kind may have come first, then the kind's own rule, then a `Ready` condition.
"""

from __future__ import annotations

from pyhelm._dataclass import dataclass
from pyhelm._datetime import UTC, datetime, timedelta
from pyhelm._typing import Any, Callable, Literal, Mapping
from pyhelm.kube.cluster import Object

State = Literal["Current", "InProgress", "Failed", "Terminating", "Unknown", "NotFound"]

SCHEDULE_WINDOW = timedelta(seconds=15)
"""How long a pod may be unschedulable before it counts as failed."""

NO_DEADLINE = 2**31 - 1


@dataclass(frozen=True, slots=True)
class ObjectStatus:
    """A state, and why."""

    state: State
    message: str

    @property
    def ready(self) -> bool:
        """Whether nothing more is to be waited for."""
        return self.state == "Current"


UNKNOWN = ObjectStatus("Unknown", "")
NOT_FOUND = ObjectStatus("NotFound", "Resource not found")


def status_of(obj: Object, now: datetime | None = None) -> ObjectStatus:
    """The status of an object as the server gave it."""
    found = _generic(obj)
    if found is not None:
        return found
    group = str(obj.get("apiVersion") or "").rpartition("/")[0]
    kind = str(obj.get("kind") or "")
    if (group, kind) == ("", "Pod"):
        return _pod(obj, now or datetime.now(UTC))
    rule = RULES.get((group, kind))
    if rule is not None:
        return rule(obj)
    return _ready_condition(obj) or _current("Resource is current")


def job_status(obj: Object) -> ObjectStatus:
    """A job's status where its end is waited for: hooks and `--wait-for-jobs` (Helm's reader)."""
    return _job_end(obj) or _progress("Job in progress")


def hook_status(obj: Object) -> ObjectStatus:
    """The status of a hook's object: jobs and pods must end, anything else is there and ready."""
    kind = (obj.get("apiVersion"), obj.get("kind"))
    if kind == ("batch/v1", "Job"):
        return job_status(obj)
    if kind != ("v1", "Pod"):
        return _current("Resource is current")
    name = (obj.get("metadata") or {}).get("name")
    phase = _status(obj).get("phase")
    if phase == "Succeeded":
        return _current(f"pod {name} succeeded")
    return _failed(f"pod {name} failed") if phase == "Failed" else _progress("Pod in progress")


def _current(message: str) -> ObjectStatus:
    return ObjectStatus("Current", message)


def _progress(message: str) -> ObjectStatus:
    return ObjectStatus("InProgress", message)


def _failed(message: str) -> ObjectStatus:
    return ObjectStatus("Failed", message)


def _generic(obj: Object) -> ObjectStatus | None:
    """Deletion, an unobserved generation, and the conditions Reconciling and Stalled."""
    metadata = obj.get("metadata") or {}
    if metadata.get("deletionTimestamp"):
        return ObjectStatus("Terminating", "Resource scheduled for deletion")
    generation, observed = metadata.get("generation"), _status(obj).get("observedGeneration")
    if generation is not None and observed is not None and generation != observed:
        return _progress(
            f"{obj.get('kind')} generation is {generation}, "
            f"but latest observed generation is {observed}"
        )
    for condition in _conditions(obj):
        if condition.get("status") != "True":
            continue
        message = str(condition.get("message") or "")
        if condition.get("type") == "Reconciling":
            return _progress(message)
        if condition.get("type") == "Stalled":
            return _failed(message)
    return None


def _ready_condition(obj: Object) -> ObjectStatus | None:
    condition = _condition(obj, "Ready")
    if condition.get("status") == "True":
        return _current("Resource is Ready")
    if condition.get("status") in ("False", "Unknown"):
        return _progress(str(condition.get("message") or ""))
    return None


def _always(obj: Object) -> ObjectStatus:
    return _current("Resource is always ready")


def _deployment(obj: Object) -> ObjectStatus:
    progress, available = _condition(obj, "Progressing"), _condition(obj, "Available")
    if progress.get("reason") == "ProgressDeadlineExceeded":
        return _failed("Progress deadline exceeded")
    spec, status = _spec(obj), _status(obj)
    wanted, replicas = _int(spec, "replicas", 1), _int(status, "replicas")
    updated, ready = _int(status, "updatedReplicas"), _int(status, "readyReplicas")
    up = _int(status, "availableReplicas")
    checks = (
        (wanted > replicas, f"Replicas: {replicas}/{wanted}"),
        (wanted > updated, f"Updated: {updated}/{wanted}"),
        (replicas > wanted, f"Pending termination: {replicas - wanted}"),
        (updated > up, f"Available: {up}/{updated}"),
        (wanted > ready, f"Ready: {ready}/{wanted}"),
        (not _progressing(spec, progress), "ReplicaSet not Available"),
        (available.get("status") != "True", "Deployment not Available"),
    )
    return _first(checks, f"Deployment is available. Replicas: {replicas}")


def _progressing(spec: Mapping[str, Any], condition: Mapping[str, Any]) -> bool:
    # Without a deadline the controller never sets the condition.
    if _int(spec, "progressDeadlineSeconds", NO_DEADLINE) == NO_DEADLINE:
        return True
    return condition.get("status") == "True" and condition.get("reason") == "NewReplicaSetAvailable"


def _replica_set(obj: Object) -> ObjectStatus:
    if _condition(obj, "ReplicaFailure").get("status") == "True":
        return _progress("Replica Failure condition. Check Pods")
    status = _status(obj)
    wanted, replicas = _int(_spec(obj), "replicas", 1), _int(status, "replicas")
    labelled, ready = _int(status, "fullyLabeledReplicas"), _int(status, "readyReplicas")
    up = _int(status, "availableReplicas")
    checks = (
        (wanted > labelled, f"Labelled: {labelled}/{wanted}"),
        (wanted > up, f"Available: {up}/{wanted}"),
        (wanted > ready, f"Ready: {ready}/{wanted}"),
        (replicas > wanted, f"Pending termination: {replicas - wanted}"),
    )
    return _first(checks, f"ReplicaSet is available. Replicas: {replicas}")


def _stateful_set(obj: Object) -> ObjectStatus:
    spec, status = _spec(obj), _status(obj)
    strategy = spec.get("updateStrategy") or {}
    if strategy.get("type") == "OnDelete":
        return _current("StatefulSet is using the ondelete update strategy")
    wanted, replicas = _int(spec, "replicas", 1), _int(status, "replicas")
    ready, updated = _int(status, "readyReplicas"), _int(status, "updatedReplicas")
    checks = (
        (wanted > replicas, f"Replicas: {replicas}/{wanted}"),
        (wanted > ready, f"Ready: {ready}/{wanted}"),
        (replicas > wanted, f"Pending termination: {replicas - wanted}"),
    )
    partition = (strategy.get("rollingUpdate") or {}).get("partition")
    if partition is not None:
        partly = (updated < wanted - partition, f"updated: {updated}/{wanted - partition}")
        return _first((*checks, partly), f"Partition rollout complete. updated: {updated}")
    current = _int(status, "currentReplicas")
    revisions = status.get("currentRevision", ""), status.get("updateRevision", "")
    rest = (
        (wanted > current, f"current: {current}/{wanted}"),
        (revisions[0] != revisions[1], "Waiting for updated revision to match current"),
    )
    done = f"All replicas scheduled as expected. Replicas: {replicas}"
    return _first((*checks, *rest), done)


def _daemon_set(obj: Object) -> ObjectStatus:
    status = _status(obj)
    if (obj.get("metadata") or {}).get("generation") is None:
        return _progress("DaemonSet metadata.generation not found")
    if status.get("observedGeneration") is None:
        return _progress("DaemonSet status.observedGeneration not found")
    if status.get("desiredNumberScheduled") is None:
        return _progress("Missing .status.desiredNumberScheduled")
    wanted, current = _int(status, "desiredNumberScheduled"), _int(status, "currentNumberScheduled")
    updated, up = _int(status, "updatedNumberScheduled"), _int(status, "numberAvailable")
    ready = _int(status, "numberReady")
    checks = (
        (wanted > current, f"Current: {current}/{wanted}"),
        (wanted > updated, f"Updated: {updated}/{wanted}"),
        (wanted > up, f"Available: {up}/{wanted}"),
        (wanted > ready, f"Ready: {ready}/{wanted}"),
    )
    return _first(checks, f"All replicas scheduled as expected. Replicas: {wanted}")


def _claim(obj: Object) -> ObjectStatus:
    phase = _status(obj).get("phase") or "unknown"
    if phase != "Bound":
        return _progress(f"PVC is not Bound. phase: {phase}")
    return _current("PVC is Bound")


def _service(obj: Object) -> ObjectStatus:
    spec = _spec(obj)
    if spec.get("type") == "LoadBalancer" and not spec.get("clusterIP"):
        return _progress("ClusterIP not set. Service type: LoadBalancer")
    return _current("Service is ready")


def _budget(obj: Object) -> ObjectStatus:
    return _current("AllowedDisruptions has been computed.")


def _definition(obj: Object) -> ObjectStatus:
    for condition in _conditions(obj):
        kind, status = condition.get("type"), condition.get("status")
        message = str(condition.get("message") or "")
        if kind == "NamesAccepted" and status == "False":
            return _failed(message)
        if kind == "Established" and status == "False" and condition.get("reason") != "Installing":
            return _failed(message)
        if kind == "Established" and status == "True":
            return _current("CRD is established")
    return _progress("Install in progress")


def _job(obj: Object) -> ObjectStatus:
    """A job counts as ready once it started; its end is waited for only when asked."""
    status = _status(obj)
    ended = _job_end(obj)
    if ended is not None:
        return ended
    if not status.get("startTime"):
        return _progress("Job not started")
    counts = [_int(status, name) for name in ("succeeded", "active", "failed")]
    return _current("Job in progress. success:{}, active: {}, failed: {}".format(*counts))


def _job_end(obj: Object) -> ObjectStatus | None:
    spec, status = _spec(obj), _status(obj)
    wanted = _int(spec, "completions", _int(spec, "parallelism", 1))
    for condition in _conditions(obj):
        if condition.get("status") != "True":
            continue
        if condition.get("type") == "Complete":
            return _current(f"Job Completed. succeeded: {_int(status, 'succeeded')}/{wanted}")
        if condition.get("type") == "Failed":
            return _failed(f"Job Failed. failed: {_int(status, 'failed')}/{wanted}")
    return None


def _pod(obj: Object, now: datetime) -> ObjectStatus:
    phase = _status(obj).get("phase")
    if phase == "Succeeded":
        return _current("Pod has completed successfully")
    if phase == "Failed":
        # Helm: kstatus calls a pod that failed "current"; only hooks are judged by success.
        return _current("Pod has completed, but not successfully")
    if phase == "Running":
        return _running_pod(obj)
    if phase == "Pending":
        return _pending_pod(obj, now)
    return _progress(f"unknown phase {phase}" if phase else "Pod phase not available")


def _running_pod(obj: Object) -> ObjectStatus:
    if _condition(obj, "Ready").get("status") == "True":
        return _current("Pod is Ready")
    looping = [
        str(container.get("name"))
        for container in _status(obj).get("containerStatuses") or ()
        if _waiting(container).get("reason") == "CrashLoopBackOff"
    ]
    if looping:
        return _failed(f"Containers in CrashLoop state: {','.join(looping)}")
    return _progress("Pod is running but is not Ready")


def _waiting(container: Mapping[str, Any]) -> Mapping[str, Any]:
    waiting: Mapping[str, Any] = (container.get("state") or {}).get("waiting") or {}
    return waiting


def _pending_pod(obj: Object, now: datetime) -> ObjectStatus:
    if not unschedulable(obj):
        return _progress("Pod is in the Pending phase")
    created = (obj.get("metadata") or {}).get("creationTimestamp")
    if created and now - SCHEDULE_WINDOW < datetime.fromisoformat(created):
        return _progress("Pod has not been scheduled")
    return _failed("Pod could not be scheduled")


def unschedulable(pod: Object) -> bool:
    """Whether the scheduler found no node for a pod so far."""
    condition = _condition(pod, "PodScheduled")
    return condition.get("status") == "False" and condition.get("reason") == "Unschedulable"


def _first(checks: tuple[tuple[bool, str], ...], done: str) -> ObjectStatus:
    """What the first check that holds says is missing; `done` when none does."""
    for missing, message in checks:
        if missing:
            return _progress(message)
    return _current(done)


def _spec(obj: Object) -> Mapping[str, Any]:
    spec: Mapping[str, Any] = obj.get("spec") or {}
    return spec


def _status(obj: Object) -> Mapping[str, Any]:
    status = obj.get("status")
    return status if isinstance(status, dict) else {}


def _conditions(obj: Object) -> list[Mapping[str, Any]]:
    conditions = _status(obj).get("conditions")
    rows = conditions if isinstance(conditions, list) else []
    return [row for row in rows if isinstance(row, dict)]


def _condition(obj: Object, kind: str) -> Mapping[str, Any]:
    return next((row for row in _conditions(obj) if row.get("type") == kind), {})


def _int(mapping: Mapping[str, Any], name: str, default: int = 0) -> int:
    value = mapping.get(name)
    return default if value is None else int(value)


RULES: dict[tuple[str, str], Callable[[Object], ObjectStatus]] = {
    ("", "ConfigMap"): _always,
    ("", "PersistentVolumeClaim"): _claim,
    ("", "Secret"): _always,
    ("", "Service"): _service,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): _definition,
    ("apps", "DaemonSet"): _daemon_set,
    ("apps", "Deployment"): _deployment,
    ("apps", "ReplicaSet"): _replica_set,
    ("apps", "StatefulSet"): _stateful_set,
    ("batch", "CronJob"): _always,
    ("batch", "Job"): _job,
    ("policy", "PodDisruptionBudget"): _budget,
}
"""The kinds with a rule of their own, by group and kind; a Pod's needs the time as well."""
