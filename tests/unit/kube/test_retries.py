"""What is tried again, how often, and what a repeated request makes of its own traces."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import Any

import pytest

from pyhelm import errors
from pyhelm.errors import ClusterUnreachable
from pyhelm.kube import retries, side_by_side
from pyhelm.kube.client import KubeClient
from pyhelm.kube.cluster import ObjectRef
from pyhelm.kube.retries import ATTEMPTS, PATIENCE
from pyhelm.kube.transport import Request, Response
from tests.unit.kube.fakes import answer, refusal

CONFIG_MAP: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "a", "namespace": "ns", "labels": {"x": "y"}},
    "data": {"k": "v"},
}
STORED = {**CONFIG_MAP, "metadata": {**CONFIG_MAP["metadata"], "uid": "1", "resourceVersion": "7"}}
REF = ObjectRef("v1", "ConfigMap", "a")
LOST = ClusterUnreachable("EOF", passing=True, sent=True)
REFUSED = ClusterUnreachable("connection refused", passing=True)
TAKEN = refusal(409, "AlreadyExists", 'configmaps "a" already exists')
STALE = refusal(
    409, "Conflict", 'Operation cannot be fulfilled on configmaps "a": the object has been modified'
)
ABSENT = refusal(404, "NotFound", 'configmaps "a" not found')


@dataclass
class Line:
    """Answers, and losses, in turn."""

    answers: list[Response | ClusterUnreachable]
    requests: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        found = self.answers.pop(0)
        if isinstance(found, ClusterUnreachable):
            raise found
        return found

    def close(self) -> None:
        """Nothing is open."""

    @property
    def methods(self):
        return [request.method for request in self.requests]


def client_of(*answers):
    line = Line(list(answers))
    return KubeClient(line, "ns"), line


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    return slept


def test_a_busy_server_is_asked_for_a_minute_and_no_longer(pauses):
    client, line = client_of(*[refusal(429, "TooManyRequests", Retry_After="7")] * 20)
    with pytest.raises(errors.APIError):
        client.get(REF)
    assert all(7 <= each < 7.2 for each in pauses)
    assert PATIENCE - 8 < sum(pauses) <= PATIENCE
    assert len(line.requests) == len(pauses) + 1


def test_a_status_says_when_to_come_back(pauses):
    busy = {"kind": "Status", "code": 503, "details": {"retryAfterSeconds": 3}}
    client, _ = client_of(answer(busy, 503), answer(STORED))
    assert client.get(REF) == STORED
    assert 3 <= pauses[0] < 3.2


@pytest.mark.parametrize(
    "text",
    [
        "etcdserver: leader changed",
        "etcdserver: request timed out",
        'Internal error occurred: failed calling webhook "w": context deadline exceeded',
    ],
)
def test_time_outs_of_etcd_and_webhooks_are_passing(text):
    moved = refusal(500, "InternalError", text)
    client, line = client_of(moved, answer(STORED), *[moved] * ATTEMPTS)
    assert client.apply(CONFIG_MAP) == STORED
    with pytest.raises(errors.APIError, match=re.escape(text)):
        client.create(CONFIG_MAP)
    assert len(line.requests) == 2 + ATTEMPTS


def test_a_server_that_never_answered_is_not_waited_for(pauses):
    client, _ = client_of(REFUSED)
    with pytest.raises(ClusterUnreachable):
        client.get(REF)
    assert not pauses


def test_a_server_that_restarts_is_waited_for(pauses):
    client, _ = client_of(answer(STORED), *[REFUSED] * 6, answer(STORED))
    client.get(REF)
    assert client.get(REF) == STORED
    assert pauses == sorted(pauses) or sum(pauses) > 3


def test_a_server_that_stays_away_is_given_up_within_the_minute(pauses):
    client, _ = client_of(answer(STORED), *[REFUSED] * 100)
    client.get(REF)
    with pytest.raises(ClusterUnreachable):
        client.get(REF)
    assert sum(pauses) <= PATIENCE


def test_what_is_misconfigured_is_not_tried_again():
    client, line = client_of(answer(STORED), ClusterUnreachable("x509: unknown authority"))
    client.get(REF)
    with pytest.raises(ClusterUnreachable):
        client.get(REF)
    assert len(line.requests) == 2


def test_a_create_whose_answer_was_lost_finds_its_own_object():
    client, line = client_of(LOST, TAKEN, answer(STORED))
    assert client.create(CONFIG_MAP) == STORED
    assert line.methods == ["POST", "POST", "GET"]


def test_a_create_in_doubt_does_not_take_anothers_object_for_its_own():
    other = {**STORED, "data": {"k": "theirs"}}
    client, _ = client_of(LOST, TAKEN, answer(other))
    with pytest.raises(errors.AlreadyExists):
        client.create(CONFIG_MAP)


def test_a_create_that_was_answered_at_once_is_never_in_doubt():
    client, line = client_of(TAKEN)
    with pytest.raises(errors.AlreadyExists):
        client.create(CONFIG_MAP)
    assert line.methods == ["POST"]


def test_a_create_in_doubt_knows_a_secret_by_its_texts():
    secret = {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "a", "namespace": "ns"}}
    sent, stored = {**secret, "stringData": {"k": "v"}}, {**secret, "data": {"k": "dg=="}}
    client, _ = client_of(LOST, TAKEN, answer(stored))
    assert client.create(sent) == stored


def test_a_name_that_the_server_makes_is_not_made_twice():
    client, line = client_of(LOST)
    with pytest.raises(ClusterUnreachable):
        client.create({**CONFIG_MAP, "metadata": {"generateName": "a-"}})
    assert line.methods == ["POST"]


def test_a_replacement_whose_answer_was_lost_finds_its_own_change():
    client, _ = client_of(LOST, STALE, answer({**STORED, "data": {"k": "v"}}))
    versioned = {**CONFIG_MAP, "metadata": {**CONFIG_MAP["metadata"], "resourceVersion": "6"}}
    assert client.replace(versioned) == STORED


def test_a_replacement_of_a_named_version_is_not_tried_over_another_writers():
    client, line = client_of(STALE)
    versioned = {**CONFIG_MAP, "metadata": {**CONFIG_MAP["metadata"], "resourceVersion": "6"}}
    with pytest.raises(errors.Conflict):
        client.replace(versioned)
    assert line.methods == ["PUT"]


def test_a_replacement_of_any_version_reads_again():
    client, line = client_of(answer(STORED), STALE, answer(STORED), answer(STORED))
    assert client.replace(CONFIG_MAP) == STORED
    assert line.methods == ["GET", "PUT", "GET", "PUT"]


def test_a_deletion_whose_answer_was_lost_is_content_with_nothing():
    client, _ = client_of(LOST, ABSENT)
    client.delete(REF)


def test_a_deletion_of_nothing_is_an_error():
    client, _ = client_of(ABSENT)
    with pytest.raises(errors.NotFound):
        client.delete(REF)


def test_other_writers_are_merged_with():
    client, line = client_of(STALE, answer(STORED))
    assert client.apply(CONFIG_MAP) == STORED
    assert line.methods == ["PATCH", "PATCH"]


def test_field_conflicts_are_told_at_once():
    conflict = refusal(409, "Conflict", 'Apply failed with 1 conflict: conflict with "kubectl"')
    client, line = client_of(conflict)
    with pytest.raises(errors.Conflict):
        client.apply(CONFIG_MAP)
    assert len(line.requests) == 1


def test_a_watch_that_is_cut_within_an_event_has_ended():
    lines = [b'{"type":"ADDED","object":{"kind":"Pod"}}\n', b'{"type":"MODI']
    client, _ = client_of(Response(200, {}, lines=iter(lines)))
    assert [event.type for event in client.watch("v1", "Pod")] == ["ADDED"]


def test_a_person_is_told_once_why_nothing_happens(caplog):
    client, _ = client_of(answer(STORED), *[REFUSED] * 9, answer(STORED))
    client.get(REF)
    with caplog.at_level("DEBUG", "pyhelm"):
        client.get(REF)
    told = [each for each in caplog.records if each.levelname == "WARNING"]
    assert len(told) == 1
    assert "connection refused; trying for another" in told[0].getMessage()
    assert sum("again in" in each.getMessage() for each in caplog.records) == 9


def test_what_was_called_off_does_not_try_again():
    asked = threading.Event()

    class Busy:
        requests = 0

        def send(self, request: Request) -> Response:
            self.requests += 1
            asked.set()
            return refusal(429, "TooManyRequests", Retry_After="30")

        def close(self) -> None:
            """Nothing is open."""

    line = Busy()
    client = KubeClient(line)

    def work(item):
        if item:
            return client.get(REF)
        asked.wait()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        side_by_side.side_by_side(work, [0, 1])
    assert line.requests == 1


def test_jitter_never_waits_longer_than_asked(monkeypatch):
    assert all(0.5 <= retries._jitter(1) <= 1 for _ in range(100))
