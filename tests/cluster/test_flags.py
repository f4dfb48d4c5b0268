"""Every flag of helm's release commands is there, and does what helm's does."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from pyhelm.cli.commands import commands
from pyhelm.cli.parse import options_of
from tests.cluster.conftest import CHARTS, _run
from tests.commands import run_here

WEB = str(CHARTS / "web")
COMMANDS = (
    *("install", "upgrade", "rollback", "uninstall", "test", "template", "status", "list"),
    *("history", "get all", "get values", "get manifest", "get hooks", "get notes"),
    *("get metadata",),
)


@pytest.mark.parametrize("path", COMMANDS)
def test_all_are_there(helm, path):
    shown = helm(*path.split(), "--help").out
    theirs = set(re.findall(r"^ +(?:-\w, )?--([\w-]+)", shown, re.MULTILINE))
    (command,) = (each for each in commands() if each.path == path)
    assert len(theirs) > 15
    assert theirs <= {option.name for option in options_of(command)}


@pytest.fixture
def chart(tmp_path):
    """A chart with a subchart, notes, a schema that its values break, and DNS."""
    root = tmp_path / "parent"
    child = root / "charts" / "child"
    for folder in (root, child):
        (folder / "templates").mkdir(parents=True)
        head = f"apiVersion: v2\nname: {folder.name}\nversion: 1.0.0\n"
        (folder / "Chart.yaml").write_text(head, encoding="utf-8")
        (folder / "templates" / "NOTES.txt").write_text(f"{folder.name} speaks\n", "utf-8")
    (root / "values.yaml").write_text("a: 1\nb: {c: 2, d: 3}\n", encoding="utf-8")
    (root / "templates" / "a.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\n"
        "data:\n  values: {{ .Values | toJson | quote }}\n"
        '  dns: {{ getHostByName "localhost" | quote }}\n'
        "  update: {{ .Release.IsUpgrade | quote }}\n",
        encoding="utf-8",
    )
    (root / "templates" / "b.yaml").write_text(
        "apiVersion: v1\nkind: Secret\nmetadata: {name: {{ .Release.Name }}}\n"
        "stringData: {password: hunter2}\n",
        encoding="utf-8",
    )
    (root / "values.schema.json").write_text(
        json.dumps({"properties": {"a": {"type": "integer"}}}), encoding="utf-8"
    )
    return str(root)


def test_rendering(pair, chart):
    pair.same("install", "a", chart)
    pair.same("install", "b", chart, "--hide-notes", "--enable-dns", "--description", "why")
    both = pair.run("install", "c", chart, "--render-subchart-notes", "-o", "json")
    # Helm shows them in the order of a Go map, which is another each time.
    notes = [sorted(run.json["info"]["notes"].split("\n\n")) for run in both]
    assert [{note.strip() for note in each} for each in notes] == [
        {"parent speaks", "child speaks"}
    ] * 2
    for namespace, run in zip(pair.namespaces, (pair.helm, pair.pyhelm), strict=True):
        assert run("uninstall", "c").code == 0, namespace
    pair.same("install", "d", chart, "--set", "a=x", code=1)
    pair.same("install", "d", chart, "--set", "a=x", "--skip-schema-validation", "-o", "yaml")
    pair.same("install", "--name-template", "e", chart, "--disable-openapi-validation")
    pair.same("install", "f", chart, "--labels", "team=x,b=c")
    pair.same("upgrade", "f", chart, "--labels", "team=null,d=e", "--hide-notes")
    pair.same("get", "metadata", "f", "-o", "json", "--revision", "2")
    pair.same_records()
    pair.same_objects("configmap")


def test_values_of_the_last_revision(pair, chart):
    pair.same("install", "a", chart, "--set", "b.c=4", "--set", "e=5")
    for flags in (
        (),
        ("--set", "f=6"),
        ("--reuse-values", "--set", "b.d=7"),
        ("--reset-then-reuse-values", "--set", "b.d=8"),
        ("--reset-values",),
    ):
        pair.same("upgrade", "a", chart, *flags)
        pair.same("get", "values", "a", "-o", "json")
        pair.same("get", "values", "a", "--all", "-o", "yaml")
    pair.same_records()


def test_dry_runs_and_secrets(pair, chart):
    for how in ("--dry-run=client", "--dry-run=server", "--dry-run", "--dry-run=true"):
        pair.same("install", "a", chart, how)
    pair.same("install", "a", chart, "--dry-run=server", "--hide-secret", "-o", "json")
    pair.same("install", "a", chart)
    pair.same("upgrade", "a", chart, "--dry-run=client", "--hide-secret")
    pair.same("upgrade", "-i", "b", chart, "--dry-run=server")
    pair.same("rollback", "a", "1", "--dry-run=server")
    pair.same("uninstall", "a", "--dry-run")
    assert len(pair.same_records()) == 1


def test_histories_and_the_ends_of_releases(pair, chart):
    pair.same("upgrade", "-i", "a", chart, "--create-namespace")
    for _ in range(3):
        pair.same("upgrade", "a", chart, "--history-max", "2")
    pair.same("rollback", "a", "--description", "back", "--history-max", "3")
    pair.same("history", "a", "--max", "2")
    pair.same("uninstall", "a", "--keep-history", "--description", "gone")
    pair.same_records()
    pair.same("upgrade", "a", chart, code=1)
    pair.same("install", "a", chart, code=1)
    pair.same("install", "a", chart, "--replace")
    pair.same_records()
    pair.same("uninstall", "a", "nobody", code=1)
    pair.same("uninstall", "a", code=1)
    pair.same("uninstall", "a", "--ignore-not-found")


def test_names_of_before(pair, chart):
    pair.same("install", "a", chart, "--atomic", "--wait=false", "--timeout", "20s")
    pair.same("template", "a", chart, "--validate")
    pair.same("template", "a", chart, "--hide-notes", "--render-subchart-notes")


def test_colours(pair, chart, environment, helm_program):
    colourful = {key: value for key, value in environment.items() if key != "NO_COLOR"}
    theirs, ours = ({**colourful, "HELM_NAMESPACE": namespace} for namespace in pair.namespaces)
    pair = replace(
        pair,
        helm=lambda *arguments: _run([helm_program, *arguments], theirs),
        pyhelm=lambda *arguments: run_here(arguments, ours),
    )
    shown = pair.same("install", "a", chart, "--color", "always")
    assert "\x1b[32mdeployed\x1b[0m" in shown.out
    pair.same("history", "a", "--color", "always")
    assert "\x1b" not in pair.same("history", "a", "--colour", "never").out
    assert "\x1b" not in pair.same("history", "a").out
    for run in pair.run("status", "a", "--color", "sometimes"):
        assert run.code == 1
        assert "must be one of: never, auto, always" in run.err


@pytest.fixture
def access(kubeconfig):
    """The server, its CA, and the admin's token, from the kubeconfig."""
    with open(kubeconfig, encoding="utf-8") as file:
        config = yaml.safe_load(file)
    cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    return cluster["server"], cluster["certificate-authority"], user["token"]


