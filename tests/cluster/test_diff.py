"""What would change, what has drifted and what must be made anew, on a real API server."""

from __future__ import annotations

import base64
import gzip
import json
import time
from typing import Any

import pytest

from tests.cluster.conftest import CHARTS, record

JINJA = CHARTS / "jinja"
BOOKKEEPING = ("creationTimestamp", "generation", "managedFields", "resourceVersion", "uid")
REVISION = "deployment.kubernetes.io/revision"


def ok(run):
    assert run.code == 0, run.err
    return run


@pytest.fixture
def make_chart(tmp_path):
    """A Jinja chart of one template."""

    def make(text, values="", name="web"):
        root = tmp_path / name
        (root / "templates").mkdir(parents=True, exist_ok=True)
        head = f"apiVersion: v2\nname: {name}\nversion: 1.0.0\nengine: jinja\n"
        (root / "Chart.yaml").write_text(head, encoding="utf-8")
        (root / "values.yaml").write_text(values, encoding="utf-8")
        (root / "templates" / "a.yaml").write_text(text, encoding="utf-8")
        return str(root)

    return make


def bare(obj):
    """An object without what the server notes for itself."""
    metadata = {k: v for k, v in obj["metadata"].items() if k not in BOOKKEEPING}
    annotations = {k: v for k, v in (metadata.get("annotations") or {}).items() if k != REVISION}
    rest = {k: v for k, v in obj.items() if k not in ("metadata", "status")}
    return {**rest, "metadata": {**metadata, "annotations": annotations}}


def everything(kubectl, namespace):
    """All objects of the namespace with their versions, releases' records among them."""
    found = ok(kubectl("get", "cm,secret,svc,deploy", "-n", namespace, "-o", "json")).json["items"]
    return {
        (each["kind"], each["metadata"]["name"]): each["metadata"].get("generation", 0)
        if each["kind"] == "Deployment"
        else each["metadata"]["resourceVersion"]
        for each in found
        if each["metadata"]["name"] != "kube-root-ca.crt"
    }


@pytest.mark.parametrize("by", ["pyhelm", "helm"])
@pytest.mark.parametrize("method", ["true", "false"])
def test_the_plan_is_what_then_happens(pyhelm, helm, kubectl, namespace, get, by, method):
    chart = str(JINJA if by == "pyhelm" else CHARTS / "gotpl")
    ok((pyhelm if by == "pyhelm" else helm)("install", "a", chart, f"--server-side={method}"))
    same = ok(pyhelm("diff", "upgrade", "a", chart, "--exit-code"))
    assert same.out == "No changes: 4 unchanged.\n"
    before = everything(kubectl, namespace)
    flags = ("--set", "color=green,port=81,extra=true")
    found = pyhelm("diff", "upgrade", "a", chart, *flags, "-o", "json", "--exit-code")
    assert (found.code, found.err) == (2, "")
    changes = {(c["kind"], c["name"]): c for c in found.json["changes"] if not c["hook"]}
    assert {name: each["action"] for name, each in changes.items()} == {
        ("ConfigMap", "a"): "change",
        ("Service", "a"): "change",
        ("Deployment", "a"): "change",
        ("ConfigMap", "a-extra"): "create",
    }
    assert everything(kubectl, namespace) == before
    ok((pyhelm if by == "pyhelm" else helm)("upgrade", "a", chart, *flags))
    for (kind, name), change in changes.items():
        assert bare(get(kind, name)) == bare(change["after"]), (kind, name)
    back = pyhelm("diff", "rollback", "a", "1", "--exit-code", "-C", "0")
    assert back.code == 2
    assert "a-extra, ConfigMap (v1) would be deleted:" in back.out
    assert ok(pyhelm("diff", "revision", "a", "1", "2", "-C", "0")).out.endswith(
        "1 added, 4 changed, 0 removed.\n"
    )


SERVED = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {tier: front}
spec:
  selector:
    matchLabels: {app: {{ Values.app }}}
  template:
    metadata:
      labels: {app: {{ Values.app }}}
    spec:
      containers:
        - name: web
          image: web:1
          env: [{name: A, value: "1"}, {name: B, value: "2"}]
          resources: {limits: {cpu: 1000m, memory: 1024Mi}}
          ports: [{containerPort: 80}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: config}
