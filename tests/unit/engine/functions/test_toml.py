"""Toml: functions with arguments, and what helm's own gave for them."""

from __future__ import annotations

from typing import Any

import pytest

from pyhelm.engine.gotypes import Int64, StringMap, Strings
from tests.unit.engine.functions.table import INF, check

CASES: list[tuple[str, tuple[Any, ...], Any]] = [
    ("fromToml", ("",), {}),
    ("fromToml", ("a = 0x1F",), {"a": Int64(31)}),
    ("fromToml", ("a = 1",), {"a": Int64(1)}),
    ("fromToml", ("a = inf",), {"a": INF}),
    ("fromToml", ("a = {x = 1}",), {"a": {"x": Int64(1)}}),
    ("fromToml", ("a.b.c = 1",), {"a": {"b": {"c": Int64(1)}}}),
    ("fromToml", ('a = """x\ny"""',), {"a": "x\ny"}),
    ("fromToml", ('a = [1, "x"]',), {"a": [Int64(1), "x"]}),
    ("mustToToml", (" lead",), '" lead"'),
    ("mustToToml", ("'q'",), "\"'q'\""),
    ("mustToToml", ("\x85x",), '"\x85x"'),
    ("mustToToml", ("\xe9\u2028",), '"\xe9\u2028"'),
    ("mustToToml", ("a: b",), '"a: b"'),
    ("mustToToml", (1000000.0,), "1e+06"),
    ("mustToToml", (1e21,), "1e+21"),
    ("mustToToml", (1e-07,), "1e-07"),
    ("mustToToml", (Int64(5),), "5"),
    ("mustToToml", ([],), "[]"),
    ("mustToToml", (b"hi",), "[104, 105]"),
    ("mustToToml", ({"a": INF},), "a = inf\n"),
    ("toToml", ("'q'",), "\"'q'\""),
    ("toToml", ("<&>",), '"<&>"'),
    ("toToml", ("\n",), '"\\n"'),
    ("toToml", ("a\udcffb",), '"a\udcffb"'),
    ("toToml", ("yes",), '"yes"'),
    ("toToml", (-0.0,), "-0.0"),
    ("toToml", (1,), "1"),
    ("toToml", (StringMap({"a": "b"}),), 'a = "b"\n'),
    ("toToml", (Strings(["a"]),), '["a"]'),
    ("toToml", (True,), "true"),
    ("toToml", ([],), "[]"),
    ("toToml", ({"a": [], "b": {}, "c": None},), "a = []\n\n[b]\n"),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), CASES)
def test_toml(name: str, arguments: tuple[Any, ...], expected: Any) -> None:
    check(name, arguments, expected)
