"""Go's time layouts, for `--time-format`: the reference time is Mon Jan 2 15:04:05 MST 2006."""

from __future__ import annotations

from pyhelm._lazy import lazy_pattern
from pyhelm.release.timestamp import Timestamp

_ELEMENTS = lazy_pattern(
    r"January|Jan|Monday|Mon|MST|2006|Z07:00:00|Z070000|Z07:00|Z0700|Z07"
    r"|-07:00:00|-070000|-07:00|-0700|-07|002|__2|_2006|_2|15|01|02|03|04|05|06|PM|pm"
    r"|[.,]0+(?!\d)|[.,]9+(?!\d)|1|2|3|4|5"
)
_STRFTIME = {
    "January": "%B", "Jan": "%b", "Monday": "%A", "Mon": "%a", "2006": "%Y", "06": "%y",
    "01": "%m", "02": "%d", "15": "%H", "03": "%I", "04": "%M", "05": "%S", "002": "%j",
    "PM": "%p",
}  # fmt: skip


def go_format(time: Timestamp, layout: str) -> str:
    """Print a time by a layout."""
    return _ELEMENTS.sub(lambda match: _element(time, match[0]), layout)


def _element(time: Timestamp, element: str) -> str:
    moment = time.moment
    if element in _STRFTIME:
        return moment.strftime(_STRFTIME[element])
    if element[0] in ".,":
        return _fraction(time.nanosecond, element)
    if "07" in element or element == "MST":
        return _zone(time, element)
    plain = {
        "1": moment.month, "2": moment.day, "3": (moment.hour + 11) % 12 + 1, "4": moment.minute,
        "5": moment.second, "_2": f"{moment.day:2}", "pm": moment.strftime("%p").lower(),
        "__2": f"{moment.timetuple().tm_yday:3}", "_2006": f"_{moment.year:04}",
    }  # fmt: skip
    return str(plain[element])


def _fraction(nanosecond: int, element: str) -> str:
    digits = f"{nanosecond:09}"[: len(element) - 1]
    if element[1] == "0":
        return element[0] + digits
    digits = digits.rstrip("0")
    return element[0] + digits if digits else ""


def _zone(time: Timestamp, element: str) -> str:
    offset = time.moment.utcoffset()
    seconds = int(offset.total_seconds()) if offset else 0
    if not seconds and element == "MST":
        return "UTC"
    if not seconds and element[0] == "Z":
        return "Z"
    sign = "-" if seconds < 0 else "+"
    hours, minutes = divmod(abs(seconds) // 60, 60)
    if element == "MST":
        return f"{sign}{hours:02}{minutes:02}"
    colon = ":" if ":" in element else ""
    parts = [f"{sign}{hours:02}", f"{minutes:02}", f"{abs(seconds) % 60:02}"]
    return colon.join(parts[: element.count("07") + element.count("00")])