data: {color: red, other: x}
---
apiVersion: v1
kind: Secret
metadata: {name: secret}
stringData: {password: hunter2}
"""


@pytest.fixture
def served(make_chart):
    return make_chart(SERVED, "app: one\n")


def test_an_immutable_field(pyhelm, helm, served, get):
    ok(pyhelm("install", "a", served))
    before = get("deployment", "web"), get("configmap", "config")
    plan = ok(pyhelm("diff", "upgrade", "a", served, "--set", "app=two"))
    assert "! spec.selector of Deployment web can't change while it exists" in plan.out
    assert plan.out.endswith("Plan: 1 to change, 2 unchanged, 1 refused.\n")
    failed = pyhelm("upgrade", "a", served, "--set", "app=two")
    assert failed.code == 1
    assert 'Deployment.apps "web" is invalid: spec.selector: ' in failed.err
    assert "--recreate-immutable" in failed.err
    assert get("deployment", "web")["metadata"]["uid"] == before[0]["metadata"]["uid"]
    flags = ("--set", "app=two", "--recreate-immutable")
    plan = ok(pyhelm("upgrade", "a", served, *flags, "--plan"))
    assert "web, Deployment (apps) would be deleted and created again:" in plan.out
    ok(pyhelm("upgrade", "a", served, *flags))
    after = get("deployment", "web"), get("configmap", "config")
    assert after[0]["metadata"]["uid"] != before[0]["metadata"]["uid"]
    assert after[0]["spec"]["selector"]["matchLabels"] == {"app": "two"}
    assert after[1]["metadata"]["uid"] == before[1]["metadata"]["uid"]
    assert ok(helm("list", "-o", "json")).json[0]["status"] == "deployed"
    failed = pyhelm("rollback", "a", "1")
    assert failed.code == 1
    ok(pyhelm("rollback", "a", "1", "--recreate-immutable"))
    assert get("deployment", "web")["spec"]["selector"]["matchLabels"] == {"app": "one"}


IMMUTABLE = """\
apiVersion: batch/v1
kind: Job
metadata: {name: job}
spec:
  template:
    spec: {restartPolicy: Never, containers: [{name: a, image: {{ Values.text }}}]}
---
apiVersion: v1
kind: Service
metadata: {name: svc}
spec: {clusterIP: {{ Values.ip }}, ports: [{port: 80}], selector: {a: b}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: sts}
spec:
  serviceName: {{ Values.text }}
  selector: {matchLabels: {app: sts}}
  template:
    metadata: {labels: {app: sts}}
    spec: {containers: [{name: a, image: a}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: rb}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: {{ Values.text }}}
