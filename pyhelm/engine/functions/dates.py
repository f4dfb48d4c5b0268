"""Times in templates, with Go's layouts (`2006-01-02 15:04:05`)."""

from __future__ import annotations

from datetime import date as Date
from datetime import datetime, timedelta

from pyhelm._typing import Any, Callable
from pyhelm.engine.functions import FunctionError, durations
from pyhelm.engine.functions.layouts import formatted, parsed
from pyhelm.engine.functions.times import (
    LOCAL,
    ZERO,
    Fixed,
    Time,
    at,
    days_of,
    load_zone,
    now,
)
from pyhelm.engine.gotypes import Int64


def _moment(value: Any) -> Time:
    """A time, or seconds since 1970 (Go's int and int64); now for anything else."""
    if isinstance(value, Time):
        return value
    return Time(int(value), 0, LOCAL) if type(value) in (int, Int64) else now()


def _moment_natural(value: Any) -> Time:
    """For Jinja: any number of seconds."""
    if isinstance(value, float):
        return Time(durations.whole(value), 0, LOCAL)
    return _moment(value)


def date_in_zone(layout: str, moment: Any, zone: str) -> str:
    """A time in Go's layout, in a named zone (UTC if it is unknown)."""
    return formatted(_moment(moment).in_zone(load_zone(zone)), layout)


def date_modify(change: str, moment: Time) -> Time:
    """A time moved by a duration; unchanged when that is none."""
    try:
        return moment.add(durations.parse(change))
    except FunctionError:
        return moment


def must_date_modify(change: str, moment: Time) -> Time:
    """A time moved by a duration."""
    return moment.add(durations.parse(change))


def to_date(layout: str, text: str) -> Time:
    """A time read by Go's layout; Go's zero time for what doesn't fit."""
    try:
        return parsed(layout, text)
    except FunctionError:
        return ZERO


def ago(moment: Any) -> str:
    """How long ago it was, in whole seconds."""
    if type(moment) not in (int, Int64) and not isinstance(moment, Time):
        return "0s"
    return durations.shown(durations.rounded(now().sub(_moment(moment)), durations.SECOND))


def from_toml_value(value: Any) -> Time:
    """A TOML date, time or both as Go's library reads it."""
    if isinstance(value, datetime):
        offset = value.utcoffset()
        zone = Fixed("datetime-local", 0) if offset is None else _toml_zone(offset)
        days = days_of(value.year, value.month, value.day)
        seconds = (value.hour * 60 + value.minute) * 60 + value.second
        return at(days, seconds, value.microsecond * 1000, zone)
    if isinstance(value, Date):
        return at(days_of(value.year, value.month, value.day), 0, 0, Fixed("date-local", 0))
    seconds = (value.hour * 60 + value.minute) * 60 + value.second
    return at(days_of(0, 1, 1), seconds, value.microsecond * 1000, Fixed("time-local", 0))


def _toml_zone(offset: timedelta) -> Fixed:
    seconds = int(offset.total_seconds())
    return Fixed("" if seconds else "UTC", seconds)


GO_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "ago": ago,
    "date": lambda layout, moment: date_in_zone(layout, moment, "Local"),
    "dateInZone": date_in_zone,
    "date_in_zone": date_in_zone,
    "dateModify": date_modify,
    "date_modify": date_modify,
    "htmlDate": lambda moment: date_in_zone("2006-01-02", moment, "Local"),
    "htmlDateInZone": lambda moment, zone: date_in_zone("2006-01-02", moment, zone),
    "mustDateModify": must_date_modify,
    "must_date_modify": must_date_modify,
    "mustToDate": parsed,
    "now": now,
    "toDate": to_date,
    "unixEpoch": lambda moment: str(moment.unix),
}


def _natural(name: str, position: int) -> Callable[..., Any]:
    """For Jinja: numbers of seconds wherever a time is wanted."""

    def call(*arguments: Any) -> Any:
        changed = list(arguments)
        changed[position] = _moment_natural(changed[position])
        return GO_FUNCTIONS[name](*changed)

    return call


_POSITIONS = {
    "ago": 0,
    "date": 1,
    "dateInZone": 1,
    "date_in_zone": 1,
    "dateModify": 1,
    "date_modify": 1,
    "htmlDate": 0,
    "htmlDateInZone": 0,
    "mustDateModify": 1,
    "must_date_modify": 1,
    "unixEpoch": 0,
}
"""Which argument is the time."""

FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: _natural(name, position) for name, position in _POSITIONS.items()
} | {"mustToDate": parsed, "now": now, "toDate": parsed}
