"""What `kubectl get` shows of Services, what is behind them and before them."""

from __future__ import annotations

import pytest

from tests.simulator.shown import cell, check, named

pytestmark = pytest.mark.usefixtures("still")


def service(spec=None, balancer=()):
    known = {"type": "ClusterIP", "clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"]}
    status = {"loadBalancer": {"ingress": list(balancer)}} if balancer else {}
    return named("Service", spec={**known, **(spec or {})}, status=status)


def test_services():
    ports = [{"port": 80, "protocol": "TCP"}, {"port": 53, "protocol": "UDP", "nodePort": 30053}]
    obj = service({"type": "NodePort", "ports": ports, "selector": {"b": "2", "a": "1"}})
    expected = {"Type": "NodePort", "Cluster-IP": "10.0.0.1", "External-IP": "<none>"}
    more = {"Port(s)": "80/TCP,53:30053/UDP", "Age": "5m", "+Selector": "a=1,b=2"}
    check(obj, {**expected, **more})
    assert cell(service(), "+Selector") == "<none>"
    assert cell(service(), "Port(s)") == "<none>"


GIVEN = ["1.2.3.4", "1.2.3.5"]


@pytest.mark.parametrize(
    ("spec", "balancer", "external"),
    [
        ({}, (), "<none>"),
        ({"externalIPs": GIVEN}, (), "1.2.3.4,1.2.3.5"),
        ({"type": "NodePort", "externalIPs": GIVEN}, (), "1.2.3.4,1.2.3.5"),
        ({"type": "ExternalName", "externalName": "db.example.com"}, (), "db.example.com"),
        ({"type": "LoadBalancer"}, (), "<pending>"),
        ({"type": "LoadBalancer", "externalIPs": GIVEN[:1]}, (), "1.2.3.4"),
        ({"type": "LoadBalancer"}, [{"hostname": "a.example"}], "a.example"),
        (
            {"type": "LoadBalancer", "externalIPs": GIVEN[:1]},
            [{"ip": "9.9.9.9"}, {"ip": "8.8.8.8", "hostname": "b"}, {"ip": "9.9.9.9"}, {}],
            "8.8.8.8,9.9.9.9,1.2.3.4",
        ),
        ({"type": "Other"}, (), "<unknown>"),
    ],
)
def test_external_addresses(spec, balancer, external):
    assert cell(service(spec, balancer), "External-IP") == external


@pytest.mark.parametrize(
    ("spec", "address"),
    [
        ({"clusterIPs": ["10.0.0.2", "fd00::2"]}, "10.0.0.2"),
        ({"clusterIPs": ["None"], "clusterIP": "None"}, "None"),
        ({"type": "ExternalName", "clusterIPs": [], "clusterIP": None}, "<none>"),
    ],
)
def test_cluster_addresses(spec, address):
    assert cell(service(spec), "Cluster-IP") == address


def subset(addresses, ports=()):
    return {
        "addresses": [{"ip": each} for each in addresses],
        "ports": [{"port": each} for each in ports],
    }


@pytest.mark.parametrize(
    ("subsets", "found"),
    [
        ([], "<none>"),
        ([subset([], [80])], ""),
        ([subset(["10.0.0.1", "10.0.0.2"])], "10.0.0.1,10.0.0.2"),
        ([subset(["10.0.0.1", "fd00::1"], [80])], "10.0.0.1:80,[fd00::1]:80"),
        ([subset(["a", "b"], [1, 2])], "a:1,b:1,a:2 + 1 more..."),
        ([subset(["a", "b"]), subset(["c"], [1])], "a,b,c:1"),
        ([subset("abcde")], "a,b,c + 2 more..."),
    ],
)
def test_endpoints(subsets, found):
    check(named("Endpoints", subsets=subsets), {"Endpoints": found, "Age": "5m"})


@pytest.mark.parametrize(
    ("ports", "shown"),
    [
        (None, "<unset>"),
        ([{"port": 80}, {"port": 443, "name": "https"}], "80,443"),
        ([{"name": "http"}, {}], "http,*"),
        ([{"port": each} for each in (1, 2, 3, 4, 5)], "1,2,3 + 2 more..."),
    ],
)
def test_ports_of_endpoint_slices(ports, shown):
    obj = named("EndpointSlice", "discovery.k8s.io/v1", addressType="IPv4", ports=ports)
    check(obj, {"AddressType": "IPv4", "Ports": shown, "Endpoints": "<unset>", "Age": "5m"})


