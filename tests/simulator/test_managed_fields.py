"""What writes that bring `managedFields` do. True of a real API server too."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.objects import config_map, deployment

pytestmark = pytest.mark.verified

JSON = "application/json-patch+json"
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
PLACE = "/metadata/managedFields"
WHOLE: dict[str, Any] = {"f:data": {".": {}, "f:x": {}, "f:y": {}}}


def entry(manager, operation="Update", fields=None, **more):
    """An entry as an API server writes it."""
    return {
        "manager": manager,
        "operation": operation,
        "apiVersion": "v1",
        "time": "2024-01-01T00:00:00Z",
        "fieldsType": "FieldsV1",
        "fieldsV1": fields or {"f:data": {".": {}, "f:x": {}}},
        **more,
    }


def owners(obj):
    """Who owns what, in order; whether the entry has a time; and the data."""
    entries = obj["metadata"].get("managedFields") or []
    told = [(e["manager"], e["operation"], e["fieldsV1"], "time" in e) for e in entries]
    return told, obj["data"]


CREATED = ("helm", "Update", WHOLE, True)


@pytest.fixture
def write(api):
    """Writes `managedFields` of a ConfigMap that helm made, in one of the languages."""
    path = api.path("ConfigMap", "c")
    assert api.create(config_map(x="1", y="2"), fieldManager="helm")[0] == 201

    def put(value):
        obj = api.get("ConfigMap", "c")
        obj["metadata"]["managedFields"] = value
        return api("PUT", path, obj, fieldManager="up")

    def patch(media, change):
        return api("PATCH", path, change, media=media, fieldManager="up")

    return {
        "put": put,
        "json": lambda value: patch(JSON, [{"op": "replace", "path": PLACE, "value": value}]),
        "merge": lambda value: patch(MERGE, {"metadata": {"managedFields": value}}),
        "strategic": lambda value: patch(STRATEGIC, {"metadata": {"managedFields": value}}),
    }


WAYS = pytest.mark.parametrize("way", ["put", "json", "merge", "strategic"])


@WAYS
def test_a_write_names_the_managers(write, way):
    code, obj = write[way]([entry("a", "Apply"), entry("b", fields={"f:data": {"f:y": {}}})])
    told: list[Any] = [
        ("a", "Apply", {"f:data": {".": {}, "f:x": {}}}, True),
        ("b", "Update", {"f:data": {"f:y": {}}}, True),
    ]
    assert (code, owners(obj)) == (200, (told, {"x": "1", "y": "2"}))


@WAYS
@pytest.mark.parametrize("value", [[{}], []], ids=["an empty entry", "no entry"])
def test_a_write_clears_the_managers(write, way, value):
    code, obj = write[way](value)
    assert (code, owners(obj)[0]) == (200, [])


@WAYS
def test_null_keeps_the_managers(write, way):
    code, obj = write[way](None)
    assert (code, owners(obj)[0]) == (200, [CREATED])


UNREADABLE = {
    "operation": entry("a", "Foo"),
    "no operation": entry("a", ""),
    "type of fields": entry("a", fieldsType="V2"),
    "no type of fields": {k: v for k, v in entry("a").items() if k != "fieldsType"},
    "no version": entry("a", apiVersion=""),
    "fields": entry("a", fields={"data": {}}),
    "a key of an item": entry("a", fields={"k:x": {}}),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_no_server_wrote_changes_nothing(write, case):
    code, obj = write["json"]([UNREADABLE[case]])
    assert (code, owners(obj)[0]) == (200, [CREATED])


@pytest.mark.parametrize("fields", [{"x:data": {}}, {}], ids=["unknown", "none"])
def test_who_owns_nothing_is_no_manager(write, fields):
    code, obj = write["json"]([{**entry("a"), "fieldsV1": fields}])
    assert (code, owners(obj)[0]) == (200, [])


def test_a_manager_of_a_long_name(write):
    code, status = write["json"]([entry("a" * 129)])
    assert (code, status["message"]) == (
        422,
        'ConfigMap "c" is invalid: metadata.managedFields[0].manager: Too long: may not be more '
        "than 128 bytes",
    )


def test_a_write_that_changes_fields_as_well(api):
    api.create(config_map(x="1", y="2"), fieldManager="helm")
    change = {"metadata": {"managedFields": [entry("q", "Apply")]}, "data": {"x": "5"}}
    code, obj = api.merge("ConfigMap", "c", change, fieldManager="up")
    told: list[Any] = [
        ("q", "Apply", {"f:data": {}}, True),
        ("up", "Update", {"f:data": {"f:x": {}}}, True),
    ]
    assert (code, owners(obj)[0]) == (200, told)


@pytest.mark.parametrize("path", ["/metadata/resourceVersion", f"{PLACE}/0/manager"])
def test_a_failed_test_leaves_the_managers(api, path):
    api.create(config_map(x="1", y="2"), fieldManager="helm")
    change = [
        {"op": "test", "path": path, "value": "1"},
        {"op": "replace", "path": PLACE, "value": [{}]},
    ]
    code, _ = api("PATCH", api.path("ConfigMap", "c"), change, media=JSON)
    assert (code, owners(api.get("ConfigMap", "c"))[0]) == (422, [CREATED])


def test_an_old_version_leaves_the_managers(api):
    api.create(config_map(x="1", y="2"), fieldManager="helm")
    change = [
        {"op": "replace", "path": PLACE, "value": [{}]},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": "1"},
    ]
    code, _ = api("PATCH", api.path("ConfigMap", "c"), change, media=JSON)
    assert (code, owners(api.get("ConfigMap", "c"))[0]) == (409, [CREATED])


def test_from_client_side_to_server_side(api):
    """As helm and client-go do it: the updater becomes an applier, which then drops a field."""
    _, made = api.create(config_map(x="1", y="2"), fieldManager="helm")
    mine = {**made["metadata"]["managedFields"][0], "operation": "Apply"}
    change = [
        {"op": "replace", "path": PLACE, "value": [mine]},
        {
            "op": "replace",
            "path": "/metadata/resourceVersion",
            "value": made["metadata"]["resourceVersion"],
        },
    ]
    assert api("PATCH", api.path("ConfigMap", "c"), change, media=JSON)[0] == 200
    code, obj = api.apply(config_map(x="1"), manager="helm")
    told: list[Any] = [("helm", "Apply", {"f:data": {"f:x": {}}}, True)]
    assert (code, owners(obj)) == (200, (told, {"x": "1"}))


def test_nobodys_object_stays_nobodys_until_it_is_applied(api):
    api.create(config_map(x="1", y="2"), fieldManager="helm")
    api.merge("ConfigMap", "c", {"metadata": {"managedFields": [{}]}})
    _, obj = api.merge("ConfigMap", "c", {"data": {"z": "3"}}, fieldManager="up")
    assert owners(obj)[0] == []
    code, status = api.apply(config_map(x="7"), manager="helm")
    assert (code, status["message"]) == (
        409,
        'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.x',
    )
    _, obj = api.apply(config_map(x="7"), manager="helm", force="true")
    assert owners(obj)[0] == [
        ("helm", "Apply", {"f:data": {"f:x": {}}}, True),
        ("before-first-apply", "Update", {"f:data": {".": {}, "f:y": {}, "f:z": {}}}, True),
    ]


def test_an_apply_that_changes_nothing_has_no_time(api):
    api.create(config_map(x="1", y="2"), fieldManager="helm")
    _, obj = api.apply(config_map(x="1"), manager="helm")
    assert owners(obj)[0] == [("helm", "Apply", {"f:data": {"f:x": {}}}, False), CREATED]


def test_an_applier_is_one_in_all_versions(api):
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "d"}
    scaler = {
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "h"},
        "spec": {"maxReplicas": 3, "scaleTargetRef": target},
    }
    path = api.path("HorizontalPodAutoscaler", "h")
    for version in ("v1", "v2"):
        body = {**scaler, "apiVersion": f"autoscaling/{version}"}
        at = path.replace("/v2/", f"/{version}/")
        media = "application/apply-patch+yaml"
        code, obj = api("PATCH", at, body, media=media, fieldManager="a")
        assert code in (200, 201), obj
    entries = api.get("HorizontalPodAutoscaler", "h")["metadata"]["managedFields"]
    mine = [e["apiVersion"] for e in entries if e["operation"] == "Apply"]
    assert mine == ["autoscaling/v2"]


def test_a_status_brings_neither_managers_nor_labels(api):
    api.create(deployment(replicas=0), fieldManager="helm")
    path = api.path("Deployment", "d") + "/status"
    change = {"metadata": {"managedFields": [{}], "labels": {"x": "y"}}}
    code, obj = api("PATCH", path, change, media=MERGE)
    first = obj["metadata"]["managedFields"][0]
    assert (code, first["manager"], obj["metadata"].get("labels")) == (200, "helm", None)
