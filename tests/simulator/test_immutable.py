"""What an update may not change. True of a real API server too, word for word."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.simulator.objects import (
    TEMPLATE,
    claim,
    config_map,
    deployment,
    job,
    pod,
    secret,
    service,
    volume,
)

pytestmark = pytest.mark.verified

FIXED = "field is immutable"
CLAIM = (
    "Forbidden: spec is immutable after creation except resources.requests and "
    "volumeAttributesClassName for bound claims\n"
)
POD = "Forbidden: pod updates may not change fields other than "
IMMUTABLE = "Forbidden: field is immutable when `immutable` is set"
ONCE = "may not change once set"


def stateful_set(**spec):
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "s"},
        "spec": {**deployment()["spec"], "serviceName": "a", "replicas": 0, **spec},
    }


def of_cluster(kind, version, **fields):
    return {"apiVersion": version, "kind": kind, "metadata": {"name": "x"}, **fields}


STORAGE = of_cluster(
    "StorageClass", "storage.k8s.io/v1", provisioner="a.b/c", parameters={"a": "b"}
)
INGRESSES = of_cluster("IngressClass", "networking.k8s.io/v1", spec={"controller": "a.b/c"})
PRIORITY = of_cluster("PriorityClass", "scheduling.k8s.io/v1", value=5)
BALANCER = service(type="LoadBalancer", loadBalancerClass="a.b/c")
SCALED = {"completions": 2, "parallelism": 2, "completionMode": "Indexed"}
ROLE = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "a"}
BINDING = of_cluster("RoleBinding", "rbac.authorization.k8s.io/v1", roleRef=ROLE)
BUDGET = of_cluster("ResourceQuota", "v1", spec={"hard": {"pods": "5"}, "scopes": ["BestEffort"]})

REFUSED: dict[str, tuple[Any, Any, dict[str, str]]] = {
    "claim, smaller": (
        claim(size="2Gi", storageClassName=""),
        {"spec": {"resources": {"requests": {"storage": "1Gi"}}}},
        {
            "spec": CLAIM + '@@ -6,7 +6,7 @@\n  "Resources": {\n   "Limits": null,\n'
            '   "Requests": {\n-   "storage": "2Gi"\n+   "storage": "1Gi"\n   }\n  },\n'
            '  "VolumeName": "",\n'
        },
    ),
    "claim, class": (
        claim(storageClassName="a"),
        {"spec": {"storageClassName": "b"}},
        {
            "spec": CLAIM + '@@ -10,7 +10,7 @@\n   }\n  },\n  "VolumeName": "",\n'
            '- "StorageClassName": "a",\n+ "StorageClassName": "b",\n'
            '  "VolumeMode": "Filesystem",\n  "DataSource": null,\n  "DataSourceRef": null,\n'
        },
    ),
    "claim, mode": (
        claim(storageClassName=""),
        {"spec": {"volumeMode": "Block"}},
        {
            "spec": CLAIM + '@@ -11,7 +11,7 @@\n  },\n  "VolumeName": "",\n'
            '  "StorageClassName": "",\n- "VolumeMode": "Filesystem",\n'
            '+ "VolumeMode": "Block",\n  "DataSource": null,\n  "DataSourceRef": null,\n'
            '  "VolumeAttributesClassName": null\n',
            "volumeMode": f'Invalid value: "Block": {FIXED}',
        },
    ),
    "claim, access": (
        claim(storageClassName=""),
        {"spec": {"accessModes": ["ReadWriteMany"]}},
        {
            "spec": CLAIM + '@@ -1,6 +1,6 @@\n {\n  "AccessModes": [\n-  "ReadWriteOnce"\n'
            '+  "ReadWriteMany"\n  ],\n  "Selector": null,\n  "Resources": {\n'
        },
    ),
    "volume, mode": (
        volume(),
        {"spec": {"volumeMode": "Block"}},
        {"volumeMode": f'Invalid value: "Block": {FIXED}'},
    ),
    "storage class": (
        STORAGE,
        {"provisioner": "x.y/z", "parameters": {"a": "c"}, "volumeBindingMode": "Immediate"},
        {
            "provisioner": f"Invalid value: null: {FIXED}",
            "parameters": f"Invalid value: null: {FIXED}",
        },
    ),
    "ingress class": (
        INGRESSES,
        {"spec": {"controller": "x.y/z"}},
        {"spec.controller": f'Invalid value: "x.y/z": {FIXED}'},
    ),
    "priority": (
        PRIORITY,
        {"value": 6, "preemptionPolicy": "Never"},
        {
            "value": "Forbidden: may not be changed in an update.",
            "preemptionPolicy": f'Invalid value: "Never": {FIXED}',
        },
    ),
    "role": (
        BINDING,
        {"roleRef": {"name": "b"}},
        {
            "roleRef": 'Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"Role",'
            f'"Name":"b"}}: {FIXED}'
        },
    ),
    "quota": (
        BUDGET,
        {"spec": {"scopes": ["NotBestEffort"]}},
        {"spec.scopes": f'Invalid value: ["NotBestEffort"]: {FIXED}'},
    ),
    "config map": (
        {**config_map(x="1"), "immutable": True},
        {"immutable": None, "data": {"x": "2"}, "binaryData": {"y": "YQ=="}},
        {"immutable": IMMUTABLE, "data": IMMUTABLE, "binaryData": IMMUTABLE},
    ),
    "secret": (
        secret(data={"x": "YQ=="}, immutable=True),
        {"stringData": {"x": "b"}},
        {"data": IMMUTABLE},
    ),
    "secret, type": (secret(), {"type": "foo"}, {"type": f'Invalid value: "foo": {FIXED}'}),
    "job, completions": (
        job(completions=2),
        {"spec": {"completions": 3}},
        {"spec.completions": f"Invalid value: 3: {FIXED}"},
    ),
    "job, mode": (
        job(completions=2),
        {"spec": {"completionMode": "Indexed"}},
        {"spec.completionMode": f'Invalid value: "Indexed": {FIXED}'},
    ),
    "stateful set": (
        stateful_set(),
        {"spec": {"serviceName": "b", "podManagementPolicy": "Parallel"}},
        {
            "spec.serviceName": f'Invalid value: "b": {FIXED}',
            "spec.podManagementPolicy": f'Invalid value: "Parallel": {FIXED}',
        },
    ),
    "stateful set, claims": (
        stateful_set(),
        {"spec": {"volumeClaimTemplates": [claim()]}},
        {
            "spec.volumeClaimTemplates": 'Invalid value: [{"name":"p","Spec":{"AccessModes":'
            '["ReadWriteOnce"],"Selector":null,"Resources":{"Limits":null,"Requests":{"storage":'
            '"1Gi"}},"VolumeName":"","StorageClassName":null,"VolumeMode":"Filesystem",'
            '"DataSource":null,"DataSourceRef":null,"VolumeAttributesClassName":null},"Status":'
            '{"Phase":"Pending","AccessModes":null,"Capacity":null,"Conditions":null,'
            '"AllocatedResources":null,"AllocatedResourceStatuses":null,'
            '"CurrentVolumeAttributesClassName":null,"ModifyVolumeStatus":null,"HealthStatus":'
            f"null}}}}]: {FIXED}"
        },
    ),
    "service, address": (
        service(clusterIP="10.96.200.9"),
        {"spec": {"clusterIP": "10.96.77.77"}},
        {"spec.clusterIPs[0]": f'Invalid value: ["10.96.77.77"]: {ONCE}'},
    ),
    "service, addresses": (
        service(),
        {"spec": {"clusterIPs": ["10.96.77.77"]}},
        {"spec.clusterIPs": 'Invalid value: ["10.96.77.77"]: first value must match `clusterIP`'},
    ),
    "service, class": (
        BALANCER,
        {"spec": {"loadBalancerClass": "x.y/z"}},
        {"spec.loadBalancerClass": f'Invalid value: "x.y/z": {ONCE}'},
    ),
    "pod, containers": (
        pod(),
        {"spec": {"containers": [{"name": "c", "image": "x"}, {"name": "d", "image": "x"}]}},
        {"spec.containers": "Forbidden: pod updates may not add or remove containers"},
    ),
    "pod, deadline": (
        pod(activeDeadlineSeconds=5),
        {"spec": {"activeDeadlineSeconds": None}},
        {
            "spec.activeDeadlineSeconds": "Invalid value: null: must not update from a positive "
            "integer to nil value"
        },
    ),
}

ENDLESS: dict[str, tuple[Any, Any, dict[str, str]]] = {
    "pod, grace": (pod(), {"spec": {"terminationGracePeriodSeconds": 5}}, {"spec": POD}),
    "job, template": (
        job(),
        {"spec": {"template": {"spec": {"hostname": "x"}}}},
        {"spec.template": "Invalid value: {"},
    ),
    "volume, source": (
        volume(),
        {"spec": {"hostPath": {"path": "/y"}}},
        {
            "spec.persistentvolumesource": "Forbidden: spec.persistentvolumesource is immutable "
            "after creation"
        },
    ),
}
"""Of these messages only the beginning is the same: a server goes on with all fields of its own."""


@pytest.fixture
def change(api):
    """Makes an object and patches it; what is not in the namespace is gone after the test."""
    paths = []

    def patched(obj, patch):
        obj = {**obj, "metadata": {**obj["metadata"]}}
        kind = obj["kind"]
        if "{ns}" not in api.path(kind) and api.ns not in api.path(kind):
            obj["metadata"]["name"] = f"x-{api.ns}"
            paths.append(api.path(kind, obj["metadata"]["name"]))
        code, made = api.create(obj)
        assert code == 201, made
        return api.merge(kind, obj["metadata"]["name"], patch)

    yield patched
    for path in paths:
        api("DELETE", path)
        api("PATCH", path, {"metadata": {"finalizers": None}}, media="application/merge-patch+json")


@pytest.mark.parametrize("case", [*REFUSED, *ENDLESS])
def test_what_is_refused(change, case):
    obj, patch, told = {**REFUSED, **ENDLESS}[case]
    code, status = change(obj, patch)
    causes = {cause["field"]: cause["message"] for cause in status["details"]["causes"]}
    if case in ENDLESS:
        causes = {name: text[: len(told[name])] for name, text in causes.items()}
    assert (code, causes) == (422, told)


TAKEN = {
    "claim, another way to write its size": (
        claim(size="2Gi", storageClassName=""),
        {"spec": {"resources": {"requests": {"storage": "2048Mi"}}}},
    ),
    "claim, volume": (claim(storageClassName=""), {"spec": {"volumeName": "v"}}),
    "volume, size": (volume(), {"spec": {"capacity": {"storage": "500Mi"}}}),
    "storage class, growth": (STORAGE, {"allowVolumeExpansion": True}),
    "config map, labels": (
        {**config_map(x="1"), "immutable": True},
        {"metadata": {"labels": {"a": "b"}}},
    ),
    "job, both": (job(**SCALED), {"spec": {"completions": 3, "parallelism": 3}}),
    "job that waits, labels": (
        job(suspend=True),
        {"spec": {"template": {"metadata": {"labels": {"a": "b"}}}}},
    ),
    "stateful set": (
        stateful_set(),
        {"spec": {"replicas": 1, "template": {**TEMPLATE}, "ordinals": {"start": 2}}},
    ),
    "service, no address": (service(clusterIP="10.96.200.8"), {"spec": {"clusterIP": None}}),
    "pod, tolerations": (pod(), {"spec": {"tolerations": []}}),
}


@pytest.mark.parametrize("case", TAKEN)
def test_what_may_change(change, case):
    obj, patch = TAKEN[case]
    code, changed = change(obj, patch)
    assert code == 200, changed


@pytest.fixture
def bound(api):
    """A claim of 1Gi that has got a volume of its own."""
    name = f"v-{api.ns}"
    assert api.create({**volume(), "metadata": {"name": name}})[0] == 201
    assert api.create(claim(storageClassName="none-such", volumeName=name))[0] == 201
    for _ in range(300):
        if api.get("PersistentVolumeClaim", "p")["status"]["phase"] == "Bound":
            break
        time.sleep(0.1)
    yield "p"
    api("DELETE", api.path("PersistentVolume", name))


def test_a_bound_claim_does_not_shrink(api, bound):
    patch = {"spec": {"resources": {"requests": {"storage": "500Mi"}}}}
    code, status = api.merge("PersistentVolumeClaim", bound, patch)
    assert (code, status["message"]) == (
        422,
        'PersistentVolumeClaim "p" is invalid: spec.resources.requests.storage: Forbidden: field '
        "can not be less than status.capacity",
    )


def test_a_bound_claim_grows_where_its_class_says_so(api, bound):
    patch = {"spec": {"resources": {"requests": {"storage": "2Gi"}}}}
    code, status = api.merge("PersistentVolumeClaim", bound, patch)
    assert (code, status["message"]) == (
        403,
        'persistentvolumeclaims "p" is forbidden: only dynamically provisioned pvc can be resized '
        "and the storageclass that provisions the pvc must support resize",
    )
