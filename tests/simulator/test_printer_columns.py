"""Columns that CustomResourceDefinitions declare: their paths, their types, what stands in them."""

from __future__ import annotations

import time

import pytest

from pyhelm.simulator import jsonpath, printer_columns, resources, tables
from tests.simulator.shown import ago

pytestmark = pytest.mark.usefixtures("still")

TREE = {
    "metadata": {
        "name": "t",
        "creationTimestamp": ago(300),
        "labels": {"app.kubernetes.io/name": "web", "x": "1"},
    },
    "spec": {
        "size": 3,
        "nothing": None,
        "items": [
            {"name": "a", "port": 1, "on": True, "tags": ["x", "y"]},
            {"name": "b", "port": 2, "on": False},
            {"name": "c(1)", "port": 3},
        ],
        "empty": [],
    },
    "status": {
        "conditions": [
            {"type": "Synced", "status": "False"},
            {"type": "Ready", "status": "True"},
        ]
    },
}

PATHS = {
    ".spec.size": [3],
    ".spec.nothing": [None],
    ".spec.nothing.more": [],
    ".spec.nothing[0]": [],
    ".spec.missing": [],
    ".spec.size.deeper": [],
    ".": [],
    ".metadata.labels.x": ["1"],
    r".metadata.labels.app\.kubernetes\.io/name": ["web"],
    r".metadata.labels['app\.kubernetes\.io/name']": ["web"],
    # The server reads a quoted key as a path.
    ".metadata.labels['app.kubernetes.io/name']": [],
    ".spec['size']": [3],
    "['spec'].size": [3],
    "$.spec.size": [3],
    ".spec .size": [3],
    ".spec.items[0].name": ["a"],
    ".spec.items[-1].name": ["c(1)"],
    ".spec.items[-2].name": ["b"],
    ".spec.items[].name": ["a"],
    ".spec.items[*].name": ["a", "b", "c(1)"],
    ".spec.items[1:].name": ["b", "c(1)"],
    ".spec.items[:2].name": ["a", "b"],
    ".spec.items[-2:].name": ["b", "c(1)"],
    ".spec.items[0:-1].name": ["a", "b"],
    ".spec.items[::2].name": ["a", "c(1)"],
    ".spec.items[1:1].name": [],
    ".spec.items[0, 2].name": ["a", "c(1)"],
    ".spec.items[0]['port','name']": [1, "a"],
    ".spec.empty[*]": [],
    ".spec.items[0].*": ["a", 1, True, ["x", "y"]],
    ".spec.items[0].tags.*": ["x", "y"],
    ".spec.size.*": [],
    "..port": [1, 2, 3],
    ".spec..tags[1]": ["y"],
    ".status.conditions[?(@.type=='Ready')].status": ["True"],
    '.status.conditions[?(@.type=="Ready")].status': ["True"],
    '.status.conditions[?(@.type == "Ready")].status': ["True"],
    '.status.conditions[?(@.type=="None")].status': [],
    '.status.conditions[?(@.type!="Ready")].status': ["False"],
    '.spec.items[?(@.name=="c(1)")].port': [3],
    ".spec.items[?(@['name']=='b')].port": [2],
    ".spec.items[?(2==@.port)].name": ["b"],
    ".spec.items[?(@.port==-1)].name": [],
    ".spec.items[?(@.port==2)].name": ["b"],
    ".spec.items[?(@.port>1)].name": ["b", "c(1)"],
    ".spec.items[?(@.port>=2)].name": ["b", "c(1)"],
    ".spec.items[?(@.port<2)].name": ["a"],
    ".spec.items[?(@.port<=1)].name": ["a"],
    ".spec.items[?(@.on==true)].name": ["a"],
    ".spec.items[?(@.on==false)].name": ["b"],
    ".spec.items[?(@.tags)].name": ["a"],
    ".spec.items[?(@.name==@.name)].port": [1, 2, 3],
}


@pytest.mark.parametrize(("path", "found"), PATHS.items(), ids=PATHS)
def test_paths(path, found):
    assert jsonpath.find(jsonpath.parse(path), TREE) == found


@pytest.mark.parametrize(
    "path",
    [
        ".spec.items[3]",
        ".spec.items[-4]",
        ".spec.items[2:1]",
        ".spec.items[0:9]",
        ".spec.items[0:2:0]",
        ".spec.empty[0]",
        ".spec.size[0]",
        ".spec.size[?(@.a)]",
        ".spec.items[?(@.name==1)]",
        ".spec.items[?(@.port==1.5)]",
        ".spec.items[?(@.tags==1)]",
        ".spec.items[?(@.tags[*]==1)]",
        ".spec.items[?(@.port=!1)]",
        ".spec.items[?(@.on<true)]",
        ".spec.items[?(@.name==a)]",
        ".spec items",
        "spec.items",
    ],
)
def test_paths_that_do_not_fit(path):
    with pytest.raises(jsonpath.NoValueError):
        jsonpath.find(jsonpath.parse(path), TREE)


@pytest.mark.parametrize(
    "path", [".a[", ".a[x]", ".a[-]", ".a{", "..*", ".a[?(@.b)", ".a[?(@.b=={)]"]
)
def test_paths_that_can_not_be_read(path):
    with pytest.raises(ValueError, match=r"."):
        jsonpath.parse(path)


