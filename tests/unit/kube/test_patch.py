"""Patches against those that helm 4.3.1 sent with --server-side=false (from an audit log)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pyhelm import openapi
from pyhelm.kube.managed_fields import upgrade_patch
from pyhelm.kube.patch import (
    apply_json_merge_patch,
    client_side_patch,
    json_merge_patch,
    three_way_json_merge_patch,
)
from pyhelm.kube.strategic import same, two_way_patch

DATA = Path(__file__).parent / "data"
PATCHES = json.loads((DATA / "client_side_patches.json").read_text(encoding="utf-8"))
FIELDS = json.loads((DATA / "managed_fields.json").read_text(encoding="utf-8"))


def schema(kind):
    found = openapi.schema_for("v1", kind)
    assert found is not None
    return found


@pytest.mark.parametrize("fact", PATCHES, ids=lambda fact: fact["modified"]["kind"])
def test_three_way_patch_is_the_one_that_helm_sends(fact):
    kind, patch = client_side_patch(fact["original"], fact["modified"], fact["current"])

    assert same(patch, fact["patch"])
    assert kind == ("merge" if fact["modified"]["kind"] == "Bar" else "strategic")


def test_nothing_changed_makes_an_empty_patch():
    obj = PATCHES[0]["modified"]

    assert client_side_patch(obj, obj, obj) == ("strategic", {})


def test_duplicate_merge_keys_are_matched_in_turn():
    ports = [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]
    old = {"spec": {"ports": ports}}
    new = {"spec": {"ports": [ports[0], {**ports[1], "name": "tcp"}]}}

    patch = two_way_patch(old, new, schema("Service"))

    assert patch["spec"]["ports"] == [{"port": 53, "name": "tcp"}]


def test_a_field_of_another_type_is_replaced():
    patch = two_way_patch({"data": {"a": "1"}}, {"data": []}, schema("ConfigMap"))

    assert patch == {"data": []}


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        # RFC 7386, appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_json_merge_patch_applies_as_the_rfc_says(target, patch, result):
    assert apply_json_merge_patch(target, patch) == result


def test_json_merge_patch_tells_true_from_one():
    assert json_merge_patch({"a": 1, "b": True}, {"a": True, "b": True}) == {"a": True}


def test_three_way_merge_keeps_what_others_added():
    patch = three_way_json_merge_patch(
        {"spec": {"a": 1, "gone": 1}},
        {"spec": {"a": 2, "new": {"x": 1}}},
        {"spec": {"a": 9, "gone": 1, "theirs": 1}},
    )

    assert patch == {"spec": {"a": 2, "new": {"x": 1}, "gone": None}}


@pytest.mark.parametrize("fact", FIELDS)
def test_fields_are_handed_over_as_helm_does(fact):
    assert upgrade_patch(fact["before"]) == fact["patch"]


def test_fields_that_are_applied_already_stay():
    applied = {"manager": "helm", "operation": "Apply", "apiVersion": "v1", "fieldsV1": {}}

    assert upgrade_patch({"metadata": {"managedFields": [applied]}}) == []


def test_the_status_of_an_update_is_left_alone():
    entry = {"manager": "helm", "operation": "Update", "subresource": "status", "fieldsV1": {}}

    assert upgrade_patch({"metadata": {"managedFields": [entry]}}) == []
