"""The moment that was read by a layout: its date checked, its zone found."""

from __future__ import annotations

from pyhelm._typing import TYPE_CHECKING
from pyhelm.engine.functions.times import UTC, Fixed, Time, Zone, at, date_of, days_of, is_leap

if TYPE_CHECKING:
    from pyhelm.engine.functions.layouts import Reader

LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def moment(reader: Reader, local: Zone) -> Time:
    """What was read as a moment; raises FunctionError for a day that isn't in the calendar."""
    month, day = _date(reader)
    days = days_of(reader.year, month, day)
    seconds = (_hour(reader) * 60 + reader.minute) * 60 + reader.second
    if reader.utc:
        return at(days, seconds, reader.nanos, UTC)
    if reader.offset is not None and reader.offset != -1:
        return _with_offset(reader, at(days, seconds, reader.nanos, UTC), local)
    if reader.zone:
        return _with_name(reader, at(days, seconds, reader.nanos, UTC), local)
    return at(days, seconds, reader.nanos, local)


def _hour(reader: Reader) -> int:
    if reader.half == "PM" and reader.hour < 12:
        return reader.hour + 12
    return 0 if reader.half == "AM" and reader.hour == 12 else reader.hour


def _date(reader: Reader) -> tuple[int, int]:
    month, day = reader.month, reader.day
    if reader.year_day >= 0:
        return _of_year_day(reader)
    month, day = max(month, 1), 1 if day < 0 else day
    if not 1 <= day <= LENGTHS[month - 1] + (month == 2 and is_leap(reader.year)):
        raise reader.failed("", "", ": day out of range")
    return month, day


def _of_year_day(reader: Reader) -> tuple[int, int]:
    if not 1 <= reader.year_day <= 365 + is_leap(reader.year):
        raise reader.failed("", "", ": day-of-year out of range")
    found = date_of(days_of(reader.year, 1, 1) + reader.year_day - 1)
    for name, read, real in (("month", reader.month, found[1]), ("day", reader.day, found[2])):
        if read >= 0 and read != real:
            raise reader.failed("", "", f": day-of-year does not match {name}")
    return found[1], found[2]


def _with_offset(reader: Reader, shown: Time, local: Zone) -> Time:
    offset = reader.offset or 0
    unix = shown.unix - offset
    name, here = local.lookup(unix)
    if here == offset and reader.zone in ("", name):
        return Time(unix, shown.nanos, local)
    return Time(unix, shown.nanos, Fixed(reader.zone, offset))


def _with_name(reader: Reader, shown: Time, local: Zone) -> Time:
    """A zone's name alone: this machine's if it has it, else one without an offset."""
    for guess in (shown.unix, shown.unix - 86_400, shown.unix + 15_552_000):
        name, offset = local.lookup(guess)
        if name == reader.zone:
            return Time(shown.unix - offset, shown.nanos, local)
    name = reader.zone
    offset = int(name[3:]) * 3600 if name.startswith("GMT") and len(name) > 3 else 0
    return Time(shown.unix, shown.nanos, Fixed(name, offset))
