"""What `kubectl get` shows of configuration, rights, nodes and the rest."""

from __future__ import annotations

import pytest

from tests.simulator.shown import ago, cell, check, named, shown

pytestmark = pytest.mark.usefixtures("still")

GOING = {"deletionTimestamp": ago(1)}
RBAC = "rbac.authorization.k8s.io/v1"
POLICY = "admissionregistration.k8s.io/v1"
FLOW = "flowcontrol.apiserver.k8s.io/v1"


def conditions(**states):
    return {"conditions": [{"type": name, "status": state} for name, state in states.items()]}


@pytest.mark.parametrize(
    ("fields", "count"),
    [({}, 0), ({"data": {"a": "", "b": ""}, "binaryData": {"c": ""}}, 3)],
)
def test_config_maps(fields, count):
    check(named("ConfigMap", **fields), {"Data": count, "Age": "5m"})


def test_secrets():
    check(
        named("Secret", type="Opaque", data={"a": ""}), {"Type": "Opaque", "Data": 1, "Age": "5m"}
    )
    obj = named("Secret", type="kubernetes.io/tls")
    check(obj, {"Type": "kubernetes.io/tls", "Data": 0, "Age": "5m"})


@pytest.mark.parametrize(
    ("kind", "api_version"),
    [
        ("ServiceAccount", "v1"),
        ("DeviceClass", "resource.k8s.io/v1"),
        ("ResourceClaimTemplate", "resource.k8s.io/v1"),
    ],
)
def test_kinds_that_have_but_an_age(kind, api_version):
    check(named(kind, api_version), {"Age": "5m"})


def test_namespaces():
    obj = named("Namespace", status={"phase": "Terminating"})
    check(obj, {"Status": "Terminating", "Age": "5m"})


def test_nodes():
    info = {
        "kubeletVersion": "v1.37.2",
        "osImage": "Debian 13",
        "kernelVersion": "6.12",
        "architecture": "arm64",
        "containerRuntimeVersion": "containerd://2",
    }
    addresses = [
        {"type": "Hostname", "address": "x"},
        {"type": "InternalIP", "address": "10.0.0.1"},
        {"type": "InternalIP", "address": "fd00::1"},
        {"type": "ExternalIP", "address": "1.2.3.4"},
    ]
    status = {**conditions(Ready="True"), "nodeInfo": info, "addresses": addresses}
    labels = {
        "node-role.kubernetes.io/worker": "",
        "node-role.kubernetes.io/": "",
        "kubernetes.io/role": "edge",
    }
    expected = {
        "Status": "Ready",
        "Roles": "edge,worker",
        "Age": "5m",
        "Version": "v1.37.2",
        "+Internal-IP": "10.0.0.1",
        "+External-IP": "1.2.3.4",
        "+OS-Image": "Debian 13",
        "+Kernel-Version": "6.12 (arm64)",
        "+Container-Runtime": "containerd://2",
    }
    check(named("Node", metadata={"labels": labels}, spec={}, status=status), expected)


def test_a_node_that_nothing_is_known_of():
    expected = {"Status": "Unknown", "Roles": "<none>", "Age": "5m", "Version": ""}
    none = dict.fromkeys(("+Internal-IP", "+External-IP"), "<none>")
    unknown = dict.fromkeys(("+OS-Image", "+Kernel-Version", "+Container-Runtime"), "<unknown>")
    check(named("Node"), {**expected, **none, **unknown})


@pytest.mark.parametrize(
    ("ready", "spec", "state"),
    [
        ("False", {}, "NotReady"),
        ("Unknown", {}, "NotReady"),
        ("True", {"unschedulable": True}, "Ready,SchedulingDisabled"),
    ],
)
def test_states_of_nodes(ready, spec, state):
    assert cell(named("Node", spec=spec, status=conditions(Ready=ready)), "Status") == state


