"""Jobs: Pods until enough of them succeeded, or too many failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyhelm.simulator import events
from pyhelm.simulator.clock import parse, stamp
from pyhelm.simulator.controllers import writes
from pyhelm.simulator.store import Stored

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]

COMPONENT = "job-controller"


def reconcile(sim: Simulator, namespace: str, name: str) -> None:
    """Take a Job one step further."""
    stored = sim.store.get("jobs.batch", namespace, name)
    if stored is None or stored.obj["metadata"].get("deletionTimestamp"):
        return
    job = stored.obj
    if is_finished(job):
        _expire(sim, stored)
        return
    pods = [each.obj for each in writes.owned(sim, "pods", job)]
    succeeded, failed = _count(pods, "Succeeded"), _count(pods, "Failed")
    active = [pod for pod in pods if writes.is_active(pod)]
    end = _end(sim, job, succeeded, failed)
    if end is None and not job["spec"].get("suspend"):
        _start(sim, job, _missing(job, succeeded, len(active)))
    elif end is not None or job["spec"].get("suspend"):
        _stop(sim, job)
    _write_status(sim, namespace, name, end)


def is_finished(job: Object) -> bool:
    """Whether a Job is complete or failed."""
    return any(
        writes.condition(job, kind).get("status") == "True" for kind in ("Complete", "Failed")
    )


def _count(pods: list[Object], phase: str) -> int:
    return sum((pod.get("status") or {}).get("phase") == phase for pod in pods)


def _missing(job: Object, succeeded: int, active: int) -> int:
    parallel = int(job["spec"].get("parallelism", 1))
    completions = job["spec"].get("completions")
    if completions is None:
        return 0 if succeeded else parallel - active
    return min(parallel, int(completions) - succeeded) - active


def _end(sim: Simulator, job: Object, succeeded: int, failed: int) -> Object | None:
    """The condition that ends a Job, if it has ended."""
    spec = job["spec"]
    if failed > spec.get("backoffLimit", 6):
        message = "Job has reached the specified backoff limit"
        return {"type": "Failed", "reason": "BackoffLimitExceeded", "message": message}
    seconds = spec.get("activeDeadlineSeconds")
    started = (job.get("status") or {}).get("startTime", "")
    if seconds is not None and started and sim.clock() - parse(started) >= seconds:
        message = "Job was active longer than specified deadline"
        return {"type": "Failed", "reason": "DeadlineExceeded", "message": message}
    completions = spec.get("completions")
    if succeeded and succeeded >= (1 if completions is None else completions):
        message = "Reached expected number of succeeded pods"
        return {"type": "Complete", "reason": "CompletionsReached", "message": message}
    if completions == 0:
        message = "Reached expected number of succeeded pods"
        return {"type": "Complete", "reason": "CompletionsReached", "message": message}
    return None


def _start(sim: Simulator, job: Object, count: int) -> None:
    for _ in range(count):
        pod = writes.create(sim, writes.pod_from(job["spec"]["template"], job))
        message = f"Created pod: {pod['metadata']['name']}"
        events.record(sim, job, "SuccessfulCreate", message, component=COMPONENT)
    seconds = job["spec"].get("activeDeadlineSeconds")
    if seconds is not None and not (job.get("status") or {}).get("startTime"):
        key = (job["metadata"]["namespace"], job["metadata"]["name"])
        sim.controllers.later(seconds, "jobs", key)


def _stop(sim: Simulator, job: Object) -> None:
    for stored in writes.owned(sim, "pods", job):
        if writes.is_active(stored.obj):
            writes.delete(sim, stored)


def _write_status(sim: Simulator, namespace: str, name: str, end: Object | None) -> None:
    stored = sim.store.get("jobs.batch", namespace, name)
    if stored is None:
        return
    job = stored.obj
    pods = [each.obj for each in writes.owned(sim, "pods", job)]
    active = [pod for pod in pods if writes.is_active(pod)]
    old = job.get("status") or {}
    now = stamp(sim.clock())
    status: Object = {
        "ready": sum(writes.is_ready(pod) for pod in active),
        "terminating": 0,
        "uncountedTerminatedPods": {},
        **writes.nonzero(
            active=len(active),
            succeeded=_count(pods, "Succeeded"),
            failed=_count(pods, "Failed"),
            startTime=old.get("startTime") or ("" if job["spec"].get("suspend") else now),
        ),
    }
    if old.get("conditions"):
        status["conditions"] = old["conditions"]
    if end is not None:
        _finish(sim, job, status, end)
    else:
        _suspend(sim, job, status, now)
    writes.update_status(sim, stored, status)


def _suspend(sim: Simulator, job: Object, status: Object, now: str) -> None:
    """Say that a Job is suspended, or isn't any more; its time begins when it goes on."""
    suspended = bool(job["spec"].get("suspend"))
    told = writes.condition(job, "Suspended").get("status") == "True"
    if suspended == told:
        return
    word = "Suspended" if suspended else "Resumed"
    text = {"reason": f"Job{word}", "message": f"Job {word.lower()}", "lastProbeTime": now}
    status["conditions"] = writes.with_condition(
        status.get("conditions") or [], "Suspended", str(suspended), now=now, **text
    )
    status.pop("startTime", None)
    if not suspended:
        status["startTime"] = now
    events.record(sim, job, word, f"Job {word.lower()}", component=COMPONENT)


def _finish(sim: Simulator, job: Object, status: Object, end: Object) -> None:
    now = stamp(sim.clock())
    told = {"reason": end["reason"], "message": end["message"], "lastProbeTime": now}
    first = "SuccessCriteriaMet" if end["type"] == "Complete" else "FailureTarget"
    conditions = status.get("conditions") or []
    for kind in (first, end["type"]):
        conditions = writes.with_condition(conditions, kind, "True", now=now, **told)
    status["conditions"] = conditions
    if end["type"] == "Complete":
        status["completionTime"] = now
        events.record(sim, job, "Completed", "Job completed", component=COMPONENT)
    else:
        events.record(sim, job, end["reason"], end["message"], component=COMPONENT, warning=True)
    if job["spec"].get("ttlSecondsAfterFinished") is not None:
        key = (job["metadata"]["namespace"], job["metadata"]["name"])
        sim.controllers.later(job["spec"]["ttlSecondsAfterFinished"], "jobs", key)


def _expire(sim: Simulator, stored: Stored) -> None:
    job = stored.obj
    seconds = job["spec"].get("ttlSecondsAfterFinished")
    if seconds is None:
        return
    ended = max(
        parse(writes.condition(job, kind).get("lastTransitionTime", ""))
        for kind in ("Complete", "Failed")
    )
    left = ended + seconds - sim.clock()
    if left <= 0:
        writes.delete(sim, stored)
    else:
        key = (job["metadata"]["namespace"], job["metadata"]["name"])
        sim.controllers.later(left, "jobs", key)
