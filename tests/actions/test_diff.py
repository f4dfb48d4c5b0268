"""What would change, as the simulated server says, and that nothing does."""

from __future__ import annotations

import pytest

from pyhelm import (
    Client,
    DiffOptions,
    InstallOptions,
    RollbackOptions,
    Settings,
    UpgradeOptions,
)
from pyhelm._dataclass import replace
from pyhelm.errors import (
    APIError,
    BudgetError,
    Forbidden,
    NoDeployedRelease,
    OperationFailed,
    ReleaseExists,
    ReleaseNotFound,
    RenderError,
    UsageError,
)
from pyhelm.kube.cluster import ObjectRef
from pyhelm.settings import Budget

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations: {{ Values.annotations }}
spec:
  selector:
    matchLabels: {app: {{ Values.app }}}
  template:
    metadata:
      labels: {app: {{ Values.app }}}
    spec:
      containers:
        - {name: a, image: {{ Values.image }}}
"""
CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ Values.config }}
  annotations: {{ Values.annotations }}
data: {color: {{ Values.color }}}
"""
SECRET = """\
apiVersion: v1
kind: Secret
metadata:
  name: secret
stringData: {password: {{ Values.password }}, user: admin}
"""
HOOKS = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: hook
  annotations: {helm.sh/hook: "pre-upgrade,pre-install"}
data: {color: {{ Values.color }}}
---
apiVersion: v1
kind: Pod
metadata:
  name: test
  annotations: {helm.sh/hook: test}
spec:
  containers: [{name: a, image: {{ Values.image }}}]
