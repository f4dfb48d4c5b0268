"""What can't simply be applied: fields that can't change, objects in an order, versions gone."""

from __future__ import annotations

import pytest

from pyhelm import RollbackOptions, UninstallOptions, UpgradeOptions
from pyhelm._dataclass import replace
from pyhelm.errors import ChartError, NotFound, OperationFailed, WaitError
from pyhelm.kube.cluster import ObjectRef

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
VALUES = "app: one\nimage: a\nannotations: {}\n"
JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: init
  annotations: {"pyhelm/depends-on": "deployment/web"}
spec:
  template:
    metadata:
      annotations: {"pyhelm/simulate": {{ Values.fate }}}
    spec:
      restartPolicy: Never
      containers: [{name: a, image: a}]
"""
CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: last
  annotations: {"pyhelm/depends-on": "job/init"}
data: {a: b}
"""


@pytest.fixture
def chart(make_chart):
    return make_chart({"a.yaml": DEPLOYMENT}, values=VALUES)


def test_an_immutable_field_is_named_with_the_way_out(client, chart, get):
    client.install("a", chart)
    uid = get("Deployment", "web")["metadata"]["uid"]
    with pytest.raises(OperationFailed) as caught:
        client.upgrade("a", chart, {"app": "two"})
    assert "spec.selector of Deployment web can't change while it exists" in str(caught.value)
    assert "--recreate-immutable" in str(caught.value)
    assert get("Deployment", "web")["metadata"]["uid"] == uid


@pytest.mark.parametrize("server_side", ["true", "false"])
@pytest.mark.parametrize(
    ("annotations", "asked"), [({"pyhelm/recreate-immutable": "true"}, False), ({}, True)]
)
def test_that_object_alone_is_made_anew(
    client, make_chart, get, cluster, annotations, asked, server_side
):
    chart = make_chart(
        {"a.yaml": DEPLOYMENT, "b.yaml": CONFIG.replace("job/init", "")}, values=VALUES
    )
    client.install("a", chart)
    before = get("Deployment", "web"), get("ConfigMap", "last")
    options = UpgradeOptions(recreate_immutable=asked, server_side=server_side)
    client.upgrade("a", chart, {"app": "two", "annotations": annotations}, options)
    after = get("Deployment", "web"), get("ConfigMap", "last")
    assert after[0]["spec"]["selector"]["matchLabels"] == {"app": "two"}
    assert after[0]["metadata"]["uid"] != before[0]["metadata"]["uid"]
    assert after[0]["metadata"]["annotations"]["meta.helm.sh/release-name"] == "a"
    assert after[1]["metadata"]["uid"] == before[1]["metadata"]["uid"]
    client.rollback("a", 1, RollbackOptions(recreate_immutable=True))
    assert get("Deployment", "web")["spec"]["selector"]["matchLabels"] == {"app": "one"}


@pytest.mark.parametrize(
    "annotations",
    [{"pyhelm/recreate-immutable": "false"}, {"helm.sh/resource-policy": "keep"}],
)
def test_what_must_not_be_made_anew(client, chart, get, annotations):
    client.install("a", chart)
    uid = get("Deployment", "web")["metadata"]["uid"]
    options = UpgradeOptions(recreate_immutable=True)
    with pytest.raises(OperationFailed, match="can't change while it exists"):
        client.upgrade("a", chart, {"app": "two", "annotations": annotations}, options)
    assert get("Deployment", "web")["metadata"]["uid"] == uid


def test_volumes_need_the_annotation(client, make_chart, get):
    text = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [{{ Values.mode }}]
  resources: {requests: {storage: 1Gi}}
"""
    chart = make_chart({"a.yaml": text}, values="mode: ReadWriteOnce\n")
    client.install("a", chart)
    with pytest.raises(OperationFailed) as caught:
        client.upgrade(
            "a", chart, {"mode": "ReadWriteMany"}, UpgradeOptions(recreate_immutable=True)
        )
    assert '"true" on it has it deleted' in str(caught.value)
    assert get("PersistentVolumeClaim", "data")["spec"]["accessModes"] == ["ReadWriteOnce"]


def test_nothing_is_deleted_that_could_not_be_created(client, make_chart, get):
    text = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: c
  labels: {a: {{ Values.label }}}
immutable: true
data: {a: {{ Values.data }}}
"""
    chart = make_chart({"a.yaml": text}, values="label: x\ndata: x\n")
    client.install("a", chart)
    uid = get("ConfigMap", "c")["metadata"]["uid"]
    with pytest.raises(OperationFailed):
        client.upgrade(
            "a",
            chart,
            {"label": "not a label", "data": "y"},
            UpgradeOptions(recreate_immutable=True),
        )
    assert get("ConfigMap", "c")["metadata"]["uid"] == uid


