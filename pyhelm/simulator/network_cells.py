"""What stands in the columns of a table for Services, what is behind them and before them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyhelm.simulator.cells import (
    NONE,
    UNKNOWN,
    UNSET,
    Object,
    age,
    label_text,
    selector_text,
    shortened,
    spec_of,
    status_of,
)


def service(obj: Object) -> list[Any]:
    """Services."""
    spec = spec_of(obj)
    addresses = spec.get("clusterIPs") or [spec.get("clusterIP")]
    return [
        spec.get("type", "ClusterIP"),
        addresses[0] or NONE,
        _external(obj),
        _service_ports(spec.get("ports") or ()),
        age(obj),
        label_text(spec.get("selector")),
    ]


def _external(obj: Object) -> str:
    spec = spec_of(obj)
    kind, given = spec.get("type", "ClusterIP"), spec.get("externalIPs") or ()
    if kind == "ExternalName":
        return str(spec.get("externalName", ""))
    if kind == "LoadBalancer":
        return ",".join([*_balancer(obj), *given]) or "<pending>"
    return ",".join(given) or NONE if kind in ("ClusterIP", "NodePort") else UNKNOWN


def _balancer(obj: Object) -> list[str]:
    """The addresses of a load balancer, each once."""
    given = (status_of(obj).get("loadBalancer") or {}).get("ingress") or ()
    return sorted({each.get("ip") or each.get("hostname") or "" for each in given} - {""})


def _service_ports(ports: Iterable[Object]) -> str:
    shown = []
    for port in ports:
        node = f":{port['nodePort']}" if port.get("nodePort") else ""
        shown.append(f"{port['port']}{node}/{port.get('protocol', 'TCP')}")
    return ",".join(shown) or NONE


def endpoints(obj: Object) -> list[Any]:
    """Endpoints."""
    subsets = obj.get("subsets") or ()
    found = [text for subset in subsets for text in _subset(subset)]
    return [shortened(found) if subsets else NONE, age(obj)]


def _subset(subset: Object) -> Iterable[str]:
    """A subset's addresses, once for each port."""
    addresses = [each["ip"] for each in subset.get("addresses") or ()]
    if not subset.get("ports"):
        return addresses
    hosts = [f"[{each}]" if ":" in each else each for each in addresses]
    return [f"{host}:{port['port']}" for port in subset["ports"] for host in hosts]


def endpoint_slice(obj: Object) -> list[Any]:
    """EndpointSlices."""
    ports = [_port(port) for port in obj.get("ports") or ()]
    found = [a for each in obj.get("endpoints") or () for a in each.get("addresses") or ()]
    shown = [shortened(ports) or UNSET, shortened(found) or UNSET]
    return [obj.get("addressType", ""), *shown, age(obj)]


def _port(port: Object) -> str:
    return str(next((port[key] for key in ("port", "name") if port.get(key) is not None), "*"))


def ingress(obj: Object) -> list[Any]:
    """Ingresses."""
    spec = spec_of(obj)
    return [
        spec.get("ingressClassName") or NONE,
        _hosts(spec.get("rules") or ()),
        ",".join(_balancer(obj)),
        "80, 443" if spec.get("tls") else "80",
        age(obj),
    ]


def _hosts(rules: Iterable[Object]) -> str:
    """The first three hosts; rules beyond the third host count, with a host or without."""
    hosts = [rule.get("host") or "" for rule in rules]
    shown: list[str] = []
    for host in hosts:
        if len(shown) == 3:
            return f"{','.join(shown)} + {len(hosts) - 3} more..."
        shown += [host] if host else []
    return ",".join(shown) or "*"


def ingress_class(obj: Object) -> list[Any]:
    """IngressClasses."""
    parameters = spec_of(obj).get("parameters")
    shown = NONE
    if parameters:
        group = f".{parameters['apiGroup']}" if parameters.get("apiGroup") else ""
        shown = f"{parameters['kind']}{group}/{parameters['name']}"
    return [spec_of(obj).get("controller", ""), shown, age(obj)]


def network_policy(obj: Object) -> list[Any]:
    """NetworkPolicies."""
    return [selector_text(spec_of(obj).get("podSelector")), age(obj)]


def service_cidr(obj: Object) -> list[Any]:
    """ServiceCIDRs."""
    return [",".join(spec_of(obj).get("cidrs") or ()), age(obj)]


def ip_address(obj: Object) -> list[Any]:
    """IPAddresses; their age has no column of its own on the server, either."""
    parent = spec_of(obj).get("parentRef")
    if not parent:
        return [NONE, age(obj)]
    group = f".{parent['group']}" if parent.get("group") else ""
    resource = f"{parent['resource']}{group}".lower()
    space = f"{parent['namespace']}/" if parent.get("namespace") else ""
    return [f"{resource}/{space}{parent['name']}", age(obj)]
