"""Where releases are kept: policy (`store`) around drivers that have none."""

from __future__ import annotations

from pyhelm.errors import UsageError
from pyhelm.kube.cluster import Cluster
from pyhelm.storage.driver import Driver

DRIVERS = ("secret", "configmap", "memory", "sql")
"""What HELM_DRIVER may be; `secrets` and `configmaps` are accepted as in Helm."""


def driver_named(name: str, cluster: Cluster, namespace: str, connection: str = "") -> Driver:
    """The driver that HELM_DRIVER names; raises UsageError.

    `connection` is what HELM_DRIVER_SQL_CONNECTION_STRING says, for `sql`.
    """
    if name in ("secret", "secrets", ""):
        from pyhelm.storage.secret import secret_driver

        return secret_driver(cluster, namespace)
    if name in ("configmap", "configmaps"):
        from pyhelm.storage.configmap import configmap_driver

        return configmap_driver(cluster, namespace)
    if name == "memory":
        from pyhelm.storage.memory import MemoryDriver

        return MemoryDriver(namespace)
    if name == "sql":
        from pyhelm.storage.sql import sql_driver

        return sql_driver(connection, namespace)
    raise UsageError(f"unknown driver {name!r} in HELM_DRIVER; it can be {', '.join(DRIVERS)}")
