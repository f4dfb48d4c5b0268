"""Waiting on a cluster whose objects a test changes meanwhile."""

from __future__ import annotations

import threading
import time

import pytest

from pyhelm.errors import Forbidden, WaitError
from pyhelm.kube import wait, watching
from pyhelm.kube.cluster import ObjectRef
from pyhelm.kube.waited import Waited
from tests.unit.kube.fakes import FakeCluster


def claim(name="data", phase="Bound"):
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": "default"},
        "status": {"phase": phase},
    }


def job(*conditions, name="hook"):
    rows = [{"type": each, "status": "True"} for each in conditions]
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": "default"},
        "status": {"startTime": "x", "conditions": rows},
    }


def event(about, reason, message, time_, kind="PersistentVolumeClaim", type_="Normal"):
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{about}.{reason}", "namespace": "default"},
        "involvedObject": {"kind": kind, "name": about},
        "reason": reason,
        "message": message,
        "lastTimestamp": time_,
        "type": type_,
    }


def cluster_of(*objects):
    cluster = FakeCluster()
    for obj in objects:
        cluster.put(obj)
    return cluster


def soon(cluster, action):
    """Run an action when somebody watches."""

    def run():
        while not cluster.watches:
            time.sleep(0.001)
        action()

    threading.Thread(target=run, daemon=True).start()


CLAIM = ObjectRef("v1", "PersistentVolumeClaim", "data", "default")


def test_ready_objects_need_no_watch():
    cluster = cluster_of(claim(), claim("more"))

    wait.wait_ready(cluster, [CLAIM, ObjectRef("v1", "PersistentVolumeClaim", "more")], timeout=60)

    assert cluster.watches == []


def test_kinds_without_a_status_are_not_even_read():
    refs = [ObjectRef("v1", "ConfigMap", "not-there", "default")]

    wait.wait_ready(FakeCluster(), refs, timeout=60)


def test_a_watch_tells_when_an_object_is_ready():
    cluster = cluster_of(claim(phase="Pending"))
    told: list[tuple[Waited, ...]] = []
    soon(cluster, lambda: cluster.put(claim()))

    wait.wait_ready(cluster, [CLAIM], timeout=60, report=told.append)

    line = "PersistentVolumeClaim/default/data: PVC is not Bound. phase: Pending"
    assert [tuple(each.line for each in pending) for pending in told] == [(line,), ()]


def test_an_object_that_is_not_there_yet_is_waited_for():
    cluster = FakeCluster()
    soon(cluster, lambda: cluster.put(claim()))

    wait.wait_ready(cluster, [CLAIM], timeout=60)


def test_many_objects_of_a_kind_share_a_watch():
    names = [f"c{number}" for number in range(30)]
    cluster = cluster_of(*(claim(name, "Pending") for name in names))
    soon(cluster, lambda: [cluster.put(claim(name)) for name in names])

    refs = [ObjectRef("v1", "PersistentVolumeClaim", name, "default") for name in names]
    wait.wait_ready(cluster, refs, timeout=60)

    assert len(cluster.watches) == 1


def test_a_time_out_names_each_object_and_explains_it_by_warning_events():
    cluster = cluster_of(
        claim(phase="Pending"),
        event("data", "Old", "old", "2026-01-01T00:00:00Z", type_="Warning"),
        event("data", "FailedBinding", "no\nvolumes", "2026-01-02T00:00:00Z", type_="Warning"),
        event("data", "Waiting", "a normal event", "2026-01-03T00:00:00Z"),
    )

    with pytest.raises(WaitError) as caught:
        wait.wait_ready(cluster, [CLAIM], timeout=0.1)

    line = (
        "resource PersistentVolumeClaim/default/data not ready. status: InProgress, "
        "message: PVC is not Bound. phase: Pending"
    )
    assert caught.value.unready == (line,)
    assert caught.value.explanation == (
        "PersistentVolumeClaim/default/data:",
        "  Old: old",
        "  FailedBinding: no volumes",
    )
    assert str(caught.value) == f"{line}\ncontext deadline exceeded"


def test_a_failed_job_ends_the_wait_though_something_else_is_in_progress():
    cluster = cluster_of(job("Failed"), claim(phase="Pending"))

    with pytest.raises(WaitError) as caught:
        wait.wait_ready(
            cluster, [ObjectRef("batch/v1", "Job", "hook"), CLAIM], timeout=60, wait_for_jobs=True
        )

    assert caught.value.unready == (
        "resource Job/default/hook not ready. status: Failed, message: Job Failed. failed: 0/1",
        "resource PersistentVolumeClaim/default/data not ready. status: InProgress, "
        "message: PVC is not Bound. phase: Pending",
    )
    assert "deadline" not in str(caught.value)