def test_order_by_depends_on(client, make_chart, get, cluster, monkeypatch):
    """A ConfigMap after a Job after a Deployment, the reverse of what their kinds would give."""
    chart = make_chart(
        {"a.yaml": DEPLOYMENT, "b.yaml": JOB, "c.yaml": CONFIG}, values=f"{VALUES}fate: ''\n"
    )
    seen = _apply_order(monkeypatch, cluster)
    client.install("a", chart)
    assert [name for name in seen if name in ("web", "init", "last")] == ["web", "init", "last"]
    assert get("Deployment", "web")["status"]["availableReplicas"] == 1
    assert get("Job", "init")["status"]["succeeded"] == 1
    deleted = _delete_order(monkeypatch, cluster)
    client.uninstall("a")
    assert deleted == ["last", "init", "web", "pyhelm.a"], "the release's lease goes last"


def _apply_order(monkeypatch, cluster):
    seen, apply = [], cluster.apply

    def noted(obj, **options):
        seen.append(obj["metadata"]["name"])
        return apply(obj, **options)

    monkeypatch.setattr(cluster, "apply", noted)
    return seen


def _delete_order(monkeypatch, cluster):
    seen, delete = [], cluster.delete

    def noted(ref, **options):
        if ref.kind != "Secret":
            seen.append(ref.name)
        return delete(ref, **options)

    monkeypatch.setattr(cluster, "delete", noted)
    return seen


def test_dependents_are_not_applied_where_what_they_need_fails(client, make_chart, get):
    chart = make_chart(
        {"a.yaml": DEPLOYMENT, "b.yaml": JOB, "c.yaml": CONFIG},
        values=f"{VALUES}fate: fail\n",
    )
    with pytest.raises(OperationFailed, match="what depends on it was not applied: resource Job/"):
        client.install("a", chart)
    with pytest.raises(NotFound):
        get("ConfigMap", "last")


def test_a_name_that_is_not_there_stops_before_anything_is_recorded(client, make_chart):
    chart = make_chart({"c.yaml": CONFIG})
    with pytest.raises(ChartError, match="ConfigMap/last: pyhelm/depends-on names 'job/init'"):
        client.install("a", chart)
    assert client.list() == []
    good = make_chart({"c.yaml": CONFIG.replace("job/init", "")}, name="good")
    client.install("a", good)
    with pytest.raises(ChartError):
        client.upgrade("a", chart)
    assert len(client.history("a")) == 1


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
CRON = OLD.split("---\n")[1].replace("batch/v1beta1", "batch/v1")


@pytest.mark.parametrize("server_side", ["true", "false"])
def test_a_removed_api_version_blocks_nothing(client, make_chart, cluster, get, server_side):
    """As a release that was installed before Kubernetes 1.25 looks after the cluster's upgrade."""
    chart = make_chart({"cron.yaml": CRON, "c.yaml": CONFIG.replace("job/init", "")})
    client.install("a", chart)
    storage = client._session.storage
    storage.update(replace(storage.last("a"), manifest=OLD))
    uid = cluster.get(ObjectRef("batch/v1", "CronJob", "cron", "default"))["metadata"]["uid"]
    client.status("a")
    client.upgrade("a", chart, {}, UpgradeOptions(server_side=server_side))
    live = cluster.get(ObjectRef("batch/v1", "CronJob", "cron", "default"))
    assert live["metadata"]["uid"] == uid
    storage.update(replace(storage.last("a"), manifest=OLD))
    without = make_chart({"c.yaml": CONFIG.replace("job/init", "")}, name="without")
    client.upgrade("a", without)
    with pytest.raises(NotFound):
        cluster.get(ObjectRef("batch/v1", "CronJob", "cron", "default"))
    storage.update(replace(storage.last("a"), manifest=OLD))
    client.uninstall("a", UninstallOptions(keep_history=True))
    assert client.get("a").info.status == "uninstalled"


def test_waiting_for_dependencies_has_the_operations_timeout(client, make_chart):
    never = DEPLOYMENT.replace("    spec:\n", "    spec:\n      nodeSelector: {no: where}\n")
    chart = make_chart({"a.yaml": never, "b.yaml": JOB}, values=f"{VALUES}fate: ''\n")
    from pyhelm import InstallOptions

    with pytest.raises((OperationFailed, WaitError), match="context deadline exceeded"):
        client.install("a", chart, {}, InstallOptions(timeout=1))
