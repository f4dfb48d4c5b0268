"""What the API server refuses in Jobs and CronJobs, in its words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pyhelm.simulator import schedules
from pyhelm.simulator.causes import negative, required, unsupported, wrong
from pyhelm.simulator.pod_validation import template_causes
from pyhelm.simulator.selectors import matches
from pyhelm.simulator.statuses import Cause

Object = Mapping[str, Any]
Causes = Iterator[Cause]

NUMBERS = (
    "parallelism",
    "completions",
    "activeDeadlineSeconds",
    "backoffLimit",
    "ttlSecondsAfterFinished",
    "backoffLimitPerIndex",
    "maxFailedIndexes",
)
MODES = ("NonIndexed", "Indexed")
CONCURRENCY = ("Allow", "Forbid", "Replace")
RESTARTS = ("OnFailure", "Never")
CONTROLLER_UID = "batch.kubernetes.io/controller-uid"
ZONE_PART = re.compile(r"(?!-)[A-Za-z.\-_0-9+]{1,14}")
NAME_LIMIT = 52
"""A CronJob's Jobs have 11 characters more."""


def job_causes(job: Object, old: Object | None) -> Causes:
    """A Job's faults; `old` is what it was, whose selector is fixed anyhow."""
    spec = job.get("spec") or {}
    selector = spec.get("selector")
    uid = job["metadata"].get("uid")
    generated = old is None and not spec.get("manualSelector")
    if generated and selector != {"matchLabels": {CONTROLLER_UID: uid}}:
        yield wrong("spec.selector", selector, "`selector` not auto-generated")
    yield from _spec_causes(spec, "spec")
    if selector is None:
        yield required("spec.selector")
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    if not matches(selector, labels or {}):
        text = "`selector` does not match template `labels`"
        yield wrong("spec.template.metadata.labels", labels, text)


def _spec_causes(spec: Object, path: str) -> Causes:
    for name in NUMBERS:
        yield from negative(spec.get(name), f"{path}.{name}")
    mode = spec.get("completionMode", "NonIndexed")
    if mode not in MODES:
        yield unsupported(f"{path}.completionMode", mode, MODES)
    if mode == "Indexed" and spec.get("completions") is None:
        yield required(f"{path}.completions", "when completion mode is Indexed")
    for name in ("backoffLimitPerIndex", "maxFailedIndexes"):
        if mode == "NonIndexed" and spec.get(name) is not None:
            yield wrong(f"{path}.{name}", spec[name], "requires indexed completion mode")
    template = spec.get("template") or {}
    yield from template_causes(template, f"{path}.template", None, always=False)
    policy = (template.get("spec") or {}).get("restartPolicy")
    if policy in (None, "", "Always"):
        known = ", ".join(f'"{each}"' for each in RESTARTS)
        yield required(f"{path}.template.spec.restartPolicy", f"valid values: {known}")
    elif policy not in RESTARTS:
        yield unsupported(f"{path}.template.spec.restartPolicy", policy, RESTARTS)


def cron_job_causes(cron: Object, old: Object | None) -> Causes:
    """A CronJob's faults; `old` is what it was, for which longer names were allowed."""
    spec = cron.get("spec") or {}
    if spec.get("schedule"):
        yield from _schedule_causes(spec["schedule"])
    yield from negative(spec.get("startingDeadlineSeconds"), "spec.startingDeadlineSeconds")
    if "timeZone" in spec:
        yield from _zone_causes(spec["timeZone"])
    policy = spec.get("concurrencyPolicy")
    if policy and policy not in CONCURRENCY:
        yield unsupported("spec.concurrencyPolicy", policy, CONCURRENCY)
    yield from _template_causes((spec.get("jobTemplate") or {}).get("spec") or {})
    for name in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        yield from negative(spec.get(name), f"spec.{name}")
    name = cron["metadata"].get("name", "")
    if old is None and len(name) > NAME_LIMIT:
        yield wrong("metadata.name", name, f"must be no more than {NAME_LIMIT} characters")
    if not spec.get("schedule"):
        yield required("spec.schedule")


def _schedule_causes(schedule: str) -> Causes:
    try:
        schedules.parse(schedule)
    except schedules.ScheduleError as exc:
        yield wrong("spec.schedule", schedule, str(exc))
    if "TZ" in schedule:
        text = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
        yield wrong("spec.schedule", schedule, text)


def _zone_causes(zone: str) -> Causes:
    if not zone:
        yield wrong("spec.timeZone", zone, "timeZone must be nil or non-empty string")
    elif zone.lower() == "local":
        text = "timeZone must be an explicit time zone as defined in "
        yield wrong("spec.timeZone", zone, f"{text}https://www.iana.org/time-zones")
    elif not _is_zone(zone):
        yield wrong("spec.timeZone", zone, f"unknown time zone {zone}")


def _is_zone(name: str) -> bool:
    for part in name.split("/"):
        if part in (".", "..") or not ZONE_PART.fullmatch(part):
            return False
    try:
        schedules.zone_named(name)
    except schedules.ScheduleError:
        return False
    return True


def _template_causes(spec: Object) -> Causes:
    yield from _spec_causes(spec, "spec.jobTemplate.spec")
    if spec.get("selector") is not None:
        text = "`selector` will be auto-generated"
        yield wrong("spec.jobTemplate.spec.selector", spec["selector"], text)
    if spec.get("manualSelector"):
        text = 'Unsupported value: true: supported values: "nil", "false"'
        yield Cause("FieldValueNotSupported", text, "spec.jobTemplate.spec.manualSelector")
