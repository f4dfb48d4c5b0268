"""Services that change their type. True of a real API server too."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.objects import service

pytestmark = pytest.mark.verified

NODE_PORT: dict[str, Any] = {"type": "NodePort"}
BALANCER: dict[str, Any] = {"type": "LoadBalancer", "loadBalancerClass": "a.io/b"}
OUTSIDE: dict[str, Any] = {"type": "ExternalName", "externalName": "a.example"}
CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any], set[str]]] = {
    "NodePort to ClusterIP": (NODE_PORT, {}, {"externalTrafficPolicy"}),
    "NodePort to LoadBalancer": (NODE_PORT, {"type": "LoadBalancer"}, set()),
    "LoadBalancer to ClusterIP": (
        BALANCER,
        {},
        {"externalTrafficPolicy", "allocateLoadBalancerNodePorts", "loadBalancerClass"},
    ),
    "LoadBalancer to NodePort": (
        BALANCER,
        NODE_PORT,
        {"allocateLoadBalancerNodePorts", "loadBalancerClass"},
    ),
    "ClusterIP to ExternalName": ({}, OUTSIDE, {"clusterIP", "clusterIPs", "ipFamilies"}),
    "NodePort to ExternalName": (NODE_PORT, OUTSIDE, {"clusterIP", "externalTrafficPolicy"}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_the_new_type_does_not_have_is_gone(api, change):
    before, after, gone = CHANGES[change]
    _, first = api.apply(service(**before))
    code, second = api.apply(service(**after))
    assert code == 200, second
    assert second["spec"]["type"] == after.get("type", "ClusterIP")
    assert gone <= first["spec"].keys()
    assert not gone & second["spec"].keys()
    has_ports = after.get("type") in ("NodePort", "LoadBalancer")
    assert all(("nodePort" in port) == has_ports for port in second["spec"]["ports"])


def test_a_patch_of_the_type_alone(api):
    api.create(service(type="NodePort"))
    code, obj = api.merge("Service", "s", {"spec": {"type": "ClusterIP"}})
    assert (code, obj["spec"].get("externalTrafficPolicy")) == (200, None)


def test_what_the_update_says_itself_is_refused(api):
    api.create(service(type="NodePort"))
    policy = {"type": "ClusterIP", "externalTrafficPolicy": "Local"}
    code, status = api.merge("Service", "s", {"spec": policy})
    assert code == 422
    assert "may only be set for externally-accessible services" in status["message"]
