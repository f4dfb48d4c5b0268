"""What each operation asks the API server for: no object twice, no record that isn't needed.

Counted here, not timed: a request is its method, what it is about, and whether it reads records'
bodies (`record`), their labels (`labels`) or writes them.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest

from pyhelm import Client, ListOptions, Status, UninstallOptions, UpgradeOptions
from pyhelm.kube.client import KubeClient
from pyhelm.settings import Settings
from pyhelm.testing.transport import SimulatorTransport

MANY = """\
{% for n in range(Values.count) %}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ Release.Name }}-{{ n }}
data:
  color: {{ Values.color }}
{% endfor %}
"""
DISCOVERY = ("GET version", "GET api", "GET apis")
LEASE = {"POST lease": 1, "DELETE lease": 1}
"""Of whoever changes a release."""

SECRET = re.compile(r"/secrets(/|$)")


class Counting(SimulatorTransport):
    """A simulator that notes what it is asked."""

    def __init__(self):
        super().__init__()
        self.asked: Counter[str] = Counter()

    def send(self, request):
        self.asked[self._kind(request)] += 1
        return super().send(request)

    @staticmethod
    def _kind(request):
        if "/leases" in request.path:
            return f"{request.method} lease"
        if not SECRET.search(request.path):
            what = request.path.rstrip("/").split("/")
            return f"{request.method} {what[5] if len(what) > 5 else what[-1]}"
        if request.method != "GET":
            return f"{request.method} record"
        listed = request.path.endswith("/secrets")
        if listed and "PartialObjectMetadataList" in request.headers["Accept"]:
            return "LIST labels"
        return "LIST records" if listed else "GET record"


@pytest.fixture
def transport():
    with Counting() as counting:
        yield counting


@pytest.fixture
def client(transport, tmp_path):
    cluster = KubeClient(transport, namespace="default")
    return Client(Settings.under(tmp_path), cluster=cluster)


@pytest.fixture
def chart(make_chart):
    return make_chart({"all.yaml": MANY}, values="count: 60\ncolor: red\n")


@pytest.fixture
def asked(transport):
    """What was asked since the last call, discovery left out."""

    def read():
        found = {key: n for key, n in transport.asked.items() if key not in DISCOVERY}
        transport.asked.clear()
        return found

    return read


@pytest.fixture
def history(client, chart, asked):
    """A release of three revisions."""
    client.install("a", chart)
    client.upgrade("a", chart, {"color": "green"})
    client.upgrade("a", chart, {"color": "blue"})
    asked()


def test_an_install_applies_each_object_once(client, chart, asked):
    client.install("a", chart)
    assert asked() == {
        "LIST labels": 1,
        "GET configmaps": 1,  # one list says that none of the sixty exist
        "POST record": 1,
        "PATCH configmaps": 60,
        "PUT record": 1,
        **LEASE,
    }


def test_an_upgrade_that_changes_nothing_applies_nothing(client, chart, asked):
    client.install("a", chart)
    asked()
    client.upgrade("a", chart, options=UpgradeOptions(history_max=10))
    assert asked() == {
        "LIST labels": 2,  # the last revision; which are too old
        "GET record": 1,
        "GET configmaps": 1,
        "POST record": 1,
        "PUT record": 2,
        **LEASE,
    }


def test_an_upgrade_that_changes_all_applies_each_object_once(client, chart, asked, history):
    client.upgrade("a", chart, {"color": "pink"})
    found = asked()
    assert found["PATCH configmaps"] == 60
    assert found["GET record"] == 1
    assert "LIST records" not in found
    assert "GET configmaps" not in found


def test_a_rollback_reads_two_records(client, asked, history):
    client.rollback("a", 1)
    found = asked()
    assert found["GET record"] == 2
    assert "LIST records" not in found
    assert found["PATCH configmaps"] == 60
    assert [r.info.status for r in client.history("a")] == [Status.SUPERSEDED] * 3 + ["deployed"]


def test_an_uninstall_reads_one_record(client, asked, history):
    client.uninstall("a")
    assert asked() == {
        "LIST labels": 2,
        "GET record": 1,
        "PUT record": 1,
        "GET configmaps": 1,
        "DELETE configmaps": 60,
        "DELETE record": 3,
        **LEASE,
    }


def test_an_uninstall_that_keeps_its_history_reads_one_record(client, asked, history):
    client.uninstall("a", UninstallOptions(keep_history=True))
    found = asked()
    assert (found["GET record"], found["PUT record"]) == (1, 2)
    assert "LIST records" not in found


def test_old_revisions_go_unread(client, chart, asked, history):
    client.upgrade("a", chart, options=UpgradeOptions(history_max=2))
    found = asked()
    assert found["DELETE record"] == 2
    assert found["GET record"] == 1
    assert [release.version for release in client.history("a")] == [3, 4]


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (lambda client: client.get("a"), {"LIST labels": 1, "GET record": 1}),
        (lambda client: client.get("a", 2), {"GET record": 1}),
        (lambda client: client.history("a", 1), {"LIST labels": 1, "GET record": 1}),
        (lambda client: client.history("a"), {"LIST records": 1}),
        (lambda client: client.list(), {"LIST labels": 1, "GET record": 1}),
        (lambda client: client.list(ListOptions(failed=True)), {"LIST labels": 1}),
        (lambda client: client.list(ListOptions(filter="^b")), {"LIST labels": 1}),
        (lambda client: client.list(ListOptions(offset=1)), {"LIST labels": 1}),
    ],
)
def test_what_reading_reads(client, asked, history, read, expected):
    read(client)
    assert asked() == expected


def test_a_list_of_many_asks_for_their_records_together(client, make_chart, asked):
    empty = make_chart({}, name="none")
    for n in range(25):
        client.install(f"r{n:02}", empty)
    asked()
    assert len(client.list()) == 25
    assert asked() == {"LIST labels": 1, "LIST records": 1}
    assert [r.name for r in client.list(ListOptions(max=3, offset=1))] == ["r01", "r02", "r03"]
    assert asked() == {"LIST labels": 1, "GET record": 3}


def test_a_damaged_revision_does_not_hide_the_one_before(client, transport, asked, history, caplog):
    cluster = KubeClient(transport, namespace="default")
    last = cluster.list("v1", "Secret", "default", label_selector="version=3")[0]
    cluster.replace({**last, "data": {"release": "bm90IGEgcmVjb3Jk"}})
    asked()
    assert [release.version for release in client.list()] == [2]
    assert "sh.helm.release.v1.a.v3: it is damaged" in caplog.text
    assert asked() == {"LIST labels": 1, "GET record": 2}


def test_a_list_keeps_no_chart(client, history):
    (found,) = client.list()
    whole = client.get("a")
    assert (found.chart.metadata, found.info) == (whole.chart.metadata, whole.info)
    assert (found.chart.templates, found.manifest, found.config) == ((), "", {})
    assert whole.manifest
