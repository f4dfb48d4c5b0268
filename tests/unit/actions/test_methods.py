"""What one object is sent with: how often it is tried, and what is told in the end."""

from __future__ import annotations

from typing import Any

import pytest

from pyhelm.actions.methods import Method, apply_one
from pyhelm.actions.targets import Target
from pyhelm.errors import OperationFailed
from pyhelm.kube.client import KubeClient
from pyhelm.kube.cluster import ObjectRef
from pyhelm.kube.retries import ATTEMPTS
from tests.unit.kube.fakes import FakeTransport, answer, refusal

REF = ObjectRef("v1", "ConfigMap", "a", "default")
MADE: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "a", "namespace": "default"},
}
ENTRY = {"manager": "helm", "operation": "Update", "apiVersion": "v1", "fieldsV1": {"f:data": {}}}
LIVE = {**MADE, "metadata": {**MADE["metadata"], "resourceVersion": "1", "managedFields": [ENTRY]}}
MODIFIED = "Operation cannot be fulfilled on %s: the object has been modified; please apply your"


def client_of(*answers):
    line = FakeTransport(list(answers))
    return KubeClient(line, namespace="default"), line


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    found: list[float] = []
    monkeypatch.setattr("time.sleep", found.append)
    return found


def test_a_quota_that_others_change_is_tried_for_five_times_in_all(pauses):
    race = refusal(409, "Conflict", MODIFIED % 'resourcequotas "q"')
    client, line = client_of(*[race] * ATTEMPTS)
    with pytest.raises(OperationFailed, match=r"conflict occurred while applying .*resourcequotas"):
        apply_one(client, Target(REF, MADE), Method(), {})
    assert len(line.requests) == ATTEMPTS == 5
    assert pauses == sorted(pauses)


def test_a_hand_over_that_others_disturb_is_told_in_the_end():
    race = refusal(409, "Conflict", MODIFIED % 'configmaps "a"')
    client, line = client_of(*[answer(LIVE), race] * ATTEMPTS)
    with pytest.raises(OperationFailed, match=r"default/a /v1, Kind=ConfigMap: Operation cannot"):
        apply_one(client, Target(REF, MADE), Method(hand_over=True), {})
    assert [request.method for request in line.requests] == ["GET", "PATCH"] * ATTEMPTS


def test_a_hand_over_looks_again_after_a_race():
    race = refusal(409, "Conflict", MODIFIED % 'configmaps "a"')
    client, line = client_of(race, answer(LIVE), answer(LIVE), answer(LIVE))
    apply_one(client, Target(REF, MADE), Method(hand_over=True), {REF: LIVE})
    assert [request.method for request in line.requests] == ["PATCH", "GET", "PATCH", "PATCH"]
    assert line.requests[-1].headers["Content-Type"] == "application/apply-patch+yaml"


@pytest.mark.parametrize("server_side", [True, False])
@pytest.mark.parametrize("updating", [True, False])
def test_an_update_says_of_what_is_new_that_it_can_not_be_created(server_side, updating):
    no = refusal(422, "Invalid", "it is invalid")
    client, _ = client_of(*[no] if server_side else [refusal(404, "NotFound"), no])
    method = Method(server_side=server_side, updating=updating)
    with pytest.raises(OperationFailed, match="it is invalid") as caught:
        apply_one(client, Target(REF, MADE), method, {})
    assert str(caught.value).startswith("failed to create resource: ") == updating


@pytest.mark.parametrize("known", [{"before": MADE}, {}])
def test_an_update_says_so_of_nothing_that_is_there(known):
    client, _ = client_of(refusal(422, "Invalid", "it is invalid"))
    live = {} if known else {REF: LIVE}
    with pytest.raises(OperationFailed, match=r"^server-side apply failed for object default/a"):
        apply_one(client, Target(REF, MADE, **known), Method(updating=True), live)
