"""Null is a value in a Jinja chart, and what Helm makes of it in a Go chart, whoever is whose."""

from __future__ import annotations

from typing import Any

import pytest

from pyhelm.chart.model import Chart, Metadata, Values
from pyhelm.chart.values import render_values


def chart(engine: str, values: Values, *children: Chart, name: str = "top") -> Chart:
    metadata = Metadata(name=name, version="1.0.0", engine=engine, api_version="v2")
    return Chart(metadata, values=values, dependencies=children)


def seen(chart: Chart, values: Values) -> Values:
    return render_values(chart, values)[1]


DEFAULTS: Values = {"a": 1, "b": None, "c": {"d": 2, "e": None}}
CASES: dict[str, tuple[str, Values, Values]] = {
    "declared": ("jinja", {}, {"a": 1, "b": None, "c": {"d": 2, "e": None}}),
    "declared in Go": ("gotpl", {}, {"a": 1, "c": {"d": 2}}),
    "cleared": ("jinja", {"a": None, "x": None}, {**DEFAULTS, "a": None, "x": None}),
    "cleared in Go": ("gotpl", {"a": None}, {"c": {"d": 2}}),
    "cleared below": ("jinja", {"c": {"d": None}}, {**DEFAULTS, "c": {"d": None, "e": None}}),
    "a cleared table": ("jinja", {"c": None}, {**DEFAULTS, "c": None}),
    "filled": ("jinja", {"b": {"x": 1}}, {**DEFAULTS, "b": {"x": 1}}),
}


@pytest.mark.parametrize("name", CASES)
def test_nulls_of_a_chart(name: str) -> None:
    engine, given, wanted = CASES[name]
    assert seen(chart(engine, DEFAULTS), given) == wanted


SUBCHARTS: dict[str, tuple[str, str, Values, Any]] = {
    "Jinja below Go": ("gotpl", "jinja", {}, {"a": None, "b": None}),
    "Jinja below Jinja": ("jinja", "jinja", {}, {"a": None, "b": None}),
    "Go below Jinja": ("jinja", "gotpl", {}, {}),
    "cleared for Jinja below Go": ("gotpl", "jinja", {"kid": {"b": None}}, {"a": None, "b": None}),
    "given to Jinja below Go": ("gotpl", "jinja", {"kid": {"a": 3}}, {"a": 3, "b": None}),
}


@pytest.mark.parametrize("name", SUBCHARTS)
def test_nulls_that_a_parent_has_for_its_subchart(name: str) -> None:
    above, below, given, wanted = SUBCHARTS[name]
    kid = chart(below, {"a": 1, "b": None}, name="kid")
    found = seen(chart(above, {"kid": {"a": None}}, kid), given)
    assert {key: each for key, each in found["kid"].items() if key != "global"} == wanted
