"""What schemas refuse, in helm's words (schema_facts.json)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from pyhelm._yaml import Int64
from pyhelm.chart.model import Chart, Metadata
from pyhelm.chart.schema import HEAD, Faults, check
from pyhelm.errors import SchemaError
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
