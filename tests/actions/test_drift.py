"""What is not as the last revision set it, who did it, and that an upgrade sets it back."""

from __future__ import annotations

import base64

import pytest

from pyhelm import InstallOptions, UpgradeOptions
from pyhelm.errors import APIError, OperationFailed
from pyhelm.kube.cluster import ObjectRef
from tests.actions.test_diff import CRD, THING

OBJECTS = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {tier: front}
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: web:1
          env: [{name: A, value: "1"}, {name: B, value: "2"}]
          resources: {limits: {cpu: 1000m}}
          ports: [{containerPort: 80}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: config}
data: {color: red, empty: ""}
---
apiVersion: v1
kind: Secret
metadata: {name: secret}
stringData: {password: hunter2}
"""
KINDS = {
    "web": ("apps/v1", "Deployment"),
    "config": ("v1", "ConfigMap"),
    "secret": ("v1", "Secret"),
}


@pytest.fixture
def chart(make_chart):
    return make_chart({"a.yaml": OBJECTS})


@pytest.fixture(params=["true", "false"])
def installed(client, chart, request):
    """Applied by the server, and by the client."""
    client.install("a", chart, {}, InstallOptions(server_side=request.param))
    return client


def ref(name):
    return ObjectRef(*KINDS[name], name, "default")


def edit(cluster, name, *operations):
    body = [dict(zip(("op", "path", "value"), each, strict=False)) for each in operations]
    return cluster.patch(ref(name), body, patch_type="json", field_manager="kubectl-edit")


def found(report):
    return {
        (each.ref.name, field.path): (field.live, field.wanted, field.manager)
        for each in report.drifted
        for field in each.fields
    }


def test_nothing_has_drifted(installed):
    report = installed.drift("a")
    assert (report.objects, report.drifted) == (3, ())
    assert report.release.version == 1


def test_what_others_add_is_no_drift(installed, cluster):
    edit(cluster, "web", ("add", "/metadata/labels/human", "yes"))
    edit(cluster, "config", ("add", "/data/more", "x"))
    edit(
        cluster,
        "web",
        ("add", "/spec/template/spec/containers/0/env/-", {"name": "C", "value": "3"}),
    )
    assert installed.drift("a").drifted == ()


CONTAINER = "/spec/template/spec/containers/0"
ROW = "spec.template.spec.containers[name=web]"
DRIFT = {
    "a number": ("web", ("replace", "/spec/replicas", 5), "spec.replicas", 5, 2),
    "an image": ("web", ("replace", f"{CONTAINER}/image", "x"), f"{ROW}.image", "x", "web:1"),
    "a row's value": (
        *("web", ("replace", f"{CONTAINER}/env/1/value", "9")),
        *(f"{ROW}.env[name=B].value", "9", "2"),
    ),
    "a quantity": (
        *("web", ("replace", f"{CONTAINER}/resources/limits/cpu", "2")),
        *(f"{ROW}.resources.limits.cpu", "2", "1"),
    ),
    "a label": (
        "web",
        ("replace", "/metadata/labels/tier", "x"),
        "metadata.labels.tier",
        "x",
        "front",
    ),
    "an empty value": ("config", ("replace", "/data/empty", "x"), "data.empty", "x", ""),
}


@pytest.mark.parametrize("what", DRIFT)
def test_a_value_is_another(installed, cluster, what):
    name, operation, path, live, wanted = DRIFT[what]
    edit(cluster, name, operation)
    assert found(installed.drift("a")) == {(name, path): (live, wanted, "kubectl-edit")}


@pytest.mark.parametrize(
    ("name", "path", "gone", "wanted"),
    [
        ("config", "/data/color", "data.color", "red"),
        ("config", "/data/empty", "data.empty", ""),
        ("web", "/metadata/labels/tier", "metadata.labels.tier", "front"),
        ("web", f"{CONTAINER}/env/0", f"{ROW}.env[name=A]", {"name": "A", "value": "1"}),
    ],
)
def test_a_field_is_gone(installed, cluster, name, path, gone, wanted):
    edit(cluster, name, ("remove", path))
    (drift,) = installed.drift("a").drifted
    (field,) = drift.fields
    assert (field.path, field.wanted, field.missing, field.manager) == (gone, wanted, True, "")


def test_rows_that_changed_places(installed, cluster):
    edit(
        cluster,
        "web",
        ("replace", f"{CONTAINER}/env", [{"name": "B", "value": "2"}, {"name": "A", "value": "1"}]),
    )
    (drift,) = installed.drift("a").drifted
    assert drift.ref.name == "web"


def test_an_object_is_gone(installed, cluster):
    cluster.delete(ref("config"))
    (drift,) = installed.drift("a").drifted
    assert (drift.ref, drift.missing, drift.fields) == (ref("config"), True, ())


def test_secrets(installed, cluster):
    assert installed.drift("a").drifted == ()
    value = base64.b64encode(b"cracked").decode()
    edit(cluster, "secret", ("replace", "/data/password", value))
    ((_, hidden),) = found(installed.drift("a")).items()
    assert hidden[:2] == ("********", "********")
    ((_, shown),) = found(installed.drift("a", show_secrets=True)).items()
    assert shown == (value, base64.b64encode(b"hunter2").decode(), "kubectl-edit")


def test_an_earlier_revision(installed, make_chart):
    other = make_chart({"a.yaml": OBJECTS.replace("red", "blue")}, name="other")
    installed.upgrade("a", other)
    assert installed.drift("a").drifted == ()
    assert found(installed.drift("a", 1)) == {("config", "data.color"): ("blue", "red", "")}


def test_a_server_that_will_not_say(installed, cluster, monkeypatch):
    """Without the right to change, a person still sees what plainly differs."""
    edit(cluster, "config", ("replace", "/data/color", "x"))

    def refuse(obj, **options):
        raise APIError({"code": 403, "message": "no"})

    monkeypatch.setattr(cluster, "apply", refuse)
    assert found(installed.drift("a")) == {("config", "data.color"): ("x", "red", "kubectl-edit")}


def test_what_may_not_be_read(installed, cluster, monkeypatch):
    real = cluster.get

    def refuse(wanted):
        if wanted.name == "config":
            raise APIError({"code": 403, "message": "no"})
        return real(wanted)

    monkeypatch.setattr(cluster, "get", refuse)
    (drift,) = installed.drift("a").drifted
    assert (drift.ref.name, drift.note) == ("config", "it can't be read: no")


def test_an_upgrade_says_who_is_in_its_way_and_force_sets_it_back(client, chart, cluster, get):
    client.install("a", chart)
    edit(cluster, "config", ("replace", "/data/color", "human"))
    ((field,),) = [each.fields for each in client.drift("a").drifted]
    assert field.stays == (
        "server-side apply conflicts with kubectl-edit; --force-conflicts takes the field back"
    )
    with pytest.raises(OperationFailed) as caught:
        client.upgrade("a", chart)
    assert 'conflict with "kubectl-edit" using v1: .data.color' in str(caught.value)
    assert str(caught.value).endswith("; --force-conflicts takes these fields over")
    client.upgrade("a", chart, {}, UpgradeOptions(force_conflicts=True))
    assert get("ConfigMap", "config")["data"]["color"] == "red"
    assert client.drift("a").drifted == ()


@pytest.mark.parametrize("server_side", ["true", "false"])
def test_an_unchanged_upgrade_of_many_objects_sets_all_drift_back(
    client, make_chart, cluster, server_side
):
    """So many that they are listed, and that what is settled is not sent."""
    text = "{% for n in range(12) %}\n---\napiVersion: v1\nkind: ConfigMap\n"
    text += "metadata: {name: c{{ n }}, labels: {a: b}}\ndata: {a: x, b: x}\n{% endfor %}\n"
    chart = make_chart({"many.yaml": text})
    client.install("a", chart, {}, InstallOptions(server_side=server_side))

    def change(number, *operation):
        body = [dict(zip(("op", "path", "value"), operation, strict=False))]
        target = ObjectRef("v1", "ConfigMap", f"c{number}", "default")
        cluster.patch(target, body, patch_type="json", field_manager="human")

    change(0, "remove", "/data/a")
    change(1, "remove", "/data")
    change(2, "remove", "/metadata/labels")
    change(3, "replace", "/metadata/managedFields", [{}])
    change(4, "replace", "/data/a", "human")
    cluster.delete(ObjectRef("v1", "ConfigMap", "c5", "default"))
    assert {each.ref.name for each in client.drift("a").drifted} == {"c0", "c1", "c2", "c4", "c5"}
    client.upgrade("a", chart, {}, UpgradeOptions(force_conflicts=server_side == "true"))
    assert client.drift("a").drifted == ()
    for row in cluster.list("v1", "ConfigMap", "default"):
        if row["metadata"]["name"].startswith("c"):
            assert row["data"] == {"a": "x", "b": "x"}


@pytest.mark.parametrize("server_side", ["true", "false"])
def test_custom_resources(client, make_chart, cluster, server_side):
    chart = make_chart({"t.yaml": THING}, values="size: 1\n", crds={"c.yaml": CRD})
    client.install("a", chart, {}, InstallOptions(server_side=server_side))
    thing = ObjectRef("x.io/v1", "Thing", "t", "default")
    cluster.patch(thing, {"spec": {"size": 2}}, field_manager="human")
    ((field,),) = [each.fields for each in client.drift("a").drifted]
    assert (field.path, field.live, field.wanted, field.manager) == ("spec.size", 2, 1, "human")
    stays = {
        "true": "server-side apply conflicts with human",
        "false": "client-side apply compares manifests",
    }
    assert field.stays.startswith(stays[server_side])
    if server_side == "false":
        client.upgrade("a", chart)
        assert cluster.get(thing)["spec"] == {"size": 2}
        (change,) = client.diff_upgrade("a", chart).changes
        assert (change.action, len(change.drift)) == ("unchanged", 1)
