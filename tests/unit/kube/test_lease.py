"""Leases: who holds one, whether that one lives, and renewals that are lost on the way."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from pyhelm.errors import ClusterUnreachable, OperationInProgress
from pyhelm.kube import holder, lease
from pyhelm.kube.client import KubeClient
from pyhelm.kube.holder import Holder, holder_in, is_alive, this_process
from pyhelm.kube.lease import Work
from pyhelm.testing.transport import SimulatorTransport

WORK = Work("web", "default", "upgrade", 3)
FAR = Holder("far", "alice", "ci-7", "4711")
ME = Holder("me", "bob", "desk", "1", "here", "5")


@pytest.fixture
def cluster():
    with KubeClient(SimulatorTransport()) as found:
        yield found


@pytest.fixture(autouse=True)
def nobody_beats(monkeypatch):
    """Renewals happen when a test makes them."""
    monkeypatch.setattr(lease.Held, "_beat", lambda self: None)


def read(cluster):
    return lease.read(cluster, "web", "default")


def hold(cluster):
    """The lease, with somebody far away."""
    held = lease.acquire(cluster, WORK, FAR)
    assert held is not None
    return held


def test_a_holder_is_told_by_its_annotations():
    me = this_process()
    assert holder_in(me.annotations()) == me
    assert me.pid == str(os.getpid())
    assert FAR.text == "alice@ci-7 (pid 4711)"
    assert holder_in({}).text == "somebody@an unknown host"


@pytest.mark.skipif(not os.path.exists("/proc/self/ns/pid"), reason="only Linux tells")
def test_a_process_of_this_machine_is_known_to_live_or_not():
    me = this_process()
    assert is_alive(me, this_process())
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    other = replace(me, pid=str(process.pid), process=holder._started(process.pid))
    assert is_alive(other, me)
    assert is_alive(replace(other, process="1"), me) is False, "another process with its number"
    process.kill()
    process.communicate()
    assert is_alive(other, me) is False


@pytest.mark.skipif(not os.path.exists("/proc/self/ns/pid"), reason="only Linux tells")
def test_a_process_that_ended_and_was_not_waited_for_is_dead():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    me = this_process()
    other = replace(me, pid=str(process.pid), process=holder._started(process.pid))
    process.kill()
    while is_alive(other, me):
        pass
    process.communicate()


def test_processes_elsewhere_are_not_judged_by_numbers():
    assert is_alive(FAR, ME) is None
    assert is_alive(replace(ME, machine="there"), ME) is None


def test_one_lease_for_a_release(cluster):
    held = hold(cluster)
    assert lease.acquire(cluster, WORK, ME) is None
    found = read(cluster)
    assert found.work == WORK
    assert found.text.startswith("upgrade to revision 3 by alice@ci-7 (pid 4711) since 20")
    held.release()
    assert read(cluster) is None


def test_the_servers_clock_tells_how_old_a_renewal_is(cluster, monkeypatch):
    hold(cluster)
    old = read(cluster)
    for entry in old.object["metadata"]["managedFields"]:
        entry["time"] = "2020-01-01T00:00:00Z"
    monkeypatch.setattr("time.sleep", lambda seconds: pytest.fail("no need to wait"))
    assert not lease.lives(cluster, old, ME)


def test_a_fresh_lease_is_watched_for_as_long_as_it_lasts(cluster, monkeypatch):
    hold(cluster)
    slept: list[float] = []
    told: list[object] = []
    monkeypatch.setattr("time.sleep", slept.append)
    assert not lease.lives(cluster, read(cluster), ME, told=told.append)
    assert len(told) == 1
    assert 25 <= sum(slept) <= 30


def test_a_renewal_is_a_sign_of_life(cluster, monkeypatch):
    held = hold(cluster)
    monkeypatch.setattr("time.sleep", lambda seconds: held._renew())
    assert lease.lives(cluster, read(cluster), ME)


def test_a_lease_that_was_given_up_is_nobodys(cluster):
    held = hold(cluster)
    held.unrecorded.add(3)
    held.release()
    assert read(cluster).is_given_up
    assert not lease.lives(cluster, read(cluster), ME)


def test_a_dead_ones_lease_is_taken_over_by_one_alone(cluster):
    hold(cluster)
    dead = read(cluster)
    assert lease.take_over(cluster, dead, WORK, ME)
    assert lease.take_over(cluster, dead, WORK, replace(ME, id="third")) is None
    assert read(cluster).object["spec"]["leaseTransitions"] == 1


def test_who_lost_the_lease_is_told_to_whom(cluster):
    held = hold(cluster)
    lease.take_over(cluster, read(cluster), WORK, ME)
    held.check()
    held._renew()
    with pytest.raises(OperationInProgress, match=r"over \(upgrade to revision 3 by bob@desk"):
        held.check()
    held.release()
    assert read(cluster).holder == ME


def test_a_lease_that_was_deleted_is_lost(cluster):
    held = hold(cluster)
    cluster.delete(WORK.ref)
    held._renew()
    with pytest.raises(OperationInProgress, match="its lease was deleted"):
        held.check()


def test_who_slept_asks_before_going_on(cluster, monkeypatch):
    held = hold(cluster)
    lease.take_over(cluster, read(cluster), WORK, ME)
    later = time.time() + lease.UNSURE + 1
    monkeypatch.setattr("time.time", lambda: later)
    with pytest.raises(OperationInProgress):
        held.check()


class Deaf:
    """A cluster that does what it is asked and doesn't answer, once."""

    def __init__(self, inner, verb):
        self.inner, self.verb = inner, verb

    def __getattr__(self, name):
        found = getattr(self.inner, name)
        if name != self.verb:
            return found

        def deaf(*args, **kwargs):
            self.verb = ""
            found(*args, **kwargs)
            raise ClusterUnreachable("EOF")

        return deaf


def test_a_renewal_whose_answer_was_lost_is_found_again(cluster):
    held = hold(cluster)
    held._cluster = Deaf(cluster, "replace")
    held._renew()
    held._renew()
    held.check()
    held.release()
    assert read(cluster) is None


def test_a_lost_renewal_does_not_keep_a_lease_from_being_given_up(cluster):
    held = hold(cluster)
    held._cluster = Deaf(cluster, "replace")
    held._renew()
    held.release()
    assert read(cluster) is None


def test_other_work_on_the_same_release(cluster):
    held = hold(cluster)
    held.about(replace(WORK, operation="rollback", revision=4))
    assert read(cluster).work == replace(WORK, operation="rollback", revision=4)
    held.release()
