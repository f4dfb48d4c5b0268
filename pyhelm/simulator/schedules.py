"""Cron schedules, as the CronJob controller reads them and the API server checks them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NoReturn
from zoneinfo import ZoneInfo

RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
NAMES = {
    3: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    4: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
}
DESCRIPTORS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
EVERY = "@every "
UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}
LONGEST = 366 * 5


class ScheduleError(ValueError):
    """A schedule, or a time zone, that can't be read; the text is Go's."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When something is due: by five sets of numbers, or every so many seconds.

    With `any_day`, a day fits that is in either set of days; else it must be in both.
    """

    fields: tuple[frozenset[int], ...] = ()
    any_day: bool = False
    seconds: int = 0


def parse(text: str) -> Schedule:
    """A schedule; raises ScheduleError."""
    text = _without_zone(text)
    if text.startswith("@") and text not in DESCRIPTORS:
        if not text.startswith(EVERY):
            _fail(f"unrecognized descriptor: {text}")
        return Schedule(seconds=max(int(_every(text)), 1))
    parts = DESCRIPTORS.get(text, text).split()
    if len(parts) != len(RANGES):
        _fail(f"expected exactly 5 fields, found {len(parts)}: [{' '.join(parts)}]")
    fields = [_field(part, index) for index, part in enumerate(parts)]
    any_day = not (fields[2][1] or fields[4][1])
    return Schedule(tuple(numbers for numbers, _ in fields), any_day)


def next_time(schedule: Schedule, after: float, zone: tzinfo = UTC) -> float | None:
    """When a schedule is due next; None when it never is."""
    if schedule.seconds:
        return float(int(after) + schedule.seconds)
    minutes, hours, days, months, weekdays = schedule.fields
    moment = datetime.fromtimestamp(after, zone).replace(second=0, microsecond=0)
    moment += timedelta(minutes=1)
    for _ in range(LONGEST):
        on_day, on_weekday = moment.day in days, (moment.weekday() + 1) % 7 in weekdays
        fits = (on_day or on_weekday) if schedule.any_day else (on_day and on_weekday)
        if moment.month in months and fits:
            for hour in sorted(each for each in hours if each >= moment.hour):
                for minute in sorted(minutes):
                    if hour > moment.hour or minute >= moment.minute:
                        return moment.replace(hour=hour, minute=minute).timestamp()
        moment = (moment + timedelta(days=1)).replace(hour=0, minute=0)
    return None


def zone_named(name: str) -> tzinfo:
    """A time zone of the IANA's database; raises ScheduleError."""
    if name in ("", "UTC"):
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as exc:
        raise ScheduleError(f"unknown time zone {name}") from exc


def _fail(message: str) -> NoReturn:
    raise ScheduleError(message)


def _without_zone(text: str) -> str:
    """A schedule behind the zone that the API server refuses to read in one."""
    if not text.startswith(("TZ=", "CRON_TZ=")):
        return text
    head, space, rest = text.partition(" ")
    if not space:
        _fail("invalid schedule format: runtime error: slice bounds out of range [:-1]")
    name = head.partition("=")[2]
    try:
        zone_named(name)
    except ScheduleError as exc:
        _fail(f"provided bad location {name}: {exc}")
    return rest.strip()


def _every(text: str) -> float:
    try:
        return _duration(text.removeprefix(EVERY))
    except ScheduleError as exc:
        _fail(f"failed to parse duration {text}: {exc}")


def _duration(text: str) -> float:
    """Seconds of a duration as Go writes it: `1h30m`."""
    quoted = json.dumps(text, ensure_ascii=False)
    rest, total = text[1:] if text[:1] in ("+", "-") else text, 0.0
    if rest == "0":
        return 0.0
    while rest or not text:
        number, unit, rest = re.split(r"^([0-9.]*)([^0-9.]*)", rest, maxsplit=1)[1:]
        if not re.fullmatch(r"[0-9]+\.?[0-9]*|\.[0-9]+", number):
            _fail(f"time: invalid duration {quoted}")
        if not unit:
            _fail(f"time: missing unit in duration {quoted}")
        if unit not in UNITS:
            _fail(f"time: unknown unit {json.dumps(unit, ensure_ascii=False)} in duration {quoted}")
        total += float(number) * UNITS[unit]
    return -total if text.startswith("-") else total


def _field(text: str, index: int) -> tuple[frozenset[int], bool]:
    """The numbers of a field, and whether it says that any will do."""
    found: set[int] = set()
    anything = False
    for part in filter(None, text.split(",")):
        numbers, star = _range(part, index)
        found |= numbers
        anything = anything or star
    return frozenset(found), anything


def _range(text: str, index: int) -> tuple[set[int], bool]:
    low, high = RANGES[index]
    base, *steps = text.split("/")
    bounds = base.split("-")
    star = bounds[0] in ("*", "?")
    first, last = (low, high) if star else _bounds(bounds, index, text)
    if len(steps) > 1:
        _fail(f"too many slashes: {text}")
    step = _number(steps[0]) if steps else 1
    if steps and len(bounds) == 1:
        last = high
    _check_range(first, last, RANGES[index], text)
    if step == 0:
        _fail(f"step of range should be a positive number: {text}")
    return set(range(first, last + 1, step)), star and step == 1


def _bounds(bounds: list[str], index: int, text: str) -> tuple[int, int]:
    first = _named(bounds[0], index)
    if len(bounds) > 2:
        _fail(f"too many hyphens: {text}")
    return first, _named(bounds[1], index) if len(bounds) == 2 else first


def _check_range(first: int, last: int, limits: tuple[int, int], text: str) -> None:
    low, high = limits
    if first < low:
        _fail(f"beginning of range ({first}) below minimum ({low}): {text}")
    if last > high:
        _fail(f"end of range ({last}) above maximum ({high}): {text}")
    if first > last:
        _fail(f"beginning of range ({first}) beyond end of range ({last}): {text}")


def _named(text: str, index: int) -> int:
    names = NAMES.get(index, [])
    if text.lower() in names:
        return names.index(text.lower()) + RANGES[index][0]
    return _number(text)


def _number(text: str) -> int:
    quoted = json.dumps(text, ensure_ascii=False)
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        _fail(f"failed to parse int from {text}: strconv.Atoi: parsing {quoted}: invalid syntax")
    digits = text.lstrip("+-").lstrip("0") or "0"
    if len(digits) > 19 or int(digits) >= 2**63:
        _fail(
            f"failed to parse int from {text}: strconv.Atoi: parsing {quoted}: value out of range"
        )
    number = int(text)
    if number < 0:
        _fail(f"negative number ({number}) not allowed: {text}")
    return number
