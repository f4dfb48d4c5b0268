"""What a client keeps open is closed: when it is told to, and when it is dropped."""

from __future__ import annotations

import gc
import socket
import sqlite3
import weakref

import pytest

from pyhelm.client import Client
from pyhelm.kube import kubeconfig
from pyhelm.kube.client import KubeClient
from pyhelm.kube.connections import Connections
from pyhelm.settings import Settings
from pyhelm.simulator import Request, Simulator
from pyhelm.testing.transport import SimulatorTransport
from tests.unit.kube.fakes import Unasked


@pytest.fixture
def idle():
    """A connection that could be kept."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours


def is_closed(connection):
    return connection.fileno() == -1


def test_idle_connections_are_closed(idle):
    connections = Connections("127.0.0.1", 80, None, "")
    connections.keep(idle)
    assert not is_closed(idle)
    connections.close()
    assert is_closed(idle)


def test_connections_that_are_dropped_are_closed(idle):
    connections = Connections("127.0.0.1", 80, None, "")
    connections.keep(idle)
    del connections
    gc.collect()
    assert is_closed(idle)


class Fake(Unasked):
    namespace = "default"

    def __init__(self):
        self.closed = 0

    def close(self):
        self.closed += 1

    def check(self):
        """There."""


def test_a_client_closes_what_it_connected_to(monkeypatch, tmp_path):
    cluster = Fake()
    monkeypatch.setattr(kubeconfig, "connect", lambda settings: cluster)
    with Client(Settings.under(tmp_path)) as client:
        client._session.cluster.check()
    assert cluster.closed == 1


def test_a_client_that_asked_nothing_has_nothing_to_close(monkeypatch, tmp_path):
    monkeypatch.setattr(kubeconfig, "connect", lambda settings: pytest.fail("connected"))
    with Client(Settings.under(tmp_path)):
        pass
    with Client(Settings.under(tmp_path)) as client:
        assert client._session.namespace == "default"


def test_a_cluster_that_was_given_is_its_owners(tmp_path):
    cluster = Fake()
    with Client(Settings.under(tmp_path), cluster=cluster) as client:
        client._session.cluster.check()
    assert cluster.closed == 0


def test_a_transport_ends_its_own_simulator_alone():
    with Simulator() as simulator:
        with KubeClient(SimulatorTransport(simulator)) as client:
            client.check()
        assert simulator.handle(Request("GET", "/api/v1/namespaces/default")).status == 200
    own = SimulatorTransport()
    own.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
        own.simulator.store.meta("version")


def test_a_simulator_in_memory_can_be_dropped():
    transport = SimulatorTransport()
    store = weakref.ref(transport.simulator.store)
    del transport
    gc.collect()
    assert store() is None
