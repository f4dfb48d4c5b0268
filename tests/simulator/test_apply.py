"""Server-side apply: merging, ownership, conflicts, removal. True of a real API server too."""

from __future__ import annotations

import pytest

from tests.simulator.conftest import MERGE
from tests.simulator.objects import config_map, deployment, service, with_container

pytestmark = pytest.mark.verified


def owned(obj, manager, operation="Apply"):
    """What a manager owns, as FieldsV1; None if it has no entry."""
    for entry in obj["metadata"].get("managedFields") or ():
        if (entry["manager"], entry["operation"]) == (manager, operation):
            return entry["fieldsV1"]
    return None


def test_applier_owns_what_it_says_and_no_defaults(api):
    code, obj = api.apply(deployment(replicas=2))
    assert code == 201
    assert obj["spec"]["strategy"]["type"] == "RollingUpdate"
    assert owned(obj, "a") == {
        "f:spec": {
            "f:replicas": {},
            "f:selector": {},
            "f:template": {
                "f:metadata": {"f:labels": {"f:a": {}}},
                "f:spec": {
                    "f:containers": {
                        'k:{"name":"c"}': {".": {}, "f:image": {}, "f:name": {}},
                    }
                },
            },
        }
    }


def test_plain_create_owns_defaults_too(api):
    _, obj = api.create(service())
    assert owned(obj, "tester", "Update") == {
        "f:spec": {
            "f:internalTrafficPolicy": {},
            "f:ports": {
                ".": {},
                'k:{"port":80,"protocol":"TCP"}': {
                    ".": {},
                    "f:port": {},
                    "f:protocol": {},
                    "f:targetPort": {},
                },
            },
            "f:sessionAffinity": {},
            "f:type": {},
        }
    }


def test_same_configuration_again_writes_nothing(api):
    _, first = api.apply(config_map(x="1"))
    code, second = api.apply(config_map(x="1"))
    assert code == 200
    assert second == first


def test_one_conflict(api):
    api.apply(config_map(x="1"))
    code, status = api.apply(config_map(x="2"), "b")
    assert code == 409
    assert status["reason"] == "Conflict"
    assert status["message"] == 'Apply failed with 1 conflict: conflict with "a": .data.x'
    assert status["details"]["causes"] == [
        {
            "reason": "FieldManagerConflict",
            "message": 'conflict with "a"',
            "field": ".data.x",
        }
    ]


def test_conflict_with_an_updater_says_its_version(api):
    api.create(config_map(x="1", y="1"))
    _, status = api.apply(config_map(x="2", y="2"))
    assert status["message"] == (
        'Apply failed with 2 conflicts: conflicts with "tester" using v1:\n- .data.x\n- .data.y'
    )


def test_conflict_names_items_by_their_keys(api):
    api.apply(deployment())
    _, status = api.apply(deployment(template=with_container(image="y")), "b")
    assert status["message"] == (
        'Apply failed with 1 conflict: conflict with "a": '
        '.spec.template.spec.containers[name="c"].image'
    )


def test_force_takes_fields_over(api):
    api.apply(config_map(x="1", y="1"))
    code, obj = api.apply(config_map(x="2"), "b", force="true")
    assert code == 200
    assert obj["data"] == {"x": "2", "y": "1"}
    assert owned(obj, "a") == {"f:data": {"f:y": {}}}
    assert owned(obj, "b") == {"f:data": {"f:x": {}}}


def test_equal_values_are_shared_and_stay_when_one_lets_go(api):
    api.apply(config_map(x="1"))
    api.apply(config_map(x="1"), "b")
    _, obj = api.apply(config_map(), "a")
    assert obj["data"] == {"x": "1"}
    assert owned(obj, "a") is None or "f:x" not in owned(obj, "a").get("f:data", {})
    _, obj = api.apply(config_map(), "b")
    assert "x" not in (obj.get("data") or {})


def test_field_that_is_no_longer_said_is_removed_with_its_defaults(api):
    probe = {"httpGet": {"port": 80}}
    api.apply(deployment(template=with_container(livenessProbe=probe)))
    _, obj = api.apply(deployment())
    assert "livenessProbe" not in obj["spec"]["template"]["spec"]["containers"][0]


def test_removed_field_gets_its_default_again(api):
    _, obj = api.apply(deployment(replicas=3))
    assert obj["spec"]["replicas"] == 3
    _, obj = api.apply(deployment())
    assert obj["spec"]["replicas"] == 1


def test_items_of_others_stay_in_place(api):
    env = [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]
    api.apply(deployment(template=with_container(env=env)))
    mine = [{"name": "C", "value": "3"}]
    api.apply(deployment(template=with_container(env=mine)), "b")
    _, obj = api.apply(deployment(template=with_container(env=env[1:])))
    names = [each["name"] for each in obj["spec"]["template"]["spec"]["containers"][0]["env"]]
    assert names == ["B", "C"]


def test_ports_of_a_service_are_items_by_port_and_protocol(api):
    api.apply(service(ports=[{"port": 80}, {"port": 81, "name": "x"}][:1]))
    ports = [{"port": 80, "name": "h"}, {"port": 81, "name": "x"}]
    _, obj = api.apply(service(ports=ports))
    assert [port["port"] for port in obj["spec"]["ports"]] == [80, 81]
    _, obj = api.apply(service(ports=ports[1:]))
    assert [port["port"] for port in obj["spec"]["ports"]] == [81]


def test_update_takes_fields_from_an_applier(api):
    api.apply(config_map(x="1", y="1"))
    _, obj = api.merge("ConfigMap", "c", {"data": {"x": "2"}})
    assert owned(obj, "a") == {"f:data": {"f:y": {}}}
    assert owned(obj, "tester", "Update") == {"f:data": {"f:x": {}}}


def test_update_that_removes_a_field_removes_its_owner(api):
    api.apply(config_map(x="1", y="1"))
    _, obj = api.merge("ConfigMap", "c", {"data": {"x": None}})
    assert owned(obj, "a") == {"f:data": {"f:y": {}}}


def test_scale_owns_replicas_as_a_subresource(api):
    api.apply(deployment(replicas=1))
    path = api.path("Deployment", "d") + "/scale"
    code, scale = api("PATCH", path, {"spec": {"replicas": 2}}, media=MERGE)
    assert (code, scale["spec"]["replicas"], scale["kind"]) == (200, 2, "Scale")
    _, status = api.apply(deployment(replicas=3))
    assert status["message"] == (
        'Apply failed with 1 conflict: conflict with "tester" with subresource "scale" using '
        "apps/v1: .spec.replicas"
    )


def test_dry_run_writes_nothing(api):
    code, obj = api.apply(config_map(x="1"), dryRun="All")
    assert (code, obj["data"]) == (201, {"x": "1"})
    assert api("GET", api.path("ConfigMap", "c"))[0] == 404


def test_yaml_body(api):
    body = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  x: 'yes'\n"
    media = "application/apply-patch+yaml"
    code, obj = api("PATCH", api.path("ConfigMap", "c"), body, media=media, fieldManager="a")
    assert (code, obj["data"]) == (201, {"x": "yes"})


def test_generation_counts_specs_only(api):
    assert api.apply(deployment())[1]["metadata"]["generation"] == 1
    labelled = deployment()
    labelled["metadata"]["labels"] = {"x": "y"}
    assert api.apply(labelled)[1]["metadata"]["generation"] == 1
    assert api.apply(deployment(replicas=2))[1]["metadata"]["generation"] == 2
