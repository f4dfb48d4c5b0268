"""Discovery between runs: sent again only where it changed, believed for a while, then doubted."""

from __future__ import annotations

import pytest

from pyhelm.errors import NotFound
from pyhelm.kube.client import KubeClient
from pyhelm.kube.cluster import ObjectRef
from pyhelm.kube.kept import FRESH_SECONDS, KeptDocuments
from tests.unit.kube.fakes import FakeTransport, answer

VERSION = {"gitVersion": "v1.37.2", "major": "1", "minor": "37"}


def groups(*kinds, freshness="Current"):
    rows = [
        {
            "resource": f"{kind.lower()}s",
            "responseKind": {"kind": kind},
            "scope": "Namespaced",
        }
        for kind in kinds
    ]
    version = {"version": "v1", "resources": rows, "freshness": freshness}
    item = {"metadata": {"name": "example.com"}, "versions": [version]}
    return {"kind": "APIGroupDiscoveryList", "items": [item]}


CORE = {"kind": "APIGroupDiscoveryList", "items": []}
LIST = {"resources": [{"name": "things", "kind": "Thing", "namespaced": True}]}


class Machine:
    """One user's cache directory, and a clock."""

    def __init__(self, directory):
        self.directory = str(directory)
        self.now = 1000.0

    def client(self, *answers, server="https://a"):
        self.transport = FakeTransport(list(answers))
        kept = KeptDocuments(self.directory, server, clock=lambda: self.now)
        return KubeClient(self.transport, kept=kept)

    @property
    def asked(self):
        return [(r.path, r.headers.get("If-None-Match", "")) for r in self.transport.requests]


@pytest.fixture
def machine(tmp_path):
    (tmp_path / "cache").mkdir(mode=0o700)
    return Machine(tmp_path / "cache")


def first_run(machine):
    client = machine.client(
        answer(VERSION), answer(CORE, ETag='"1"'), answer(groups("Thing"), ETag='"2"')
    )
    assert "example.com/v1/Thing" in client.capabilities().api_versions
    return client


def test_what_has_not_changed_is_not_sent_again(machine):
    first_run(machine)
    client = machine.client(answer(VERSION), answer(b"", 304), answer(b"", 304))
    assert "example.com/v1/Thing" in client.capabilities().api_versions
    assert machine.asked == [("/version", ""), ("/api", '"1"'), ("/apis", '"2"')]


def test_what_has_changed_replaces_what_was_kept(machine):
    first_run(machine)
    client = machine.client(answer(VERSION), answer(b"", 304), answer(groups("Other"), ETag='"3"'))
    assert "example.com/v1/Thing" not in client.capabilities().api_versions
    client = machine.client(answer(VERSION), answer(b"", 304), answer(b"", 304))
    assert "example.com/v1/Other" in client.capabilities().api_versions
    assert machine.asked[-1] == ("/apis", '"3"')


def test_a_kind_is_known_without_asking_for_a_while(machine):
    first_run(machine)
    assert machine.client().namespaced("example.com/v1", "Thing")
    machine.now += FRESH_SECONDS
    assert machine.client(answer(LIST)).namespaced("example.com/v1", "Thing")
    assert machine.asked == [("/apis/example.com/v1", "")]
    assert machine.client().namespaced("example.com/v1", "Thing")


def test_a_kind_that_is_not_there_is_asked_for(machine):
    first_run(machine)
    client = machine.client(answer({"resources": [{"name": "others", "kind": "Other"}]}))
    assert not client.namespaced("example.com/v1", "Other")


def test_a_kind_that_is_gone_is_doubted_from_then_on(machine):
    first_run(machine)
    client = machine.client(answer(b"404 page not found", 404), answer(LIST))
    ref = ObjectRef("example.com/v1", "Thing", "a", "default")
    with pytest.raises(NotFound, match='no matches for kind "Thing"'):
        client.get(ref)
    assert client.namespaced("example.com/v1", "Thing")
    assert machine.asked[-1][0] == "/apis/example.com/v1"


def test_servers_are_kept_apart_and_no_cache_keeps_nothing(machine):
    first_run(machine)
    assert machine.client(answer(LIST), server="https://b").namespaced("example.com/v1", "Thing")
    machine.directory = ""
    first_run(machine)
    assert machine.client(answer(LIST)).namespaced("example.com/v1", "Thing")


def test_after_crds_were_installed_only_the_server_is_believed(machine):
    first_run(machine)
    client = machine.client(answer(LIST))
    client.refresh()
    assert client.namespaced("example.com/v1", "Thing")
    assert len(machine.transport.requests) == 1
