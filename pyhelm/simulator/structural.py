"""Custom resources against their CRD's schema, in the API server's words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pyhelm.simulator.schema import Type
from pyhelm.simulator.statuses import Cause

JSON_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


def schema_causes(obj: Mapping[str, Any], type_: Type) -> Iterator[Cause]:
    """Everything that doesn't fit; metadata is checked elsewhere."""
    for name, value in obj.items():
        if name not in ("metadata", "apiVersion", "kind"):
            field = type_.field(name)
            if field is not None:
                yield from _causes(value, field, name)
    for name in type_.required:
        if name not in obj:
            yield Cause("FieldValueRequired", "Required value", name)


def _causes(value: Any, type_: Type, path: str) -> Iterator[Cause]:
    if value is None:
        if not type_.raw.get("nullable") and type_.kind:
            yield _type_cause(value, type_, path)
        return
    if type_.kind and not _is(value, type_.kind):
        yield _type_cause(value, type_, path)
        return
    yield from _limits(value, type_, path)
    if isinstance(value, Mapping):
        for name in type_.required:
            if name not in value:
                yield Cause("FieldValueRequired", "Required value", f"{path}.{name}")
        for name, child in value.items():
            field = type_.field(name)
            if field is not None:
                below = f"{path}.{name}" if type_.declares(name) else f"{path}[{name}]"
                yield from _causes(child, field, below)
    elif isinstance(value, list) and type_.items is not None:
        for index, item in enumerate(value):
            yield from _causes(item, type_.items, f"{path}[{index}]")


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, JSON_TYPES.get(kind, (object,)))


def _type_cause(value: Any, type_: Type, path: str) -> Cause:
    name = "null" if value is None else _name(value)
    text = f'Invalid value: "{name}": {path} in body must be of type {type_.kind}: "{name}"'
    return Cause("FieldValueTypeInvalid", text, path)


def _name(value: Any) -> str:
    for kind in ("boolean", "integer", "number", "string", "array", "object"):
        if _is(value, kind):
            return kind
    return "object"


def _limits(value: Any, type_: Type, path: str) -> Iterator[Cause]:
    raw = type_.raw
    shown = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if type_.enum and value not in type_.enum:
        listed = ", ".join(json.dumps(each) for each in type_.enum)
        text = f"Unsupported value: {shown}: supported values: {listed}"
        yield Cause("FieldValueNotSupported", text, path)
    invalid = f"Invalid value: {shown}: {path} in body should"
    if isinstance(value, str):
        pattern = raw.get("pattern")
        if pattern and not re.search(pattern, value):
            yield Cause("FieldValueInvalid", f"{invalid} match '{pattern}'", path)
        if len(value) < raw.get("minLength", 0):
            text = f"{invalid} be at least {raw['minLength']} chars long"
            yield Cause("FieldValueInvalid", text, path)
        if len(value) > raw.get("maxLength", len(value)):
            text = f"Too long: may not be more than {raw['maxLength']} bytes"
            yield Cause("FieldValueTooLong", text, path)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if value < raw.get("minimum", value):
            text = f"{invalid} be greater than or equal to {raw['minimum']}"
            yield Cause("FieldValueInvalid", text, path)
        if value > raw.get("maximum", value):
            text = f"{invalid} be less than or equal to {raw['maximum']}"
            yield Cause("FieldValueInvalid", text, path)
    if isinstance(value, list):
        if len(value) < raw.get("minItems", 0):
            text = f"{invalid} have at least {raw['minItems']} items"
            yield Cause("FieldValueInvalid", text, path)
        if len(value) > raw.get("maxItems", len(value)):
            text = f"Too many: {len(value)}: must have at most {raw['maxItems']} items"
            yield Cause("FieldValueTooMany", text, path)
