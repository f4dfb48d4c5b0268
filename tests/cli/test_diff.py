"""`diff`, `--plan` and `status --drift` as people and programs read them."""

from __future__ import annotations

import io
import json

import pytest

from pyhelm._yaml import load
from pyhelm.cli.run import run as run_line
from pyhelm.cli.terminal import Terminal
from pyhelm.client import Client
from pyhelm.kube.client import KubeClient
from pyhelm.kube.cluster import ObjectRef
from pyhelm.testing.transport import SimulatorTransport

OBJECTS = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: config
data:
  color: {{ Values.color }}
  a: "1"
  b: "2"
  c: "3"
  d: "4"
{% if Values.extra %}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: extra}
{% endif %}
---
apiVersion: v1
kind: Secret
metadata: {name: secret}
stringData: {password: {{ Values.password }}}
"""


@pytest.fixture
def cluster():
    with KubeClient(SimulatorTransport(), namespace="default") as found:
        yield found


@pytest.fixture
def chart(tmp_path):
    root = tmp_path / "web"
    (root / "templates").mkdir(parents=True)
    head = "apiVersion: v2\nname: web\nversion: 1.0.0\nengine: jinja\n"
    (root / "Chart.yaml").write_text(head, encoding="utf-8")
    values = "color: red\nextra: true\npassword: hunter2\n"
    (root / "values.yaml").write_text(values, encoding="utf-8")
    (root / "templates" / "a.yaml").write_text(OBJECTS, encoding="utf-8")
    return root.as_posix()


@pytest.fixture
def run(cli, cluster):
    def connect(settings, reporter):
        return Client(settings, cluster=cluster, reporter=reporter)

    return lambda line, **given: cli(line, connect=connect, **given)


@pytest.fixture
def installed(run, chart):
    assert run(f"install a {chart}").code == 0


CHANGED = """\
default, secret, Secret (v1) would change:
  # Source: web/templates/a.yaml
  apiVersion: v1
  data:
-   password: '-------- # (7 bytes)'
+   password: '++++++++ # (1 bytes)'
  kind: Secret
  metadata:
    annotations:
  ...

default, config, ConfigMap (v1) would change:
  # Source: web/templates/a.yaml
  ...
    a: "1"
    b: "2"
    c: "3"
-   color: red
+   color: blue
    d: "4"
  kind: ConfigMap
  metadata:
  ...

default, extra, ConfigMap (v1) would be deleted:
  # Source: web/templates/a.yaml
- apiVersion: v1
- kind: ConfigMap
- metadata:
-   annotations:
-     meta.helm.sh/release-name: a
-     meta.helm.sh/release-namespace: default
-   labels:
-     app.kubernetes.io/managed-by: Helm
-   name: extra
-   namespace: default

