"""The main job on real Kubernetes: MySQL from a static repository, up a revision and back."""

from __future__ import annotations

import base64
import functools
import http.server
import json
import re
import threading

import pytest

from tests.cluster.conftest import ROOT

VOLUME = {
    "apiVersion": "v1",
    "kind": "PersistentVolume",
    "spec": {
        "capacity": {"storage": "8Gi"},
        "accessModes": ["ReadWriteOnce"],
        "hostPath": {"path": "/nowhere"},
    },
}


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format, *args):
        """Nobody reads it."""


@pytest.fixture(scope="session")
def repository():
    """`repo-index/` on a web server, as any static host would serve it."""
    handler = functools.partial(_Quiet, directory=str(ROOT / "repo-index"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def volume(kubectl, namespace, tmp_path):
    """A volume that the chart's claim can bind to: this cluster makes none by itself."""
    name = f"volume-{namespace}"
    path = tmp_path / "volume.json"
    body = {**VOLUME, "metadata": {"name": name}}
    path.write_text(json.dumps(body), encoding="utf-8")
    made = kubectl("apply", "-f", str(path))
    assert made.code == 0, made.err
    yield name
    kubectl("delete", "persistentvolume", name, "--wait=false")


def ok(run):
    assert run.code == 0, run.err
    return run


def test_main_job(pyhelm_program, kubectl, namespace, repository, volume, get):
    assert '"demo" has been added' in ok(pyhelm_program("repo", "add", "demo", repository)).out
    assert "Update Complete" in ok(pyhelm_program("repo", "update")).out
    assert "demo/mysql" in ok(pyhelm_program("search", "repo", "mysql")).out

    installed = ok(pyhelm_program("install", "demo/mysql", "--generate-name", "--wait"))
    named = re.search(r"^NAME: (mysql-\d+)$", installed.out, re.MULTILINE)
    assert named, installed.out
    name = named[1]
    assert "STATUS: deployed" in installed.out
    pod_image = "jsonpath={.items[0].spec.containers[0].image}"
    pods = ("get", "pods", "-n", namespace, "-o")
    assert ok(kubectl(*pods, pod_image)).out == "mysql:8.4.6"
    assert get("pvc", name)["status"]["phase"] == "Bound"

    (row,) = ok(pyhelm_program("list", "-o", "json")).json
    assert (row["name"], row["status"], row["app_version"]) == (name, "deployed", "8.4.6")
    password = get("secret", name)["data"]["mysql-root-password"]
    assert len(base64.b64decode(password)) == 20

    ok(pyhelm_program("upgrade", name, "demo/mysql", "--set", "imageTag=8.4.7", "--wait"))
    ok(kubectl("rollout", "status", f"deployment/{name}", "-n", namespace, "--timeout=30s"))
    assert get("deployment", name)["spec"]["template"]["spec"]["containers"][0]["image"] == (
        "mysql:8.4.7"
    )
    assert get("secret", name)["data"]["mysql-root-password"] == password

    ok(pyhelm_program("rollback", name, "1", "--wait"))
    assert get("deployment", name)["spec"]["template"]["spec"]["containers"][0]["image"] == (
        "mysql:8.4.6"
    )
    assert get("secret", name)["data"]["mysql-root-password"] == password
    history = ok(pyhelm_program("history", name, "-o", "json")).json
    assert [(row["revision"], row["status"]) for row in history] == [
        (1, "superseded"),
        (2, "superseded"),
        (3, "deployed"),
    ]
    assert "STATUS: deployed" in ok(pyhelm_program("status", name)).out

    assert f'release "{name}" uninstalled' in ok(pyhelm_program("uninstall", name, "--wait")).out
    assert (
        ok(kubectl("get", "deployment,service,pvc,secret", "-n", namespace, "-o", "name")).out == ""
    )
