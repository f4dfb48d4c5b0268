"""What needs no apply: never an object that an apply would change, whoever changed it how."""

from __future__ import annotations

import contextlib
import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyhelm.errors import APIError
from pyhelm.kube.client import KubeClient
from pyhelm.kube.cluster import ObjectRef
from pyhelm.kube.settled import is_settled
from pyhelm.testing.transport import SimulatorTransport

CONFIG = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "c", "namespace": "default", "labels": {"a": "b"}},
    "data": {"color": "red", "size": "1"},
}
CONTAINER = {
    "name": "web",
    "image": "web:1",
    "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
    "ports": [{"containerPort": 80, "protocol": "TCP"}],
    "args": ["--one", "--two"],
}
DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "d", "namespace": "default", "finalizers": ["x.io/one", "x.io/two"]},
    "spec": {
        "replicas": 1,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [CONTAINER, {"name": "side", "image": "side:1"}]},
        },
    },
}
FIRST = "/spec/template/spec/containers/0"


@pytest.fixture
def cluster():
    with KubeClient(SimulatorTransport(), namespace="default") as found:
        yield found


def changed(obj, *operations, cluster):
    """The live object after a person's JSON patch of what was applied."""
    cluster.apply(obj)
    ref = ObjectRef.of(obj)
    body = [dict(zip(("op", "path", "value"), each, strict=False)) for each in operations]
    return cluster.patch(ref, body, patch_type="json", field_manager="kubectl-edit")


def put(obj, path, value):
    """A copy with a value at a path."""
    made = copy.deepcopy(obj)
    inner = made
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return made


@pytest.mark.parametrize("obj", [CONFIG, DEPLOYMENT], ids=["config", "deployment"])
def test_nothing_happened(cluster, obj):
    cluster.apply(obj)
    assert is_settled(cluster.get(ObjectRef.of(obj)), obj)


def test_what_others_add_is_theirs(cluster):
    live = changed(
        DEPLOYMENT,
        ("add", "/metadata/labels", {"human": "yes"}),
        ("add", "/metadata/annotations/human", "yes"),
        ("add", f"{FIRST}/env/1", {"name": "Z", "value": "z"}),
        ("add", f"{FIRST}/workingDir", "/tmp"),
        cluster=cluster,
    )
    assert is_settled(live, DEPLOYMENT)


def test_the_status_is_the_controllers(cluster):
    """No containers run in a test: the status still comes, under another manager."""
    live = cluster.apply(DEPLOYMENT)
    cluster.patch(
        ObjectRef.of(DEPLOYMENT),
        {"status": {"replicas": 1}},
        subresource="status",
        field_manager="helm",
    )
    assert is_settled(live, DEPLOYMENT)
    assert is_settled(cluster.get(ObjectRef.of(DEPLOYMENT)), DEPLOYMENT)


DRIFT: dict[str, tuple[dict[str, Any], tuple[Any, ...]]] = {
    "a value": (CONFIG, ("replace", "/data/color", "blue")),
    "a value that went there and back": (CONFIG, ("replace", "/data/color", "red ")),
    "a key is gone": (CONFIG, ("remove", "/data/color")),
    "all keys are gone": (CONFIG, ("remove", "/data")),
    "a label is gone": (CONFIG, ("remove", "/metadata/labels/a")),
    "all labels are gone": (CONFIG, ("remove", "/metadata/labels")),
    "replicas": (DEPLOYMENT, ("replace", "/spec/replicas", 3)),
    "an image": (DEPLOYMENT, ("replace", f"{FIRST}/image", "web:2")),
    "a row is gone": (DEPLOYMENT, ("remove", f"{FIRST}/env/0")),
    "a row has another value": (DEPLOYMENT, ("replace", f"{FIRST}/env/0/value", "9")),
    "a row's value is gone": (DEPLOYMENT, ("remove", f"{FIRST}/env/0/value")),
    "rows changed places": (
        DEPLOYMENT,
        ("replace", f"{FIRST}/env", [{"name": "B", "value": "2"}, {"name": "A", "value": "1"}]),
    ),
    "a container is gone": (DEPLOYMENT, ("remove", "/spec/template/spec/containers/1")),
    "a container has another name": (
        DEPLOYMENT,
        ("replace", "/spec/template/spec/containers/1/name", "other"),
    ),
    "a list that is one value": (DEPLOYMENT, ("replace", f"{FIRST}/args", ["--two", "--one"])),
    "a longer list that is one value": (DEPLOYMENT, ("add", f"{FIRST}/args/-", "--three")),
    "a member of a set is gone": (DEPLOYMENT, ("remove", "/metadata/finalizers/0")),
    "a set in another order": (
        DEPLOYMENT,
        ("replace", "/metadata/finalizers", ["x.io/two", "x.io/one"]),
    ),
    "nobody manages anything": (CONFIG, ("replace", "/metadata/managedFields", [{}])),
}


