"""The controllers: what Kubernetes does by itself with the objects that are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pyhelm.simulator import events
from pyhelm.simulator.controllers import (
    cronjobs,
    daemonsets,
    definitions,
    deployments,
    disruption,
    endpoints,
    garbage,
    jobs,
    namespaces,
    pods,
    replicasets,
    statefulsets,
    volumes,
)
from pyhelm.simulator.controllers.queue import Controller, its_controller, itself
from pyhelm.simulator.controllers.queue import Controllers as _Controllers

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

CONTROLLERS: Mapping[str, Controller] = {
    "definitions": Controller(definitions.reconcile, {definitions.DEFINITIONS: itself}),
    "namespaces": Controller(
        namespaces.reconcile, {"namespaces": itself, "*": namespaces.of_object}
    ),
    "deployments": Controller(
        deployments.reconcile,
        {
            "deployments.apps": itself,
            "replicasets.apps": its_controller("Deployment"),
            "pods": deployments.of_pod,
        },
    ),
    "replicasets": Controller(
        replicasets.reconcile,
        {"replicasets.apps": itself, "pods": its_controller("ReplicaSet")},
    ),
    "replicationcontrollers": Controller(
        replicasets.reconcile_replication_controller,
        {"replicationcontrollers": itself, "pods": its_controller("ReplicationController")},
    ),
    "statefulsets": Controller(
        statefulsets.reconcile,
        {"statefulsets.apps": itself, "pods": its_controller("StatefulSet")},
    ),
    "daemonsets": Controller(
        daemonsets.reconcile, {"daemonsets.apps": itself, "pods": its_controller("DaemonSet")}
    ),
    "jobs": Controller(jobs.reconcile, {"jobs.batch": itself, "pods": its_controller("Job")}),
    "cronjobs": Controller(
        cronjobs.reconcile, {"cronjobs.batch": itself, "jobs.batch": its_controller("CronJob")}
    ),
    "volumeclaims": Controller(
        volumes.reconcile,
        {
            volumes.CLAIMS: itself,
            volumes.VOLUMES: volumes.all_claims,
            volumes.CLASSES: volumes.all_claims,
            "pods": volumes.claims_of_pod,
        },
    ),
    "volumes": Controller(
        volumes.reconcile_volume,
        {volumes.VOLUMES: itself, volumes.CLAIMS: volumes.volumes_of_claim},
    ),
    "pods": Controller(
        pods.reconcile,
        {
            "pods": itself,
            "configmaps": pods.waiting_pods,
            "secrets": pods.waiting_pods,
            volumes.CLAIMS: pods.waiting_pods,
        },
    ),
    "endpoints": Controller(
        endpoints.reconcile, {"services": itself, "pods": endpoints.services_of_pod}
    ),
    "budgets": Controller(
        disruption.reconcile, {disruption.BUDGETS: itself, "pods": disruption.of_pod}
    ),
    "events": Controller(events.expire, {"events": events.added}),
    "garbage": Controller(garbage.reconcile, {"*": garbage.affected}),
}
"""What each controller looks at, and when."""


class Controllers(_Controllers):
    """All controllers, of the table above."""

    def __init__(self, sim: Simulator) -> None:
        super().__init__(sim, CONTROLLERS)
