"""Clients that die, that are at work, and that meet, on a real API server; helm is the referee."""

from __future__ import annotations

import getpass
import json
import shutil
import signal
import socket
import subprocess
import sys
import time

import pytest
import yaml

from tests.cluster.conftest import CHARTS
from tests.control_plane import build, plane

JINJA = CHARTS / "jinja"
WHO = f"{getpass.getuser()}@{socket.gethostname()}"
BUSY = "another operation (install/upgrade/rollback) is in progress"


@pytest.fixture
def stuck(tmp_path):
    """A chart whose Pod needs a node that isn't there."""
    return never_ready(JINJA, tmp_path)


def never_ready(original, root):
    chart = shutil.copytree(original, root / original.name)
    template = chart / "templates" / "objects.yaml"
    text = template.read_text(encoding="utf-8")
    selector = "      nodeSelector: {a: b}\n      containers:"
    template.write_text(text.replace("      containers:", selector), encoding="utf-8")
    return chart


@pytest.fixture
def start(environment, namespace):
    """Start a program that is still at work when the test goes on; none outlives the test."""
    started = []

    def run(*command):
        process = subprocess.Popen(
            [str(each) for each in command],
            env={**environment, "HELM_NAMESPACE": namespace},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def waiting(start, stuck, pyhelm):
    """A pyhelm that waits for what never gets ready."""
    ok(pyhelm("install", "a", str(JINJA)))
    process = start(sys.executable, "-m", "pyhelm", "upgrade", "a", stuck, "--wait")
    until(lambda: statuses(pyhelm) == ["deployed", "pending-upgrade"], process)
    return process


def ok(run):
    assert run.code == 0, run.err
    return run


def statuses(pyhelm):
    found = pyhelm("history", "a", "-o", "json")
    return [row["status"] for row in found.json] if found.code == 0 else []


def until(true, process=None, seconds=60):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        assert process is None or process.poll() is None, process.communicate()
        time.sleep(0.1)


def leases(kubectl, namespace):
    found = ok(kubectl("get", "lease", "-n", namespace, "-o", "json")).json
    return {row["metadata"]["name"]: row for row in found["items"]}


def test_one_that_lives_blocks_and_is_named(waiting, pyhelm, helm):
    for arguments in (("upgrade", "a", str(JINJA)), ("rollback", "a", "1"), ("uninstall", "a")):
        blocked = pyhelm(*arguments)
        assert blocked.code == 1
        assert f"{BUSY}: upgrade to revision 2 by {WHO} (pid {waiting.pid}) since " in blocked.err
    found = ok(pyhelm("recover", "a"))
    assert f"at work: upgrade to revision 2 by {WHO} (pid {waiting.pid})" in found.out
    assert BUSY in helm("upgrade", "a", str(JINJA)).err


def test_one_that_was_killed_does_not(waiting, pyhelm, helm, kubectl, namespace, get):
    waiting.kill()
    waiting.communicate()
    assert "pyhelm.a" in leases(kubectl, namespace)
    assert BUSY in helm("upgrade", "a", str(JINJA)).err, "helm is stuck"
    upgraded = ok(pyhelm("upgrade", "a", str(JINJA), "--wait", "--timeout", "60s"))
    dead = (
        f"revision 2 is pending-upgrade, but its client {WHO} (pid {waiting.pid}), at work since "
    )
    assert dead in upgraded.err
    assert statuses(pyhelm) == ["superseded", "failed", "deployed"]
    assert leases(kubectl, namespace) == {}
    assert get("deployment", "a")["status"]["readyReplicas"] == 2
    ok(helm("upgrade", "a", str(CHARTS / "gotpl")))


def test_one_that_was_killed_elsewhere_is_watched_first(waiting, pyhelm, kubectl, namespace):
    waiting.kill()
    waiting.communicate()
    change = {
        "metadata": {"annotations": {"pyhelm/machine": "another", "pyhelm/host": "ci-7"}},
        "spec": {"leaseDurationSeconds": 4},
    }
    ok(
        kubectl(
            "patch", "lease", "pyhelm.a", "-n", namespace, "--type=merge", "-p", json.dumps(change)
        )
    )
    upgraded = ok(pyhelm("upgrade", "a", str(JINJA)))
    assert "@ci-7 (pid" in upgraded.err
    assert "s to see whether it is alive" in upgraded.err
    assert statuses(pyhelm) == ["superseded", "failed", "deployed"]


def test_the_lease_is_renewed_while_it_is_waited(waiting, kubectl, namespace):
    first = leases(kubectl, namespace)["pyhelm.a"]["spec"]["renewTime"]
    until(lambda: leases(kubectl, namespace)["pyhelm.a"]["spec"]["renewTime"] > first, waiting)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_that_is_told_to_end_records_that(waiting, pyhelm, kubectl, namespace, number):
    waiting.send_signal(number)
    _, err = waiting.communicate(timeout=30)
    assert waiting.returncode == 130
    assert "Traceback" not in err
    assert "interrupted: recording that" in err
    assert statuses(pyhelm) == ["deployed", "failed"]
    assert leases(kubectl, namespace) == {}


def test_what_plain_helm_left_pending(start, tmp_path, helm, helm_program, pyhelm):
    """It has no lease: it blocks, says what is known, and a person can say that it is dead."""
    ok(pyhelm("install", "a", str(JINJA)))
    chart = never_ready(CHARTS / "gotpl", tmp_path)
    process = start(helm_program, "upgrade", "a", chart, "--wait")
    until(lambda: statuses(pyhelm)[-1:] == ["pending-upgrade"], process)
    process.kill()
    process.communicate()
    blocked = pyhelm("upgrade", "a", str(JINJA))
    assert blocked.code == 1
    assert f"{BUSY}: revision 2 is pending-upgrade since " in blocked.err
    assert "it has no lease, so it is helm's or an older client's, last heard of" in blocked.err
    shown = ok(pyhelm("recover", "a", "--force", "--dry-run"))
    assert "WOULD BE REPAIRED:\n  revision 2 marked failed\n" in shown.out
    ok(pyhelm("recover", "a", "--force"))
    assert statuses(pyhelm) == ["deployed", "failed"]
    ok(helm("upgrade", "a", str(CHARTS / "gotpl")))
    assert statuses(pyhelm) == ["superseded", "failed", "deployed"]


def test_clients_that_meet(start, pyhelm, kubectl, namespace):
    """Of several at once one wins, the others are told; every revision is recorded."""
    ok(pyhelm("install", "a", str(JINJA)))
    won = 0
    for color in ("red", "green", "pink"):
        command = (sys.executable, "-m", "pyhelm", "upgrade", "a", JINJA, "--set", f"color={color}")
        processes = [start(*command) for _ in range(3)]
        ends = [(process.communicate(timeout=60)[1], process.returncode) for process in processes]
        won += sum(code == 0 for _, code in ends)
        assert any(code == 0 for _, code in ends)
        assert all(BUSY in err for err, code in ends if code != 0)
    history = ok(pyhelm("history", "a", "-o", "json")).json
    assert [row["revision"] for row in history] == [*range(1, won + 2)]
    assert [row["status"] for row in history] == ["superseded"] * won + ["deployed"]
    assert leases(kubectl, namespace) == {}


RULES = [
    {"apiGroups": [""], "resources": ["secrets", "configmaps", "services"], "verbs": ["*"]},
    {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["*"]},
]
LEASES = {
    "apiGroups": ["coordination.k8s.io"],
    "resources": ["leases"],
    "verbs": ["get", "create", "update", "delete"],
}


@pytest.fixture
def allow(kubectl, namespace, tmp_path):
    """Let the developer do something in the test's namespace."""

    def grant(rules):
        subject = {"kind": "User", "name": "developer", "apiGroup": "rbac.authorization.k8s.io"}
        role = {"kind": "Role", "name": "d", "apiGroup": "rbac.authorization.k8s.io"}
        head = {"apiVersion": "rbac.authorization.k8s.io/v1"}
        metadata = {"name": "d", "namespace": namespace}
        documents = [
            {**head, "kind": "Role", "metadata": metadata, "rules": rules},
            {**head, "kind": "RoleBinding", "metadata": metadata, "roleRef": role,
             "subjects": [subject]},
        ]  # fmt: skip
        path = tmp_path / "rbac.yaml"
        path.write_text(yaml.safe_dump_all(documents), encoding="utf-8")
        ok(kubectl("apply", "-f", str(path)))

    return grant


@pytest.mark.parametrize("rules", [RULES, [*RULES, LEASES]], ids=["without", "with"])
def test_someone_who_may_work_in_one_namespace(rules, allow, pyhelm, control_plane, namespace):
    """The rights that the documentation names are enough; those to leases can be left out."""
    assert control_plane is not None, "this needs a user of the control plane's own"
    allow(rules)
    config = ("--kubeconfig", str(control_plane.kubeconfig_for("developer")))
    ok(pyhelm("install", "a", str(JINJA), *config))
    upgraded = ok(pyhelm("upgrade", "a", str(JINJA), "--set", "color=red", "--debug", *config))
    assert ("no lease is held on a, as in helm: " in upgraded.err) == (rules is RULES)
    ok(pyhelm("rollback", "a", *config))
    ok(pyhelm("uninstall", "a", *config))


def test_the_api_server_restarts_while_it_is_waited(stuck, environment, tmp_path):
    """On a control plane of its own: the wait goes on, and so does the lease."""
    with plane.running(build.needed()) as own:
        process = subprocess.Popen(
            [sys.executable, "-m", "pyhelm", "install", "a", str(stuck), "--wait", "--debug"],
            env={**environment, "KUBECONFIG": str(own.kubeconfig)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        lease = "/apis/coordination.k8s.io/v1/namespaces/default/leases/pyhelm.a"
        until(lambda: answers(own, "/apis/apps/v1/namespaces/default/deployments/a"), process)
        server = next(each for each in own.processes if command(each)[0].endswith("kube-apiserver"))
        server.kill()
        server.wait()
        time.sleep(3)
        own.spawn("kube-apiserver", *command(server)[1:])
        until(lambda: answers(own, lease), process)
        renewed = own.request("GET", lease)["spec"]["renewTime"]
        until(lambda: own.request("GET", lease)["spec"]["renewTime"] > renewed, process)
        own.request("PATCH", "/api/v1/nodes/kwok-node", {"metadata": {"labels": {"a": "b"}}})
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        assert "STATUS: deployed" in out
        assert "again in" in err


def command(process):
    """What it was started with."""
    return process.args


def answers(own, path):
    try:
        return bool(own.request("GET", path))
    except OSError:
        return False
