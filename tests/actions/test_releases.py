"""Installing, upgrading, rolling back and uninstalling, on the simulator."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pyhelm import (
    Client,
    InstallOptions,
    ListOptions,
    RollbackOptions,
    Status,
    TestOptions,
    UninstallOptions,
    UpgradeOptions,
)
from pyhelm.errors import (
    ChartError,
    NotFound,
    OperationFailed,
    OperationInProgress,
    OwnershipError,
    ReleaseError,
    ReleaseExists,
    ReleaseNotFound,
    RenderError,
    SchemaError,
    UsageError,
    WaitError,
)
from pyhelm.kube.cluster import ObjectRef
from pyhelm.settings import Settings
from tests.actions.conftest import TWIN

CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ Release.Name }}
data:
  revision: "{{ Release.Revision }}"
  how: {{ "upgrade" if Release.IsUpgrade else "install" }}
"""
HOOK = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: %s
  annotations:
    helm.sh/hook: %s
    helm.sh/hook-weight: "%s"
    helm.sh/hook-delete-policy: %s
"""
FAILING_JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: fails
  annotations:
    helm.sh/hook: %s
spec:
  backoffLimit: 0
  template:
    metadata:
      annotations:
        pyhelm/simulate: fail
    spec:
      restartPolicy: Never
      containers:
        - name: a
          image: a
"""


def statuses(client, name="a"):
    return [release.info.status.value for release in client.history(name)]


@pytest.mark.verified
def test_up_a_revision_and_back(client, get):
    release = client.install("a", TWIN, {"color": "red"}, InstallOptions(wait="watcher"))
    assert (release.version, release.info.status, release.apply_method) == (
        1,
        Status.DEPLOYED,
        "ssa",
    )
    assert release.info.notes == "a is red.\n"
    labels = get("ConfigMap", "a")["metadata"]["labels"]
    assert labels == {"app.kubernetes.io/managed-by": "Helm"}
    client.upgrade("a", TWIN, {"color": "blue", "extra": True})
    assert get("ConfigMap", "a-extra")["data"] == {"extra": "yes"}
    back = client.rollback("a")
    assert (back.version, back.info.description) == (3, "Rollback to 1")
    assert back.info.rollback_revision == 1
    assert get("ConfigMap", "a")["data"] == {"color": "red"}
    with pytest.raises(NotFound):
        get("ConfigMap", "a-extra")
    assert statuses(client) == ["superseded", "superseded", "deployed"]
    client.uninstall("a")
    with pytest.raises(ReleaseNotFound):
        client.get("a")
    with pytest.raises(NotFound):
        get("Deployment", "a")


@pytest.mark.verified
def test_release_objects_know_what_is_going_on(client, make_chart, get):
    chart = make_chart({"a.yaml": CONFIG})
    client.install("a", chart)
    assert get("ConfigMap", "a")["data"] == {"revision": "1", "how": "install"}
    client.upgrade("a", chart)
    assert get("ConfigMap", "a")["data"] == {"revision": "2", "how": "upgrade"}


def test_dry_runs_record_nothing(client):
    for how in ("client", "server"):
        release = client.install("a", TWIN, {}, InstallOptions(dry_run=how))
        assert release.info.description == "Dry run complete"
        assert "color: blue" in release.manifest
    assert client.list() == []
    client.install("a", TWIN)
    client.upgrade("a", TWIN, {"color": "red"}, UpgradeOptions(dry_run="server"))
    client.rollback("a", 1, RollbackOptions(dry_run="server"))
    client.uninstall("a", UninstallOptions(dry_run=True))
    assert statuses(client) == ["deployed"]


@pytest.mark.parametrize("name", ["", "A", "a_b", "-a", "a" * 54, "a..b"])
def test_bad_names(client, name):
    with pytest.raises(UsageError, match="release name"):
        client.install(name, TWIN)


