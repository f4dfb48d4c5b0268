"""Which of many objects exist: one list instead of a request for each, where that is cheaper."""

from __future__ import annotations

from pyhelm._dataclass import replace
from pyhelm._typing import Iterable, TypeAlias
from pyhelm.errors import APIError, NotFound
from pyhelm.kube.cluster import Cluster, Object, ObjectRef, TooMany
from pyhelm.kube.side_by_side import QUICK, side_by_side

Found: TypeAlias = dict[ObjectRef, Object | APIError]
"""What there is of each object, of metadata at least, or why that can't be told."""

MANY = 8
"""From how many objects of a kind a list is asked for: fewer are asked for in one go anyway."""

STRANGERS = 10
"""How many objects a list may have for each that is looked for."""


def find(cluster: Cluster, refs: Iterable[ObjectRef]) -> Found:
    """Those of the objects that exist, in the order of `refs`; metadata is all that they have.

    Where listing is forbidden, or the namespace is too full, each is asked for by its name.
    """
    asked = list(dict.fromkeys(refs))
    known: dict[ObjectRef, Object | APIError | None] = {}
    known.update(listed(cluster, asked, metadata_only=True))
    single = [ref for ref in asked if ref not in known]
    found = side_by_side(lambda ref: _one(cluster, ref), single, least=QUICK)
    known.update(zip(single, found, strict=True))
    return {ref: answer for ref in asked if (answer := known[ref]) is not None}


def listed(
    cluster: Cluster, refs: Iterable[ObjectRef], *, metadata_only: bool = False
) -> dict[ObjectRef, Object | None]:
    """What lists tell of objects, None where there is none; nothing of those that are few."""
    found: dict[ObjectRef, Object | None] = {}
    for group in _by_kind(refs):
        if len(group) >= MANY:
            found.update(_listed(cluster, group, metadata_only=metadata_only))
    return found


def _by_kind(refs: Iterable[ObjectRef]) -> Iterable[list[ObjectRef]]:
    groups: dict[ObjectRef, list[ObjectRef]] = {}
    for ref in refs:
        groups.setdefault(replace(ref, name=""), []).append(ref)
    return groups.values()


def _listed(
    cluster: Cluster, group: list[ObjectRef], *, metadata_only: bool
) -> dict[ObjectRef, Object | None]:
    """All of one kind and namespace; empty where a list can't tell."""
    version, kind, namespace = group[0].api_version, group[0].kind, group[0].namespace
    try:
        if cluster.namespaced(version, kind) and not namespace:
            return {}
        rows = cluster.list(
            version,
            kind,
            namespace,
            metadata_only=metadata_only,
            at_most=STRANGERS * len(group),
        )
    except (APIError, TooMany):
        return {}
    by_name = {row["metadata"]["name"]: row for row in rows}
    return {ref: by_name.get(ref.name) for ref in group}


def _one(cluster: Cluster, ref: ObjectRef) -> Object | APIError | None:
    try:
        return cluster.get(ref)
    except NotFound:
        return None
    except APIError as exc:
        return exc