---
apiVersion: v1
kind: Secret
metadata: {name: sec}
type: {{ Values.type }}
stringData: {username: a, password: b}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: cm}
immutable: true
data: {a: {{ Values.text }}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: pvc, annotations: {pyhelm/recreate-immutable: "true"}}
spec: {accessModes: [{{ Values.mode }}], resources: {requests: {storage: 1Gi}}}
"""
IMMUTABLE_VALUES = "text: x\nip: 10.96.%s.1\nmode: ReadWriteOnce\ntype: Opaque\n"


@pytest.mark.parametrize(("method", "net"), [("true", "201"), ("false", "202")])
def test_every_kind_of_immutable_field(pyhelm, make_chart, get, method, net):
    chart = make_chart(IMMUTABLE, IMMUTABLE_VALUES % net)
    ok(pyhelm("install", "a", chart, f"--server-side={method}"))
    values = f"text=y,ip=10.96.{net}.2,mode=ReadWriteMany,type=kubernetes.io/basic-auth"
    plan = ok(pyhelm("diff", "upgrade", "a", chart, "--set", values, "-o", "json")).json
    assert {each["name"]: each["action"] for each in plan["changes"]} == {
        **dict.fromkeys(("job", "svc", "sts", "rb", "sec", "cm"), "change"),
        "pvc": "replace",
    }
    assert plan["summary"]["change"] == sum(each["refused"] for each in plan["changes"])
    flags = ("--set", values, "--recreate-immutable")
    plan = ok(pyhelm("diff", "upgrade", "a", chart, *flags, "-o", "json")).json
    assert plan["summary"]["replace"] == 7
    job = next(each for each in plan["changes"] if each["name"] == "job")
    assert [field["path"] for field in job["fields"]] == [
        "spec.template.spec.containers[name=a].image"
    ]
    ok(pyhelm("upgrade", "a", chart, *flags))
    assert get("job", "job")["spec"]["template"]["spec"]["containers"][0]["image"] == "y"
    assert get("pvc", "pvc")["spec"]["accessModes"] == ["ReadWriteMany"]
    same = ok(pyhelm("diff", "upgrade", "a", chart, "--exit-code"))
    assert same.out == "No changes: 7 unchanged.\n"


def test_drift(pyhelm, helm, kubectl, namespace, served, get):
    ok(pyhelm("install", "a", served))
    clean = ok(pyhelm("status", "a", "--drift", "--exit-code"))
    assert clean.out == "The 3 objects of a are as revision 1 set them.\n"
    edit = ("-n", namespace, "--field-manager=kubectl-edit")
    ok(kubectl("patch", "cm", "config", *edit, "-p", '{"data":{"color":"blue","other":null}}'))
    ok(kubectl("label", "deployment", "web", "tier-", "more=yes", "-n", namespace))
    rows = [{"name": "B", "value": "2"}, {"name": "A", "value": "1"}]
    path = "/spec/template/spec/containers/0/env"
    body = json.dumps([{"op": "replace", "path": path, "value": rows}])
    ok(kubectl("patch", "deployment", "web", *edit, "--type=json", "-p", body))
    found = pyhelm("status", "a", "--drift", "--exit-code", "-o", "json")
    assert found.code == 2
    fields = {
        (each["name"], field["path"]): field
        for each in found.json["drifted"]
        for field in each["fields"]
    }
    assert set(fields) == {
        ("config", "data.color"),
        ("config", "data.other"),
        ("web", "metadata.labels.tier"),
        ("web", "spec.template.spec.containers[name=web].env"),
    }
    color = fields["config", "data.color"]
    assert (color["live"], color["wanted"], color["manager"]) == ("blue", "red", "kubectl-edit")
    assert "--force-conflicts" in color["stays"]
    refused = pyhelm("upgrade", "a", served)
    words = 'Apply failed with 1 conflict: conflict with "kubectl-edit" using v1: .data.color'
    assert (refused.code, words in refused.err) == (1, True)
    ok(pyhelm("upgrade", "a", served, "--force-conflicts"))
    assert get("configmap", "config")["data"] == {"color": "red", "other": "x"}
    web = get("deployment", "web")
    assert web["metadata"]["labels"]["tier"] == "front"
    env = web["spec"]["template"]["spec"]["containers"][0]["env"]
    assert [row["name"] for row in env] == ["A", "B"]
    assert ok(pyhelm("status", "a", "--drift", "--exit-code")).code == 0


def test_drift_that_is_set_back_without_force(pyhelm, kubectl, namespace, served, get):
    ok(pyhelm("install", "a", served))
    ok(kubectl("delete", "cm", "config", "-n", namespace))
    ok(kubectl("label", "deployment", "web", "tier-", "-n", namespace))
    found = pyhelm("status", "a", "--drift", "--exit-code")
    assert found.code == 2
    assert "config, ConfigMap is missing\n" in found.out
    assert found.out.endswith("2 of 3 objects of a have drifted.\n")
    ok(pyhelm("upgrade", "a", served))
    assert get("deployment", "web")["metadata"]["labels"]["tier"] == "front"
    assert ok(pyhelm("status", "a", "--drift", "--exit-code")).code == 0


def test_many_unchanged_objects_are_set_back(pyhelm, kubectl, namespace, make_chart, get):
    """So many that what is settled is not sent: what has drifted must be."""
    text = "{% for n in range(12) %}\n---\napiVersion: v1\nkind: ConfigMap\n"
    text += "metadata: {name: c{{ n }}}\ndata: {a: x, b: x}\n{% endfor %}\n"
    chart = make_chart(text)
    ok(pyhelm("install", "a", chart))
    ok(kubectl("patch", "cm", "c3", "-n", namespace, "-p", '{"data":{"a":null}}'))
    ok(kubectl("patch", "cm", "c4", "-n", namespace, "-p", '{"data":{"a":"human"}}'))
    ok(kubectl("delete", "cm", "c5", "-n", namespace))
    same = get("configmap", "c6")["metadata"]["resourceVersion"]
    ok(pyhelm("upgrade", "a", chart, "--force-conflicts"))
    for name in ("c3", "c4", "c5"):
        assert get("configmap", name)["data"] == {"a": "x", "b": "x"}
    assert get("configmap", "c6")["metadata"]["resourceVersion"] == same


OLD = """\
---
# Source: web/templates/cron.yaml
apiVersion: batch/v1beta1
kind: CronJob
metadata:
  name: cron
