"""Records as ConfigMaps: HELM_DRIVER=configmap, key `release`."""

from __future__ import annotations

from pyhelm._typing import Any, Mapping
from pyhelm.kube.cluster import Cluster
from pyhelm.storage.objects import ObjectDriver


def configmap_driver(cluster: Cluster, namespace: str) -> ObjectDriver:
    """The Driver of `configmap`."""
    return ObjectDriver(
        "configmap", "ConfigMap", cluster, namespace, to_fields=_fields, to_body=_body
    )


def _fields(body: str) -> Mapping[str, Any]:
    return {"data": {"release": body}}


def _body(obj: Mapping[str, Any]) -> str:
    return str((obj.get("data") or {}).get("release") or "")
