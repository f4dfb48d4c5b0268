"""Three-way patches, as `kubectl apply` and Helm's client-side apply make them; pure functions.

What a person changed between two manifests is brought to an object that others changed, too.
Built-in kinds get a strategic merge patch, whose lists merge by key (`strategic.py`); everything
else a JSON merge patch (RFC 7386).
"""

from __future__ import annotations

from pyhelm import openapi
from pyhelm._typing import Any, Mapping
from pyhelm.kube.cluster import Object, PatchType
from pyhelm.kube.strategic import same, strategic_merge_patch


def client_side_patch(
    original: Object, modified: Object, current: Object, *, three_way_custom: bool = False
) -> tuple[PatchType, Object]:
    """The patch that brings `current` to `modified`, where `original` was applied before.

    An empty one means that nothing changed. Custom resources get the difference of the two
    manifests, or with `three_way_custom` a three-way JSON merge patch (Helm: createPatch).
    """
    schema = openapi.schema_for(str(modified.get("apiVersion")), str(modified.get("kind")))
    if schema is not None:
        return "strategic", strategic_merge_patch(original, modified, current, schema)
    if three_way_custom:
        return "merge", three_way_json_merge_patch(original, modified, current)
    return "merge", json_merge_patch(original, modified)


def json_merge_patch(old: Mapping[str, Any], new: Mapping[str, Any]) -> Object:
    """What turns `old` into `new` by RFC 7386; lists are replaced as a whole."""
    patch: Object = {}
    for key, value in new.items():
        before = old.get(key)
        if key not in old or not (isinstance(value, dict) and isinstance(before, dict)):
            if key not in old or not same(before, value):
                patch[key] = value
            continue
        inner = json_merge_patch(before, value)
        if inner:
            patch[key] = inner
    return patch | {key: None for key in old if key not in new}


def apply_json_merge_patch(target: Any, patch: Any) -> Any:
    """`target` with a JSON merge patch applied; neither is changed (RFC 7386, section 2)."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = apply_json_merge_patch(result.get(key), value)
    return result


def three_way_json_merge_patch(original: Object, modified: Object, current: Object) -> Object:
    """Additions and changes against the live object, deletions against the last manifest."""
    changes = _without_nulls(json_merge_patch(current, modified))
    deletions = _only_nulls(json_merge_patch(original, modified))
    return _union(deletions, changes)


def _without_nulls(patch: Object) -> Object:
    kept: Object = {}
    for key, value in patch.items():
        if isinstance(value, dict) and value:
            inner = _without_nulls(value)
            if inner:
                kept[key] = inner
        elif value is not None:
            kept[key] = value
    return kept


def _only_nulls(patch: Object) -> Object:
    kept: Object = {}
    for key, value in patch.items():
        if value is None:
            kept[key] = None
        elif isinstance(value, dict):
            inner = _only_nulls(value)
            if inner:
                kept[key] = inner
    return kept


def _union(deletions: Object, changes: Object) -> Object:
    merged = dict(deletions)
    for key, value in changes.items():
        before = merged.get(key)
        both = isinstance(before, dict) and isinstance(value, dict)
        merged[key] = _union(before, value) if both and before else value
    return merged
