"""Rollbacks that fail: what is recorded, what stays in the cluster, and how it goes on."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pyhelm import Client, RollbackOptions, Settings
from pyhelm.errors import (
    NotFound,
    OperationFailed,
    ReleaseNotFound,
    UsageError,
)
from pyhelm.kube.client import KubeClient
from pyhelm.kube.transport import Response
from pyhelm.release.model import Status
from pyhelm.testing.transport import SimulatorTransport

CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: %s
data:
  of: "%s"
"""
HOOK = """\
apiVersion: v1
kind: Pod
metadata:
  name: hook
  annotations:
    helm.sh/hook: %s
    pyhelm/simulate: fail
spec:
  restartPolicy: Never
  containers: [{name: a, image: a}]
"""
SLOW = """\
apiVersion: v1
kind: Pod
metadata:
  name: slow
  annotations: {pyhelm/simulate: image-pull-error}
spec:
  containers: [{name: a, image: a}]
"""


class Refusing:
    """A simulator that forbids some requests: `(method, part of the path)`."""

    def __init__(self):
        self.inner, self.refused = SimulatorTransport(), set()

    def send(self, request):
        path = request.path.partition("?")[0]
        if any(request.method == method and path.endswith(end) for method, end in self.refused):
            text = f"{request.method} is forbidden"
            body = {"kind": "Status", "code": 403, "reason": "Forbidden", "message": text}
            return Response(403, {}, json.dumps(body).encode())
        return self.inner.send(request)


@pytest.fixture
def transport():
    return Refusing()


@pytest.fixture
def server(transport):
    return KubeClient(transport, namespace="default")


@pytest.fixture
def revisions(client, make_chart):
    """Installs `a` with the first templates, and upgrades it to each of the others."""

    def make(*all_templates):
        for number, templates in enumerate(all_templates, 1):
            chart = make_chart(templates, name=f"chart{number}")
            work = client.upgrade if number > 1 else client.install
            work("a", chart)

    return make


def states(client):
    return [release.info.status.value for release in client.history("a")]


def failed(client, revision=0, **options):
    """A rollback that fails; what it says, and what the record of it says."""
    with pytest.raises(OperationFailed) as caught:
        client.rollback("a", revision, RollbackOptions(timeout=1, **options))
    return str(caught.value), client.history("a")[-1].info.description


def exists(get, kind, name):
    try:
        get(kind, name)
    except NotFound:
        return False
    return True


@pytest.fixture
def refused(revisions, cluster):
    """Revision 1 has `one` and `fixed`, 2 has `two`; by now `fixed` is somebody else's."""
    revisions(
        {"a.yaml": CONFIG % ("one", 1), "b.yaml": CONFIG % ("fixed", 1)},
        {"a.yaml": CONFIG % ("two", 2)},
    )
    other = {"name": "fixed", "namespace": "default"}
    cluster.create(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": other, "data": {"of": "another"}}
    )


@pytest.mark.usefixtures("refused")
def test_an_object_that_is_refused(client, get):
    said, recorded = failed(client)
    assert "fixed" in said
    assert "conflict" in said
    assert recorded == f'Rollback "a" failed: {said}'
    # Helm: what the cluster has is neither of the two, so none of them is deployed.
    assert states(client) == ["superseded", "superseded", "failed"]
    assert client.history("a")[-1].info.rollback_revision == 1
    assert exists(get, "ConfigMap", "one")
    assert exists(get, "ConfigMap", "two")
    assert get("ConfigMap", "fixed")["data"] == {"of": "another"}
    # From here it goes on: to the revision that was the last good one, and nothing is left over.
    client.rollback("a", 2)
    assert states(client) == ["superseded", "superseded", "failed", "deployed"]
    assert exists(get, "ConfigMap", "two")
    assert not exists(get, "ConfigMap", "one")


@pytest.mark.usefixtures("refused")
def test_cleaning_up_takes_only_what_the_rollback_made(client, get):
    said, recorded = failed(client, cleanup_on_fail=True)
    assert recorded == f'Rollback "a" failed: {said}'
    assert states(client) == ["superseded", "superseded", "failed"]
    assert not exists(get, "ConfigMap", "one")
    assert exists(get, "ConfigMap", "two")
    assert get("ConfigMap", "fixed")["data"] == {"of": "another"}


