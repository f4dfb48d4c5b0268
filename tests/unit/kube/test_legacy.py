"""Helm 3's readiness: what `--wait=legacy` asks of each kind."""

from __future__ import annotations

import pytest

from pyhelm.errors import Forbidden, NotFound, WaitError
from pyhelm.kube import legacy
from pyhelm.kube.cluster import ObjectRef
from tests.unit.kube.fakes import FakeCluster

VERSIONS = {
    "Deployment": "apps/v1",
    "DaemonSet": "apps/v1",
    "ReplicaSet": "apps/v1",
    "StatefulSet": "apps/v1",
    "Job": "batch/v1",
    "CustomResourceDefinition": "apiextensions.k8s.io/v1",
}
ROLLING = {"type": "RollingUpdate"}


def thing(kind, spec=None, status=None, **metadata):
    return {
        "apiVersion": VERSIONS.get(kind, "v1"),
        "kind": kind,
        "metadata": {"name": "a", "namespace": "default", "generation": 2, "uid": "u", **metadata},
        "spec": spec or {},
        "status": {"observedGeneration": 2, **(status or {})},
    }


def is_ready(obj, *others, jobs=False):
    cluster = FakeCluster()
    for each in (obj, *others):
        cluster.put(each)
    try:
        legacy.wait_ready(cluster, [ObjectRef.of(obj)], timeout=0, wait_for_jobs=jobs)
    except WaitError:
        return False
    return True


def test_a_time_out_has_helms_words_and_ours_beside():
    cluster = FakeCluster()
    pending = thing("PersistentVolumeClaim")
    cluster.put(pending)
    with pytest.raises(WaitError) as caught:
        legacy.wait_ready(cluster, [ObjectRef.of(pending)], timeout=0)
    assert str(caught.value) == "context deadline exceeded"
    assert caught.value.explanation == ("PersistentVolumeClaim/default/a:", "  not ready")


def condition(kind, status="True"):
    return {"conditions": [{"type": kind, "status": status}]}


@pytest.mark.parametrize(
    ("obj", "ready"),
    [
        (thing("ConfigMap"), True),
        (thing("Pod", status=condition("Ready")), True),
        (thing("Pod", status={"phase": "Succeeded", **condition("Ready", "False")}), False),
        (thing("PersistentVolumeClaim", status={"phase": "Bound"}), True),
        (thing("PersistentVolumeClaim", status={"phase": "Pending"}), False),
        (thing("Service", {"type": "ExternalName"}), True),
        (thing("Service", {"type": "ClusterIP"}), False),
        (thing("Service", {"clusterIP": "None"}), True),
        (thing("Service", {"type": "LoadBalancer", "clusterIP": "1"}), False),
        (thing("Service", {"type": "LoadBalancer", "clusterIP": "1", "externalIPs": ["2"]}), True),
        (
            thing(
                "Service",
                {"type": "LoadBalancer", "clusterIP": "1"},
                {"loadBalancer": {"ingress": [{"ip": "3"}]}},
            ),
            True,
        ),
        (thing("CustomResourceDefinition", status=condition("Established")), True),
        (thing("CustomResourceDefinition", status=condition("NamesAccepted", "False")), True),
        (thing("CustomResourceDefinition", status=condition("NamesAccepted")), False),
        (thing("DaemonSet", {"updateStrategy": {"type": "OnDelete"}}), True),
        (
            thing(
                "DaemonSet",
                {"updateStrategy": ROLLING},
                {"desiredNumberScheduled": 3, "updatedNumberScheduled": 3, "numberReady": 2},
            ),
            True,
        ),
        (
            thing(
                "DaemonSet",
                {"updateStrategy": {**ROLLING, "rollingUpdate": {"maxUnavailable": "10%"}}},
                {"desiredNumberScheduled": 3, "updatedNumberScheduled": 3, "numberReady": 1},
            ),
            False,
        ),
        (
            thing(
                "DaemonSet",
                {"updateStrategy": ROLLING},
                {"desiredNumberScheduled": 3, "updatedNumberScheduled": 2, "numberReady": 3},
            ),
            False,
        ),
        (
            thing(
                "StatefulSet",
                {"updateStrategy": ROLLING, "replicas": 2},
                {"updatedReplicas": 2, "readyReplicas": 2},
            ),
            True,
        ),
        (
            thing(
                "StatefulSet",
                {"updateStrategy": ROLLING, "replicas": 2},
                {"updatedReplicas": 2, "readyReplicas": 2, "currentRevision": "x"},
            ),
            False,
        ),
        (
            thing(
                "StatefulSet",
                {
                    "updateStrategy": {**ROLLING, "rollingUpdate": {"partition": 1}},
                    "replicas": 2,
                },
                {"updatedReplicas": 1, "readyReplicas": 2, "currentRevision": "x"},
            ),
            True,
        ),
        (thing("StatefulSet", {"updateStrategy": ROLLING}, {"observedGeneration": 1}), False),
        (thing("Job"), True),
    ],
)
def test_kinds(obj, ready):
    assert is_ready(obj) is ready


