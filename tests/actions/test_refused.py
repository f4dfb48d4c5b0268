"""What no server takes is refused before anything is recorded, with the template's line."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from pyhelm import InstallOptions
from pyhelm.errors import APIError, ManifestError, ReleaseNotFound
from pyhelm.kube.misfits import misfits
from pyhelm.kube.repeats import repeats
from pyhelm.release.manifest import objects
from pyhelm.release.model import Status

HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"
GOOD = HEAD + "data:\n  k: v\n"
OTHER = GOOD.replace("name: a", "name: b")
WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: a
spec:
  selector: {matchLabels: {a: b}}
  template:
    metadata:
      labels: {a: b}
    spec:
      containers:
      - name: c
        image: i
"""
DECODE = 'unable to decode "": json: cannot unmarshal '
OBJECT = f"{DECODE}%s into Go struct field ObjectMeta.metadata.%s of type %s: metadata."
REFERENCE = f"{DECODE}%s into Go struct field OwnerReference.metadata.ownerReferences.%s of type %s"
VALIDATING = 'error validating "": error validating data: '

WRONG_TYPES = {
    "a label": (
        f"{HEAD}  labels:\n    v: {{{{ 3.9 }}}}\n",
        OBJECT % ("number", "labels", "string") + "labels.v is a number where a string is needed",
        6,
    ),
    "a label, from a helper": (
        f"{HEAD}  labels:\n    {{{{ {{'a/b': true}} }}}}\n",
        OBJECT % ("bool", "labels", "string") + "labels[a/b] is a boolean where a string is",
        6,
    ),
    "labels": (
        f"{HEAD}  labels: a\n",
        OBJECT % ("string", "labels", "map[string]string") + "labels is a string where a map is",
        5,
    ),
    "the name": (
        HEAD.replace("name: a", "name: 12"),
        OBJECT % ("number", "name", "string") + "name is a number where a string is needed; quote",
        4,
    ),
    "what meets Go first": (
        f"{HEAD}  labels: {{a: 1}}\n  finalizers: a\n",
        OBJECT % ("string", "finalizers", "[]string") + "finalizers is a string where a list is",
        6,
    ),
    "an owner": (
        f"{HEAD}  ownerReferences: [{{name: 3}}]\n",
        REFERENCE % ("number", "name", "string") + ": metadata.ownerReferences[0].name is a number",
        5,
    ),
    "an owner that is none": (
        f"{HEAD}  ownerReferences: [a]\n",
        OBJECT % ("string", "ownerReferences", "v1.OwnerReference"),
        5,
    ),
    "owners": (
        f"{HEAD}  ownerReferences: {{}}\n",
        OBJECT % ("object", "ownerReferences", "[]v1.OwnerReference"),
        5,
    ),
    "an owner's uid": (
        f"{HEAD}  ownerReferences: [{{uid: 3}}]\n",
        REFERENCE % ("number", "uid", "types.UID"),
        5,
    ),
    "data": (
        f"{HEAD}data:\n  a: 1\n",
        'ConfigMap "a": data.a is a number where a string is needed; quote it',
        6,
    ),
    "data that is a list": (
        f"{HEAD}data: [a]\n",
        'ConfigMap "a": data is a list where a map is needed',
        5,
    ),
    "env": (
        f"{WORKLOAD}        env:\n        - name: A\n          value: x\n"
        "        - name: B\n          value: {{ true }}\n",
        'Deployment "a": spec.template.spec.containers[0].env[1].value is a boolean where a string '
        "is needed; quote it",
        18,
    ),
    "replicas": (
        WORKLOAD.replace("spec:\n  sel", 'spec:\n  replicas: "3"\n  sel'),
        'Deployment "a": spec.replicas is a string where a number is needed; write it without quo',
        6,
    ),
    "in a list": (
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n"
        "  metadata:\n    name: a\n  data:\n    b: 1\n",
        'ConfigMap "a": data.b is a number where a string is needed; quote it',
        9,
    ),
}
NO_OBJECTS = {
    "neither": ("metadata:\n  name: a\n", f"{VALIDATING}[apiVersion not set, kind not set]"),
    "no kind": ("apiVersion: v1\nmetadata:\n  name: a\n", f"{VALIDATING}kind not set"),
    "a number": ("apiVersion: v1\nkind: 3\n", f"{VALIDATING}kind isn't string type"),
    "items": ("apiVersion: v1\nkind: List\nitems: foo\n", f"{VALIDATING}invalid object to valid"),
    "an item": ("apiVersion: v1\nkind: List\nitems: [foo]\n", f"{VALIDATING}invalid object to v"),
    "no name": (
        "apiVersion: v1\nkind: ConfigMap\n",
        "ConfigMap without metadata.name: resource name may not be empty",
    ),
    "two names": (
        f"{HEAD}  generateName: a-\n",
        "metadata.name and metadata.generateName cannot both be set",
    ),
    "an unknown kind": (
        "apiVersion: foo/v1\nkind: Bar\nmetadata:\n  name: a\n",
        'no matches for kind "Bar" in version "foo/v1"',
    ),
}
UNKNOWN = f"{WORKLOAD}  replica: 3\n"