@pytest.mark.parametrize("kind", ["RoleBinding", "ClusterRoleBinding"])
def test_bindings(kind):
    subjects = [
        {"kind": "User", "name": "jane"},
        {"kind": "ServiceAccount", "namespace": "n", "name": "sa"},
        {"kind": "Group", "name": "dev"},
        {"kind": "Group", "name": "ops"},
        {"kind": "Robot", "name": "r"},
    ]
    obj = named(kind, RBAC, roleRef={"kind": "Role", "name": "r"}, subjects=subjects)
    wide = {"+Users": "jane", "+Groups": "dev, ops", "+ServiceAccounts": "n/sa"}
    check(obj, {"Role": "Role/r", "Age": "5m", **wide})
    bare = named(kind, RBAC, roleRef={"kind": "Role", "name": "r"})
    assert cell(bare, "+Users") == ""


@pytest.mark.parametrize(
    ("kind", "api_version"),
    [("Role", RBAC), ("ClusterRole", RBAC), ("LimitRange", "v1")],
)
def test_kinds_that_the_server_has_no_columns_for(kind, api_version):
    check(named(kind, api_version), {"Created At": ago(300)})


def test_priority_classes():
    known = {"value": 7, "globalDefault": True, "preemptionPolicy": "Never"}
    obj = named("PriorityClass", "scheduling.k8s.io/v1", **known)
    expected = {"Value": 7, "Global-Default": True, "Age": "5m", "PreemptionPolicy": "Never"}
    check(obj, expected)
    obj = named("PriorityClass", "scheduling.k8s.io/v1", value=0)
    assert cell(obj, "Global-Default") is False


@pytest.mark.parametrize(("spec", "holder"), [(None, ""), ({"holderIdentity": "me"}, "me")])
def test_leases(spec, holder):
    check(named("Lease", "coordination.k8s.io/v1", spec=spec), {"Holder": holder, "Age": "5m"})


def test_runtime_classes():
    check(named("RuntimeClass", "node.k8s.io/v1", handler="h"), {"Handler": "h", "Age": "5m"})


def test_quotas():
    hard = {"requests.cpu": "2", "limits.memory": "1Gi", "pods": "10", "limits.cpu": "4"}
    obj = named("ResourceQuota", status={"hard": hard, "used": {"pods": "3", "limits.cpu": "1"}})
    expected = {
        "Request": "pods: 3/10, requests.cpu: 0/2",
        "Limit": "limits.cpu: 1/4, limits.memory: 0/1Gi",
        "Age": "5m",
    }
    check(obj, expected)
    check(named("ResourceQuota"), {"Request": "", "Limit": "", "Age": "5m"})


def definition(status, **names):
    versions = [
        {"name": "v1beta1", "served": True},
        {"name": "v1alpha1", "served": False},
        {"name": "v1", "served": True, "storage": True},
    ]
    known = {"kind": "Tab", "plural": "tabs", **names}
    spec = {"group": "x.example", "scope": "Namespaced", "names": known, "versions": versions}
    return named("CustomResourceDefinition", "apiextensions.k8s.io/v1", spec=spec, status=status)


def test_definitions():
    expected = {
        "Scope": "Namespaced",
        "Versions": "v1(storage),v1beta1",
        "Created At": ago(300),
        "+Group": "x.example",
        "+Kind": "Tab",
        "+ShortNames": "t,tb",
        "+Established": True,
    }
    check(definition(conditions(Established="True"), shortNames=["t", "tb"]), expected)


@pytest.mark.parametrize("status", [{}, conditions(Established="False")])
def test_a_definition_that_is_not_established(status):
    found = shown(definition(status))
    assert (found["+Established"], found["+ShortNames"]) == (False, "")


@pytest.mark.parametrize(
    ("spec", "status", "where", "available"),
    [
        ({}, conditions(Available="True"), "Local", "True"),
        ({"service": {"namespace": "n", "name": "s"}}, {}, "n/s", "Unknown"),
        ({}, conditions(Available="False"), "Local", "False"),
        (
            {},
            {"conditions": [{"type": "Available", "status": "False", "reason": "Down"}]},
            "Local",
            "False (Down)",
        ),
        (
            {},
            {"conditions": [{"type": "Available", "status": "True", "reason": "Passed"}]},
            "Local",
            "True",
        ),
    ],
)
def test_api_services(spec, status, where, available):
    obj = named("APIService", "apiregistration.k8s.io/v1", spec=spec, status=status)
    check(obj, {"Service": where, "Available": available, "Age": "5m"})


