"""Why an object is not ready: warning events on it and its pods, and containers' last words."""

from __future__ import annotations

from functools import partial

from pyhelm._lazy import logger_of
from pyhelm._typing import Any, Callable, Iterator, Mapping, TypeVar
from pyhelm.errors import ClusterError
from pyhelm.kube.cluster import Cluster, Object, ObjectRef
from pyhelm.kube.waited import Told

log = logger_of(__name__)

WORKLOADS = frozenset({"DaemonSet", "Deployment", "Job", "ReplicaSet", "StatefulSet"})
PODS = 3
"""How many are looked at, of a workload's unready pods."""

EVENTS = 3
LOG_LINES = 10

STARTING = frozenset({None, "ContainerCreating", "PodInitializing"})
"""What a container waits for without any fault."""

T = TypeVar("T")


def explained(cluster: Cluster, ref: ObjectRef, obj: Object | None) -> tuple[str, ...]:
    """What a person wants to know of an object that is not ready, a line each.

    The last warning events about it and its pods, and for containers that don't run the reason and
    the last lines of their logs. What may not be read is left out: a worse error is being told.
    """
    pods = _asked(partial(_unready_pods, cluster, ref, obj))
    refs = [ref, *(ObjectRef.of(pod, ref.namespace) for pod in pods if ref.kind != "Pod")]
    events = [event for each in refs for event in _asked(partial(_events, cluster, each))]
    warnings = sorted((each for each in events if each.get("type") == "Warning"), key=_rank)
    texts = dict.fromkeys(_text(event, ref) for event in warnings[-EVENTS:])
    return (*texts, *(line for pod in pods for line in _containers(cluster, pod)))


def warnings_of(
    cluster: Cluster, objects: Mapping[ObjectRef, Object | None]
) -> dict[ObjectRef, Told]:
    """The newest warning event of each object, those of its pods being its own."""
    return _enquired(cluster, objects, logs=False)


def warnings_and_logs_of(
    cluster: Cluster, objects: Mapping[ObjectRef, Object | None]
) -> dict[ObjectRef, Told]:
    """The same, and the last lines of containers that crash."""
    return _enquired(cluster, objects, logs=True)


def _enquired(
    cluster: Cluster, objects: Mapping[ObjectRef, Object | None], *, logs: bool
) -> dict[ObjectRef, Told]:
    events: dict[str, list[Object]] = {}
    found: dict[ObjectRef, Told] = {}
    for ref, obj in objects.items():
        namespace = ref.namespace or "default"
        if namespace not in events:
            events[namespace] = _asked(partial(_warnings_in, cluster, namespace))
        pods = (
            _asked(partial(_unready_pods, cluster, ref, obj)) if events[namespace] or logs else []
        )
        names = {(ref.kind, ref.name), *(("Pod", pod["metadata"]["name"]) for pod in pods)}
        mine = [event for event in events[namespace] if _about(event) in names]
        warning = _text(max(mine, key=_rank), ref) if mine else ""
        lines = tuple(line for pod in pods for line in _containers(cluster, pod)) if logs else ()
        found[ref] = Told(warning, lines)
    return found


def _warnings_in(cluster: Cluster, namespace: str) -> list[Object]:
    return cluster.list("v1", "Event", namespace, field_selector="type=Warning")


def _about(event: Object) -> tuple[str, str]:
    about = event.get("involvedObject") or {}
    return str(about.get("kind")), str(about.get("name"))


def last_lines(
    cluster: Cluster, pod: ObjectRef, container: str, *, previous: bool = False
) -> tuple[str, ...]:
    """The end of a container's log; empty when there is none to be had."""
    text = _asked(
        lambda: (
            cluster.logs(pod, container=container, tail=LOG_LINES, previous=previous)
            .rstrip("\n")
            .split("\n")
        )
    )
    return tuple(text) if any(text) else ()


def _asked(work: Callable[[], list[T]]) -> list[T]:
    try:
        return work()
    except ClusterError as exc:
        log.debug("nothing to explain with: %s", exc)
        return []


