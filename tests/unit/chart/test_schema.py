"""What schemas refuse, in helm's words (schema_facts.json)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from pyhelm._yaml import Int64
from pyhelm.chart.model import Chart, Metadata
from pyhelm.chart.schema import check
from pyhelm.errors import SchemaError
from tests.unit.chart.record_schemas import FACTS


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