@pytest.mark.parametrize("what", DRIFT)
def test_drift_is_never_passed_over(cluster, what):
    obj, operation = DRIFT[what]
    assert not is_settled(changed(obj, operation, cluster=cluster), obj)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("data", "color"), "blue"),
        (("data",), {"color": "red"}),
        (("data", "more"), "x"),
        (("metadata", "labels"), None),
        (("metadata", "labels"), {}),
        (("metadata", "labels", "a"), None),
        (("metadata", "annotations"), {"a": "b"}),
        (("immutable",), True),
        (("apiVersion",), "v2"),
        (("status",), {"a": "b"}),
    ],
)
def test_another_wish_is_not_settled(cluster, path, value):
    cluster.apply(CONFIG)
    assert not is_settled(cluster.get(ObjectRef.of(CONFIG)), put(CONFIG, path, value))


def test_quantities_and_defaults_are_left_to_the_server(cluster):
    """`1000m` is stored as `1`, a port's protocol is filled in: an apply decides."""
    limits = put(
        DEPLOYMENT,
        ("spec", "template", "spec", "containers", 0, "resources"),
        {"limits": {"cpu": "1000m"}},
    )
    cluster.apply(limits)
    assert not is_settled(cluster.get(ObjectRef.of(limits)), limits)
    ports = put(
        DEPLOYMENT, ("spec", "template", "spec", "containers", 0, "ports"), [{"containerPort": 80}]
    )
    ports["metadata"]["name"] = "ports"
    cluster.apply(ports)
    assert not is_settled(cluster.get(ObjectRef.of(ports)), ports)


def test_true_is_not_one():
    """In a list that is one value, where Python's own comparison says that they are equal."""

    def live(value):
        fields: dict[str, Any] = {"f:spec": {"f:list": {}}}
        entry = {"manager": "helm", "operation": "Apply", "apiVersion": "x/v1", "fieldsV1": fields}
        return {"metadata": {"managedFields": [entry]}, "spec": {"list": [value]}}

    wanted = {"apiVersion": "x/v1", "spec": {"list": [1]}}
    assert is_settled(live(1), wanted)
    assert not is_settled(live(True), wanted)


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [("helm", "Update")],
        [("kubectl", "Apply")],
        [("helm", "Apply"), ("helm", "Update")],
    ],
)
def test_other_managers_entries_say_nothing(entries):
    fields: dict[str, Any] = {"f:data": {"f:a": {}}}
    managed = [
        {"manager": manager, "operation": how, "apiVersion": "v1", "fieldsV1": fields}
        for manager, how in entries
    ]
    live = {"metadata": {"managedFields": managed}, "data": {"a": "b"}}
    assert not is_settled(live, {"apiVersion": "v1", "data": {"a": "b"}})


def test_what_is_being_deleted_is_not_settled(cluster):
    cluster.apply(DEPLOYMENT)
    cluster.delete(ObjectRef.of(DEPLOYMENT))
    live = cluster.get(ObjectRef.of(DEPLOYMENT))
    assert live["metadata"]["deletionTimestamp"]
    assert not is_settled(live, DEPLOYMENT)


