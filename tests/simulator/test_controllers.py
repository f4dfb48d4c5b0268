"""What follows from a write is there at the next request: controllers, their events, their end."""

from __future__ import annotations

import base64
import time

import pytest

from pyhelm.simulator import Simulator
from tests.simulator.conftest import Api, through
from tests.simulator.objects import (
    TEMPLATE,
    claim,
    config_map,
    deployment,
    job,
    secret,
    service,
    with_container,
)


class Clock:
    def __init__(self):
        self.now = 1_800_000_000.0

    def __call__(self):
        return self.now


def reasons(api, name):
    events = api.list("Event", fieldSelector=f"involvedObject.name={name}")
    return [event["reason"] for event in events]


def conditions(obj):
    return {each["type"]: each["status"] for each in obj["status"]["conditions"]}


def test_deployment_becomes_ready_with_its_events(sim_api):
    sim_api.create(deployment(replicas=2))
    status = sim_api.get("Deployment", "d")["status"]
    assert status["readyReplicas"] == status["updatedReplicas"] == status["availableReplicas"] == 2
    assert status["observedGeneration"] == 1
    pods = sim_api.list("Pod")
    assert {pod["status"]["phase"] for pod in pods} == {"Running"}
    assert {pod["spec"]["nodeName"] for pod in pods} == {"simulated-node"}
    assert reasons(sim_api, "d") == ["ScalingReplicaSet"]
    assert set(reasons(sim_api, pods[0]["metadata"]["name"])) == {
        *("Scheduled", "Pulling", "Pulled", "Created", "Started")
    }


def test_rolling_update_keeps_one_set_and_rollback_reuses_it(sim_api):
    sim_api.apply(deployment(replicas=3))
    sim_api.apply(deployment(replicas=3, template=with_container(image="y")))
    sizes = sorted(each["spec"]["replicas"] for each in sim_api.list("ReplicaSet"))
    assert sizes == [0, 3]
    sim_api.apply(deployment(replicas=3))
    assert len(sim_api.list("ReplicaSet")) == 2
    annotations = sim_api.get("Deployment", "d")["metadata"]["annotations"]
    assert annotations["deployment.kubernetes.io/revision"] == "3"
    images = {pod["spec"]["containers"][0]["image"] for pod in sim_api.list("Pod")}
    assert images == {"x"}


def test_recreate(sim_api):
    sim_api.apply(deployment(strategy={"type": "Recreate"}))
    template = with_container(image="y")
    sim_api.apply(deployment(strategy={"type": "Recreate"}, template=template))
    (pod,) = sim_api.list("Pod")
    assert pod["spec"]["containers"][0]["image"] == "y"


def test_a_bad_update_keeps_the_old_pods(sim_api):
    sim_api.apply(deployment(replicas=2))
    bad = with_container(image="y")
    bad["metadata"] = {**bad["metadata"], "annotations": {"pyhelm/simulate": "image-pull-error"}}
    sim_api.apply(deployment(replicas=2, template=bad))
    status = sim_api.get("Deployment", "d")["status"]
    assert (status["availableReplicas"], status["updatedReplicas"]) == (2, 1)
    waiting = [
        pod["status"]["containerStatuses"][0]["state"]["waiting"]["reason"]
        for pod in sim_api.list("Pod")
        if pod["status"]["phase"] == "Pending"
    ]
    assert waiting == ["ImagePullBackOff"]


def test_progress_deadline():
    clock = Clock()
    with Simulator(now=clock) as sim:
        api = Api(through(sim))
        template = {**TEMPLATE, "metadata": {**TEMPLATE["metadata"]}}
        template["metadata"]["annotations"] = {"pyhelm/simulate": "never-ready"}
        api.apply(deployment(template=template, progressDeadlineSeconds=5))
        clock.now += 10
        (progressing,) = [
            each
            for each in api.get("Deployment", "d")["status"]["conditions"]
            if each["type"] == "Progressing"
        ]
        assert (progressing["status"], progressing["reason"]) == (
            "False",
            "ProgressDeadlineExceeded",
        )


def test_pods_start_after_the_delay():
    clock = Clock()
    with Simulator(now=clock, ready_after=3) as sim:
        api = Api(through(sim))
        api.apply(deployment())
        assert "readyReplicas" not in api.get("Deployment", "d")["status"]
        clock.now += 4
        assert api.get("Deployment", "d")["status"]["readyReplicas"] == 1


def test_pod_waits_for_its_secret(sim_api):
    reference = {"secretKeyRef": {"name": "s", "key": "k"}}
    template = with_container(env=[{"name": "A", "valueFrom": reference}])
    sim_api.apply(deployment(template=template))
    (pod,) = sim_api.list("Pod")
    waiting = pod["status"]["containerStatuses"][0]["state"]["waiting"]
    assert waiting == {"reason": "CreateContainerConfigError", "message": 'secret "s" not found'}
    sim_api.create(secret(stringData={"k": "v"}))
    assert sim_api.get("Deployment", "d")["status"]["readyReplicas"] == 1


