"""Bodies into objects: JSON or YAML, then field by field against the type, in the server's words.

Plain writes are decoded as Go decodes them (wrong types are errors, unknown fields are dropped,
or errors under `fieldValidation=Strict`); server-side apply has stricter rules and other words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pyhelm.simulator import protobuf, statuses
from pyhelm.simulator.fieldsets import Path, by_element, dotted, item_element
from pyhelm.simulator.schema import ANY, Type

Object = dict[str, Any]

ACCEPTED = ("application/json", "application/yaml", "application/vnd.kubernetes.protobuf")
QUANTITY = re.compile(r"^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$")
QUANTITY_RULE = (
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
)
GO_NAMES = {"integer": "int64", "number": "float64", "boolean": "bool", "string": "string"}


class DecodeError(Exception):
    """A value has a type that its field can't take; the text is Go's.

    `restoring` is the text for a strategic merge patch, whose result is never JSON.
    """

    def __init__(self, text: str, restoring: str = "") -> None:
        super().__init__(text)
        self.restoring = restoring or text


def load(body: bytes, media_type: str, *, kind: str) -> Any:
    """A body as plain data; raises the server's 400 and 415."""
    if media_type in ("application/json", ""):
        return _load_json(body, kind)
    if media_type in ("application/yaml", "application/apply-patch+yaml"):
        return _load_yaml(body)
    if media_type == protobuf.MEDIA_TYPE:
        return _load_protobuf(body, kind)
    raise statuses.unsupported_media_type(ACCEPTED)