def test_jobs_when_they_are_asked_for():
    assert is_ready(thing("Job", {"completions": 1}, {"succeeded": 1}), jobs=True)
    assert not is_ready(thing("Job", {"completions": 1}), jobs=True)
    cluster = FakeCluster()
    failed = thing("Job", {"completions": 1, "backoffLimit": 0}, {"failed": 1})
    cluster.put(failed)
    with pytest.raises(WaitError, match=r"^job is failed: default/a$"):
        legacy.wait_ready(cluster, [ObjectRef.of(failed)], timeout=60, wait_for_jobs=True)


def replica_set(revision, ready):
    owner = {"uid": "u", "kind": "Deployment", "name": "a"}
    return thing(
        "ReplicaSet",
        {},
        {"readyReplicas": ready},
        name=f"a-{revision}",
        ownerReferences=[owner],
        annotations={legacy.REVISION: revision},
    )


@pytest.mark.parametrize(
    ("spec", "ready_pods", "ready"),
    [
        ({"replicas": 4}, 4, True),
        ({"replicas": 4}, 3, False),
        (
            {"replicas": 4, "strategy": {**ROLLING, "rollingUpdate": {"maxUnavailable": "25%"}}},
            3,
            True,
        ),
        ({"replicas": 4, "strategy": {**ROLLING, "rollingUpdate": {"maxUnavailable": 0}}}, 3, True),
        (
            {
                "replicas": 4,
                "strategy": {**ROLLING, "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}},
            },
            3,
            False,
        ),
        ({"paused": True}, 0, True),
    ],
)
def test_a_deployment_is_judged_by_its_newest_replica_set(spec, ready_pods, ready):
    selector = {"selector": {"matchLabels": {"app": "a"}}}
    deployment = thing("Deployment", {**selector, **spec}, annotations={legacy.REVISION: "2"})
    assert is_ready(deployment, replica_set("2", ready_pods), replica_set("1", 9)) is ready


def test_a_deployment_without_its_replica_set_is_not_ready():
    deployment = thing(
        "Deployment",
        {"selector": {"matchLabels": {"app": "a"}}},
        annotations={legacy.REVISION: "2"},
    )
    assert not is_ready(deployment, replica_set("1", 1))


def test_what_is_not_there_or_forbidden_is_an_error():
    with pytest.raises(NotFound):
        legacy.wait_ready(FakeCluster(), [ObjectRef("v1", "Pod", "a", "default")], timeout=60)

    class Closed(FakeCluster):
        def get(self, ref):
            raise Forbidden({"code": 403, "message": "no"})

    with pytest.raises(Forbidden):
        legacy.wait_ready(Closed(), [ObjectRef("v1", "Pod", "a", "default")], timeout=60)
