"""What `format` asks of text, and the words for what is amiss: the rules of Helm's library.

They are not the standards' in every corner; a chart must fit here exactly where it fits there.
"""

from __future__ import annotations

from pyhelm._lazy import named
from pyhelm._typing import Any, Callable

LOCAL = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+-/=?^_`{|}~"
)
"""What may stand before an address's @ without quotes."""

LABEL = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
HEX = frozenset("0123456789abcdefABCDEF")
DIGITS = frozenset("0123456789")


class Amiss(ValueError):
    """Text that is not of its format; the reason."""


def fault(name: str, value: Any) -> str:
    """Why a value is not of the format of this name; empty when it is, or nobody knows it."""
    check = FORMATS.get(name)
    if check is None or not isinstance(value, str):
        return ""
    try:
        check(value)
    except ValueError as exc:
        return str(exc)
    return ""


def _prefixed(check: Callable[[str], None], text: str, prefix: str) -> None:
    """A check of a part, whose reason says which part."""
    try:
        check(text)
    except ValueError as exc:
        raise Amiss(f"{prefix}: {exc}") from exc


def _unwanted(text: str, allowed: frozenset[str], said: str) -> None:
    for char in text:
        if char not in allowed:
            raise Amiss(said % named("pyhelm.engine.functions.quoting:quote_rune")(ord(char)))


def _lead(text: str) -> int:
    """How many digits a text starts with."""
    return len(text) - len(text.lstrip("0123456789"))


def _size(text: str) -> int:
    """Its bytes, which is what Go counts."""
    return len(text.encode("utf-8", "surrogateescape"))


def _atoi(text: str) -> int:
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not digits or _lead(digits) != len(digits):
        quote = named("pyhelm.engine.functions.quoting:quote")
        raise Amiss(f"strconv.Atoi: parsing {quote(text)}: invalid syntax")
    if len(digits.lstrip("0")) > 18:
        quote = named("pyhelm.engine.functions.quoting:quote")
        raise Amiss(f"strconv.Atoi: parsing {quote(text)}: value out of range")
    return int(text)


def _json_pointer(text: str) -> None:
    if text and not text.startswith("/"):
        raise Amiss("not starting with /")
    if any(part[:1] not in ("0", "1") for part in text.split("~")[1:]):
        raise Amiss("~ must be followed by 0 or 1")


def _relative_pointer(text: str) -> None:
    digits = _lead(text)
    if not digits:
        raise Amiss("must start with non-negative integer")
    if digits > 1 and text.startswith("0"):
        raise Amiss("starts with zero")
    if text[digits:] != "#":
        _json_pointer(text[digits:])


def _uuid(text: str) -> None:
    groups, sizes = text.split("-"), (8, 4, 4, 4, 12)
    if len(groups) != len(sizes):
        raise Amiss("must have 5 elements")
    for number, (group, size) in enumerate(zip(groups, sizes, strict=True), 1):
        if _size(group) != size:
            raise Amiss(f"element {number} must be {size} characters long")
        _unwanted(group, HEX, "non-hex character %s")


def _duration(text: str) -> None:
    if not text.startswith("P"):
        raise Amiss("must start with P")
    rest = text[1:]
    if not rest:
        raise Amiss("nothing after P")
    if rest.endswith("W"):
        weeks = rest[:-1]
        if _lead(weeks) != len(weeks) or not weeks:
            raise Amiss("invalid week" if weeks else "no number in week")
        return
    for number, part in enumerate(rest.split("T")):
        if number and not part:
            raise Amiss("no time elements")
        if number > 1:
            raise Amiss("more than one T")
        _duration_part(part, "HMS" if number else "YMD")


def _duration_part(text: str, known: str) -> None:
    units = known
    while text:
        digits = _lead(text)
        if not digits or digits == len(text):
            raise Amiss("missing unit" if digits else "missing number")
        unit, text = text[digits], text[digits + 1 :]
        at = units.find(unit)
        if at < 0:
            # Go looks at the bytes of the text.
            byte = chr(unit.encode("utf-8", "surrogateescape")[0])
            shown = named("pyhelm.engine.functions.quoting:quote_rune")(ord(byte))
            raise Amiss(f"unit {shown} out of order" if unit in known else f"invalid unit {shown}")
        units = units[at + 1 :]


def _ipv4(text: str) -> None:
    groups = text.split(".")
    if len(groups) != 4:
        raise Amiss("expected four decimals")
    for group in groups:
        if len(group) > 1 and group.startswith("0"):
            raise Amiss("leading zeros")
        if not 0 <= _atoi(group) <= 255:
            raise Amiss("decimal must be between 0 and 255")


def _ipv6(text: str) -> None:
    from ipaddress import IPv6Address

    if ":" not in text:
        raise Amiss("missing colon")
    try:
        address = IPv6Address(text)
    except ValueError as exc:
        quote = named("pyhelm.engine.functions.quoting:quote")
        raise Amiss(f"ParseAddr({quote(text)}): unable to parse IP") from exc
    if address.scope_id:
        raise Amiss("zone id is not a part of ipv6 address")


def _hostname(text: str) -> None:
    text = text.removesuffix(".")
    if _size(text) > 253:
        raise Amiss("more than 253 characters long")
    for label in text.split("."):
        if not 1 <= _size(label) <= 63:
            raise Amiss("label must be 1 to 63 characters long")
        if label.startswith("-"):
            raise Amiss("label starts with hyphen")
        if label.endswith("-"):
            raise Amiss("label ends with hyphen")
        _unwanted(label, LABEL, "invalid character %s")


def _email(text: str) -> None:
    if _size(text) > 254:
        raise Amiss("more than 255 characters long")
    local, at, domain = text.rpartition("@")
    if not at:
        raise Amiss("missing @")
    if _size(local) > 64:
        raise Amiss("local part more than 64 characters long")
    _local(local)
    if not (domain.startswith("[") and domain.endswith("]")):
        _prefixed(_hostname, domain, "invalid domain")
    elif domain.startswith("[IPv6:"):
        _prefixed(_ipv6, domain[6:-1], "invalid ipv6 address")
    else:
        _prefixed(_ipv4, domain[1:-1], "invalid ipv4 address")


def _local(text: str) -> None:
    if len(text) > 1 and text.startswith('"') and text.endswith('"'):
        if "\\" in text or '"' in text[1:-1]:
            raise Amiss("backslash and quote are not allowed within quoted local part")
        return
    if text.startswith("."):
        raise Amiss("starts with dot")
    if text.endswith("."):
        raise Amiss("ends with dot")
    if ".." in text:
        raise Amiss("consecutive dots")
    _unwanted(text, LOCAL, "invalid character %s")


def _date(text: str) -> None:
    named("pyhelm.engine.functions.layouts:parsed")("2006-01-02", text)


def _time(text: str) -> None:
    if _size(text) < 9:
        raise Amiss("less than 9 characters long")
    if text[2] != ":" or text[5] != ":":
        raise Amiss("missing colon in correct place")
    hour, minute, second = _numbers(text[:8], 3, "hour/min/sec")
    if hour > 23 or minute > 59 or second > 60:
        raise Amiss("hour/min/sec out of range")
    rest = text[8:]
    if rest.startswith("."):
        digits = _lead(rest[1:])
        if not digits:
            raise Amiss("no digits in second fraction")
        rest = rest[1 + digits :]
    minutes = hour * 60 + minute
    if rest not in ("z", "Z"):
        minutes = (minutes + _offset(rest)) % (24 * 60)
    if second >= 60 and minutes != 23 * 60 + 59:
        raise Amiss("invalid leap second")


def _numbers(text: str, count: int, what: str, where: str = "") -> list[int]:
    found = []
    for part in text.split(":", count - 1):
        try:
            number = _atoi(part)
        except Amiss as exc:
            raise Amiss(f"invalid {what}{where}") from exc
        if number < 0:
            raise Amiss(f"non-positive {what}{where}")
        found.append(number)
    return found


def _offset(text: str) -> int:
    """What an offset adds to the minutes to make them UTC's."""
    if _size(text) != 6:
        raise Amiss("offset must be 6 characters long")
    if text[0] not in "+-":
        raise Amiss("offset must begin with plus/minus")
    if text[3] != ":":
        raise Amiss("missing colon in offset in correct place")
    hours, minutes = _numbers(text[1:], 2, "hour/min", " in offset")
    if hours > 23 or minutes > 59:
        raise Amiss("hour/min in offset out of range")
    return (hours * 60 + minutes) * (-1 if text[0] == "+" else 1)


def _date_time(text: str) -> None:
    if _size(text) < 20:
        raise Amiss("less than 20 characters long")
    if text[10] not in "tT":
        raise Amiss("11th character must be t or T")
    _prefixed(_date, text[:10], "invalid date element")
    _prefixed(_time, text[11:], "invalid time element")


def _url(text: str) -> Any:
    """The parts of a URL, whose host is checked where it is an IPv6 address."""
    url = named("pyhelm.engine.functions.urls:parse")(text)
    host = url.host
    if host.count(":") > 1 and not host.startswith("["):
        raise Amiss("ipv6 address not enclosed in brackets")
    return url


def _uri(text: str) -> None:
    if not _url(text).scheme:
        raise Amiss("relative url")


def _uri_reference(text: str) -> None:
    if "\\" in text:
        raise Amiss("contains \\")
    _url(text)


def _uri_template(text: str) -> None:
    url = _url(text)
    # Go keeps the path as it was written only where that is not how it would write it.
    written = url.raw_path if any(char in url.raw_path for char in "{}") else ""
    for part in written.split("/"):
        braces = [char for char in part if char in "{}"]
        if any(char != "{}"[number % 2] for number, char in enumerate(braces)):
            raise Amiss("nested curly braces")
        if len(braces) % 2:
            raise Amiss("no matching closing brace")


def _period(text: str) -> None:
    start, slash, end = text.partition("/")
    if not slash:
        raise Amiss("missing slash")
    if start.startswith("P"):
        _prefixed(_duration, start, "invalid start duration")
    else:
        _prefixed(_date_time, start, "invalid start date-time")
    if end.startswith("P") and not start.startswith("P"):
        _prefixed(_duration, end, "invalid end duration")
    else:
        _prefixed(_date_time, end, "invalid end date-time")


def _semver(text: str) -> None:
    rest, plus, build = text.partition("+")
    if plus and not build:
        raise Amiss("build is empty")
    for each in build.split(".") if plus else ():
        if not each:
            raise Amiss("build identifier is empty")
        _unwanted(each, LABEL, "invalid character %s in build identifier")
    core, dash, pre = rest.partition("-")
    for each in pre.split(".") if dash else ():
        _pre_release(each)
    numbers = core.split(".")
    if len(numbers) != 3:
        raise Amiss("versionCore must have 3 numbers separated by dot")
    for name, number in zip(("major", "minor", "patch"), numbers, strict=True):
        _version_number(name, number)


def _pre_release(text: str) -> None:
    if not text:
        raise Amiss("pre-release identifier is empty")
    _unwanted(text, LABEL, "invalid character %s in pre-release identifier")
    if len(text) > 1 and text.startswith("0") and _lead(text) == len(text):
        raise Amiss("pre-release numeric identifier starts with zero")


def _version_number(name: str, text: str) -> None:
    if not text:
        raise Amiss(f"{name} is empty")
    if len(text) > 1 and text.startswith("0"):
        raise Amiss(f"{name} starts with zero")
    if _lead(text) != len(text):
        raise Amiss(f"{name} contains non-digit")


def _regex(text: str) -> None:
    named("pyhelm.engine.functions.regex:compiled")(text, "")


FORMATS: dict[str, Callable[[str], None]] = {
    "regex": _regex,
    "json-pointer": _json_pointer,
    "relative-json-pointer": _relative_pointer,
    "uuid": _uuid,
    "duration": _duration,
    "period": _period,
    "ipv4": _ipv4,
    "ipv6": _ipv6,
    "hostname": _hostname,
    "email": _email,
    "date": _date,
    "time": _time,
    "date-time": _date_time,
    "uri": _uri,
    "iri": _uri,
    "uri-reference": _uri_reference,
    "iri-reference": _uri_reference,
    "uri-template": _uri_template,
    "semver": _semver,
}
"""The formats that are asked for; Helm's library lets any other one pass."""