def test_a_failure_that_may_pass_is_waited_out():
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p", "namespace": "default"},
        "status": {
            "phase": "Running",
            "containerStatuses": [
                {"name": "c", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}
            ],
        },
    }
    ready = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    cluster = cluster_of(pod, claim(phase="Pending"))
    soon(cluster, lambda: cluster.put({**pod, "status": ready}))

    def told(pending):
        if tuple(each.line for each in pending) == (
            "PersistentVolumeClaim/default/data: PVC is not Bound. phase: Pending",
        ):
            cluster.put(claim())

    wait.wait_ready(cluster, [ObjectRef.of(pod), CLAIM], timeout=60, report=told)


def test_jobs_end_only_when_asked():
    cluster = cluster_of(job())
    refs = [ObjectRef("batch/v1", "Job", "hook", "default")]

    wait.wait_ready(cluster, refs, timeout=60)
    with pytest.raises(WaitError, match="Job in progress"):
        wait.wait_ready(cluster, refs, timeout=0.1, wait_for_jobs=True)


def test_paused_deployments_are_left_out():
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"paused": True},
    }

    wait.wait_ready(cluster_of(deployment), [ObjectRef.of(deployment)], timeout=60)


def test_a_crashing_pod_fails_its_stateful_set():
    stateful_set = {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "db", "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": "db"}}},
    }
    looping = {
        "name": "db",
        "restartCount": 3,
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
    }
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "db-0", "namespace": "default"},
        "status": {"phase": "Running", "containerStatuses": [looping]},
    }
    told = event("db-0", "BackOff", "restarting", "2026-01-01T00:00:00Z", "Pod", "Warning")

    with pytest.raises(WaitError) as caught:
        wait.wait_ready(
            cluster_of(stateful_set, pod, told), [ObjectRef.of(stateful_set)], timeout=60
        )

    assert str(caught.value) == (
        "resource StatefulSet/default/db not ready. status: Failed, message: 1 pods have failed"
    )
    assert caught.value.explanation == (
        "StatefulSet/default/db:",
        "  BackOff: restarting (pod db-0)",
        "  pod db-0, container db: CrashLoopBackOff",
        "    no database",
    )


def test_without_the_right_to_watch_objects_are_polled(monkeypatch):
    monkeypatch.setattr(watching, "POLL_SECONDS", 0.01)
    cluster = cluster_of(claim(phase="Pending"))
    cluster.watch_error = Forbidden({"code": 403, "message": "no watch"})
    threading.Timer(0.05, lambda: cluster.put(claim())).start()

    wait.wait_ready(cluster, [CLAIM], timeout=60)


def test_no_thread_outlives_a_wait():
    cluster = cluster_of(claim(phase="Pending"))
    with pytest.raises(WaitError):
        wait.wait_ready(cluster, [CLAIM], timeout=0.05)

    deadline = time.monotonic() + 60
    while any(thread.name == "pyhelm-watch" for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_control_c_passes_through():
    def interrupt(pending):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        wait.wait_ready(cluster_of(claim(phase="Pending")), [CLAIM], timeout=60, report=interrupt)


def test_hook_jobs_are_waited_for_to_the_end():
    cluster = cluster_of(job())
    soon(cluster, lambda: cluster.put(job("Complete")))

    wait.wait_hook(cluster, ObjectRef("batch/v1", "Job", "hook"), timeout=60)


def test_hooks_of_other_kinds_are_ready_at_once():
    wait.wait_hook(FakeCluster(), ObjectRef("v1", "PersistentVolumeClaim", "x"), timeout=60)


def test_deletion_is_waited_for():
    cluster = cluster_of(claim())
    threading.Timer(0.05, lambda: cluster.drop(CLAIM)).start()

    wait.wait_deleted(cluster, [CLAIM], timeout=60)


def test_what_holds_a_deletion_up_is_told():
    stuck = claim()
    stuck["metadata"] |= {"deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": ["a.b/c"]}

    with pytest.raises(WaitError) as caught:
        wait.wait_deleted(cluster_of(stuck), [CLAIM], timeout=0.05)

    assert str(caught.value) == (
        "resource PersistentVolumeClaim/default/data still exists. status: Terminating, "
        "message: Resource scheduled for deletion; finalizers: a.b/c\ncontext deadline exceeded"
    )


def test_definitions_are_established_and_served():
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "bars.foo.io"},
        "spec": {
            "group": "foo.io",
            "names": {"kind": "Bar"},
            "versions": [{"name": "v1", "served": True}],
        },
        "status": {"conditions": [{"type": "Established", "status": "True"}]},
    }
    cluster = cluster_of(definition)

    wait.wait_established(cluster, [ObjectRef.of(definition)], timeout=60)

    assert cluster.refreshed == 1
    assert cluster.namespaced("foo.io/v1", "Bar")
