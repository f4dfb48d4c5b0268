"""Events: written as Kubernetes' recorder does, and converted between their two API groups."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pyhelm.simulator.clock import micro_stamp, parse, stamp
from pyhelm.simulator.store import Change

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]

LIFETIME = 3600.0
"""Seconds that an event is kept after it was last seen."""

LEGACY = (
    ("involvedObject", "regarding"),
    ("message", "note"),
    ("reportingComponent", "reportingController"),
    ("source", "deprecatedSource"),
    ("firstTimestamp", "deprecatedFirstTimestamp"),
    ("lastTimestamp", "deprecatedLastTimestamp"),
    ("count", "deprecatedCount"),
)
"""The same field in `v1` and in `events.k8s.io/v1`."""


def record(
    sim: Simulator,
    about: Object,
    reason: str,
    message: str,
    *,
    component: str,
    warning: bool = False,
    field_path: str = "",
    host: str = "",
) -> None:
    """Write an event about an object; the same one again is counted."""
    namespace = about["metadata"].get("namespace") or "default"
    found = sim.event_names.get(_identity(about, reason, message + field_path))
    stored = sim.store.get("events", namespace, found) if found else None
    now = sim.clock()
    if stored is not None:
        event = stored.copy()
        event["count"] = event.get("count", 1) + 1
        event["lastTimestamp"] = stamp(now)
        sim.store.put("events", event)
        return
    event = _event(sim, about, reason, message, component=component, warning=warning)
    event["metadata"]["namespace"] = namespace
    if field_path:
        event["involvedObject"]["fieldPath"] = field_path
    if host:
        event["source"]["host"] = event["reportingInstance"] = host
    if component == "default-scheduler":
        event.update(_scheduled(now, reason))
        event.pop("count")
    sim.event_names[_identity(about, reason, message + field_path)] = event["metadata"]["name"]
    sim.store.put("events", event)


def expire(sim: Simulator, namespace: str, name: str) -> None:
    """Delete an event whose time is over; look again later at one whose time isn't."""
    stored = sim.store.get("events", namespace, name)
    if stored is None:
        return
    event = stored.obj
    seen = event.get("lastTimestamp") or event["metadata"]["creationTimestamp"]
    left = parse(seen) + LIFETIME - sim.clock()
    if left > 0:
        sim.controllers.later(left, "events", (namespace, name))
        return
    for identity, known in list(sim.event_names.items()):
        if known == name:
            del sim.event_names[identity]
    sim.store.delete("events", namespace, name)


def added(sim: Simulator, change: Change) -> Iterable[tuple[str, str]]:
    """An event that was just written."""
    return ((change.namespace, change.new.obj["metadata"]["name"]),) if not change.old else ()


def _identity(about: Object, reason: str, text: str) -> tuple[str, str, str]:
    return about["metadata"]["uid"], reason, text


def _scheduled(now: float, reason: str) -> Object:
    """The scheduler uses the newer recorder, which fills in other fields."""
    return {
        "action": "Binding" if reason == "Scheduled" else "Scheduling",
        "eventTime": micro_stamp(now),
        "firstTimestamp": None,
        "lastTimestamp": None,
        "reportingInstance": "default-scheduler-simulated",
        "source": {},
    }


def _event(
    sim: Simulator, about: Object, reason: str, message: str, *, component: str, warning: bool
) -> Object:
    metadata, now = about["metadata"], sim.clock()
    involved = {
        "kind": about["kind"],
        "namespace": metadata.get("namespace"),
        "name": metadata["name"],
        "uid": metadata["uid"],
        "apiVersion": about["apiVersion"],
        "resourceVersion": metadata.get("resourceVersion"),
    }
    sim.event_count += 1
    serial = f"{int(now * 1_000_000_000) + sim.event_count:x}"
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {
            "name": f"{metadata['name']}.{serial}",
            "uid": str(uuid.uuid4()),
            "creationTimestamp": stamp(now),
        },
        "involvedObject": {key: value for key, value in involved.items() if value},
        "reason": reason,
        "message": message,
        "source": {"component": component},
        "firstTimestamp": stamp(now),
        "lastTimestamp": stamp(now),
        "count": 1,
        "type": "Warning" if warning else "Normal",
        "eventTime": None,
        "reportingComponent": component,
        "reportingInstance": "",
    }


def converted(event: Object) -> Object:
    """An event in the version that it says it has."""
    newer = event["apiVersion"] == "events.k8s.io/v1"
    out = dict(event)
    for old, new in LEGACY:
        source, target = (old, new) if newer else (new, old)
        if source in out:
            out[target] = out.pop(source)
    return out
