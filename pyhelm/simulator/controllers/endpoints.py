"""Endpoints and EndpointSlices of Services, and a LoadBalancer's address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pyhelm.simulator.controllers import writes
from pyhelm.simulator.store import Change, Stored

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]

SLICES = "endpointslices.discovery.k8s.io"
HEADLESS = {"service.kubernetes.io/headless": ""}


def services_of_pod(sim: Simulator, change: Change) -> Iterable[tuple[str, str]]:
    """The Services that select, or selected, a Pod."""
    pods = [change.new.obj] + ([change.old.obj] if change.old else [])
    for stored in sim.store.list("services", change.namespace):
        selector = stored.obj["spec"].get("selector")
        if selector and any(_selects(selector, pod) for pod in pods):
            yield change.namespace, stored.obj["metadata"]["name"]


def _selects(selector: Object, pod: Object) -> bool:
    return bool(selector.items() <= (pod["metadata"].get("labels") or {}).items())


def reconcile(sim: Simulator, namespace: str, name: str) -> None:
    """Bring a Service's Endpoints and EndpointSlice in line with its Pods."""
    stored = sim.store.get("services", namespace, name)
    if stored is None:
        endpoints = sim.store.get("endpoints", namespace, name)
        managed = "endpoints.kubernetes.io/managed-by"
        if endpoints and managed in (endpoints.obj["metadata"].get("labels") or {}):
            writes.delete(sim, endpoints)
        return
    _give_address(sim, stored)
    spec = stored.obj["spec"]
    if not spec.get("selector") or spec.get("type") == "ExternalName":
        return
    pods = [
        each.obj
        for each in sim.store.list("pods", namespace)
        if _selects(spec["selector"], each.obj)
        and writes.is_active(each.obj)
        and (each.obj.get("status") or {}).get("podIP")
    ]
    _write_endpoints(sim, stored.obj, pods)
    _write_slice(sim, stored.obj, pods)


def _give_address(sim: Simulator, stored: Stored) -> None:
    service = stored.obj
    if service["spec"].get("type") != "LoadBalancer":
        return
    if (service.get("status") or {}).get("loadBalancer", {}).get("ingress"):
        return
    # 192.0.2.0/24 is set aside for examples (RFC 5737): nobody's address is given away.
    last = int(service["spec"]["clusterIP"].rpartition(".")[2]) % 254 + 1
    address = service["spec"].get("loadBalancerIP") or f"192.0.2.{last}"
    ingress = [{"ip": address, "ipMode": "VIP"}]
    writes.update_status(sim, stored, {"loadBalancer": {"ingress": ingress}})


def _target(pod: Object) -> Object:
    metadata = pod["metadata"]
    return {
        "kind": "Pod",
        "name": metadata["name"],
        "namespace": metadata["namespace"],
        "uid": metadata["uid"],
    }


def _ports(service: Object, pods: list[Object]) -> list[Object]:
    ports = []
    for port in service["spec"].get("ports") or ():
        number = _number(port, pods)
        if number is not None:
            entry = {"port": number, "protocol": port.get("protocol", "TCP")}
            ports.append({"name": port["name"], **entry} if port.get("name") else entry)
    return ports


def _number(port: Object, pods: list[Object]) -> int | None:
    target: Any = port.get("targetPort") or port["port"]
    if isinstance(target, int):
        return target
    for pod in pods:
        for container in pod["spec"]["containers"]:
            for each in container.get("ports") or ():
                if each.get("name") == target:
                    return int(each["containerPort"])
    return int(target) if target.isdigit() else None


def _write_endpoints(sim: Simulator, service: Object, pods: list[Object]) -> None:
    metadata = service["metadata"]
    ready = [_address(pod) for pod in pods if _counts(service, pod)]
    unready = [_address(pod) for pod in pods if not _counts(service, pod)]
    subset: Object = {"ports": _ports(service, pods)}
    subset.update({"addresses": ready} if ready else {})
    subset.update({"notReadyAddresses": unready} if unready else {})
    subsets = [subset] if pods else []
    stored = sim.store.get("endpoints", metadata["namespace"], metadata["name"])
    labels = {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}
    labels |= metadata.get("labels") or {}
    labels |= HEADLESS if service["spec"].get("clusterIP") == "None" else {}
    if stored is None:
        endpoints: Object = {
            "apiVersion": "v1",
            "kind": "Endpoints",
            "metadata": {
                "name": metadata["name"],
                "namespace": metadata["namespace"],
                "labels": labels,
            },
        }
        writes.create(sim, {**endpoints, **({"subsets": subsets} if subsets else {})})
    elif (stored.obj.get("subsets") or []) != subsets:
        writes.update(sim, stored, {**stored.copy(), "subsets": subsets})


def _counts(service: Object, pod: Object) -> bool:
    return writes.is_ready(pod) or bool(service["spec"].get("publishNotReadyAddresses"))


def _address(pod: Object) -> Object:
    address = {
        "ip": pod["status"]["podIP"],
        "nodeName": pod["spec"]["nodeName"],
        "targetRef": _target(pod),
    }
    hostname = pod["spec"].get("hostname")
    return {"hostname": hostname, **address} if hostname else address


def _write_slice(sim: Simulator, service: Object, pods: list[Object]) -> None:
    metadata = service["metadata"]
    endpoints = [_endpoint(service, pod) for pod in pods]
    ports = [{"name": port.get("name", ""), **port} for port in _ports(service, pods)]
    found = writes.owned(sim, SLICES, service)
    body = {"endpoints": endpoints, "ports": ports}
    if found:
        old = found[0].obj
        if (old.get("endpoints") or [], old.get("ports") or []) != (endpoints, ports):
            writes.update(sim, found[0], {**found[0].copy(), **body})
        return
    labels = {
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
        "kubernetes.io/service-name": metadata["name"],
        **(metadata.get("labels") or {}),
    }
    labels |= HEADLESS if service["spec"].get("clusterIP") == "None" else {}
    slice_metadata = {
        "generateName": f"{metadata['name']}-",
        "namespace": metadata["namespace"],
        "labels": labels,
        "ownerReferences": [writes.owner_reference(service)],
    }
    kind = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4"}
    writes.create(sim, {**kind, "metadata": slice_metadata, **body})


def _endpoint(service: Object, pod: Object) -> Object:
    ready = writes.is_ready(pod)
    endpoint = {
        "addresses": [pod["status"]["podIP"]],
        "conditions": {
            "ready": _counts(service, pod),
            "serving": ready,
            "terminating": False,
        },
        "nodeName": pod["spec"]["nodeName"],
        "targetRef": _target(pod),
    }
    hostname = pod["spec"].get("hostname")
    return {**endpoint, "hostname": hostname} if hostname else endpoint