"""
VALUES = "app: one\nimage: a\ncolor: red\nconfig: config\npassword: hunter2\nannotations: {}\n"


@pytest.fixture
def chart(make_chart):
    templates = {"a.yaml": DEPLOYMENT, "b.yaml": CONFIG, "c.yaml": SECRET, "d.yaml": HOOKS}
    return make_chart(templates, values=VALUES)


@pytest.fixture
def small(make_chart):
    return make_chart({"b.yaml": CONFIG}, name="small", values=VALUES)


@pytest.fixture
def state(cluster, client):
    """All that is stored, so that a test can tell that nothing was changed."""

    def read():
        kinds = (("v1", "ConfigMap"), ("v1", "Secret"), ("apps/v1", "Deployment"))
        return {
            (kind, row["metadata"]["name"]): row["metadata"]["resourceVersion"]
            for version, kind in kinds
            for row in cluster.list(version, kind, "default")
        }

    return read


def actions(plan):
    return {f"{each.ref.kind}/{each.ref.name}": each.action for each in plan.changes}


def change(plan, name):
    return next(each for each in plan.changes if each.ref.name == name)


def test_an_installation(client, chart, state):
    before = state()
    plan = client.diff_install("a", chart)
    assert actions(plan) == {
        "Secret/secret": "create",
        "ConfigMap/config": "create",
        "Deployment/web": "create",
        "ConfigMap/hook": "create",
    }
    assert (plan.from_revision, plan.to_revision, plan.changed) == (0, 1, True)
    web = change(plan, "web")
    assert web.after["spec"]["template"]["spec"]["restartPolicy"] == "Always"
    assert "status" not in web.after
    assert set(web.after["metadata"]) == {"name", "namespace", "labels", "annotations"}
    assert web.source == "web/templates/a.yaml"
    assert [each.hook for each in plan.changes] == [False, False, False, True]
    assert state() == before
    assert client.list() == []


def test_nothing_would_change(client, chart):
    client.install("a", chart)
    plan = client.diff_upgrade("a", chart)
    assert set(actions(plan).values()) == {"unchanged"}
    assert not plan.changed
    assert plan.counts["unchanged"] == 4


@pytest.mark.parametrize("server_side", ["true", "false"])
@pytest.mark.parametrize("then", ["auto", "true", "false"])
def test_what_an_upgrade_would_do_is_what_it_does(
    client, chart, small, state, cluster, get, server_side, then
):
    """Each way of applying, and from each to the other."""
    client.install("a", chart, {}, InstallOptions(server_side=server_side))
    before = state()
    values = {"color": "blue", "image": "b", "config": "other"}
    options = UpgradeOptions(server_side=then)
    plan = client.diff_upgrade("a", chart, values, options)
    assert actions(plan) == {
        "Secret/secret": "unchanged",
        "ConfigMap/other": "create",
        "ConfigMap/config": "delete",
        "Deployment/web": "change",
        "ConfigMap/hook": "change",
    }
    assert change(plan, "web").fields() == [
        ("spec.template.spec.containers[name=a].image", "a", "b")
    ]
    assert state() == before
    client.upgrade("a", chart, values, options)
    for each in plan.changes:
        if each.action in ("change", "create") and not each.hook:
            live = get(each.ref.kind, each.ref.name)
            kept = {key: live[key] for key in each.after if key != "metadata"}
            assert kept == {key: each.after[key] for key in kept}
    assert not client.diff_upgrade("a", chart, values, options).changed


def test_hooks_as_helm_diff_has_them(client, chart):
    client.install("a", chart)
    values = {"color": "blue", "image": "b"}
    plan = client.diff_upgrade("a", chart, values, diff=DiffOptions(no_hooks=True))
    assert "hook" not in [each.ref.name for each in plan.changes]
    plan = client.diff_upgrade("a", chart, values, diff=DiffOptions(include_tests=True))
    assert change(plan, "test").action == "change"
    assert change(plan, "hook").hook


def test_secrets_are_masked_unless_asked_for(client, chart):
    client.install("a", chart)
    plan = client.diff_upgrade("a", chart, {"password": "hunter3!"})
    secret = change(plan, "secret")
    assert secret.action == "change"
    assert secret.before["data"]["password"] == "-------- # (7 bytes)"
    assert secret.after["data"] == {
        "password": "++++++++ # (8 bytes)",
        "user": "REDACTED # (5 bytes)",
    }
    assert "stringData" not in secret.after
    asked = DiffOptions(show_secrets=True)
    plan = client.diff_upgrade("a", chart, {"password": "hunter3!"}, diff=asked)
    assert change(plan, "secret").after["data"]["password"] == "aHVudGVyMyE="


def test_a_refused_secret_does_not_tell_its_values(client, chart, make_chart):
    client.install("a", chart)
    bad = make_chart({"c.yaml": SECRET.replace("stringData", "data")}, name="bad", values=VALUES)
    plan = client.diff_upgrade("a", bad, {"password": 4711})
    secret = change(plan, "secret")
    assert secret.refused
    assert "the server refused it with HTTP" in secret.note
    assert "4711" not in str(plan)


def test_kinds_can_be_suppressed(client, chart):
    client.install("a", chart)
    asked = DiffOptions(suppress=("secret", "Deployment"))
    plan = client.diff_upgrade("a", chart, {"password": "x", "image": "b"}, diff=asked)
    assert plan.counts["change"] == 2
    secret = change(plan, "secret")
    assert (secret.before, secret.after) == (None, None)
    assert secret.note == "changes of a Secret are suppressed"
    assert change(plan, "config").note == ""


def test_reused_values(client, small):
    client.install("a", small, {"color": "green"})
    assert not client.diff_upgrade("a", small).changed
    reset = UpgradeOptions(reset_values=True)
    assert change(client.diff_upgrade("a", small, {}, reset), "config").fields() == [
        ("data.color", "green", "red")
    ]
    reuse = UpgradeOptions(reuse_values=True)
    assert not client.diff_upgrade("a", small, {}, reuse).changed


def test_a_release_that_is_not_there(client, small):
    with pytest.raises(NoDeployedRelease, match='"a" has no deployed releases'):
        client.diff_upgrade("a", small)
    plan = client.diff_upgrade("a", small, {}, UpgradeOptions(install=True))
    assert actions(plan) == {"ConfigMap/config": "create"}
    client.install("a", small)
    with pytest.raises(ReleaseExists):
        client.diff_install("a", small)


def test_a_broken_template_is_an_error(client, small):
    client.install("a", small)
    (small / "templates" / "b.yaml").write_text("{{ Values.nope }}", encoding="utf-8")
    with pytest.raises(RenderError):
        client.diff_upgrade("a", small)


@pytest.mark.parametrize("recreate", [False, True])
def test_immutable_fields(client, chart, recreate):
    client.install("a", chart)
    options = UpgradeOptions(recreate_immutable=recreate)
    web = change(client.diff_upgrade("a", chart, {"app": "two"}, options), "web")
    assert web.action == ("replace" if recreate else "change")
    assert web.refused is not recreate
    assert "spec.selector" in web.note
    assert ("spec.selector.matchLabels.app", "one", "two") in web.fields()
    assert ("--recreate-immutable" in web.note) is not recreate
    # As the server would store it, where it can be asked; else the manifests alone.
    assert ("replicas" in web.after["spec"]) is recreate
    assert ("replicas" in web.before["spec"]) is recreate


def test_objects_of_others(client, cluster, small):
    human = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"color": "mine", "size": "1"}}
    human["metadata"] = {"name": "config", "namespace": "default"}
    cluster.apply(human, field_manager="human")
    config = change(client.diff_install("a", small), "config")
    assert (config.action, config.refused) == ("adopt", True)
    assert "invalid ownership metadata" in config.note
    options = InstallOptions(take_ownership=True, force_conflicts=True)
    config = change(client.diff_install("a", small, {}, options), "config")
    assert (config.action, config.refused, config.note) == ("adopt", False, "")
    assert ("data.color", "mine", "red") in config.fields()
    assert config.after["data"]["size"] == "1"


def test_what_is_kept(client, chart, small, cluster):
    keep = {"annotations": {"helm.sh/resource-policy": "keep"}}
    client.install("a", chart, {**keep, "config": "first"})
    client.install("b", small, {"config": "second"})
    plan = client.diff_upgrade("a", small, {"config": "third"})
    assert actions(plan)["ConfigMap/first"] == "keep"
    assert change(plan, "first").note == "helm.sh/resource-policy: keep"
    assert actions(plan)["Secret/secret"] == "delete"
    body = {"metadata": {"annotations": {"meta.helm.sh/release-name": "b"}}}
    cluster.patch(ObjectRef("v1", "Secret", "secret", "default"), body)
    secret = change(client.diff_upgrade("a", small, {"config": "third"}), "secret")
    assert (secret.action, secret.note) == ("keep", "it belongs to release b")


def test_what_is_gone_already_needs_no_deletion(client, chart, small, cluster):
    client.install("a", chart)
    cluster.delete(ObjectRef("v1", "Secret", "secret", "default"))
    assert "Secret/secret" not in actions(client.diff_upgrade("a", small))
    secret = change(client.diff_upgrade("a", chart), "secret")
    assert (secret.action, secret.note) == (
        "create",
        "it is missing, though the last revision has it",
    )


def test_a_persons_changes_are_named_and_the_upgrade_sets_them_back(client, chart, cluster):
    client.install("a", chart)
    ref = ObjectRef("v1", "ConfigMap", "config", "default")
    cluster.patch(ref, {"data": {"color": "human"}}, field_manager="kubectl-edit")
    config = change(client.diff_upgrade("a", chart), "config")
    assert (config.action, config.refused) == ("change", True)
    assert 'conflict with "kubectl-edit"' in config.note
    assert "--force-conflicts" in config.note
    assert config.fields() == [("data.color", "human", "red")]
    (drift,) = config.drift
    assert (drift.path, drift.live, drift.wanted, drift.manager) == (
        "data.color",
        "human",
        "red",
        "kubectl-edit",
    )
    forced = UpgradeOptions(force_conflicts=True)
    config = change(client.diff_upgrade("a", chart, {}, forced), "config")
    assert (config.action, config.refused, config.note) == ("change", False, "")
    client.upgrade("a", chart, {}, forced)
    assert cluster.get(ref)["data"] == {"color": "red"}


CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.x.io}
spec:
  group: x.io
  scope: Namespaced
  names: {kind: Thing, plural: things, singular: thing}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: {type: object, x-kubernetes-preserve-unknown-fields: true}
"""
THING = "apiVersion: x.io/v1\nkind: Thing\nmetadata: {name: t}\nspec: {size: {{ Values.size }}}\n"


