"""Go's layouts of times: `2006-01-02 15:04:05`, for writing and for reading."""

from __future__ import annotations

from pyhelm._lazy import cached, lazy_pattern
from pyhelm._typing import Callable, Final
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.times import DAYS, LOCAL, MONTHS, Time, date_of, days_of

ELEMENTS: Final = lazy_pattern(
    r"January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|1|(?<=_)2006|2006|2"
    r"|_(?=2006)|_2|__2|3|4|5|PM|pm"
    r"|[-Z]07:00:00|[-Z]070000|[-Z]07:00|[-Z]0700|[-Z]07"
    r"|[.,](?:0+|9+)(?![0-9])"
)
"""What a layout may hold; all else stands for itself."""


_TWO, _ONE_OR_TWO = lazy_pattern("[0-9]{2}"), lazy_pattern("[0-9]{1,2}")
_THREE, _UP_TO_THREE = lazy_pattern("[0-9]{3}"), lazy_pattern("[0-9]{1,3}")
_FRACTION = lazy_pattern("[.,][0-9]+")
_BLANKS = lazy_pattern("^ {1,2}")


Chunk = tuple[str, str]
"""Text as it is, then an element; the last has none."""


@cached
def chunks(layout: str) -> tuple[Chunk, ...]:
    """A layout taken apart."""
    out: list[Chunk] = []
    prefix, at = "", 0
    for match in ELEMENTS.finditer(layout):
        prefix += layout[at : match.start()]
        at = match.end()
        if match[0] == "_":
            prefix += "_"
            continue
        out.append((prefix, match[0]))
        prefix = ""
    return (*out, (prefix + layout[at:], ""))


class _Shown:
    """The parts of a moment that elements show."""

    def __init__(self, moment: Time) -> None:
        self.zone, self.offset, self.days, seconds = moment.clock()
        self.year, self.month, self.day = date_of(self.days)
        self.hour, self.minute, self.second = seconds // 3600, seconds // 60 % 60, seconds % 60
        self.nanos = moment.nanos

    def year_day(self) -> int:
        return self.days - days_of(self.year, 1, 1) + 1


def _padded(number: int, width: int) -> str:
    return f"-{-number:0{width}d}" if number < 0 else f"{number:0{width}d}"


def _hour12(t: _Shown) -> int:
    return t.hour % 12 or 12


WRITERS: Final[dict[str, Callable[[_Shown], str]]] = {
    "06": lambda t: f"{abs(t.year) % 100:02d}",
    "2006": lambda t: _padded(t.year, 4),
    "Jan": lambda t: MONTHS[t.month - 1][:3],
    "January": lambda t: MONTHS[t.month - 1],
    "1": lambda t: str(t.month),
    "01": lambda t: f"{t.month:02d}",
    "Mon": lambda t: DAYS[(t.days + 4) % 7][:3],
    "Monday": lambda t: DAYS[(t.days + 4) % 7],
    "2": lambda t: str(t.day),
    "_2": lambda t: f"{t.day:2d}",
    "02": lambda t: f"{t.day:02d}",
    "__2": lambda t: f"{t.year_day():3d}",
    "002": lambda t: f"{t.year_day():03d}",
    "15": lambda t: f"{t.hour:02d}",
    "3": lambda t: str(_hour12(t)),
    "03": lambda t: f"{_hour12(t):02d}",
    "4": lambda t: str(t.minute),
    "04": lambda t: f"{t.minute:02d}",
    "5": lambda t: str(t.second),
    "05": lambda t: f"{t.second:02d}",
    "PM": lambda t: "PM" if t.hour >= 12 else "AM",
    "pm": lambda t: "pm" if t.hour >= 12 else "am",
    "MST": lambda t: t.zone or _offset("-0700", t.offset),
}


def formatted(moment: Time, layout: str) -> str:
    """A moment in a layout."""
    shown = _Shown(moment)
    return "".join(prefix + _element(shown, element) for prefix, element in chunks(layout))


def _element(shown: _Shown, element: str) -> str:
    if not element:
        return ""
    writer = WRITERS.get(element)
    if writer is not None:
        return writer(shown)
    if element[0] in ".,":
        return _fraction(shown.nanos, element)
    return "Z" if element[0] == "Z" and not shown.offset else _offset(element, shown.offset)


def _offset(element: str, offset: int) -> str:
    minutes = abs(offset) // 60
    colon = ":" if ":" in element else ""
    text = f"{'-' if offset <= -60 else '+'}{minutes // 60:02d}"
    if len(element) > 3:
        text += f"{colon}{minutes % 60:02d}"
    return text + (f"{colon}{abs(offset) % 60:02d}" if len(element) > 6 else "")


