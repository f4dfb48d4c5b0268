"""Every verb on the other tool's release, both ways, for each driver and each way of applying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests import postgres
from tests.cluster.matrix import SAMPLE, SCENARIOS, VERBS
from tests.commands import Runner
from tests.samples import ALL

CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
data:
  color: {{ .Values.color }}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
spec:
  selector: {app: web}
  ports:
    - name: http
      port: {{ .Values.port }}
"""
HOOK = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-test
  annotations:
    helm.sh/hook: test
data:
  a: b
"""
CHOSEN = SCENARIOS if ALL else SAMPLE
GETS = ("values", "manifest", "hooks", "notes", "metadata")


@dataclass(frozen=True)
class Scenario:
    """Two tools, a chart, a way of applying, and a look at what is in the cluster."""

    one: Runner
    other: Runner
    chart: str
    method: str
    live: Any


@pytest.fixture(scope="session")
def database():
    """The connection string of a real PostgreSQL server."""
    with postgres.running() as connection:
        yield connection


@pytest.fixture
def driver(request, environment):
    """The driver that both tools use."""
    environment["HELM_DRIVER"] = request.param
    if request.param == "sql":
        string = request.getfixturevalue("database")
        environment["HELM_DRIVER_SQL_CONNECTION_STRING"] = string
    return request.param


@pytest.fixture
def chart(tmp_path):
    """A chart with a test and notes."""
    root = tmp_path / "web"
    (root / "templates").mkdir(parents=True)
    files = {
        "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\nappVersion: '7'\n",
        "values.yaml": "color: red\nport: 80\n",
        "templates/config.yaml": CONFIG,
        "templates/service.yaml": SERVICE,
        "templates/test.yaml": HOOK,
        "templates/NOTES.txt": "{{ .Release.Name }} is {{ .Values.color }}.\n",
    }
    for name, text in files.items():
        (root / name).write_text(text, encoding="utf-8")
    return str(root)


def ok(run):
    assert run.code == 0, run.err
    return run


def json_of(tool, *line):
    return ok(tool(*line, "-o", "json")).json


def check_list(at):
    (row,) = json_of(at.other, "list")
    assert [row] == json_of(at.one, "list")
    assert (row["name"], row["status"], row["revision"]) == ("a", "deployed", "1")


def check_status(at):
    theirs, own = json_of(at.other, "status", "a"), json_of(at.one, "status", "a")
    assert set(theirs["info"].pop("resources")) == set(own["info"].pop("resources"))
    assert theirs == own


def check_get(at):
    for what in GETS:
        line = ("get", what, "a", "--revision", "1")
        assert ok(at.other(*line)).out == ok(at.one(*line)).out
    assert json_of(at.other, "get", "metadata", "a")["applyMethod"] == at.method


def check_history(at):
    assert ok(at.other("history", "a")).out == ok(at.one("history", "a")).out


def check_upgrade(at):
    before = managers(at)
    ok(at.other("upgrade", "a", at.chart, "--set", "color=green,port=81"))
    assert at.live("configmap")["data"] == {"color": "green"}
    assert managers(at) == before
    assert json_of(at.one, "get", "metadata", "a")["applyMethod"] == at.method


def check_test(at):
    ok(at.other("test", "a"))
    (hook,) = json_of(at.one, "status", "a")["hooks"]
    assert hook["last_run"]["phase"] == "Succeeded"
    assert at.live("configmap", "a-test")["data"] == {"a": "b"}


def check_rollback(at):
    ok(at.other("rollback", "a", "1"))
    assert at.live("configmap")["data"] == {"color": "red"}
    assert at.live("service")["spec"]["ports"][0]["port"] == 80
    check_history(at)
    ok(at.one("upgrade", "a", at.chart, "--set", "color=blue"))
    assert at.live("configmap")["data"] == {"color": "blue"}
    states = [row["status"] for row in json_of(at.other, "history", "a")]
    assert states == ["superseded"] * 3 + ["deployed"]


def check_uninstall(at):
    ok(at.other("uninstall", "a", "--wait"))
    assert json_of(at.one, "list") == json_of(at.other, "list") == []
    assert at.one("status", "a").code == at.one("uninstall", "a").code == 1
    assert at.live("configmap") is None


def managers(at):
    """Who manages the objects, and how."""
    return {
        kind: sorted(
            (entry["manager"], entry["operation"])
            for entry in at.live(kind)["metadata"]["managedFields"]
        )
        for kind in ("configmap", "service")
    }


@pytest.mark.parametrize(
    ("driver", "method", "one", "other"),
    [pytest.param(*each, id="-".join(each)) for each in CHOSEN],
    indirect=["driver"],
)
def test_each_verb_on_the_others_release(
    driver, method, one, other, pyhelm, helm, chart, kubectl, namespace
):
    def live(kind, name="a"):
        line = ("get", kind, name, "--namespace", namespace, "--ignore-not-found")
        found = kubectl(*line, "--output", "json", "--show-managed-fields")
        return found.json if found.out else None

    tools = {"pyhelm": pyhelm, "helm": helm}
    at = Scenario(tools[one], tools[other], chart, method, live)
    flag = f"--server-side={'true' if method == 'ssa' else 'false'}"
    ok(at.one("install", "a", chart, flag, "--labels", "team=x"))
    operation = "Apply" if method == "ssa" else "Update"
    assert managers(at)["configmap"] == [("helm", operation)]
    for verb in VERBS:
        CHECKS[verb](at)


CHECKS = {
    "list": check_list,
    "status": check_status,
    "get": check_get,
    "history": check_history,
    "upgrade": check_upgrade,
    "test": check_test,
    "rollback": check_rollback,
    "uninstall": check_uninstall,
}
