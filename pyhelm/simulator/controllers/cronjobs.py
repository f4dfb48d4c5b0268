"""CronJobs: a Job whenever their schedule says so."""

from __future__ import annotations

import copy
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any

from pyhelm.simulator import events, schedules
from pyhelm.simulator.clock import parse, stamp
from pyhelm.simulator.controllers import jobs, writes
from pyhelm.simulator.store import Stored

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]

COMPONENT = "cronjob-controller"
SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"


def reconcile(sim: Simulator, namespace: str, name: str) -> None:
    """Start the Job that is due, if one is; note what ended; look again when the next is due."""
    stored = sim.store.get("cronjobs.batch", namespace, name)
    if stored is None or stored.obj["metadata"].get("deletionTimestamp"):
        return
    cron = stored.obj
    owned = writes.owned(sim, "jobs.batch", cron)
    status = dict(cron.get("status") or {})
    due = None if cron["spec"].get("suspend") else _due(sim, cron)
    if due is not None and _may_start(cron, owned):
        _start(sim, cron, due)
        status["lastScheduleTime"] = stamp(due)
    owned = writes.owned(sim, "jobs.batch", cron)
    _note(status, owned)
    writes.update_status(sim, stored, status)
    _clean_up(sim, cron, owned)
    _look_again(sim, cron)


def _schedule(cron: Object) -> schedules.Schedule | None:
    """None for one that can't be read, which an older simulator took."""
    try:
        return schedules.parse(cron["spec"]["schedule"])
    except schedules.ScheduleError:
        return None


def _zone(cron: Object) -> tzinfo:
    try:
        return schedules.zone_named(cron["spec"].get("timeZone", ""))
    except schedules.ScheduleError:
        return UTC


def _next(cron: Object, after: float) -> float | None:
    schedule = _schedule(cron)
    return None if schedule is None else schedules.next_time(schedule, after, _zone(cron))


def _last(cron: Object) -> float:
    last = (cron.get("status") or {}).get("lastScheduleTime", "")
    return parse(last or cron["metadata"]["creationTimestamp"])


def _due(sim: Simulator, cron: Object) -> float | None:
    """The latest time that was missed since the last Job."""
    schedule, zone, latest = _schedule(cron), _zone(cron), None
    if schedule is None:
        return None
    moment = schedules.next_time(schedule, max(_last(cron), sim.clock() - 86400), zone)
    while moment is not None and moment <= sim.clock():
        latest, moment = moment, schedules.next_time(schedule, moment, zone)
    return latest


def _may_start(cron: Object, owned: list[Stored]) -> bool:
    active = any(not jobs.is_finished(each.obj) for each in owned)
    return not (active and cron["spec"].get("concurrencyPolicy") == "Forbid")


def _start(sim: Simulator, cron: Object, due: float) -> None:
    template = copy.deepcopy(cron["spec"]["jobTemplate"])
    metadata = template.get("metadata") or {}
    name = f"{cron['metadata']['name']}-{int(due // 60)}"
    if sim.store.get("jobs.batch", cron["metadata"]["namespace"], name) is not None:
        return
    annotations = {**(metadata.get("annotations") or {}), SCHEDULED: stamp(due)}
    job: Object = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": name,
            "namespace": cron["metadata"]["namespace"],
            "annotations": annotations,
            "ownerReferences": [writes.owner_reference(cron)],
        },
        "spec": template.get("spec") or {},
    }
    if metadata.get("labels"):
        job["metadata"]["labels"] = metadata["labels"]
    writes.create(sim, job)
    message = f"Created job {name}"
    events.record(sim, cron, "SuccessfulCreate", message, component=COMPONENT)


def _note(status: Object, owned: list[Stored]) -> None:
    active = []
    for each in owned:
        job = each.obj
        if not jobs.is_finished(job):
            metadata = job["metadata"]
            active.append(
                {
                    "apiVersion": "batch/v1",
                    "kind": "Job",
                    "name": metadata["name"],
                    "namespace": metadata["namespace"],
                    "uid": metadata["uid"],
                }
            )
        ended = (job.get("status") or {}).get("completionTime", "")
        if ended > status.get("lastSuccessfulTime", ""):
            status["lastSuccessfulTime"] = ended
    status.pop("active", None)
    if active:
        status["active"] = active


def _clean_up(sim: Simulator, cron: Object, owned: list[Stored]) -> None:
    for kind, field, default in (
        ("Complete", "successfulJobsHistoryLimit", 3),
        ("Failed", "failedJobsHistoryLimit", 1),
    ):
        ended = [s for s in owned if writes.condition(s.obj, kind).get("status") == "True"]
        ended.sort(key=lambda each: each.obj["metadata"]["creationTimestamp"])
        surplus = len(ended) - cron["spec"].get(field, default)
        for each in ended[: max(surplus, 0)]:
            writes.delete(sim, each)


def _look_again(sim: Simulator, cron: Object) -> None:
    moment = _next(cron, sim.clock())
    if moment is not None and not cron["spec"].get("suspend"):
        key = (cron["metadata"]["namespace"], cron["metadata"]["name"])
        sim.controllers.later(moment - sim.clock(), "cronjobs", key)