@pytest.mark.parametrize("kind", ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"])
def test_webhooks(kind):
    check(named(kind, POLICY, webhooks=[{}, {}]), {"Webhooks": 2, "Age": "5m"})
    check(named(kind, POLICY), {"Webhooks": 0, "Age": "5m"})


@pytest.mark.parametrize(
    ("kind", "field", "column"),
    [
        ("ValidatingAdmissionPolicy", "validations", "Validations"),
        ("MutatingAdmissionPolicy", "mutations", "Mutations"),
    ],
)
def test_admission_policies(kind, field, column):
    parameters = {"apiVersion": "v1", "kind": "ConfigMap"}
    obj = named(kind, POLICY, spec={field: [{}, {}], "paramKind": parameters})
    check(obj, {column: 2, "ParamKind": "v1/ConfigMap", "Age": "5m"})
    check(named(kind, POLICY, spec={}), {column: 0, "ParamKind": "<unset>", "Age": "5m"})


LABELS = {"matchLabels": {"b": "2", "a": "1"}}
EXPRESSION = {"key": "k", "operator": "In", "values": ["x", "y"]}


@pytest.mark.parametrize(
    "kind", ["ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicyBinding"]
)
@pytest.mark.parametrize(
    ("reference", "parameters"),
    [
        (None, "<unset>"),
        ({"parameterNotFoundAction": "Deny"}, "<unset>"),
        ({"name": "p", "namespace": "n"}, "n/p"),
        ({"name": "p"}, "*/p"),
        # The server shows Go's own text of a struct here.
        (
            {"selector": LABELS},
            "&LabelSelector{MatchLabels:map[string]string{a: 1,b: 2,},"
            "MatchExpressions:[]LabelSelectorRequirement{},}",
        ),
        (
            {"selector": {"matchExpressions": [EXPRESSION, {"key": "q", "operator": "Exists"}]}},
            "&LabelSelector{MatchLabels:map[string]string{},"
            "MatchExpressions:[]LabelSelectorRequirement{"
            "LabelSelectorRequirement{Key:k,Operator:In,Values:[x y],},"
            "LabelSelectorRequirement{Key:q,Operator:Exists,Values:[],},},}",
        ),
    ],
)
def test_bindings_of_admission_policies(kind, reference, parameters):
    obj = named(kind, POLICY, spec={"policyName": "policy", "paramRef": reference})
    check(obj, {"PolicyName": "policy", "ParamRef": parameters, "Age": "5m"})


def test_flow_schemas():
    spec = {
        "priorityLevelConfiguration": {"name": "level"},
        "matchingPrecedence": 100,
        "distinguisherMethod": {"type": "ByUser"},
    }
    expected = {
        "PriorityLevel": "level",
        "MatchingPrecedence": 100,
        "DistinguisherMethod": "ByUser",
        "Age": "5m",
        "MissingPL": "False",
    }
    check(named("FlowSchema", FLOW, spec=spec, status=conditions(Dangling="False")), expected)
    found = shown(named("FlowSchema", FLOW, spec={}))
    assert (found["DistinguisherMethod"], found["MissingPL"]) == ("<none>", "?")


QUEUING = {"queues": 64, "handSize": 6, "queueLengthLimit": 50}


@pytest.mark.parametrize(
    ("spec", "cells"),
    [
        ({"type": "Exempt"}, ["Exempt", *["<none>"] * 4]),
        (
            {"type": "Limited", "limited": {"nominalConcurrencyShares": 30}},
            ["Limited", 30, *["<none>"] * 3],
        ),
        (
            {
                "type": "Limited",
                "limited": {
                    "nominalConcurrencyShares": 0,
                    "limitResponse": {"type": "Queue", "queuing": QUEUING},
                },
            },
            ["Limited", 0, 64, 6, 50],
        ),
    ],
)
def test_priority_levels(spec, cells):
    columns = ("Type", "NominalConcurrencyShares", "Queues", "HandSize", "QueueLengthLimit", "Age")
    obj = named("PriorityLevelConfiguration", FLOW, spec=spec)
    check(obj, dict(zip(columns, [*cells, "5m"], strict=True)))


@pytest.mark.parametrize(
    ("status", "condition"),
    [
        ({}, "Pending"),
        (conditions(Approved="True"), "Approved"),
        ({**conditions(Approved="True"), "certificate": "eA=="}, "Approved,Issued"),
        (conditions(Approved="True", Failed="True"), "Approved,Failed"),
        (conditions(Approved="True", Denied="True"), "Denied"),
    ],
)
def test_signing_requests(status, condition):
    spec = {"signerName": "example.com/s", "username": "jane", "expirationSeconds": 86400}
    obj = named("CertificateSigningRequest", "certificates.k8s.io/v1", spec=spec, status=status)
    expected = {"Age": "5m", "SignerName": "example.com/s", "Requestor": "jane"}
    check(obj, {**expected, "RequestedDuration": "24h", "Condition": condition})


def test_a_signing_request_that_says_little():
    found = shown(named("CertificateSigningRequest", "certificates.k8s.io/v1", spec={}))
    assert (found["SignerName"], found["RequestedDuration"]) == ("<none>", "<none>")


@pytest.mark.parametrize(("spec", "name"), [({}, "<none>"), ({"signerName": "s"}, "s")])
def test_trust_bundles(spec, name):
    check(named("ClusterTrustBundle", "certificates.k8s.io/v1", spec=spec), {"SignerName": name})


@pytest.mark.parametrize(
    ("status", "state"),
    [({}, "Pending"), (conditions(Other="True"), "Pending"), (conditions(Denied="True"), "Denied")],
)
def test_pod_certificates(status, state):
    spec = {
        "podName": "p",
        "serviceAccountName": "sa",
        "nodeName": "n",
        "signerName": "s",
        "unverifiedUserAnnotations": {"b": "2", "a": "1"},
    }
    expected = {
        "PodName": "p",
        "ServiceAccountName": "sa",
        "NodeName": "n",
        "SignerName": "s",
        "State": state,
        "UnverifiedUserAnnotations": "a=1,b=2",
    }
    obj = named("PodCertificateRequest", "certificates.k8s.io/v1", spec=spec, status=status)
    check(obj, expected)


@pytest.mark.parametrize(
    ("metadata", "status", "state"),
    [
        ({}, {}, "pending"),
        ({}, {"allocation": {}}, "allocated"),
        ({}, {"allocation": {}, "reservedFor": [{}]}, "allocated,reserved"),
        (GOING, {}, "deleted"),
        (GOING, {"allocation": {}}, "deleted,allocated"),
    ],
)
def test_resource_claims(metadata, status, state):
    obj = named("ResourceClaim", "resource.k8s.io/v1", metadata=metadata, status=status)
    check(obj, {"State": state, "Age": "5m"})


def test_resource_slices():
    spec = {"nodeName": "n", "driver": "d", "pool": {"name": "p"}}
    obj = named("ResourceSlice", "resource.k8s.io/v1", spec=spec)
    check(obj, {"Node": "n", "Driver": "d", "Pool": "p", "Age": "5m"})


@pytest.mark.parametrize(("added", "shown"), [({"timeAdded": ago(60)}, "60s"), ({}, "")])
def test_device_taints(added, shown):
    taint = {"key": "k", "value": "v", "effect": "NoExecute", **added}
    obj = named("DeviceTaintRule", "resource.k8s.io/v1", spec={"taint": taint})
    expected = {"Key": "k", "Value": "v", "Effect": "NoExecute", "TimeAdded": shown, "Age": "5m"}
    check(obj, expected)


@pytest.mark.parametrize(
    ("resource", "status", "expected"),
    [
        ({"resource": "secrets"}, {}, ("secrets", "Unknown")),
        (
            {"group": "apps", "resource": "deployments"},
            conditions(Running="False", Succeeded="True"),
            ("deployments.apps", "Succeeded"),
        ),
    ],
)
def test_migrations(resource, status, expected):
    obj = named(
        "StorageVersionMigration",
        "storagemigration.k8s.io/v1",
        spec={"resource": resource},
        status=status,
    )
    check(obj, dict(zip(("Resource", "Status"), expected, strict=True)))
