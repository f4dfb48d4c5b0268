"""JSON, merge and strategic merge patches. True of a real API server too."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.objects import config_map, deployment, with_container

pytestmark = pytest.mark.verified

JSON = "application/json-patch+json"
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
CONTAINERS = ("spec", "template", "spec", "containers")


def patch(api, kind, name, change, media):
    code, obj = api("PATCH", api.path(kind, name), change, media=media)
    assert code == 200, obj
    return obj


def at(obj, *path):
    for step in path:
        obj = obj[step]
    return obj


def nested(value, *path):
    for step in reversed(path):
        value = {step: value}
    return value


def test_merge_patch_replaces_lists_and_deletes_by_null(api):
    api.create(config_map(x="1", y="1"))
    obj = patch(api, "ConfigMap", "c", {"data": {"x": None, "z": "2"}}, MERGE)
    assert obj["data"] == {"y": "1", "z": "2"}


@pytest.mark.parametrize(
    ("operations", "data"),
    [
        ([{"op": "add", "path": "/data/z", "value": "2"}], {"x": "1", "z": "2"}),
        ([{"op": "remove", "path": "/data/x"}], None),
        ([{"op": "replace", "path": "/data/x", "value": "2"}], {"x": "2"}),
        ([{"op": "copy", "from": "/data/x", "path": "/data/y"}], {"x": "1", "y": "1"}),
        ([{"op": "move", "from": "/data/x", "path": "/data/a~1b"}], "invalid"),
        ([{"op": "test", "path": "/data/x", "value": "1"}], {"x": "1"}),
    ],
)
def test_json_patch(api, operations, data):
    api.create(config_map(x="1"))
    code, obj = api("PATCH", api.path("ConfigMap", "c"), operations, media=JSON)
    if data == "invalid":
        assert (code, "data[a/b]" in obj["message"]) == (422, True)
    else:
        assert (code, obj.get("data") or None) == (200, data)


def test_strategic_patch_merges_items_by_their_key(api):
    env = [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]
    api.create(deployment(template=with_container(env=env)))
    change = [{"name": "c", "env": [{"name": "B", "value": "3"}, {"name": "C", "value": "4"}]}]
    obj = patch(api, "Deployment", "d", nested(change, *CONTAINERS), STRATEGIC)
    container = at(obj, *CONTAINERS)[0]
    assert container["image"] == "x"
    assert {each["name"]: each["value"] for each in container["env"]} == {
        "A": "1",
        "B": "3",
        "C": "4",
    }


def test_strategic_patch_deletes_items(api):
    env = [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]
    api.create(deployment(template=with_container(env=env)))
    change = [{"name": "c", "env": [{"name": "A", "$patch": "delete"}]}]
    obj = patch(api, "Deployment", "d", nested(change, *CONTAINERS), STRATEGIC)
    assert [each["name"] for each in at(obj, *CONTAINERS)[0]["env"]] == ["B"]


ENV: list[Any] = [{"name": name, "value": value} for name, value in zip("ABD", "123", strict=True)]
ORDER = "$setElementOrder/env"
KEYLESS = "does not contain declared merge key: name"
UNORDERED = "The order in patch list:\n{}\n doesn't match $setElementOrder list:\n{}\n"

LISTS: dict[str, tuple[Any, Any]] = {
    "changed and added": (
        {"env": [{"name": "B", "value": "9"}, {"name": "N", "value": "5"}]},
        "A=1 B=9 N=5 D=3",
    ),
    "deleted": ({"env": [{"name": "B", "$patch": "delete"}]}, "A=1 D=3"),
    "deleted though it isn't there": ({"env": [{"name": "Z", "$patch": "delete"}]}, "A=1 B=2 D=3"),
    "replaced": ({"env": [{"name": "N", "value": "5"}, {"$patch": "replace"}]}, "N=5"),
    "replaced by nothing": ({"env": [{"$patch": "replace"}]}, None),
    "replaced by an item that says so": (
        {"env": [{"name": "B", "value": "7", "$patch": "replace"}]},
        None,
    ),
    "null": ({"env": None}, None),
    "ordered": ({ORDER: [{"name": name} for name in "DAB"]}, "D=3 A=1 B=2"),
    "ordered and added": (
        {ORDER: [{"name": "N"}, {"name": "A"}], "env": [{"name": "N", "value": "5"}]},
        "N=5 A=1 B=2 D=3",
    ),
    "ordered and deleted": (
        {ORDER: [{"name": "A"}], "env": [{"name": "B", "$patch": "delete"}]},
        "A=1 D=3",
    ),
}


@pytest.mark.parametrize("case", LISTS)
def test_strategic_patch_of_a_keyed_list(api, case):
    change, env = LISTS[case]
    api.create(deployment(replicas=0, template=with_container(env=ENV)))
    patched = patch(
        api, "Deployment", "d", nested([{"name": "c", **change}], *CONTAINERS), STRATEGIC
    )
    found = at(patched, *CONTAINERS)[0].get("env")
    told = found and " ".join(f"{each['name']}={each['value']}" for each in found)
    assert told == env


FINALIZERS: dict[str, tuple[Any, Any]] = {
    "added": ({"finalizers": ["x.y/d", "x.y/a"]}, "dabc"),
    "deleted": ({"$deleteFromPrimitiveList/finalizers": ["x.y/a", "x.y/q"]}, "bc"),
    "deleted and added": (
        {"$deleteFromPrimitiveList/finalizers": ["x.y/a"], "finalizers": ["x.y/n"]},
        "nbc",
    ),
    "ordered": ({"$setElementOrder/finalizers": ["x.y/c", "x.y/a"]}, "bca"),
    "ordered and added": (
        {
            "$setElementOrder/finalizers": ["x.y/n", "x.y/c", "x.y/a"],
            "finalizers": ["x.y/n"],
        },
        "nbca",
    ),
    "deletion that is no list": ({"$deleteFromPrimitiveList/finalizers": "x.y/a"}, "abc"),
}


@pytest.mark.parametrize("case", FINALIZERS)
def test_strategic_patch_of_a_list_of_texts(api, case):
    change, letters = FINALIZERS[case]
    obj = config_map()
    api.create({**obj, "metadata": {"name": "c", "finalizers": [f"x.y/{each}" for each in "abc"]}})
    patched = patch(api, "ConfigMap", "c", {"metadata": change}, STRATEGIC)
    assert patched["metadata"]["finalizers"] == [f"x.y/{each}" for each in letters]
    api.merge("ConfigMap", "c", {"metadata": {"finalizers": None}})


MAPS: dict[str, tuple[Any, Any]] = {
    "replace": ({"data": {"$patch": "replace", "y": "2"}}, {"y": "2"}),
    "delete": ({"data": {"$patch": "delete"}}, None),
    "null": ({"data": None}, None),
    "nulls": ({"data": {"x": None, "z": None}}, None),
    "retain": ({"data": {"$retainKeys": ["y"], "y": "1"}}, {"y": "1"}),
    "replace what isn't there": (
        {"binaryData": {"$patch": "replace", "y": "YQ=="}},
        {"x": "1"},
    ),
}


@pytest.mark.parametrize("case", MAPS)
def test_strategic_patch_of_a_map(api, case):
    change, data = MAPS[case]
    api.create(config_map(x="1"))
    patched = patch(api, "ConfigMap", "c", change, STRATEGIC)
    assert (patched.get("data"), patched.get("binaryData")) == (data, None)


REFUSED: dict[str, tuple[Any, Any]] = {
    "no key": ({"env": [{"value": "7"}]}, f"map: map[value:7] {KEYLESS}"),
    "deletion without a key": (
        {"env": [{"$patch": "delete"}]},
        f"map: map[$patch:delete] {KEYLESS}",
    ),
    "merge": (
        {"env": [{"name": "B", "$patch": "merge"}]},
        "merging lists cannot yet be specified in the patch",
    ),
    "other directive": (
        {"env": [{"name": "B", "$patch": "foo"}]},
        "unknown patch type: foo in map: map[$patch:foo name:B]",
    ),
    "merge of a map": (
        {"resources": {"$patch": "merge", "limits": {"cpu": "1"}}},
        "unknown patch type: merge in map: map[$patch:merge limits:map[cpu:1]]",
    ),
    "number as directive": (
        {"resources": {"$patch": 1}},
        "unknown patch type: %!s(int64=1) in map: map[$patch:1]",
    ),
    "text in a list of maps": (
        {"env": ["x"]},
        "list element types are not identical: [[map[name:A value:1]] [x]]",
    ),
    "order that lacks an item": (
        {ORDER: [{"name": "A"}], "env": [{"name": "N", "value": "1"}]},
        UNORDERED.format("[map[name:N value:1]]", "[map[name:A]]"),
    ),
    "order that isn't the patch's": (
        {ORDER: [{"name": "N"}, {"name": "A"}], "env": [{"name": "A"}, {"name": "N"}]},
        UNORDERED.format("[map[name:A] map[name:N]]", "[map[name:N] map[name:A]]"),
    ),
    "order that is no list": (
        {ORDER: "x"},
        "expected a []interface {}, but received a string",
    ),
    "order of what isn't known": (
        {"$setElementOrder/foo": ["b"]},
        'unable to find api field in struct Container for the json field "foo"',
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_strategic_patch_that_makes_no_sense(api, case):
    change, message = REFUSED[case]
    api.create(deployment(replicas=0, template=with_container(env=ENV[:1])))
    body = nested([{"name": "c", **change}], *CONTAINERS)
    code, status = api("PATCH", api.path("Deployment", "d"), body, media=STRATEGIC)
    assert (code, status["message"], status.get("reason")) == (500, message, None)


@pytest.mark.parametrize("kept", ["type", ["foo"]])
def test_strategic_patch_that_sets_what_it_does_not_retain(api, kept):
    api.create(deployment(replicas=0))
    change = {"spec": {"strategy": {"$retainKeys": kept, "type": "Recreate"}}}
    code, status = api("PATCH", api.path("Deployment", "d"), change, media=STRATEGIC)
    assert (code, status["message"]) == (400, "invalid patch format of retainKeys")


UNFIT: dict[str, tuple[Any, Any]] = {
    "text for a number": ({"spec": {"replicas": "x"}}, "unrecognized type: int32"),
    "number for text": (
        {"metadata": {"labels": {"a": 5}}},
        "cannot convert int64 to string",
    ),
    "map for a list": (
        {"spec": {"template": {"spec": {"volumes": {"a": "b"}}}}},
        "cannot restore slice from map",
    ),
    "text for a struct": (
        {"spec": {"template": {"spec": {"affinity": "x"}}}},
        "cannot restore struct from: string",
    ),
    "unknown field": (
        {"spec": {"foo": 1}},
        'strict decoding error: unknown field "spec.foo"',
    ),
}


@pytest.mark.parametrize("case", UNFIT)
def test_patch_whose_result_is_no_object_of_the_kind(api, case):
    change, why = UNFIT[case]
    api.create(deployment(replicas=0))
    path = api.path("Deployment", "d")
    code, status = api("PATCH", path, change, media=STRATEGIC, fieldValidation="Strict")
    assert (code, status["reason"]) == (422, "Invalid")
    assert status["message"].startswith(' "" is invalid: patch: Invalid value: "map[')
    assert status["message"].endswith(f']": {why}')
    code, status = api("PATCH", path, change, media=MERGE, fieldValidation="Strict")
    assert (code, status["details"]["causes"][0]["field"]) == (422, "patch")
    assert status["message"].startswith(' "" is invalid: patch: Invalid value: "{')


BROKEN = {
    STRATEGIC: "json: cannot unmarshal array into Go value of type map[string]interface {}",
    MERGE: "error decoding patch: json: cannot unmarshal array into Go value of type "
    "map[string]interface {}",
}


@pytest.mark.parametrize("media", BROKEN)
def test_patch_that_is_none(api, media):
    api.create(config_map(x="1"))
    path = api.path("ConfigMap", "c")
    code, status = api("PATCH", path, [1], media=media)
    assert (code, status["message"]) == (400, BROKEN[media])
    code, status = api("PATCH", path, b'{"data"', media=media)
    assert (code, status["message"]) == (400, "invalid JSON patch")


@pytest.mark.parametrize("change", [{"$patch": "delete"}, {"$patch": "replace", "data": {}}])
def test_patch_that_takes_the_name(api, change):
    api.create(config_map(x="1"))
    code, status = api("PATCH", api.path("ConfigMap", "c"), change, media=STRATEGIC)
    why = "the name of the object (c based on URL) was undeterminable: name must be provided"
    assert (code, status["message"]) == (400, why)
    code, status = api("PUT", api.path("ConfigMap", "c"), {"data": {}})
    assert (code, status["message"]) == (400, why)


ITEMS: dict[str, tuple[Any, Any]] = {
    "replaced by nothing": ({"op": "replace", "path": "/args"}, None),
    "replaced though it isn't there": ({"op": "replace", "path": "/tty", "value": True}, ["a"]),
    "no null": ({"op": "test", "path": "/tty"}, ["a"]),
    "added behind the last": ({"op": "add", "path": "/args/-1", "value": "b"}, ["a", "b"]),
}


@pytest.mark.parametrize("case", ITEMS)
def test_json_patch_of_what_may_be_missing(api, case):
    operation, args = ITEMS[case]
    api.create(deployment(replicas=0, template=with_container(args=["a"])))
    path = "/spec/template/spec/containers/0" + operation["path"]
    obj = patch(api, "Deployment", "d", [{**operation, "path": path}], JSON)
    assert at(obj, *CONTAINERS)[0].get("args") == args


def test_empty_lists_and_maps_are_left_out(api):
    container = {"args": [], "env": [], "resources": {"limits": {}}, "securityContext": {}}
    _, obj = api.create(deployment(replicas=0, template=with_container(**container)))
    found = at(obj, *CONTAINERS)[0]
    assert {"args", "env"} & set(found) == set()
    assert (found["resources"], found["securityContext"]) == ({}, {})


def test_strategic_patch_keeps_only_what_retain_keys_name(api):
    api.create(deployment())
    change = {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}
    obj = patch(api, "Deployment", "d", change, STRATEGIC)
    assert obj["spec"]["strategy"] == {"type": "Recreate"}


def test_strategic_patch_orders_items(api):
    api.create(deployment(template=with_container(env=[{"name": "A", "value": "1"}])))
    change = [
        {
            "name": "c",
            "env": [{"name": "B", "value": "2"}],
            "$setElementOrder/env": [{"name": "B"}, {"name": "A"}],
        }
    ]
    obj = patch(api, "Deployment", "d", nested(change, *CONTAINERS), STRATEGIC)
    assert [each["name"] for each in at(obj, *CONTAINERS)[0]["env"]] == ["B", "A"]


def test_status_is_written_through_its_subresource_only(api):
    api.create(deployment(paused=True, replicas=0))
    obj = patch(api, "Deployment", "d", {"status": {"replicas": 7}}, MERGE)
    assert obj["status"].get("replicas", 0) == 0
    path = api.path("Deployment", "d") + "/status"
    change = {"spec": {"replicas": 9}, "metadata": {"labels": {"x": "y"}}}
    code, obj = api("PATCH", path, change, media=MERGE)
    assert (code, obj["spec"]["replicas"]) == (200, 0)