VALUES = [
    ("string", "a", "a"),
    ("string", 3, "3"),
    ("string", True, "true"),
    ("string", None, "<no value>"),
    ("string", 1.5, "1.5"),
    ("string", 2.0, "2"),
    ("string", -5.25, "-5.25"),
    ("string", 1234567.5, "1.2345675e+06"),
    ("string", 0.00001, "1e-05"),
    ("string", 1234567, "1234567"),
    ("string", [1.0, 1.5, None, True], "[1,1.5,null,true]"),
    ("string", ["b", 1], '["b",1]'),
    ("string", {"a": [2.0, 1e21]}, '{"a":[2,1e+21]}'),
    ("string", {"b": "<&>", "a": "ü"}, '{"a":"ü","b":"\\u003c\\u0026\\u003e"}'),
    ("integer", 3, 3),
    ("integer", 3.9, 3),
    ("integer", "3", None),
    ("integer", True, None),
    ("integer", None, None),
    ("number", 3, 3.0),
    ("number", 1.5, 1.5),
    ("number", "1.5", None),
    ("boolean", False, False),
    ("boolean", "true", None),
    ("boolean", 1, None),
    ("date", ago(7200), "120m"),
    ("date", "2027-01-15T09:55:00.5+02:00", "4m59s"),
    ("date", "", "<unknown>"),
    ("date", "null", "<unknown>"),
    ("date", "yesterday", "<invalid>"),
    ("date", "2026-01-01", "<invalid>"),
    ("date", "2026-13-01T00:00:00Z", "<invalid>"),
    ("date", 3, None),
    ("date", None, None),
]


@pytest.mark.parametrize(("kind", "found", "cell"), VALUES)
def test_values_by_type(kind, found, cell):
    shown = printer_columns.value(found, kind)
    assert (shown, type(shown)) == (cell, type(cell))


def definition(*columns):
    version = {"name": "v1", "served": True, "storage": True}
    return {
        "spec": {
            "group": "x.example",
            "names": {"kind": "Tree", "plural": "trees"},
            "versions": [{**version, "additionalPrinterColumns": list(columns)}],
        }
    }


def shown(*columns):
    resource = resources.custom_resources(definition(*columns))[0]
    return tables.table(resource, [TREE], {}, include="None")


def column(name, path, kind="string", **fields):
    return {"name": name, "type": kind, "jsonPath": path, **fields}


def test_declared_columns():
    found = shown(
        column("Size", ".spec.size", "integer", description="How big", format="int32"),
        column("Ready", '.status.conditions[?(@.type=="Ready")].status', priority=1),
        column("Gone", ".spec.gone"),
        column("Beyond", ".spec.items[7].name"),
        column("First", ".spec.items[*].name"),
    )
    path = "Custom resource definition column (in JSONPath format): .spec.gone"
    assert found["rows"][0]["cells"] == ["t", 3, "True", None, None, "a"]
    heads = found["columnDefinitions"]
    assert heads[1] == {
        "name": "Size",
        "type": "integer",
        "format": "int32",
        "description": "How big",
        "priority": 0,
    }
    assert [each["priority"] for each in heads] == [0, 0, 1, 0, 0, 0]
    assert heads[3]["description"] == path


def test_without_columns_the_age_is_shown():
    found = shown()
    heads = [(each["name"], each["type"]) for each in found["columnDefinitions"]]
    assert heads == [("Name", "string"), ("Age", "date")]
    assert found["rows"][0]["cells"] == ["t", "5m"]


def test_a_path_that_can_not_be_read_ends_the_table():
    found = shown(column("A", ".spec.size"), column("B", ".spec["), column("C", ".metadata.name"))
    assert [each["name"] for each in found["columnDefinitions"]] == ["Name", "A"]
    assert found["rows"][0]["cells"] == ["t", "3"]


@pytest.mark.verified
def test_declared_columns_through_the_api(api):
    group = f"{api.ns}.example"
    columns = [
        column("Size", ".spec.size", "integer"),
        column("Ready", '.status.conditions[?(@.type=="Ready")].status'),
        column("App", r".metadata.labels.app\.kubernetes\.io/name"),
        column("Last", ".spec.items[-1].name"),
        column("Gone", ".spec.gone", "date"),
    ]
    names = {"kind": "Tree", "plural": "trees", "singular": "tree", "listKind": "TreeList"}
    open_schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {"name": "v1", "served": True, "storage": True}
    version |= {"additionalPrinterColumns": columns, "schema": {"openAPIV3Schema": open_schema}}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"trees.{group}"},
        "spec": {"group": group, "scope": "Namespaced", "names": names, "versions": [version]},
    }
    assert api.create(definition)[0] == 201
    tree = {**TREE, "apiVersion": f"{group}/v1", "kind": "Tree"}
    tree["metadata"] = {"name": "t", "labels": TREE["metadata"]["labels"]}
    path = f"/apis/{group}/v1/namespaces/{api.ns}/trees"
    accept = "application/json;as=Table;v=v1;g=meta.k8s.io"
    try:
        created = until(lambda: api("POST", path, tree), lambda answer: answer[0] == 201)
        assert created[0] == 201
        _, one = api("GET", f"{path}/t", accept=accept)
        assert one["rows"][0]["cells"] == ["t", 3, "True", "web", "c(1)", None]
        listed = api.path("CustomResourceDefinition", f"trees.{group}")
        _, shown = api("GET", listed, accept=accept)
        cells = shown["rows"][0]["cells"]
        assert (cells[1:3], cells[4:]) == (
            ["Namespaced", "v1(storage)"],
            [group, "Tree", "", True],
        )
    finally:
        api("DELETE", api.path("CustomResourceDefinition", f"trees.{group}"))


def until(ask, is_done, seconds=10):
    """An answer that may take a real server a moment: it serves a new kind a little later."""
    end = time.monotonic() + seconds
    while not is_done(answer := ask()) and time.monotonic() < end:
        time.sleep(0.1)
    return answer
