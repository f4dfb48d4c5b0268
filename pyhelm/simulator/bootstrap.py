"""What a new cluster has before anyone writes to it: namespaces, a node, a StorageClass."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from pyhelm import openapi
from pyhelm.simulator import objects
from pyhelm.simulator.clock import stamp
from pyhelm.simulator.managed_fields import Manager
from pyhelm.simulator.objects import Writer

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]

NODE_NAME = "simulated-node"
NODE_ADDRESS = "10.0.0.1"
SAYS = "no container runs here: PyHelm's simulator moves objects only"
CAPACITY = {"cpu": "32", "memory": "256Gi", "pods": "1100", "ephemeral-storage": "1000Gi"}
PROVISIONER = "pyhelm.simulator/volumes"

NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
NODE: Object = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {
        "name": NODE_NAME,
        "labels": {
            "kubernetes.io/arch": "amd64",
            "kubernetes.io/hostname": NODE_NAME,
            "kubernetes.io/os": "linux",
            "pyhelm/simulated": "true",
        },
        "annotations": {"pyhelm/simulated": SAYS},
    },
    "spec": {"podCIDR": "10.244.0.0/16", "podCIDRs": ["10.244.0.0/16"]},
}
OTHERS: tuple[Object, ...] = (
    {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {
            "name": "standard",
            "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
        },
        "provisioner": PROVISIONER,
        "allowVolumeExpansion": True,
    },
    {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": "system-cluster-critical"},
        "value": 2000000000,
    },
    {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": "system-node-critical"},
        "value": 2000001000,
    },
    {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "kubernetes",
            "namespace": "default",
            "labels": {"component": "apiserver", "provider": "kubernetes"},
        },
        "spec": {
            "clusterIP": "10.96.0.1",
            "ports": [{"name": "https", "port": 443, "targetPort": 6443}],
        },
    },
)
CONDITIONS = (
    ("Ready", "True", "KubeletReady", "simulated: " + SAYS),
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "simulated"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "simulated"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "simulated"),
)


def fill(sim: Simulator) -> None:
    """Make what isn't there yet."""
    if sim.store.get("namespaces", "", "default") is not None:
        return
    for name in NAMESPACES:
        add(sim, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    add(sim, {**copy.deepcopy(NODE), "status": node_status(sim)})
    for obj in OTHERS:
        add(sim, copy.deepcopy(obj))


def add(sim: Simulator, obj: Object) -> None:
    """Create one object as the API server itself."""
    resource = sim.registry.of(obj["apiVersion"], obj["kind"])
    assert resource is not None
    manager = Manager("kube-apiserver", "Update", resource.api_version)
    objects.create(sim, resource, obj, Writer(manager, internal=True))


def node_status(sim: Simulator) -> Object:
    """The status of the one Node."""
    now = stamp(sim.clock())
    return {
        "addresses": [
            {"address": NODE_ADDRESS, "type": "InternalIP"},
            {"address": NODE_NAME, "type": "Hostname"},
        ],
        "allocatable": dict(CAPACITY),
        "capacity": dict(CAPACITY),
        "conditions": [
            {
                "type": kind,
                "status": state,
                "reason": reason,
                "message": message,
                "lastHeartbeatTime": now,
                "lastTransitionTime": now,
            }
            for kind, state, reason, message in CONDITIONS
        ],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 0}},
        "nodeInfo": {
            "architecture": "amd64",
            "bootID": "",
            "containerRuntimeVersion": "simulated://no-containers",
            "kernelVersion": "simulated",
            "kubeProxyVersion": "",
            "kubeletVersion": openapi.kubernetes_version(),
            "machineID": "",
            "operatingSystem": "linux",
            "osImage": "PyHelm simulator",
            "systemUUID": "",
        },
    }
