"""What the API server adds on the way in: admission plugins, addresses and node ports."""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pyhelm.simulator import service_types, statuses
from pyhelm.simulator.quantities import quantity
from pyhelm.simulator.resources import Resource
from pyhelm.simulator.statuses import Cause

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]

SERVICE_NETWORK = ipaddress.ip_network("10.96.0.0/12")
NODE_PORTS = range(30000, 32768)
DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
ACCOUNT_MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
PRIORITIES = {"system-cluster-critical": 2000000000, "system-node-critical": 2000001000}


def mutate(sim: Simulator, resource: Resource, obj: Object, old: Object | None) -> None:
    """Before validation: what plugins set."""
    if old is not None:
        if resource.kind == "Pod":
            _tolerate(obj["spec"])
        elif resource.kind == "Service":
            service_types.drop_fields(obj, old)
        return
    if resource.kind == "Pod":
        _admit_pod(sim, obj)
    elif resource.kind == "PersistentVolumeClaim":
        _admit_claim(sim, obj)
    elif resource.kind == "PersistentVolume":
        _protect(obj, "kubernetes.io/pv-protection")
    elif resource.kind == "Namespace":
        labels = obj["metadata"].setdefault("labels", {})
        labels["kubernetes.io/metadata.name"] = obj["metadata"].get("name", "")
    elif resource.kind == "Job":
        _admit_job(obj)
    elif resource.kind == "DaemonSet":
        annotations = obj["metadata"].setdefault("annotations", {})
        annotations.setdefault("deprecated.daemonset.template.generation", "1")


def _admit_pod(sim: Simulator, pod: Object) -> None:
    spec = pod.get("spec")
    if not isinstance(spec, dict):
        return
    account = spec.get("serviceAccountName") or spec.get("serviceAccount") or "default"
    _check_account(sim, pod, account)
    spec["serviceAccountName"] = spec["serviceAccount"] = account
    _mount_account(sim, pod, account)
    _set_priority(sim, spec)
    spec.setdefault("preemptionPolicy", "PreemptLowerPriority")
    _tolerate(spec)


def _tolerate(spec: Object) -> None:
    """Let a Pod stay on a node that is unwell for five minutes."""
    tolerations = spec.setdefault("tolerations", [])
    for key in ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"):
        if not any(toleration.get("key") in (key, None) for toleration in tolerations):
            tolerations.append(
                {"effect": "NoExecute", "key": key, "operator": "Exists", "tolerationSeconds": 300}
            )


def _check_account(sim: Simulator, pod: Object, account: str) -> None:
    namespace = pod["metadata"].get("namespace", "")
    if sim.store.get("serviceaccounts", namespace, account) is None:
        why = f"error looking up service account {namespace}/{account}: "
        why += f'serviceaccount "{account}" not found'
        raise statuses.forbidden("", "pods", pod["metadata"].get("name", ""), why)


def _mount_account(sim: Simulator, pod: Object, account: str) -> None:
    from pyhelm.simulator.objects import random_suffix

    spec = pod["spec"]
    stored = sim.store.get("serviceaccounts", pod["metadata"].get("namespace", ""), account)
    automount = spec.get("automountServiceAccountToken")
    if automount is None and stored is not None:
        automount = stored.obj.get("automountServiceAccountToken")
    if automount is False:
        return
    name = f"kube-api-access-{random_suffix()}"
    wanting = [
        container
        for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ()))
        if all(m.get("mountPath") != ACCOUNT_MOUNT for m in container.get("volumeMounts") or ())
    ]
    if not wanting:
        return
    for container in wanting:
        mount = {"mountPath": ACCOUNT_MOUNT, "name": name, "readOnly": True}
        container["volumeMounts"] = [*(container.get("volumeMounts") or ()), mount]
    spec["volumes"] = [*(spec.get("volumes") or ()), _account_volume(name)]


