"""How Helm's JSON Schema library words each kind of violation, by jsonschema-rs' name for it."""

from __future__ import annotations

from decimal import Decimal

from pyhelm._typing import Any, Callable, Iterable, Iterator

FALSE_SCHEMA = "falseSchema"

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def text(error: Any) -> str:
    """What is wrong, in Helm's words; in the library's own where Helm's are unknown."""
    word = WORDS.get(error.kind.name)
    return word(error) if word is not None else str(error.message)


def missing(names: list[str]) -> str:
    """What `required` says of a mapping that lacks these."""
    noun = "property" if len(names) == 1 else "properties"
    return f"missing {noun} {_all_quoted(names)}"


def dependent(errors: list[Any], schema: Any) -> Iterator[str]:
    """What `dependentRequired` and the older `dependencies` say; the schema tells of which name."""
    told: set[str] = set()
    for error in errors:
        *_, keyword = error.evaluation_path
        if keyword == "required" or keyword in told:
            continue
        told.add(keyword)
        for name, wanted in _resolved(schema, error.schema_path).items():
            absent = [each for each in wanted if each not in error.instance]
            if isinstance(wanted, list) and name in error.instance and absent:
                yield f"properties {_all_quoted(absent)} required, if {quoted(name)} exists"


def _resolved(schema: Any, path: Iterable[Any]) -> dict[str, Any]:
    for step in path:
        schema = schema[step]
    return schema if isinstance(schema, dict) else {}


def pointer_text(path: Iterable[Any]) -> str:
    """A place in the values as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def quoted(value: str) -> str:
    """Text in single quotes, escaped as Go's `%q` does."""
    from json import dumps

    inner = dumps(value, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'")
    return f"'{inner}'"


def _all_quoted(names: Iterable[str]) -> str:
    return ", ".join(map(quoted, names))


def _type(value: Any) -> str:
    if value is None:
        return "null"
    names = {bool: "boolean", str: "string", dict: "object", list: "array"}
    return names.get(type(value), "number")


def _got_type(error: Any) -> str:
    wanted = " or ".join(sorted(error.kind.types, key=TYPES.index))
    return f"got {_type(error.instance)}, want {wanted}"


def _shown(value: Any) -> str:
    """A scalar of the schema."""
    if isinstance(value, str):
        return quoted(value)
    if value is None:
        return "<nil>"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(value: Any) -> str:
    """A number as Go's English printer writes it: `1,000`, `1.5×10⁰⁶`."""
    number = float(value)
    power = int(f"{number:.16e}".partition("e")[2])
    if -4 <= power < 6:
        return f"{number:,.0f}" if number.is_integer() else f"{number:,}"
    digits = f"{Decimal(repr(number)).scaleb(-power).normalize():f}"
    raised = f"{abs(power):02}".translate(_RAISED)
    return f"{digits}×10{'⁻' if power < 0 else ''}{raised}"


def _bound(name: str) -> Callable[[Any], str]:
    def say(error: Any) -> str:
        limit = getattr(error.kind, "limit", None)
        limit = error.kind.multiple_of if limit is None else limit
        return f"{name}: got {_number(error.instance)}, want {_number(limit)}"

    return say


def _count(name: str) -> Callable[[Any], str]:
    def say(error: Any) -> str:
        return f"{name}: got {len(error.instance):,}, want {error.kind.limit:,}"

    return say


def _enum(error: Any) -> str:
    options = error.kind.options
    if any(isinstance(each, dict | list) for each in options):
        return "'enum' failed"
    shown = ", ".join(map(_shown, options))
    return f"value must be {shown}" if len(options) == 1 else f"value must be one of {shown}"


def _const(error: Any) -> str:
    wanted = error.kind.expected_value
    return (
        "'const' failed" if isinstance(wanted, dict | list) else f"value must be {_shown(wanted)}"
    )


def _one_of(error: Any) -> str:
    fitting = [number for number, branch in enumerate(error.kind.context) if not branch]
    if not fitting:
        return "'oneOf' failed, none matched"
    return f"'oneOf' failed, subschemas {fitting[0]}, {fitting[1]} matched"


def additional(names: list[str]) -> str:
    """What `additionalProperties` says of names that it does not allow."""
    return f"additional properties {_all_quoted(sorted(names))} not allowed"


def _pattern(error: Any) -> str:
    return f"{quoted(error.instance)} does not match pattern {quoted(error.kind.pattern)}"


def _equal(error: Any) -> str:
    items = error.instance
    for last in range(1, len(items)):
        for first in range(last):
            if _same(items[first], items[last]):
                return f"items at {first} and {last} are equal"
    return "items are not unique"


def _same(one: Any, other: Any) -> bool:
    """Equality as JSON has it, where true is no 1."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _further_items(error: Any) -> str:
    return f"last {len(error.instance) - error.kind.limit} additionalItem(s) not allowed"


TYPES = ("null", "boolean", "number", "integer", "string", "array", "object")
"""Types in the order in which Helm's library lists them."""

WORDS: dict[str, Callable[[Any], str]] = {
    "type": _got_type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "format": lambda error: f"{_shown(error.instance)} is not valid {error.kind.format}",
    "additionalProperties": lambda error: additional(error.kind.unexpected),
    "additionalItems": _further_items,
    "minimum": _bound("minimum"),
    "maximum": _bound("maximum"),
    "exclusiveMinimum": _bound("exclusiveMinimum"),
    "exclusiveMaximum": _bound("exclusiveMaximum"),
    "multipleOf": _bound("multipleOf"),
    "minLength": _count("minLength"),
    "maxLength": _count("maxLength"),
    "minItems": _count("minItems"),
    "maxItems": _count("maxItems"),
    "minProperties": _count("minProperties"),
    "maxProperties": _count("maxProperties"),
    "anyOf": lambda error: "'anyOf' failed",
    "oneOf": _one_of,
    "not": lambda error: "'not' failed",
    FALSE_SCHEMA: lambda error: "false schema",
    "contains": lambda error: "no items match contains schema",
    "uniqueItems": _equal,
}
