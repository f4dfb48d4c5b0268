"""What the server serves: kept between runs, and groups that are down do no harm."""

from __future__ import annotations

import json

import pytest

from tests.cluster.conftest import CHARTS

WEB = str(CHARTS / "web")


@pytest.fixture
def dead_group(kubectl, namespace, tmp_path):
    """An aggregated API whose server isn't there."""
    group = f"{namespace[:40]}.dead"
    body = {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": f"v1.{group}"},
        "spec": {
            "group": group,
            "version": "v1",
            "groupPriorityMinimum": 100,
            "versionPriority": 100,
            "insecureSkipTLSVerify": True,
            "service": {"name": "nobody", "namespace": namespace},
        },
    }
    path = tmp_path / "apiservice.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    made = kubectl("create", "-f", str(path))
    assert made.code == 0, made.err
    yield group
    kubectl("delete", "apiservice", f"v1.{group}")


def test_a_group_that_is_down_stops_no_release_that_does_not_need_it(pair, dead_group):
    for _ in range(2):
        helms, ours = pair.run("install", "a", WEB, "--wait")
        assert (helms.code, ours.code) == (0, 0), ours.err
        helms, ours = pair.run("upgrade", "a", WEB, "--set", "color=red")
        assert (helms.code, ours.code) == (0, 0), ours.err
        helms, ours = pair.run("uninstall", "a", "--wait")
        assert (helms.code, ours.code) == (0, 0), ours.err


def test_a_kind_of_a_group_that_is_down_is_told_of(pyhelm, dead_group, tmp_path):
    chart = tmp_path / "c"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: c\nversion: 1.0.0\n", "utf-8")
    (chart / "templates" / "a.yaml").write_text(
        f"apiVersion: {dead_group}/v1\nkind: Thing\nmetadata: {{name: a}}\n", "utf-8"
    )
    failed = pyhelm("install", "a", str(chart))
    assert failed.code == 1
    assert "Traceback" not in failed.err
    assert dead_group in failed.err or "the server is currently unable" in failed.err


def test_it_is_sent_again_only_where_it_changed(pyhelm, control_plane):
    if control_plane is None:
        pytest.skip("this test reads the audit log of a control plane of its own")
    assert pyhelm("install", "a", WEB).code == 0
    seen = control_plane.audit_log.stat().st_size
    assert pyhelm("upgrade", "a", WEB, "--set", "color=red").code == 0
    answers = {
        entry["requestURI"]: entry["responseStatus"]["code"]
        for entry in control_plane.requests(seen)
        if entry.get("userAgent", "").startswith("PyHelm/")
    }
    assert (answers["/api"], answers["/apis"]) == (304, 304)
