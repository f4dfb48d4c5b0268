"""kstatus' rules, with the messages that helm 4.3.1 printed of the same objects."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import yaml

from pyhelm.kube.ready import ObjectStatus, hook_status, job_status, status_of

NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {generation: 2}
spec: {replicas: 2, progressDeadlineSeconds: 600}
status:
  observedGeneration: 2
  replicas: 2
  updatedReplicas: 2
  readyReplicas: 2
  availableReplicas: 2
  conditions:
  - {type: Progressing, status: "True", reason: NewReplicaSetAvailable}
  - {type: Available, status: "True"}
"""


def made(text, **changes):
    obj = yaml.safe_load(text)
    for path, value in changes.items():
        *parents, last = path.split("__")
        node = obj
        for name in parents:
            node = node.setdefault(name, {})
        if value is None:
            node.pop(last, None)
        else:
            node[last] = value
    return obj


@pytest.mark.parametrize(
    ("changes", "state", "message"),
    [
        ({}, "Current", "Deployment is available. Replicas: 2"),
        ({"status__replicas": 1}, "InProgress", "Replicas: 1/2"),
        ({"status__updatedReplicas": 1}, "InProgress", "Updated: 1/2"),
        ({"status__replicas": 3}, "InProgress", "Pending termination: 1"),
        ({"status__availableReplicas": None}, "InProgress", "Available: 0/2"),
        ({"status__readyReplicas": 1}, "InProgress", "Ready: 1/2"),
        ({"status__conditions": []}, "InProgress", "ReplicaSet not Available"),
        (
            {"status__conditions": [], "spec__progressDeadlineSeconds": None},
            "InProgress",
            "Deployment not Available",
        ),
        (
            {"status__conditions": [{"type": "Progressing", "reason": "ProgressDeadlineExceeded"}]},
            "Failed",
            "Progress deadline exceeded",
        ),
        (
            {"metadata__generation": 3},
            "InProgress",
            "Deployment generation is 3, but latest observed generation is 2",
        ),
        (
            {"metadata__deletionTimestamp": "2026-01-01T00:00:00Z"},
            "Terminating",
            "Resource scheduled for deletion",
        ),
    ],
)
def test_deployment(changes, state, message):
    assert status_of(made(DEPLOYMENT, **changes)) == ObjectStatus(state, message)


STATEFUL_SET = """
apiVersion: apps/v1
kind: StatefulSet
spec: {replicas: 2}
status: {replicas: 2, readyReplicas: 2, currentReplicas: 2, updatedReplicas: 2}
"""
PARTITION = {"rollingUpdate": {"partition": 1}}


@pytest.mark.parametrize(
    ("changes", "state", "message"),
    [
        ({}, "Current", "All replicas scheduled as expected. Replicas: 2"),
        ({"status": {}}, "InProgress", "Replicas: 0/2"),
        ({"status__readyReplicas": 1}, "InProgress", "Ready: 1/2"),
        ({"status__replicas": 3}, "InProgress", "Pending termination: 1"),
        ({"status__currentReplicas": 1}, "InProgress", "current: 1/2"),
        (
            {"status__currentRevision": "a", "status__updateRevision": "b"},
            "InProgress",
            "Waiting for updated revision to match current",
        ),
        (
            {"spec__updateStrategy": PARTITION, "status__updatedReplicas": 0},
            "InProgress",
            "updated: 0/1",
        ),
        (
            {"spec__updateStrategy": PARTITION, "status__updatedReplicas": 1},
            "Current",
            "Partition rollout complete. updated: 1",
        ),
        (
            {"spec__updateStrategy": {"type": "OnDelete"}, "status": {}},
            "Current",
            "StatefulSet is using the ondelete update strategy",
        ),
    ],
)
def test_stateful_set(changes, state, message):
    assert status_of(made(STATEFUL_SET, **changes)) == ObjectStatus(state, message)


