"""Nulls in a chart's own values that were meant to take a subchart's value away.

Helm ignores them (its issues 32522 and 32530): only a user's nulls take something from a subchart.
"""

from __future__ import annotations

from pyhelm._typing import Iterator
from pyhelm.chart.load import merge_maps
from pyhelm.chart.model import Chart, Values


def ignored(chart: Chart) -> Iterator[str]:
    """The paths of such nulls, `subchart.key`."""
    for name, child in _children(chart):
        own = chart.values.get(name)
        if isinstance(own, dict):
            yield from _nulls(own, _defaults(child), name)


def _children(chart: Chart) -> Iterator[tuple[str, Chart]]:
    """The subcharts, by the keys under which a chart has their values."""
    names = {each.alias or each.name: each.name for each in chart.metadata.dependencies}
    there = {child.name: child for child in chart.dependencies}
    loose = {name: name for name in there if name not in names.values()}
    for key, name in {**names, **loose}.items():
        if name in there:
            yield key, there[name]


def _defaults(chart: Chart) -> Values:
    """What a chart and its subcharts have by themselves."""
    below = {name: _defaults(child) for name, child in _children(chart)}
    return merge_maps(below, chart.values)


def _nulls(own: Values, below: Values, path: str) -> Iterator[str]:
    for key, value in own.items():
        under = below.get(key)
        if value is None and under is not None:
            yield f"{path}.{key}"
        elif isinstance(value, dict) and isinstance(under, dict):
            yield from _nulls(value, under, f"{path}.{key}")
