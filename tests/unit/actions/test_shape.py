"""Objects made fit to be compared and shown."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from pyhelm.actions.recreate import is_wanted
from pyhelm.actions.shape import as_created, bare, masked, stored_secret

LIVE = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {
        "name": "p",
        "uid": "1-2-3",
        "resourceVersion": "7",
        "generation": 2,
        "creationTimestamp": "2026-01-01T00:00:00Z",
        "managedFields": [{"manager": "helm"}],
        "labels": {"controller-uid": "1-2-3", "a": "b"},
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}", "mine": "yes"},
    },
    "spec": {"affinity": {"uid": "1-2-3"}, "args": ["x"]},
    "status": {"phase": "Running"},
}


def test_bookkeeping_is_left_out_and_the_object_stays_as_it_is():
    before = copy.deepcopy(LIVE)
    assert bare(LIVE) == {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p", "labels": {"a": "b"}, "annotations": {"mine": "yes"}},
        "spec": {"affinity": {}, "args": ["x"]},
    }
    assert before == LIVE


def test_annotations_that_are_all_notes_leave_none():
    noted = {"deployment.kubernetes.io/revision": "1"}
    assert bare({"metadata": {"annotations": noted}}) == {"metadata": {}}
    assert bare({"metadata": {"annotations": {}}}) == {"metadata": {"annotations": {}}}


SERVICE: dict[str, Any] = {
    "kind": "Service",
    "metadata": {"name": "s"},
    "spec": {
        "clusterIP": "10.0.0.1",
        "clusterIPs": ["10.0.0.1"],
        "ports": [{"port": 80, "nodePort": 30000}],
    },
}


def test_what_the_server_makes_up_anew_each_time():
    wanted = {"spec": {"ports": [{"port": 80}]}}
    assert as_created(SERVICE, wanted)["spec"] == {"ports": [{"port": 80}]}
    asked = {"spec": {"clusterIP": "10.0.0.1", "ports": [{"port": 80, "nodePort": 30000}]}}
    assert as_created(SERVICE, asked)["spec"]["clusterIP"] == "10.0.0.1"
    assert as_created(SERVICE, asked)["spec"]["ports"] == SERVICE["spec"]["ports"]
    headless = {**SERVICE, "spec": {"clusterIP": "None", "clusterIPs": ["None"]}}
    assert as_created(headless, {"spec": {}})["spec"] == headless["spec"]
    external: dict[str, Any] = {"kind": "Service", "metadata": {}, "spec": None}
    assert as_created(external, {}) == external


def secret(**fields):
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, **fields}


def created(obj):
    """What is shown of a Secret that wasn't there before."""
    before, after = masked(None, obj)
    assert before is None
    assert after is not None
    return after


def test_texts_are_stored_as_data():
    stored = stored_secret(secret(stringData={"a": "x"}, data={"b": "eQ=="}))
    assert stored == secret(data={"a": "eA==", "b": "eQ=="})
    assert stored_secret(secret()) == secret()
    config = {"apiVersion": "v1", "kind": "ConfigMap", "stringData": {"a": "x"}}
    assert stored_secret(config) is config


def test_masks():
    old = secret(data={"same": "eA==", "changed": "eA==", "gone": "eHh4"})
    new = secret(stringData={"same": "x", "changed": "yy", "new": ""})
    before, after = masked(old, new)
    assert before is not None
    assert after is not None
    assert before["data"] == {
        "same": "REDACTED # (1 bytes)",
        "changed": "-------- # (1 bytes)",
        "gone": "-------- # (3 bytes)",
    }
    assert after["data"] == {
        "same": "REDACTED # (1 bytes)",
        "changed": "++++++++ # (2 bytes)",
        "new": "++++++++ # (0 bytes)",
    }
    assert "stringData" not in after


@pytest.mark.parametrize("data", [None, {}, [], "text", 7])
def test_secrets_of_an_odd_shape_show_nothing(data):
    after = created(secret(data=data, stringData=data))
    assert "data" not in after
    assert "stringData" not in after


def test_what_is_no_base64_has_a_length_too():
    assert created(secret(data={"a": "€€"}))["data"] == {"a": "++++++++ # (2 bytes)"}
    assert created(secret(data={"a": 4711}))["data"]["a"].startswith("++++++++ # (")


def annotated(kind, **annotations):
    return {"kind": kind, "metadata": {"name": "x", "annotations": annotations}}


RECREATE, KEEP = "pyhelm/recreate-immutable", "helm.sh/resource-policy"


@pytest.mark.parametrize(
    ("obj", "by_itself", "with_the_flag"),
    [
        (annotated("Job"), False, True),
        ({"kind": "Job", "metadata": {}}, False, True),
        (annotated("Job", **{RECREATE: "true"}), True, True),
        (annotated("Job", **{RECREATE: " True "}), True, True),
        (annotated("Job", **{RECREATE: "false"}), False, False),
        (annotated("Job", **{RECREATE: "maybe"}), False, False),
        (annotated("Job", **{KEEP: "keep"}), False, False),
        (annotated("Job", **{KEEP: "keep", RECREATE: "true"}), True, True),
        (annotated("Namespace"), False, False),
        (annotated("CustomResourceDefinition"), False, False),
        (annotated("PersistentVolumeClaim"), False, False),
        (annotated("PersistentVolumeClaim", **{RECREATE: "true"}), True, True),
    ],
)
def test_what_may_be_made_anew(obj, by_itself, with_the_flag):
    assert is_wanted(obj, asked=False) is by_itself
    assert is_wanted(obj, asked=True) is with_the_flag
