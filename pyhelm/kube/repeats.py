"""Rows of a list that the API knows by keys, and that has two with the same ones.

Server-side apply refuses them; a client-side patch, which matches rows by their key, loses one.
"""

from __future__ import annotations

from pyhelm import openapi
from pyhelm._dataclass import dataclass
from pyhelm._typing import Any, Iterator, Mapping
from pyhelm.kube.misfits import Path, shown
from pyhelm.openapi import MISSING, Schema


@dataclass(frozen=True, slots=True)
class Repeat:
    """The path of a second row with the same keys, which are written as the API server does."""

    path: Path
    keys: str

    @property
    def text(self) -> str:
        """What is wrong, in the API server's words."""
        return f"{shown(self.path[:-1])}: duplicate entries for key [{self.keys}]"


def repeats(obj: Mapping[str, Any]) -> Iterator[Repeat]:
    """Every row whose keys an earlier row of its list has; of built-in kinds alone."""
    schema = openapi.schema_for(str(obj.get("apiVersion")), str(obj.get("kind")))
    if schema is not None:
        yield from _repeats((), obj, schema)


def _repeats(path: Path, value: Any, schema: Schema | None) -> Iterator[Repeat]:
    if schema is None:
        return
    if isinstance(value, dict):
        for key, each in value.items():
            if isinstance(each, (dict, list)):
                yield from _repeats((*path, key), each, schema.field(key))
    elif isinstance(value, list):
        yield from _in_list(path, value, schema)
        for place, each in enumerate(value):
            yield from _repeats((*path, place), each, schema.items)


def _in_list(path: Path, rows: list[Any], schema: Schema) -> Iterator[Repeat]:
    keys = schema.list_map_keys or ((schema.merge_key,) if schema.merge_key else ())
    if not keys or len(rows) < 2 or schema.items is None:
        return
    defaults = {key: _default(schema.items, key) for key in keys}
    seen: set[tuple[str, ...]] = set()
    for place, row in enumerate(rows):
        if isinstance(row, dict):
            named = [row.get(key, defaults[key]) for key in keys]
            told = tuple(map(repr, named))
            if told in seen and named.count(MISSING) < len(keys):
                yield Repeat((*path, place), _shown(keys, named))
            seen.add(told)


def _default(items: Schema, key: str) -> Any:
    """What the server takes for a key that a row hasn't."""
    field = items.field(key)
    return field.default if field else MISSING


def _shown(keys: tuple[str, ...], values: list[Any]) -> str:
    from json import dumps

    pairs = zip(keys, values, strict=True)
    return ",".join(f"{key}={dumps(value)}" for key, value in pairs if value is not MISSING)