def test_generated_names(client):
    name = client.install("", TWIN, {}, InstallOptions(generate_name=True)).name
    assert name.startswith("twin-")
    assert name[5:].isdigit()
    templated = InstallOptions(name_template='x-{{ randAlpha 5 | lower }}-{{ "y" }}')
    assert len(client.install("", TWIN, {}, templated).name) == len("x-abcde-y")


@pytest.mark.verified
def test_a_name_in_use(client):
    client.install("a", TWIN)
    use = r"cannot reuse a name that is still in use; revision 1, of twin-1\.0\.0, is "
    with pytest.raises(ReleaseExists, match=f"{use}deployed: 'pyhelm upgrade --install a' changes"):
        client.install("a", TWIN)
    client.uninstall("a", UninstallOptions(keep_history=True))
    with pytest.raises(ReleaseExists, match=f"{use}uninstalled: --replace uses the name again"):
        client.install("a", TWIN)
    assert client.install("a", TWIN, {}, InstallOptions(replace=True)).version == 2
    assert statuses(client) == ["superseded", "deployed"]


@pytest.mark.verified
def test_values_are_kept_as_asked(client):
    client.install("a", TWIN, {"color": "red", "port": 81})
    assert client.upgrade("a", TWIN).config == {"color": "red", "port": 81}
    upgraded = client.upgrade("a", TWIN, {"port": 82}, UpgradeOptions(reuse_values=True))
    assert upgraded.config == {"color": "red", "port": 82}
    reset = UpgradeOptions(reset_then_reuse_values=True)
    assert client.upgrade("a", TWIN, {"color": "x"}, reset).config == {"color": "x", "port": 82}
    assert client.upgrade("a", TWIN, {"port": 83}).config == {"port": 83}
    assert client.upgrade("a", TWIN, {}, UpgradeOptions(reset_values=True)).config == {}


@pytest.mark.verified
def test_upgrade_of_what_is_not_there(client):
    with pytest.raises(ReleaseNotFound, match='"a" has no deployed releases'):
        client.upgrade("a", TWIN)
    assert client.upgrade("a", TWIN, {}, UpgradeOptions(install=True)).version == 1
    client.uninstall("a", UninstallOptions(keep_history=True))
    assert client.upgrade("a", TWIN, {}, UpgradeOptions(install=True)).version == 2


def test_objects_of_someone_else_are_all_named(client, cluster, get):
    for name in ("a", "a-extra"):
        cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}})
    with pytest.raises(OwnershipError) as caught:
        client.install("a", TWIN, {"extra": True})
    assert len(caught.value.conflicts) == 2
    assert 'ConfigMap "a" in namespace "default" exists and cannot be imported' in str(caught.value)
    assert client.list() == []
    options = InstallOptions(take_ownership=True, force_conflicts=True)
    client.install("a", TWIN, {"extra": True}, options)
    annotations = get("ConfigMap", "a")["metadata"]["annotations"]
    assert annotations["meta.helm.sh/release-name"] == "a"


@pytest.mark.verified
def test_a_pending_revision_blocks_and_rollback_frees(client):
    client.install("a", TWIN)
    stuck = client.get("a")
    info = replace(stuck.info, status=Status.PENDING_UPGRADE)
    client._session.storage.create(replace(stuck, version=2, info=info))
    with pytest.raises(OperationInProgress, match=r"another operation .* is in progress"):
        client.upgrade("a", TWIN)
    client.rollback("a", 1)
    assert statuses(client) == ["superseded", "superseded", "deployed"]
    client.upgrade("a", TWIN)


@pytest.mark.verified
def test_a_refused_object_fails_the_release_and_the_next_upgrade_repairs(client, make_chart, get):
    bad = CONFIG.replace("name: {{ Release.Name }}", "name: Not_A_Name")
    chart = make_chart({"a.yaml": CONFIG, "b.yaml": bad})
    with pytest.raises(OperationFailed, match="Not_A_Name"):
        client.install("a", chart)
    assert statuses(client) == ["failed"]
    with pytest.raises(ReleaseExists, match="failed: 'pyhelm upgrade --install a' tries again, "):
        client.install("a", chart)
    assert get("ConfigMap", "a")
    client.upgrade("a", make_chart({"a.yaml": CONFIG, "b.yaml": ""}))
    assert client.get("a").info.status is Status.DEPLOYED


