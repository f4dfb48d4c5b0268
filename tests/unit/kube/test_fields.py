"""Objects compared field by field, with the keys, sets, defaults and quantities of their types."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from pyhelm.kube.fields import Row, differences, lacking, schema_of, shown
from pyhelm.kube.owners import owners
from pyhelm.openapi import MISSING

POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "p", "labels": {"a": "b"}, "finalizers": ["x.io/a", "x.io/b"]},
    "spec": {
        "containers": [
            {
                "name": "web",
                "image": "web:1",
                "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
                "ports": [{"containerPort": 80, "protocol": "TCP"}],
                "resources": {"limits": {"cpu": "1", "memory": "1Gi"}},
                "args": ["a", "b"],
            }
        ],
        "tolerations": [{"key": "k", "operator": "Exists"}],
        "nodeSelector": {"a": "b"},
    },
}
CUSTOM = {"apiVersion": "x.io/v1", "kind": "Thing", "metadata": {"name": "t"}}


def edited(obj, *path_and_value):
    *path, value = path_and_value
    made = copy.deepcopy(obj)
    inner = made
    for key in path[:-1]:
        inner = inner[key]
    if value is MISSING:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return made


def paths(found):
    return {shown(each.path): (each.before, each.after) for each in found}


WEB = ("spec", "containers", 0)


def test_paths():
    assert shown(("spec", "containers", Row((("name", "web"),)), "image")) == (
        "spec.containers[name=web].image"
    )
    assert shown(("metadata", "annotations", "a.io/b", "c")) == 'metadata.annotations["a.io/b"].c'
    assert shown(("args", Row((), 2))) == "args[2]"
    assert shown(("ports", Row((("containerPort", 80), ("protocol", "TCP"))))) == (
        "ports[containerPort=80,protocol=TCP]"
    )


def test_differences_by_row_and_place():
    other = edited(POD, *WEB, "image", "web:2")
    other = edited(other, *WEB, "env", [{"name": "B", "value": "3"}, {"name": "C"}])
    other = edited(other, *WEB, "args", ["a", "c", "d"])
    assert paths(differences(POD, other, schema_of(POD))) == {
        "spec.containers[name=web].image": ("web:1", "web:2"),
        "spec.containers[name=web].env[name=B].value": ("2", "3"),
        "spec.containers[name=web].env[name=C]": (MISSING, {"name": "C"}),
        "spec.containers[name=web].env[name=A]": ({"name": "A", "value": "1"}, MISSING),
        "spec.containers[name=web].args[1]": ("b", "c"),
        "spec.containers[name=web].args[2]": (MISSING, "d"),
    }
    assert differences(POD, POD, schema_of(POD)) == []


def test_rows_in_another_order_differ_as_a_whole():
    rows = POD["spec"]["containers"][0]["env"]
    other = edited(POD, *WEB, "env", rows[::-1])
    assert paths(differences(POD, other, schema_of(POD))) == {
        "spec.containers[name=web].env": (rows, rows[::-1])
    }


def test_true_is_not_one():
    assert len(differences({"a": True}, {"a": 1}, None)) == 1
    assert differences({"a": 1}, {"a": 1.0}, None) == []


def test_rows_with_the_same_name_are_compared_by_place():
    rows = [{"name": "a", "v": 1}, {"name": "a", "v": 2}]
    other = [{"name": "a", "v": 1}, {"name": "a", "v": 3}]
    assert paths(differences({"rows": rows}, {"rows": other}, None)) == {"rows[1].v": (2, 3)}


SAME = {
    "itself": POD,
    "what others add": edited(POD, "metadata", "labels", {"a": "b", "c": "d"}),
    "a container of others": edited(
        POD, "spec", "containers", [{"name": "side"}, *POD["spec"]["containers"]]
    ),
    "a row of others between": edited(
        POD,
        *WEB,
        "env",
        [{"name": "A", "value": "1"}, {"name": "Z"}, {"name": "B", "value": "2"}],
    ),
    "a quantity": edited(POD, *WEB, "resources", {"limits": {"cpu": "1000m", "memory": "1024Mi"}}),
    "a member of a set": edited(POD, "metadata", "finalizers", ["x.io/a", "other.io/x", "x.io/b"]),
    "a status": {**POD, "status": {"phase": "Running"}},
}


@pytest.mark.parametrize("what", SAME)
def test_nothing_is_lacking(what):
    assert lacking(SAME[what], POD, schema_of(POD)) == []


LACKING = {
    "a value": (("metadata", "labels", "a", "c"), "metadata.labels.a"),
    "a label": (("metadata", "labels", {}), "metadata.labels.a"),
    "all labels": (("metadata", "labels", MISSING), "metadata.labels"),
    "an empty value": (("metadata", "labels", "a", ""), "metadata.labels.a"),
    "a row": (
        (*WEB, "env", [{"name": "A", "value": "1"}]),
        "spec.containers[name=web].env[name=B]",
    ),
    "a row's value": (
        (*WEB, "env", 0, {"name": "A"}),
        "spec.containers[name=web].env[name=A].value",
    ),
    "the rows' order": (
        (*WEB, "env", POD["spec"]["containers"][0]["env"][::-1]),
        "spec.containers[name=web].env",
    ),
    "another protocol": (
        (*WEB, "ports", [{"containerPort": 80, "protocol": "UDP"}]),
        "spec.containers[name=web].ports[containerPort=80,protocol=TCP]",
    ),
    "a quantity": (
        (*WEB, "resources", "limits", "cpu", "1001m"),
        "spec.containers[name=web].resources.limits.cpu",
    ),
    "a member of a set": (("metadata", "finalizers", ["x.io/a"]), "metadata.finalizers"),
    "a set's order": (("metadata", "finalizers", ["x.io/b", "x.io/a"]), "metadata.finalizers"),
    "an argument": ((*WEB, "args", ["a"]), "spec.containers[name=web].args"),
    "one argument more": ((*WEB, "args", ["a", "b", "c"]), "spec.containers[name=web].args"),
    "a field within a list that is one value": (
        ("spec", "tolerations", [{"key": "k", "operator": "Exists", "effect": "NoExecute"}]),
        "spec.tolerations",
    ),
    "a key in a map that is one value": (
        ("spec", "nodeSelector", {"a": "b", "human": "yes"}),
        "spec.nodeSelector",
    ),
    "a number for a text": (
        (*WEB, "env", 0, "value", 1),
        "spec.containers[name=web].env[name=A].value",
    ),
}


@pytest.mark.parametrize("what", LACKING)
def test_what_is_lacking(what):
    edit, path = LACKING[what]
    assert [shown(each.path) for each in lacking(edited(POD, *edit), POD, schema_of(POD))] == [path]


def test_a_port_without_protocol_is_tcp():
    wanted = edited(POD, *WEB, "ports", [{"containerPort": 80}])
    assert lacking(POD, wanted, schema_of(POD)) == []
    udp = edited(POD, *WEB, "ports", [{"containerPort": 80, "protocol": "UDP"}])
    assert len(lacking(udp, wanted, schema_of(POD))) == 1


def test_null_asks_for_nothing():
    wanted = edited(POD, "metadata", "labels", None)
    assert lacking(POD, wanted, schema_of(POD)) == []
    assert lacking(edited(POD, "metadata", "labels", MISSING), wanted, schema_of(POD)) == []


def test_empty_fields_are_not_stored_but_empty_entries_are():
    wanted = edited(POD, "spec", "nodeSelector", {})
    live = edited(POD, "spec", "nodeSelector", MISSING)
    assert lacking(live, wanted, schema_of(POD)) == []
    wanted = edited(POD, "spec", "nodeSelector", {"a": ""})
    live = edited(POD, "spec", "nodeSelector", {"b": "c"})
    found = lacking(live, wanted, schema_of(POD))
    assert paths(found) == {"spec.nodeSelector": ({"b": "c"}, {"a": ""})}
    labels = edited(POD, "metadata", "labels", {"a": ""})
    live = edited(POD, "metadata", "labels", {"b": "c"})
    assert paths(lacking(live, labels, schema_of(POD))) == {"metadata.labels.a": (MISSING, "")}


def test_custom_resources_are_compared_as_they_are():
    wanted = {**CUSTOM, "spec": {"size": "1000m", "rows": [{"name": "a"}], "empty": {}}}
    live = {**CUSTOM, "spec": {"size": "1", "rows": [{"name": "a", "more": 1}]}}
    assert set(paths(lacking(live, wanted, schema_of(live)))) == {
        "spec.size",
        "spec.rows",
        "spec.empty",
    }


def entry(manager, fields, time, operation="Update"):
    return {"manager": manager, "operation": operation, "time": time, "fieldsV1": fields}


MANAGED = {
    "metadata": {
        "managedFields": [
            entry("helm", {"f:spec": {"f:replicas": {}}}, "2026-01-01T00:00:00Z", "Apply"),
            entry("kubectl-edit", {"f:spec": {"f:replicas": {}}}, "2026-01-02T00:00:00Z"),
            entry(
                "human",
                {
                    "f:spec": {
                        "f:containers": {
                            'k:{"name":"web"}': {".": {}, "f:image": {}, "f:args": {}}
                        },
                        "f:labels": {".": {}, "f:a": {}},
                    }
                },
                "2026-01-03T00:00:00Z",
            ),
        ]
    }
}
WEB_ROW = Row((("name", "web"),))


@pytest.mark.parametrize(
    ("path", "managers"),
    [
        (("spec", "replicas"), ["kubectl-edit", "helm"]),
        (("spec", "containers", WEB_ROW, "image"), ["human"]),
        (("spec", "containers", WEB_ROW, "args", Row((), 1)), ["human"]),
        (("spec", "containers", Row((("name", "side"),)), "image"), []),
        (("spec", "containers", WEB_ROW, "command"), []),
        (("spec", "labels", "a"), ["human"]),
        (("spec", "labels", "b"), []),
        (("metadata", "name"), []),
    ],
)
def test_owners(path, managers):
    assert [owner.manager for owner in owners(MANAGED, path)] == managers


def test_nobody_owns_what_has_no_managers():
    assert owners({}, ("spec",)) == []
    assert owners({"metadata": {"managedFields": [{}]}}, ("spec",)) == []
