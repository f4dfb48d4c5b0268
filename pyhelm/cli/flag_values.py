"""From the text of a flag to its value, with the errors of Go's strconv, time and pflag."""

from __future__ import annotations

from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Any, Callable
from pyhelm.errors import UsageError

_TRUE = ("1", "t", "T", "TRUE", "true", "True")
_FALSE = ("0", "f", "F", "FALSE", "false", "False")
_INTEGER = lazy_pattern(
    r"[+-]?(0[xX](_?[0-9a-fA-F])+|0[bB](_?[01])+|0[oO]?(_?[0-7])+|[1-9](_?[0-9])*|0)"
)
_OCTAL = lazy_pattern(r"([+-]?)0_?([0-7_]+)")
_DIGITS = "0123456789"
_SECONDS = {
    "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0,
}  # fmt: skip
_MAX_DURATION = 2**63 / 1e9
_WAITS = ("watcher", "legacy", "hookOnly")
_CRDS = ("create", "apply", "skip")
_PROGRESS = ("auto", "live", "plain", "json", "none")
_FORMATS = ("table", "json", "yaml")


def quoted(text: str) -> str:
    """Go's `%q`, near enough for an error message: a JSON string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    for char, name in (("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        escaped = escaped.replace(char, name)
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'


def _quoted_bytes(text: str) -> str:
    # Go: the time package quotes byte by byte.
    data = text.encode("utf-8", "surrogateescape")
    return "".join(quoted(chr(b))[1:-1] if b < 0x80 else f"\\x{b:02x}" for b in data).join('""')


def read_bool(text: str) -> bool:
    """Go's strconv.ParseBool."""
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise ValueError(f"strconv.ParseBool: parsing {quoted(text)}: invalid syntax")


def read_int(text: str) -> int:
    """Go's strconv.ParseInt with base 0 and 64 bits."""
    return _integer(text, "ParseInt", -(2**63), 2**63 - 1)


def read_uint(text: str) -> int:
    """Go's strconv.ParseUint with base 0 and 64 bits."""
    if text[:1] in ("+", "-"):
        raise ValueError(f"strconv.ParseUint: parsing {quoted(text)}: invalid syntax")
    return _integer(text, "ParseUint", 0, 2**64 - 1)


def _integer(text: str, function: str, low: int, high: int) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 2 + (text[0] != "0") * 9:
        return int(text)
    if not _INTEGER.fullmatch(text):
        raise ValueError(f"strconv.{function}: parsing {quoted(text)}: invalid syntax")
    octal = _OCTAL.fullmatch(text)
    value = int(octal[1] + octal[2].replace("_", ""), 8) if octal else int(text, 0)
    if not low <= value <= high:
        raise ValueError(f"strconv.{function}: parsing {quoted(text)}: value out of range")
    return value


def read_float(text: str) -> float:
    """Go's strconv.ParseFloat with 32 bits."""
    try:
        value = float(text)
    except ValueError:
        message = f"strconv.ParseFloat: parsing {quoted(text)}: invalid syntax"
        raise ValueError(message) from None
    if abs(value) > 3.4028235677973366e38 and value not in (float("inf"), float("-inf")):
        raise ValueError(f"strconv.ParseFloat: parsing {quoted(text)}: value out of range")
    return value


def read_duration(text: str) -> float:
    """Go's time.ParseDuration, in seconds: `1h30m`, `300ms`, `0`."""
    rest = text[1:] if text[:1] in ("+", "-") else text
    if rest == "0":
        return 0.0
    if not rest:
        raise ValueError(f"time: invalid duration {_quoted_bytes(text)}")
    total = 0.0
    while rest:
        seconds, length = _duration_part(text, rest)
        total += seconds
        rest = rest[length:]
    if total > _MAX_DURATION:
        raise ValueError(f"time: invalid duration {_quoted_bytes(text)}")
    return -total if text[0] == "-" else total


def _duration_part(text: str, rest: str) -> tuple[float, int]:
    after = rest.lstrip(_DIGITS)
    whole = rest[: len(rest) - len(after)]
    unit = after[1:].lstrip(_DIGITS) if after[:1] == "." else after
    fraction = after[: len(after) - len(unit)]
    unit = unit[: next((i for i, char in enumerate(unit) if char in f"{_DIGITS}."), len(unit))]
    if not whole and len(fraction) < 2:
        raise ValueError(f"time: invalid duration {_quoted_bytes(text)}")
    if not unit:
        raise ValueError(f"time: missing unit in duration {_quoted_bytes(text)}")
    if unit not in _SECONDS:
        raise ValueError(
            f"time: unknown unit {_quoted_bytes(unit)} in duration {_quoted_bytes(text)}"
        )
    length = len(whole) + len(fraction) + len(unit)
    return float(f"{whole or 0}{fraction}0" if fraction else whole) * _SECONDS[unit], length


