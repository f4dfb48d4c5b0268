"""What stands in the columns of a table for Pods and what makes them."""

from __future__ import annotations

import time
from typing import Any

from pyhelm.simulator.cells import (
    NONE,
    Object,
    age,
    duration,
    images_of,
    label_text,
    selector_text,
    since,
    status_of,
    template_images,
)
from pyhelm.simulator.clock import parse


def pod(obj: Object) -> list[Any]:
    """Pods."""
    status, spec = status_of(obj), obj["spec"]
    statuses = status.get("containerStatuses") or []
    ready = sum(bool(each.get("ready")) for each in statuses)
    restarts = sum(each.get("restartCount", 0) for each in statuses)
    return [
        f"{ready}/{len(spec['containers'])}",
        pod_phase(obj),
        str(restarts),
        age(obj),
        status.get("podIP") or NONE,
        spec.get("nodeName") or NONE,
        status.get("nominatedNodeName") or NONE,
        NONE,
    ]


def pod_phase(obj: Object) -> str:
    """The word in a Pod's STATUS column: a container's reason where there is one."""
    if obj["metadata"].get("deletionTimestamp"):
        return "Terminating"
    status = status_of(obj)
    phase = str(status.get("reason") or status.get("phase") or "Pending")
    for each in reversed(status.get("containerStatuses") or []):
        state = each.get("state") or {}
        reason = (state.get("waiting") or state.get("terminated") or {}).get("reason")
        if reason:
            phase = reason
    return phase


def deployment(obj: Object) -> list[Any]:
    """Deployments."""
    status = status_of(obj)
    ready = f"{status.get('readyReplicas', 0)}/{obj['spec'].get('replicas', 1)}"
    counts = [status.get("updatedReplicas", 0), status.get("availableReplicas", 0)]
    return [
        ready,
        *counts,
        age(obj),
        *template_images(obj),
        selector_text(obj["spec"].get("selector")),
    ]


def replica_set(obj: Object) -> list[Any]:
    """ReplicaSets and ReplicationControllers."""
    status, selector = status_of(obj), obj["spec"].get("selector")
    shown = selector_text(selector) if obj["kind"] == "ReplicaSet" else label_text(selector)
    counts = [
        obj["spec"].get("replicas", 1),
        status.get("replicas", 0),
        status.get("readyReplicas", 0),
    ]
    return [*counts, age(obj), *template_images(obj), shown]


def stateful_set(obj: Object) -> list[Any]:
    """StatefulSets."""
    ready = f"{status_of(obj).get('readyReplicas', 0)}/{obj['spec'].get('replicas', 1)}"
    return [ready, age(obj), *template_images(obj)]


def daemon_set(obj: Object) -> list[Any]:
    """DaemonSets."""
    names = (
        "desiredNumberScheduled",
        "currentNumberScheduled",
        "numberReady",
        "updatedNumberScheduled",
        "numberAvailable",
    )
    template = (obj["spec"].get("template") or {}).get("spec") or {}
    return [
        *(status_of(obj).get(name, 0) for name in names),
        label_text(template.get("nodeSelector")),
        age(obj),
        *template_images(obj),
        selector_text(obj["spec"].get("selector")),
    ]


def job(obj: Object) -> list[Any]:
    """Jobs."""
    spec, status = obj["spec"], status_of(obj)
    succeeded, completions = status.get("succeeded", 0), spec.get("completions")
    if completions is not None:
        done = f"{succeeded}/{completions}"
    elif spec.get("parallelism", 1) > 1:
        done = f"{succeeded}/1 of {spec['parallelism']}"
    else:
        done = f"{succeeded}/1"
    took = ""
    if status.get("startTime"):
        end = status.get("completionTime")
        took = duration((parse(end) if end else time.time()) - parse(status["startTime"]))
    shown = selector_text(spec.get("selector"))
    return [_job_state(obj), done, took, age(obj), *template_images(obj), shown]


def _job_state(obj: Object) -> str:
    true = [
        each["type"] for each in status_of(obj).get("conditions") or () if each["status"] == "True"
    ]
    for state in ("Complete", "Failed", "Suspended"):
        if state in true:
            return state
    if "FailureTarget" in true or obj["metadata"].get("deletionTimestamp"):
        return "Terminating" if "FailureTarget" not in true else "FailureTarget"
    return "SuccessCriteriaMet" if "SuccessCriteriaMet" in true else "Running"


def cron_job(obj: Object) -> list[Any]:
    """CronJobs."""
    spec, status = obj["spec"], status_of(obj)
    template = (spec["jobTemplate"].get("spec") or {}).get("template") or {}
    containers = (template.get("spec") or {}).get("containers") or ()
    last = status.get("lastScheduleTime")
    return [
        spec["schedule"],
        spec.get("timeZone") or NONE,
        str(bool(spec.get("suspend"))),
        len(status.get("active") or ()),
        since(last) if last else NONE,
        age(obj),
        *images_of(containers),
        selector_text((spec["jobTemplate"].get("spec") or {}).get("selector")),
    ]
