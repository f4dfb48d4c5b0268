"""How Helm's JSON Schema library words each kind of violation."""

from __future__ import annotations

from pyhelm._lazy import named
from pyhelm._typing import Any, Iterable

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

TYPES = ("null", "boolean", "number", "integer", "string", "array", "object")
"""Types in the order in which Helm's library lists them."""


def pointer_text(path: Iterable[Any]) -> str:
    """A place in the values as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def quoted(value: str) -> str:
    """Text in single quotes, escaped as Go's `%q` does."""
    inner: str = named("pyhelm.engine.functions.quoting:quote")(value)[1:-1]
    return "'" + inner.replace('\\"', '"').replace("'", "\\'") + "'"


def all_quoted(names: Iterable[str]) -> str:
    """Texts, each quoted."""
    return ", ".join(map(quoted, names))


def type_of(value: Any) -> str:
    """A value's type as schemas name it; numbers are numbers."""
    if value is None:
        return "null"
    for kind, name in (
        (bool, "boolean"),
        (str, "string"),
        (dict, "object"),
        (list, "array"),
    ):
        if isinstance(value, kind):
            return name
    return "number"


def scalar(value: Any) -> str:
    """A scalar of the schema or the values."""
    if isinstance(value, str):
        return quoted(value)
    if value is None:
        return "<nil>"
    return str(value).lower() if isinstance(value, bool) else str(value)


def number(value: Any) -> str:
    """A number as Go's English printer writes it: `1,000`, `1.5×10⁰⁶`."""
    from decimal import Decimal

    shown = float(value)
    power = int(f"{shown:.16e}".partition("e")[2])
    if -4 <= power < 6:
        return f"{shown:,.0f}" if shown.is_integer() else f"{shown:,}"
    digits = f"{Decimal(repr(shown)).scaleb(-power).normalize():f}"
    raised = f"{abs(power):02}".translate(_RAISED)
    return f"{digits}×10{'⁻' if power < 0 else ''}{raised}"


def wrong_type(value: Any, wanted: Iterable[str]) -> str:
    """What `type` says."""
    listed = " or ".join(name for name in TYPES if name in wanted)
    return f"got {type_of(value)}, want {listed}"


def not_one_of(options: list[Any]) -> str:
    """What `enum` says."""
    if any(isinstance(each, dict | list) for each in options):
        return "'enum' failed"
    shown = ", ".join(map(scalar, options))
    return f"value must be {shown}" if len(options) == 1 else f"value must be one of {shown}"


def not_the(wanted: Any) -> str:
    """What `const` says."""
    return (
        "'const' failed" if isinstance(wanted, dict | list) else f"value must be {scalar(wanted)}"
    )


def missing(names: list[str]) -> str:
    """What `required` says of a mapping that lacks these."""
    noun = "property" if len(names) == 1 else "properties"
    return f"missing {noun} {all_quoted(names)}"


def dependent(names: list[str], name: str) -> str:
    """What `dependentRequired` says of a mapping that has one name and lacks others."""
    return f"properties {all_quoted(names)} required, if {quoted(name)} exists"


def additional(names: Iterable[str]) -> str:
    """What `additionalProperties` says of names that it does not allow."""
    return f"additional properties {all_quoted(sorted(names))} not allowed"


def bound(name: str, value: Any, wanted: Any) -> str:
    """What a limit of numbers says."""
    return f"{name}: got {number(value)}, want {number(wanted)}"


def count(name: str, found: int, wanted: int) -> str:
    """What a limit of sizes says."""
    return f"{name}: got {found:,}, want {wanted:,}"


def too_few(found: list[int], wanted: int) -> str:
    """What `minContains` says of the items that fit."""
    start = f"min {wanted:,} items required to match contains schema, but "
    if not found:
        return f"{start}none matched"
    return f"{start}matched {len(found):,} items at {' '.join(map(str, found))}"


def too_many(found: list[int], wanted: int) -> str:
    """What `maxContains` says of the items that fit."""
    shown = " ".join(map(str, found))
    start = f"max {wanted:,} items required to match contains schema, but matched"
    return f"{start} {len(found):,} items at {shown}"