Plan: 2 to change, 1 to delete.
"""
SET = "--set color=blue,extra=false,password=x"


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("command", ["diff upgrade a {}", "upgrade a {} --plan"])
def test_an_upgrade(run, chart, command):
    line = command.format(chart)
    result = run(f"{line} {SET}")
    assert (result.code, result.err) == (0, "")
    assert result.out == CHANGED
    assert run(f"{line} {SET} --exit-code").code == 2
    assert run(f"{line} {SET} --detailed-exitcode").code == 2
    same = run(f"{line} --exit-code")
    assert (same.code, same.out) == (0, "No changes: 3 unchanged.\n")
    assert len(json.loads(run("history a -o json").out)) == 1


@pytest.mark.usefixtures("installed")
def test_context(run, chart):
    short = run(f"diff upgrade a {chart} --set color=blue -C 0").out
    assert short == (
        "default, config, ConfigMap (v1) would change:\n  # Source: web/templates/a.yaml\n  ...\n"
        "-   color: red\n+   color: blue\n  ...\n\nPlan: 1 to change, 2 unchanged.\n"
    )
    whole = run(f"diff upgrade a {chart} --set color=blue --context -1").out
    assert "..." not in whole
    assert "  apiVersion: v1\n" in whole
    assert "    namespace: default\n" in whole


@pytest.mark.usefixtures("installed")
def test_colours(run, chart):
    line = f"diff upgrade a {chart} --set color=blue -C 0 --color always"
    result = run(line).out
    assert "\x1b[33mdefault, config, ConfigMap (v1) would change:\x1b[0m\n" in result
    assert "\x1b[31m-   color: red\x1b[0m\n\x1b[32m+   color: blue\x1b[0m\n" in result
    assert "\x1b" not in run(f"{line} --no-color").out
    assert "\x1b" not in run(line.replace("always", "never")).out


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("form", ["json", "yaml"])
def test_programs_read_it(run, chart, form):
    result = run(f"diff upgrade a {chart} {SET} -o {form} --exit-code")
    assert result.code == 2
    found = json.loads(result.out) if form == "json" else load(result.out)
    changes = found.pop("changes")
    assert found == {
        "release": "a",
        "namespace": "default",
        "fromRevision": 1,
        "toRevision": 2,
        "changed": True,
        "summary": {
            "create": 0,
            "change": 2,
            "replace": 0,
            "delete": 1,
            "adopt": 0,
            "keep": 0,
            "unchanged": 0,
        },
    }
    config = next(each for each in changes if each["name"] == "config")
    assert config.pop("before")["data"]["color"] == "red"
    assert config.pop("after")["data"]["color"] == "blue"
    assert config == {
        "action": "change",
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "namespace": "default",
        "name": "config",
        "source": "web/templates/a.yaml",
        "hook": False,
        "fields": [{"path": "data.color", "before": "red", "after": "blue"}],
        "note": "",
        "refused": False,
        "drift": [],
    }
    assert "hunter2" not in result.out
    assert "aHVudGVyMg==" not in result.out


@pytest.mark.usefixtures("installed")
def test_secrets_can_be_shown(run, chart):
    shown = run(f"diff upgrade a {chart} --set password=x --show-secrets -C 0").out
    assert "-   password: aHVudGVyMg==\n+   password: eA==\n" in shown


def test_an_installation(run, chart):
    for line in (
        f"install a {chart} --plan",
        f"diff upgrade a {chart} --allow-unreleased",
        f"diff upgrade a {chart} --install --three-way-merge --suppress Secret",
        f"upgrade -i a {chart} --plan",
    ):
        result = run(f"{line} --exit-code")
        assert result.code == 2, line
        assert "default, config, ConfigMap (v1) would be created:\n" in result.out
    suppressed = run(f"diff upgrade a {chart} --install --suppress Secret").out
    assert suppressed.startswith(
        "default, secret, Secret (v1) would be created:\n! changes of a Secret are suppressed\n"
        "  # Source: web/templates/a.yaml\n\n"
    )
    refused = run(f"diff upgrade a {chart} --exit-code")
    assert (refused.code, refused.err) == (1, 'Error: "a" has no deployed releases\n')
    assert run("list -q").out == ""


@pytest.mark.usefixtures("installed")
def test_rollbacks_revisions_and_releases(run, chart):
    assert run(f"upgrade a {chart} --set color=blue").code == 0
    for line in ("diff rollback a 1 -C 0", "rollback a --plan -C 0"):
        result = run(line)
        assert result.out.endswith(
            "-   color: blue\n+   color: red\n  ...\n\nPlan: 1 to change, 2 unchanged.\n"
        )
    result = run("diff revision a 1 2 -C 0 --exit-code")
    assert result.code == 2
    assert result.out == (
        "default, config, ConfigMap (v1) has changed:\n  # Source: web/templates/a.yaml\n  ...\n"
        "-   color: red\n+   color: blue\n  ...\n\n0 added, 1 changed, 0 removed.\n"
    )
    assert run("diff revision a 1 -C 0").out == result.out
    assert run("diff revision a 2 --exit-code").code == 0
    assert "could not convert revision to a number" in run("diff revision a x").err
    assert run("diff release a nope").err == "Error: release: not found\n"
    other = run(f"install b {chart} --take-ownership --set extra=false")
    assert other.code == 0, other.err
    assert "default, extra, ConfigMap (v1) has been removed:" in run("diff release a b").out


@pytest.mark.usefixtures("installed")
def test_drift(run, cluster, chart):
    clean = run("status a --drift --exit-code")
    assert (clean.code, clean.out) == (0, "The 3 objects of a are as revision 1 set them.\n")
    ref = ObjectRef("v1", "ConfigMap", "config", "default")
    live = cluster.patch(ref, {"data": {"color": "x", "d": None}}, field_manager="kubectl-edit")
    time = live["metadata"]["managedFields"][-1]["time"]
    cluster.delete(ObjectRef("v1", "ConfigMap", "extra", "default"))
    found = run("status a --drift")
    assert (found.code, found.err) == (0, "")
    assert found.out == (
        "default, config, ConfigMap has drifted:\n"
        f'  data.color is "x", revision 1 set "red" (kubectl-edit, {time}); server-side apply '
        "conflicts with kubectl-edit; --force-conflicts takes the field back\n"
        '  data.d is missing, revision 1 set "4"\n'
        "default, extra, ConfigMap is missing\n"
        "2 of 3 objects of a have drifted.\n"
    )
    data = json.loads(run("status a --drift -o json").out)
    assert [each["name"] for each in data["drifted"]] == ["config", "extra"]
    assert data["drifted"][0]["fields"][1] == {
        "path": "data.d",
        "wanted": "4",
        "live": None,
        "missing": True,
        "manager": "",
        "time": "",
        "stays": "",
    }
    assert run("status a --drift --exit-code").code == 2
    plan = run(f"diff upgrade a {chart} -C 0").out
    assert f'~ data.color is "x", revision 1 set "red" (kubectl-edit, {time});' in plan
    assert "! conflict occurred while applying object default/config /v1, Kind=ConfigMap" in plan
    assert plan.endswith("Plan: 1 to create, 1 to change, 1 unchanged, 1 refused.\n")


def test_control_characters_of_strangers_are_not_printed(run, chart, cluster, tmp_path):
    assert run(f"install a {chart} --set color=red").code == 0
    evil = "\\u001b[31mred"
    (tmp_path / "v.yaml").write_text(f'color: "{evil}"\n', encoding="utf-8")
    result = run(f"diff upgrade a {chart} -f {(tmp_path / 'v.yaml').as_posix()}")
    assert "\x1b" not in result.out


class _Screen(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.usefixtures("installed")
def test_colours_reach_a_terminal(cluster, tmp_path, chart):
    """What strangers wrote is cleaned there, and what we have painted stays."""
    screen = _Screen()

    def connect(settings, reporter):
        return Client(settings, cluster=cluster, reporter=reporter)

    home = {"HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "none")}
    terminal = Terminal(screen, io.StringIO())
    assert run_line(["status", "a"], terminal=terminal, env=home, connect=connect) == 0
    assert "STATUS: \x1b[32mdeployed\x1b[0m\n" in screen.getvalue()
    line = ["diff", "upgrade", "a", chart, "--set", "color=\x1b[2Jx"]
    assert run_line(line, terminal=terminal, env=home, connect=connect) == 0
    assert "\x1b[32m+" in screen.getvalue()
    assert "\x1b[2J" not in screen.getvalue()
