"""Operations that died, that are at work, and clients that meet; on the simulator."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pyhelm import (
    InstallOptions,
    RecoverOptions,
    RollbackOptions,
    UninstallOptions,
    UpgradeOptions,
)
from pyhelm.actions import recovery
from pyhelm.client import Client
from pyhelm.errors import (
    NotFound,
    OperationInProgress,
    ReleaseExists,
    ReleaseNotFound,
)
from pyhelm.kube import lease as leases
from pyhelm.kube.client import KubeClient
from pyhelm.kube.cluster import ObjectRef
from pyhelm.kube.holder import Holder
from pyhelm.kube.lease import Work
from pyhelm.kube.transport import Response
from pyhelm.release.model import Status
from pyhelm.settings import Settings
from pyhelm.testing.transport import SimulatorTransport

CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: %s
data:
  color: {{ Values.color }}
"""
DEAD = Holder("1", "alice", "ci-7", "999999999", "this machine", "1")
ALIVE = replace(DEAD, machine="", process="")
ME = Holder("2", "bob", "desk", "1", "this machine", "1")


@pytest.fixture(autouse=True)
def me(monkeypatch):
    monkeypatch.setattr(recovery, "this_process", lambda: ME)


@pytest.fixture
def chart(make_chart):
    return make_chart({"a.yaml": CONFIG % "a"}, values="color: blue\n")


@pytest.fixture
def wider(make_chart):
    return make_chart({"a.yaml": CONFIG % "a", "b.yaml": CONFIG % "b"}, "wider", "color: red\n")


def statuses(client, name="a"):
    return [release.info.status.value for release in client.history(name)]


def warnings(said):
    return [progress.message for progress in said if progress.stage == "warning"]


def pend(client, status=Status.PENDING_UPGRADE, chart=None, holder=None, age=timedelta(0)):
    """Leave the release as a client that was killed right after its record leaves it."""
    storage = client._session.storage
    last = storage.last("a")
    if chart is not None:
        client.upgrade("a", chart)
        last = storage.last("a")
        storage.delete("a", last.version)
        kept = storage.last("a")
        storage.update(replace(kept, info=replace(kept.info, status=Status.DEPLOYED)))
    else:
        last = replace(last, version=last.version + 1)
    began = replace(last.info.last_deployed, moment=last.info.last_deployed.moment - age)
    info = replace(
        last.info, status=status, last_deployed=began if age else last.info.last_deployed
    )
    storage.create(replace(last, info=info))
    if holder is not None:
        hold(client, holder, last.version)


def hold(client, holder, revision, operation="upgrade"):
    held = leases.acquire(
        client._session.cluster, Work("a", "default", operation, revision), holder
    )
    assert held is not None
    held._stopped.set()  # it renews no more, and isn't released


def taken_over(client, holder, operation="upgrade"):
    """The lease, with somebody else now, who makes revision 3."""
    work = Work("a", "default", operation, 3)
    held = leases.take_over(client._session.cluster, lease_of(client), work, holder)
    assert held is not None
    return held


def lease_of(client):
    return leases.read(client._session.cluster, "a", "default")


def test_nothing_is_left_of_an_operation_that_ended(client, chart):
    client.install("a", chart)
    client.upgrade("a", chart)
    client.rollback("a")
    assert lease_of(client) is None
    client.uninstall("a")
    assert lease_of(client) is None


def test_the_lease_names_who_is_at_work(client, chart, monkeypatch):
    seen = []
    create = client._session.storage.create

    def noted(release):
        seen.append(lease_of(client))
        create(release)

    monkeypatch.setattr(client._session.storage, "create", noted)
    client.install("a", chart)
    (lease,) = seen
    assert lease.text.startswith("install to revision 1 by bob@desk (pid 1) since ")
    spec = lease.object["spec"]
    assert spec["holderIdentity"] == "bob@desk-1-2"
    assert spec["leaseDurationSeconds"] == 30


def test_an_upgrade_goes_on_over_one_that_died(client, chart, wider, said, get):
    client.install("a", chart)
    pend(client, holder=DEAD)
    release = client.upgrade("a", wider)
    assert (release.version, release.info.status) == (3, Status.DEPLOYED)
    assert statuses(client) == ["superseded", "failed", "deployed"]
    (warning,) = warnings(said)
    assert warning.startswith(
        "revision 2 is pending-upgrade, but its client alice@ci-7 (pid 999999999), at work since 20"
    )
    assert warning.endswith(", has died; marked failed, going on")
    dead = client.history("a")[1].info.description
    assert dead.startswith('Upgrade "a" failed: its client alice@ci-7 (pid 999999999), at work')
    assert lease_of(client) is None
    assert get("ConfigMap", "b")


