"""What schemas refuse, in helm's words (schema_facts.json)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from pyhelm._yaml import Int64
from pyhelm.chart.load import load_values
from pyhelm.chart.model import Chart, File, Metadata, Values
from pyhelm.chart.schema import HEAD, Faults, check
from pyhelm.chart.sources import ValueSources
from pyhelm.chart.values import render_values
from pyhelm.client import Client
from pyhelm.errors import SchemaError
from pyhelm.settings import Settings
from tests.unit.chart.record_schemas import FACTS, KINDS


def said(schema: Any, values: Any) -> list[str]:
    """The violations; helm's order is a matter of chance."""
    chart = Chart(Metadata(name="web"), schema=json.dumps(schema).encode())
    with pytest.raises(SchemaError) as caught:
        check(chart, values)
    return sorted(caught.value.violations["web"])


def in_order(line: str) -> str:
    names = re.search("(?<=additional properties )'.*'(?= not allowed)", line)
    return line.replace(names[0], ", ".join(sorted(names[0].split(", ")))) if names else line


@pytest.mark.parametrize("fact", json.loads(FACTS.read_text(encoding="utf-8")))
def test_violations_are_told_as_helm_tells_them(fact):
    assert said(fact["schema"], fact["values"]) == sorted(map(in_order, fact["lines"]))


def test_what_set_makes_is_a_number():
    chart = Chart(Metadata(name="web"), schema=b'{"properties": {"a": {"type": "integer"}}}')
    check(chart, {"a": Int64(3), "b": [Int64(1)]})
    schema = {"properties": {"a": {"type": "string"}, "b": {"maximum": 1, "multipleOf": 1000}}}
    assert said(schema, {"a": Int64(3), "b": Int64(1234567)}) == [
        "  - at '/b': maximum: got 1.234567×10⁰⁶, want 1",
        "  - at '/b': multipleOf: got 1.234567×10⁰⁶, want 1,000",
        "- at '/a': got number, want string",
        "- at '/b': validation failed",
    ]


def test_names_that_need_others():
    schema = {"dependentRequired": {"a": ["b", "c"], "z": ["y"]}}
    assert said(schema, {"a": 1, "c": 2}) == ["- at '': properties 'b' required, if 'a' exists"]


@pytest.mark.parametrize("kind", json.loads(KINDS.read_text(encoding="utf-8")))
def test_each_kind_is_answered_as_helm_answers_it(kind):
    assert Faults.of(kind["schema"].encode(), kind["values"]).text == kind["said"]


def test_an_empty_schema_is_none():
    with pytest.raises(SchemaError, match=r"web:\nEOF$"):
        check(Chart(Metadata(name="web"), schema=b""), {})


def test_each_chart_has_its_own_lines():
    kid = Chart(Metadata(name="kid"), schema=b'{"required": ["a"]}')
    web = Chart(Metadata(name="web"), schema=b"{", dependencies=(kid,))
    with pytest.raises(SchemaError) as caught:
        check(web, {"kid": {}})
    lines = "web:\nunexpected EOF\nkid:\n- at '': missing property 'a'\n"
    assert str(caught.value) == HEAD + lines
    assert caught.value.violations["web"] == ("unexpected EOF",)


REFERRED = {
    "https://a.b/one.json": b'{"$ref": "two.json#/$defs/text"}',
    "https://a.b/two.json": b'{"$defs": {"text": {"type": "string"}}}',
    "https://a.b/bad.json": b'{"type": 3}',
}


def referring(url: str) -> Chart:
    schema = {"properties": {"a": {"$ref": url}}}
    return Chart(Metadata(name="web"), schema=json.dumps(schema).encode())


def test_references_are_followed_over_https():
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return REFERRED[url]

    chart = referring("https://a.b/one.json")
    check(chart, {"a": "x"}, fetch=fetch)
    assert asked == ["https://a.b/one.json", "https://a.b/two.json"]
    with pytest.raises(SchemaError, match="at '/a': got number, want string"):
        check(chart, {"a": 1}, fetch=fetch)
    with pytest.raises(SchemaError, match=r'bad\.json#" is not valid against'):
        check(referring("https://a.b/bad.json"), {}, fetch=fetch)


def test_a_verdict_holds_as_long_as_what_was_referred_to(tmp_path):
    chart, cache = referring("https://a.b/one.json"), str(tmp_path / "cache")
    check(chart, {"a": "x"}, cache, REFERRED.__getitem__)
    check(chart, {"a": "x"}, cache, REFERRED.__getitem__)
    changed = {**REFERRED, "https://a.b/two.json": b'{"$defs": {"text": false}}'}
    with pytest.raises(SchemaError, match="false schema"):
        check(chart, {"a": "x"}, cache, changed.__getitem__)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://a.b/c", "schemas are fetched over https alone"),
        ("file:///etc/passwd", "a schema may not read other files"),
        ("other.json", "a schema may not read other files"),
        ("ftp://a/b", 'no URLLoader registered for "ftp://a/b"'),
        ("https://a.b/c", "schemas from elsewhere are not fetched here"),
    ],
)
def test_what_is_refused_is_told_in_one_line(url, reason):
    found = Faults.of(referring(url).schema or b"", {})
    assert found.reason.startswith("failing loading ")
    assert found.reason.endswith(f": {reason}")
    assert "\n" not in found.reason


