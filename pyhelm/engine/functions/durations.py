"""Go's time.Duration: nanoseconds in an int64, read and shown as `1h30m0.5s`."""

from __future__ import annotations

from pyhelm._typing import Any, Callable, Final
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.cast import parse_float, wrapped
from pyhelm.engine.functions.fmt import quote, show
from pyhelm.engine.functions.quoting import octets
from pyhelm.engine.functions.verbs import go_type
from pyhelm.engine.gotypes import Int64

UNITS: Final = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
SECOND: Final = UNITS["s"]
LARGEST: Final = 2**63 - 1


class Duration(Int64):
    """Nanoseconds that print as a duration."""

    __slots__ = ()
    go_type, go_kind = "time.Duration", "int64"

    def go_format(self) -> str:
        """As Go prints it."""
        return shown(self)

    def go_yaml(self) -> str:
        """As go-yaml v3 has it."""
        return shown(self)

    def go_toml(self) -> str:
        """As TOML has it."""
        return f'"{shown(self)}"'


def shown(nanoseconds: int) -> str:
    """A duration as Go prints it."""
    size = abs(nanoseconds)
    sign = "-" if nanoseconds < 0 else ""
    if size == 0:
        return "0s"
    if size < SECOND:
        unit, scale = next(
            (unit, scale)
            for unit, scale in (("ns", 1), ("µs", 1_000), ("ms", 1_000_000))
            if size < scale * 1000
        )
        return sign + _fraction(size, scale) + unit
    minutes, rest = divmod(size, UNITS["m"])
    hours, minute = divmod(minutes, 60)
    text = (f"{hours}h" if hours else "") + (f"{minute}m" if minutes else "")
    return sign + text + _fraction(rest, SECOND) + "s"


def _fraction(value: int, scale: int) -> str:
    whole, part = divmod(value, scale)
    digits = str(part).rjust(len(str(scale)) - 1, "0").rstrip("0") if part else ""
    return f"{whole}.{digits}" if digits else str(whole)


def parse(text: str) -> Duration:
    """A duration such as `-1h30m0.5s`; raises FunctionError with Go's text."""
    rest = text[1:] if text[:1] in ("-", "+") else text
    if rest == "0":
        return Duration(0)
    total = 0
    failed = FunctionError(f"time: invalid duration {_quoted(text)}")
    if not rest:
        raise failed
    while rest:
        rest, value = _part(rest, text, failed)
        total += value
        if total > LARGEST + 1:
            raise failed
    if text[0] == "-":
        return Duration(-total)
    if total > LARGEST:
        raise failed
    return Duration(total)


def _part(rest: str, text: str, failed: FunctionError) -> tuple[str, int]:
    """One number with its unit off the front."""
    whole, rest = _digits(rest)
    fraction = ""
    if rest[:1] == ".":
        fraction, rest = _digits(rest[1:])
    if not (whole or fraction) or int(whole or 0) > LARGEST + 1:
        raise failed
    size = next((n for n, char in enumerate(rest) if char in ".0123456789"), len(rest))
    if not size:
        raise FunctionError(f"time: missing unit in duration {_quoted(text)}")
    name, rest = rest[:size], rest[size:]
    if name not in UNITS:
        raise FunctionError(f"time: unknown unit {_quoted(name)} in duration {_quoted(text)}")
    unit = UNITS[name]
    value = int(whole or 0) * unit
    if value > LARGEST + 1:
        raise failed
    part, scale = _leading_fraction(fraction)
    value += int(part * (unit / scale)) if part else 0
    if value > LARGEST + 1:
        raise failed
    return rest, value


def _digits(text: str) -> tuple[str, str]:
    size = next((n for n, char in enumerate(text) if char not in "0123456789"), len(text))
    return text[:size], text[size:]


def _leading_fraction(digits: str) -> tuple[int, float]:
    """The digits that fit into 63 bits, and what to divide them by."""
    value, scale = 0, 1.0
    for digit in digits:
        if value > LARGEST // 10 or value * 10 + int(digit) > LARGEST + 1:
            break
        value, scale = value * 10 + int(digit), scale * 10
    return value, scale


def _quoted(text: str) -> str:
    """Go's time package has its own quoting: all that is not ASCII in hexadecimal."""
    return '"' + "".join(map(_quoted_char, text)) + '"'