def test_a_dry_run_over_one_that_died_changes_nothing(client, chart, wider):
    client.install("a", chart)
    pend(client, holder=DEAD)
    client.upgrade("a", wider, options=UpgradeOptions(dry_run="server"))
    assert statuses(client) == ["deployed", "pending-upgrade"]
    assert lease_of(client)


def test_a_first_install_that_died_is_upgraded(client, chart, get):
    client.install("a", chart)
    storage = client._session.storage
    first = storage.last("a")
    storage.update(replace(first, info=replace(first.info, status=Status.PENDING_INSTALL)))
    hold(client, DEAD, 1, "install")
    with pytest.raises(ReleaseExists, match="pending-install: if nobody is at work on it"):
        client.install("a", chart)
    client.upgrade("a", chart, options=UpgradeOptions(install=True))
    # As Helm does with a revision that an upgrade started from.
    assert statuses(client) == ["superseded", "deployed"]


@pytest.mark.parametrize("verb", ["upgrade", "rollback", "uninstall"])
def test_one_that_lives_blocks(client, chart, monkeypatch, verb, said):
    client.install("a", chart)
    client.upgrade("a", chart)
    pend(client, holder=ALIVE)
    held = taken_over(client, ALIVE)
    monkeypatch.setattr("time.sleep", lambda seconds: held._renew())
    run = {
        "upgrade": lambda: client.upgrade("a", chart),
        "rollback": lambda: client.rollback("a"),
        "uninstall": lambda: client.uninstall("a"),
    }[verb]
    with pytest.raises(OperationInProgress, match=r"upgrade to revision 3 by alice@ci-7 .* since"):
        run()
    assert statuses(client) == ["superseded", "deployed", "pending-upgrade"]
    assert any("waiting up to" in warning for warning in warnings(said))
    held.release()


@pytest.mark.parametrize("verb", ["rollback", "uninstall"])
def test_other_verbs_go_on_over_one_that_died(client, chart, verb, said):
    client.install("a", chart)
    pend(client, holder=DEAD)
    if verb == "rollback":
        client.rollback("a", 1)
        assert statuses(client) == ["superseded", "failed", "deployed"]
    else:
        client.uninstall("a")
        with pytest.raises(ReleaseNotFound):
            client.history("a")
    assert len(warnings(said)) == 1
    assert lease_of(client) is None


def test_a_pending_revision_of_plain_helm_blocks_at_first(client, chart):
    client.install("a", chart)
    pend(client)
    with pytest.raises(OperationInProgress) as caught:
        client.upgrade("a", chart)
    text = str(caught.value)
    assert text.startswith("another operation (install/upgrade/rollback) is in progress: revision")
    assert "it has no lease, so it is helm's or an older client's, last heard of" in text
    assert "without a sign for 1h0m it will count as dead" in text
    assert "'pyhelm rollback a'" in text
    assert statuses(client) == ["deployed", "pending-upgrade"]


def test_a_pending_revision_of_plain_helm_counts_as_dead_after_an_hour(client, chart, said):
    client.install("a", chart)
    pend(client, age=timedelta(minutes=61))
    client.upgrade("a", chart)
    assert statuses(client) == ["superseded", "failed", "deployed"]
    assert (
        "its client has left no sign for 1h1m, so it has died; marked failed, going on"
        in warnings(said)[0]
    )


def test_who_waits_for_long_expects_others_to(client, chart):
    client.install("a", chart)
    pend(client, age=timedelta(minutes=61))
    with pytest.raises(OperationInProgress, match="without a sign for 1h30m"):
        client.upgrade("a", chart, options=UpgradeOptions(timeout=1800))


def test_rollback_goes_on_over_plain_helms_at_once_as_helms_does(client, chart, said):
    client.install("a", chart)
    pend(client)
    client.rollback("a", 1)
    assert statuses(client) == ["superseded", "superseded", "deployed"]
    assert warnings(said)[0].endswith("going on, as helm does")


def test_what_died_leaves_no_object_behind(client, chart, wider, get):
    client.install("a", chart)
    pend(client, chart=wider, holder=DEAD)
    assert get("ConfigMap", "b")
    client.upgrade("a", chart)
    with pytest.raises(NotFound):
        get("ConfigMap", "b")
    assert get("ConfigMap", "a")


