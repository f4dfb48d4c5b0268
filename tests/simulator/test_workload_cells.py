"""What `kubectl get` shows of what makes Pods, scales them and holds them back."""

from __future__ import annotations

import pytest

from tests.simulator.shown import ago, cell, check, named

pytestmark = pytest.mark.usefixtures("still")

CONTAINERS = [{"name": "a", "image": "app:1"}, {"name": "b", "image": "log:2"}]
TEMPLATE = {"metadata": {"labels": {"x": "1"}}, "spec": {"containers": CONTAINERS}}
SELECTOR = {
    "matchLabels": {"b": "2", "a-b": "1", "a": "0"},
    "matchExpressions": [
        {"key": "t", "operator": "In", "values": ["y", "x"]},
        {"key": "s", "operator": "NotIn", "values": ["z"]},
        {"key": "q", "operator": "Exists"},
        {"key": "r", "operator": "DoesNotExist"},
    ],
}
SELECTED = "a=0,a-b=1,b=2,q,!r,s notin (z),t in (x,y)"
WIDE = {"+Containers": "a,b", "+Images": "app:1,log:2", "+Selector": SELECTED}
SPEC = {"template": TEMPLATE, "selector": SELECTOR}


def test_deployments():
    status = {"readyReplicas": 1, "updatedReplicas": 2, "availableReplicas": 3}
    obj = named("Deployment", "apps/v1", spec={**SPEC, "replicas": 4}, status=status)
    check(obj, {"Ready": "1/4", "Up-to-date": 2, "Available": 3, "Age": "5m", **WIDE})


def test_a_deployment_that_nothing_is_known_of():
    none = {"+Containers": "", "+Images": "", "+Selector": ""}
    obj = named("Deployment", "apps/v1", spec={"replicas": 0})
    check(obj, {"Ready": "0/0", "Up-to-date": 0, "Available": 0, "Age": "5m", **none})


def test_replica_sets():
    status = {"replicas": 2, "readyReplicas": 1}
    obj = named("ReplicaSet", "apps/v1", spec={**SPEC, "replicas": 3}, status=status)
    check(obj, {"Desired": 3, "Current": 2, "Ready": 1, "Age": "5m", **WIDE})
    assert cell(named("ReplicaSet", "apps/v1", spec={}), "+Selector") == "<none>"


def test_replication_controllers_select_by_labels():
    spec = {"template": TEMPLATE, "selector": {"b": "2", "a": "1"}, "replicas": 3}
    obj = named("ReplicationController", spec=spec, status={"replicas": 2, "readyReplicas": 1})
    wide = {**WIDE, "+Selector": "a=1,b=2"}
    check(obj, {"Desired": 3, "Current": 2, "Ready": 1, "Age": "5m", **wide})
    assert cell(named("ReplicationController", spec={}), "+Selector") == "<none>"


def test_stateful_sets():
    obj = named("StatefulSet", "apps/v1", spec={**SPEC, "replicas": 3}, status={"readyReplicas": 2})
    check(obj, {"Ready": "2/3", "Age": "5m", "+Containers": "a,b", "+Images": "app:1,log:2"})


def test_daemon_sets():
    counts = {
        "desiredNumberScheduled": 5,
        "currentNumberScheduled": 4,
        "numberReady": 3,
        "updatedNumberScheduled": 2,
        "numberAvailable": 1,
    }
    pod_spec = {"containers": CONTAINERS, "nodeSelector": {"os": "linux", "disk": "ssd"}}
    spec = {"template": {"spec": pod_spec}, "selector": SELECTOR}
    counted = {"Desired": 5, "Current": 4, "Ready": 3, "Up-to-date": 2, "Available": 1}
    where = {"Node Selector": "disk=ssd,os=linux", "Age": "5m"}
    check(
        named("DaemonSet", "apps/v1", spec=spec, status=counts),
        {**counted, **where, **WIDE},
    )
    assert cell(named("DaemonSet", "apps/v1", spec={}), "Node Selector") == "<none>"