def test_kinds_that_the_chart_brings(client, make_chart, state):
    chart = make_chart({"t.yaml": THING}, values="size: 1\n", crds={"c.yaml": CRD})
    plan = client.diff_install("a", chart)
    assert actions(plan) == {"CustomResourceDefinition/things.x.io": "create", "Thing/t": "create"}
    thing = change(plan, "t")
    assert 'no matches for kind "Thing"' in thing.note
    assert (thing.refused, thing.after["spec"]) == (False, {"size": 1})
    client.install("a", chart)
    assert actions(client.diff_upgrade("a", chart)) == {"Thing/t": "unchanged"}
    again = client.diff_install("b", chart)
    assert actions(again)["CustomResourceDefinition/things.x.io"] == "unchanged"


@pytest.mark.parametrize("server_side", ["true", "false"])
def test_definitions_that_an_upgrade_brings_up_to_date(client, make_chart, server_side):
    chart = make_chart({"t.yaml": THING}, values="size: 1\n", crds={"c.yaml": CRD})
    client.install("a", chart)
    newer = CRD.replace("singular: thing", "singular: thing, shortNames: [th]")
    chart = make_chart({"t.yaml": THING}, values="size: 1\n", crds={"c.yaml": newer})
    plain = UpgradeOptions(server_side=server_side)
    assert actions(client.diff_upgrade("a", chart, {}, plain)) == {"Thing/t": "unchanged"}
    asked = UpgradeOptions(server_side=server_side, crds="apply")
    definition = change(client.diff_upgrade("a", chart, {}, asked), "things.x.io")
    assert definition.action == "change"
    assert definition.fields() == [("spec.names.shortNames", None, ["th"])]
    installing = InstallOptions(server_side=server_side)
    found = actions(client.diff_install("b", chart, {}, installing))
    kept = {"true": "change", "false": None}[server_side]
    assert found.get("CustomResourceDefinition/things.x.io") == kept