def _load_json(body: bytes, kind: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as exc:
        shown = body[:200].decode(errors="replace")
        raise statuses.bad_request(
            f"the object provided is unrecognized (must be of type {kind}): "
            f"couldn't get version/kind; json parse error: {exc} ({shown})"
        ) from exc


def _load_yaml(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        pass
    from pyhelm._yaml import load as load_yaml

    try:
        return load_yaml(body)
    except Exception as exc:
        # Whatever a parser makes of a stranger's text, the answer is that the text is wrong.
        raise statuses.bad_request(f"error decoding YAML: {exc}") from exc


def _load_protobuf(body: bytes, kind: str) -> Any:
    try:
        return protobuf.load(body)
    except (ValueError, RecursionError, AttributeError) as exc:
        raise statuses.bad_request(
            f"the object provided is unrecognized (must be of type {kind}): {exc}"
        ) from exc


class Decoder:
    """Walks one object along its type; collects unknown fields as it goes."""

    def __init__(self) -> None:
        self.unknown: list[str] = []

    def walk(self, value: Any, type_: Type, path: str = "", owner: str = "") -> Any:
        """The value without nulls and unknown fields; raises DecodeError."""
        if value is None:
            return None
        if type_.format == "quantity":
            return _scalar(value, type_, path, owner)
        if type_.is_open and not type_.fields:
            return value
        if type_.kind == "object":
            return self._map(value, type_, path, owner)
        if type_.kind == "array":
            return self._list(value, type_, path, owner)
        return _scalar(value, type_, path, owner)

    def _map(self, value: Any, type_: Type, path: str, owner: str) -> Any:
        if not isinstance(value, Mapping):
            name = f"v1.{_go_name(type_)}" if type_.fields else "map[string]string"
            raise _mismatch(value, owner, path, name)
        out: Object = {}
        owner = _go_name(type_) if type_.fields else owner
        for name, child in value.items():
            field = type_.field(name)
            below = f"{path}.{name}" if path else name
            if field is None:
                if type_.is_open:
                    out[name] = child
                else:
                    self.unknown.append(below)
                continue
            struct = type_.declares(name)
            decoded = self.walk(child, field, below if struct else path, owner)
            if struct and _is_omitted(decoded, name, field, type_):
                continue
            if decoded is not None or (type_.raw.get("keepNull") and child is None):
                out[name] = decoded
        return out

    def _list(self, value: Any, type_: Type, path: str, owner: str) -> Any:
        if not isinstance(value, list):
            item = type_.items or ANY
            name = _go_name(item) if item.fields else GO_NAMES.get(item.kind, "interface {}")
            raise _mismatch(value, owner, path, f"[]{'v1.' if item.fields else ''}{name}")
        items = type_.items or ANY
        walked = (self.walk(item, items, f"{path}[{i}]", owner) for i, item in enumerate(value))
        return [item for item in walked if item is not None]


def _is_omitted(value: Any, name: str, field: Type, owner: Type) -> bool:
    """Whether Go writes nothing of a field: an empty list or map of a built-in type's struct.

    An empty list of managers does say something: that there are none any more.
    """
    if value not in ([], {}) or not owner.name or name in (*owner.required, "managedFields"):
        return False
    return field.kind == "array" or (field.kind == "object" and not field.name and not field.fields)


def _go_name(type_: Type) -> str:
    return type_.name.rpartition(".")[2]


def _scalar(value: Any, type_: Type, path: str, owner: str) -> Any:
    if type_.format == "quantity" and isinstance(value, str | int | float):
        if not QUANTITY.match(str(value)) or isinstance(value, bool):
            raise DecodeError(QUANTITY_RULE)
        return value
    if type_.kind == "" or _fits(value, type_):
        if type_.format == "byte":
            _check_base64(value)
        return value
    name = type_.format if type_.format in ("int32", "int64") else GO_NAMES[type_.kind]
    raise _mismatch(value, owner, path, name)


def _fits(value: Any, type_: Type) -> bool:
    kind = type_.kind
    if kind == "string":
        return isinstance(value, str)
    if kind == "boolean":
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if kind == "integer":
        return isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return isinstance(value, int | float)


def _check_base64(value: str) -> None:
    import base64
    import binascii

    try:
        base64.b64decode(value.replace("\n", ""), validate=True)
    except (binascii.Error, ValueError) as exc:
        wrong = re.search(r"[^A-Za-z0-9+/=\n\r]", value)
        at = wrong.start() if wrong else len(value) - len(value) % 4
        raise DecodeError(f"illegal base64 data at input byte {at}") from exc


def _mismatch(value: Any, owner: str, path: str, go_type: str) -> DecodeError:
    shown = re.sub(r"\[\d+\]", "", path)
    return DecodeError(
        f"json: cannot unmarshal {json_name(value)} into Go struct field "
        f"{owner}.{shown} of type {go_type}",
        _restoring(value, go_type),
    )


def _restoring(value: Any, go_type: str) -> str:
    names = {bool: "bool", str: "string", int: "int64", float: "float64", list: "slice"}
    given = names.get(type(value), "map")
    if go_type.startswith("[]"):
        return f"cannot restore slice from {given}"
    if go_type.startswith("map["):
        return f"cannot restore map from {given}"
    if "." in go_type:
        return f"cannot restore struct from: {given}"
    if given in ("int64", "float64") and go_type != "bool":
        return f"cannot convert {given} to {go_type}"
    return f"unrecognized type: {go_type}"


def json_name(value: Any) -> str:
    """What Go's JSON decoder calls a value."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str):
        return "string"
    if isinstance(value, int | float):
        return "number"
    return "object" if isinstance(value, Mapping) else "array"


def decode(
    value: Any, type_: Type, *, kind: str, version: str, validation: str
) -> tuple[Object, list[str]]:
    """An object of a plain write, and the warnings about it; raises the server's 400."""
    handled = f'{kind} in version "{version}" cannot be handled as a {kind}'
    decoder = Decoder()
    try:
        decoded = decoder.walk(value, type_)
    except DecodeError as exc:
        raise statuses.bad_request(f"{handled}: {exc}") from exc
    found = [f'unknown field "{path}"' for path in decoder.unknown]
    if found and validation == "Strict":
        raise statuses.bad_request(f"{handled}: strict decoding error: {', '.join(found)}")
    return decoded, found if validation == "Warn" else []


def check_typed(config: Any, type_: Type, described: str) -> None:
    """Whether a server-side apply's configuration fits its type; raises the server's 500.

    `described` is the object as the message names it: `default/web; apps/v1, Kind=Deployment`.
    """
    problems = [f"{dotted(path)}: {text}" for path, text in _typed_problems(config, type_, ())]
    if problems:
        told = problems[0] if len(problems) == 1 else "errors:\n  " + "\n  ".join(problems)
        message = f"failed to create typed patch object ({described}): {told}"
        raise statuses.StatusError(500, "", message)


def _typed_problems(value: Any, type_: Type, path: Path) -> Iterator[tuple[Path, str]]:
    if value is None or (type_.is_open and not type_.fields):
        return
    if type_.kind == "object":
        yield from _typed_map(value, type_, path)
    elif type_.kind == "array":
        yield from _typed_list(value, type_, path)
    elif type_.kind in ("integer", "number"):
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield path, f"expected numeric (int or float), got {_go_value(value)}"
    elif type_.kind == "string" and not isinstance(value, str):
        yield path, f"expected string, got {_go_unstructured(value)}"
    elif type_.kind == "boolean" and not isinstance(value, bool):
        yield path, f"expected boolean, got {_go_unstructured(value)}"


def _typed_map(value: Any, type_: Type, path: Path) -> Iterator[tuple[Path, str]]:
    if not isinstance(value, Mapping):
        yield path, f"expected map, got {_go_pointer(value)}"
        return
    for name, child in value.items():
        below = (*path, f"f:{name}")
        field = type_.field(name)
        if field is not None:
            yield from _typed_problems(child, field, below)
        elif not type_.is_open:
            yield below, "field not declared in schema"


def _typed_list(value: Any, type_: Type, path: Path) -> Iterator[tuple[Path, str]]:
    if not isinstance(value, list):
        yield path, f"expected list, got {_go_pointer(value)}"
        return
    keyed = type_.list_type in ("map", "set")
    if keyed and len(by_element(value, type_)) != len(value):
        seen = set()
        for item in value:
            element = item_element(item, type_)
            if element in seen:
                yield path, f"duplicate entries for key {dotted((element,))}"
                return
            seen.add(element)
    for index, item in enumerate(value):
        element = item_element(item, type_) if keyed else f"i:{index}"
        yield from _typed_problems(item, type_.items or ANY, (*path, element))


def _go_value(value: Any) -> str:
    if isinstance(value, str):
        return "string"
    return _go_unstructured(value)


def _go_unstructured(value: Any) -> str:
    if isinstance(value, bool):
        return f"&value.valueUnstructured{{Value:{str(value).lower()}}}"
    if isinstance(value, int | float):
        return f"&value.valueUnstructured{{Value:{value}}}"
    return f"&value.valueUnstructured{{Value:{json.dumps(value)}}}"


def _go_pointer(value: Any) -> str:
    if isinstance(value, list):
        return f"&{{[{' '.join(str(item) for item in value)}]}}"
    if isinstance(value, bool):
        return f"&{{{str(value).lower()}}}"
    return f"&{{{value}}}"
