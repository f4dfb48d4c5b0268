"""What goes wrong on a real cluster: one clear error, a record that says so, and a way on."""

from __future__ import annotations

import base64
import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from tests.cluster.conftest import CHARTS, record

JINJA = CHARTS / "jinja"


@pytest.fixture
def chart(tmp_path):
    """A copy of the twin chart to break."""
    return shutil.copytree(JINJA, tmp_path / "twin")


def never_ready(chart):
    """Ask for a node that isn't there."""
    template = chart / "templates" / "objects.yaml"
    text = template.read_text(encoding="utf-8")
    selector = "      nodeSelector: {a: b}\n      containers:"
    template.write_text(text.replace("      containers:", selector), encoding="utf-8")


def ok(run):
    assert run.code == 0, run.err
    return run


def statuses(pyhelm, name="a"):
    return [row["status"] for row in ok(pyhelm("history", name, "-o", "json")).json]


def test_rejected_half_way_then_repaired(pyhelm, chart, get):
    template = chart / "templates" / "objects.yaml"
    good = template.read_text(encoding="utf-8")
    template.write_text(good.replace("port: {{ Values.port }}", "port: 99999"), encoding="utf-8")
    failed = pyhelm("install", "a", str(chart))
    assert failed.code == 1
    assert failed.err.startswith("Error: INSTALLATION FAILED: ")
    assert 'Service "a" is invalid' in failed.err
    assert get("configmap", "a")["data"] == {"color": "blue"}
    assert statuses(pyhelm) == ["failed"]
    template.write_text(good, encoding="utf-8")
    ok(pyhelm("upgrade", "a", str(chart)))
    assert statuses(pyhelm) == ["superseded", "deployed"]
    assert get("service", "a")["spec"]["ports"][0]["port"] == 80


def test_an_unknown_field_is_an_error_with_its_path(pyhelm, chart):
    template = chart / "templates" / "objects.yaml"
    text = template.read_text(encoding="utf-8")
    template.write_text(text.replace("replicas:", "replica:"), encoding="utf-8")
    failed = pyhelm("install", "a", str(chart))
    assert failed.code == 1
    assert "spec.replica: field not declared in schema" in failed.err or (
        'unknown field "spec.replica"' in failed.err
    )


def test_rollback_on_failure_leaves_nothing(pyhelm, chart, kubectl, namespace):
    template = chart / "templates" / "objects.yaml"
    text = template.read_text(encoding="utf-8")
    template.write_text(text.replace("port: {{ Values.port }}", "port: 99999"), encoding="utf-8")
    failed = pyhelm("install", "a", str(chart), "--rollback-on-failure", "--timeout", "20s")
    assert failed.code == 1
    assert ok(pyhelm("list", "-o", "json")).json == []
    assert "configmap/a\n" not in ok(kubectl("get", "cm", "-n", namespace, "-o", "name")).out


def test_a_name_in_use(pyhelm):
    ok(pyhelm("install", "a", str(JINJA)))
    taken = pyhelm("install", "a", str(JINJA))
    assert (taken.code, taken.err) == (
        1,
        "Error: INSTALLATION FAILED: release name check failed: "
        "cannot reuse a name that is still in use; revision 1, of twin-1.0.0, is deployed: "
        "'pyhelm upgrade --install a' changes it; another release needs another name\n",
    )


def test_objects_of_someone_else(pyhelm, kubectl, namespace):
    ok(kubectl("create", "configmap", "a", "-n", namespace, "--from-literal=color=mine"))
    ok(kubectl("create", "service", "clusterip", "a", "-n", namespace, "--tcp=80:80"))
    refused = pyhelm("install", "a", str(JINJA))
    assert refused.code == 1
    assert 'ConfigMap "a" in namespace' in refused.err
    assert 'Service "a" in namespace' in refused.err
    assert "exists and cannot be imported into the current release" in refused.err
    ok(pyhelm("install", "a", str(JINJA), "--take-ownership", "--force-conflicts"))


def test_another_operation_in_progress(pyhelm, kubectl, namespace, get, tmp_path):
    """As a client that was killed between the record and the objects leaves it."""
    ok(pyhelm("install", "a", str(JINJA)))
    secret = get("secret", "sh.helm.release.v1.a.v1")
    pending = record(secret)
    pending["version"], pending["info"]["status"] = 2, "pending-upgrade"
    body = base64.b64encode(gzip.compress(json.dumps(pending).encode()))
    labels = {**secret["metadata"]["labels"], "version": "2", "status": "pending-upgrade"}
    copy = {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "helm.sh/release.v1",
        "metadata": {"name": "sh.helm.release.v1.a.v2", "namespace": namespace, "labels": labels},
        "data": {"release": base64.b64encode(body).decode()},
    }
    path = tmp_path / "secret.json"
    path.write_text(json.dumps(copy), encoding="utf-8")
    ok(kubectl("create", "-f", str(path)))
    blocked = pyhelm("upgrade", "a", str(JINJA))
    assert blocked.code == 1
    assert "another operation (install/upgrade/rollback) is in progress" in blocked.err
    ok(pyhelm("rollback", "a", "1"))
    ok(pyhelm("upgrade", "a", str(JINJA)))


def test_rbac_says_what_and_where(pyhelm, control_plane, namespace):
    if control_plane is None:
        kubeconfig = os.environ["KUBECONFIG"]
        refused = pyhelm("list", "--kubeconfig", kubeconfig, "--kube-as-user", "nobody")
    else:
        refused = pyhelm("list", "--kubeconfig", str(control_plane.kubeconfig_for("nobody")))
    assert refused.code == 1
    assert "secrets is forbidden" in refused.err
    assert f'in the namespace "{namespace}"' in refused.err


def test_refused_credentials(pyhelm, environment):
    refused = pyhelm("list", "--kube-token", "s3cr3t-token")
    assert refused.code == 1
    assert "Unauthorized" in refused.err or "credentials" in refused.err
    assert "s3cr3t-token" not in refused.err


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_interrupted_while_waiting(pyhelm, environment, namespace, chart, get):
    template = chart / "templates" / "objects.yaml"
    text = template.read_text(encoding="utf-8")
    unschedulable = text.replace(
        "      containers:", "      nodeSelector: {a: b}\n      containers:"
    )
    template.write_text(unschedulable, encoding="utf-8")
    command = [sys.executable, "-m", "pyhelm", "install", "a", str(chart), "--wait"]
    process = subprocess.Popen(
        command,
        env={**environment, "HELM_NAMESPACE": namespace},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and "deployment" not in pyhelm("status", "a").out.lower():
        time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode != 0
    assert b"Traceback" not in err
    assert statuses(pyhelm) == ["failed"]


def test_wait_times_out_and_names_what_is_not_ready(pyhelm, chart):
    template = chart / "templates" / "objects.yaml"
    text = template.read_text(encoding="utf-8")
    unschedulable = text.replace(
        "      containers:", "      nodeSelector: {a: b}\n      containers:"
    )
    template.write_text(unschedulable, encoding="utf-8")
    failed = pyhelm("install", "a", str(chart), "--wait", "--timeout", "4s")
    assert failed.code == 1
    assert "Deployment" in failed.err
    assert "didn't match Pod's node affinity/selector" in failed.err
    assert statuses(pyhelm) == ["failed"]