def test_connections(pair, access, kubeconfig, tmp_path):
    server, authority, token = access
    lost = tmp_path / "lost.kubeconfig"
    text = Path(kubeconfig).read_text(encoding="utf-8")
    context = yaml.safe_load(text)["current-context"]
    lost.write_text(text.replace(server, "https://127.0.0.1:1"), encoding="utf-8")
    here = ("--kubeconfig", str(lost), "--kube-apiserver", server)
    pair.same("install", "a", WEB, *here)
    pair.same("list", "--kubeconfig", str(lost), "--kube-context", context, *here[2:], "-q")
    bare = ("--kubeconfig", "/dev/null", "--kube-apiserver", server, "--kube-token", token)
    pair.same("list", "-q", *bare, "--kube-ca-file", authority)
    pair.same("list", "-q", *bare, "--kube-insecure-skip-tls-verify")
    named = ("--kube-ca-file", authority, "--kube-tls-server-name")
    pair.same("list", "-q", *bare, *named, "kubernetes.default.svc")
    helms, ours = pair.run("list", "-q", *bare, *named, "example.com")
    assert (helms.code, ours.code) == (1, 1)
    assert "failed to verify certificate" in helms.err
    assert "certificate" in ours.err
    helms, ours = pair.run("list", "-q", "--kube-context", "nobody")
    assert (helms.code, ours.code) == (1, 1)
    assert ours.err.startswith(helms.err.rstrip("\n"))


def test_impersonation(pair):
    pair.same("install", "a", WEB, "--kube-as-user", "someone", "--kube-as-group", "system:masters")
    for tool in (pair.helm, pair.pyhelm):
        refused = tool("list", "--kube-as-user", "someone", "--kube-as-group", "nobodies")
        assert refused.code == 1
        assert 'User "someone" cannot list resource "secrets"' in refused.err


def test_limits_on_requests(pair):
    pair.same("install", "a", WEB, "--qps", "200", "--burst-limit", "50")
    pair.same("list", "-q", "--qps", "1", "--burst-limit", "1")


def test_a_rollback_can_be_read_by_programs(pyhelm):
    assert pyhelm("install", "a", WEB).code == 0
    back = pyhelm("rollback", "a", "1", "-o", "json")
    assert back.code == 0
    assert back.json["info"]["status"] == "deployed"
    assert (back.json["version"], back.json["info"]["rollback_revision"]) == (2, 1)


def test_what_cannot_be_verified_is_refused(pair):
    for command in (("install", "a", WEB), ("template", "a", WEB)):
        helms, ours = pair.run(*command, "--verify")
        assert (helms.code, ours.code) == (1, 1)
        assert (helms.out, ours.out) == ("", "")
    assert pair.same_records() == []


def test_dependencies_that_are_missing_are_fetched(pair, tmp_path):
    child, parent = tmp_path / "child", tmp_path / "parent"
    for root in (child, parent):
        (root / "templates").mkdir(parents=True)
        head = f"apiVersion: v2\nname: {root.name}\nversion: 1.0.0\n"
        (root / "Chart.yaml").write_text(head, encoding="utf-8")
        (root / "templates" / "a.yaml").write_text(
            f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {root.name}}}\n", encoding="utf-8"
        )
    needs = "dependencies:\n  - {name: child, version: 1.0.0, repository: 'file://../child'}\n"
    (parent / "Chart.yaml").write_text(f"{head}{needs}", encoding="utf-8")
    pair.same("install", "a", str(parent), code=1)
    assert pair.pyhelm("install", "a", str(parent), "--dependency-update").code == 0
    locked = (parent / "Chart.lock").read_bytes()
    shutil.rmtree(parent / "charts")
    assert pair.pyhelm("upgrade", "a", str(parent), "--dependency-update").code == 0
    assert (parent / "Chart.lock").read_bytes() == locked
    assert pair.helm("install", "a", str(parent), "--dependency-update").code == 0
    pair.same_objects("configmap")
