"""Times as Helm's records hold them: RFC 3339 with nanoseconds, which `datetime` would lose."""

from __future__ import annotations

from pyhelm._dataclass import dataclass
from pyhelm._datetime import datetime, timedelta, timezone
from pyhelm._lazy import lazy_pattern

_RFC3339 = lazy_pattern(
    r"(?a)(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)\Z"
)


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A moment: `moment` to the second with its offset, and the nanoseconds below it."""

    moment: datetime
    nanosecond: int = 0

    @classmethod
    def parse(cls, text: str) -> Timestamp:
        """Read RFC 3339 text; raises ValueError on anything else."""
        match = _RFC3339.match(text)
        if match is None:
            raise ValueError(f"time {text!r} is not RFC 3339, such as 2026-01-31T12:00:00Z")
        date, clock, fraction, offset = match.groups()
        moment = datetime.fromisoformat(f"{date}T{clock}{offset.upper()}")
        return cls(moment, int((fraction or "0").ljust(9, "0")))

    @classmethod
    def of(cls, moment: datetime) -> Timestamp:
        """From an aware datetime."""
        return cls(moment.replace(microsecond=0), moment.microsecond * 1000)

    def __str__(self) -> str:
        return self.rfc3339()

    def __repr__(self) -> str:
        return f"Timestamp.parse({self.rfc3339()!r})"

    @property
    def datetime(self) -> datetime:
        """To microseconds."""
        return self.moment + timedelta(microseconds=self.nanosecond // 1000)

    def rfc3339(self) -> str:
        """As Go's RFC3339Nano prints it: no trailing zeros, `Z` for UTC."""
        fraction = f".{self.nanosecond:09d}".rstrip("0") if self.nanosecond else ""
        return f"{self.moment:%Y-%m-%dT%H:%M:%S}{fraction}{self._offset(':') or 'Z'}"

    def go(self) -> str:
        """As Go prints a time (`2006-01-02 15:04:05.999999999 -0700 MST`), Helm's tables' form."""
        fraction = f".{self.nanosecond:09d}".rstrip("0") if self.nanosecond else ""
        offset = self._offset("")
        zone = f"{offset} {offset}" if offset else "+0000 UTC"
        return f"{self.moment:%Y-%m-%d %H:%M:%S}{fraction} {zone}"

    def ansic(self) -> str:
        """As Go's ANSIC layout prints it: `Mon Jan _2 15:04:05 2006`."""
        day = f"{self.moment.day:2d}"
        return f"{self.moment:%a %b} {day} {self.moment:%H:%M:%S %Y}"

    def in_zone(self, zone: timezone | None = None) -> Timestamp:
        """The same moment in another zone; the machine's own when none is given."""
        return Timestamp(self.moment.astimezone(zone), self.nanosecond)

    def _offset(self, colon: str) -> str:
        offset = self.moment.utcoffset() or timedelta()
        minutes = int(offset.total_seconds()) // 60
        if not minutes:
            return ""
        sign = "-" if minutes < 0 else "+"
        return f"{sign}{abs(minutes) // 60:02d}{colon}{abs(minutes) % 60:02d}"
