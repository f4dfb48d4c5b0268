"""values.schema.json: checking values against it, for the chart and every subchart.

All violations are reported, each by its path, in the words of Helm's library. Schemas come from
strangers: references to files and to the network are refused (Helm 4.3.1 still follows them).
"""

from __future__ import annotations

from itertools import groupby

from pyhelm._cache import Cache
from pyhelm._typing import Any, Callable, Iterable
from pyhelm.chart.model import Chart, Values
from pyhelm.errors import SchemaError

HEAD = "values don't meet the specifications of the schema(s) in the following chart(s):\n"


def check(chart: Chart, values: Values, cache: str = "") -> None:
    """Raise one SchemaError with every violation in the chart and its subcharts.

    `cache` is a directory that knows which values fitted before.
    """
    kept = Cache(cache)
    key = _key(kept, chart, values)
    if key and kept.get(key):
        return
    _check(chart, values)
    if key:
        kept.put(key, True)


def _key(kept: Cache, chart: Chart, values: Values) -> str:
    """The name of what schemas say of these values; empty when there is nothing to know."""
    schemas = [f"{path}\n".encode() + each.schema for path, each in chart.walk() if each.schema]
    if not kept.directory or not schemas:
        return ""
    return kept.key(b"schema", repr(values).encode("utf-8", "surrogatepass"), *schemas)


def _check(chart: Chart, values: Values) -> None:
    violations = dict(_violations(chart, values, chart.name))
    if violations:
        lines = (
            f"{name}:\n" + "".join(f"{line}\n" for line in v) for name, v in violations.items()
        )
        raise SchemaError(HEAD + "".join(lines).rstrip("\n"), violations)


def _violations(chart: Chart, values: Values, name: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    if chart.schema:
        found = tuple(_check_one(chart, values))
        if found:
            yield name, found
    for child in chart.dependencies:
        below = values.get(child.name)
        if isinstance(below, dict):
            yield from _violations(child, below, child.name)


def _check_one(chart: Chart, values: Values) -> Iterable[str]:
    from json import loads

    import jsonschema_rs

    try:
        schema = loads(chart.schema)
        validator = jsonschema_rs.validator_for(schema, retriever=_refuse)
        errors = sorted(validator.iter_errors(values), key=_place)
    except (ValueError, RecursionError, jsonschema_rs.ReferencingError) as exc:
        raise SchemaError(f"{chart.name}: values.schema.json can't be used: {exc}") from exc
    except jsonschema_rs.ValidationError as exc:
        raise SchemaError(
            f"{chart.name}: values.schema.json is no schema: {exc.message} "
            f"(at {_pointer(exc.instance_path)})"
        ) from exc
    return _lines(errors, "")


def _refuse(uri: str) -> Any:
    raise ValueError(f"it refers to {uri}; references to files and the network are not followed")


def _place(error: Any) -> tuple[str, str]:
    return _pointer(error.instance_path), _pointer(error.schema_path[:-1])


def _lines(errors: Iterable[Any], indent: str) -> Iterable[str]:
    """A line for each place; the reasons below it when a place has several."""
    for (pointer, _), group in groupby(errors, key=_place):
        reasons = _reasons(list(group))
        if len(reasons) == 1 or not pointer:
            for reason in reasons:
                yield from (f"{indent}{line}" for line in _line(pointer, *reason))
            continue
        yield f"{indent}- at '{pointer}': validation failed"
        for reason in reasons:
            yield from (f"{indent}  {line}" for line in _line(pointer, *reason))


def _line(pointer: str, text: str, below: tuple[Any, ...]) -> Iterable[str]:
    yield f"- at '{pointer}': {text}"
    yield from _lines(sorted(below, key=_place), "  ")


def _reasons(errors: list[Any]) -> list[tuple[str, tuple[Any, ...]]]:
    missing = [error.kind.property for error in errors if error.kind.name == "required"]
    found: list[tuple[str, tuple[Any, ...]]] = []
    if missing:
        found.append((_missing(missing), ()))
    return found + [_reason(error) for error in errors if error.kind.name != "required"]


def _missing(names: list[str]) -> str:
    noun = "property" if len(names) == 1 else "properties"
    return f"missing {noun} {_quoted(names)}"


def _reason(error: Any) -> tuple[str, tuple[Any, ...]]:
    kind = error.kind
    word = _WORDS.get(kind.name)
    if word is not None:
        return word(error), ()
    context = getattr(kind, "context", None) or ()
    below = tuple(each for branch in context for each in branch)
    if kind.name in ("anyOf", "allOf"):
        return f"'{kind.name}' failed", below
    if kind.name == "oneOf":
        several = "multiple" in type(kind).__name__.lower()
        return (
            ("'oneOf' failed, more than one subschema matched", ())
            if several
            else (
                "'oneOf' failed, none matched",
                below,
            )
        )
    return error.message, ()


def _got_type(error: Any) -> str:
    wanted = " or ".join(sorted(error.kind.types))
    return f"got {_type(error.instance)}, want {wanted}"


def _limit(name: str) -> Callable[[Any], str]:
    def text(error: Any) -> str:
        got = error.instance if not hasattr(error.instance, "__len__") else len(error.instance)
        return f"{name}: got {_json(got)}, want {_json(error.kind.value)}"

    return text


def _enum(error: Any) -> str:
    return "value must be one of " + ", ".join(_shown(each) for each in error.kind.options)


def _additional(error: Any) -> str:
    return f"additional properties {_quoted(error.kind.unexpected)} not allowed"


def _pattern(error: Any) -> str:
    return f"{_shown(error.instance)} does not match pattern {_shown(error.kind.pattern)}"


def _type(value: Any) -> str:
    if value is None:
        return "null"
    names = {bool: "boolean", str: "string", dict: "object", list: "array"}
    return names.get(type(value), "number")


def _json(value: Any) -> str:
    from json import dumps

    return dumps(value, ensure_ascii=False)


def _shown(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else _json(value)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _pointer(path: Iterable[Any]) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


_WORDS: dict[str, Callable[[Any], str]] = {
    "type": _got_type,
    "enum": _enum,
    "const": lambda error: f"value must be {_shown(error.kind.expected_value)}",
    "pattern": _pattern,
    "additionalProperties": _additional,
    "unevaluatedProperties": _additional,
    "minimum": _limit("minimum"),
    "maximum": _limit("maximum"),
    "exclusiveMinimum": _limit("exclusiveMinimum"),
    "exclusiveMaximum": _limit("exclusiveMaximum"),
    "minLength": _limit("minLength"),
    "maxLength": _limit("maxLength"),
    "minItems": _limit("minItems"),
    "maxItems": _limit("maxItems"),
    "minProperties": _limit("minProperties"),
    "maxProperties": _limit("maxProperties"),
    "multipleOf": _limit("multipleOf"),
    "not": lambda error: "'not' failed",
    "falseSchema": lambda error: "false schema",
    "contains": lambda error: "no items match contains schema",
    "uniqueItems": lambda error: "items are not unique",
}
