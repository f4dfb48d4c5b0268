"""What was applied before, as far as the server still knows its kinds.

Kubernetes removes versions of its APIs. The objects live on under a newer version, so that the last
revision's manifest names them by a version that is gone; Helm then stops (`no matches for kind`).
"""

from __future__ import annotations

from pyhelm._dataclass import replace
from pyhelm._lazy import logger_of
from pyhelm._typing import Iterable, Iterator
from pyhelm.errors import NotFound
from pyhelm.kube.cluster import Cluster, Object
from pyhelm.release.manifest import opened
from pyhelm.release.model import Manifest

log = logger_of(__name__)

MOVED = {
    ("extensions", "DaemonSet"): "apps",
    ("extensions", "Deployment"): "apps",
    ("extensions", "ReplicaSet"): "apps",
    ("extensions", "Ingress"): "networking.k8s.io",
    ("extensions", "NetworkPolicy"): "networking.k8s.io",
    ("extensions", "PodSecurityPolicy"): "policy",
}
"""Kinds that went from one group to another."""


def still_served(cluster: Cluster, manifests: Iterable[Manifest]) -> list[Manifest]:
    """The manifests under versions that the server has; what it has no more is told of and left.

    Raises APIError where the server can't say.
    """
    return [
        replace(manifest, parsed=obj)
        for manifest in manifests
        for obj in _served(cluster, manifest.object)
    ]


def _served(cluster: Cluster, whole: Object) -> Iterator[Object]:
    for obj in opened(whole):
        version, kind = str(obj.get("apiVersion") or ""), str(obj.get("kind") or "")
        if not (version and kind) or _is_known(cluster, version, kind):
            yield obj
            continue
        current = _current(cluster, version, kind)
        name = (obj.get("metadata") or {}).get("name")
        if current:
            log.warning("%s %s was applied as %s, now %s", kind, name, version, current)
            yield {**obj, "apiVersion": current}
        else:
            log.warning(
                "%s %s of the last revision is left alone: the server has no %s in %s any more",
                *(kind, name, kind, version),
            )


def _is_known(cluster: Cluster, version: str, kind: str) -> bool:
    try:
        cluster.namespaced(version, kind)
    except NotFound:
        return False
    return True


def _current(cluster: Cluster, api_version: str, kind: str) -> str:
    """The version under which the server has a kind now; empty where it has none."""
    group = api_version.rpartition("/")[0]
    groups = {group, MOVED.get((group, kind), group)}
    found = []
    for each in cluster.capabilities().api_versions:
        version, _, name = each.rpartition("/")
        if name == kind and version.rpartition("/")[0] in groups:
            found.append(version)
    return max(found, key=_age, default="")


def _age(api_version: str) -> tuple[int, int, int]:
    """How settled a version is: v1 before v1beta2 before v1alpha1, newer ones first."""
    from re import fullmatch

    match = fullmatch(r"v(\d+)(?:(alpha|beta)(\d+))?", api_version.rpartition("/")[2])
    if not match:
        return (-1, 0, 0)
    stage = {"": 2, "beta": 1, "alpha": 0}[match[2] or ""]
    return (stage, int(match[1]), int(match[3] or 0))