def job(*conditions, metadata=None, spec=None, **status):
    told = [{"type": each, "status": "True"} for each in conditions]
    return named(
        "Job",
        "batch/v1",
        metadata=metadata,
        spec={**SPEC, **(spec or {})},
        status={"conditions": told, **status},
    )


def test_jobs():
    times = {"startTime": ago(200), "completionTime": ago(158)}
    obj = job("Complete", spec={"completions": 2}, succeeded=2, **times)
    check(obj, {"Status": "Complete", "Completions": "2/2", "Duration": "42s", "Age": "5m", **WIDE})


GOING = {"deletionTimestamp": ago(1)}


@pytest.mark.parametrize(
    ("obj", "state"),
    [
        (job(), "Running"),
        (job("SuccessCriteriaMet", "Complete"), "Complete"),
        (job("FailureTarget", "Failed"), "Failed"),
        (job("FailureTarget"), "FailureTarget"),
        (job("SuccessCriteriaMet"), "SuccessCriteriaMet"),
        (job("Suspended"), "Suspended"),
        (job("Suspended", metadata=GOING), "Terminating"),
        (job("FailureTarget", metadata=GOING), "Terminating"),
        (job("Failed", metadata=GOING), "Failed"),
        (job(conditions=[{"type": "Suspended", "status": "False"}]), "Running"),
    ],
)
def test_states_of_jobs(obj, state):
    assert cell(obj, "Status") == state


@pytest.mark.parametrize(
    ("spec", "done"),
    [
        ({"completions": 3}, "1/3"),
        ({"parallelism": 1}, "1/1"),
        ({"parallelism": 4}, "1/1 of 4"),
        ({}, "1/1"),
    ],
)
def test_completions(spec, done):
    assert cell(job(spec=spec, succeeded=1), "Completions") == done


@pytest.mark.parametrize(
    ("status", "took"),
    [({}, ""), ({"startTime": ago(90)}, "90s")],
)
def test_a_job_that_is_not_done_lasts_until_now(status, took):
    assert cell(job(**status), "Duration") == took


def cron_job(spec=None, **status):
    jobs = {"spec": {"template": TEMPLATE, "selector": SELECTOR}}
    known = {"schedule": "@daily", "suspend": False, "jobTemplate": jobs}
    return named("CronJob", "batch/v1", spec={**known, **(spec or {})}, status=status)


def test_cron_jobs():
    obj = cron_job(
        {"timeZone": "Europe/Berlin", "suspend": True},
        active=[{"name": "x-1"}],
        lastScheduleTime=ago(7200),
    )
    expected = {
        "Schedule": "@daily",
        "Timezone": "Europe/Berlin",
        "Suspend": "True",
        "Active": 1,
        "Last Schedule": "120m",
        "Age": "5m",
    }
    check(obj, {**expected, **WIDE})


def test_a_cron_job_that_never_ran():
    columns = ("Timezone", "Suspend", "Active", "Last Schedule")
    assert [cell(cron_job(), each) for each in columns] == ["<none>", "False", 0, "<none>"]
    assert cell(cron_job({"suspend": None}), "Suspend") == "<unset>"


def test_pod_templates():
    obj = named("PodTemplate", template=TEMPLATE)
    check(obj, {"Containers": "a,b", "Images": "app:1,log:2", "Pod Labels": "x=1"})
    check(named("PodTemplate"), {"Containers": "", "Images": "", "Pod Labels": "<none>"})