def _quoted_char(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if " " <= char < "\x80":
        return char
    return "".join(f"\\x{byte:02x}" for byte in octets(char))


def of_any(value: Any) -> Duration:
    """A duration of a duration, its text, or a number of seconds; raises FunctionError."""
    if isinstance(value, Duration):
        return value
    if isinstance(value, str):
        return _of_text(value)
    if value is None:
        raise FunctionError("invalid duration")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FunctionError(f"unsupported duration type {go_type(value)}")
    return _of_float(value) if isinstance(value, float) else _of_integer(value)


def _of_text(value: str) -> Duration:
    from pyhelm.engine.functions.text import SPACES

    text = value.strip(SPACES)
    if not text:
        raise FunctionError("empty duration")
    try:
        return parse(text)
    except FunctionError:
        number = parse_float(text)
    if number is None:
        raise FunctionError(f"could not parse duration {quote(value)}")
    return _of_float(number)


def _of_integer(value: int) -> Duration:
    if not -(LARGEST // SECOND) <= value <= LARGEST // SECOND:
        raise FunctionError(f"duration seconds overflow: {int(value)}")
    return Duration(value * SECOND)


def _of_float(value: float) -> Duration:
    if value != value or value in (float("inf"), float("-inf")):
        raise FunctionError(f"invalid duration seconds: {show(value)}")
    if abs(value) > float(LARGEST) / float(SECOND):
        raise FunctionError(f"duration seconds overflow: {show(value)}")
    nanos = value * float(SECOND)
    return Duration(int(nanos) if abs(nanos) < 2.0**63 else -(2**63))


def rounded(value: int, unit: int) -> Duration:
    """To the nearest multiple of a unit, halves away from zero."""
    if unit <= 0:
        return Duration(value)
    over = abs(value) % unit
    size = abs(value) - over if over * 2 < unit else abs(value) + unit - over
    return Duration(max(-(2**63), min(LARGEST, -size if value < 0 else size)))


def truncated(value: int, unit: int) -> Duration:
    """To a multiple of a unit, toward zero."""
    if unit <= 0:
        return Duration(value)
    size = abs(value) - abs(value) % unit
    return Duration(-size if value < 0 else size)


def _to(change: Callable[[int, int], Duration]) -> Callable[[Any, Any], Duration]:
    def changed(value: Any, unit: Any) -> Duration:
        try:
            duration = of_any(value)
        except FunctionError:
            return Duration(0)
        try:
            return change(duration, of_any(unit))
        except FunctionError:
            return duration

    return changed


def _in(measure: Callable[[Duration], Any], nothing: Any) -> Callable[[Any], Any]:
    def measured(value: Any) -> Any:
        try:
            return measure(of_any(value))
        except FunctionError:
            return nothing

    return measured


def _units(unit: int) -> Callable[[Duration], float]:
    """A number of a unit as Go's Seconds, Minutes and Hours count it."""

    def measure(duration: Duration) -> float:
        size = abs(duration)
        found = float(size // unit) + float(size % unit) / float(unit)
        return -found if duration < 0 else found

    return measure


def _whole(unit: int) -> Callable[[Duration], Int64]:
    def measure(duration: Duration) -> Int64:
        return Int64(abs(duration) // unit * (-1 if duration < 0 else 1))

    return measure


_HOURS = _units(UNITS["h"])


def duration(value: Any) -> str:
    """A number of seconds as Go prints a duration."""
    if isinstance(value, str):
        digits = value[1:] if value[:1] in ("+", "-") else value
        number = int(value) if digits.isascii() and digits.isdigit() else 0
        value = Int64(max(-(2**63), min(LARGEST, number)))
    return shown(wrapped(value * SECOND)) if type(value) is Int64 else "0s"


def duration_natural(value: Any) -> str:
    """For Jinja: any number of seconds."""
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        raise FunctionError(f"{show(value)} is no number of seconds") from None
    return duration(Int64(whole(seconds)))


def whole(number: float) -> int:
    """A number without its fraction; raises FunctionError for one without end."""
    try:
        return int(number)
    except (OverflowError, ValueError):
        raise FunctionError(f"{show(number)} is no number of seconds") from None


SIZES: Final = (("y", 8760), ("mo", 720), ("d", 24), ("h", 1))


def in_largest_unit(nanoseconds: int) -> str:
    """The whole number of the largest unit that is more than one."""
    size = abs(nanoseconds)
    sizes = [(name, hours * UNITS["h"]) for name, hours in SIZES]
    sizes += [("m", UNITS["m"]), ("s", SECOND)]
    return next((f"{size // unit}{name}" for name, unit in sizes if size > unit), "0s")


def duration_round(value: Any) -> str:
    """A duration, or the time since a moment, in its largest unit."""
    if isinstance(value, str):
        try:
            return in_largest_unit(parse(value))
        except FunctionError:
            return "0s"
    if type(value) is Int64:
        return in_largest_unit(value)
    if go_type(value) == "time.Time":
        from pyhelm.engine.functions.times import now

        return in_largest_unit(now().sub(value))
    return "0s"


def round_natural(value: Any) -> str:
    """For Jinja: any number of seconds too, and bad text fails."""
    if isinstance(value, int | float) and not isinstance(value, Int64):
        return in_largest_unit(whole(value * SECOND))
    return in_largest_unit(parse(value)) if isinstance(value, str) else duration_round(value)


GO_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "duration": duration,
    "durationRound": duration_round,
}

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "duration": duration_natural,
    "durationDays": _in(lambda value: _HOURS(value) / 24.0, 0.0),
    "durationHours": _in(_HOURS, 0.0),
    "durationMicroseconds": _in(_whole(1_000), Int64(0)),
    "durationMilliseconds": _in(_whole(1_000_000), Int64(0)),
    "durationMinutes": _in(_units(UNITS["m"]), 0.0),
    "durationNanoseconds": _in(_whole(1), Int64(0)),
    "durationRound": round_natural,
    "durationRoundTo": _to(rounded),
    "durationSeconds": _in(_units(SECOND), 0.0),
    "durationTruncateTo": _to(truncated),
    "durationWeeks": _in(lambda value: _HOURS(value) / 24.0 / 7.0, 0.0),
    "mustToDuration": of_any,
}
