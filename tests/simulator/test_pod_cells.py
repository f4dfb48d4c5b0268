"""What `kubectl get pods` shows, state by state, as the server's printer decides it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.shown import ago, cell, check, named, shown, table

pytestmark = pytest.mark.usefixtures("still")

RUNNING: dict[str, Any] = {"running": {}}
READY = {"type": "Ready", "status": "True"}
INITIALIZED = {"type": "Initialized", "status": "True"}
GOING = {"deletionTimestamp": ago(10)}
SIDECAR = {"name": "proxy", "restartPolicy": "Always"}


def waiting(reason=""):
    return {"waiting": {"reason": reason} if reason else {}}


def ended(code=0, reason="", signal=0):
    state = {"exitCode": code, "reason": reason, "signal": signal}
    return {
        "terminated": {key: value for key, value in state.items() if value or key == "exitCode"}
    }


def container(state, name="c", *, ready=False, restarts=0, last=None, **fields):
    status = {"name": name, "state": state, "ready": ready, "restartCount": restarts, **fields}
    if last is not None:
        status["lastState"] = {"terminated": {"exitCode": 1, "finishedAt": ago(last)}}
    return status


def pod(*statuses, init=(), declared=(), phase="Running", metadata=None, spec=None, **status):
    """A Pod with as many containers as there are statuses; `declared` are its init containers."""
    containers = [{"name": each["name"], "image": "i"} for each in statuses]
    known = {"containers": containers, "initContainers": list(declared)}
    told = {"containerStatuses": list(statuses), "initContainerStatuses": list(init)}
    return named(
        "Pod",
        metadata=metadata,
        spec={**known, **(spec or {})},
        status={"phase": phase, **told, **status},
    )


def test_all_columns():
    obj = pod(
        container(RUNNING, ready=True),
        spec={"nodeName": "n", "readinessGates": [{"conditionType": t} for t in ("A", "B", "C")]},
        podIP="10.0.0.1",
        podIPs=[{"ip": "10.0.0.1"}, {"ip": "fd00::1"}],
        nominatedNodeName="m",
        conditions=[{"type": "A", "status": "True"}, {"type": "B", "status": "False"}],
    )
    expected = {"Ready": "1/1", "Status": "Running", "Restarts": "0", "Age": "5m"}
    wide = {"+IP": "10.0.0.1", "+Node": "n", "+Nominated Node": "m", "+Readiness Gates": "1/3"}
    check(obj, {**expected, **wide})


def test_what_a_pod_does_not_have():
    expected = {"Ready": "0/1", "Status": "Pending", "Restarts": "0", "Age": "5m"}
    wide = dict.fromkeys(("+IP", "+Node", "+Nominated Node", "+Readiness Gates"), "<none>")
    obj = named("Pod", spec={"containers": [{"name": "c"}]}, status={"phase": "Pending"})
    check(obj, {**expected, **wide})


FIRST, SECOND = {"name": "first"}, {"name": "second"}
INIT = [FIRST, SECOND]

STATES = {
    "running": (pod(container(RUNNING, ready=True)), "Running", "1/1"),
    "not ready": (pod(container(RUNNING)), "Running", "0/1"),
    "two of three": (
        pod(
            container(RUNNING, "a", ready=True),
            container(RUNNING, "b"),
            container(RUNNING, "c", ready=True),
        ),
        "Running",
        "2/3",
    ),
    "no status": (named("Pod", spec={}), "", "0/0"),
    "evicted": (pod(phase="Failed", reason="Evicted"), "Evicted", "0/0"),
    "gated": (
        pod(
            phase="Pending",
            conditions=[
                {"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"},
            ],
        ),
        "SchedulingGated",
        "0/0",
    ),
    "unscheduled": (
        pod(
            phase="Pending",
            conditions=[{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}],
        ),
        "Pending",
        "0/0",
    ),
    "creating": (
        pod(container(waiting("ContainerCreating")), phase="Pending"),
        "ContainerCreating",
        "0/1",
    ),
    "waiting without a reason": (pod(container(waiting()), phase="Pending"), "Pending", "0/1"),
    "crashing": (
        pod(container(waiting("CrashLoopBackOff"), ready=True)),
        "CrashLoopBackOff",
        "0/1",
    ),
    "the first container has the last word": (
        pod(container(waiting("ImagePullBackOff"), "a"), container(ended(1, "Error"), "b")),
        "ImagePullBackOff",
        "0/2",
    ),
    "completed": (pod(container(ended(0, "Completed")), phase="Succeeded"), "Completed", "0/1"),
    "error": (pod(container(ended(1, "Error")), phase="Failed"), "Error", "0/1"),
    "signal": (pod(container(ended(137, signal=9)), phase="Failed"), "Signal:9", "0/1"),
    "exit code": (pod(container(ended(3)), phase="Failed"), "ExitCode:3", "0/1"),
    "exit code 0": (pod(container(ended()), phase="Succeeded"), "ExitCode:0", "0/1"),
    "one completed, one runs, ready": (
        pod(
            container(ended(0, "Completed"), "a"),
            container(RUNNING, "b", ready=True),
            conditions=[READY],
        ),
        "Running",
        "1/2",
    ),
    "one completed, one runs, not ready": (
        pod(container(ended(0, "Completed"), "a"), container(RUNNING, "b", ready=True)),
        "NotReady",
        "1/2",
    ),
    "one completed, one failed": (
        pod(container(ended(0, "Completed"), "a"), container(ended(1, "OOMKilled"), "b")),
        "OOMKilled",
        "0/2",
    ),
    "terminating": (
        pod(container(waiting("CrashLoopBackOff")), metadata=GOING),
        "Terminating",
        "0/1",
    ),
    "going, but done already": (
        pod(container(ended(0, "Completed")), phase="Succeeded", metadata=GOING),
        "Completed",
        "0/1",
    ),
    "its node is lost": (pod(metadata=GOING, reason="NodeLost"), "Unknown", "0/0"),
    "its node is lost, not going": (pod(reason="NodeLost"), "NodeLost", "0/0"),
    "init begins": (
        pod(
            container(waiting("PodInitializing")),
            declared=INIT,
            init=[container(RUNNING, "first"), container(waiting("PodInitializing"), "second")],
            phase="Pending",
        ),
        "Init:0/2",
        "0/1",
    ),
    "second init waits": (
        pod(
            container(waiting("PodInitializing")),
            declared=INIT,
            init=[
                container(ended(0, "Completed"), "first"),
                container(waiting("PodInitializing"), "second"),
            ],
            phase="Pending",
        ),
        "Init:1/2",
        "0/1",
    ),
    "init is through": (
        pod(
            container(waiting("PodInitializing")),
            declared=[FIRST],
            init=[container(ended(0, "Completed"), "first")],
            phase="Pending",
        ),
        "PodInitializing",
        "0/1",
    ),
    "init error": (
        pod(declared=[FIRST], init=[container(ended(1, "Error"), "first")], phase="Pending"),
        "Init:Error",
        "0/0",
    ),
    "init signal": (
        pod(declared=[FIRST], init=[container(ended(137, signal=9), "first")], phase="Pending"),
        "Init:Signal:9",
        "0/0",
    ),
    "init exit code": (
        pod(declared=[FIRST], init=[container(ended(2), "first")], phase="Pending"),
        "Init:ExitCode:2",
        "0/0",
    ),
    "init crashing": (
        pod(
            declared=[FIRST],
            init=[container(waiting("CrashLoopBackOff"), "first")],
            phase="Pending",
        ),
        "Init:CrashLoopBackOff",
        "0/0",
    ),
    "init again after it was initialized": (
        pod(
            container(RUNNING, ready=True),
            declared=[FIRST],
            init=[container(RUNNING, "first")],
            conditions=[INITIALIZED],
        ),
        "Init:0/1",
        "1/1",
    ),
    "sidecar runs": (
        pod(
            container(RUNNING, ready=True),
            declared=[SIDECAR],
            init=[container(RUNNING, "proxy", ready=True, started=True)],
        ),
        "Running",
        "2/2",
    ),
    "sidecar runs, not ready": (
        pod(
            container(RUNNING, ready=True),
            declared=[SIDECAR],
            init=[container(RUNNING, "proxy", started=True)],
        ),
        "Running",
        "1/2",
    ),
    "sidecar does not run yet": (
        pod(
            container(waiting("PodInitializing")),
            declared=[SIDECAR],
            init=[container(RUNNING, "proxy", started=False)],
            phase="Pending",
        ),
        "Init:0/1",
        "0/2",
    ),
    "sidecar ended": (
        pod(
            container(ended(0, "Completed")),
            declared=[SIDECAR],
            init=[container(ended(0, "Completed"), "proxy", ready=True, started=True)],
            phase="Succeeded",
        ),
        "Completed",
        "0/2",
    ),
}


@pytest.mark.parametrize(("obj", "status", "ready"), STATES.values(), ids=STATES)
def test_status_and_ready(obj, status, ready):
    found = shown(obj)
    assert (found["Status"], found["Ready"]) == (status, ready)


RESTARTS = {
    "never": (pod(container(RUNNING)), "0"),
    "long ago": (pod(container(RUNNING, restarts=3, last=300)), "3 (5m ago)"),
    "the last one counts": (
        pod(
            container(RUNNING, "a", restarts=1, last=7200),
            container(RUNNING, "b", restarts=2, last=45),
        ),
        "3 (45s ago)",
    ),
    "nobody knows when": (pod(container(RUNNING, restarts=2)), "2"),
    "it ended once and was not restarted": (pod(container(RUNNING, last=60)), "0"),
    "while init containers run, theirs": (
        pod(
            container(waiting("PodInitializing"), restarts=7),
            declared=INIT,
            init=[
                container(ended(0), "first", restarts=1, last=600),
                container(waiting("CrashLoopBackOff"), "second", restarts=4, last=20),
            ],
        ),
        "5 (20s ago)",
    ),
    "init containers that were not reached don't count": (
        pod(
            declared=INIT,
            init=[
                container(waiting("CrashLoopBackOff"), "first", restarts=1, last=20),
                container(waiting("PodInitializing"), "second", restarts=9),
            ],
        ),
        "1 (20s ago)",
    ),
    "once they are through, theirs no more": (
        pod(
            container(RUNNING, restarts=1, last=60),
            declared=[FIRST],
            init=[container(ended(0), "first", restarts=5, last=30)],
        ),
        "1 (60s ago)",
    ),
    "sidecars always": (
        pod(
            container(RUNNING, restarts=1, last=60),
            declared=[SIDECAR],
            init=[container(RUNNING, "proxy", started=True, restarts=2, last=30)],
        ),
        "3 (30s ago)",
    ),
}


@pytest.mark.parametrize(("obj", "restarts"), RESTARTS.values(), ids=RESTARTS)
def test_restarts(obj, restarts):
    assert cell(obj, "Restarts") == restarts


@pytest.mark.parametrize(
    ("phase", "said"),
    [
        ("Succeeded", "The pod has completed successfully."),
        ("Failed", "The pod failed."),
        ("Running", None),
    ],
)
def test_the_row_says_that_a_pod_is_done(phase, said):
    row = table(pod(phase=phase))["rows"][0]
    done = {"type": "Completed", "status": "True", "reason": phase, "message": said}
    assert row.get("conditions") == ([done] if said else None)