def test_what_nobody_refers_to_is_not_fetched():
    assert not Faults.of(b'{"$defs": {"x": {"$ref": "https://a.b/c"}}}', {})


def given(tmp_path, files: dict[str, str], **flags: tuple[str, ...]) -> Values:
    """What the client makes of values files and flags."""
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    paths = tuple(str(tmp_path / name) for name in files)
    return Client(Settings.from_env({})).values(ValueSources(files=paths, **flags))


def chart_of(name: str, schema: Any, values: str = "", *kids: Chart) -> Chart:
    data = values.encode()
    own = load_values(data, "values.yaml")
    text = json.dumps(schema).encode()
    raw = (File("values.yaml", data),)
    return Chart(Metadata(name=name), own, schema=text, raw=raw, dependencies=kids)


def places(chart: Chart, values: Values) -> tuple[str, ...]:
    """The lines that tell of places, for values over a chart's own."""
    with pytest.raises(SchemaError) as caught:
        render_values(chart, values)
    assert "values.yaml" not in str(caught.value)
    return caught.value.places


NUMBERS = {
    "properties": {
        "a": {"type": "integer"},
        "b": {"properties": {"c": {"type": "integer"}}},
        "d": {"items": {"type": "integer"}},
    }
}


def test_a_value_is_told_by_its_line(tmp_path):
    chart = chart_of("web", NUMBERS, "z: 1\na: secret\nb:\n  c: 1\n")
    assert places(chart, {}) == ("web/values.schema.json refuses:", "  web/values.yaml:2: a")
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    files = {"one.yaml": "\n\na: secret\nb: {c: secret}\n", "two.yaml": "---\nb:\n  c: 'secret'\n"}
    values = given(tmp_path, files)
    assert places(chart, values)[1:] == (f"  {one}:3: a", f"  {two}:3: b.c")


@pytest.mark.parametrize(
    ("flag", "text", "key"),
    [
        ("set", "a=secret", "a"),
        ("set_string", "b.c=1", "b.c"),
        ("set_json", 'd=[1,"secret"]', "d[1]"),
        ("set_json", '{"a": "secret"}', "a"),
        ("set_literal", "a=secret", "a"),
        ("set", "d[1]=secret,d[0]=1", "d[1]"),
    ],
)
def test_a_flag_is_named_without_its_value(tmp_path, flag, text, key):
    chart = chart_of("web", NUMBERS, "a: 1\nb: {c: 1}\nd: []\n")
    values = given(tmp_path, {"one.yaml": "a: 1\nb: {c: 1}\n"}, **{flag: (text,)})
    assert places(chart, values)[1:] == (f"  --{flag.replace('_', '-')}: {key}",)


def test_a_file_behind_a_flag(tmp_path):
    (tmp_path / "text").write_text("secret", encoding="utf-8")
    values = given(tmp_path, {}, set_file=(f"a={tmp_path / 'text'}",))
    assert places(chart_of("web", NUMBERS), values)[1:] == ("  --set-file: a",)


def test_values_that_python_gave():
    chart = chart_of("web", NUMBERS, "b: {c: x}\n")
    assert places(chart, {"a": "x"})[1:] == ("  the values given: a", "  web/values.yaml:1: b.c")


def test_keys_that_are_too_many_or_missing():
    schema = {"additionalProperties": False, "required": ["x"], "properties": {"b": NUMBERS}}
    lines = places(chart_of("web", schema, "b: {}\na.b: 1\n"), {})
    assert lines[1:] == ("  the values as a whole", "  web/values.yaml:2: a\\.b")
    inner = {"properties": {"b": {"required": ["x"], "propertyNames": {"maxLength": 3}}}}
    lines = places(chart_of("web", inner, "b:\n  longer: 1\n"), {})
    assert lines[1:] == ("  web/values.yaml:1: b", "  web/values.yaml:2: b.longer")


def test_a_subchart_is_told_with_the_way_to_it(tmp_path):
    schema = {"properties": {**NUMBERS["properties"], "global": NUMBERS}}
    kid = chart_of("kid", schema, "a: x\nglobal: {a: 1}\n")
    chart = chart_of("web", {}, "kid:\n  b: {c: x}\n", kid)
    values = given(tmp_path, {"one.yaml": "kid: {d: [x]}\nglobal:\n  a: x\n"})
    one = tmp_path / "one.yaml"
    assert places(chart, values) == (
        "web/charts/kid/values.schema.json refuses:",
        "  web/charts/kid/values.yaml:1: kid.a",
        "  web/values.yaml:2: kid.b.c",
        f"  {one}:1: kid.d[0]",
        f"  {one}:3: kid.global.a",
    )


def test_what_is_merged_in_and_what_other_documents_say(tmp_path):
    text = "base: &base {c: x}\nb:\n  <<: *base\n---\na: x\n---\na: y\n"
    values = given(tmp_path, {"one.yaml": text})
    one = tmp_path / "one.yaml"
    assert places(chart_of("web", NUMBERS), values)[1:] == (f"  {one}:7: a", f"  {one}:2: b.c")


def test_a_schema_that_is_none_is_named():
    chart = Chart(Metadata(name="web"), schema=b"{")
    assert places(chart, {}) == ("web/values.schema.json is no schema that can be used",)