@pytest.mark.parametrize(
    ("endpoints", "shown"),
    [
        ([{"addresses": ["a"]}, {"addresses": ["b", "c"]}], "a,b,c"),
        ([{"addresses": ["a", "b", "c", "d"]}, {"addresses": []}], "a,b,c + 1 more..."),
    ],
)
def test_addresses_of_endpoint_slices(endpoints, shown):
    obj = named("EndpointSlice", "discovery.k8s.io/v1", endpoints=endpoints)
    assert cell(obj, "Endpoints") == shown


def ingress(hosts=(), status=None, **spec):
    rules = [{"host": each} if each else {} for each in hosts]
    known = {"rules": rules, **spec}
    return named("Ingress", "networking.k8s.io/v1", spec=known, status=status or {})


def test_ingresses():
    given = [{"hostname": "lb.example"}, {"ip": "1.2.3.4"}, {"ip": "1.2.3.4"}]
    status = {"loadBalancer": {"ingress": given}}
    obj = ingress(["a.example"], status, ingressClassName="nginx", tls=[{"secretName": "t"}])
    expected = {"Class": "nginx", "Hosts": "a.example", "Address": "1.2.3.4,lb.example"}
    check(obj, {**expected, "Ports": "80, 443", "Age": "5m"})
    expected = {"Class": "<none>", "Hosts": "*", "Address": "", "Ports": "80", "Age": "5m"}
    check(ingress(), expected)


@pytest.mark.parametrize(
    ("hosts", "shown"),
    [
        ([""], "*"),
        (["a", "", "b"], "a,b"),
        (["a", "b", "c"], "a,b,c"),
        (["a", "b", "c", "d", "e"], "a,b,c + 2 more..."),
        # The server counts rules here, not hosts.
        (["a", "b", "c", ""], "a,b,c + 1 more..."),
    ],
)
def test_hosts(hosts, shown):
    assert cell(ingress(hosts), "Hosts") == shown


@pytest.mark.parametrize(
    ("parameters", "shown"),
    [
        (None, "<none>"),
        ({"kind": "ConfigMap", "name": "c"}, "ConfigMap/c"),
        ({"apiGroup": "k8s.example", "kind": "Params", "name": "p"}, "Params.k8s.example/p"),
    ],
)
def test_ingress_classes(parameters, shown):
    spec = {"controller": "example.com/c", "parameters": parameters}
    obj = named("IngressClass", "networking.k8s.io/v1", spec=spec)
    check(obj, {"Controller": "example.com/c", "Parameters": shown, "Age": "5m"})


@pytest.mark.parametrize(
    ("kind", "value", "name"),
    [
        ("IngressClass", "true", "x (default)"),
        ("IngressClass", "false", "x"),
        ("NetworkPolicy", "true", "x"),
    ],
)
def test_the_default_ingress_class_says_so(kind, value, name):
    annotations = {"ingressclass.kubernetes.io/is-default-class": value}
    obj = named(kind, "networking.k8s.io/v1", metadata={"annotations": annotations}, spec={})
    assert cell(obj, "Name") == name


@pytest.mark.parametrize(
    ("selector", "shown"), [({}, "<none>"), ({"matchLabels": {"a": "b"}}, "a=b")]
)
def test_network_policies(selector, shown):
    obj = named("NetworkPolicy", "networking.k8s.io/v1", spec={"podSelector": selector})
    check(obj, {"Pod-Selector": shown, "Age": "5m"})


def test_service_cidrs():
    obj = named("ServiceCIDR", "networking.k8s.io/v1", spec={"cidrs": ["10.0.0.0/8", "fd00::/8"]})
    check(obj, {"CIDRs": "10.0.0.0/8,fd00::/8", "Age": "5m"})


@pytest.mark.parametrize(
    ("parent", "shown"),
    [
        (None, "<none>"),
        ({"resource": "services", "namespace": "n", "name": "s"}, "services/n/s"),
        ({"resource": "Things", "group": "K.example", "name": "t"}, "things.k.example/t"),
    ],
)
def test_ip_addresses(parent, shown):
    obj = named("IPAddress", "networking.k8s.io/v1", spec={"parentRef": parent})
    check(obj, {"ParentRef": shown})
