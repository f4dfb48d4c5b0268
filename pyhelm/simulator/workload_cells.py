"""What stands in the columns of a table for what makes Pods, scales them and holds them back."""

from __future__ import annotations

from typing import Any

from pyhelm.simulator import clock
from pyhelm.simulator.cells import (
    NONE,
    UNKNOWN,
    UNSET,
    Object,
    age,
    duration,
    images_of,
    is_going,
    is_true,
    label_text,
    selector_text,
    shortened,
    since,
    spec_of,
    status_of,
    template_images,
)


def deployment(obj: Object) -> list[Any]:
    """Deployments."""
    spec, status = spec_of(obj), status_of(obj)
    return [
        f"{status.get('readyReplicas', 0)}/{spec.get('replicas', 0)}",
        status.get("updatedReplicas", 0),
        status.get("availableReplicas", 0),
        age(obj),
        *template_images(spec),
        selector_text(spec.get("selector"), empty=""),
    ]


def replica_set(obj: Object) -> list[Any]:
    """ReplicaSets."""
    return [*_replicas(obj), selector_text(spec_of(obj).get("selector"))]


def replication_controller(obj: Object) -> list[Any]:
    """ReplicationControllers, whose selector is a map of labels."""
    return [*_replicas(obj), label_text(spec_of(obj).get("selector"))]


def _replicas(obj: Object) -> list[Any]:
    spec, status = spec_of(obj), status_of(obj)
    counts = [spec.get("replicas", 0), status.get("replicas", 0), status.get("readyReplicas", 0)]
    return [*counts, age(obj), *template_images(spec)]


def stateful_set(obj: Object) -> list[Any]:
    """StatefulSets."""
    spec = spec_of(obj)
    ready = f"{status_of(obj).get('readyReplicas', 0)}/{spec.get('replicas', 0)}"
    return [ready, age(obj), *template_images(spec)]


def daemon_set(obj: Object) -> list[Any]:
    """DaemonSets."""
    names = (
        "desiredNumberScheduled",
        "currentNumberScheduled",
        "numberReady",
        "updatedNumberScheduled",
        "numberAvailable",
    )
    spec = spec_of(obj)
    return [
        *(status_of(obj).get(name, 0) for name in names),
        label_text(spec_of(spec.get("template") or {}).get("nodeSelector")),
        age(obj),
        *template_images(spec),
        selector_text(spec.get("selector")),
    ]


def job(obj: Object) -> list[Any]:
    """Jobs."""
    spec, status = spec_of(obj), status_of(obj)
    took = ""
    if status.get("startTime"):
        end = status.get("completionTime")
        took = duration((clock.parse(end) if end else clock.wall()) - _time(status, "startTime"))
    return [
        _job_state(obj),
        _completions(spec, status.get("succeeded", 0)),
        took,
        age(obj),
        *template_images(spec),
        selector_text(spec.get("selector")),
    ]


def _time(status: Object, field: str) -> float:
    return clock.parse(status[field])


def _completions(spec: Object, succeeded: int) -> str:
    if spec.get("completions") is not None:
        return f"{succeeded}/{spec['completions']}"
    parallel = spec.get("parallelism", 1)
    return f"{succeeded}/1 of {parallel}" if parallel > 1 else f"{succeeded}/1"


def _job_state(obj: Object) -> str:
    for state in ("Complete", "Failed"):
        if is_true(obj, state):
            return state
    if is_going(obj):
        return "Terminating"
    for state in ("Suspended", "FailureTarget", "SuccessCriteriaMet"):
        if is_true(obj, state):
            return state
    return "Running"


def cron_job(obj: Object) -> list[Any]:
    """CronJobs."""
    spec, status = spec_of(obj), status_of(obj)
    jobs = spec_of(spec.get("jobTemplate") or {})
    last = status.get("lastScheduleTime")
    suspended = spec.get("suspend")
    return [
        spec.get("schedule", ""),
        spec.get("timeZone") or NONE,
        UNSET if suspended is None else str(suspended),
        len(status.get("active") or ()),
        since(last) if last else NONE,
        age(obj),
        *template_images(jobs),
        selector_text(jobs.get("selector")),
    ]


def pod_template(obj: Object) -> list[Any]:
    """PodTemplates."""
    template = obj.get("template") or {}
    images = images_of(spec_of(template).get("containers") or ())
    return [*images, label_text((template.get("metadata") or {}).get("labels"))]


def controller_revision(obj: Object) -> list[Any]:
    """ControllerRevisions."""
    references = obj["metadata"].get("ownerReferences") or ()
    owner = next((each for each in references if each.get("controller")), None)
    shown = NONE
    if owner:
        group = owner["apiVersion"].rpartition("/")[0].lower()
        kind = owner["kind"].lower()
        shown = f"{kind}.{group}/{owner['name']}" if group else f"{kind}/{owner['name']}"
    return [shown, obj["revision"], age(obj)]


def disruption_budget(obj: Object) -> list[Any]:
    """PodDisruptionBudgets."""
    spec = spec_of(obj)
    limits = [str(spec.get(name, "N/A")) for name in ("minAvailable", "maxUnavailable")]
    return [*limits, status_of(obj).get("disruptionsAllowed", 0), age(obj)]


def autoscaler(obj: Object) -> list[Any]:
    """HorizontalPodAutoscalers, of both versions."""
    spec, status = spec_of(obj), status_of(obj)
    reference = spec["scaleTargetRef"]
    least = spec.get("minReplicas")
    return [
        f"{reference['kind']}/{reference['name']}",
        _metrics(obj),
        str(least) if least is not None else UNSET,
        spec.get("maxReplicas", 0),
        status.get("currentReplicas", 0),
        age(obj),
    ]


def _metrics(obj: Object) -> str:
    spec, status = spec_of(obj), status_of(obj)
    wanted = spec.get("metrics") or ()
    found = status.get("currentMetrics") or ()
    if obj["apiVersion"] == "autoscaling/v1":
        # What the first version has fields of its own for is one metric among others now.
        wanted = [_processor("target", spec.get("targetCPUUtilizationPercentage", 80))]
        found = [_processor("current", status.get("currentCPUUtilizationPercentage"))]
    shown = [
        _metric(each, found[index] if index < len(found) else {})
        for index, each in enumerate(wanted)
    ]
    return shortened(shown, 2, ", ") or NONE


def _processor(field: str, percentage: Any) -> Object:
    resource = {"name": "cpu", field: {"averageUtilization": percentage}}
    return {"type": "Resource", "resource": resource}


def _metric(wanted: Object, found: Object) -> str:
    kind = wanted["type"]
    field = kind[0].lower() + kind[1:]
    source = wanted[field]
    target = source.get("target") or {}
    current = (found.get(field) or {}).get("current") or {}
    if field in ("resource", "containerResource"):
        return f"{source['name']}: {_resource_values(target, current)}"
    if field != "pods" and target.get("averageValue") is not None:
        return f"{current.get('averageValue', UNKNOWN)}/{target['averageValue']} (avg)"
    name = "averageValue" if field == "pods" else "value"
    return f"{current.get(name, UNKNOWN)}/{target.get(name, UNKNOWN)}"


def _resource_values(target: Object, current: Object) -> str:
    if target.get("averageValue") is not None:
        return f"{current.get('averageValue', UNKNOWN)}/{target['averageValue']}"
    return f"{_percentage(current, UNKNOWN)}/{_percentage(target, '<auto>')}"


def _percentage(value: Object, otherwise: str) -> str:
    share = value.get("averageUtilization")
    return otherwise if share is None else f"{share}%"