def test_what_died_before_it_deleted_leaves_nothing_to_uninstall(client, chart, wider, get):
    client.install("a", wider)
    pend(client, holder=DEAD)
    storage = client._session.storage
    dead = storage.last("a")
    narrow = dead.manifest.partition("---\n# Source: wider/templates/b.yaml")[0]
    storage.update(replace(dead, manifest=narrow))
    client.uninstall("a")
    for name in ("a", "b"):
        with pytest.raises(NotFound):
            get("ConfigMap", name)


def test_objects_that_are_not_the_releases_stay(client, chart, wider, cluster, get):
    client.install("a", chart)
    pend(client, chart=wider, holder=DEAD)
    ref = ObjectRef("v1", "ConfigMap", "b", "default")
    mine = {"metadata": {"annotations": {"meta.helm.sh/release-name": None}}}
    cluster.patch(ref, mine)
    client.upgrade("a", chart)
    assert get("ConfigMap", "b")


def test_two_clients_at_once(client, chart, monkeypatch, cluster, tmp_path):
    """The second comes while the first is between its record and its objects."""
    client.install("a", chart)
    other = Client(Settings.under(tmp_path), cluster=cluster)
    said: list[str] = []
    create = client._session.storage.driver.create

    def second(record):
        create(record)
        if not said:
            said.append("once")
            # This process is alive, which its own lease says.
            monkeypatch.setattr("pyhelm.kube.lease.is_alive", lambda holder, me: True)
            with pytest.raises(OperationInProgress, match="upgrade to revision 2 by bob@desk"):
                other.upgrade("a", chart)

    monkeypatch.setattr(client._session.storage.driver, "create", second)
    client.upgrade("a", chart)
    assert said
    assert statuses(client) == ["superseded", "deployed"]


def test_the_second_to_record_a_revision_loses(client, chart, monkeypatch):
    """Without leases the record is the lock, as in Helm."""
    client.install("a", chart)
    storage = client._session.storage
    monkeypatch.setattr(recovery, "_hold", lambda *args, **kwargs: None)
    last = storage.last
    stale = last("a")
    client.upgrade("a", chart)
    monkeypatch.setattr(type(storage), "last", lambda self, name: stale)
    with pytest.raises(OperationInProgress, match="another client has just recorded revision 2"):
        client.upgrade("a", chart)


def test_a_client_whose_lease_was_taken_stops(client, chart, wider, monkeypatch, said):
    client.install("a", chart)
    session_class = type(client._session)
    fence = session_class.fence
    taken: list[leases.Held] = []

    def overtaken(session):
        recorded = client._session.storage.revisions("a") == [1, 2]
        if recorded and not taken:
            taken.append(taken_over(client, DEAD))
            session.lease._renew()
        fence(session)

    monkeypatch.setattr(session_class, "fence", overtaken)
    with pytest.raises(OperationInProgress, match=r"lease was taken over \(upgrade to revision"):
        client.upgrade("a", wider)
    # The record is left to whoever has the lease now.
    assert statuses(client) == ["deployed", "pending-upgrade"]
    assert lease_of(client).holder.user == "alice"
    taken[0].release()


def test_a_client_whose_lease_was_taken_while_it_waited_has_not_succeeded(
    client, chart, monkeypatch
):
    client.install("a", chart)

    def waited(session, *args, **kwargs):
        taken_over(client, DEAD, "rollback")._stopped.set()
        session.lease._renew()

    monkeypatch.setattr("pyhelm.actions.operation.wait_for", waited)
    with pytest.raises(OperationInProgress, match=r"lease was taken over \(rollback to revision 3"):
        client.upgrade("a", chart)
    assert statuses(client) == ["deployed", "pending-upgrade"]


class NoLeases:
    """A user who may not touch leases; `readable` lets them look."""

    def __init__(self, inner, readable):
        self.inner, self.readable = inner, readable

    def send(self, request):
        if "/leases" in request.path and not (self.readable and request.method == "GET"):
            body = (
                b'{"kind":"Status","code":403,"reason":"Forbidden","message":"leases is forbidden"}'
            )
            return Response(403, {}, body)
        return self.inner.send(request)

    def close(self):
        """`inner` is its maker's to close."""


@pytest.fixture
def simulator():
    with SimulatorTransport() as transport:
        yield transport


@pytest.fixture
def client_without(simulator, tmp_path):
    def make(readable):
        transport = NoLeases(simulator, readable)
        return Client(Settings.under(tmp_path), cluster=KubeClient(transport, "default"))

    return make


@pytest.mark.parametrize("readable", [False, True])
def test_without_the_right_to_leases_all_is_as_with_helm(client_without, chart, readable):
    client = client_without(readable)
    client.install("a", chart)
    client.upgrade("a", chart)
    pend(client, age=timedelta(hours=9) if not readable else timedelta(0))
    why = "can't be told without leases" if not readable else "it has no lease"
    with pytest.raises(OperationInProgress, match=why):
        client.upgrade("a", chart)
    client.rollback("a", 2)
    client.uninstall("a")


