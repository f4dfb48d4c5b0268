"""The roles of docs/rbac.md: enough, no more than is needed, and nothing outside the namespace."""

from __future__ import annotations

import copy
import json
import re

import pytest
import yaml

from tests.cluster.conftest import CHARTS, ROOT, _run
from tests.commands import run_here

WEB = str(CHARTS / "web")
HOOKS = str(CHARTS / "hooks")
EVERYONES = re.compile(r"/(version|api|apis|apis/[\w.-]+/\w+)(\?.*)?$")
"""What any user may ask of the server: its version, and what it serves."""


def documented(name):
    page = (ROOT / "docs" / "rbac.md").read_text(encoding="utf-8")
    roles = map(yaml.safe_load, re.findall(r"```yaml\n(.*?)```", page, re.DOTALL))
    return next(role for role in roles if role["metadata"]["name"] == name)


def without(role, *resources):
    """The role without some resources."""
    role = copy.deepcopy(role)
    for rule in role["rules"]:
        rule["resources"] = [each for each in rule["resources"] if each not in resources]
    role["rules"] = [rule for rule in role["rules"] if rule["resources"]]
    return role


def without_verbs(role, *verbs):
    """The role without some verbs on what charts consist of."""
    role = copy.deepcopy(role)
    for rule in role["rules"]:
        if not {"secrets", "leases"} & set(rule["resources"]):
            rule["verbs"] = [verb for verb in rule["verbs"] if verb not in verbs]
    role["rules"] = [rule for rule in role["rules"] if rule["verbs"]]
    return role


@pytest.fixture
def developer(control_plane, environment, namespace, kubectl, tmp_path, helm_program):
    """Somebody who has the rights that are granted in the namespace, and no others."""
    if control_plane is None:
        pytest.skip("this test needs a user of a control plane of its own")
    variables = {
        **environment,
        "KUBECONFIG": str(control_plane.kubeconfig_for("developer")),
        "HELM_NAMESPACE": namespace,
    }

    class Developer:
        def __init__(self):
            self.seen = control_plane.audit_log.stat().st_size

        def grant(self, role):
            path = tmp_path / "role.json"
            binding = {
                "apiVersion": "rbac.authorization.k8s.io/v1",
                "kind": "RoleBinding",
                "metadata": {"name": "developer"},
                "subjects": [{"kind": "User", "name": "developer"}],
                "roleRef": {
                    "apiGroup": "rbac.authorization.k8s.io",
                    "kind": "Role",
                    "name": role["metadata"]["name"],
                },
            }
            items = {"apiVersion": "v1", "kind": "List", "items": [role, binding]}
            path.write_text(json.dumps(items), encoding="utf-8")
            made = kubectl("apply", "-n", namespace, "-f", str(path))
            assert made.code == 0, made.err
            self.seen = control_plane.audit_log.stat().st_size

        def pyhelm(self, *arguments):
            return run_here(arguments, variables)

        def helm(self, *arguments):
            return _run([helm_program, *arguments], variables)

        def requests(self):
            """What the server was asked by this user since the last grant."""
            entries = control_plane.requests(self.seen)
            return [each for each in entries if each["user"]["username"] == "developer"]

    return Developer()


def ok(run):
    assert run.code == 0, run.err
    return run


def whole_life(tool):
    ok(tool("install", "a", WEB, "--wait", "--set", "job=ok"))
    ok(tool("upgrade", "a", WEB, "--set", "color=red", "--wait", "--cleanup-on-fail"))
    ok(tool("rollback", "a", "1", "--wait"))
    ok(tool("install", "h", HOOKS))
    ok(tool("test", "h"))
    for command in (("list",), ("status", "a"), ("history", "a"), ("get", "all", "a")):
        ok(tool(*command))
    ok(tool("uninstall", "h"))
    ok(tool("uninstall", "a", "--wait"))


def test_an_installer_has_enough_and_asks_for_nothing_else(developer, namespace):
    developer.grant(documented("release-installer"))
    whole_life(developer.pyhelm)
    failed = developer.pyhelm(
        "install", "c", WEB, "--wait", "--timeout=4s", "--set", "simulate=crash"
    )
    assert "fatal: no database at db:3306" in failed.err
    ok(developer.pyhelm("diff", "upgrade", "c", WEB, "--set", "color=red"))
    ok(developer.pyhelm("uninstall", "c"))
    asked = developer.requests()
    refused = [each["requestURI"] for each in asked if each["responseStatus"]["code"] == 403]
    elsewhere = [
        each["requestURI"]
        for each in asked
        if (each.get("objectRef") or {}).get("namespace") != namespace
        and not EVERYONES.match(each["requestURI"])
    ]
    assert (refused, elsewhere) == ([], [])
    assert len(asked) > 50


def test_helm_wants_a_little_more(developer):
    role = copy.deepcopy(documented("release-installer"))
    role["rules"][0]["verbs"].append("watch")
    developer.grant(role)
    whole_life(developer.helm)


def test_whoever_only_looks_changes_nothing(developer, pyhelm):
    ok(pyhelm("install", "a", WEB))
    developer.grant(documented("release-viewer"))
    for command in (("list",), ("status", "a"), ("history", "a"), ("get", "all", "a")):
        ok(developer.pyhelm(*command))
    assert all(each["responseStatus"]["code"] != 403 for each in developer.requests())
    refused = developer.pyhelm("upgrade", "a", WEB, "--set", "color=red")
    assert refused.code == 1
    assert "forbidden" in refused.err
    assert [row["revision"] for row in ok(pyhelm("history", "a", "-o", "json")).json] == [1]


@pytest.mark.parametrize(
    "role",
    [
        without(documented("release-installer"), "events", "pods/log", "replicasets"),
        without(documented("release-installer"), "leases"),
        without_verbs(documented("release-installer"), "list", "watch"),
    ],
    ids=["no explanations", "no leases", "no lists"],
)
def test_what_may_not_be_read_is_done_without(developer, role):
    developer.grant(role)
    ok(developer.pyhelm("install", "a", WEB, "--wait"))
    ok(developer.pyhelm("upgrade", "a", WEB, "--set", "color=red", "--wait"))
    ok(developer.pyhelm("rollback", "a", "1"))
    failed = developer.pyhelm(
        "upgrade", "a", WEB, "--wait", "--timeout=3s", "--set", "simulate=crash"
    )
    assert failed.code == 1
    assert "Deployment" in failed.err
    assert "Traceback" not in failed.err
    ok(developer.pyhelm("uninstall", "a"))


def test_a_kind_that_may_not_be_read_is_named_before_anything_changes(developer, pyhelm):
    developer.grant(without(documented("release-installer"), "deployments"))
    for tool in (developer.helm, developer.pyhelm):
        refused = tool("install", "a", WEB)
        assert refused.code == 1
        assert 'deployments.apps "a" is forbidden' in refused.err
    assert ok(pyhelm("list", "-o", "json")).json == []


def test_all_namespaces_need_all_rights(developer, namespace):
    developer.grant(documented("release-installer"))
    for tool in (developer.helm, developer.pyhelm):
        refused = tool("list", "--all-namespaces")
        assert refused.code == 1
        assert "secrets is forbidden" in refused.err
        assert "at the cluster scope" in refused.err
