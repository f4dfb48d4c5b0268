"""Ways of applying and waiting, beside helm: output, objects, `managedFields` and records."""

from __future__ import annotations

import pytest

from tests.cluster.conftest import CHARTS

WEB = str(CHARTS / "web")
RECOLOR = """\
apiVersion: v1
type: postrenderer/v1
name: recolor
version: 0.1.0
runtime: subprocess
runtimeConfig:
  platformCommand:
    - command: sed
"""


def stored(pair):
    return pair.same_objects("configmap", "service", "deployment")


def test_methods_and_their_change(pair):
    pair.same("install", "a", WEB, "--server-side=false")
    stored(pair)
    pair.same("upgrade", "a", WEB, "--set", "color=red")
    stored(pair)
    pair.same("upgrade", "a", WEB, "--server-side=true", "--set", "color=green")
    stored(pair)
    pair.same("upgrade", "a", WEB, "--server-side=false", "--set", "color=blue,port=81")
    stored(pair)
    pair.same("rollback", "a", "3")
    stored(pair)
    methods = [record["apply_method"] for record in pair.same_records()]
    assert methods == ["csa", "csa", "ssa", "csa", "ssa"]


def test_replacing(pair):
    pair.same("install", "a", WEB, "--server-side=false")
    pair.kube("label", "configmap", "a", "mine=yes")
    pair.same("upgrade", "a", WEB, "--force-replace", "--set", "color=red")
    stored(pair)
    pair.same("upgrade", "a", WEB, "--force", "--set", "color=green")
    stored(pair)
    pair.same("rollback", "a", "1", "--force-replace")
    stored(pair)
    pair.same_records()


@pytest.mark.parametrize(
    "flags",
    [
        ("--server-side=maybe",),
        ("--force-replace", "--force-conflicts"),
        ("--wait=maybe",),
        ("--hide-secret",),
        ("--labels", "name=x"),
    ],
)
def test_flags_that_are_refused(pair, flags):
    pair.same("install", "a", WEB)
    pair.same("upgrade", "a", WEB, *flags, code=1)
    pair.same_records()


def test_conflicts_name_field_and_manager(pair):
    pair.same("install", "a", WEB)
    pair.kube("scale", "deployment", "a", "--replicas", "3")
    pair.kube("patch", "configmap", "a", "-p", '{"data":{"color":"mine"}}')
    failed = pair.same("upgrade", "a", WEB, "--set", "color=red,replicas=2", code=1)
    assert 'conflict with "kubectl-patch" using v1: .data.color' in failed.err
    assert 'with subresource "scale" using apps/v1: .spec.replicas' in failed.err
    stored(pair)
    pair.same("upgrade", "a", WEB, "--set", "color=red,replicas=2", "--force-conflicts")
    stored(pair)
    pair.same_records()


@pytest.mark.parametrize("method", ["true", "false"])
def test_ownership_is_taken_when_asked(pair, method):
    pair.kube("create", "configmap", "a", "--from-literal=color=mine")
    refused = pair.same("install", "a", WEB, f"--server-side={method}", code=1)
    assert "exists and cannot be imported into the current release" in refused.err
    more = ("--force-conflicts",) if method == "true" else ()
    pair.same("install", "a", WEB, f"--server-side={method}", "--take-ownership", *more)
    stored(pair)
    pair.same_records()


def test_waiting_that_ends_well(pair):
    pair.same("install", "a", WEB, "--wait", "--wait-for-jobs", "--set", "job=ok")
    pair.same("upgrade", "a", WEB, "--wait=legacy", "--set", "replicas=2,job=ok")
    pair.same("upgrade", "a", WEB, "--wait=true", "--set", "replicas=1,job=ok")
    pair.same("rollback", "a", "--wait", "--wait-for-jobs")
    pair.same("uninstall", "a", "--wait", "--cascade=foreground")
    assert pair.kube("get", "deployment,pod", "-o", "name")[1] == ""


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        (
            ("--wait", "--timeout=3s", "--set", "simulate=crash"),
            "container c: CrashLoopBackOff: back-off 40s restarting failed container\n"
            "    starting\n    fatal: no database at db:3306",
        ),
        (
            ("--wait", "--timeout=60s", "--set", "simulate=image-pull-error,deadline=5"),
            'container c: ImagePullBackOff: Back-off pulling image "x"',
        ),
        (
            ("--wait", "--wait-for-jobs", "--timeout=60s", "--set", "job=fail"),
            # The controller's event comes after the status that ends the wait.
            "container c: exited with code 1 (Error)\n"
            "    starting\n    fatal: no database at db:3306",
        ),
        (
            ("--wait=legacy", "--timeout=3s", "--set", "simulate=never-ready"),
            "Unhealthy: Readiness probe failed",
        ),
    ],
    ids=["crash", "pull", "job", "legacy"],
)
def test_waiting_that_fails_says_why(pair, flags, why):
    failed = pair.same("install", "a", WEB, *flags, code=1)
    assert why in failed.err
    (record,) = pair.same_records()
    assert record["info"]["status"] == "failed"
    assert why not in record["info"]["description"]


def test_a_job_that_failed_ends_the_wait_for_what_never_will_be(pair):
    """Helm waits for the rest until its time is over."""
    flags = ("--wait", "--wait-for-jobs", "--set", "job=fail,simulate=never-ready")
    failed = pair.pyhelm("install", "a", WEB, *flags, "--timeout=5m")
    assert failed.code == 1
    assert "Job Failed. failed: 1/1" in failed.err
    assert "deadline" not in failed.err


def test_going_back_on_failure(pair):
    broken = ("--set", "simulate=crash", "--timeout", "3s")
    pair.same("install", "a", WEB, "--rollback-on-failure", *broken, code=1)
    assert pair.kube("get", "deployment", "-o", "name") == ("", "")
    pair.same("install", "a", WEB)
    pair.same("upgrade", "a", WEB, "--atomic", "--set", "color=red", *broken, code=1)
    statuses = [record["info"]["status"] for record in pair.same_records()]
    assert statuses == ["superseded", "failed", "deployed"]


def test_cleaning_up_on_failure(pair):
    pair.same("install", "a", WEB)
    broken = ("--set", "job=fail", "--wait", "--wait-for-jobs", "--timeout", "20s")
    pair.same("upgrade", "a", WEB, "--cleanup-on-fail", *broken, code=1)
    pair.same_records()


def test_post_renderers_change_objects_and_hooks(pair, tmp_path):
    plugin = tmp_path / "data" / "plugins" / "recolor"
    plugin.mkdir(parents=True)
    (plugin / "plugin.yaml").write_text(RECOLOR, encoding="utf-8")
    flags = ("--post-renderer", "recolor", "--post-renderer-args", "s/blue/red/")
    pair.same("install", "a", WEB, *flags)
    pair.same_objects("configmap", "service", "deployment")
    assert pair.kube("get", "configmap", "a", "-o", "jsonpath={.data.color}") == ("red", "red")
    pair.same(
        "upgrade", "a", WEB, "--post-renderer", "recolor", "--post-renderer-args", "d", code=1
    )
    program = ("--post-renderer", "/bin/sed", "--post-renderer-args", "s/blue/green/")
    assert pair.pyhelm("upgrade", "a", WEB, *program).code == 0
    assert pair.kube("get", "configmap", "a", "-o", "jsonpath={.data.color}")[1] == "green"
