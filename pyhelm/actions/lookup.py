"""Templates' `lookup`: objects of the live cluster, read and nothing else."""

from __future__ import annotations

from pyhelm._typing import Any
from pyhelm.engine.context import Lookup
from pyhelm.errors import NotFound
from pyhelm.kube.cluster import Cluster, ObjectRef


def cluster_lookup(cluster: Cluster) -> Lookup:
    """A `lookup` that asks the cluster; what isn't there is `{}`, an empty name lists."""

    def lookup(api_version: str, kind: str, namespace: str, name: str) -> dict[str, Any]:
        try:
            if name:
                return cluster.get(ObjectRef(api_version, kind, name, namespace))
            items = cluster.list(api_version, kind, namespace)
        except NotFound:
            return {}
        return {"apiVersion": api_version, "kind": f"{kind}List", "metadata": {}, "items": items}

    return lookup