def _fraction(nanos: int, element: str) -> str:
    digits = f"{nanos:09d}"[: len(element) - 1].ljust(len(element) - 1, "0")
    if element[1] == "9":
        digits = digits.rstrip("0")
        return element[0] + digits if digits else ""
    return element[0] + digits


class Bad(Exception):
    """An element that the text doesn't fit."""


class OutOfRange(Exception):
    """A number that is none of a clock or calendar; says of what."""


class Reader:
    """The text that is left, and what was read of it."""

    def __init__(self, layout: str, text: str) -> None:
        self.layout, self.text, self.rest = layout, text, text
        self.year, self.month, self.day, self.year_day = 0, -1, -1, -1
        self.hour = self.minute = self.second = self.nanos = 0
        self.offset: int | None = None
        self.zone = ""
        self.utc = False
        self.half = ""

    def failed(self, element: str, at: str, message: str = "") -> FunctionError:
        """Go's ParseError."""
        from pyhelm.engine.functions.durations import _quoted as quoted

        if message:
            return FunctionError(f"parsing time {quoted(self.text)}{message}")
        return FunctionError(
            f"parsing time {quoted(self.text)} as {quoted(self.layout)}: "
            f"cannot parse {quoted(at)} as {quoted(element)}"
        )

    def read(self) -> None:
        """All of the text by all of the layout; raises FunctionError."""
        parts = chunks(self.layout)
        for number, (prefix, element) in enumerate(parts):
            try:
                self.skip(prefix)
            except Bad:
                raise self.failed(prefix, self.rest) from None
            if not element:
                break
            hold = self.rest
            _, following = parts[number + 1]
            try:
                self.element(element, following)
            except Bad:
                raise self.failed(element, hold) from None
            except OutOfRange as exc:
                raise self.failed("", "", f": {exc} out of range") from None
        if self.rest:
            from pyhelm.engine.functions.durations import _quoted as quoted

            raise self.failed("", "", f": extra text: {quoted(self.rest)}")

    def skip(self, prefix: str) -> None:
        while prefix:
            if prefix[0] == " ":
                if self.rest and self.rest[0] != " ":
                    raise Bad
                prefix, self.rest = prefix.lstrip(" "), self.rest.lstrip(" ")
                continue
            if self.rest[:1] != prefix[0]:
                raise Bad
            prefix, self.rest = prefix[1:], self.rest[1:]

    def take(self, size: int) -> str:
        if len(self.rest) < size:
            raise Bad
        found, self.rest = self.rest[:size], self.rest[size:]
        return found

    def number(self, *, fixed: bool) -> int:
        found = (_TWO if fixed else _ONE_OR_TWO).match(self.rest)
        if not found:
            raise Bad
        return int(self.take(found.end()))

    def name(self, names: tuple[str, ...]) -> int:
        for index, name in enumerate(names):
            if self.rest[: len(name)].lower() == name.lower():
                self.take(len(name))
                return index
        raise Bad

    def element(self, element: str, following: str) -> None:
        """One element of the layout; raises Bad and OutOfRange."""
        reader = READERS.get(element)
        if reader is not None:
            reader(self)
        elif element in ("5", "05"):
            self.seconds(element, following)
        elif element[0] in ".,":
            self.fraction(element)
        else:
            self.zone_offset(element)

    def seconds(self, element: str, following: str) -> None:
        self.second = _within(self.number(fixed=element == "05"), 0, 59, "second")
        more = _FRACTION.match(self.rest)
        if more and following[:1] not in (".", ","):
            self.nanos = _nanos(self.take(more.end()))

    def fraction(self, element: str) -> None:
        if element[1] == "0":
            text = self.take(len(element))
            if text[0] not in ".," or not text[1:].isdigit():
                raise Bad
            self.nanos = _nanos(text)
            return
        more = _FRACTION.match(self.rest)
        if more:
            self.nanos = _nanos(self.take(more.end()))

    def zone_offset(self, element: str) -> None:
        if element[0] == "Z" and self.rest[:1] == "Z":
            self.take(1)
            self.utc = True
            return
        text = self.take(len(element))
        pattern = r"(.)(..)" + "".join(
            f"{':' if ':' in element else ''}(..)" for _ in range((len(element) - 3) // 2)
        )
        found = lazy_pattern(pattern).fullmatch(text)
        if not found:
            raise Bad
        sign, *parts = found.groups()
        if not all(part.isascii() and part.isdigit() for part in parts):
            raise Bad
        hours, minutes, seconds = (*map(int, parts), 0, 0)[:3]
        _within(hours, 0, 24, "time zone offset hour")
        _within(minutes, 0, 60, "time zone offset minute")
        _within(seconds, 0, 60, "time zone offset second")
        if sign not in "+-":
            raise Bad
        self.offset = ((hours * 60 + minutes) * 60 + seconds) * (-1 if sign == "-" else 1)

    def zone_name(self) -> None:
        if self.rest.startswith("UTC"):
            self.take(3)
            self.utc = True
            return
        found = _ZONE.match(self.rest)
        if not found or not _is_zone(found[0]):
            raise Bad
        self.zone = self.take(found.end())


_ZONE = lazy_pattern(r"ChST|MeST|GMT(?:[+-](?:[01]?[0-9]|2[0-3])(?![0-9]))?|[+-][0-9]+|[A-Z]+")


def _is_zone(name: str) -> bool:
    if name[0] in "+-":
        return int(name[1:]) <= 23
    if name.startswith(("ChST", "MeST", "GMT")):
        return True
    return len(name) == 3 or (len(name) in (4, 5) and name[-1] == "T") or name == "WITA"


def _within(value: int, least: int, most: int, what: str) -> int:
    if not least <= value <= most:
        raise OutOfRange(what)
    return value


def _nanos(text: str) -> int:
    return int(text[1:10].ljust(9, "0"))


def _year(reader: Reader, size: int) -> None:
    text = reader.take(size)
    if not (text.isascii() and text.isdigit()):
        raise Bad
    year = int(text)
    reader.year = year if size == 4 else year + (1900 if year >= 69 else 2000)


def _set(name: str, least: int, most: int, *, fixed: bool) -> Callable[[Reader], None]:
    def read(reader: Reader) -> None:
        setattr(reader, name, _within(reader.number(fixed=fixed), least, most, name))

    return read


def _named(names: tuple[str, ...], *, months: bool) -> Callable[[Reader], None]:
    def read(reader: Reader) -> None:
        found = reader.name(names)
        if months:
            reader.month = found + 1

    return read


def _day(*, fixed: bool, blank: bool) -> Callable[[Reader], None]:
    def read(reader: Reader) -> None:
        if blank and reader.rest[:1] == " ":
            reader.take(1)
        reader.day = reader.number(fixed=fixed)

    return read


def _year_day(*, fixed: bool) -> Callable[[Reader], None]:
    def read(reader: Reader) -> None:
        if not fixed:
            reader.rest = _BLANKS.sub("", reader.rest)
        found = (_THREE if fixed else _UP_TO_THREE).match(reader.rest)
        if not found:
            raise Bad
        reader.year_day = int(reader.take(found.end()))

    return read


def _half(before: str, after: str) -> Callable[[Reader], None]:
    def read(reader: Reader) -> None:
        text = reader.take(2)
        if text not in (before, after):
            raise Bad
        reader.half = text.upper()

    return read


READERS: Final[dict[str, Callable[[Reader], None]]] = {
    "06": lambda reader: _year(reader, 2),
    "2006": lambda reader: _year(reader, 4),
    "Jan": _named(tuple(name[:3] for name in MONTHS), months=True),
    "January": _named(MONTHS, months=True),
    "1": _set("month", 1, 12, fixed=False),
    "01": _set("month", 1, 12, fixed=True),
    "Mon": _named(tuple(name[:3] for name in DAYS), months=False),
    "Monday": _named(DAYS, months=False),
    "2": _day(fixed=False, blank=False),
    "_2": _day(fixed=False, blank=True),
    "02": _day(fixed=True, blank=False),
    "__2": _year_day(fixed=False),
    "002": _year_day(fixed=True),
    "15": _set("hour", 0, 23, fixed=False),
    "3": _set("hour", 0, 12, fixed=False),
    "03": _set("hour", 0, 12, fixed=True),
    "4": _set("minute", 0, 59, fixed=False),
    "04": _set("minute", 0, 59, fixed=True),
    "PM": _half("AM", "PM"),
    "pm": _half("am", "pm"),
    "MST": Reader.zone_name,
}


def parsed(layout: str, text: str) -> Time:
    """The moment that a text shows, in this machine's zone if it names none.

    Raises FunctionError with Go's text.
    """
    from pyhelm.engine.functions import moments

    reader = Reader(layout, text)
    reader.read()
    return moments.moment(reader, LOCAL)