spec:
  schedule: "1 * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: a, image: a}]
---
# Source: web/templates/psp.yaml
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata:
  name: psp
"""


def rewrite(kubectl, namespace, get, name, manifest):
    """Put another manifest into a record, as an older cluster's would be."""
    secret = get("secret", name)
    old = {**record(secret), "manifest": manifest}
    text = base64.b64encode(gzip.compress(json.dumps(old).encode()))
    data = {"data": {"release": base64.b64encode(text).decode()}}
    ok(kubectl("patch", "secret", name, "-n", namespace, "-p", json.dumps(data)))


def test_a_removed_api_version(pyhelm, helm, kubectl, namespace, make_chart, get):
    """A release from before Kubernetes 1.25, after its cluster was upgraded."""
    cron = OLD.split("---\n")[1].replace("batch/v1beta1", "batch/v1")
    chart = make_chart(cron)
    ok(pyhelm("install", "a", chart))
    uid = get("cronjob", "cron")["metadata"]["uid"]
    rewrite(kubectl, namespace, get, "sh.helm.release.v1.a.v1", OLD)
    refused = helm("upgrade", "a", str(CHARTS / "gotpl"))
    assert refused.code == 1
    assert "unable to build kubernetes objects from current release manifest" in refused.err
    assert 'no matches for kind "CronJob" in version "batch/v1beta1"' in refused.err
    assert "0 to delete" not in ok(pyhelm("diff", "upgrade", "a", chart)).out
    upgraded = ok(pyhelm("upgrade", "a", chart))
    assert "CronJob cron was applied as batch/v1beta1, now batch/v1" in upgraded.err
    assert "PodSecurityPolicy psp of the last revision is left alone" in upgraded.err
    assert get("cronjob", "cron")["metadata"]["uid"] == uid
    rewrite(kubectl, namespace, get, "sh.helm.release.v1.a.v2", OLD)
    ok(pyhelm("upgrade", "a", make_chart("", name="empty")))
    assert kubectl("get", "cronjob", "cron", "-n", namespace).code == 1
    rewrite(kubectl, namespace, get, "sh.helm.release.v1.a.v3", OLD)
    ok(pyhelm("uninstall", "a"))


ORDERED = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: last
  annotations: {"pyhelm/depends-on": {{ Values.needs }}}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      nodeSelector: {{ Values.nodes }}
      containers: [{name: web, image: web}]
"""


def test_order(pyhelm, helm, kubectl, namespace, make_chart, get, control_plane):
    chart = make_chart(ORDERED, "needs: deployment/web\nnodes: {}\n")
    unknown = pyhelm("install", "a", chart, "--set", "needs=deployment/wbe")
    assert unknown.code == 1
    assert "did you mean 'deployment/web'?" in unknown.err
    never = ("--set", "nodes.no=where", "--timeout", "2s")
    failed = pyhelm("install", "a", chart, *never)
    assert failed.code == 1
    assert "what depends on it was not applied: resource Deployment/" in failed.err
    assert kubectl("get", "cm", "last", "-n", namespace).code == 1
    ok(pyhelm("uninstall", "a"))
    ok(pyhelm("install", "a", chart))
    conditions = get("deployment", "web")["status"]["conditions"]
    available = next(each for each in conditions if each["type"] == "Available")
    made = get("configmap", "last")["metadata"]["creationTimestamp"]
    assert available["status"] == "True"
    assert available["lastTransitionTime"] <= made
    assert ok(helm("list", "-o", "json")).json[0]["status"] == "deployed"
    ok(pyhelm("uninstall", "a"))
    if control_plane is not None:
        assert deletions(control_plane, namespace)[-2:] == ["last", "web"]


def deletions(control_plane, namespace):
    """The names of the chart's objects in the order in which they were deleted by clients."""
    found = []
    for event in control_plane.requests():
        ref = event.get("objectRef") or {}
        if event["verb"] == "delete" and ref.get("namespace") == namespace:
            found.append(ref.get("name"))
    return [name for name in found if name in ("last", "web")]