@pytest.mark.parametrize(
    ("owners", "shown"),
    [
        ([], "<none>"),
        ([{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db"}], "<none>"),
        (
            [{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db", "controller": True}],
            "statefulset.apps/db",
        ),
        ([{"apiVersion": "v1", "kind": "Node", "name": "n", "controller": True}], "node/n"),
    ],
)
def test_controller_revisions(owners, shown):
    metadata = {"ownerReferences": owners}
    obj = named("ControllerRevision", "apps/v1", metadata=metadata, revision=7)
    check(obj, {"Controller": shown, "Revision": 7, "Age": "5m"})


@pytest.mark.parametrize(
    ("spec", "least", "most"),
    [
        ({"minAvailable": 1}, "1", "N/A"),
        ({"minAvailable": "50%"}, "50%", "N/A"),
        ({"maxUnavailable": 0}, "N/A", "0"),
    ],
)
def test_disruption_budgets(spec, least, most):
    obj = named("PodDisruptionBudget", "policy/v1", spec=spec, status={"disruptionsAllowed": 2})
    allowed = {"Allowed Disruptions": 2, "Age": "5m"}
    check(obj, {"Min Available": least, "Max Unavailable": most, **allowed})


TARGET = {"kind": "Deployment", "name": "web"}


def autoscaler(metrics, current=(), **spec):
    known = {"scaleTargetRef": TARGET, "maxReplicas": 9, "metrics": metrics, **spec}
    status = {"currentReplicas": 2, "currentMetrics": list(current)}
    return named("HorizontalPodAutoscaler", "autoscaling/v2", spec=known, status=status)


def source(kind, field, **values):
    """A metric as a spec (`target`) or a status (`current`) has it."""
    key = kind[0].lower() + kind[1:]
    return {"type": kind, key: {"name": "cpu", field: values}}


def test_autoscalers():
    obj = autoscaler([], minReplicas=1)
    expected = {"Reference": "Deployment/web", "Targets": "<none>", "MinPods": "1", "MaxPods": 9}
    check(obj, {**expected, "Replicas": 2, "Age": "5m"})
    assert cell(autoscaler([]), "MinPods") == "<unset>"


VALUE, AVERAGE = {"value": "5"}, {"averageValue": "100m"}
SHARE = {"averageUtilization": 80}
METRICS = [
    ("Resource", SHARE, {"averageUtilization": 0, "averageValue": "1m"}, "cpu: 0%/80%"),
    ("Resource", SHARE, None, "cpu: <unknown>/80%"),
    ("Resource", AVERAGE, {"averageValue": "50m"}, "cpu: 50m/100m"),
    ("Resource", AVERAGE, None, "cpu: <unknown>/100m"),
    ("Resource", {}, None, "cpu: <unknown>/<auto>"),
    ("ContainerResource", SHARE, {"averageUtilization": 7}, "cpu: 7%/80%"),
    ("ContainerResource", AVERAGE, None, "cpu: <unknown>/100m"),
    ("Pods", AVERAGE, {"averageValue": "1"}, "1/100m"),
    ("Pods", AVERAGE, None, "<unknown>/100m"),
    ("Object", VALUE, {"value": "3"}, "3/5"),
    ("Object", VALUE, None, "<unknown>/5"),
    ("Object", AVERAGE, {"averageValue": "2"}, "2/100m (avg)"),
    ("External", VALUE, {"value": "3"}, "3/5"),
    ("External", AVERAGE, None, "<unknown>/100m (avg)"),
]


@pytest.mark.parametrize(("kind", "target", "current", "targets"), METRICS)
def test_metrics(kind, target, current, targets):
    wanted = [source(kind, "target", **target)]
    found = [] if current is None else [source(kind, "current", **current)]
    assert cell(autoscaler(wanted, found), "Targets") == targets


@pytest.mark.parametrize(
    ("count", "targets"),
    [
        (2, "cpu: <unknown>/80%, cpu: <unknown>/80%"),
        (5, "cpu: <unknown>/80%, cpu: <unknown>/80% + 3 more..."),
    ],
)
def test_two_metrics_are_shown(count, targets):
    wanted = [source("Resource", "target", **SHARE)] * count
    assert cell(autoscaler(wanted), "Targets") == targets


@pytest.mark.parametrize(
    ("spec", "status", "targets"),
    [
        ({}, {}, "cpu: <unknown>/80%"),
        ({"targetCPUUtilizationPercentage": 50}, {}, "cpu: <unknown>/50%"),
        (
            {"targetCPUUtilizationPercentage": 80},
            {"currentCPUUtilizationPercentage": 12},
            "cpu: 12%/80%",
        ),
    ],
)
def test_autoscalers_of_the_first_version(spec, status, targets):
    known = {"scaleTargetRef": TARGET, "maxReplicas": 9, **spec}
    obj = named("HorizontalPodAutoscaler", "autoscaling/v1", spec=known, status=status)
    assert cell(obj, "Targets") == targets