@pytest.mark.verified
def test_rollback_on_failure(client, make_chart):
    good = make_chart({"a.yaml": CONFIG}, name="good")
    bad = make_chart({"a.yaml": CONFIG, "b.yaml": FAILING_JOB % "post-install,post-upgrade"})
    with pytest.raises(OperationFailed, match="has been uninstalled due to rollback-on-failure"):
        client.install("a", bad, {}, InstallOptions(rollback_on_failure=True, timeout=10))
    assert client.list() == []
    client.install("a", good)
    with pytest.raises(OperationFailed, match="has been rolled back due to rollback-on-failure"):
        client.upgrade("a", bad, {}, UpgradeOptions(rollback_on_failure=True, timeout=10))
    assert statuses(client) == ["superseded", "failed", "deployed"]


@pytest.mark.verified
def test_cleanup_on_fail_takes_back_what_was_new(client, make_chart, get):
    client.install("a", make_chart({"a.yaml": CONFIG}, name="good"))
    new = CONFIG.replace("name: {{ Release.Name }}", "name: new")
    bad = CONFIG.replace("name: {{ Release.Name }}", "name: Bad_Name").replace(
        "ConfigMap", "Service"
    )
    chart = make_chart({"a.yaml": CONFIG, "b.yaml": new, "c.yaml": bad})
    with pytest.raises(OperationFailed):
        client.upgrade("a", chart, {}, UpgradeOptions(cleanup_on_fail=True))
    with pytest.raises(NotFound):
        get("ConfigMap", "new")
    assert get("ConfigMap", "a")


def test_hooks_run_by_weight_and_go_as_their_policies_say(client, make_chart, said, get):
    chart = make_chart(
        {
            "a.yaml": CONFIG,
            "first.yaml": HOOK % ("first", "pre-install", "-5", "hook-succeeded"),
            "second.yaml": HOOK % ("second", "pre-install,post-install", "1", "hook-failed"),
        }
    )
    release = client.install("a", chart)
    hooks = [p.message.split()[3] for p in said if p.stage == "hook"]
    assert hooks == ["first", "second", "second"]
    assert {hook.last_run.phase for hook in release.hooks} == {"Succeeded"}
    with pytest.raises(NotFound):
        get("ConfigMap", "first")
    assert get("ConfigMap", "second")


@pytest.mark.verified
def test_a_failing_hook_fails_the_release(client, make_chart, get):
    chart = make_chart({"a.yaml": CONFIG, "job.yaml": FAILING_JOB % "pre-install"})
    with pytest.raises(OperationFailed, match="failed pre-install"):
        client.install("a", chart, {}, InstallOptions(timeout=10))
    assert client.get("a").hooks[0].last_run.phase == "Failed"
    with pytest.raises(NotFound):
        get("ConfigMap", "a")
    assert client.upgrade("a", chart, {}, UpgradeOptions(no_hooks=True)).version == 2


@pytest.mark.verified
def test_tests(client, make_chart):
    chart = make_chart({"a.yaml": CONFIG, "t.yaml": HOOK % ("t", "test", "0", "hook-succeeded")})
    client.install("a", chart)
    (hook,) = client.test("a").hooks
    assert hook.last_run.phase == "Succeeded"
    with pytest.raises(UsageError, match="name=NAME"):
        client.test("a", TestOptions(filters=("x",)))


