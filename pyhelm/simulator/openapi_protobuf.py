"""`/openapi/v2` in gnostic's protobuf, in which alone client-go asks for it.

kubectl and helm read it where they find no type in `/openapi/v3`, so what is written is what they
look for: the definitions, their fields and their extensions. Paths are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

Object = Mapping[str, Any]

MEDIA_TYPE = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
ASKED = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
TEXTS = {"$ref": 1, "format": 2, "description": 4, "pattern": 13}


def document(openapi: Object) -> bytes:
    """A `Document` of an OpenAPI v2 document."""
    info = _text(1, openapi["info"]["title"]) + _text(2, openapi["info"]["version"])
    named = _named_schemas(openapi["definitions"])
    return _text(1, openapi["swagger"]) + _part(2, info) + _part(8, b"") + _part(9, named)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _part(field: int, content: bytes) -> bytes:
    """A field with a length: a message or a text."""
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _text(field: int, content: str) -> bytes:
    return _part(field, content.encode())


def _texts(field: int, contents: Iterable[str]) -> bytes:
    return b"".join(_text(field, content) for content in contents)


def _any(value: Any) -> bytes:
    """A value of any form, as YAML, which JSON is as well."""
    return _text(2, json.dumps(value))


def _named_schemas(schemas: Object) -> bytes:
    return b"".join(
        _part(1, _text(1, name) + _part(2, _schema(schema))) for name, schema in schemas.items()
    )


def _schema(schema: Object) -> bytes:
    out = b"".join(_text(TEXTS[key], schema[key]) for key in TEXTS if key in schema)
    if "default" in schema:
        out += _part(5, _any(schema["default"]))
    out += _texts(19, schema.get("required") or ())
    out += b"".join(_part(20, _any(value)) for value in schema.get("enum") or ())
    if "type" in schema:
        out += _part(22, _text(1, schema["type"]))
    for key, field in (("additionalProperties", 21), ("items", 23)):
        if key in schema:
            out += _part(field, _part(1, _schema(schema[key])))
    if "properties" in schema:
        out += _part(25, _named_schemas(schema["properties"]))
    extensions = (key for key in schema if key.startswith("x-"))
    return out + b"".join(
        _part(31, _text(1, key) + _part(2, _any(schema[key]))) for key in extensions
    )
