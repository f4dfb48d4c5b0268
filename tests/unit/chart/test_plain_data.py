"""Every kind of value, from every source, to everything that takes it: no private type gets out."""

import json
import re
from dataclasses import replace

import pytest

from pyhelm import _yaml
from pyhelm.actions.options import UpgradeOptions
from pyhelm.chart import conditions, load, schema, values
from pyhelm.chart.model import Chart, Dependency, File, Metadata
from pyhelm.chart.sources import ValueSources
from pyhelm.client import Client
from pyhelm.errors import SchemaError, ValuesError
from pyhelm.kube.client import KubeClient
from pyhelm.settings import Settings
from pyhelm.testing.transport import SimulatorTransport

DATA = [None, True, False, 0, 7, -7, 2**40, 1.5, "", "7", "text", "é", [], [1, "x"], {}, {"a": 1}]

CHART = Chart(Metadata(name="c", version="1.0.0", api_version="v2"))


def _from_file(value):
    return values.merge_sources(
        ValueSources(files=("v",)), lambda _: json.dumps({"v": value}).encode()
    )


def _from_chart(value):
    files = [File("Chart.yaml", b"{apiVersion: v2, name: c, version: 1.0.0}")]
    files.append(File("values.yaml", json.dumps({"v": value}).encode()))
    return values.coalesce(load.load_files(files), {})


def _from_subchart(value):
    child = Chart(Metadata(name="v", version="1.0.0", api_version="v2"), values={"v": value})
    parent = Chart(CHART.metadata, dependencies=(child,))
    return {"v": values.coalesce(parent, {})["v"].get("v")}


def _imported(value):
    child = Chart(Metadata(name="d", version="1.0.0", api_version="v2"), values={"o": {"v": value}})
    wanted = Dependency("d", "1.0.0", import_values=({"child": "o", "parent": "."},))
    about = replace(CHART.metadata, dependencies=(wanted,))
    parent = conditions.process(Chart(about, dependencies=(child,)), {})
    return {"v": values.coalesce(parent, {}).get("v")}


def _from_flag(**flags):
    return values.merge_sources(ValueSources(**flags), lambda _: b"\xff\xfe\x00\xe9")


def _escaped(value):
    return re.sub(r"([,{}\\])", r"\\\1", json.dumps(value))


SOURCES = {
    "-f": _from_file,
    "chart": _from_chart,
    "subchart": _from_subchart,
    "import-values": _imported,
    "Python": lambda value: {"v": value},
    "--set": lambda value: _from_flag(set=(f"v={_escaped(value)}",)),
    "--set list": lambda value: _from_flag(set=(f"v={{1,{_escaped(value)}}}",)),
    "--set-string": lambda value: _from_flag(set_string=(f"v={_escaped(value)}",)),
    "--set-literal": lambda value: _from_flag(set_literal=(f"v={value}",)),
    "--set-json": lambda value: _from_flag(set_json=(f"v={json.dumps(value)}",)),
    "--set-json of all": lambda value: _from_flag(set_json=(json.dumps({"v": value}),)),
    "--set-json, half a pair": lambda value: _from_flag(set_json=('v=["\\ud83d"]',)),
    "--set-file": lambda value: _from_flag(set_file=("v=f",)),
    "--set of bytes": lambda value: _from_flag(set=("v=\udcff",)),
    "the last release": lambda value: json.loads(_yaml.to_json({"v": value})),
}


def _schema(given):
    word = {"anyOf": [{"type": "null"}, {"enum": ["other"]}, {"maxLength": 0}, {"minimum": 99}]}
    text = json.dumps({"properties": {"v": word}}).encode()
    try:
        schema.check(Chart(CHART.metadata, schema=text), given)
    except SchemaError as exc:
        return str(exc)
    return ""


def _template(given, engine, text):
    from pyhelm.actions.prepare import default_capabilities
    from pyhelm.engine import render
    from pyhelm.engine.context import ReleaseInfo, RenderContext

    about = Metadata(name="c", version="1.0.0", api_version="v2", engine=engine)
    chart = Chart(about, templates=(File("templates/a.txt", text),))
    context = RenderContext(
        chart, given, ReleaseInfo("r", "default"), capabilities=default_capabilities()
    )
    return "".join(render(context).values())


CONSUMERS = {
    "schema": _schema,
    "JSON": lambda given: json.loads(_yaml.to_json(given)),
    "YAML": lambda given: _yaml.load(_yaml.dump(given)),
    "Go": lambda given: _template(given, "", b"{{ toJson .Values.v }} {{ toYaml .Values }}"),
    "Go, sorted": lambda given: _template(given, "", b"{{ printf `%v` .Values.v }}"),
    "Jinja": lambda given: _template(given, "jinja", b"v: {{ Values }}"),
}


@pytest.mark.parametrize("consumer", CONSUMERS)
@pytest.mark.parametrize("source", SOURCES)
def test_each_source_meets_each_consumer(source, consumer):
    for value in DATA:
        said = CONSUMERS[consumer](SOURCES[source](value))
        assert not re.search(r"Int64|\bstr\b|NoneType", str(said)), (value, said)


@pytest.mark.parametrize("source", SOURCES)
def test_each_source_is_recorded_and_used_again(source, tmp_path):
    given = {f"v{at}": SOURCES[source](value).get("v") for at, value in enumerate(DATA)}
    rule = {"anyOf": [{"type": ["null", "boolean", "number", "array", "object"]}, {"minLength": 0}]}
    rules = json.dumps({"additionalProperties": rule}).encode()
    chart = Chart(CHART.metadata, templates=(File("templates/NOTES.txt", b"n"),), schema=rules)
    with KubeClient(SimulatorTransport(), namespace="default") as cluster:
        client = Client(Settings.under(tmp_path), cluster=cluster)
        client.install("r", chart, given)
        client.upgrade("r", chart, {"w": 1}, options=UpgradeOptions(reuse_values=True))
        stored = client.get("r").config
    plain = json.loads(_yaml.to_json({**given, "w": 1}))
    assert stored == plain
    assert _yaml.load(_yaml.dump(stored)) == plain


def test_messages_speak_of_json():
    chart = Chart(CHART.metadata, schema=b'{"properties":{"v":{"type":"string"}}}')
    with pytest.raises(SchemaError, match="at '/v': got number, want string"):
        schema.check(chart, _from_flag(set=("v=7",)))


@pytest.mark.parametrize(("text", "kind"), [("5", "number"), ("x", "text"), ("true", "boolean")])
def test_a_file_that_is_no_mapping_is_named_by_its_kind(text, kind):
    with pytest.raises(ValuesError, match=f"not a {kind}$"):
        values.merge_sources(ValueSources(files=("v",)), lambda _: text.encode())


def test_bytes_of_set_file_reach_templates_as_they_are():
    assert _template(_from_flag(set_file=("v=f",)), "", b"{{ b64enc .Values.v }}") == "//4A6Q=="