@pytest.mark.verified
@pytest.mark.parametrize("case", WRONG_TYPES)
def test_a_wrong_type_leaves_no_release(client, make_chart, case):
    template, message, line = WRONG_TYPES[case]
    with pytest.raises(ManifestError) as caught:
        client.install("a", make_chart({"b.yaml": OTHER, "a.yaml": template}))
    start = "unable to build kubernetes objects from release manifest: "
    assert str(caught.value).startswith(start + message)
    assert caught.value.place == f"web/templates/a.yaml:{line}"
    assert str(caught.value).endswith(f" (from {caught.value.place})")
    assert caught.value.explanation[0].startswith(f"{line:>5} | ")
    assert client.list() == []
    assert client.install("a", make_chart({"a.yaml": GOOD, "b.yaml": ""})).version == 1


def test_a_key_that_comes_twice_leaves_no_release(client, make_chart):
    template = HEAD + "data:\n  k: v\n{% if true %}\n  k: w\n{% endif %}\n"
    with pytest.raises(ManifestError, match=r'key "k" already set in map \(from \S+/a.yaml:8\)'):
        client.install("a", make_chart({"a.yaml": template}))
    assert client.list() == []


@pytest.mark.verified
@pytest.mark.parametrize("case", NO_OBJECTS)
def test_what_is_no_object_leaves_no_release(client, make_chart, case):
    template, message = NO_OBJECTS[case]
    with pytest.raises(ManifestError) as caught:
        client.install("a", make_chart({"a.yaml": template}))
    assert message in str(caught.value)
    assert str(caught.value).endswith(" (from web/templates/a.yaml:1)")
    assert client.list() == []


@pytest.mark.verified
@pytest.mark.parametrize("case", WRONG_TYPES)
def test_every_server_refuses_what_is_refused_here(cluster, case):
    text = WRONG_TYPES[case][0].replace("{{ 3.9 }}", "3.9").replace("{{ true }}", "true")
    text = text.replace("{{ {'a/b': true} }}", "a/b: true")
    for obj in objects(text):
        assert list(misfits(obj))
        placed = {**obj, "metadata": {**obj["metadata"], "namespace": cluster.namespace}}
        for send in (cluster.apply, cluster.create):
            with pytest.raises(APIError):
                send(placed, dry_run=True)


@pytest.mark.verified
def test_an_unknown_field_is_told_with_what_was_meant(client, make_chart):
    with pytest.raises(ManifestError, match=r"spec\.replica: field not declared in schema; did"):
        client.install("a", make_chart({"a.yaml": UNKNOWN}))
    assert client.list() == []


def test_other_servers_may_know_fields_that_are_unknown_here(client, make_chart, monkeypatch):
    old = SimpleNamespace(kubernetes_version=lambda: "v1.20.0")
    monkeypatch.setattr("pyhelm.actions.fitting.openapi", old)
    with pytest.raises(Exception, match="field not declared in schema") as caught:
        client.install("a", make_chart({"a.yaml": UNKNOWN}))
    assert not isinstance(caught.value, ManifestError)


