"""What a Service loses when its type changes: fields of the old type that the client left alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Object = dict[str, Any]


def drop_fields(service: Object, old: Object) -> None:
    """Take away, in place, what the new type has no use for and the update has not touched.

    As the API server's `dropTypeDependentFields`: a client that sends back what it has read, or
    applies a manifest without those fields, must be able to change a Service's type.
    """
    new, was = service.get("spec") or {}, old.get("spec") or {}
    for needs, names in _FIELDS:
        if needs(was) and not needs(new):
            for name in names:
                if new.get(name) == was.get(name):
                    new.pop(name, None)
    if _has_node_ports(was) and not _has_node_ports(new) and _node_ports(new) <= _node_ports(was):
        for port in new.get("ports") or ():
            port.pop("nodePort", None)


def _has_address(spec: Object) -> bool:
    return _type(spec) != "ExternalName"


def _is_balanced(spec: Object) -> bool:
    return _type(spec) == "LoadBalancer"


def _has_node_ports(spec: Object) -> bool:
    return _type(spec) in ("NodePort", "LoadBalancer")


def _is_external(spec: Object) -> bool:
    return _has_node_ports(spec) or bool(_has_address(spec) and spec.get("externalIPs"))


def _type(spec: Object) -> str:
    return str(spec.get("type") or "ClusterIP")


def _node_ports(spec: Object) -> set[int]:
    return {port["nodePort"] for port in spec.get("ports") or () if port.get("nodePort")}


_FIELDS: tuple[tuple[Callable[[Object], bool], tuple[str, ...]], ...] = (
    (_has_address, ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")),
    (_is_balanced, ("allocateLoadBalancerNodePorts", "loadBalancerClass")),
    (_is_external, ("externalTrafficPolicy",)),
)
"""What types need a field for; a field that is needed no more goes."""
