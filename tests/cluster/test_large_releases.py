"""A release whose record no Secret can hold, on the real control plane, with real helm beside.

Each test runs with one of the drivers, and with both where PYHELM_ALL=1.
"""

from __future__ import annotations

import random
import time

import pytest

from tests.samples import ALL

COUNT, SIZE = 5, 330_000
TEMPLATE = """\
{{ range $n := until (int .Values.count) }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ $.Release.Name }}-{{ $n }}
data:
  color: {{ $.Values.color }}
  text: {{ $.Files.Get (printf "files/%d.txt" $n) | quote }}
{{ end }}
"""


@pytest.fixture
def driver(request, environment):
    environment["HELM_DRIVER"] = request.param
    return request.param


def with_driver(name):
    """Run a test with this driver, or with each."""
    names = ["secret", "configmap"] if ALL else [name]
    return pytest.mark.parametrize("driver", names, indirect=True)


@pytest.fixture
def chart(tmp_path):
    """Three MiB of manifest that no compression makes small."""
    root = tmp_path / "big"
    (root / "templates").mkdir(parents=True)
    (root / "files").mkdir()
    head = "apiVersion: v2\nname: big\nversion: 1.0.0\nappVersion: '7'\n"
    (root / "Chart.yaml").write_text(head, encoding="utf-8")
    (root / "values.yaml").write_text(f"count: {COUNT}\ncolor: red\n", encoding="utf-8")
    (root / "templates" / "all.yaml").write_text(TEMPLATE, encoding="utf-8")
    dice = random.Random(5)
    for number in range(COUNT):
        text = dice.randbytes(SIZE).hex()
        (root / "files" / f"{number}.txt").write_text(text, encoding="utf-8")
    return str(root)


@pytest.fixture
def parts(kubectl, namespace, driver):
    """The names of the parts that are there."""

    def read():
        line = ("get", driver, "--namespace", namespace, "--selector", "owner=pyhelm")
        return kubectl(*line, "--output", "name").out.split()

    return read


@pytest.fixture
def color(kubectl, namespace):
    def read():
        line = ("get", "configmap", "a-0", "--namespace", namespace)
        return kubectl(*line, "--output", "jsonpath={.data.color}").out

    return read


def ok(run):
    assert run.code == 0, run.err
    return run


def refused(run):
    """Helm stopped, and said whose release this is."""
    assert run.code == 1
    return run.err


@with_driver("secret")
def test_its_life_with_helm_beside(driver, pyhelm, helm, chart, parts, color):
    assert "too large" in refused(helm("install", "b", chart))
    ok(pyhelm("install", "a", chart))
    assert len(parts()) >= 3
    manifest = ok(pyhelm("get", "manifest", "a")).out
    assert len(manifest) > 3 * 1024 * 1024

    (row,) = ok(helm("list", "-o", "json")).json
    (ours,) = ok(pyhelm("list", "-o", "json")).json
    assert row == ours
    assert (row["status"], row["chart"], row["app_version"]) == ("deployed", "big-1.0.0", "7")
    assert "use-PyHelm" in refused(helm("status", "a"))
    assert "use-PyHelm" in refused(helm("upgrade", "a", chart, "--set", "color=blue"))
    assert "use-PyHelm" in refused(helm("rollback", "a", "1"))
    refused(helm("uninstall", "a"))
    assert color() == "red"

    ok(pyhelm("upgrade", "a", chart, "--set", "color=green"))
    assert color() == "green"
    ok(pyhelm("rollback", "a", "1"))
    assert color() == "red"
    assert ok(pyhelm("get", "manifest", "a")).out == manifest
    assert ok(pyhelm("status", "a", "-o", "json")).json["info"]["status"] == "deployed"

    ok(pyhelm("uninstall", "a"))
    assert ok(helm("list", "-o", "json")).json == []
    gone(parts)


@with_driver("secret")
def test_what_helm_leaves_of_an_uninstall_is_no_obstacle(driver, pyhelm, helm, chart, parts):
    ok(pyhelm("install", "a", chart))
    refused(helm("uninstall", "a"))
    ok(pyhelm("uninstall", "a"))
    gone(parts)


@with_driver("configmap")
def test_old_revisions_go_with_their_parts(driver, pyhelm, chart, parts):
    ok(pyhelm("install", "a", chart))
    first = set(parts())
    for color in ("green", "blue"):
        ok(pyhelm("upgrade", "a", chart, "--set", f"color={color}", "--history-max", "2"))
    deadline = time.monotonic() + 20
    while first & set(parts()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert len(ok(pyhelm("history", "a", "-o", "json")).json) == 2
    ok(pyhelm("rollback", "a", "2"))


def gone(parts):
    """The cluster collects the parts of heads that were deleted."""
    deadline = time.monotonic() + 20
    while parts():
        assert time.monotonic() < deadline
        time.sleep(0.1)
