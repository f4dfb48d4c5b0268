"""What `kubectl get events` shows, of the old group and of the new one."""

from __future__ import annotations

from typing import Any

import pytest

from pyhelm.simulator.clock import micro_stamp
from tests.simulator.shown import NOW, ago, named, shown

pytestmark = pytest.mark.usefixtures("still")


def event(api_version="v1", **fields):
    about = {"kind": "Pod", "name": "web", "fieldPath": "spec.containers{c}"}
    known = {
        "involvedObject": about,
        "reason": "Killing",
        "message": " Stopping \n",
        "type": "Normal",
        "source": {"component": "kubelet", "host": "n"},
        "firstTimestamp": ago(600),
        "lastTimestamp": ago(30),
        "count": 4,
    }
    return named("Event", api_version, name="web.1", **{**known, **fields})


EVENT = {
    "Last Seen": "30s",
    "Type": "Normal",
    "Reason": "Killing",
    "Object": "pod/web",
    "+Subobject": "spec.containers{c}",
    "+Source": "kubelet, n",
    "Message": "Stopping",
    "+First Seen": "10m",
    "+Count": 4,
    "+Name": "web.1",
}


def test_events():
    assert list(shown(event()).items()) == list(EVENT.items())


def test_events_of_the_newer_group_are_shown_alike():
    obj = named(
        "Event",
        "events.k8s.io/v1",
        name="web.1",
        regarding=event()["involvedObject"],
        reason="Killing",
        note="Stopping",
        type="Normal",
        deprecatedSource={"component": "kubelet", "host": "n"},
        deprecatedFirstTimestamp=ago(600),
        deprecatedLastTimestamp=ago(30),
        deprecatedCount=4,
    )
    assert list(shown(obj).items()) == list(EVENT.items())


NEW: dict[str, Any] = {"firstTimestamp": None, "lastTimestamp": None, "count": None, "source": {}}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {**NEW, "eventTime": micro_stamp(NOW - 45)},
            {"Last Seen": "45s", "+First Seen": "45s", "+Count": 1},
        ),
        (NEW, {"Last Seen": "<unknown>", "+First Seen": "<unknown>", "+Source": ""}),
        (
            {
                **NEW,
                "eventTime": micro_stamp(NOW - 45),
                "series": {"count": 9, "lastObservedTime": micro_stamp(NOW - 5)},
            },
            {"Last Seen": "5s", "+First Seen": "45s", "+Count": 9},
        ),
        (
            {"source": {}, "reportingComponent": "scheduler", "reportingInstance": "s-1"},
            {"+Source": "scheduler, s-1"},
        ),
        ({"source": {"component": "c"}}, {"+Source": "c"}),
        ({"involvedObject": {"kind": "Node"}}, {"Object": "node", "+Subobject": ""}),
    ],
)
def test_events_that_say_less_or_more(fields, expected):
    found = shown(event(**fields))
    assert {column: found[column] for column in expected} == expected