@pytest.mark.verified
def test_uninstall_keeps_what_is_to_be_kept(client, make_chart, get):
    policy = "name: kept\n  annotations: {helm.sh/resource-policy: keep}"
    kept = CONFIG.replace("name: {{ Release.Name }}", policy)
    client.install("a", make_chart({"a.yaml": CONFIG, "b.yaml": kept}))
    result = client.uninstall("a", UninstallOptions(keep_history=True, description="over"))
    assert result.info == (
        "These resources were kept due to the resource policy:\n[ConfigMap] kept\n"
    )
    assert get("ConfigMap", "kept")
    assert client.get("a").info.description == "over"
    with pytest.raises(ReleaseError, match='the release named "a" is already deleted'):
        client.uninstall("a", UninstallOptions(keep_history=True))
    client.uninstall("a")
    assert client.uninstall("a", UninstallOptions(ignore_not_found=True)).release is None
    with pytest.raises(ReleaseNotFound, match="uninstall: Release not loaded: a: release: not"):
        client.uninstall("a")


@pytest.mark.verified
def test_uninstall_leaves_what_is_no_longer_ours(client, cluster, get, said):
    client.install("a", TWIN)
    live = get("ConfigMap", "a")
    live["metadata"]["annotations"]["meta.helm.sh/release-name"] = "other"
    cluster.replace(live)
    result = client.uninstall("a")
    assert (
        "1 resource(s) were not deleted because they are not owned by this release" in result.info
    )
    assert get("ConfigMap", "a")
    assert any(p.stage == "warning" and "skipping delete" in p.message for p in said)


def test_list_by_date_is_by_seconds_then_by_name(cluster, tmp_path):
    start = datetime(2026, 1, 31, 12, tzinfo=UTC)
    moment = start
    at = Client(Settings.under(tmp_path), cluster=cluster, clock=lambda: moment)
    for name, seconds in (("b", 0), ("d", 1.5), ("c", 1.2), ("a", 3)):
        moment = start + timedelta(seconds=seconds)
        at.install(name, TWIN, {})

    def names(**options):
        return [release.name for release in at.list(ListOptions(by_date=True, **options))]

    assert names() == ["b", "c", "d", "a"]
    assert names(reverse=True) == ["a", "d", "c", "b"]
    assert names(offset=1, max=2) == ["c", "d"]


@pytest.mark.verified
def test_list_filters_and_sorts(client):
    for name in ("b", "a", "c"):
        client.install(name, TWIN, {}, InstallOptions(labels={"team": name}))
    client.uninstall("c", UninstallOptions(keep_history=True))

    def names(**options):
        return [release.name for release in client.list(ListOptions(**options))]

    assert names() == ["a", "b", "c"]
    assert names(deployed=True) == ["a", "b"]
    assert names(uninstalled=True) == ["c"]
    assert names(reverse=True, max=2) == ["c", "b"]
    assert names(offset=1, max=1) == ["b"]
    assert names(filter="^[ab]$") == ["a", "b"]
    assert names(selector="team!=a") == ["b", "c"]
    with pytest.raises(UsageError, match="error parsing regexp"):
        names(filter="(")


def test_status_shows_objects_as_they_are(client):
    client.install("a", TWIN, {}, InstallOptions(wait="watcher"))
    resources = client.status("a").info.resources
    assert sorted(resources) == ["v1/ConfigMap", "v1/Deployment", "v1/Pod(related)", "v1/Service"]
    (pods,) = resources["v1/Pod(related)"]
    assert (pods["kind"], len(pods["items"])) == ("PodList", 2)


@pytest.mark.verified
def test_history_is_bounded(client):
    client.install("a", TWIN)
    for _ in range(4):
        client.upgrade("a", TWIN, {}, UpgradeOptions(history_max=3))
    assert [release.version for release in client.history("a")] == [3, 4, 5]
    with pytest.raises(ReleaseNotFound, match="release has no 1 version"):
        client.rollback("a", 1)


def test_wait_names_what_is_not_ready(client, make_chart):
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: slow\n  annotations:\n"
        "    pyhelm/simulate: image-pull-error\nspec:\n  containers:\n    - {name: a, image: a}\n"
    )
    with pytest.raises((OperationFailed, WaitError), match="slow"):
        client.install(
            "a", make_chart({"a.yaml": pod}), {}, InstallOptions(wait="watcher", timeout=1)
        )
    assert statuses(client) == ["failed"]


CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: colors.example.com}
spec:
  group: example.com
  names: {plural: colors, singular: %s, kind: Color}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