def _account_volume(name: str) -> Object:
    namespace = {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}
    return {
        "name": name,
        "projected": {
            "defaultMode": 420,
            "sources": [
                {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
                {
                    "configMap": {
                        "items": [{"key": "ca.crt", "path": "ca.crt"}],
                        "name": "kube-root-ca.crt",
                    }
                },
                {"downwardAPI": {"items": [{**namespace, "path": "namespace"}]}},
            ],
        },
    }


def _set_priority(sim: Simulator, spec: Object) -> None:
    name = spec.get("priorityClassName")
    if not name:
        spec.setdefault("priority", 0)
        return
    stored = sim.store.get("priorityclasses.scheduling.k8s.io", "", name)
    if stored is None:
        why = f"no PriorityClass with name {name} was found"
        raise statuses.forbidden("", "pods", "", why)
    spec["priority"] = stored.obj.get("value", 0)


def _admit_claim(sim: Simulator, claim: Object) -> None:
    _protect(claim, "kubernetes.io/pvc-protection")
    spec = claim.get("spec")
    if not isinstance(spec, dict) or "storageClassName" in spec:
        return
    for stored in sim.store.list("storageclasses.storage.k8s.io"):
        annotations = stored.obj["metadata"].get("annotations") or {}
        if annotations.get(DEFAULT_CLASS) == "true":
            spec["storageClassName"] = stored.obj["metadata"]["name"]
            return


def _protect(obj: Object, finalizer: str) -> None:
    finalizers = obj["metadata"].setdefault("finalizers", [])
    if finalizer not in finalizers:
        finalizers.append(finalizer)


def _admit_job(job: Object) -> None:
    """The labels and the selector that tie a Job to its Pods."""
    spec, metadata = job.get("spec"), job["metadata"]
    if not isinstance(spec, dict) or spec.get("manualSelector"):
        return
    labels = {
        "batch.kubernetes.io/controller-uid": metadata["uid"],
        "batch.kubernetes.io/job-name": metadata.get("name", ""),
        "controller-uid": metadata["uid"],
        "job-name": metadata.get("name", ""),
    }
    template = spec.setdefault("template", {}).setdefault("metadata", {})
    template["labels"] = {**(template.get("labels") or {}), **labels}
    if not metadata.get("labels"):
        # The registry's default: a Job without labels gets its template's.
        metadata["labels"] = dict(template["labels"])
    selector = spec.setdefault("selector", {})
    uid = {"batch.kubernetes.io/controller-uid": metadata["uid"]}
    selector["matchLabels"] = {**(selector.get("matchLabels") or {}), **uid}


def allocate(sim: Simulator, resource: Resource, obj: Object, old: Object | None) -> None:
    """After validation: Services get addresses and node ports, claims grow where they may."""
    if resource.kind == "Service" and "spec" in obj:
        _allocate_address(sim, obj, old)
        _allocate_ports(sim, obj, old)
    if resource.kind == "PersistentVolumeClaim" and old is not None:
        _check_growth(sim, obj, old)


def _check_growth(sim: Simulator, claim: Object, old: Object) -> None:
    """Only a class that says so lets its claims grow."""
    sizes = [each["spec"]["resources"]["requests"]["storage"] for each in (old, claim)]
    if quantity(sizes[1]) <= quantity(sizes[0]):
        return
    name = claim["spec"].get("storageClassName", "")
    stored = sim.store.get("storageclasses.storage.k8s.io", "", name)
    if stored is None or not stored.obj.get("allowVolumeExpansion"):
        why = (
            "only dynamically provisioned pvc can be resized and the storageclass that provisions "
            "the pvc must support resize"
        )
        raise statuses.forbidden("", "persistentvolumeclaims", claim["metadata"]["name"], why)


def _allocate_address(sim: Simulator, service: Object, old: Object | None) -> None:
    spec = service["spec"]
    if spec.get("type") == "ExternalName":
        for name in ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"):
            spec.pop(name, None)
        return
    held = ((old or {}).get("spec") or {}).get("clusterIP")
    wanted = spec.get("clusterIP") or (spec.get("clusterIPs") or [None])[0] or held
    if wanted is None:
        wanted = _free_address(sim)
    elif wanted not in ("None", held):
        _claim_address(sim, service, wanted)
    spec["clusterIP"], spec["clusterIPs"] = wanted, [wanted]
    if wanted == "None" and not spec.get("selector"):
        # Whoever writes the endpoints of such a Service has any addresses.
        spec.setdefault("ipFamilies", ["IPv4", "IPv6"])
        spec.setdefault("ipFamilyPolicy", "RequireDualStack")
    spec.setdefault("ipFamilies", ["IPv4"])
    spec.setdefault("ipFamilyPolicy", "SingleStack")


def _services(sim: Simulator) -> Iterator[Object]:
    for stored in sim.store.list("services"):
        yield stored.obj["spec"]


def _free_address(sim: Simulator) -> str:
    taken = {spec.get("clusterIP") for spec in _services(sim)}
    size = SERVICE_NETWORK.num_addresses
    while True:
        # The lowest addresses are left to those who ask for one.
        address = str(SERVICE_NETWORK[random.randrange(257, size - 1)])
        if address not in taken:
            return address


def _claim_address(sim: Simulator, service: Object, address: str) -> None:
    try:
        inside = ipaddress.ip_address(address) in SERVICE_NETWORK
    except ValueError:
        inside = False
    why = ""
    if not inside:
        why = "the provided network does not match the current range"
    elif any(spec.get("clusterIP") == address for spec in _services(sim)):
        why = "provided IP is already allocated"
    if why:
        text = f'Invalid value: ["{address}"]: failed to allocate IP {address}: {why}'
        _refuse(service, Cause("FieldValueInvalid", text, "spec.clusterIPs"))


def _allocate_ports(sim: Simulator, service: Object, old: Object | None) -> None:
    spec = service["spec"]
    ports = spec.get("ports") or ()
    wanted = spec.get("type") == "NodePort" or (
        spec.get("type") == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts", True)
    )
    if not wanted:
        if spec.get("type") != "LoadBalancer":
            for port in ports:
                port.pop("nodePort", None)
        return
    mine = ((old or {}).get("spec") or {}).get("ports") or ()
    held = {(p.get("port"), p.get("protocol")): p.get("nodePort") for p in mine}
    kept = set(held.values())
    taken = {p.get("nodePort") for s in _services(sim) for p in s.get("ports") or ()} - kept
    for index, port in enumerate(ports):
        number = port.get("nodePort") or held.get((port.get("port"), port.get("protocol")))
        if number is None:
            number = random.choice([n for n in NODE_PORTS if n not in taken])
        _check_port(service, index, number, taken)
        port["nodePort"] = number
        taken.add(number)


def _check_port(service: Object, index: int, number: int, taken: set[Any]) -> None:
    why = ""
    if number not in NODE_PORTS:
        why = "provided port is not in the valid range. The range of valid ports is 30000-32767"
    elif number in taken:
        why = "provided port is already allocated"
    if why:
        text = f"Invalid value: {number}: {why}"
        _refuse(service, Cause("FieldValueInvalid", text, f"spec.ports[{index}].nodePort"))


def _refuse(service: Object, cause: Cause) -> None:
    raise statuses.invalid("", "Service", service["metadata"]["name"], [cause])
