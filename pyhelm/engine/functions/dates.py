"""Times, with Go's layouts (`2006-01-02 15:04:05`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from pyhelm.engine.functions import FunctionError

_LAYOUT = re.compile(
    r"2006|January|Monday|-07:00|Z07:00|-0700|MST|Jan|Mon|PM|pm|01|02|03|04|05|06|15|_2|1|2|3|4|5"
)
_STRFTIME: dict[str, Callable[[datetime], str]] = {
    "2006": lambda t: f"{t.year:04d}",
    "06": lambda t: f"{t.year % 100:02d}",
    "January": lambda t: f"{t:%B}",
    "Jan": lambda t: f"{t:%b}",
    "01": lambda t: f"{t.month:02d}",
    "1": lambda t: str(t.month),
    "Monday": lambda t: f"{t:%A}",
    "Mon": lambda t: f"{t:%a}",
    "02": lambda t: f"{t.day:02d}",
    "_2": lambda t: f"{t.day:2d}",
    "2": lambda t: str(t.day),
    "15": lambda t: f"{t.hour:02d}",
    "03": lambda t: f"{(t.hour % 12) or 12:02d}",
    "3": lambda t: str((t.hour % 12) or 12),
    "04": lambda t: f"{t.minute:02d}",
    "4": lambda t: str(t.minute),
    "05": lambda t: f"{t.second:02d}",
    "5": lambda t: str(t.second),
    "PM": lambda t: f"{t:%p}",
    "pm": lambda t: f"{t:%p}".lower(),
    "-0700": lambda t: f"{t:%z}",
    "-07:00": lambda t: f"{t:%z}"[:3] + ":" + f"{t:%z}"[3:],
    "Z07:00": lambda t: "Z" if not t.utcoffset() else f"{t:%z}"[:3] + ":" + f"{t:%z}"[3:],
    "MST": lambda t: t.tzname() or "UTC",
}
_PARSE = {"2006": "%Y", "01": "%m", "02": "%d", "15": "%H", "04": "%M", "05": "%S", "Jan": "%b"}
_PARSE |= {"January": "%B", "Mon": "%a", "Monday": "%A", "MST": "%Z", "-0700": "%z", "06": "%y"}
_PARSE |= {"Z07:00": "%z", "-07:00": "%z", "03": "%I", "PM": "%p"}
_UNITS = {"h": 3600, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC).astimezone()


def date(layout: str, moment: Any) -> str:
    """A time in Go's layout, in the local zone."""
    return _LAYOUT.sub(lambda m: _STRFTIME[m[0]](_moment(moment)), layout)


def date_in_zone(layout: str, moment: Any, zone: str) -> str:
    """A time in Go's layout, in a named zone (UTC if it is unknown)."""
    return date(layout, _moment(moment).astimezone(_zone(zone)))


def _zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC).astimezone()
    return now()


def seconds(text: str) -> float:
    """A Go duration such as `1h30m`; raises FunctionError."""
    found = re.findall(r"(\d+(?:\.\d*)?|\.\d+)(h|ms|us|µs|ns|m|s)", text)
    sign = -1 if text.startswith("-") else 1
    if "".join(a + b for a, b in found) != text.lstrip("+-") or not found:
        raise FunctionError(f'time: invalid duration "{text}"')
    return sign * sum(float(number) * _UNITS[unit] for number, unit in found)


def date_modify(change: str, moment: Any) -> datetime:
    """A time moved by a duration; unchanged when that is none."""
    try:
        return _moment(moment) + timedelta(seconds=seconds(change))
    except FunctionError:
        return _moment(moment)


def must_date_modify(change: str, moment: Any) -> datetime:
    """A time moved by a duration."""
    return _moment(moment) + timedelta(seconds=seconds(change))


def to_date(layout: str, text: str) -> datetime:
    """A time read by Go's layout."""
    pattern = _LAYOUT.sub(lambda m: _PARSE.get(m[0], m[0]), layout)
    try:
        found = datetime.strptime(text, pattern)
    except ValueError as exc:
        raise FunctionError(f'parsing time "{text}" as "{layout}": {exc}') from exc
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def duration(value: Any) -> str:
    """Seconds as Go prints a duration."""
    return _go_duration(int(float(value)))


def _go_duration(total: int) -> str:
    hours, rest = divmod(abs(total), 3600)
    minutes, second = divmod(rest, 60)
    text = f"{hours}h{minutes}m{second}s" if hours else f"{minutes}m{second}s"
    text = text if hours or minutes else f"{second}s"
    return f"-{text}" if total < 0 else text


def duration_round(value: Any) -> str:
    """A duration or the time since a moment, in its largest unit."""
    total = (
        (now() - value).total_seconds()
        if isinstance(value, datetime)
        else seconds(value)
        if isinstance(value, str)
        else float(value)
    )
    sizes = (("y", 31536000), ("mo", 2592000), ("d", 86400), ("h", 3600), ("m", 60), ("s", 1))
    return next((f"{int(total // size)}{unit}" for unit, size in sizes if total >= size), "0s")


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "ago": lambda moment: _go_duration(int((now() - _moment(moment)).total_seconds())),
    "date": date,
    "dateInZone": date_in_zone,
    "date_in_zone": date_in_zone,
    "dateModify": date_modify,
    "date_modify": date_modify,
    "duration": duration,
    "durationRound": duration_round,
    "htmlDate": lambda moment: date("2006-01-02", moment),
    "htmlDateInZone": lambda moment, zone: date_in_zone("2006-01-02", moment, zone),
    "mustDateModify": must_date_modify,
    "must_date_modify": must_date_modify,
    "mustToDate": to_date,
    "now": now,
    "toDate": to_date,
    "unixEpoch": lambda moment: str(int(_moment(moment).timestamp())),
}