def test_stateful_set_gets_claims_and_keeps_order(sim_api):
    sim_api.create(
        {
            "apiVersion": "apps/v1",
            "kind": "StatefulSet",
            "metadata": {"name": "db"},
            "spec": {
                "serviceName": "db",
                "replicas": 3,
                "selector": {"matchLabels": {"a": "b"}},
                "template": TEMPLATE,
                "volumeClaimTemplates": [{**claim("data"), "apiVersion": "v1"}],
            },
        }
    )
    assert [pod["metadata"]["name"] for pod in sim_api.list("Pod")] == ["db-0", "db-1", "db-2"]
    claims = sim_api.list("PersistentVolumeClaim")
    assert [each["metadata"]["name"] for each in claims] == [f"data-db-{i}" for i in range(3)]
    assert {each["status"]["phase"] for each in claims} == {"Bound"}
    change = {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "y"}]}}}}
    sim_api.merge("StatefulSet", "db", change)
    images = {pod["spec"]["containers"][0]["image"] for pod in sim_api.list("Pod")}
    assert images == {"y"}
    status = sim_api.get("StatefulSet", "db")["status"]
    assert status["currentRevision"] == status["updateRevision"]
    assert status["readyReplicas"] == 3


@pytest.mark.parametrize(("wish", "end"), [("", "Complete"), ("fail", "Failed")])
def test_job(sim_api, wish, end):
    template = {
        "metadata": {"annotations": {"pyhelm/simulate": wish}},
        "spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "x"}]},
    }
    sim_api.create(
        {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"name": "j"},
            "spec": {"template": template, "backoffLimit": 1},
        }
    )
    assert conditions(sim_api.get("Job", "j"))[end] == "True"


def test_cron_job_starts_when_it_is_due():
    clock = Clock()
    with Simulator(now=clock) as sim:
        api = Api(through(sim))
        template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "x"}]}}
        api.create(
            {
                "apiVersion": "batch/v1",
                "kind": "CronJob",
                "metadata": {"name": "j"},
                "spec": {
                    "schedule": "*/5 * * * *",
                    "jobTemplate": {"spec": {"template": template}},
                },
            }
        )
        assert api.list("Job") == []
        clock.now += 300
        (made,) = api.list("Job")
        assert made["metadata"]["name"] == f"j-{int(clock.now // 300 * 5)}"


def test_service_has_its_pods_as_endpoints(sim_api):
    sim_api.create(service(selector={"a": "b"}))
    sim_api.create(deployment(replicas=2))
    (subset,) = sim_api.get("Endpoints", "s")["subsets"]
    assert len(subset["addresses"]) == 2
    sim_api.merge("Deployment", "d", {"spec": {"replicas": 0}})
    assert "subsets" not in {k for k, v in sim_api.get("Endpoints", "s").items() if v}


def test_load_balancer_gets_an_address(sim_api):
    sim_api.create(service(type="LoadBalancer"))
    obj = sim_api.get("Service", "s")
    assert obj["status"]["loadBalancer"]["ingress"][0]["ip"].startswith("192.0.2.")
    assert 30000 <= obj["spec"]["ports"][0]["nodePort"] <= 32767


def test_claim_and_its_volume_go_together(sim_api):
    sim_api.create(claim())
    bound = sim_api.get("PersistentVolumeClaim", "p")
    assert bound["status"]["capacity"] == {"storage": "1Gi"}
    assert len(sim_api.list("PersistentVolume")) == 1
    sim_api("DELETE", sim_api.path("PersistentVolumeClaim", "p"))
    assert sim_api.list("PersistentVolume") == []


def test_claim_in_use_stays_until_its_pod_is_gone(sim_api):
    sim_api.create(claim())
    volume = {"name": "v", "persistentVolumeClaim": {"claimName": "p"}}
    template = {**TEMPLATE, "spec": {**TEMPLATE["spec"], "volumes": [volume]}}
    sim_api.create(deployment(template=template))
    sim_api("DELETE", sim_api.path("PersistentVolumeClaim", "p"))
    assert "deletionTimestamp" in sim_api.get("PersistentVolumeClaim", "p")["metadata"]
    sim_api("DELETE", sim_api.path("Deployment", "d"))
    assert sim_api("GET", sim_api.path("PersistentVolumeClaim", "p"))[0] == 404


@pytest.mark.parametrize(("policy", "left"), [("Background", 0), ("Foreground", 0), ("Orphan", 1)])
def test_propagation(sim_api, policy, left):
    sim_api.create(deployment())
    sim_api("DELETE", sim_api.path("Deployment", "d"), {"propagationPolicy": policy})
    assert sim_api("GET", sim_api.path("Deployment", "d"))[0] == 404
    assert len(sim_api.list("ReplicaSet")) == left
    assert len(sim_api.list("Pod")) == left


def test_deleted_pod_comes_back(sim_api):
    sim_api.create(deployment())
    (before,) = sim_api.list("Pod")
    sim_api("DELETE", sim_api.path("Pod", before["metadata"]["name"]))
    (after,) = sim_api.list("Pod")
    assert after["metadata"]["uid"] != before["metadata"]["uid"]


