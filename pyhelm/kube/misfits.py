"""Fields with values of another type than Kubernetes' own kinds have, found before they are sent.

The types are those of the API server's OpenAPI (pyhelm/openapi.json); of custom resources only
`metadata` is known. What is refused here, every server refuses: an API's types never change.
"""

from __future__ import annotations

from pyhelm import openapi
from pyhelm._dataclass import dataclass
from pyhelm._suggestion import suggestion
from pyhelm._typing import Any, Iterator, Mapping, TypeAlias
from pyhelm.openapi import Schema

Path: TypeAlias = tuple[str | int, ...]

HEAD = ("apiVersion", "kind")
METADATA = "meta.v1.ObjectMeta"

_ARTICLES = {"string": "a string", "boolean": "a boolean", "array": "a list", "object": "a map"}
_NUMBERS = ("integer", "number")


@dataclass(frozen=True, slots=True)
class Misfit:
    """A field's path, its value, and the schema that the value doesn't fit.

    `owner` is the type that declares the nearest named field, such as `meta.v1.ObjectMeta`. A field
    that there is none of is `unknown`, and its `schema` that of the object around it.
    """

    path: Path
    value: Any
    schema: Schema
    owner: str
    unknown: bool = False

    @property
    def text(self) -> str:
        """What is wrong and what to do, without the value, which may be a secret."""
        if self.unknown:
            meant = suggestion(str(self.path[-1]), self.schema.fields)
            return f"{shown(self.path)}: field not declared in schema{meant}"
        wanted = _ARTICLES.get(self.schema.type, "a number")
        return f"{shown(self.path)} is {_kind(self.value)} where {wanted} is needed{self._remedy}"

    @property
    def _remedy(self) -> str:
        if isinstance(self.value, (dict, list)):
            return ""
        if self.schema.type == "string":
            return "; quote it"
        plain = self.schema.type in ("boolean", *_NUMBERS) and isinstance(self.value, str)
        return "; write it without quotes" if plain and self.value else ""


def misfits(obj: Mapping[str, Any], *, strict: bool = False) -> Iterator[Misfit]:
    """Every value of another type than its field has, in the object's order.

    With `strict` also fields that there are none of: a server of another version may know them.
    """
    api_version, kind = (str(obj.get(key)) for key in HEAD)
    schema = openapi.schema_for(api_version, kind)
    if schema is not None:
        rest = {key: value for key, value in obj.items() if key not in HEAD}
        yield from _misfits((), rest, schema, schema.name, strict)
    elif "metadata" in obj:
        wanted = openapi.type_named(METADATA)
        yield from _misfits(("metadata",), obj["metadata"], wanted, kind, strict)


def shown(path: Path) -> str:
    """A path as people read it: `spec.ports[0].port`."""
    text = ""
    for step in path:
        if isinstance(step, int) or "." in step or "/" in step:
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text


def _misfits(path: Path, value: Any, schema: Schema, owner: str, strict: bool) -> Iterator[Misfit]:
    if value is None or not schema.type:
        return
    if not _fits(value, schema.type):
        yield Misfit(path, value, schema, owner)
    elif isinstance(value, dict):
        own = schema.name if schema.fields else owner
        for key, each in value.items():
            field = schema.field(key)
            if field is not None:
                yield from _misfits((*path, key), each, field, own, strict)
            elif strict and not schema.is_open:
                yield Misfit((*path, key), each, schema, own, unknown=True)
    elif isinstance(value, list) and schema.items is not None:
        for place, each in enumerate(value):
            yield from _misfits((*path, place), each, schema.items, owner, strict)


def _fits(value: Any, wanted: str) -> bool:
    if wanted in _NUMBERS:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, _TYPES[wanted])


_TYPES = {"string": str, "boolean": bool, "array": list, "object": dict}


def _kind(value: Any) -> str:
    for name, kind in _TYPES.items():
        if isinstance(value, kind):
            return _ARTICLES[name]
    return "a number"