def test_recover_explains_and_repairs(client, chart, wider, said, get):
    client.install("a", chart)
    pend(client, chart=wider, holder=DEAD)
    shown = client.recover("a", RecoverOptions(dry_run=True))
    assert shown.findings[0].startswith("revision 2 is pending-upgrade, but its client alice@ci-7")
    states = [(trace.ref.name, trace.state, trace.new) for trace in shown.objects]
    assert states == [("a", "there", False), ("b", "there", True)]
    assert shown.repairs == ["revision 2 marked failed", "lease pyhelm.a deleted"]
    assert statuses(client) == ["deployed", "pending-upgrade"]

    done = client.recover("a")
    assert done.repairs == shown.repairs
    assert "'pyhelm rollback a 1' goes back" in done.advice
    assert statuses(client) == ["deployed", "failed"]
    assert lease_of(client) is None
    assert get("ConfigMap", "b")

    again = client.recover("a")
    assert (again.findings, again.repairs) == (["nothing is in progress"], [])


def test_recover_cleans_up_what_only_the_dead_brought(client, chart, wider, get):
    client.install("a", chart)
    pend(client, chart=wider, holder=DEAD)
    done = client.recover("a", RecoverOptions(clean_up=True))
    assert 'ConfigMap "b" in namespace "default" deleted' in done.repairs
    with pytest.raises(NotFound):
        get("ConfigMap", "b")
    assert get("ConfigMap", "a")


def test_recover_leaves_plain_helms_alone_unless_forced(client, chart):
    client.install("a", chart)
    pend(client)
    found = client.recover("a")
    assert found.repairs == []
    assert "it has no lease" in found.findings[0]
    assert "--force" in found.advice
    assert statuses(client) == ["deployed", "pending-upgrade"]
    client.recover("a", RecoverOptions(force=True))
    assert statuses(client) == ["deployed", "failed"]
    client.upgrade("a", chart)


def test_recover_takes_a_lease_that_nothing_is_left_of(client):
    hold(client, DEAD, 1, "install")
    assert client.recover("a").repairs == ["lease pyhelm.a deleted"]
    with pytest.raises(ReleaseNotFound):
        client.recover("a")


def test_recover_of_an_uninstall_that_died(client, chart):
    client.install("a", chart)
    storage = client._session.storage
    last = storage.last("a")
    storage.update(replace(last, info=replace(last.info, status=Status.UNINSTALLING)))
    hold(client, DEAD, 0, "uninstall")
    found = client.recover("a")
    assert found.advice == "'pyhelm uninstall a' deletes the 1 objects that are left"
    with pytest.raises(ReleaseNotFound, match="'pyhelm uninstall a' brings that to an end"):
        client.upgrade("a", chart)
    client.uninstall("a")


def test_an_uninstalled_release_is_not_upgraded_by_one_who_read_it_before(client, chart):
    client.install("a", chart)
    storage = client._session.storage.with_limit(10)
    stale = storage.last("a")
    client.uninstall("a")
    with pytest.raises(ReleaseNotFound, match="uninstalled by another client meanwhile"):
        storage.create(replace(stale, version=2))


def test_rollback_on_failure_keeps_the_lease_to_the_end(client, chart, make_chart, monkeypatch):
    client.install("a", chart)
    broken = make_chart({"a.yaml": CONFIG % "a", "z.yaml": CONFIG % "Z"}, "broken", "color: x\n")
    works = []
    about = leases.Held.about

    def noted(held, work):
        works.append(work)
        about(held, work)

    monkeypatch.setattr(leases.Held, "about", noted)
    with pytest.raises(Exception, match="has been rolled back"):
        client.upgrade("a", broken, options=UpgradeOptions(rollback_on_failure=True))
    assert works == [Work("a", "default", "rollback", 3)]
    assert statuses(client) == ["superseded", "failed", "deployed"]
    assert lease_of(client) is None


def test_dry_runs_hold_no_lease(client, chart, monkeypatch):
    client.install("a", chart)

    def refuse(*args):
        raise AssertionError("a dry run took a lease")

    monkeypatch.setattr(leases, "acquire", refuse)
    client.install("b", chart, options=InstallOptions(dry_run="client"))
    client.upgrade("a", chart, options=UpgradeOptions(dry_run="server"))
    client.rollback("a", 1, RollbackOptions(dry_run="server"))
    client.uninstall("a", UninstallOptions(dry_run=True))