KEYS = st.sampled_from(["a", "b", "c"])
TEXTS = st.sampled_from(["", "1", "2", "true"])
ENV = st.lists(
    st.builds(lambda name, value: {"name": name, "value": value}, KEYS, TEXTS),
    max_size=3,
    unique_by=lambda row: row["name"],
)
QUANTITIES = st.sampled_from(["1", "1000m", "0.5", "500m", 1])


@st.composite
def pods(draw):
    """A Pod template in which lists have rows, sets have members, and defaults are left out."""
    container = {"name": draw(KEYS), "image": draw(st.sampled_from(["x", "y"]))}
    if draw(st.booleans()):
        container["env"] = draw(ENV)
    if draw(st.booleans()):
        container["resources"] = {
            "limits": draw(st.dictionaries(st.sampled_from(["cpu", "memory"]), QUANTITIES))
        }
    if draw(st.booleans()):
        port = {"containerPort": draw(st.sampled_from([80, 81]))}
        container["ports"] = [{**port, **draw(st.sampled_from([{}, {"protocol": "UDP"}]))}]
    if draw(st.booleans()):
        container["args"] = draw(st.lists(TEXTS, max_size=2))
    metadata = {"name": "p", "namespace": "default"}
    if draw(st.booleans()):
        metadata["labels"] = draw(st.none() | st.dictionaries(KEYS, KEYS, max_size=2))
    if draw(st.booleans()):
        metadata["finalizers"] = draw(
            st.lists(st.sampled_from(["a.io/a", "a.io/b"]), max_size=2, unique=True)
        )
    spec: dict[str, Any] = {"containers": [container]}
    if draw(st.booleans()):
        spec["nodeSelector"] = draw(st.dictionaries(KEYS, TEXTS, max_size=2))
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata,
        "spec": {
            "selector": {"matchLabels": {"t": "t"}},
            "template": {"metadata": {"labels": {"t": "t"}}, "spec": spec},
        },
    }


SLIPS = st.sampled_from(
    [
        {"metadata": {"annotations": {"human": "yes"}}},
        {"metadata": {"finalizers": ["a.io/b", "a.io/a"]}},
        {"metadata": {"labels": None}},
        {"spec": {"replicas": 2}},
        {"spec": {"template": {"spec": {"nodeSelector": None}}}},
    ]
)
"""What a person does in a hurry, as a merge patch."""


def without_times(obj):
    """What counts of an object: all but what every write changes."""
    metadata = {k: v for k, v in obj["metadata"].items() if k not in ("resourceVersion",)}
    entries = metadata.get("managedFields") or []
    metadata["managedFields"] = [{k: v for k, v in e.items() if k != "time"} for e in entries]
    return {**obj, "metadata": metadata}


@pytest.mark.slow
@pytest.mark.unmeasured
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    derandomize=True,
    max_examples=150,
)
@given(
    first=pods(),
    human=st.none() | SLIPS | pods(),
    wanted=pods(),
    again=st.sampled_from([True, True, False]),
    force=st.booleans(),
)
def test_whatever_is_settled_an_apply_would_not_change(first, human, wanted, again, force):
    """The server is the referee: we apply, a person replaces, then nothing may be missed."""
    with KubeClient(SimulatorTransport(), namespace="default") as cluster:
        compare(cluster, first, human, first if again else wanted, force=force)


def compare(cluster, first, human, wanted, *, force):
    with contextlib.suppress(APIError):
        cluster.apply(first)
        if human is not None:
            cluster.patch(ObjectRef.of(first), human, field_manager="kubectl-edit")
    found = cluster.list("apps/v1", "Deployment")
    live = found[0] if found else {}
    if not is_settled(live, wanted):
        return
    after = cluster.apply(wanted, force=force, dry_run=True)
    assert without_times(after) == without_times(live)
