"""Every operation, disturbed at each of its requests in turn, on a simulator in this process."""

from __future__ import annotations

import contextlib
import json

import pytest

from pyhelm.actions import recovery
from pyhelm.client import Client
from pyhelm.errors import ClusterUnreachable, PyHelmError
from pyhelm.kube.client import KubeClient
from pyhelm.kube.holder import Holder
from pyhelm.kube.transport import Response
from pyhelm.settings import Settings
from pyhelm.testing.transport import SimulatorTransport
from tests.faults.scenario import OPERATIONS, check, write_charts
from tests.samples import ALL

pytestmark = pytest.mark.unmeasured

SAYING = "Operation cannot be fulfilled on it: the object has been modified"


class Killed(BaseException):
    """The process is no more: nothing that it would do next is done."""


def answered(code, **headers):
    reason = "Conflict" if code == 409 else "Test"
    body = {"kind": "Status", "code": code, "reason": reason, "message": SAYING}
    return Response(code, headers, json.dumps(body).encode())


class Disturbed:
    """A simulator that fails at one request, or from that one on; `kind` says how."""

    def __init__(self, inner, kind="", at=0):
        self.inner, self.kind, self.at = inner, kind, at
        self.count = 0

    def send(self, request):
        self.count += 1
        at, kind = self.count - self.at, self.kind
        for_ever = kind.startswith(("killed", "gone"))
        if not self.at or at < 0 or (at > 0 and not for_ever):
            return self.inner.send(request)
        if at == 0 and kind.endswith("after"):
            self.inner.send(request)
        return self._fail(kind)

    def _fail(self, kind):
        if kind.startswith("killed"):
            raise Killed
        if kind.isdigit():
            return answered(int(kind), **({"Retry-After": "1"} if kind in ("429", "503") else {}))
        passing = not kind.startswith("gone")
        raise ClusterUnreachable(kind, passing=passing, sent=kind.endswith("after"))


@pytest.fixture(scope="module")
def charts(tmp_path_factory):
    root = tmp_path_factory.mktemp("charts")
    client = Client(Settings.under(root))
    return {name: client.load(path) for name, path in write_charts(root).items()}


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """No pauses; and every client is a process that has ended when the next one looks."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    serial = iter(range(1_000_000_000))

    def ended():
        return Holder(str(next(serial)), "alice", "ci-7", "999999999", "this machine", "1")

    monkeypatch.setattr(recovery, "this_process", ended)


@pytest.fixture
def client_on(tmp_path):
    def make(transport):
        return Client(Settings.under(tmp_path), cluster=KubeClient(transport, "default"))

    return make


def requests_of(operation, charts, client_on):
    """How many requests the operation sends when nothing disturbs it."""
    with SimulatorTransport() as inner:
        for step in operation.before:
            step(client_on(inner), charts, "")
        counted = Disturbed(inner)
        operation.run(client_on(counted), charts, "")
        check(client_on(inner), KubeClient(inner, "default"), "default", operation.result, 1)
        return counted.count


KINDS = {
    "refused": 7,
    "lost-after": 5,
    "500": 5,
    "503": 11,
    "429": 11,
    "409": 7,
    "gone": 5,
    "gone-after": 5,
    "killed": 5,
    "killed-after": 2,
}
"""How requests fail, and at which: every so manieth, unless all are asked for."""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", OPERATIONS)
def test_disturbed_at_its_requests(name, kind, charts, client_on):
    operation = OPERATIONS[name]
    requests = requests_of(operation, charts, client_on)
    points = range(1, requests + 1) if ALL else range(len(kind) % 3 + 1, requests + 1, KINDS[kind])
    for at in points:
        with SimulatorTransport() as inner:
            disturb(operation, kind, at, charts, client_on, inner)
    print(f"{name}: {kind} at {len(points)} of {requests} requests, nothing lost")
    assert points


def disturb(operation, kind, at, charts, client_on, inner):
    for step in operation.before:
        step(client_on(inner), charts, "")
    revisions = len(operation.before)
    with contextlib.suppress(PyHelmError, Killed):
        operation.run(client_on(Disturbed(inner, kind, at)), charts, "")
        revisions += 1
    wanted = operation.wanted[at % len(operation.wanted)]
    operation.retry(client_on(inner), charts, wanted)
    check(client_on(inner), KubeClient(inner, "default"), "default", wanted, revisions)