# v1 webhooks must promise to have no side effects in dry runs: those that can't are refused by the
# server when they are registered, and older ones on every dry run (tests/actions/test_diff.py).
WEBHOOK: dict[str, Any] = {
    "apiVersion": "admissionregistration.k8s.io/v1",
    "kind": "ValidatingWebhookConfiguration",
    "webhooks": [
        {
            "name": "gone.pyhelm.test",
            "sideEffects": "None",
            "admissionReviewVersions": ["v1"],
            "failurePolicy": "Fail",
            "clientConfig": {"url": "https://127.0.0.1:1/"},
            "rules": [
                {
                    "apiGroups": [""],
                    "apiVersions": ["v1"],
                    "operations": ["CREATE", "UPDATE"],
                    "resources": ["configmaps"],
                }
            ],
        }
    ],
}


def test_a_webhook_that_does_not_answer(pyhelm, kubectl, namespace, served, tmp_path):
    ok(pyhelm("install", "a", served))
    selector = {"matchLabels": {"kubernetes.io/metadata.name": namespace}}
    webhook = {**WEBHOOK, "metadata": {"name": namespace}}
    webhook["webhooks"] = [{**WEBHOOK["webhooks"][0], "namespaceSelector": selector}]
    path = tmp_path / "webhook.json"
    path.write_text(json.dumps(webhook), encoding="utf-8")
    ok(kubectl("apply", "-f", str(path)))
    try:
        found = _until_refused(pyhelm, served)
    finally:
        kubectl("delete", "validatingwebhookconfiguration", namespace)
    assert found.code == 2
    assert 'failed calling webhook "gone.pyhelm.test"' in found.out
    assert "shown is how the manifests differ" in found.out
    assert "-   color: red\n+   color: blue\n" in found.out


def _until_refused(pyhelm, chart):
    """The server takes a moment to know its webhooks."""
    template = chart + "/templates/a.yaml"
    with open(template, encoding="utf-8") as file:
        text = file.read()
    with open(template, "w", encoding="utf-8") as file:
        file.write(text.replace("color: red", "color: blue"))
    for _ in range(50):
        found = pyhelm("diff", "upgrade", "a", chart, "--exit-code", "-C", "0")
        if "gone.pyhelm.test" in found.out:
            break
        time.sleep(0.1)
    return found


def test_what_is_not_there_yet(pyhelm, served, make_chart):
    line = ("install", "a", served, "--plan", "--namespace", "not-there-yet")
    created = ok(pyhelm(*line, "--create-namespace")).out
    assert created.endswith("Plan: 3 to create.\n")
    found = ok(pyhelm(*line))
    assert "! server-side apply failed for object not-there-yet/config" in found.out
    assert 'namespaces "not-there-yet" not found; shown as the chart has it' in found.out
    assert found.out.endswith("Plan: 3 to create, 3 refused.\n")
    assert "aHVudGVyMg" not in found.out
    unknown = make_chart("apiVersion: x.io/v1\nkind: Thing\nmetadata: {name: t}\n", name="things")
    found = ok(pyhelm("install", "a", unknown, "--plan"))
    assert 'no matches for kind "Thing" in version "x.io/v1"' in found.out


def test_a_conflict_as_helm_tells_it(pyhelm, helm, kubectl, namespace):
    chart = str(CHARTS / "gotpl")
    ok(helm("install", "a", chart))
    edit = ("-n", namespace, "--field-manager=kubectl-edit", "-p", '{"data":{"color":"human"}}')
    ok(kubectl("patch", "cm", "a", *edit))
    told, refused = helm("upgrade", "a", chart), pyhelm("upgrade", "a", chart)
    assert (told.code, refused.code) == (1, 1)
    words = 'Apply failed with 1 conflict: conflict with "kubectl-edit" using v1: .data.color'
    assert words in told.err
    assert refused.err.startswith(told.err[told.err.index("Error: ") :].rstrip())
    assert refused.err.rstrip().endswith("; --force-conflicts takes these fields over")
    found = ok(pyhelm("status", "a", "--drift")).out
    assert 'data.color is "human", revision 3 set "blue" (kubectl-edit, ' in found
