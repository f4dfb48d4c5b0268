"""Whole objects as they are now: one list for many of a kind, else each by its name."""

from __future__ import annotations

from pyhelm._typing import Iterable, Mapping, TypeAlias
from pyhelm.errors import APIError, NotFound
from pyhelm.kube.cluster import Cluster, Object, ObjectRef
from pyhelm.kube.finding import listed
from pyhelm.kube.side_by_side import side_by_side

Seen: TypeAlias = Mapping[ObjectRef, Object | APIError]
"""The objects that are there, or why that can't be told."""


def seen(cluster: Cluster, refs: Iterable[ObjectRef]) -> Seen:
    """Those of the objects that are there."""
    asked = list(dict.fromkeys(refs))
    known: dict[ObjectRef, Object | APIError | None] = {}
    known.update(listed(cluster, asked))
    single = [ref for ref in asked if ref not in known]
    known.update(zip(single, side_by_side(lambda ref: _one(cluster, ref), single), strict=True))
    return {ref: answer for ref in asked if (answer := known[ref]) is not None}


def _one(cluster: Cluster, ref: ObjectRef) -> Object | APIError | None:
    try:
        return cluster.get(ref)
    except NotFound:
        return None
    except APIError as exc:
        return exc