def test_kinds_that_nobody_brings(client, make_chart):
    chart = make_chart({"t.yaml": THING}, values="size: 1\n")
    (thing,) = client.diff_install("a", chart).changes
    assert (thing.action, thing.refused) == ("create", True)


def test_what_failed_operations_left(client, chart, small, cluster):
    """The revision that failed made objects that neither the deployed one nor the new one has."""
    client.install("a", small)
    bad = {"app": "not a label", "config": "left", "password": "x"}
    with pytest.raises(OperationFailed):
        client.upgrade("a", chart, bad)
    cluster.get(ObjectRef("v1", "ConfigMap", "left", "default"))
    plan = client.diff_upgrade("a", small)
    assert actions(plan) == {
        "ConfigMap/config": "unchanged",
        "ConfigMap/left": "delete",
        "Secret/secret": "delete",
    }
    client.upgrade("a", small)
    assert actions(client.diff_upgrade("a", small)) == {"ConfigMap/config": "unchanged"}


def test_in_the_order_in_which_it_would_be_done(client, make_chart):
    needs = {"annotations": {"pyhelm/depends-on": "deployment/web"}}
    chart = make_chart({"a.yaml": DEPLOYMENT, "b.yaml": CONFIG}, values=VALUES)
    (chart / "templates" / "a.yaml").write_text(
        DEPLOYMENT.replace("{{ Values.annotations }}", "{}"), encoding="utf-8"
    )
    names = [each.ref.name for each in client.diff_install("a", chart, needs).changes]
    assert names == ["web", "config"]


def test_a_namespace_that_is_not_there(cluster, tmp_path, small):
    from pyhelm import Client, Settings

    client = Client(Settings.under(tmp_path, namespace="later"), cluster=cluster)
    for create in (True, False):
        options = InstallOptions(create_namespace=create)
        config = change(client.diff_install("a", small, {}, options), "config")
        assert (config.action, config.refused) == ("create", not create)
        assert 'namespaces "later" not found; shown as the chart has it' in config.note
        assert config.after["data"] == {"color": "red"}


@pytest.mark.parametrize("there", [True, False])
def test_a_webhook_without_dry_runs(client, cluster, small, monkeypatch, there):
    text = 'admission webhook "w.x.io" does not support dry run'

    def refuse(obj, **options):
        assert options["dry_run"]
        raise APIError({"code": 400, "reason": "BadRequest", "message": text})

    if there:
        client.install("a", small)
    monkeypatch.setattr(cluster, "apply", refuse)
    options = UpgradeOptions(install=True)
    config = change(client.diff_upgrade("a", small, {"color": "blue"}, options), "config")
    assert (config.action, config.refused) == ("change" if there else "create", False)
    assert text in config.note
    assert config.after["data"] == {"color": "blue"}
    if there:
        assert config.fields() == [("data.color", "red", "blue")]


