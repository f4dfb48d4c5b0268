"""`--dry-run=server`: what the server would say, with nothing changed."""

from __future__ import annotations

import pytest

from pyhelm import InstallOptions, RollbackOptions, UninstallOptions, UpgradeOptions
from pyhelm.errors import Forbidden, OperationFailed
from pyhelm.release.model import Status

CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: a
data:
  color: %s
"""
FIXED = f"{CONFIG % 'red'}immutable: true\n"
SERVICE = "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  ports: [{port: 99999}]\n"
DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: rehearsals.test.example.com
spec:
  group: test.example.com
  scope: Namespaced
  names: {plural: rehearsals, singular: rehearsal, kind: Rehearsal}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
"""
CUSTOM = "apiVersion: test.example.com/v1\nkind: Rehearsal\nmetadata:\n  name: a\n"
TRY = InstallOptions(dry_run="server")
TRY_UPGRADE = UpgradeOptions(dry_run="server")


@pytest.mark.verified
def test_all_that_the_server_refuses_is_told_and_nothing_is_left(client, make_chart, get):
    other = SERVICE.replace("name: a", "name: b")
    chart = make_chart({"a.yaml": CONFIG % "red", "b.yaml": SERVICE, "c.yaml": other})
    with pytest.raises(OperationFailed) as caught:
        client.install("a", chart, {}, TRY)
    first, second = str(caught.value).split("\n")
    for name, line in (("a", first), ("b", second)):
        assert line.startswith("server-side apply failed for object ")
        assert f'Service "{name}" is invalid: [spec.ports[0].port: Invalid value: 99999' in line
    assert client.list() == []
    with pytest.raises(Exception, match="not found"):
        get("ConfigMap", "a")


@pytest.mark.verified
def test_conflicts_are_told(client, make_chart, cluster):
    client.install("a", make_chart({"a.yaml": CONFIG % "red"}))
    metadata = {"name": "a", "namespace": cluster.namespace}
    mine = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"color": "x"}}
    cluster.apply(mine, force=True, field_manager="somebody")
    chart = make_chart({"a.yaml": CONFIG % "blue"})
    with pytest.raises(OperationFailed, match=r'conflict with "somebody".*\.data\.color'):
        client.upgrade("a", chart, {}, TRY_UPGRADE)
    with pytest.raises(OperationFailed, match=r'conflict with "somebody".*\.data\.color'):
        client.rollback("a", 1, RollbackOptions(dry_run="server"))
    assert [release.version for release in client.history("a")] == [1]
    forced = UpgradeOptions(dry_run="server", force_conflicts=True)
    assert client.upgrade("a", chart, {}, forced).version == 2
    assert [release.version for release in client.history("a")] == [1]


@pytest.mark.verified
@pytest.mark.parametrize("server_side", ["true", "false"])
def test_nothing_is_changed_where_all_is_well(client, make_chart, get, server_side):
    chart = make_chart({"a.yaml": CONFIG % "red"})
    options = InstallOptions(dry_run="server", server_side=server_side)
    found = client.install("a", chart, {}, options)
    assert (found.info.status, found.info.description) == (
        Status.PENDING_INSTALL,
        "Dry run complete",
    )
    client.install("a", chart, {}, InstallOptions(server_side=server_side))
    before = get("ConfigMap", "a")
    client.upgrade("a", make_chart({"a.yaml": CONFIG % "blue"}), {}, TRY_UPGRADE)
    client.rollback("a", 1, RollbackOptions(dry_run="server"))
    assert get("ConfigMap", "a") == before
    assert [release.version for release in client.history("a")] == [1]


def test_what_the_chart_itself_brings_is_not_missed(client, make_chart):
    chart = make_chart({"a.yaml": CUSTOM}, crds={"crd.yaml": DEFINITION})
    client.install("a", chart, {}, TRY)
    skipping = InstallOptions(dry_run="server", skip_crds=True)
    with pytest.raises(OperationFailed, match='no matches for kind "Rehearsal"'):
        client.install("a", chart, {}, skipping)
    client.install("b", make_chart({"a.yaml": CUSTOM, "crd.yaml": DEFINITION}, name="own"), {}, TRY)


def test_a_kind_that_nobody_brings_is_missed(client, make_chart):
    client.install("a", make_chart({"a.yaml": CONFIG % "red"}))
    with pytest.raises(OperationFailed, match='no matches for kind "Rehearsal"'):
        client.upgrade("a", make_chart({"a.yaml": CUSTOM}), {}, TRY_UPGRADE)


@pytest.mark.verified
def test_a_field_that_can_not_change_is_told_unless_the_object_is_to_be_made_anew(
    client, make_chart, get
):
    client.install("a", make_chart({"a.yaml": FIXED}))
    before = get("ConfigMap", "a")
    chart = make_chart({"a.yaml": FIXED.replace("red", "blue")})
    with pytest.raises(OperationFailed, match="--recreate-immutable, has it deleted"):
        client.upgrade("a", chart, {}, TRY_UPGRADE)
    anew = UpgradeOptions(dry_run="server", recreate_immutable=True)
    assert client.upgrade("a", chart, {}, anew).version == 2
    assert get("ConfigMap", "a") == before


def test_who_may_only_read_is_told_that_nothing_was_tried(client, make_chart, monkeypatch, caplog):
    def refuse(self, *args, **kwargs):
        raise Forbidden({"code": 403, "message": "configmaps is forbidden"})

    monkeypatch.setattr("pyhelm.kube.client.KubeClient.apply", refuse)
    client.install("a", make_chart({"a.yaml": CONFIG % "red"}), {}, TRY)
    assert "1 objects were not tried, which may not be written: " in caplog.text
    assert "configmaps is forbidden" in caplog.text


@pytest.mark.verified
def test_a_null_takes_away_what_was_given_before(client, make_chart, get):
    text = CONFIG % "{{ values.color | default('none') }}/{{ values.tree.a | default('none') }}"
    chart = make_chart({"a.yaml": text.replace("values", "Values")}, values="color: own\n")
    client.install("a", chart, {"color": "red", "tree": {"a": "oak", "b": 1}})
    gone = {"color": None, "tree": {"a": None}}
    client.upgrade("a", chart, gone, UpgradeOptions(reuse_values=True))
    assert get("ConfigMap", "a")["data"]["color"] == "none/none"
    client.upgrade("a", chart, {}, UpgradeOptions(reuse_values=True))
    assert get("ConfigMap", "a")["data"]["color"] == "none/none"
    client.uninstall("a", UninstallOptions())
    client.install("a", chart, {"color": "red", "tree": {"a": "oak", "b": 1}})
    client.upgrade("a", chart, gone, UpgradeOptions(reset_then_reuse_values=True))
    assert get("ConfigMap", "a")["data"]["color"] == "none/none"
