"""What tells one document from another: its kind, name and annotations, read as Go reads them.

Go's JSON finds keys whatever their case, and sigs.k8s.io/yaml turns scalars into the strings that
a field wants, so `Kind: 5` is of kind `5`.
"""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._dataclass import dataclass, field
from pyhelm._typing import Any, Mapping
from pyhelm.errors import RenderError

METADATA = (
    'struct { Name string "json:\\"name\\""; '
    'Annotations map[string]string "json:\\"annotations\\"" }'
)
"""How Go spells the type, which Helm's message repeats."""


@dataclass(frozen=True, slots=True)
class Head:
    """The fields that decide what a document is."""

    kind: str = ""
    name: str = ""
    annotations: Mapping[str, str] = field(default_factory=dict)


def read_head(obj: Mapping[str, Any], path: str) -> Head:
    """A document's head; raises RenderError where a field can't be what it must."""
    _text(_field(obj, "apiVersion"), path, "SimpleHead.apiVersion", ("apiVersion",))
    own = ("metadata",)
    metadata = _map(_field(obj, "metadata"), path, "SimpleHead.metadata", METADATA, own)
    where, below = ".metadata.annotations", (*own, "annotations")
    annotations = _map(_field(metadata, "annotations"), path, where, "map[string]string", below)
    return Head(
        _text(_field(obj, "kind"), path, "SimpleHead.kind", ("kind",)),
        _text(_field(metadata, "name"), path, ".metadata.name", (*own, "name")),
        {key: _text(value, path, where, (*below, key)) for key, value in annotations.items()},
    )


_KINDS = {"object": "a mapping", "array": "a list", "string": "a text", "number": "a number"}


def mismatch(
    path: str, value: Any, where: str, wanted: str, key: tuple[str, ...] = ()
) -> RenderError:
    """Helm's error for a value of another type than Go's field has; the field's path is `key`."""
    problem = (
        "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal "
        f"{go_kind(value)} into Go {where} of type {wanted}"
    )
    error = RenderError(f"YAML parse error on {path}: {problem}", problem=problem, template=path)
    error.plain, error.field = _plain(value, key, wanted), key
    return error


def _plain(value: Any, key: tuple[str, ...], wanted: str) -> str:
    kind = _KINDS.get(go_kind(value), "a boolean")
    if key:
        needed = "a text" if wanted == "string" else "a mapping"
        return f"{'.'.join(key)} is {kind} where {needed} is needed"
    way = {
        "a text": "use fromYaml for a text that holds YAML, and toYaml to write a value as YAML",
        "a list": "each object is a document of its own, between lines that are ---",
    }.get(kind, "an object has apiVersion, kind and metadata")
    return f"this makes {kind}, not an object: {way}"


def _map(value: Any, path: str, where: str, wanted: str, key: tuple[str, ...]) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise mismatch(path, value, f"struct field {where}", wanted, key)
    return value


def _field(obj: Mapping[str, Any], name: str) -> Any:
    """The value of a key in any case; of several the exact one, which comes last in JSON."""
    keys = sorted(key for key in obj if key.lower() == name.lower())
    return obj[keys[-1]] if keys else None


def _text(value: Any, path: str, where: str, key: tuple[str, ...]) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, (dict, list)):
        raise mismatch(path, value, f"struct field {where}", "string", key)
    return _yaml.to_json(value)


def go_kind(value: Any) -> str:
    """What Go calls the JSON of a value that is none of null."""
    names = {dict: "object", list: "array", str: "string", bool: "bool"}
    return names.get(type(value), "number")