def test_namespace_begins_with_an_account_and_ends_with_all_it_holds(sim_api):
    assert [a["metadata"]["name"] for a in sim_api.list("ServiceAccount")] == ["default"]
    assert "kube-root-ca.crt" in [c["metadata"]["name"] for c in sim_api.list("ConfigMap")]
    sim_api.create(deployment())
    code, gone = sim_api("DELETE", f"/api/v1/namespaces/{sim_api.ns}")
    assert (code, gone["status"]["phase"]) == (200, "Terminating")
    assert sim_api("GET", f"/api/v1/namespaces/{sim_api.ns}")[0] == 404
    assert sim_api.list("Pod") == []


def test_finalizer_holds_an_object(sim_api):
    held = config_map()
    held["metadata"]["finalizers"] = ["example.com/hold"]
    sim_api.create(held)
    code, obj = sim_api("DELETE", sim_api.path("ConfigMap", "c"))
    assert (code, "deletionTimestamp" in obj["metadata"]) == (200, True)
    sim_api.merge("ConfigMap", "c", {"metadata": {"finalizers": None}})
    assert sim_api("GET", sim_api.path("ConfigMap", "c"))[0] == 404


def test_disruption_budget_counts(sim_api):
    sim_api.create(deployment(replicas=3))
    budget = {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "b"},
        "spec": {"minAvailable": 2, "selector": {"matchLabels": {"a": "b"}}},
    }
    sim_api.create(budget)
    status = sim_api.get("PodDisruptionBudget", "b")["status"]
    assert (status["expectedPods"], status["disruptionsAllowed"]) == (3, 1)


def test_string_data_is_encoded(sim_api):
    sim_api.create(secret(stringData={"k": "värde"}))
    obj = sim_api.get("Secret", "s")
    assert base64.b64decode(obj["data"]["k"]).decode() == "värde"
    assert ("stringData" in obj, obj["type"]) == (False, "Opaque")


CRD = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "boxes.example.com"},
    "spec": {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"plural": "boxes", "kind": "Box"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "subresources": {"status": {}},
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            "spec": {
                                "type": "object",
                                "required": ["size"],
                                "properties": {
                                    "size": {"type": "integer", "minimum": 1},
                                    "color": {"type": "string", "default": "red"},
                                },
                            },
                        },
                    }
                },
            }
        ],
    },
}
BOXES = "/apis/example.com/v1/namespaces/{ns}/boxes"


def box(**spec):
    return {
        "apiVersion": "example.com/v1",
        "kind": "Box",
        "metadata": {"name": "b"},
        "spec": spec,
    }


def test_custom_resources(sim_api):
    assert sim_api("POST", BOXES, box(size=1))[0] == 404
    sim_api.create(CRD)
    assert conditions(sim_api.get("CustomResourceDefinition", "boxes.example.com")) == {
        "NamesAccepted": "True",
        "Established": "True",
    }
    code, obj = sim_api("POST", BOXES, box(size=1))
    assert (code, obj["spec"]) == (201, {"size": 1, "color": "red"})
    code, status = sim_api(
        "PATCH", f"{BOXES}/b", {"spec": {"size": 0}}, media="application/merge-patch+json"
    )
    assert (code, status["message"]) == (
        422,
        'Box.example.com "b" is invalid: spec.size: Invalid value: 0: spec.size in body should '
        "be greater than or equal to 1",
    )
    sim_api("DELETE", sim_api.path("CustomResourceDefinition", "boxes.example.com"))
    assert sim_api("GET", f"{BOXES}/b")[0] == 404


def _eventually(read):
    """What a reader gives once it isn't empty: a real server's controllers take a moment."""
    for _ in range(200):
        if found := read():
            return found
        time.sleep(0.05)
    raise AssertionError("it never was so")


def _says(api, kind, name, condition, reason):
    """Whether a condition of an object has a reason; its status."""
    found = (api.get(kind, name).get("status") or {}).get("conditions") or ()
    return next((c["status"] for c in found if (c["type"], c["reason"]) == (condition, reason)), "")


@pytest.mark.verified
def test_a_paused_deployment_says_so(api):
    api.create(deployment(replicas=1, paused=True))
    paused = _eventually(lambda: _says(api, "Deployment", "d", "Progressing", "DeploymentPaused"))
    assert paused == "Unknown"
    api.merge("Deployment", "d", {"spec": {"paused": False}})
    _eventually(lambda: _says(api, "Deployment", "d", "Progressing", "NewReplicaSetAvailable"))


@pytest.mark.verified
def test_a_suspended_job_says_so_until_it_goes_on(api):
    api.create(job(suspend=True))
    assert _eventually(lambda: _says(api, "Job", "j", "Suspended", "JobSuspended")) == "True"
    assert "startTime" not in api.get("Job", "j")["status"]
    accept = "application/json;as=Table;v=v1;g=meta.k8s.io"
    _, table = api("GET", api.path("Job", "j"), accept=accept)
    assert table["rows"][0]["cells"][1] == "Suspended"
    api.merge("Job", "j", {"spec": {"suspend": False}})
    assert _eventually(lambda: _says(api, "Job", "j", "Suspended", "JobResumed")) == "False"
    assert "startTime" in api.get("Job", "j")["status"]
