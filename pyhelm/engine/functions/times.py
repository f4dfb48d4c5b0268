"""Go's time.Time: a moment to the nanosecond, in a zone, of any year."""

from __future__ import annotations

import time

from pyhelm import _yaml
from pyhelm._lazy import cached
from pyhelm._typing import Any, Callable, ClassVar, Final, Mapping, Protocol
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.durations import Duration
from pyhelm.engine.gotypes import Int64
from pyhelm.engine.objects import Exposed

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
DAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")

SECOND: Final = 1_000_000_000
DAY: Final = 86_400
YEAR_ONE: Final = -62_135_596_800
"""The first second of the year 1, Go's zero time."""


class Zone(Protocol):
    """Where a clock hangs."""

    def lookup(self, unix: int) -> tuple[str, int]:
        """The zone's name and its seconds east of Greenwich at a moment."""


class Fixed:
    """A zone that never changes."""

    def __init__(self, name: str, offset: int) -> None:
        self.name, self.offset = name, offset

    def lookup(self, unix: int) -> tuple[str, int]:
        """See Zone."""
        return self.name, self.offset


class Local:
    """This machine's zone."""

    def lookup(self, unix: int) -> tuple[str, int]:
        """See Zone."""
        try:
            found = time.localtime(unix)
        except (OverflowError, OSError, ValueError):
            return "UTC", 0
        return found.tm_zone, found.tm_gmtoff


class Named:
    """A zone of the time zone database."""

    def __init__(self, zone: Any) -> None:
        self.zone = zone

    def lookup(self, unix: int) -> tuple[str, int]:
        """See Zone."""
        from datetime import UTC, datetime, timedelta

        bounded = min(max(unix, YEAR_ONE + DAY), 253_402_214_400)
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=bounded)
        there = moment.astimezone(self.zone)
        offset = there.utcoffset()
        return there.tzname() or "", int(offset.total_seconds()) if offset else 0


UTC: Final = Fixed("UTC", 0)
LOCAL: Final = Local()


@cached
def load_zone(name: str) -> Zone:
    """A zone by its name; UTC for one that is unknown."""
    if name in ("", "UTC"):
        return UTC
    if name == "Local":
        return LOCAL
    if not isinstance(name, str):
        raise TypeError(f"the name of a zone is text, not {name!r}")  # a RuntimeError of 3.14
    from zoneinfo import ZoneInfo

    try:
        return Named(ZoneInfo(name))
    except (KeyError, ValueError, OSError):
        return UTC


