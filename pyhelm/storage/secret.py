"""Records as Secrets, Helm's default: type `helm.sh/release.v1`, key `release`."""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64

from pyhelm._typing import Any, Mapping
from pyhelm.kube.cluster import Cluster
from pyhelm.storage.objects import ObjectDriver

TYPE = "helm.sh/release.v1"


def secret_driver(cluster: Cluster, namespace: str) -> ObjectDriver:
    """The Driver of `secret`."""
    return ObjectDriver("secret", "Secret", cluster, namespace, to_fields=_fields, to_body=_body)


def _fields(body: str) -> Mapping[str, Any]:
    return {"type": TYPE, "data": {"release": b2a_base64(body.encode(), newline=False).decode()}}


def _body(obj: Mapping[str, Any]) -> str:
    data = obj.get("data") or {}
    return a2b_base64(data.get("release") or "").decode("ascii", "replace")
