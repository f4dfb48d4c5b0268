"""JSON, merge and strategic merge patches. True of a real API server too."""

from __future__ import annotations

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