def days_of(year: int, month: int, day: int) -> int:
    """Days since 1970 of a date, in the calendar that goes on for ever both ways."""
    year -= month <= 2
    era, of_era = divmod(year, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def date_of(days: int) -> tuple[int, int, int]:
    """Year, month and day, so many days after 1970 began."""
    era, of_era = divmod(days + 719_468, 146_097)
    year_of_era = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year_of_era + era * 400 + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1


def is_leap(year: int) -> bool:
    """Whether a year has a 29th of February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


class Month(int):
    """Go's time.Month: a number that prints as a name."""

    go_type, go_kind = "time.Month", "int"

    def go_format(self) -> str:
        """The month's name."""
        return MONTHS[self - 1]


class Weekday(int):
    """Go's time.Weekday: a number that prints as a name."""

    go_type, go_kind = "time.Weekday", "int"

    def go_format(self) -> str:
        """The day's name."""
        return DAYS[self]


class Time(Exposed):
    """A moment: seconds since 1970, nanoseconds, and the zone it is shown in."""

    __slots__ = ("monotonic", "nanos", "unix", "zone")
    go_type = "time.Time"
    go_kind = "struct"
    _exposed: ClassVar[Mapping[str, str]] = {
        "Add": "add",
        "AddDate": "add_date",
        "After": "after",
        "Before": "before",
        "Compare": "compare",
        "Day": "day",
        "Equal": "equal",
        "Format": "format",
        "Hour": "hour",
        "In": "in_zone",
        "IsZero": "is_zero",
        "Local": "local",
        "Minute": "minute",
        "Month": "month",
        "Nanosecond": "nanosecond",
        "Round": "round_to",
        "Second": "second",
        "String": "go_format",
        "Sub": "sub",
        "Truncate": "truncate",
        "UTC": "utc",
        "Unix": "unix_seconds",
        "UnixMicro": "unix_micro",
        "UnixMilli": "unix_milli",
        "UnixNano": "unix_nano",
        "Weekday": "weekday",
        "Year": "year",
        "YearDay": "year_day",
    }
    parameters: ClassVar[Mapping[str, str]] = {
        "Add": "time.Duration",
        "AddDate": "int int int",
        "After": "time.Time",
        "Before": "time.Time",
        "Compare": "time.Time",
        "Equal": "time.Time",
        "Format": "string",
        "In": "*time.Location",
        "Round": "time.Duration",
        "Sub": "time.Time",
        "Truncate": "time.Duration",
    }

    def __init__(self, unix: int, nanos: int, zone: Zone, *, monotonic: bool = False) -> None:
        self.unix, self.nanos, self.zone, self.monotonic = unix, nanos, zone, monotonic

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Time) and self.total() == other.total()

    def __hash__(self) -> int:
        return hash((self.unix, self.nanos))

    def total(self) -> int:
        """Nanoseconds since 1970."""
        return self.unix * SECOND + self.nanos

    def clock(self) -> tuple[str, int, int, int]:
        """Zone name, offset, days since 1970 and seconds of the day, as the zone has them."""
        name, offset = self.zone.lookup(self.unix)
        days, seconds = divmod(self.unix + offset, DAY)
        return name, offset, days, seconds

    def date(self) -> tuple[int, int, int]:
        """Year, month, day."""
        return date_of(self.clock()[2])

    def year(self) -> int:
        """The year."""
        return self.date()[0]

    def month(self) -> Month:
        """The month."""
        return Month(self.date()[1])

    def day(self) -> int:
        """The day of the month."""
        return self.date()[2]

    def hour(self) -> int:
        """The hour."""
        return self.clock()[3] // 3600

    def minute(self) -> int:
        """The minute."""
        return self.clock()[3] // 60 % 60

    def second(self) -> int:
        """The second."""
        return self.clock()[3] % 60

    def nanosecond(self) -> int:
        """The nanoseconds of the second."""
        return self.nanos

    def weekday(self) -> Weekday:
        """The day of the week."""
        return Weekday((self.clock()[2] + 4) % 7)

    def year_day(self) -> int:
        """The day of the year, from 1 on."""
        days = self.clock()[2]
        return days - days_of(date_of(days)[0], 1, 1) + 1

    def unix_seconds(self) -> Int64:
        """Seconds since 1970."""
        return Int64(self.unix)

    def unix_milli(self) -> Int64:
        """Milliseconds since 1970."""
        return Int64(self.total() // 1_000_000)

    def unix_micro(self) -> Int64:
        """Microseconds since 1970."""
        return Int64(self.total() // 1000)

    def unix_nano(self) -> Int64:
        """Nanoseconds since 1970."""
        return Int64(self.total())

    def is_zero(self) -> bool:
        """Whether it is Go's zero time."""
        return self.unix == YEAR_ONE and self.nanos == 0

    def utc(self) -> Time:
        """The same moment in UTC."""
        return self.in_zone(UTC)

    def local(self) -> Time:
        """The same moment in this machine's zone."""
        return self.in_zone(LOCAL)

    def in_zone(self, zone: Zone) -> Time:
        """The same moment in another zone."""
        return Time(self.unix, self.nanos, zone)

    def add(self, duration: int) -> Time:
        """So much later."""
        unix, nanos = divmod(self.total() + duration, SECOND)
        return Time(unix, nanos, self.zone)

    def add_date(self, years: int, months: int, days: int) -> Time:
        """So many years, months and days later, by the calendar."""
        _, _, today, seconds = self.clock()
        year, month, day = date_of(today)
        carried, month = divmod(month - 1 + months, 12)
        moved = days_of(year + years + carried, month + 1, 1) + day - 1 + days
        return at(moved, seconds, self.nanos, self.zone)

    def sub(self, other: Time) -> Duration:
        """The time from another moment to this one."""
        return Duration(max(-(2**63), min(2**63 - 1, self.total() - other.total())))

    def before(self, other: Time) -> bool:
        """Whether it is earlier."""
        return self.total() < other.total()

    def after(self, other: Time) -> bool:
        """Whether it is later."""
        return self.total() > other.total()

    def equal(self, other: Time) -> bool:
        """Whether it is the same moment."""
        return self.total() == other.total()

    def compare(self, other: Time) -> int:
        """-1, 0 or 1."""
        return (self.total() > other.total()) - (self.total() < other.total())

    def truncate(self, unit: int) -> Time:
        """Rounded down to a multiple of a duration since Go's zero time."""
        return self if unit <= 0 else self.add(-((self.total() - YEAR_ONE * SECOND) % unit))

    def round_to(self, unit: int) -> Time:
        """Rounded to a multiple of a duration since Go's zero time, halves up."""
        if unit <= 0:
            return self
        over = (self.total() - YEAR_ONE * SECOND) % unit
        return self.add(-over if over * 2 < unit else unit - over)

    def format(self, layout: str) -> str:
        """In Go's layout."""
        from pyhelm.engine.functions.layouts import formatted

        return formatted(self, layout)

    def go_format(self) -> str:
        """As Go prints it."""
        text = self.format("2006-01-02 15:04:05.999999999 -0700 MST")
        return text + " m=+0.000000001" if self.monotonic else text

    def go_json(self) -> str:
        """As JSON has it; raises FunctionError for years that it hasn't."""
        if not 0 <= self.year() < 10_000:
            raise FunctionError("Time.MarshalJSON: year outside of range [0,9999]")
        return self.format("2006-01-02T15:04:05.999999999Z07:00")

    def go_yaml(self) -> str:
        """As go-yaml v3 has it: without quotes."""
        return _yaml.Plain(self.format("2006-01-02T15:04:05.999999999Z07:00"))

    go_toml: Callable[[Time], str] = go_json


def at(days: int, seconds: int, nanos: int, zone: Zone) -> Time:
    """The moment when a zone's clocks show this; of two the first, as Go guesses it."""
    unix = days * DAY + seconds
    offset = zone.lookup(unix)[1]
    if offset:
        again = zone.lookup(unix - offset)[1]
        if again != offset:
            offset = again if zone.lookup(unix - again)[1] == again else offset
    return Time(unix - offset, nanos, zone)


def now() -> Time:
    """This moment, in this machine's zone."""
    unix, nanos = divmod(time.time_ns(), SECOND)
    return Time(unix, nanos, LOCAL, monotonic=True)


ZERO: Final = Time(YEAR_ONE, 0, UTC)
