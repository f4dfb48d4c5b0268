"""Field types as the simulator walks them: resolved once, shared, for built-in and custom kinds.

Every apply walks an object's type several times, so what `pyhelm.openapi` resolves at each step
is kept here in nodes that remember their children.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyhelm import openapi
from pyhelm.openapi import MISSING, Schema

CRD_KEYS = {
    "type": "type",
    "format": "format",
    "default": "default",
    "required": "required",
    "enum": "enum",
    "nullable": "nullable",
    "pattern": "pattern",
    "minimum": "minimum",
    "maximum": "maximum",
    "minLength": "minLength",
    "maxLength": "maxLength",
    "minItems": "minItems",
    "maxItems": "maxItems",
    "x-kubernetes-list-type": "listType",
    "x-kubernetes-list-map-keys": "mapKeys",
    "x-kubernetes-map-type": "mapType",
    "x-kubernetes-preserve-unknown-fields": "open",
}


class Type:
    """The type of an object, a field or an item; children are made when first asked for."""

    __slots__ = (
        "_fields",
        "_items",
        "_values",
        "_zero",
        "atomic",
        "default",
        "enum",
        "format",
        "is_open",
        "kind",
        "list_type",
        "map_keys",
        "merge_key",
        "name",
        "raw",
        "required",
        "schema",
        "strategies",
    )

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.raw: Mapping[str, Any] = schema.raw
        self.name = schema.name
        self.kind = "" if schema.format in ("quantity", "int-or-string") else schema.type
        self.format = schema.format
        self.required = schema.required
        self.enum = schema.enum
        self.default = schema.default
        self.list_type = schema.list_type
        self.map_keys = schema.list_map_keys
        self.merge_key = schema.merge_key
        self.strategies = schema.merge_strategies
        self.is_open = schema.is_open
        self.atomic = schema.map_type == "atomic" or (
            self.kind == "array" and self.list_type == "atomic"
        )
        self._fields: dict[str, Type | None] = {}
        self._items: Type | None = None
        self._values: Type | None = None
        self._zero: dict[str, Any] | None = None

    def field(self, name: str) -> Type | None:
        """The type of a declared field, or of a map's values."""
        try:
            return self._fields[name]
        except KeyError:
            found = self.schema.field(name) if name in self.raw.get("fields", ()) else None
            result = self.values if found is None else Type(found)
            self._fields[name] = result
            return result

    def declares(self, name: str) -> bool:
        """Whether this is a struct's own field, not a key of a map."""
        return name in self.raw.get("fields", ())

    @property
    def fields(self) -> Mapping[str, Any]:
        """The names of the declared fields."""
        return self.schema.fields

    @property
    def values(self) -> Type | None:
        """The type of a map's values."""
        if self._values is None and "values" in self.raw:
            found = self.schema.values
            self._values = None if found is None else Type(found)
        return self._values

    @property
    def items(self) -> Type | None:
        """The type of a list's items."""
        if self._items is None and "items" in self.raw:
            found = self.schema.items
            self._items = None if found is None else Type(found)
        return self._items


ANY = Type(Schema({}))
"""Where nothing is known: objects are granular, lists atomic, as structured merge deduces."""

META = Type(openapi.type_named("meta.v1.ObjectMeta"))

_BUILT_IN: dict[tuple[str, str], Type | None] = {}


def built_in(api_version: str, kind: str) -> Type | None:
    """The type of a built-in kind."""
    key = (api_version, kind)
    if key not in _BUILT_IN:
        schema = openapi.schema_for(api_version, kind)
        _BUILT_IN[key] = None if schema is None else Type(schema)
    return _BUILT_IN[key]


def custom(openapi_v3_schema: Mapping[str, Any] | None) -> Type:
    """The type of a custom resource, from its CRD's `openAPIV3Schema`."""
    raw = distil(openapi_v3_schema or {"x-kubernetes-preserve-unknown-fields": True})
    raw["type"] = "object"
    fields = dict(raw.get("fields", {}))
    for name in ("apiVersion", "kind"):
        fields.setdefault(name, {"type": "string"})
    fields["metadata"] = {"$": "meta.v1.ObjectMeta", "default": {}}
    raw["fields"] = fields
    return Type(Schema(raw))


def distil(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A CRD's JSON schema in the short form that `pyhelm.openapi.Schema` reads."""
    out = {new: schema[key] for key, new in CRD_KEYS.items() if key in schema}
    if schema.get("x-kubernetes-int-or-string"):
        out["format"] = "int-or-string"
        out.pop("type", None)
    if schema.get("x-kubernetes-embedded-resource"):
        out["open"] = True
    if "properties" in schema:
        out["fields"] = {name: distil(field) for name, field in schema["properties"].items()}
    if isinstance(schema.get("items"), Mapping):
        out["items"] = distil(schema["items"])
    extra = schema.get("additionalProperties")
    if isinstance(extra, Mapping):
        out["values"] = distil(extra)
    elif extra is True:
        out["open"] = True
    return out


def zero_of(type_: Type) -> dict[str, Any]:
    """`zero`, made once; to be read only."""
    if type_._zero is None:
        type_._zero = zero(type_) if type_.name else {}
    return type_._zero


def zero(type_: Type) -> dict[str, Any]:
    """What Go's empty struct of this type looks like in JSON.

    The first update of an object is compared with it; structs that are no pointers are there,
    lists and maps that may not be omitted are null.
    """
    out: dict[str, Any] = {}
    for name in type_.fields:
        field = type_.field(name)
        if field is None:
            continue
        if field.default == {} and field.fields:
            out[name] = zero(field)
        elif name in type_.required and field.kind in ("array", "object"):
            out[name] = None
        elif name in type_.required and field.default is not MISSING:
            out[name] = field.default
    return out
