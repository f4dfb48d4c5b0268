"""Columns that a CustomResourceDefinition declares, and what stands in them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pyhelm._yaml.numbers import float_text
from pyhelm.simulator import cells, jsonpath
from pyhelm.simulator.cells import Object

Column = Mapping[str, Any]
Cell = Callable[[Object], Any]

AGE: Column = {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}
"""The column of a definition that declares none."""

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:\d\d)")


def columns(declared: Iterable[Column]) -> tuple[list[Object], list[Cell]]:
    """The heads of columns, and for each what makes its cells.

    A path that can't be read ends the table: the server shows the columns before it.
    """
    heads: list[Object] = []
    made: list[Cell] = []
    for column in tuple(declared) or (AGE,):
        try:
            path = jsonpath.parse(column["jsonPath"])
        except ValueError:
            break
        heads.append(_head(column))
        made.append(_cell(path, column["type"]))
    return heads, made


def _head(column: Column) -> Object:
    said = f"Custom resource definition column (in JSONPath format): {column['jsonPath']}"
    return {
        "name": column["name"],
        "type": column["type"],
        "format": column.get("format", ""),
        "description": column.get("description") or said,
        "priority": column.get("priority", 0),
    }


def _cell(path: jsonpath.Path, kind: str) -> Cell:
    def cell(obj: Object) -> Any:
        try:
            found = jsonpath.find(path, obj)
        except jsonpath.NoValueError:
            return None
        return value(found[0], kind) if found else None

    return cell


def value(found: Any, kind: str) -> Any:
    """A value in a column of a type: nothing where it is of another one."""
    if kind == "string":
        return _text(found)
    if kind == "date" and isinstance(found, str):
        return _age(found)
    if kind == "boolean":
        return found if isinstance(found, bool) else None
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return {"integer": int, "number": float}[kind](found) if kind != "date" else None


def _age(text: str) -> str:
    if text in ("", "null"):
        return cells.UNKNOWN
    if not _MOMENT.fullmatch(text):
        return "<invalid>"
    try:
        return cells.since(text)
    except ValueError:
        return "<invalid>"


def _text(found: Any) -> str:
    if isinstance(found, str):
        return found
    if found is None:
        return "<no value>"
    if isinstance(found, float):
        return float_text(found)
    text = json.dumps(_plain(found), separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _plain(found: Any) -> Any:
    """A value whose whole numbers have no fraction, as Go writes them in JSON."""
    if isinstance(found, dict):
        return {key: _plain(value) for key, value in found.items()}
    if isinstance(found, list):
        return [_plain(each) for each in found]
    return (
        int(found) if isinstance(found, float) and abs(found) < 1e21 and found % 1 == 0 else found
    )