@pytest.mark.verified
def test_an_upgrade_leaves_no_revision(client, make_chart):
    client.install("a", make_chart({"a.yaml": GOOD}))
    with pytest.raises(ManifestError, match=r"from new release manifest: .*data\.k is a number"):
        client.upgrade("a", make_chart({"a.yaml": f"{HEAD}data:\n  k: 1\n"}))
    assert [release.version for release in client.history("a")] == [1]


@pytest.mark.verified
@pytest.mark.parametrize("operation", ["install", "upgrade", "rollback"])
def test_a_hook_is_looked_at_before_it_runs(client, make_chart, operation):
    hook = f"{HEAD}  annotations: {{helm.sh/hook: post-{operation}}}\ndata:\n  k: 1\n"
    chart = make_chart({"a.yaml": OTHER, "hook.yaml": hook})
    fails = f"from post-{operation} hook: .*data.k is a number .*hook.yaml:7"
    if operation == "install":
        with pytest.raises(ManifestError, match=fails):
            client.install("a", chart)
        assert client.list() == []
        return
    client.install("a", chart)
    with pytest.raises(ManifestError, match=fails):
        client.upgrade("a", chart) if operation == "upgrade" else client.rollback("a", 1)
    assert [release.version for release in client.history("a")] == [1]


def test_a_hook_of_a_test_is_looked_at_when_it_runs(client, make_chart):
    hook = f"{HEAD}  annotations: {{helm.sh/hook: test}}\ndata:\n  k: 1\n"
    assert client.install("a", make_chart({"hook.yaml": hook})).info.status is Status.DEPLOYED


@pytest.mark.verified
def test_a_record_with_wrong_types_can_be_replaced_and_uninstalled(client, make_chart):
    # Helm records before the server refuses, and then can't uninstall.
    release = client.install("a", make_chart({"a.yaml": GOOD}))
    storage = client._session.storage
    bad = f"---\n# Source: web/templates/a.yaml\n{HEAD}  labels: {{v: 3}}\ndata:\n  k: 1\n"
    storage.create(replace(release, version=2, manifest=bad))
    storage.create(replace(release, version=3))
    with pytest.raises(ManifestError, match=r"labels\.v is a number where a string is needed"):
        client.rollback("a", 2)
    client.upgrade("a", make_chart({"a.yaml": GOOD}))
    storage.create(replace(release, version=5, manifest=bad))
    client.upgrade("a", make_chart({"a.yaml": GOOD}))
    storage.create(replace(release, version=7, manifest=bad))
    client.uninstall("a")
    with pytest.raises(ReleaseNotFound):
        client.history("a")


REPEATED = (
    WORKLOAD
    + """\
        env:
        - {name: A, value: "1"}
        - {name: A, value: "2"}
        ports: [{containerPort: 80, name: a}, {containerPort: 80, name: b, protocol: TCP}]
"""
)


@pytest.mark.verified
def test_rows_with_the_same_keys_are_refused_before_the_server_does(client, make_chart, cluster):
    with pytest.raises(ManifestError) as caught:
        client.install("a", make_chart({"a.yaml": REPEATED}))
    keys = 'spec.template.spec.containers[0].env: duplicate entries for key [name="A"]'
    assert f'Deployment "a": {keys} (from web/templates/a.yaml:16)' in str(caught.value)
    (obj,) = objects(REPEATED)
    words = [each.text.rpartition(": ")[2] for each in repeats(obj)]
    with pytest.raises(APIError) as refused:
        cluster.apply({**obj, "metadata": {**obj["metadata"], "namespace": cluster.namespace}})
    assert [each in str(refused.value) for each in words] == [True, True]


def test_client_side_apply_warns_of_rows_that_it_loses(client, make_chart, caplog):
    options = InstallOptions(server_side="false")
    client.install("a", make_chart({"a.yaml": REPEATED}), {}, options)
    said = [record.getMessage() for record in caplog.records if "duplicate" in record.getMessage()]
    assert [each.endswith("client-side apply keeps one of them") for each in said] == [True, True]
