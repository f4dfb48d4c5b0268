"""JSON patch, JSON merge patch and Kubernetes' strategic merge patch."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

from pyhelm.simulator import statuses
from pyhelm.simulator.decoding import DecodeError, Decoder, json_name
from pyhelm.simulator.schema import Type
from pyhelm.simulator.strategic import shown, strategic_patch

Object = dict[str, Any]

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC_PATCH = "application/strategic-merge-patch+json"
APPLY_PATCH = "application/apply-patch+yaml"


def patched(obj: Object, patch: Any, media_type: str, *, type_: Type) -> Object:
    """The object after a patch; `obj` is a copy of its own. Raises the server's Status."""
    if media_type == JSON_PATCH:
        result: Object = json_patch(obj, patch)
        return result
    if media_type == STRATEGIC_PATCH:
        return strategic_patch(obj, _mapping(patch, ""), type_)
    merged: Object = merge_patch(obj, _mapping(patch, "error decoding patch: "))
    return merged


def decoded(
    changed: Any, patch: Any, media_type: str, *, type_: Type, validation: str
) -> tuple[Object, list[str]]:
    """The object that a patch made, and warnings about it; raises the server's 422."""
    decoder = Decoder()
    try:
        if not isinstance(changed, Mapping):
            raise DecodeError(f"json: cannot unmarshal {json_name(changed)} into Go value")
        obj: Object = decoder.walk(changed, type_)
    except DecodeError as exc:
        why = exc.restoring if media_type == STRATEGIC_PATCH else str(exc)
        raise _refused(changed, patch, media_type, why) from exc
    found = [f'unknown field "{path}"' for path in decoder.unknown]
    if found and validation == "Strict":
        why = f"strict decoding error: {', '.join(found)}"
        raise _refused(changed, patch, media_type, why)
    return obj, found if validation == "Warn" else []


def _refused(changed: Any, patch: Any, media_type: str, why: str) -> statuses.StatusError:
    compact = json.dumps(changed, separators=(",", ":"), ensure_ascii=False)
    told = shown(patch) if media_type == STRATEGIC_PATCH else compact
    text = f"Invalid value: {json.dumps(told, ensure_ascii=False)}: {why}"
    cause = statuses.Cause("FieldValueInvalid", text, "patch")
    return statuses.invalid("", "", "", [cause])


def load_patch(body: bytes) -> Any:
    """A patch as plain data; raises the server's 400."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise statuses.bad_request("invalid JSON patch") from exc


def _mapping(patch: Any, prefix: str) -> Mapping[str, Any]:
    if isinstance(patch, Mapping):
        return patch
    go_type = "map[string]interface {}"
    raise statuses.bad_request(
        f"{prefix}json: cannot unmarshal {json_name(patch)} into Go value of type {go_type}"
    )


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7396."""
    if not isinstance(patch, Mapping):
        return patch
    out = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            out.pop(name, None)
        else:
            out[name] = merge_patch(out.get(name), value)
    return out


def json_patch(obj: Any, operations: Any) -> Any:
    """RFC 6902."""
    if not isinstance(operations, list):
        raise statuses.bad_request(
            "error decoding patch: json: cannot unmarshal object into Go value of type "
            "[]handlers.jsonPatchOp"
        )
    for operation in operations:
        try:
            obj = _operate(obj, operation)
        except (KeyError, IndexError, ValueError, TypeError) as exc:
            message = "the server rejected our request due to an error in our request"
            raise statuses.StatusError(422, "Invalid", message, details={}) from exc
    return obj


def _operate(obj: Any, operation: Mapping[str, Any]) -> Any:
    action, path = operation["op"], _pointer(operation["path"])
    if action == "test":
        parent = _at(obj, path[:-1]) if path else None
        found = parent.get(path[-1]) if isinstance(parent, dict) else _at(obj, path)
        if found != operation.get("value"):
            raise ValueError("test failed")
        return obj
    if action in ("move", "copy"):
        source = _pointer(operation["from"])
        value = copy.deepcopy(_at(obj, source))
        obj = _remove(obj, source) if action == "move" else obj
        return _add(obj, path, value)
    if action == "remove":
        return _remove(obj, path)
    if action in ("add", "replace"):
        return (_add if action == "add" else _set)(obj, path, operation.get("value"))
    raise ValueError(f"unknown operation {action}")


def _pointer(text: str) -> list[str]:
    if text and not text.startswith("/"):
        raise ValueError("not a JSON pointer")
    return [part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]]


def _at(obj: Any, path: list[str]) -> Any:
    for part in path:
        obj = obj[int(part)] if isinstance(obj, list) else obj[part]
    return obj


def _place(text: str, length: int) -> int:
    """Where an item is added: `-` and -1 are behind the last one."""
    index = length if text == "-" else int(text)
    index += length + 1 if index < 0 else 0
    if not 0 <= index <= length:
        raise IndexError(text)
    return index


def _add(obj: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value
    parent, last = _at(obj, path[:-1]), path[-1]
    if isinstance(parent, list):
        parent.insert(_place(last, len(parent)), value)
    else:
        parent[last] = value
    return obj


def _set(obj: Any, path: list[str], value: Any) -> Any:
    """Replace a value; the server does so, too, where an object doesn't have the key."""
    if not path:
        return value
    parent, last = _at(obj, path[:-1]), path[-1]
    if isinstance(parent, list):
        parent[int(last)] = value
    else:
        parent[last] = value
    return obj


def _remove(obj: Any, path: list[str]) -> Any:
    parent, last = _at(obj, path[:-1]), path[-1]
    if isinstance(parent, list):
        del parent[int(last)]
    else:
        del parent[last]
    return obj
