"""Objects compared field by field: where two differ, and what one lacks that was asked for.

A path is written as people read it: `spec.template.spec.containers[name=web].image`. Rows of lists
that the API knows by keys are matched by them, others by their place.
"""

from __future__ import annotations

from pyhelm import openapi
from pyhelm._dataclass import dataclass
from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Any, Iterator, Mapping, TypeAlias
from pyhelm.kube.cluster import Object
from pyhelm.kube.quantities import same_quantity
from pyhelm.kube.strategic import same
from pyhelm.openapi import MISSING, Schema

_PLAIN = lazy_pattern(r"[A-Za-z0-9_-]+\Z")


@dataclass(frozen=True, slots=True)
class Row:
    """A step into a list: by the keys of a row, or by its place where it has none."""

    keys: tuple[tuple[str, Any], ...] = ()
    place: int = 0


Path: TypeAlias = tuple[str | Row, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field with two values; MISSING where it isn't there."""

    path: Path
    before: Any
    after: Any


def shown(path: Path) -> str:
    """A path as people read it."""
    text = ""
    for step in path:
        if isinstance(step, Row):
            keys = ",".join(f"{key}={value}" for key, value in step.keys)
            text += f"[{keys or step.place}]"
        elif _PLAIN.match(step):
            text += f".{step}" if text else step
        else:
            text += f'["{step}"]'
    return text


def schema_of(obj: Object) -> Schema | None:
    """What is known of an object's fields; None for custom resources."""
    return openapi.schema_for(str(obj.get("apiVersion")), str(obj.get("kind")))


def differences(before: Any, after: Any, schema: Schema | None) -> list[Difference]:
    """Every field that two values don't have alike, in the order of the second."""
    return list(_differences((), before, after, schema))


def lacking(live: Any, wanted: Any, schema: Schema | None) -> list[Difference]:
    """What was asked for and isn't so: `before` is what there is, `after` what should be.

    What the server or others add is no difference; quantities are compared by their value. Where
    only the server can tell, as within lists that are one value, this says too much, never too
    little.
    """
    return list(_lacking((), live, wanted, schema))


def _differences(
    path: Path, before: Any, after: Any, schema: Schema | None
) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in (*after, *(key for key in before if key not in after)):
            inner = (*path, str(key))
            one, other = before.get(key, MISSING), after.get(key, MISSING)
            yield from _differences(inner, one, other, _field(schema, key))
    elif isinstance(before, list) and isinstance(after, list):
        items, keys = schema.items if schema else None, _keys(schema)
        if _reordered(before, after, keys):
            yield Difference(path, before, after)
            return
        for row, one, other in _rows(before, after, keys):
            yield from _differences((*path, row), one, other, items)
    elif not same(before, after):
        yield Difference(path, before, after)


def _rows(
    before: list[Any], after: list[Any], keys: tuple[str, ...]
) -> Iterator[tuple[Row, Any, Any]]:
    """The rows of two lists side by side, by their keys or else by their places."""
    mine, theirs = _named(before, keys), _named(after, keys)
    if mine is None or theirs is None:
        for place in range(max(len(before), len(after))):
            one = before[place] if place < len(before) else MISSING
            yield Row((), place), one, after[place] if place < len(after) else MISSING
        return
    for name, row in theirs.items():
        yield Row(name), mine.get(name, MISSING), row
    for name, row in mine.items():
        if name not in theirs:
            yield Row(name), row, MISSING


def _reordered(before: list[Any], after: list[Any], keys: tuple[str, ...]) -> bool:
    """Whether rows that both have stand in another order."""
    mine, theirs = _named(before, keys) or {}, _named(after, keys) or {}
    return [name for name in mine if name in theirs] != [name for name in theirs if name in mine]


Names: TypeAlias = tuple[tuple[str, Any], ...]


def _named(rows: list[Any], keys: tuple[str, ...]) -> dict[Names, Any] | None:
    """Rows by their keys; None where they have none, or two have the same."""
    if not keys or not all(isinstance(row, dict) for row in rows):
        return None
    named = {}
    for row in rows:
        found = tuple((key, row[key]) for key in keys if key in row)
        if not found or not all(isinstance(value, str | int | float) for _, value in found):
            return None
        named[found] = row
    return named if len(named) == len(rows) else None


def _keys(schema: Schema | None) -> tuple[str, ...]:
    """What names the rows of a list: as server-side apply has it, else strategic merge."""
    if schema is None:
        return ("name",)
    return schema.list_map_keys or ((schema.merge_key,) if schema.merge_key else ())


def _lacking(path: Path, live: Any, wanted: Any, schema: Schema | None) -> Iterator[Difference]:
    if wanted is None:
        return
    if schema is not None and schema.map_type == "atomic" and isinstance(live, dict):
        if not _is_whole(live, wanted, schema):
            yield Difference(path, live, wanted)
    elif isinstance(wanted, dict) and isinstance(live, dict):
        for key, value in wanted.items():
            yield from _lacking_field((*path, str(key)), live, key, value, schema)
    elif isinstance(wanted, list) and isinstance(live, list):
        yield from _lacking_rows(path, live, wanted, schema)
    elif not _is_whole(live, wanted, schema):
        yield Difference(path, live, wanted)


def _lacking_field(
    path: Path, live: Mapping[str, Any], key: str, wanted: Any, schema: Schema | None
) -> Iterator[Difference]:
    if key in live:
        yield from _lacking(path, live[key], wanted, _field(schema, key))
    elif wanted is None or (not wanted and _omits_empty(schema)):
        return
    else:
        yield Difference(path, MISSING, wanted)


def _omits_empty(schema: Schema | None) -> bool:
    """Whether empty fields are left out when an object is stored: those of types, not of maps."""
    return schema is not None and schema.values is None


def _lacking_rows(
    path: Path, live: list[Any], wanted: list[Any], schema: Schema | None
) -> Iterator[Difference]:
    items = schema.items if schema else None
    if schema is not None and schema.list_type == "set":
        if not _holds(live, wanted):
            yield Difference(path, live, wanted)
        return
    keys = schema.list_map_keys if schema else ()
    if not keys:
        if not _is_whole(live, wanted, schema):
            yield Difference(path, live, wanted)
        return
    places = []
    for row in wanted:
        place = _place(live, row, keys, items)
        name = Row(
            tuple((key, row.get(key)) for key in keys if isinstance(row, dict) and key in row)
        )
        if place < 0:
            yield Difference((*path, name), MISSING, row)
            continue
        places.append(place)
        yield from _lacking((*path, name), live[place], row, items)
    if places != sorted(places):
        yield Difference(path, live, wanted)


def _is_whole(live: Any, wanted: Any, schema: Schema | None) -> bool:
    """Whether two values are alike where nothing may be added either."""
    if isinstance(live, dict) and isinstance(wanted, dict):
        asked = {key: value for key, value in wanted.items() if value is not None}
        return live.keys() == asked.keys() and all(
            _is_whole(live[key], asked[key], _field(schema, key)) for key in asked
        )
    if isinstance(live, list) and isinstance(wanted, list):
        items = schema.items if schema else None
        return len(live) == len(wanted) and all(
            _is_whole(one, other, items) for one, other in zip(live, wanted, strict=True)
        )
    return same(live, wanted) or (_is_quantity(schema) and same_quantity(live, wanted))


def _holds(live: list[Any], wanted: list[Any]) -> bool:
    """Whether all are there, in the same order."""
    places = [next((i for i, t in enumerate(live) if same(t, w)), -1) for w in wanted]
    return -1 not in places and places == sorted(places)


def _place(rows: list[Any], wanted: Any, keys: tuple[str, ...], items: Schema | None) -> int:
    """Where the row with the same keys is, defaults filled in; negative if there is none."""
    if not isinstance(wanted, dict):
        return -1
    for place, row in enumerate(rows):
        if isinstance(row, dict) and all(
            same(row.get(key), wanted.get(key, _default(items, key))) for key in keys
        ):
            return place
    return -1


def _default(items: Schema | None, key: str) -> Any:
    field = items.field(key) if items else None
    return None if field is None or field.default is MISSING else field.default


def _field(schema: Schema | None, key: str) -> Schema | None:
    return None if schema is None else schema.field(str(key))


def _is_quantity(schema: Schema | None) -> bool:
    return schema is not None and schema.format == "quantity"
