"""A release belongs to both: real helm 4.3 and PyHelm handle each other's, field by field.

`twin` is one chart in two languages: the objects are the same, so everything that the server
stores about them must be the same too, whoever installed it.
"""

from __future__ import annotations

import re

import pytest

from tests.cluster.conftest import CHARTS, record

GO = str(CHARTS / "gotpl")
JINJA = str(CHARTS / "jinja")
OBJECTS = (("configmap", "a"), ("service", "a"), ("deployment", "a"), ("configmap", "a-hook"))
TIMES = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)")


@pytest.fixture
def tools(pyhelm, helm):
    """Both, with the chart that each can render."""
    return {"pyhelm": (pyhelm, JINJA), "helm": (helm, GO)}


PAIRS = [("pyhelm", "helm"), ("helm", "pyhelm")]


def ok(run):
    assert run.code == 0, run.err
    return run


def stored(obj):
    """An object without what differs from one creation to the next."""
    metadata = obj["metadata"]
    fields = [
        {key: value for key, value in entry.items() if key != "time"}
        for entry in metadata["managedFields"]
        if entry["manager"] == "helm"
    ]
    return {
        "labels": metadata.get("labels"),
        "annotations": metadata.get("annotations"),
        "managedFields": fields,
        "data": obj.get("data"),
    }


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_the_other_reads_and_goes_on(tools, first, second, get):
    (one, ones_chart), (other, others_chart) = tools[first], tools[second]
    ok(one("install", "a", ones_chart, "--set", "color=red", "--wait"))

    (row,) = ok(other("list", "-o", "json")).json
    assert (row["name"], row["revision"], row["status"]) == ("a", "1", "deployed")
    assert ok(other("get", "values", "a", "-o", "json")).json == {"color": "red"}
    assert ok(other("get", "notes", "a")).out == ok(one("get", "notes", "a")).out
    assert ok(other("get", "manifest", "a")).out == ok(one("get", "manifest", "a")).out
    assert ok(other("get", "hooks", "a")).out == ok(one("get", "hooks", "a")).out

    ok(other("upgrade", "a", others_chart, "--set", "color=green,extra=true", "--wait"))
    assert get("configmap", "a")["data"] == {"color": "green"}
    assert get("configmap", "a-extra")["data"] == {"extra": "yes"}
    statuses = [row["status"] for row in ok(one("history", "a", "-o", "json")).json]
    assert statuses == ["superseded", "deployed"]

    ok(one("rollback", "a", "1", "--wait"))
    assert get("configmap", "a")["data"] == {"color": "red"}
    history = ok(other("history", "a", "-o", "json")).json
    assert [row["status"] for row in history] == ["superseded", "superseded", "deployed"]
    assert history[-1]["description"] == "Rollback to 1"

    ok(other("uninstall", "a"))
    assert ok(one("list", "-o", "json")).json == []
    assert one("status", "a").code == 1


def test_objects_are_stored_alike(pyhelm, helm, get):
    ok(helm("install", "a", GO, "--wait"))
    expected = [stored(get(kind, name)) for kind, name in OBJECTS]
    ok(helm("uninstall", "a", "--wait"))
    ok(pyhelm("install", "a", JINJA, "--wait"))
    assert [stored(get(kind, name)) for kind, name in OBJECTS] == expected


def test_objects_are_stored_alike_after_an_upgrade(pyhelm, helm, get):
    ok(helm("install", "a", GO, "--wait"))
    ok(helm("upgrade", "a", GO, "--set", "color=red,port=81"))
    expected = [stored(get(kind, name)) for kind, name in OBJECTS]
    ok(helm("uninstall", "a", "--wait"))
    ok(pyhelm("install", "a", JINJA, "--wait"))
    ok(pyhelm("upgrade", "a", JINJA, "--set", "color=red,port=81"))
    assert [stored(get(kind, name)) for kind, name in OBJECTS] == expected


def normal(value):
    """A record without times, template sources and the chart's own files, which must differ."""
    if isinstance(value, dict):
        dropped = ("templates", "modtime", "schemamodtime")
        return {key: normal(each) for key, each in value.items() if key not in dropped}
    if isinstance(value, list):
        return [normal(each) for each in value]
    return TIMES.sub("TIME", value) if isinstance(value, str) else value


def secret_of(get, revision):
    return get("secret", f"sh.helm.release.v1.a.v{revision}")


def test_records_are_alike(pyhelm, helm, get):
    found = {}
    for tool, chart in ((helm, GO), (pyhelm, JINJA)):
        ok(tool("install", "a", chart, "--set", "color=red", "--wait", "--labels", "team=x"))
        secrets = [secret_of(get, 1)]
        ok(tool("upgrade", "a", chart, "--set", "extra=true", "--description", "why"))
        secrets += [secret_of(get, 1), secret_of(get, 2)]
        ok(tool("rollback", "a", "1"))
        secrets += [secret_of(get, 2), secret_of(get, 3)]
        found[tool is pyhelm] = secrets
        ok(tool("uninstall", "a", "--wait"))
    for ours, helms in zip(found[True], found[False], strict=True):
        assert ours["type"] == helms["type"] == "helm.sh/release.v1"
        assert set(ours["metadata"]["labels"]) == set(helms["metadata"]["labels"])
        for label in ("name", "owner", "status", "version", "team"):
            assert ours["metadata"]["labels"].get(label) == helms["metadata"]["labels"].get(label)
        mine, theirs = normal(record(ours)), normal(record(helms))
        assert mine["chart"]["metadata"].pop("annotations") == {"pyhelm/engine": "jinja"}
        mine["chart"]["metadata"].pop("engine", None)
        assert mine == theirs


def test_helm_meets_a_jinja_chart(pyhelm, helm, get):
    """Documented in the design: helm can't render it, says so, and changes nothing."""
    ok(pyhelm("install", "a", JINJA, "--wait"))
    refused = helm("upgrade", "a", JINJA)
    assert refused.code == 1
    assert "parse error" in refused.err
    assert len(ok(helm("history", "a", "-o", "json")).json) == 1
    for command in (("status", "a"), ("get", "all", "a"), ("rollback", "a", "1")):
        ok(helm(*command))
    ok(helm("uninstall", "a"))
