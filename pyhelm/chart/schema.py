"""values.schema.json: checking values against it, for the chart and every subchart.

All violations are reported, each by its path, in the words of Helm's library. Schemas come from
strangers: references to files and to the network are refused (Helm 4.3.1 still follows them).
"""

from __future__ import annotations

from pyhelm._cache import Cache
from pyhelm._typing import Any, Iterable
from pyhelm._yaml import whole_text
from pyhelm.chart.model import Chart, Values
from pyhelm.chart.schema_view import seen
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
    checked = list(_checked(chart, values)) if kept.directory else []
    if not checked:
        return ""
    schemas = [schema for schema, _ in checked]
    views = _views(kept, schemas)
    parts = [seen(view, below) for view, (_, below) in zip(views, checked, strict=True)]
    return kept.key(b"schema", repr(parts).encode("utf-8", "surrogatepass"), *schemas)


def _checked(chart: Chart, values: Values) -> Iterable[tuple[bytes, Values]]:
    """Each schema and the values that it is to hold for."""
    if chart.schema:
        yield chart.schema, values
    for child in chart.dependencies:
        below = values.get(child.name)
        if isinstance(below, dict):
            yield from _checked(child, below)


def _views(kept: Cache, schemas: list[bytes]) -> list[Any]:
    """What each schema looks at."""
    name = kept.key(b"views", *schemas)
    known = kept.get(name)
    if known is None:
        known = [_view(schema) for schema in schemas]
        kept.put(name, known)
    found: list[Any] = known
    return found


def _view(schema: bytes) -> Any:
    from json import loads

    from pyhelm.chart.schema_view import view

    try:
        return view(loads(schema))
    except (ValueError, RecursionError):
        return None


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

    from pyhelm.chart.violation_words import pointer_text
    from pyhelm.chart.violations import lines

    try:
        schema = loads(chart.schema)
        validator = jsonschema_rs.validator_for(schema, retriever=_refuse)
        plain = _plain(values)
        return lines(validator.iter_errors(plain), schema, plain)
    except (ValueError, RecursionError, jsonschema_rs.ReferencingError) as exc:
        raise SchemaError(f"{chart.name}: values.schema.json can't be used: {exc}") from exc
    except jsonschema_rs.ValidationError as exc:
        raise SchemaError(
            f"{chart.name}: values.schema.json is no schema: {exc.message} "
            f"(at {pointer_text(exc.instance_path)})"
        ) from exc


def _plain(value: Any) -> Any:
    """Values in JSON's own types, which are all that the library takes.

    `--set` makes int64s, `--set-file` text that need be no UTF-8, Python callers what they like.
    """
    if isinstance(value, dict):
        return {str(_plain(key)): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, bool) or value is None:
        return value
    for kind in (int, float, str):
        if isinstance(value, kind):
            return whole_text(kind(value))
    return value


def _refuse(uri: str) -> Any:
    raise ValueError(f"it refers to {uri}; references to files and the network are not followed")
