"""`list` beside real helm's: the same lines for every flag, whoever installed what is listed."""

from __future__ import annotations

import base64
import gzip
import json
import re

import pytest

from tests.cluster.conftest import CHARTS, record

GO = str(CHARTS / "gotpl")
JINJA = str(CHARTS / "jinja")
LINES = [
    *[(), ("--deployed",), ("--failed",), ("--pending",), ("--superseded",), ("--uninstalled",)],
    *[("--uninstalling",), ("--failed", "--pending"), ("-d",), ("-d", "-r"), ("-r",)],
    *[("-f", "^[ab]"), ("-f", "x"), ("-l", "team=x"), ("-l", "team!=x"), ("-l", "status=failed")],
    *[("-m", "2"), ("-m", "2", "--offset", "1"), ("--offset", "9"), ("-m", "0"), ("-q",)],
    *[("-q", "-o", "json"), ("-q", "-o", "yaml"), ("-o", "json"), ("-o", "yaml"), ("-A",)],
    *[("--no-headers",), ("--time-format", "2006-01-02 15:04:05"), ("-A", "-o", "json")],
    *[("-d", "-m", "1", "--offset", "1"), ("--superseded", "-o", "json"), ("-A", "-l", "team=x")],
]


def ok(run):
    assert run.code == 0, run.err
    return run


def restate(control_plane, namespace, name, revision, status):
    """Give a revision a status that only a client that died leaves."""

    def change(found, labels):
        found["info"]["status"] = labels["status"] = status

    rewrite(control_plane, namespace, name, revision, change)


def rewrite(control_plane, namespace, name, revision, change):
    """Change a revision's record and its labels."""
    path = f"/api/v1/namespaces/{namespace}/secrets/sh.helm.release.v1.{name}.v{revision}"
    secret = control_plane.request("GET", path)
    found = record(secret)
    change(found, secret["metadata"]["labels"])
    body = base64.b64encode(gzip.compress(json.dumps(found).encode()))
    secret["data"]["release"] = base64.b64encode(body).decode()
    control_plane.request("PUT", path, secret)


@pytest.fixture
def releases(pyhelm, helm, control_plane, namespace):
    """A release in each state, of both tools, and one whose last revision failed."""
    ok(pyhelm("install", "a", JINJA, "--labels", "team=x"))
    ok(helm("install", "b", GO, "--labels", "team=x"))
    ok(pyhelm("upgrade", "b", JINJA))
    ok(pyhelm("upgrade", "b", GO, "--set", "color=red"))
    ok(helm("install", "c", GO))
    ok(pyhelm("upgrade", "c", GO))
    for name, status in (("d", "failed"), ("e", "pending-install"), ("f", "uninstalling")):
        ok(pyhelm("install", name, JINJA))
        restate(control_plane, namespace, name, 1, status)
    restate(control_plane, namespace, "c", 2, "failed")
    restate(control_plane, namespace, "c", 1, "deployed")
    ok(pyhelm("install", "g", JINJA))
    ok(helm("uninstall", "g", "--keep-history"))


def in_order(flags, text):
    """Helm sorts by name alone; namespaces with a release of one name come by chance."""
    return sorted(re.split(r"\n|(?<=}),", text.strip("[]\n"))) if "-A" in flags else text


def test_every_flag_gives_helms_lines(pyhelm, helm, releases):
    different = {}
    for flags in LINES:
        ours, helms = pyhelm("list", *flags), helm("list", *flags)
        if (ours.code, in_order(flags, ours.out)) != (helms.code, in_order(flags, helms.out)):
            different[flags] = (ours.out, helms.out, ours.err)
    assert different == {}
    assert "pending-install" in ok(helm("list", "--pending")).out
    for flags in (("-f", "a("), ("-o", "xml"), ("-l", "a=(")):
        assert pyhelm("list", *flags).code == helm("list", *flags).code == 1


def test_history_and_status_are_helms_too(pyhelm, helm, releases):
    for line in (("history", "b"), ("history", "b", "--max", "1"), ("history", "c", "-o", "json")):
        assert ok(pyhelm(*line)).out == ok(helm(*line)).out
    for name in "abcdefg":
        ours, helms = (tool("get", "metadata", name, "-o", "json") for tool in (pyhelm, helm))
        assert ok(ours).json == ok(helms).json


def shape(status):
    """The objects in a status by their names: what else they have may change at any time."""
    return {
        kind: [
            (each["kind"], named(each), [named(item) for item in each.get("items", ())])
            for each in objects
        ]
        for kind, objects in status["info"]["resources"].items()
    }


def named(obj):
    return obj["metadata"].get("name")


def test_status_as_json_has_helms_objects(pyhelm, helm, releases):
    for name in "ab":
        ours, helms = (ok(tool("status", name, "-o", "json")).json for tool in (pyhelm, helm))
        assert shape(ours) == shape(helms)
        assert [pods for _, _, pods in shape(ours)["v1/Pod(related)"] if pods]


def test_records_that_others_have_written_are_shown_as_helm_shows_them(
    pyhelm, helm, control_plane, namespace
):
    def weird(found, labels):
        found["info"]["status"] = labels["status"] = "weird"

    def without_chart(found, labels):
        del found["chart"]

    def without_metadata(found, labels):
        found["chart"] = {}

    def without_date(found, labels):
        del found["info"]["last_deployed"]

    def mislabelled(found, labels):
        labels["status"] = "pending-install"

    odd = (weird, without_chart, without_metadata, without_date, mislabelled)
    for change in odd:
        name = change.__name__.replace("_", "-")
        ok(pyhelm("install", name, JINJA, "--labels", "team=x"))
        rewrite(control_plane, namespace, name, 1, change)
    different = {}
    for line in (
        *[("list",), ("list", "--pending"), ("list", "-d", "-r"), ("list", "-o", "json")],
        *[("history", name.__name__.replace("_", "-")) for name in odd],
        *[("history", "without-chart", "-o", "json"), ("history", "weird", "-o", "yaml")],
        *[("get", "metadata", "weird"), ("get", "metadata", "weird", "-o", "yaml")],
        ("get", "metadata", "weird", "--revision", "1"),
    ):
        ours, helms = pyhelm(*line), helm(*line)
        if (ours.code, ours.out) != (helms.code, helms.out):
            different[line] = (ours.out, helms.out, ours.err)
    assert different == {}
