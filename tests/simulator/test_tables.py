"""Tables as a whole: their heads, their rows, ages, and what the server is asked for."""

from __future__ import annotations

import pytest

from pyhelm.simulator import cells, tables
from pyhelm.simulator.clock import stamp
from tests.simulator.objects import config_map, deployment
from tests.simulator.shown import NOW, ago, cell, named, registry, table

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"

MINUTE, HOUR, DAY = 60, 3600, 86400
YEAR = 365 * DAY


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-2, "<invalid>"),
        (-1.9, "0s"),
        (-0.5, "0s"),
        (0, "0s"),
        (119, "119s"),
        (2 * MINUTE, "2m"),
        (2 * MINUTE + 42, "2m42s"),
        (10 * MINUTE - 1, "9m59s"),
        (10 * MINUTE + 59, "10m"),
        (3 * HOUR - 1, "179m"),
        (3 * HOUR, "3h"),
        (5 * HOUR + 2 * MINUTE, "5h2m"),
        (8 * HOUR - 1, "7h59m"),
        (8 * HOUR + 59 * MINUTE, "8h"),
        (2 * DAY - 1, "47h"),
        (2 * DAY, "2d"),
        (3 * DAY + 5 * HOUR, "3d5h"),
        (8 * DAY - 1, "7d23h"),
        (8 * DAY + 5 * HOUR, "8d"),
        (2 * YEAR - 1, "729d"),
        (2 * YEAR, "2y"),
        (2 * YEAR + 9 * DAY, "2y9d"),
        (8 * YEAR - 1, "7y364d"),
        (8 * YEAR + 9 * DAY, "8y"),
    ],
)
def test_durations(seconds, text):
    assert cells.duration(seconds) == text


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize(
    ("made", "age"),
    [(ago(45), "45s"), (stamp(NOW + 60), "<invalid>"), (None, "<unknown>")],
)
def test_ages(made, age):
    assert cell(named("ServiceAccount", metadata={"creationTimestamp": made}), "Age") == age


TYPES = {
    "ReplicaSet": {"Desired": "integer", "Current": "integer", "Ready": "integer"},
    "DaemonSet": dict.fromkeys(
        ("Desired", "Current", "Ready", "Up-to-date", "Available"), "integer"
    ),
    "CronJob": {"Suspend": "boolean", "Active": "integer"},
    "Deployment": {},
    "PodDisruptionBudget": {"Allowed Disruptions": "integer"},
    "PriorityClass": {"Value": "integer", "Global-Default": "boolean"},
    "CustomResourceDefinition": {"Created At": "date", "+Established": "boolean"},
    "VolumeAttachment": {"Attached": "boolean"},
    "CSINode": {"Drivers": "integer"},
    "CSIDriver": dict.fromkeys(
        ("AttachRequired", "PodInfoOnMount", "StorageCapacity", "RequiresRepublish"), "boolean"
    ),
    "MutatingWebhookConfiguration": {"Webhooks": "integer"},
    "Role": {"Created At": "date"},
}


@pytest.mark.parametrize(("kind", "types"), TYPES.items(), ids=TYPES)
def test_columns_that_are_not_text(kind, types):
    resource = next(each for each in registry() if each.kind == kind)
    heads = tables.table(resource, [], {"resourceVersion": "1"}, include="None")
    found = {
        "+" * each["priority"] + each["name"]: each["type"]
        for each in heads["columnDefinitions"]
        if each["type"] != "string"
    }
    assert found == types


@pytest.mark.parametrize(
    ("kind", "marked"),
    [
        ("Pod", ["Name"]),
        ("Event", ["Name"]),
        ("VolumeAttachment", ["Name", "Attacher"]),
        ("StorageVersionMigration", []),
    ],
)
def test_columns_that_are_names(kind, marked):
    resource = next(each for each in registry() if each.kind == kind)
    heads = tables.table(resource, [], {"resourceVersion": "1"}, include="None")
    found = [each["name"] for each in heads["columnDefinitions"] if each["format"] == "name"]
    assert found == marked


def schema(name, precedence):
    spec = {"matchingPrecedence": precedence}
    return named("FlowSchema", "flowcontrol.apiserver.k8s.io/v1", name=name, spec=spec)


def test_a_list_of_flow_schemas_is_sorted_by_precedence():
    found = table(schema("a", 9), schema("c", 1), schema("b", 1), metadata={"resourceVersion": "1"})
    assert [row["cells"][0] for row in found["rows"]] == ["b", "c", "a"]


@pytest.mark.verified
@pytest.mark.parametrize(
    ("included", "kind"), [("", "PartialObjectMetadata"), ("Object", "ConfigMap"), ("None", None)]
)
def test_what_rows_hold(api, included, kind):
    api.create(config_map(x="1"))
    query = {"includeObject": included} if included else {}
    _, found = api("GET", api.path("ConfigMap", "c"), accept=TABLE, **query)
    held = found["rows"][0]["object"]
    assert (held["kind"] if held else None) == kind
    assert ("data" in (held or {})) == (kind == "ConfigMap")


@pytest.mark.verified
@pytest.mark.parametrize("query", [{}, {"watch": "1", "timeoutSeconds": "1"}])
def test_rows_that_hold_what_the_server_does_not_know(api, query):
    code, status = api(
        "GET", api.path("ConfigMap"), accept=TABLE, includeObject="Everything", **query
    )
    assert (code, status["message"]) == (
        400,
        "Unable to convert to Table as requested: includeObject: Invalid value: "
        "\"Everything\": must be 'Metadata', 'Object', 'None', or empty",
    )


@pytest.mark.verified
def test_a_table_has_its_objects_version(api):
    _, made = api.create(config_map())
    api.create(config_map("other"))
    _, one = api("GET", api.path("ConfigMap", "c"), accept=TABLE)
    assert one["metadata"] == {"resourceVersion": made["metadata"]["resourceVersion"]}
    _, page = api("GET", api.path("ConfigMap"), accept=TABLE, limit=1)
    _, listed = api("GET", api.path("ConfigMap"), accept=TABLE)
    assert len(page["rows"]) == 1
    assert page["metadata"].keys() == {"resourceVersion", "continue", "remainingItemCount"}
    assert listed["metadata"].keys() == {"resourceVersion"}


@pytest.mark.verified
def test_writes_are_answered_with_tables_too(api):
    code, found = api("POST", api.path("Deployment"), deployment(), accept=TABLE, dryRun="All")
    assert (code, found["metadata"]) == (201, {})
    assert found["rows"][0]["cells"][:4] == ["d", "0/1", 0, 0]


@pytest.mark.verified
def test_events_of_both_groups_are_shown_and_held_in_the_group_that_was_asked_for(api):
    event = {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": "e"},
        "involvedObject": {"kind": "Pod", "name": "web", "namespace": api.ns},
        "message": "Hello",
        "type": "Normal",
        "reason": "Greeted",
    }
    assert api.create(event)[0] == 201
    path = f"/apis/events.k8s.io/v1/namespaces/{api.ns}/events/e"
    _, found = api("GET", path, accept=TABLE, includeObject="Object")
    row = found["rows"][0]
    assert row["cells"][1:8] == ["Normal", "Greeted", "pod/web", "", "", "Hello", "<unknown>"]
    assert (row["object"]["apiVersion"], row["object"]["note"]) == ("events.k8s.io/v1", "Hello")