@pytest.mark.usefixtures("refused")
def test_cleaning_up_that_fails_too(client, get, transport):
    transport.refused.add(("DELETE", "/configmaps/one"))
    said, recorded = failed(client, cleanup_on_fail=True)
    assert said.startswith(
        "an error occurred while cleaning up resources. original rollback error: "
    )
    assert said.endswith(
        "unable to cleanup resources: failed to delete resource namespace=default, name=one, "
        "kind=ConfigMap: DELETE is forbidden"
    )
    assert "cleaning up" not in recorded
    assert exists(get, "ConfigMap", "one")


def test_what_can_not_be_deleted(client, revisions, transport, get):
    revisions({"a.yaml": CONFIG % ("one", 1)}, {"a.yaml": CONFIG % ("two", 2)})
    transport.refused.add(("DELETE", "/configmaps/two"))
    said, recorded = failed(client, cleanup_on_fail=True)
    assert said == (
        "failed to delete resource namespace=default, name=two, kind=ConfigMap: DELETE is forbidden"
    )
    assert recorded == f'Rollback "a" failed: {said}'
    assert states(client) == ["superseded", "superseded", "failed"]
    assert not exists(get, "ConfigMap", "one")
    transport.refused.clear()
    client.rollback("a", 1)
    assert (exists(get, "ConfigMap", "one"), exists(get, "ConfigMap", "two")) == (True, False)


def test_a_hook_that_fails_before(client, revisions, get):
    revisions(
        {"a.yaml": CONFIG % ("one", 1), "h.yaml": HOOK % "pre-rollback"},
        {"a.yaml": CONFIG % ("two", 2)},
    )
    said, recorded = failed(client)
    assert "hook" in said
    assert recorded == f'Rollback "a" failed: {said}'
    # Nothing was changed: the revision that is deployed is the last one still.
    assert states(client) == ["superseded", "deployed", "failed"]
    assert client._session.storage.last("a").hooks[0].last_run.phase == "Failed"
    assert exists(get, "ConfigMap", "two")
    assert not exists(get, "ConfigMap", "one")
    # Without hooks it goes, over the one that failed.
    client.rollback("a", 1, RollbackOptions(no_hooks=True))
    assert states(client) == ["superseded", "superseded", "failed", "deployed"]
    assert exists(get, "ConfigMap", "one")


def test_a_hook_that_fails_after(client, revisions, get):
    revisions(
        {"a.yaml": CONFIG % ("one", 1), "h.yaml": HOOK % "post-rollback"},
        {"a.yaml": CONFIG % ("two", 2)},
    )
    said, recorded = failed(client)
    assert recorded == f'Rollback "a" failed: {said}'
    assert states(client) == ["superseded", "deployed", "failed"]
    # The objects are those of the first by then.
    assert exists(get, "ConfigMap", "one")
    assert not exists(get, "ConfigMap", "two")


def test_a_wait_that_fails(client, revisions, get):
    revisions({"a.yaml": SLOW}, {"b.yaml": CONFIG % ("two", 2)})
    said, recorded = failed(client, wait="watcher", cleanup_on_fail=True)
    assert said.startswith("release a failed: ")
    assert "slow" in said
    assert recorded == f'Release "a" failed: {said.removeprefix("release a failed: ")}'
    # Helm: all was applied, so nothing is cleaned up, and the last one stays deployed.
    assert states(client) == ["superseded", "deployed", "failed"]
    assert exists(get, "Pod", "slow")
    assert not exists(get, "ConfigMap", "two")


def test_an_interruption(client, revisions, cluster, tmp_path):
    """Ctrl-C while the objects are applied, and while the hook before runs."""
    revisions(
        {"a.yaml": CONFIG % ("one", 1), "h.yaml": HOOK.replace("fail", "ok") % "pre-rollback"},
        {"a.yaml": CONFIG % ("two", 2)},
    )

    def interrupted_at(stage):
        def report(progress):
            if progress.stage == stage:
                raise KeyboardInterrupt

        other = Client(Settings.under(tmp_path), cluster=cluster, reporter=report)
        with pytest.raises(KeyboardInterrupt):
            other.rollback("a", 1)
        return client.history("a")[-1].info

    info = interrupted_at("hook")
    assert (info.status, info.description) == (
        Status.FAILED,
        'Rollback "a" failed: context canceled',
    )
    # Nothing was changed yet.
    assert states(client) == ["superseded", "deployed", "failed"]
    assert interrupted_at("delete").description == 'Rollback "a" failed: context canceled'
    assert states(client)[-2:] == ["superseded", "failed"]
    client.rollback("a", 1)
    assert client.get("a").info.status is Status.DEPLOYED


