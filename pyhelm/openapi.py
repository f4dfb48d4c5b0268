"""What Kubernetes' built-in kinds look like: resources, field types, merge keys, defaults.

The table beside this file (`openapi.json`) is distilled by `scripts/distill_openapi.py` from a
real API server's `/openapi/v3` and discovery; it is read on first use (3 ms) and shared.
"""

from __future__ import annotations

import os

from pyhelm._dataclass import dataclass, field
from pyhelm._lazy import cached, once
from pyhelm._typing import Any, Mapping


@dataclass(frozen=True, slots=True)
class Subresource:
    """`status`, `scale`, `log` and the like."""

    name: str
    kind: str
    verbs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResourceType:
    """One resource as discovery describes it."""

    api_version: str
    kind: str
    plural: str
    singular: str
    namespaced: bool
    verbs: tuple[str, ...] = ()
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subresources: tuple[Subresource, ...] = ()

    @property
    def group(self) -> str:
        """The API group; empty for the core group."""
        return self.api_version.rpartition("/")[0]

    @property
    def version(self) -> str:
        """The version in its group."""
        return self.api_version.rpartition("/")[2]

    @property
    def path(self) -> str:
        """The path of its group and version: `/api/v1`, `/apis/apps/v1`."""
        return f"/{'apis' if self.group else 'api'}/{self.api_version}"

    @property
    def qualified_name(self) -> str:
        """As the API server's messages say it: `pods`, `deployments.apps`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


STORED = {
    ("v1", kind): ResourceType("v1", kind, f"{kind.lower()}s", kind.lower(), namespaced=True)
    for kind in ("Secret", "ConfigMap")
}
"""What releases are kept in, in as many words as it takes to ask for them without the table."""


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()
"""The `default` of a field that has none."""


@dataclass(frozen=True, slots=True)
class Schema:
    """The type of an object or a field.

    `type` is `object`, `array`, `string`, `integer`, `number`, `boolean`, or empty where anything
    may stand (`format` then says `quantity` or `int-or-string`, or nothing).
    """

    raw: Mapping[str, Any] = field(repr=False)
    name: str = ""

    @property
    def type(self) -> str:
        """The JSON type; empty: any."""
        return str(self.raw.get("type", ""))

    @property
    def format(self) -> str:
        """`int32`, `int64`, `date-time`, `byte`, `quantity`, `int-or-string` or empty."""
        return str(self.raw.get("format", ""))

    @property
    def fields(self) -> Mapping[str, Any]:
        """The names of an object's fields (to look one up, use `field`)."""
        fields: Mapping[str, Any] = self.raw.get("fields", {})
        return fields

    def field(self, name: str) -> Schema | None:
        """The type of one field; a map's values for any name; None if there is no such field."""
        raw = self.fields.get(name)
        return self.values if raw is None else _resolve(raw)

    @property
    def items(self) -> Schema | None:
        """The type of a list's items."""
        raw = self.raw.get("items")
        return None if raw is None else _resolve(raw)

    @property
    def values(self) -> Schema | None:
        """The type of a map's values; None for objects with fixed fields."""
        raw = self.raw.get("values")
        return None if raw is None else _resolve(raw)

    @property
    def required(self) -> tuple[str, ...]:
        """The fields that must be there."""
        return tuple(self.raw.get("required", ()))

    @property
    def enum(self) -> tuple[Any, ...]:
        """The values that are allowed; empty: all."""
        return tuple(self.raw.get("enum", ()))

    @property
    def default(self) -> Any:
        """What the server fills in, or MISSING."""
        return self.raw.get("default", MISSING)

    @property
    def list_type(self) -> str:
        """`atomic`, `set`, `map`; lists without a mark are atomic (KEP-555)."""
        return str(self.raw.get("listType", "atomic" if self.type == "array" else ""))

    @property
    def list_map_keys(self) -> tuple[str, ...]:
        """What identifies an item of a `map` list."""
        return tuple(self.raw.get("mapKeys", ()))

    @property
    def map_type(self) -> str:
        """`atomic` where an object is owned as a whole, else `granular`."""
        return str(self.raw.get("mapType", "granular"))

    @property
    def merge_key(self) -> str:
        """The key that strategic merge patches match items by; empty: none."""
        return str(self.raw.get("mergeKey", ""))

    @property
    def merge_strategies(self) -> tuple[str, ...]:
        """Strategic merge's `merge`, `replace`, `retainKeys`."""
        return tuple(filter(None, str(self.raw.get("strategy", "")).split(",")))

    @property
    def is_open(self) -> bool:
        """Whether unknown fields are kept (`x-kubernetes-preserve-unknown-fields`)."""
        bare = self.type == "object" and not self.fields and self.values is None
        return bool(self.raw.get("open")) or bare or not self.type


def kubernetes_version() -> str:
    """The version that the table was taken from, such as `v1.37.2`."""
    return str(_table()["kubernetes"])


@once
def resources() -> tuple[ResourceType, ...]:
    """All built-in resources, in discovery's order."""
    return tuple(_resource(row) for row in _table()["resources"])


def resource_for(api_version: str, kind: str) -> ResourceType | None:
    """The resource of a built-in kind; None for custom or unknown kinds."""
    return _by_kind().get((api_version, kind))


def schema_for(api_version: str, kind: str) -> Schema | None:
    """The schema of a built-in kind; None for custom or unknown kinds."""
    return _schema(f"{api_version}/{kind}")


@cached
def _schema(kind: str) -> Schema | None:
    name = _table()["kinds"].get(kind)
    return None if name is None else Schema(_table()["types"][name], name)


def type_named(name: str) -> Schema:
    """A named type, such as `core.v1.PodSpec` or `meta.v1.ObjectMeta`; raises KeyError."""
    return Schema(_table()["types"][name], name)


@once
def _table() -> dict[str, Any]:
    import json

    path = os.path.join(os.path.dirname(__file__), "openapi.json")
    with open(path, encoding="utf-8") as file:
        table: dict[str, Any] = json.load(file)
    return table


@once
def _by_kind() -> dict[tuple[str, str], ResourceType]:
    return {(resource.api_version, resource.kind): resource for resource in resources()}


def _resource(row: Mapping[str, Any]) -> ResourceType:
    return ResourceType(
        api_version=row["apiVersion"],
        kind=row["kind"],
        plural=row["plural"],
        singular=row["singular"],
        namespaced=row["namespaced"],
        verbs=tuple(row["verbs"]),
        short_names=tuple(row["shortNames"]),
        categories=tuple(row["categories"]),
        subresources=tuple(
            Subresource(name, sub["kind"], tuple(sub["verbs"]))
            for name, sub in row["subresources"].items()
        ),
    )


_resolved: dict[int, tuple[Mapping[str, Any], Schema]] = {}
"""Schemas by the identity of what they were made from, which is kept, so that no other gets it."""


def _resolve(raw: Mapping[str, Any]) -> Schema:
    """Follow a reference; what stands beside it (merge keys, defaults) wins over the type's own."""
    known = _resolved.get(id(raw))
    if known is None:
        known = _resolved[id(raw)] = raw, _followed(raw)
    return known[1]


def _followed(raw: Mapping[str, Any]) -> Schema:
    name = raw.get("$")
    if name is None:
        return Schema(raw)
    target = _table()["types"].get(name, {})
    beside = {key: value for key, value in raw.items() if key != "$"}
    return Schema({**target, **beside} if beside else target, name)