def _unready_pods(cluster: Cluster, ref: ObjectRef, obj: Object | None) -> list[Object]:
    if obj is None:
        return []
    if ref.kind == "Pod":
        return [obj]
    pods = pods_of(cluster, obj) if ref.kind in WORKLOADS else []
    return [pod for pod in pods if not _is_ready(pod)][:PODS]


def _containers(cluster: Cluster, pod: Object) -> Iterator[str]:
    """What keeps a pod's containers from running, each with the end of its log."""
    status = pod.get("status") or {}
    name = (pod.get("metadata") or {}).get("name")
    rows = (*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ()))
    for row in rows:
        trouble = _trouble(row)
        if not trouble:
            continue
        yield f"pod {name}, container {row['name']}: {trouble}"
        if not row.get("restartCount") and _waits(row):
            continue
        previous = bool(_waits(row))
        lines = last_lines(cluster, ObjectRef.of(pod), str(row["name"]), previous=previous)
        yield from (f"  {line}" for line in lines)


def _waits(row: Mapping[str, Any]) -> Mapping[str, Any]:
    waiting: Mapping[str, Any] = (row.get("state") or {}).get("waiting") or {}
    return waiting


def _trouble(row: Mapping[str, Any]) -> str:
    """Why a container doesn't do its work; empty while it is only starting, or has ended well."""
    waiting = _waits(row)
    if waiting:
        text = ": ".join(filter(None, (waiting.get("reason"), waiting.get("message"))))
        return "" if waiting.get("reason") in STARTING else str(text)
    ended = (row.get("state") or {}).get("terminated") or {}
    if ended:
        code = ended.get("exitCode")
        return f"exited with code {code} ({ended.get('reason')})" if code else ""
    return "" if row.get("ready") else "running, but not ready"


def pods_of(cluster: Cluster, workload: Object) -> list[Object]:
    """The pods that a workload's selector picks, unready ones first."""
    found = (workload.get("spec") or {}).get("selector") or {}
    old = workload.get("kind") == "ReplicationController"
    selector = label_selector({"matchLabels": found} if old else found)
    if not selector:
        return []
    namespace = str((workload.get("metadata") or {}).get("namespace") or "")
    pods = cluster.list("v1", "Pod", namespace, label_selector=selector)
    return sorted(pods, key=_is_ready)


def label_selector(selector: Mapping[str, Any]) -> str:
    """A `LabelSelector` as the API's query text."""
    terms = [f"{key}={value}" for key, value in (selector.get("matchLabels") or {}).items()]
    for each in selector.get("matchExpressions") or ():
        terms.append(_expression(each["key"], each["operator"], each.get("values") or ()))
    return ",".join(terms)


def _expression(key: str, operator: str, values: Any) -> str:
    if operator == "Exists":
        return key
    if operator == "DoesNotExist":
        return f"!{key}"
    return f"{key} {operator.lower()} ({','.join(map(str, values))})"


def _events(cluster: Cluster, ref: ObjectRef) -> list[Object]:
    fields = f"involvedObject.name={ref.name},involvedObject.kind={ref.kind}"
    # Events on objects without a namespace are in "default".
    return cluster.list("v1", "Event", ref.namespace or "default", field_selector=fields)


def _rank(event: Object) -> str:
    metadata, series = event.get("metadata") or {}, event.get("series") or {}
    times = (
        series.get("lastObservedTime"),
        event.get("lastTimestamp"),
        event.get("eventTime"),
        metadata.get("creationTimestamp"),
    )
    return max((str(time) for time in times if time), default="")


def _text(event: Object, ref: ObjectRef) -> str:
    about = event.get("involvedObject") or {}
    message = " ".join(str(event.get("message") or "").split())
    other = about.get("kind") != ref.kind or about.get("name") != ref.name
    where = f" ({str(about.get('kind')).lower()} {about.get('name')})" if other else ""
    return f"{event.get('reason')}: {message}{where}"


def _is_ready(pod: Object) -> bool:
    status = pod.get("status") or {}
    conditions = status.get("conditions") or () if status.get("phase") != "Failed" else ()
    return any(row.get("type") == "Ready" and row.get("status") == "True" for row in conditions)
