"""JSON patch, JSON merge patch and Kubernetes' strategic merge patch."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from pyhelm.simulator import statuses
from pyhelm.simulator.schema import ANY, Type

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
    if not isinstance(patch, Mapping):
        raise statuses.bad_request("error decoding patch: the patch must be a JSON object")
    if media_type == MERGE_PATCH:
        merged: Object = merge_patch(obj, patch)
        return merged
    return strategic_patch(obj, patch, type_)


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
        if _at(obj, path) != operation.get("value"):
            raise ValueError("test failed")
        return obj
    if action in ("move", "copy"):
        source = _pointer(operation["from"])
        value = copy.deepcopy(_at(obj, source))
        obj = _remove(obj, source) if action == "move" else obj
        return _add(obj, path, value)
    if action == "remove":
        return _remove(obj, path)
    if action == "replace":
        _at(obj, path)
        return _set(obj, path, operation["value"])
    if action == "add":
        return _add(obj, path, operation["value"])
    raise ValueError(f"unknown operation {action}")


def _pointer(text: str) -> list[str]:
    if text and not text.startswith("/"):
        raise ValueError("not a JSON pointer")
    return [part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]]


def _at(obj: Any, path: list[str]) -> Any:
    for part in path:
        obj = obj[int(part)] if isinstance(obj, list) else obj[part]
    return obj


def _add(obj: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value
    parent, last = _at(obj, path[:-1]), path[-1]
    if isinstance(parent, list):
        index = len(parent) if last == "-" else int(last)
        if index > len(parent):
            raise IndexError(last)
        parent.insert(index, value)
    else:
        parent[last] = value
    return obj


def _set(obj: Any, path: list[str], value: Any) -> Any:
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


def strategic_patch(target: Object, patch: Mapping[str, Any], type_: Type) -> Object:
    """A strategic merge patch, with its `$patch`, `$retainKeys` and list directives."""
    directive = patch.get("$patch")
    if directive == "delete":
        return {}
    if directive == "replace":
        return {name: value for name, value in patch.items() if name != "$patch"}
    out = dict(target)
    retained = patch.get("$retainKeys")
    if retained is not None:
        out = {name: value for name, value in out.items() if name in retained}
    for name, value in patch.items():
        if name in ("$patch", "$retainKeys") or name.startswith("$setElementOrder/"):
            continue
        if name.startswith("$deleteFromPrimitiveList/"):
            field = name.partition("/")[2]
            out[field] = [item for item in out.get(field) or () if item not in value]
            continue
        _patch_field(out, name, value, type_.field(name) or ANY)
    _order_lists(out, patch, type_)
    return out


def _patch_field(out: Object, name: str, value: Any, type_: Type) -> None:
    if value is None:
        out.pop(name, None)
    elif isinstance(value, Mapping):
        current = out.get(name)
        result = strategic_patch(current if isinstance(current, dict) else {}, value, type_)
        if value.get("$patch") == "delete":
            out.pop(name, None)
        else:
            out[name] = result
    elif isinstance(value, list) and "merge" in type_.strategies:
        out[name] = _merge_list(out.get(name) or [], value, type_)
    else:
        out[name] = value


def _merge_list(current: list[Any], patch: list[Any], type_: Type) -> list[Any]:
    key = type_.merge_key
    if not key:
        return current + [item for item in patch if item not in current]
    if any(isinstance(i, Mapping) and i.get("$patch") == "replace" and len(i) == 1 for i in patch):
        return [i for i in patch if i.get("$patch") != "replace"]
    items = list(current)
    for item in patch:
        if not isinstance(item, Mapping) or key not in item:
            raise statuses.bad_request(f"map: {item} does not contain declared merge key: {key}")
        index = next((i for i, have in enumerate(items) if have.get(key) == item[key]), None)
        if item.get("$patch") == "delete":
            items = [have for have in items if have.get(key) != item[key]]
        elif index is None:
            fresh = {name: value for name, value in item.items() if name != "$patch"}
            items.append(strategic_patch({}, fresh, type_.items or ANY))
        else:
            items[index] = strategic_patch(items[index], item, type_.items or ANY)
    return items


def _order_lists(out: Object, patch: Mapping[str, Any], type_: Type) -> None:
    for name, order in patch.items():
        if not name.startswith("$setElementOrder/"):
            continue
        field = name.partition("/")[2]
        items = out.get(field)
        if not isinstance(items, list):
            continue
        key = (type_.field(field) or ANY).merge_key
        wanted = [item.get(key) if key else item for item in order]
        ranks = {value: rank for rank, value in enumerate(wanted)}
        out[field] = _ordered(items, key, ranks)


def _ordered(items: list[Any], key: str, ranks: dict[Any, int]) -> list[Any]:
    """Items that the order names, in it; the others stay behind the neighbour they follow."""
    placed: list[tuple[float, int, Any]] = []
    last = -1.0
    for index, item in enumerate(items):
        rank = ranks.get(item.get(key) if key else item)
        if rank is not None:
            last = float(rank)
            placed.append((last, 0, item))
        else:
            placed.append((last, index + 1, item))
    return [item for _, _, item in sorted(placed, key=lambda entry: entry[:2])]