def test_over_a_pending_revision(client, revisions, get):
    revisions({"a.yaml": CONFIG % ("one", 1)}, {"a.yaml": CONFIG % ("two", 2)})
    storage = client._session.storage
    last = storage.last("a")
    pending = replace(last.info, status=Status.PENDING_UPGRADE)
    storage.update(replace(last, info=pending))
    back = client.rollback("a")
    assert (back.version, back.info.status) == (3, Status.DEPLOYED)
    assert states(client) == ["superseded", "superseded", "deployed"]
    assert not exists(get, "ConfigMap", "two")


def test_over_a_pending_revision_beside_a_deployed_one(client, revisions):
    revisions({"a.yaml": CONFIG % ("one", 1)})
    storage = client._session.storage
    last = storage.last("a")
    pending = replace(last.info, status=Status.PENDING_ROLLBACK)
    storage.create(replace(last, version=2, info=pending))
    client.rollback("a")
    assert states(client) == ["superseded", "superseded", "deployed"]


@pytest.mark.parametrize(
    ("name", "revision", "options", "error", "text"),
    [
        ("a", 7, {}, ReleaseNotFound, "release has no 7 version"),
        # The only revision has none before it.
        ("a", 0, {}, ReleaseNotFound, "release has no 0 version"),
        ("none", 0, {}, ReleaseNotFound, "release: not found"),
        ("a", -1, {}, UsageError, "invalid release revision"),
        ("A_", 1, {}, UsageError, "prepareRollback: Release name is invalid: A_"),
        (
            "a",
            1,
            {"description": "é" * 257},
            UsageError,
            "description must be 256 characters or less, got 257",
        ),
        (
            "a",
            1,
            {"server_side": "perhaps"},
            UsageError,
            "invalid/unknown release server-side apply method: perhaps",
        ),
    ],
)
def test_what_is_refused_changes_nothing(client, revisions, name, revision, options, error, text):
    revisions({"a.yaml": CONFIG % ("one", 1)})
    with pytest.raises(error) as caught:
        client.rollback(name, revision, RollbackOptions(**options))
    assert str(caught.value) == text
    assert states(client) == ["deployed"]


def test_a_description_of_ones_own(client, revisions):
    revisions({"a.yaml": CONFIG % ("one", 1)}, {"a.yaml": CONFIG % ("two", 2)})
    back = client.rollback("a", 1, RollbackOptions(description="é" * 256, history_max=2))
    assert back.info.description == "é" * 256
    # The revision that was gone back to has left the history by then.
    assert [release.version for release in client.history("a")] == [2, 3]


def test_a_dry_run_changes_nothing(client, revisions, get):
    revisions({"a.yaml": CONFIG % ("one", 1)}, {"a.yaml": CONFIG % ("two", 2)})
    for how in ("client", "server"):
        shown = client.rollback("a", 1, RollbackOptions(dry_run=how))
        assert (shown.version, shown.info.status) == (3, Status.PENDING_ROLLBACK)
    assert states(client) == ["superseded", "deployed"]
    assert not exists(get, "ConfigMap", "one")


def test_a_manifest_that_the_cluster_does_not_know_any_more(client, revisions, get):
    revisions({"a.yaml": CONFIG % ("one", 1)}, {"a.yaml": CONFIG % ("two", 2)})
    storage = client._session.storage
    first = storage.get("a", 1)
    storage.update(
        replace(first, manifest=first.manifest.replace("apiVersion: v1", "apiVersion: old/v1"))
    )
    said, _ = failed(client, 1)
    assert said.startswith("unable to build kubernetes objects from new release manifest: ")
    assert states(client) == ["superseded", "deployed"]
    assert exists(get, "ConfigMap", "two")
