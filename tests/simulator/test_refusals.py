"""What the API server refuses to create, kind by kind. Each row was said by a real one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.objects import TEMPLATE, claim, config_map, secret, service, volume
from tests.simulator.test_messages import SUBDOMAIN

pytestmark = pytest.mark.verified

BACKEND: dict[str, Any] = {"service": {"name": "s", "port": {"number": 80}}}
PATH = "spec.rules[0].http.paths[0]"
REQUIRED = "Required value"
POSITIVE = "must be greater than zero"


def ingress(host="a.b", **path):
    path = {"path": "/", "pathType": "Prefix", "backend": BACKEND, **path}
    rule = {"host": host, "http": {"paths": [{k: v for k, v in path.items() if v is not None}]}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "i"},
        "spec": {"rules": [rule]},
    }


def budget(**spec):
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "b"},
        "spec": spec,
    }


def autoscaler(**spec):
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "d"}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "h"},
        "spec": {"scaleTargetRef": target, "maxReplicas": 3, **spec},
    }


def binding(**fields):
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "a"}
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "b"},
        "roleRef": role,
        **fields,
    }


def workload(kind, **spec):
    selector = {"matchLabels": {"a": "b"}}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": "w"},
        "spec": {"selector": selector, "template": TEMPLATE, **spec},
    }


def named(metadata):
    return {**config_map(), "metadata": {"name": "c", **metadata}}


REFUSED: dict[str, tuple[Any, dict[str, str]]] = {
    "claim, size": (
        claim(size="0"),
        {"spec.resources[storage]": f'Invalid value: "0": {POSITIVE}'},
    ),
    "claim, access": (
        claim(accessModes=["ReadWriteOncePod", "ReadWriteOnce"]),
        {
            "spec.accessModes": "Forbidden: may not use ReadWriteOncePod with other access modes",
        },
    ),
    "claim, mode": (
        claim(volumeMode="x"),
        {"spec.volumeMode": 'Unsupported value: "x": supported values: "Block", "Filesystem"'},
    ),
    "claim, class": (
        claim(storageClassName="A B"),
        {"spec.storageClassName": f'Invalid value: "A B": {SUBDOMAIN}'},
    ),
    "volume, kind": (
        volume(hostPath=None),
        {"spec": f"{REQUIRED}: must specify a volume type"},
    ),
    "volume, kinds": (
        volume(nfs={"server": "a", "path": "/b"}),
        {"spec.nfs": "Forbidden: may not specify more than 1 volume type"},
    ),
    "volume, access and policy": (
        volume(accessModes=[], persistentVolumeReclaimPolicy="x"),
        {
            "spec.accessModes": REQUIRED,
            "spec.persistentVolumeReclaimPolicy": 'Unsupported value: "x": supported values: '
            '"Delete", "Recycle", "Retain"',
        },
    ),
    "storage class": (
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {"name": "refused"},
            "reclaimPolicy": "x",
            "volumeBindingMode": "y",
        },
        {
            "provisioner": REQUIRED,
            "reclaimPolicy": 'Unsupported value: "x": supported values: "Delete", "Retain"',
            "volumeBindingMode": 'Unsupported value: "y": supported values: "Immediate", '
            '"WaitForFirstConsumer"',
        },
    ),
    "ingress class": (
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "IngressClass",
            "metadata": {"name": "refused"},
            "spec": {"controller": "foo"},
        },
        {
            "spec.controller": 'Invalid value: "foo": must be a domain-prefixed path (such as '
            '"acme.io/foo")'
        },
    ),
    "priority": (
        {
            "apiVersion": "scheduling.k8s.io/v1",
            "kind": "PriorityClass",
            "metadata": {"name": "refused"},
            "value": 1000000001,
        },
        {
            "value": "Forbidden: maximum allowed value of a user defined priority is 1000000000",
        },
    ),
    "service, ports": (
        service(ports=[{"port": 80, "name": "a"}, {"port": 80, "name": "a"}]),
        {
            "spec.ports[1].name": 'Duplicate value: "a"',
            "spec.ports[1]": 'Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,'
            '"Port":80,"TargetPort":0,"NodePort":0}',
        },
    ),
    "service, port": (
        service(ports=[{"port": 80, "protocol": "x", "targetPort": "A_b", "nodePort": 30999}]),
        {
            "spec.ports[0].protocol": 'Unsupported value: "x": supported values: "SCTP", "TCP", '
            '"UDP"',
            "spec.ports[0].targetPort": 'Invalid value: "A_b": must contain only alpha-numeric '
            "characters (a-z, 0-9), and hyphens (-)",
            "spec.ports[0].nodePort": "Forbidden: may not be used when `type` is 'ClusterIP'",
        },
    ),
    "service, policies": (
        service(sessionAffinity="x", externalTrafficPolicy="Local"),
        {
            "spec.sessionAffinity": 'Unsupported value: "x": supported values: "ClientIP", "None"',
            "spec.externalTrafficPolicy": 'Invalid value: "Local": may only be set for '
            "externally-accessible services",
        },
    ),
    "ingress, kind of path": (
        ingress(pathType="x"),
        {
            f"{PATH}.pathType": 'Unsupported value: "x": supported values: "Exact", '
            '"ImplementationSpecific", "Prefix"'
        },
    ),
    "ingress, path": (
        ingress(path="x"),
        {f"{PATH}.path": 'Invalid value: "x": must be an absolute path'},
    ),
    "ingress, no path": (
        ingress(path=None),
        {f"{PATH}.path": 'Invalid value: "": must be an absolute path'},
    ),
    "ingress, unclean path": (
        ingress(path="//a/../b/."),
        {
            f"{PATH}.path": "Invalid value: \"//a/../b/.\": cannot end with '/.'",
        },
    ),
    "ingress, backend": (
        ingress(backend={}),
        {f"{PATH}.backend": 'Invalid value: "": resource or service backend is required'},
    ),
    "ingress, port": (
        ingress(backend={"service": {"name": ""}}),
        {
            f"{PATH}.backend.service.name": REQUIRED,
            f"{PATH}.backend": f"{REQUIRED}: port name or number is required",
        },
    ),
    "ingress, two ports": (
        ingress(backend={"service": {"name": "s", "port": {"number": 80, "name": "x"}}}),
        {f"{PATH}.backend": 'Invalid value: "": cannot set both port name & port number'},
    ),
    "ingress, host": (
        ingress(host="A_b"),
        {"spec.rules[0].host": f'Invalid value: "A_b": {SUBDOMAIN}'},
    ),
    "ingress, address": (
        ingress(host="1.2.3.4"),
        {"spec.rules[0].host": 'Invalid value: "1.2.3.4": must be a DNS name, not an IP address'},
    ),
    "ingress, nothing": (
        {**ingress(), "spec": {}},
        {"spec": "Invalid value: null: either `defaultBackend` or `rules` must be specified"},
    ),
    "secret, tls": (
        secret(type="kubernetes.io/tls"),
        {"data[tls.crt]": REQUIRED, "data[tls.key]": REQUIRED},
    ),
    "secret, registry": (
        secret(type="kubernetes.io/dockerconfigjson"),
        {"data[.dockerconfigjson]": REQUIRED},
    ),
    "secret, password": (
        secret(type="kubernetes.io/basic-auth"),
        {"data[username]": REQUIRED, "data[password]": REQUIRED},
    ),
    "secret, token": (
        secret(type="kubernetes.io/service-account-token"),
        {"metadata.annotations[kubernetes.io/service-account.name]": REQUIRED},
    ),
    "budget, share": (
        budget(minAvailable="x%"),
        {
            "spec.minAvailable": 'Invalid value: "x%": a valid percent string must be a numeric '
            "string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is "
            "'[0-9]+%')"
        },
    ),
    "budget, both": (
        budget(minAvailable=-1, maxUnavailable=1),
        {
            "spec": 'Invalid value: {"MinAvailable":-1,"Selector":null,"MaxUnavailable":1,'
            '"UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both '
            "set",
            "spec.minAvailable": "Invalid value: -1: must be greater than or equal to 0",
        },
    ),
    "autoscaler, numbers": (
        autoscaler(minReplicas=5),
        {"spec.maxReplicas": "Invalid value: 3: must be greater than or equal to `minReplicas`"},
    ),
    "autoscaler, target": (
        autoscaler(scaleTargetRef={}),
        {
            "spec.scaleTargetRef.kind": REQUIRED,
            "spec.scaleTargetRef.name": REQUIRED,
            "spec.scaleTargetRef.apiVersion": 'Invalid value: "": apiVersion must specify API '
            "group",
        },
    ),
    "binding, role": (
        binding(roleRef={}),
        {
            "roleRef.kind": 'Unsupported value: "": supported values: "Role", "ClusterRole"',
            "roleRef.name": REQUIRED,
        },
    ),
    "binding, subjects": (
        binding(subjects=[{"kind": "Foo", "name": "x"}, {"kind": "User", "name": ""}]),
        {
            "subjects[0].kind": 'Unsupported value: "Foo": supported values: "ServiceAccount", '
            '"User", "Group"',
            "subjects[1].name": REQUIRED,
        },
    ),
    "stateful set": (
        workload("StatefulSet", podManagementPolicy="x", updateStrategy={"type": "y"}),
        {
            "spec.podManagementPolicy": "Invalid value: \"x\": must be 'OrderedReady' or "
            "'Parallel'",
            "spec.updateStrategy": 'Invalid value: {"Type":"y","RollingUpdate":null}: must be '
            "'RollingUpdate' or 'OnDelete'",
        },
    ),
    "daemon set": (
        workload("DaemonSet", updateStrategy={"type": "y"}),
        {
            "spec.updateStrategy": 'Unsupported value: {"Type":"y","RollingUpdate":null}: '
            'supported values: "RollingUpdate", "OnDelete"'
        },
    ),
    "finalizer": (
        named({"finalizers": ["x"]}),
        {
            "metadata.finalizers[0]": 'Invalid value: "x": name is neither a standard finalizer '
            "name nor is it fully qualified"
        },
    ),
    "owner": (
        named({"ownerReferences": [{"kind": "x"}]}),
        {
            f"metadata.ownerReferences[0].{name}": f"{REQUIRED}: must not be empty"
            for name in ("apiVersion", "name", "uid")
        },
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(api, case):
    obj, told = REFUSED[case]
    code, status = api.create(obj, dryRun="All")
    assert code == 422, status
    assert {each["field"]: each["message"] for each in status["details"]["causes"]} == told


def test_the_order_of_faults(api):
    _, status = api.create(service(sessionAffinity="x", ports=[{"port": 0, "protocol": "x"}]))
    told = [cause["field"] for cause in status["details"]["causes"]]
    port = [f"spec.ports[0].{name}" for name in ("port", "protocol", "targetPort")]
    assert told == [*port, "spec.sessionAffinity"]