def read_list(text: str) -> tuple[str, ...]:
    """One record of comma-separated values as Go's encoding/csv reads it."""
    if not text:
        return ()
    fields: list[str] = []
    position = 0
    while True:
        field, position = _csv_field(text, position)
        fields.append(field)
        if position >= len(text):
            return tuple(fields)
        position += 1
        if position == len(text):
            return (*fields, "")


def _csv_field(text: str, start: int) -> tuple[str, int]:
    if text[start : start + 1] == '"':
        return _quoted_csv_field(text, start + 1)
    comma = text.find(",", start)
    end = len(text) if comma < 0 else comma
    quote = text.find('"', start, end)
    if quote >= 0:
        column = len(text[:quote].encode()) + 1
        raise ValueError(f'parse error on line 1, column {column}: bare " in non-quoted-field')
    return text[start:end], end


def _quoted_csv_field(text: str, start: int) -> tuple[str, int]:
    field, position = "", start
    while (quote := text.find('"', position)) >= 0:
        field += text[position:quote]
        position = quote + 1
        if text[position : position + 1] in ("", ","):
            return field, position
        if text[position] != '"':
            break
        field += '"'
        position += 1
    column = len(text.encode()) + 1 if quote < 0 else len(text[:quote].encode()) + 1
    message = f'parse error on line 1, column {column}: extraneous or missing " in quoted-field'
    raise ValueError(message)


def read_map(text: str) -> dict[str, str]:
    """pflag's stringToString: `key=value,key=value`."""
    pairs = (text.strip('"'),) if text.count("=") == 1 else read_list(text)
    found = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise ValueError(f"{pair} must be formatted as key=value")
        found[key] = value
    return found


def read_wait(text: str) -> str:
    """`--wait`: its strategies; the booleans of Helm 3 are read too (see `wait_warning`)."""
    if text in _WAITS:
        return text
    if text in ("true", "false"):
        return "watcher" if text == "true" else "hookOnly"
    raise ValueError(
        f"invalid wait input {quoted(text)}. Valid inputs are watcher, hookOnly, and legacy"
    )


def read_crds(text: str) -> str:
    """`--crds`."""
    if text not in _CRDS:
        raise ValueError(f"invalid crds input {quoted(text)}. Valid inputs are {', '.join(_CRDS)}")
    return text


def read_progress(text: str) -> str:
    """`--progress`."""
    if text not in _PROGRESS:
        found = ", ".join(_PROGRESS)
        raise ValueError(f"invalid progress input {quoted(text)}. Valid inputs are {found}")
    return text


def wait_warning(text: str) -> str:
    """What Helm says of a boolean `--wait`, else nothing."""
    if text not in ("true", "false"):
        return ""
    return (
        f"--wait={text} is deprecated (boolean value) and can be replaced with"
        f" --wait={read_wait(text)}"
    )


def read_format(text: str) -> str:
    """`--output`."""
    if text not in _FORMATS:
        raise ValueError("invalid format type")
    return text


Reader = Callable[[Any, str], Any]
"""From the value so far and the text of one more flag to the new value."""

READERS: dict[str, Reader] = {
    "string": lambda _, text: text,
    "bool": lambda _, text: read_bool(text),
    "int": lambda _, text: read_int(text),
    "uint": lambda _, text: read_uint(text),
    "float32": lambda _, text: read_float(text),
    "duration": lambda _, text: read_duration(text),
    "stringArray": lambda before, text: (*before, text),
    "strings": lambda before, text: (*before, *read_list(text)),
    "stringToString": lambda before, text: {**before, **read_map(text)},
    "WaitStrategy": lambda _, text: read_wait(text),
    "CRDs": lambda _, text: read_crds(text),
    "Progress": lambda _, text: read_progress(text),
    "format": lambda _, text: read_format(text),
}

ZERO: dict[str, Any] = {
    "string": "",
    "bool": False,
    "int": 0,
    "uint": 0,
    "float32": 0.0,
    "duration": 0.0,
    "stringArray": (),
    "strings": (),
    "stringToString": {},
    "WaitStrategy": "",
    "CRDs": "",
    "Progress": "",
    "format": "",
}


def revision_number(text: str) -> int:
    """A revision given as an argument; raises UsageError in Go's words."""
    try:
        return read_int(text)
    except ValueError:
        message = f"strconv.Atoi: parsing {quoted(text)}: invalid syntax"
        raise UsageError(f"could not convert revision to a number: {message}") from None
