"""Hands an object's fields over from client-side to server-side apply.

An object that was made by Helm 3, or with `--server-side=false`, has its fields owned by an
`Update`; server-side apply would never remove them. client-go's `csaupgrade` has the rules.
"""

from __future__ import annotations

from pyhelm._typing import Any, Iterator
from pyhelm.kube.cluster import Object

Entry = dict[str, Any]


def upgrade_patch(obj: Object, manager: str = "helm") -> list[Object]:
    """The JSON patch that turns the manager's updates into applies; empty: nothing to do.

    It replaces the resourceVersion by the one seen, so that the server answers a race with a
    Conflict: get the object again then.
    """
    metadata = obj.get("metadata") or {}
    entries = metadata.get("managedFields") or []
    upgraded = _upgraded(entries, manager)
    if upgraded == entries:
        return []
    version = metadata.get("resourceVersion")
    return [
        {"op": "replace", "path": "/metadata/managedFields", "value": upgraded},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": version},
    ]


def _upgraded(entries: list[Entry], manager: str) -> list[Entry]:
    updates = list(_of(entries, manager, "Update"))
    target = next(_of(entries, manager, "Apply"), updates[0] if updates else None)
    if target is None or not updates:
        return entries
    version = target.get("apiVersion")
    # Only the first update of the same version is taken over; the others are dropped.
    joined = next((each for each in updates if each.get("apiVersion") == version), {})
    fields = _union(target.get("fieldsV1") or {}, joined.get("fieldsV1") or {})
    applied = {**target, "operation": "Apply", "fieldsV1": fields}
    return [
        applied if each is target else each
        for each in entries
        if each is target or each not in updates
    ]


def _of(entries: list[Entry], manager: str, operation: str) -> Iterator[Entry]:
    for entry in entries:
        named = entry.get("manager") == manager and entry.get("operation") == operation
        if named and not entry.get("subresource"):
            yield entry


def _union(left: Entry, right: Entry) -> Entry:
    """Two sets of fields as one; each is a tree whose leaves are empty."""
    merged = dict(left)
    for key, value in right.items():
        merged[key] = _union(merged[key], value) if key in merged else value
    return merged