"""


def singular(cluster):
    ref = ObjectRef("apiextensions.k8s.io/v1", "CustomResourceDefinition", "colors.example.com")
    return cluster.get(ref)["spec"]["names"]["singular"]


def test_crds_come_first_and_stay(client, make_chart, cluster):
    own = "apiVersion: example.com/v1\nkind: Color\nmetadata: {name: red}\nspec: {a: 1}\n"
    chart = make_chart({"a.yaml": own}, crds={"crd.yaml": CRD % "color"})
    client.install("a", chart)
    client.uninstall("a")
    assert singular(cluster) == "color"
    changed = make_chart({"a.yaml": own}, crds={"crd.yaml": CRD % "colour"})
    client.install("a", changed, {}, InstallOptions(server_side="false"))
    assert singular(cluster) == "color"
    client.install("b", make_chart({}, "b", crds={"crd.yaml": CRD % "colour"}))
    assert singular(cluster) == "colour"
    client.upgrade("b", make_chart({}, "b", crds={"crd.yaml": CRD % "other"}))
    assert singular(cluster) == "colour"


def test_crds_of_a_disabled_subchart_are_not_made(client, make_chart, cluster):
    root = make_chart({"a.yaml": CONFIG}, values="child: {enabled: false}")
    with (root / "Chart.yaml").open("a", encoding="utf-8") as stream:
        stream.write("dependencies: [{name: child, version: 1.0.0, condition: child.enabled}]\n")
    child = make_chart({}, "child", crds={"crd.yaml": CRD % "color"})
    shutil.copytree(child, root / "charts" / "child")
    client.install("a", root)
    with pytest.raises(NotFound):
        singular(cluster)


def test_values_are_checked_before_anything_is_made(client, make_chart, cluster):
    root = make_chart({"a.yaml": CONFIG}, crds={"crd.yaml": CRD % "color"})
    (root / "values.schema.json").write_text('{"required": ["a"]}', encoding="utf-8")
    with pytest.raises(SchemaError):
        client.install("a", root)
    with pytest.raises(NotFound):
        singular(cluster)


def test_create_namespace(cluster, tmp_path):
    from pyhelm import Client, Settings

    client = Client(Settings.under(tmp_path, namespace="fresh"), cluster=cluster)
    with pytest.raises((OperationFailed, NotFound), match='namespaces "fresh" not found'):
        client.install("a", TWIN)
    client.install("a", TWIN, {}, InstallOptions(create_namespace=True))
    assert [release.namespace for release in client.list()] == ["fresh"]


def test_charts_that_cannot_be_installed(client, make_chart):
    root = make_chart({"a.yaml": "a: {{ Values.nope }}"})
    with pytest.raises(RenderError, match=r"Values\.nope: no such value"):
        client.install("a", root)
    with (root / "Chart.yaml").open("a", encoding="utf-8") as stream:
        stream.write("type: library\n")
    with pytest.raises(ChartError, match="library charts are not installable"):
        client.install("a", root)
    assert client.list() == []


def test_lookup_reads_the_cluster_and_template_does_not(client, make_chart, cluster):
    found = "lookup('v1', 'ConfigMap', 'default', 'x').data.k | default('none')"
    chart = make_chart({"a.yaml": f"{CONFIG}  found: {{{{ {found} }}}}\n"})
    assert "found: none" in client.template("a", chart).manifest
    cluster.create(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "data": {"k": "v"}}
    )
    assert "found: none" in client.template("a", chart).manifest
    assert "found: v" in client.install("a", chart).manifest


@pytest.mark.verified
def test_client_side_apply_is_followed(client, get):
    client.install("a", TWIN, {}, InstallOptions(server_side="false"))
    upgraded = client.upgrade("a", TWIN, {"color": "red"})
    assert upgraded.apply_method == "csa"
    assert get("ConfigMap", "a")["data"] == {"color": "red"}
    assert client.upgrade("a", TWIN, {}, UpgradeOptions(server_side="true")).apply_method == "ssa"