@pytest.mark.parametrize(
    ("text", "state", "message"),
    [
        (
            "{apiVersion: apps/v1, kind: DaemonSet, metadata: {generation: 1}}",
            "InProgress",
            "DaemonSet status.observedGeneration not found",
        ),
        (
            "{apiVersion: apps/v1, kind: DaemonSet, metadata: {generation: 1}, status: "
            "{observedGeneration: 1, desiredNumberScheduled: 1, currentNumberScheduled: 1, "
            "updatedNumberScheduled: 1}}",
            "InProgress",
            "Available: 0/1",
        ),
        (
            "{apiVersion: apps/v1, kind: DaemonSet, metadata: {generation: 1}, status: "
            "{observedGeneration: 1, desiredNumberScheduled: 0}}",
            "Current",
            "All replicas scheduled as expected. Replicas: 0",
        ),
        (
            "{apiVersion: apps/v1, kind: ReplicaSet, spec: {replicas: 1}, status: {}}",
            "InProgress",
            "Labelled: 0/1",
        ),
        (
            "{apiVersion: v1, kind: PersistentVolumeClaim, status: {phase: Pending}}",
            "InProgress",
            "PVC is not Bound. phase: Pending",
        ),
        (
            "{apiVersion: v1, kind: PersistentVolumeClaim}",
            "InProgress",
            "PVC is not Bound. phase: unknown",
        ),
        (
            "{apiVersion: v1, kind: PersistentVolumeClaim, status: {phase: Bound}}",
            "Current",
            "PVC is Bound",
        ),
        ("{apiVersion: v1, kind: Service, spec: {}}", "Current", "Service is ready"),
        (
            "{apiVersion: v1, kind: Service, spec: {type: LoadBalancer}}",
            "InProgress",
            "ClusterIP not set. Service type: LoadBalancer",
        ),
        ("{apiVersion: v1, kind: ConfigMap}", "Current", "Resource is always ready"),
        ("{apiVersion: batch/v1, kind: CronJob}", "Current", "Resource is always ready"),
        (
            "{apiVersion: policy/v1, kind: PodDisruptionBudget}",
            "Current",
            "AllowedDisruptions has been computed.",
        ),
        (
            "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition}",
            "InProgress",
            "Install in progress",
        ),
        (
            "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, status: "
            "{conditions: [{type: NamesAccepted, status: 'False', message: taken}]}}",
            "Failed",
            "taken",
        ),
        ("{apiVersion: foo.io/v1, kind: Bar}", "Current", "Resource is current"),
        (
            "{apiVersion: foo.io/v1, kind: Bar, status: "
            "{conditions: [{type: Ready, status: 'False', message: soon}]}}",
            "InProgress",
            "soon",
        ),
        (
            "{apiVersion: foo.io/v1, kind: Bar, status: "
            "{conditions: [{type: Stalled, status: 'True', message: stuck}]}}",
            "Failed",
            "stuck",
        ),
        (
            "{apiVersion: foo.io/v1, kind: Bar, status: "
            "{conditions: [{type: Reconciling, status: 'True', message: busy}, "
            "{type: Ready, status: 'True'}]}}",
            "InProgress",
            "busy",
        ),
        ("{apiVersion: batch/v1, kind: Job}", "InProgress", "Job not started"),
        (
            "{apiVersion: batch/v1, kind: Job, status: {startTime: x, active: 1}}",
            "Current",
            "Job in progress. success:0, active: 1, failed: 0",
        ),
        ("{apiVersion: v1, kind: Pod}", "InProgress", "Pod phase not available"),
        (
            "{apiVersion: v1, kind: Pod, status: {phase: Running}}",
            "InProgress",
            "Pod is running but is not Ready",
        ),
        (
            "{apiVersion: v1, kind: Pod, status: {phase: Running, containerStatuses: "
            "[{name: a, state: {waiting: {reason: CrashLoopBackOff}}}, {name: b}]}}",
            "Failed",
            "Containers in CrashLoop state: a",
        ),
        (
            "{apiVersion: v1, kind: Pod, status: {phase: Failed}}",
            "Current",
            "Pod has completed, but not successfully",
        ),
    ],
)
def test_other_kinds(text, state, message):
    assert status_of(yaml.safe_load(text), NOW) == ObjectStatus(state, message)


@pytest.mark.parametrize(
    ("created", "state", "message"),
    [
        ("2026-01-01T11:59:50Z", "InProgress", "Pod has not been scheduled"),
        ("2026-01-01T11:59:00Z", "Failed", "Pod could not be scheduled"),
    ],
)
def test_a_pod_gets_some_seconds_to_be_scheduled(created, state, message):
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"creationTimestamp": created},
        "status": {"phase": "Pending", "conditions": [condition]},
    }

    assert status_of(pod, NOW) == ObjectStatus(state, message)


JOB = "{apiVersion: batch/v1, kind: Job, spec: {completions: 2}, status: {startTime: x}}"


@pytest.mark.parametrize(
    ("status", "state", "message"),
    [
        ({"startTime": "x"}, "InProgress", "Job in progress"),
        (
            {"succeeded": 2, "conditions": [{"type": "Complete", "status": "True"}]},
            "Current",
            "Job Completed. succeeded: 2/2",
        ),
        (
            {"failed": 1, "conditions": [{"type": "Failed", "status": "True"}]},
            "Failed",
            "Job Failed. failed: 1/2",
        ),
    ],
)
def test_a_job_that_must_end(status, state, message):
    assert job_status(made(JOB, status=status)) == ObjectStatus(state, message)
    assert hook_status(made(JOB, status=status)) == ObjectStatus(state, message)


@pytest.mark.parametrize(
    ("phase", "state", "message"),
    [
        ("Pending", "InProgress", "Pod in progress"),
        ("Succeeded", "Current", "pod p succeeded"),
        ("Failed", "Failed", "pod p failed"),
    ],
)
def test_a_pod_that_is_a_hook(phase, state, message):
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "status": {"phase": phase}}

    assert hook_status(pod) == ObjectStatus(state, message)