def test_what_may_not_be_read(client, cluster, small, monkeypatch):
    client.install("a", small)
    real = cluster.get

    def refuse(ref):
        if ref.kind == "ConfigMap":
            raise Forbidden({"code": 403, "message": "configmaps is forbidden"})
        return real(ref)

    monkeypatch.setattr(cluster, "get", refuse)
    config = change(client.diff_upgrade("a", small, {"color": "blue"}), "config")
    assert (config.action, config.note) == ("change", "it can't be read: configmaps is forbidden")


def test_many_objects_are_listed(client, cluster, make_chart, monkeypatch):
    text = "{% for n in range(20) %}\n---\napiVersion: v1\nkind: ConfigMap\n"
    text += "metadata: {name: c{{ n }}}\ndata: {a: {{ Values.a }}}\n{% endfor %}\n"
    chart = make_chart({"many.yaml": text}, values="a: x\n")
    client.install("a", chart)
    real = cluster.get

    def one(ref):
        assert ref.kind == "Secret", ref
        return real(ref)

    monkeypatch.setattr(cluster, "get", one)
    plan = client.diff_upgrade("a", chart, {"a": "y"})
    assert plan.counts["change"] == 20


def test_a_rollback(client, chart, state):
    client.install("a", chart)
    client.upgrade("a", chart, {"color": "blue", "app": "one", "image": "b"})
    before = state()
    plan = client.diff_rollback("a")
    assert actions(plan) == {
        "Secret/secret": "unchanged",
        "ConfigMap/config": "change",
        "Deployment/web": "change",
        "ConfigMap/hook": "change",
    }
    assert (plan.from_revision, plan.to_revision) == (2, 3)
    assert change(plan, "config").fields() == [("data.color", "blue", "red")]
    assert state() == before
    with pytest.raises(ReleaseNotFound):
        client.diff_rollback("a", 7)
    client.rollback("a", 1, RollbackOptions())
    assert not client.diff_rollback("a", 1).changed


def test_revisions_and_releases_by_their_records(client, chart, small, cluster):
    client.install("a", chart)
    client.upgrade("a", small, {"color": "blue"})
    cluster.delete(ObjectRef("v1", "ConfigMap", "config", "default"))
    plan = client.diff_revision("a", 1, 2)
    assert actions(plan) == {
        "ConfigMap/config": "change",
        "Secret/secret": "delete",
        "Deployment/web": "delete",
        "ConfigMap/hook": "delete",
    }
    assert change(plan, "config").fields() == [("data.color", "red", "blue")]
    assert change(plan, "secret").before["data"]["password"] == "-------- # (7 bytes)"
    assert client.diff_revision("a", 1) == plan
    assert not client.diff_revision("a", 2).changed
    client.install("b", small, {"config": "mine"})
    assert actions(client.diff_release("a", "b")) == {
        "ConfigMap/mine": "create",
        "ConfigMap/config": "delete",
    }
    with pytest.raises(ReleaseNotFound):
        client.diff_release("a", "nope")
    with pytest.raises(ReleaseNotFound):
        client.diff_revision("a", 9)


def test_names_that_the_server_makes(client, make_chart):
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: c-}\n"
    chart = make_chart({"g.yaml": text})
    (made,) = client.diff_install("a", chart).changes
    assert made.action == "create"


@pytest.mark.parametrize("verb", ["diff_install", "diff_upgrade"])
def test_charts_are_rendered_as_the_operation_would(cluster, chart, tmp_path, verb):
    client = Client(Settings.under(tmp_path), cluster=cluster)
    if verb == "diff_upgrade":
        client.install("a", chart)
    options = UpgradeOptions if verb == "diff_upgrade" else InstallOptions
    with pytest.raises(UsageError, match="nowhere"):
        getattr(client, verb)("a", chart, options=options(post_renderer="nowhere"))
    few = Client(replace(Settings.under(tmp_path), budget=Budget(output=1)), cluster=cluster)
    with pytest.raises(BudgetError, match="more than 1 characters of output"):
        getattr(few, verb)("a", chart)
