"""Hooks beside helm: what they print, what is recorded, what stays behind."""

from __future__ import annotations

import pytest

from tests.cluster.conftest import CHARTS

HOOKS = str(CHARTS / "hooks")


def pods(pair):
    helms, ours = pair.kube("get", "pods", "-o", "name")
    assert ours == helms
    return ours.split()


@pytest.mark.parametrize("policy", ["before-hook-creation", "hook-succeeded", "hook-failed"])
def test_all_events_in_their_order(pair, policy):
    pair.same("install", "a", HOOKS, "--set", f"policy={policy}")
    kept = policy != "hook-succeeded"
    assert pods(pair) == (["pod/a-0", "pod/a-1"] if kept else [])
    pair.same("upgrade", "a", HOOKS, "--set", f"policy={policy}", "--description", "again")
    pair.same("rollback", "a", "1")
    pair.same("test", "a", "--logs")
    assert ("pod/a-2" in pods(pair), "pod/a-5" in pods(pair)) == (kept, kept)
    records = pair.same_records()
    phases = [hook["last_run"]["phase"] for hook in records[-1]["hooks"]]
    assert phases == ["Succeeded", "Succeeded", "Succeeded", "", "", "Succeeded"]
    pair.same("uninstall", "a", "--keep-history")
    pair.same_records()
    assert ("pod/a-3" in pods(pair), "pod/a-4" in pods(pair)) == (kept, kept)


@pytest.mark.parametrize("event", ["pre-install", "post-install"])
def test_one_that_fails_fails_the_installation(pair, event):
    failed = pair.same("install", "a", HOOKS, "--set", f"fail={event}", code=1)
    assert f"\nError: INSTALLATION FAILED: failed {event}: " in failed.err
    assert "container c: exited with code 1" in failed.err
    (record,) = pair.same_records()
    assert record["info"]["status"] == "failed"
    pair.same_objects("configmap")


@pytest.mark.parametrize("event", ["pre-upgrade", "post-upgrade"])
def test_one_that_fails_fails_the_upgrade(pair, event):
    pair.same("install", "a", HOOKS)
    pair.same("upgrade", "a", HOOKS, "--set", f"fail={event},policy=hook-failed", code=1)
    assert pods(pair) == ([] if event == "pre-upgrade" else ["pod/a-0"])
    assert [r["info"]["status"] for r in pair.same_records()] == ["deployed", "failed"]
    pair.same_objects("configmap")
    pair.same("upgrade", "a", HOOKS)
    pair.same_records()


def test_one_that_fails_fails_the_rollback(pair):
    """Helm leaves the revision pending, so that nothing works any more; here it has failed."""
    pair.same("install", "a", HOOKS, "--set", "fail=rollback")
    pair.same("rollback", "a", "1", code=1)
    assert [row["status"] for row in pair.helm("history", "a", "-o", "json").json][-1] == (
        "pending-rollback"
    )
    assert [row["status"] for row in pair.pyhelm("history", "a", "-o", "json").json][-1] == "failed"
    assert pair.pyhelm("upgrade", "a", HOOKS).code == 0


@pytest.mark.parametrize("event", ["pre-delete", "post-delete"])
def test_one_that_fails_fails_the_uninstallation(pair, event):
    left = "uninstalling" if event == "pre-delete" else ""
    pair.same("install", "a", HOOKS, "--set", f"fail={event}")
    pair.same("uninstall", "a", code=1)
    assert [r["info"]["status"] for r in pair.same_records()] == ([left] if left else [])
    if left:
        pair.same("uninstall", "a", "--no-hooks")


def test_tests_that_fail(pair):
    pair.same("install", "a", HOOKS, "--set", "fail=test")
    failed = pair.same("test", "a", "--logs", code=1)
    assert "Phase:          Failed" in failed.out
    assert "POD LOGS: a-5 (c)\nstarting\nfatal: no database at db:3306\n" in failed.out
    pair.same_records()
    pair.same("test", "a", "--filter", "!name=a-5", "--logs")
    pair.same("test", "a", "--filter", "name=nobody")
    pair.same("test", "nobody", code=1)


def test_without_hooks(pair):
    pair.same("install", "a", HOOKS, "--no-hooks", "--set", "fail=e")
    pair.same("upgrade", "a", HOOKS, "--no-hooks", "--set", "fail=e")
    pair.same("rollback", "a", "1", "--no-hooks")
    pair.same_records()
    pair.same("uninstall", "a", "--no-hooks")
    assert pods(pair) == []


def test_an_object_that_is_none_is_told_of_before_anything_runs(pair, tmp_path):
    chart = tmp_path / "odd"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: odd\nversion: 1.0.0\n", "utf-8")
    (chart / "templates" / "a.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels: {yes: on}\n"
        "  annotations: {helm.sh/hook: pre-install}\n",
        "utf-8",
    )
    helms, ours = pair.run("install", "a", str(chart))
    assert (helms.code, ours.code) == (1, 1)
    why = "cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string"
    assert why in helms.err
    assert f'pre-install hook: unable to decode "": json: {why}' in ours.err
    assert "metadata.labels.true is a boolean where a string is needed" in ours.err
    # Helm has recorded a release that failed; here the name is free.
    assert [pair.run("history", "a")[1].code, ours.out] == [1, ""]
