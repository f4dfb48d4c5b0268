"""What Go's decoder says of a document that does not fit a struct: the first value of a wrong type.

Helm reads YAML through JSON into structs, and lint shows the decoder's words.
"""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._dataclass import dataclass, field
from pyhelm._typing import Any, Iterator, Mapping

FRAME = "error unmarshaling JSON: while decoding JSON: "
"""What stands before the decoder's words where the text was YAML."""

_KINDS: dict[type, str] = {str: "string", bool: "bool", list: "array", dict: "object"}


@dataclass(frozen=True, slots=True)
class Shape:
    """A Go type: its name, and what it holds; a struct's `name` and fields stand in the words."""

    go: str
    name: str = ""
    fields: Mapping[str, Shape] = field(default_factory=dict)
    items: Shape | None = None
    values: Shape | None = None


TEXT = Shape("string")
FLAG = Shape("bool")
ANYTHING = Shape("interface {}")
TEXTS = Shape("[]string", items=TEXT)
MAP = Shape("map[string]string", values=TEXT)

OBJECT = Shape(
    "rules.k8sYamlStruct",
    "k8sYamlStruct",
    {
        "apiVersion": TEXT,
        "Kind": TEXT,
        "Metadata": Shape(
            "rules.k8sYamlMetadata", "k8sYamlMetadata", {"Namespace": TEXT, "Name": TEXT}
        ),
    },
)
"""What lint reads of each object."""

_ANNOTATED = Shape("struct { Annotations map[string]string }", fields={"Annotations": MAP})
_ITEM = Shape(f"struct {{ Metadata {_ANNOTATED.go} }}", fields={"Metadata": _ANNOTATED})
LIST = Shape("struct { Items }", fields={"Items": Shape(f"[]{_ITEM.go}", items=_ITEM)})
"""What lint reads of a List."""

_DEPENDENCY = Shape(
    "v2.Dependency",
    "Dependency",
    {
        **dict.fromkeys(("name", "version", "repository", "condition", "alias"), TEXT),
        "tags": TEXTS,
        "enabled": FLAG,
        "import-values": Shape("[]interface {}", items=ANYTHING),
    },
)
_DEPENDENCIES = Shape("[]*v2.Dependency", items=_DEPENDENCY)
_MAINTAINER = Shape("v2.Maintainer", "Maintainer", dict.fromkeys(("name", "email", "url"), TEXT))
_WORDS = (
    *("name", "home", "version", "description", "icon", "apiVersion", "condition", "tags"),
    *("appVersion", "kubeVersion", "type"),
)
METADATA = Shape(
    "v2.Metadata",
    "Metadata",
    {
        **dict.fromkeys(_WORDS, TEXT),
        "sources": TEXTS,
        "keywords": TEXTS,
        "maintainers": Shape("[]*v2.Maintainer", items=_MAINTAINER),
        "deprecated": FLAG,
        "annotations": MAP,
        "dependencies": _DEPENDENCIES,
    },
)
LOCK = Shape("v2.Lock", "Lock", {"digest": TEXT, "dependencies": _DEPENDENCIES})
VALUES = Shape("map[string]interface {}", values=ANYTHING)
OWN_VALUES = Shape("common.Values", values=ANYTHING)
"""The values of a chart, as lint names their type."""


def mismatch(value: Any, shape: Shape, *, json: bool = False) -> str:
    """The first value that does not fit, in Go's words; empty when all fit.

    In YAML a number or boolean may stand for text; in `json` it may not.
    """
    return next(_mismatches(value, shape, "", (), json), "")


def text(value: Any) -> str:
    """A scalar as text, as YAML is read where Go wants text (floats have the digits of float32)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) or (isinstance(value, int) and not -(2**63) <= value < 2**64):
        return _yaml.float32_text(float(value))
    return str(value)


def member(mapping: Mapping[str, Any], key: str) -> Any:
    """A field's value; Go reads JSON's keys in any case: the last wins, but mappings add up."""
    names = sorted(name for name in mapping if str(name).lower() == key.lower())
    found: Any = None
    for value in (mapping[name] for name in names):
        both = isinstance(found, dict) and isinstance(value, dict)
        found = {**found, **value} if both else value
    return found


def _mismatches(
    value: Any, shape: Shape, owner: str | None, path: tuple[str, ...], json: bool
) -> Iterator[str]:
    if value is None or shape is ANYTHING:
        return
    if not _fits(value, shape, json):
        kind = _KINDS.get(type(value), "number")
        target = f"struct field {owner}.{'.'.join(path)}" if path else "value"
        yield f"json: cannot unmarshal {kind} into Go {target} of type {shape.go}"
    else:
        for below, inner, label in _members(value, shape, json):
            name = shape.name if shape.fields else owner
            yield from _mismatches(below, inner, name, (*path, *label), json)


def _members(value: Any, shape: Shape, json: bool) -> Iterator[tuple[Any, Shape, tuple[str, ...]]]:
    """What is in a value, in the decoder's order: YAML became JSON with its keys sorted."""
    if shape.items:
        yield from ((each, shape.items, ()) for each in value)
    labels = {label.lower(): label for label in shape.fields}
    for key in (value if json else sorted(value, key=str)) if isinstance(value, dict) else ():
        label = labels.get(str(key).lower())
        if shape.values:
            yield value[key], shape.values, ()
        elif label:
            yield value[key], shape.fields[label], (label,)


def _fits(value: Any, shape: Shape, json: bool) -> bool:
    if shape.items:
        return isinstance(value, list)
    if shape is TEXT:
        return isinstance(value, str) or not (json or isinstance(value, list | dict))
    return isinstance(value, bool if shape is FLAG else dict)
