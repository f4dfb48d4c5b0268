"""Why an object is not ready: the last word that Kubernetes' events have on it or on its pods."""

from __future__ import annotations

from pyhelm._lazy import logger_of
from pyhelm._typing import Any, Mapping
from pyhelm.errors import ClusterError
from pyhelm.kube.cluster import Cluster, Object, ObjectRef

log = logger_of(__name__)

WORKLOADS = frozenset({"DaemonSet", "Deployment", "Job", "ReplicaSet", "StatefulSet"})
PODS = 3
"""Whose events are looked at, of a workload's unready pods."""


def last_event(cluster: Cluster, ref: ObjectRef, obj: Object | None) -> str:
    """`Reason: message (pod x)` of the last event, warnings first; empty when there is none.

    Errors are not raised: whoever asks is about to tell of a worse one.
    """
    try:
        events = _events(cluster, ref)
        if ref.kind in WORKLOADS and obj is not None:
            for pod in pods_of(cluster, obj)[:PODS]:
                events += _events(cluster, ObjectRef.of(pod, ref.namespace))
    except ClusterError as exc:
        log.debug("no events of %s %s: %s", ref.kind, ref.name, exc)
        return ""
    last = max(events, key=_rank, default=None)
    return "" if last is None else _text(last, ref)


def pods_of(cluster: Cluster, workload: Object) -> list[Object]:
    """The pods that a workload's selector picks, unready ones first."""
    selector = label_selector((workload.get("spec") or {}).get("selector") or {})
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


def _rank(event: Object) -> tuple[bool, str]:
    metadata, series = event.get("metadata") or {}, event.get("series") or {}
    times = (
        series.get("lastObservedTime"),
        event.get("lastTimestamp"),
        event.get("eventTime"),
        metadata.get("creationTimestamp"),
    )
    return event.get("type") == "Warning", max((str(time) for time in times if time), default="")


def _text(event: Object, ref: ObjectRef) -> str:
    about = event.get("involvedObject") or {}
    message = " ".join(str(event.get("message") or "").split())
    other = about.get("kind") != ref.kind or about.get("name") != ref.name
    where = f" ({str(about.get('kind')).lower()} {about.get('name')})" if other else ""
    return f"{event.get('reason')}: {message}{where}"


def _is_ready(pod: Object) -> bool:
    conditions = (pod.get("status") or {}).get("conditions") or ()
    return any(row.get("type") == "Ready" and row.get("status") == "True" for row in conditions)
