"""What the API server refuses in Services and Ingresses, in its words."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pyhelm.simulator.causes import (
    LABEL_1123,
    LABEL_1123_RULE,
    duplicate,
    forbidden,
    label_causes,
    required,
    subdomain,
    unsupported,
    wrong,
)
from pyhelm.simulator.statuses import Cause

Object = Mapping[str, Any]
Causes = Iterator[Cause]

TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
PROTOCOLS = ("SCTP", "TCP", "UDP")
PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
BAD_PARTS = ("//", "/./", "/../", "%2f", "%2F")
BAD_ENDS = ("/..", "/.")
CONTROLLER = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?/.+")


def service_causes(service: Object) -> Causes:
    """A Service's faults."""
    spec = service.get("spec") or {}
    kind = spec.get("type")
    if kind not in TYPES:
        yield unsupported("spec.type", kind, TYPES)
    ports = spec.get("ports") or []
    if not ports and kind != "ExternalName" and spec.get("clusterIP") != "None":
        yield required("spec.ports")
    if kind == "ExternalName" and not spec.get("externalName"):
        yield required("spec.externalName")
    names: set[str] = set()
    for index, port in enumerate(ports):
        yield from _port_causes(port, f"spec.ports[{index}]", names, several=len(ports) > 1)
    yield from _twice(ports)
    yield from label_causes(spec.get("selector"), "spec.selector")
    affinity = spec.get("sessionAffinity")
    if affinity and affinity not in ("ClientIP", "None"):
        yield unsupported("spec.sessionAffinity", affinity, ("ClientIP", "None"))
    yield from _exposure_causes(spec)


def _port_causes(port: Object, path: str, names: set[str], *, several: bool) -> Causes:
    name = port.get("name", "")
    if several and not name:
        yield required(f"{path}.name")
    elif name and not LABEL_1123.fullmatch(name):
        yield wrong(f"{path}.name", name, LABEL_1123_RULE)
    elif name in names:
        yield duplicate(f"{path}.name", name)
    names.add(name)
    yield from port_number_causes(f"{path}.port", port.get("port"))
    protocol, target = port.get("protocol"), port.get("targetPort")
    if protocol and protocol not in PROTOCOLS:
        yield unsupported(f"{path}.protocol", protocol, PROTOCOLS)
    yield from port_number_causes(f"{path}.targetPort", target)
    if isinstance(target, str):
        yield from port_name_causes(f"{path}.targetPort", target)


def _twice(ports: list[Object]) -> Causes:
    seen = set()
    for index, port in enumerate(ports):
        key = port.get("protocol"), port.get("port")
        if key in seen:
            shown = {"Name": "", "Protocol": key[0], "AppProtocol": None, "Port": key[1]}
            yield duplicate(f"spec.ports[{index}]", {**shown, "TargetPort": 0, "NodePort": 0})
        seen.add(key)


def port_number_causes(field: str, number: Any) -> Causes:
    """A port's number; names are no fault here."""
    if isinstance(number, int) and not 0 < number < 65536:
        yield wrong(field, number, "must be between 1 and 65535, inclusive")


def port_name_causes(field: str, name: str) -> Causes:
    """A port's name, as Pods have them."""
    if len(name) > 15:
        yield wrong(field, name, "must be no more than 15 characters")
    if re.search(r"[^-a-z0-9]", name):
        text = "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"
        yield wrong(field, name, text)
    if not re.search(r"[a-z]", name):
        yield wrong(field, name, "must contain at least one letter (a-z)")


def _exposure_causes(spec: Object) -> Causes:
    kind = spec.get("type")
    for index, port in enumerate(spec.get("ports") or ()):
        if kind == "ClusterIP" and port.get("nodePort"):
            text = "may not be used when `type` is 'ClusterIP'"
            yield forbidden(f"spec.ports[{index}].nodePort", text)
    policy = spec.get("externalTrafficPolicy")
    outside = kind in ("LoadBalancer", "NodePort") or spec.get("externalIPs")
    if policy and not outside:
        text = "may only be set for externally-accessible services"
        yield wrong("spec.externalTrafficPolicy", policy, text)


def ingress_causes(ingress: Object) -> Causes:
    """An Ingress's faults."""
    spec = ingress.get("spec") or {}
    rules = spec.get("rules") or ()
    if not rules and not spec.get("defaultBackend"):
        text = "either `defaultBackend` or `rules` must be specified"
        yield wrong("spec", None, text)
    if spec.get("defaultBackend"):
        yield from _backend_causes(spec["defaultBackend"], "spec.defaultBackend")
    for index, rule in enumerate(rules):
        where = f"spec.rules[{index}]"
        if rule.get("host"):
            yield from _host_causes(rule["host"], f"{where}.host")
        for number, path in enumerate((rule.get("http") or {}).get("paths") or ()):
            yield from _path_causes(path, f"{where}.http.paths[{number}]")
    if spec.get("ingressClassName"):
        yield from subdomain("spec.ingressClassName", spec["ingressClassName"])


def _host_causes(host: str, field: str) -> Causes:
    try:
        ipaddress.ip_address(host)
        yield wrong(field, host, "must be a DNS name, not an IP address")
    except ValueError:
        # A star stands for the first part.
        yield from (
            Cause(cause.reason, cause.message.replace(f'"{host[2:]}"', f'"{host}"'), field)
            for cause in subdomain(field, host[2:] if host.startswith("*.") else host)
        )


def _path_causes(path: Object, where: str) -> Causes:
    kind, text = path.get("pathType"), path.get("path", "")
    if not kind:
        yield required(f"{where}.pathType", "pathType must be specified")
    elif kind not in PATH_TYPES:
        yield unsupported(f"{where}.pathType", kind, PATH_TYPES)
    elif kind in ("Exact", "Prefix") or text:
        if not text.startswith("/"):
            yield wrong(f"{where}.path", text, "must be an absolute path")
        elif kind != "ImplementationSpecific":
            yield from _unclean_causes(text, f"{where}.path")
    yield from _backend_causes(path.get("backend") or {}, f"{where}.backend")


def _unclean_causes(text: str, field: str) -> Causes:
    for part in BAD_PARTS:
        if part in text:
            yield wrong(field, text, f"must not contain '{part}'")
    for end in BAD_ENDS:
        if text.endswith(end):
            yield wrong(field, text, f"cannot end with '{end}'")


def _backend_causes(backend: Object, field: str) -> Causes:
    service = backend.get("service")
    if service is not None and backend.get("resource") is not None:
        yield wrong(field, "", "cannot set both resource and service backends")
    elif service is not None:
        port = service.get("port") or {}
        if not service.get("name"):
            yield required(f"{field}.service.name")
        if not port.get("name") and not port.get("number"):
            yield required(field, "port name or number is required")
        elif port.get("name") and port.get("number"):
            yield wrong(field, "", "cannot set both port name & port number")
        elif port.get("name"):
            yield from port_name_causes(f"{field}.service.port.name", port["name"])
        else:
            yield from port_number_causes(f"{field}.service.port.number", port["number"])
    elif backend.get("resource") is None:
        yield wrong(field, "", "resource or service backend is required")


def ingress_class_causes(ingress_class: Object) -> Causes:
    """An IngressClass's faults."""
    controller = (ingress_class.get("spec") or {}).get("controller")
    if not controller:
        yield required("spec.controller")
    elif not CONTROLLER.fullmatch(controller):
        text = 'must be a domain-prefixed path (such as "acme.io/foo")'
        yield wrong("spec.controller", controller, text)
