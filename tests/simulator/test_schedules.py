"""Which schedules of CronJobs there are, which the API server refuses, and when they are due."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pyhelm.simulator import schedules
from tests.simulator.objects import cron_job, job

BEHIND = "expected exactly 5 fields, found"
NO_NUMBER = "failed to parse int from {0}: strconv.Atoi: parsing {1}: invalid syntax"
ZONE_IN_SCHEDULE = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"

REFUSED = {
    "never": f"{BEHIND} 1: [never]",
    "* * * *": f"{BEHIND} 4: [* * * *]",
    "1, 2 * * * *": f"{BEHIND} 6: [1, 2 * * * *]",
    "60 * * * *": "end of range (60) above maximum (59): 60",
    "* 24 * * *": "end of range (24) above maximum (23): 24",
    "* * 0 * *": "beginning of range (0) below minimum (1): 0",
    "* * * 13 *": "end of range (13) above maximum (12): 13",
    "* * * * 7": "end of range (7) above maximum (6): 7",
    "*/0 * * * *": "step of range should be a positive number: */0",
    "5-1 * * * *": "beginning of range (5) beyond end of range (1): 5-1",
    "1-2-3 * * * *": "too many hyphens: 1-2-3",
    "1/2/3 * * * *": "too many slashes: 1/2/3",
    "-1 * * * *": NO_NUMBER.format("", '""'),
    "* * * foo *": NO_NUMBER.format("foo", '"foo"'),
    "1.5 * * * *": NO_NUMBER.format("1.5", '"1.5"'),
    "*/-5 * * * *": "negative number (-5) not allowed: -5",
    "99999999999999999999 * * * *": "failed to parse int from 99999999999999999999: "
    'strconv.Atoi: parsing "99999999999999999999": value out of range',
    "@reboot": "unrecognized descriptor: @reboot",
    "@HOURLY": "unrecognized descriptor: @HOURLY",
    "@every": "unrecognized descriptor: @every",
    "@every 1d": 'failed to parse duration @every 1d: time: unknown unit "d" in duration "1d"',
    "@every 1": 'failed to parse duration @every 1: time: missing unit in duration "1"',
    "@every .h": 'failed to parse duration @every .h: time: invalid duration ".h"',
    "@every ": 'failed to parse duration @every : time: invalid duration ""',
    "TZ=UTC * * * * *": ZONE_IN_SCHEDULE,
    "CRON_TZ=UTC * * * * *": ZONE_IN_SCHEDULE,
}


@pytest.mark.verified
@pytest.mark.parametrize("schedule", REFUSED)
def test_a_schedule_that_is_refused(api, schedule):
    code, status = api.create(cron_job(schedule))
    (cause,) = status["details"]["causes"]
    message = f'Invalid value: "{schedule}": {REFUSED[schedule]}'
    assert (code, cause["field"], cause["message"]) == (422, "spec.schedule", message)


@pytest.mark.verified
def test_two_faults_of_a_zone_in_a_schedule(api):
    for schedule, fault in {
        "TZ=Nowhere * * * * *": "provided bad location Nowhere: unknown time zone Nowhere",
        "TZ=UTC": "invalid schedule format: runtime error: slice bounds out of range [:-1]",
    }.items():
        _, status = api.create(cron_job(schedule))
        told = [cause["message"] for cause in status["details"]["causes"]]
        shown = f'Invalid value: "{schedule}": '
        assert told == [shown + fault, shown + ZONE_IN_SCHEDULE]


TAKEN = [
    "*/5 * * * *",
    "1-5/2,7 * ? jan-MAR Mon-fri",
    " *  *\t* * * ",
    "+5,, 0-23 1 1 0",
    "@hourly",
    "@annually",
    "@every 1h30m",
    "@every -1.5s",
]


@pytest.mark.verified
@pytest.mark.parametrize("schedule", TAKEN)
def test_a_schedule_that_is_taken(api, schedule):
    code, obj = api.create(cron_job(schedule, suspend=True))
    assert (code, obj["spec"]["schedule"]) == (201, schedule)


ZONES = {
    "Nowhere/Land": "unknown time zone Nowhere/Land",
    "utc": "unknown time zone utc",
    "../etc": "unknown time zone ../etc",
    " UTC": "unknown time zone  UTC",
    "": "timeZone must be nil or non-empty string",
    "Local": "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones",
}


@pytest.mark.verified
@pytest.mark.parametrize("zone", ZONES)
def test_a_time_zone_that_is_refused(api, zone):
    code, status = api.create(cron_job(timeZone=zone))
    (cause,) = status["details"]["causes"]
    message = f'Invalid value: "{zone}": {ZONES[zone]}'
    assert (code, cause["field"], cause["message"]) == (422, "spec.timeZone", message)


@pytest.mark.verified
def test_an_update_is_checked_too(api):
    api.create(cron_job(timeZone="Europe/Berlin", suspend=True))
    code, status = api.merge("CronJob", "c", {"spec": {"schedule": "never", "timeZone": "Foo"}})
    assert (code, status["message"]) == (
        422,
        'CronJob.batch "c" is invalid: [spec.schedule: Invalid value: "never": expected exactly '
        '5 fields, found 1: [never], spec.timeZone: Invalid value: "Foo": unknown time zone Foo]',
    )


NOT_NEGATIVE = "Invalid value: -1: must be greater than or equal to 0"
RESTART = 'Required value: valid values: "OnFailure", "Never"'
TEMPLATE = "spec.jobTemplate.spec"

FAULTS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "policy": (
        {"concurrencyPolicy": "Foo"},
        {
            "spec.concurrencyPolicy": 'Unsupported value: "Foo": supported values: "Allow", '
            '"Forbid", "Replace"'
        },
    ),
    "numbers": (
        {
            "startingDeadlineSeconds": -1,
            "successfulJobsHistoryLimit": -1,
            "failedJobsHistoryLimit": -1,
        },
        {
            "spec.startingDeadlineSeconds": NOT_NEGATIVE,
            "spec.successfulJobsHistoryLimit": NOT_NEGATIVE,
            "spec.failedJobsHistoryLimit": NOT_NEGATIVE,
        },
    ),
    "no template": (
        {"jobTemplate": {}},
        {
            f"{TEMPLATE}.template.spec.containers": "Required value",
            f"{TEMPLATE}.template.spec.restartPolicy": RESTART,
        },
    ),
    "selector": (
        {
            "jobTemplate": {
                "spec": {
                    **job()["spec"],
                    "selector": {"matchLabels": {"a": "b"}},
                    "manualSelector": True,
                }
            }
        },
        {
            f"{TEMPLATE}.selector": 'Invalid value: {"matchLabels":{"a":"b"}}: '
            "`selector` will be auto-generated",
            f"{TEMPLATE}.manualSelector": 'Unsupported value: true: supported values: "nil", '
            '"false"',
        },
    ),
}


@pytest.mark.verified
@pytest.mark.parametrize("case", FAULTS)
def test_other_faults_of_a_cron_job(api, case):
    spec, faults = FAULTS[case]
    code, status = api.create(cron_job(**spec))
    told = {cause["field"]: cause["message"] for cause in status["details"]["causes"]}
    assert (code, told) == (422, faults)


@pytest.mark.verified
def test_a_cron_jobs_name_leaves_room_for_its_jobs(api):
    code, status = api.create(cron_job(name="c" * 53))
    assert (code, status["details"]["causes"][0]["message"]) == (
        422,
        f'Invalid value: "{"c" * 53}": must be no more than 52 characters',
    )
    assert api.create(cron_job(name="c" * 52, suspend=True))[0] == 201


JOBS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "numbers": ({"backoffLimit": -1, "parallelism": -1}, [NOT_NEGATIVE, NOT_NEGATIVE]),
    "mode": (
        {"completionMode": "Foo"},
        ['Unsupported value: "Foo": supported values: "NonIndexed", "Indexed"'],
    ),
    "index": (
        {"completionMode": "Indexed", "parallelism": 2},
        ["Required value: when completion mode is Indexed"],
    ),
    "no index": (
        {"backoffLimitPerIndex": 1},
        ["Invalid value: 1: requires indexed completion mode"],
    ),
    "selector": (
        {"manualSelector": True, "selector": {"matchLabels": {"a": "b"}}},
        ["Invalid value: null: `selector` does not match template `labels`"],
    ),
}


@pytest.mark.verified
@pytest.mark.parametrize("case", JOBS)
def test_faults_of_a_job(api, case):
    spec, messages = JOBS[case]
    code, status = api.create(job(**spec))
    told = [cause["message"] for cause in status["details"]["causes"]]
    assert (code, told) == (422, messages)


MORNING = datetime(2024, 2, 1, 9, 30, tzinfo=UTC)

DUE = {
    "@every 1h30m": "2024-02-01 11:00:00",
    "@every 1ms": "2024-02-01 09:30:01",
    "*/20 * * * *": "2024-02-01 09:40:00",
    "0 9 * * *": "2024-02-02 09:00:00",
    "0 0 13 * fri": "2024-02-02 00:00:00",
    "0 0 */13 * fri": "2024-02-02 00:00:00",
    "0 0 13 * */2": "2024-02-03 00:00:00",
    "0 0 13 * */1": "2024-02-13 00:00:00",
    "0 0 29 2 ?": "2024-02-29 00:00:00",
    "@monthly": "2024-03-01 00:00:00",
}


@pytest.mark.parametrize("schedule", DUE)
def test_when_a_schedule_is_due(schedule):
    found = schedules.next_time(schedules.parse(schedule), MORNING.timestamp())
    assert found
    assert datetime.fromtimestamp(found, UTC).strftime("%Y-%m-%d %H:%M:%S") == DUE[schedule]


def test_when_a_schedule_is_never_due():
    assert schedules.next_time(schedules.parse("0 0 31 2 *"), MORNING.timestamp()) is None
