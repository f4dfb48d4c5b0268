"""CronJobs: a Job whenever their schedule says so."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pyhelm.simulator import events
from pyhelm.simulator.clock import parse, stamp
from pyhelm.simulator.controllers import jobs, writes
from pyhelm.simulator.store import Stored

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]

COMPONENT = "cronjob-controller"
SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"
RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
NAMES = {
    3: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    4: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
}
MACROS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
LONGEST = 366 * 5


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


def _parse_field(text: str, index: int) -> set[int]:
    low, high = RANGES[index]
    found: set[int] = set()
    for part in text.lower().split(","):
        base, _, step = part.partition("/")
        if base in ("*", "?"):
            first, last = low, high
        else:
            start, dash, end = base.partition("-")
            first = _number(start, index)
            last = _number(end, index) if dash else (high if step else first)
        found |= set(range(first, last + 1, int(step or 1)))
    return {0 if index == 4 and value == 7 else value for value in found}


def _number(text: str, index: int) -> int:
    names = NAMES.get(index, [])
    return names.index(text) + RANGES[index][0] if text in names else int(text)


def next_time(schedule: str, after: float, zone: tzinfo = UTC) -> float | None:
    """When a cron schedule is due next; None when it never is, or can't be read."""
    fields = MACROS.get(schedule.strip(), schedule).split()
    if len(fields) != 5:
        return None
    try:
        minutes, hours, days, months, weekdays = (
            _parse_field(field, index) for index, field in enumerate(fields)
        )
    except ValueError:
        return None
    moment = datetime.fromtimestamp(after, zone).replace(second=0, microsecond=0)
    moment += timedelta(minutes=1)
    either = not fields[2].startswith("*") and not fields[4].startswith("*")
    for _ in range(LONGEST):
        on_day, on_weekday = moment.day in days, (moment.weekday() + 1) % 7 in weekdays
        fits = (on_day or on_weekday) if either else (on_day and on_weekday)
        if moment.month in months and fits:
            for hour in sorted(each for each in hours if each >= moment.hour):
                for minute in sorted(minutes):
                    if hour > moment.hour or minute >= moment.minute:
                        return moment.replace(hour=hour, minute=minute).timestamp()
        moment = (moment + timedelta(days=1)).replace(hour=0, minute=0)
    return None


def _zone(cron: Object) -> tzinfo:
    name = cron["spec"].get("timeZone")
    try:
        return ZoneInfo(name) if name else UTC
    except (KeyError, ValueError):
        return UTC


def _last(cron: Object) -> float:
    last = (cron.get("status") or {}).get("lastScheduleTime", "")
    return parse(last or cron["metadata"]["creationTimestamp"])


def _due(sim: Simulator, cron: Object) -> float | None:
    """The latest time that was missed since the last Job."""
    zone, schedule = _zone(cron), cron["spec"]["schedule"]
    latest = None
    moment = next_time(schedule, max(_last(cron), sim.clock() - 86400), zone)
    while moment is not None and moment <= sim.clock():
        latest, moment = moment, next_time(schedule, moment, zone)
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
    moment = next_time(cron["spec"]["schedule"], sim.clock(), _zone(cron))
    if moment is not None and not cron["spec"].get("suspend"):
        key = (cron["metadata"]["namespace"], cron["metadata"]["name"])
        sim.controllers.later(moment - sim.clock(), "cronjobs", key)
