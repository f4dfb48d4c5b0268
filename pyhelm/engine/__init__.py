"""Template engines: which there are, and rendering a release in which each chart has its own."""

from __future__ import annotations

import importlib
from collections.abc import Iterable

from pyhelm.engine.context import Engine, RenderContext
from pyhelm.errors import ChartError

ENGINES = {
    "gotpl": "pyhelm.engine.gotemplate.engine:GoTemplateEngine",
    "jinja": "pyhelm.engine.jinja.engine:JinjaEngine",
}
"""Which engine renders which charts, by the name in Chart.yaml, as `module:Class`."""


def render(context: RenderContext) -> dict[str, str]:
    """Every template's path and text, for the chart and its subcharts, each by its own engine.

    Paths are Helm's (`mysql/templates/svc.yaml`), in their order. Raises RenderError, and
    ChartError for a chart that no engine here renders.
    """
    rendered: dict[str, str] = {}
    for name in _engines_of(context):
        rendered.update(_engine(name).render(context))
    return dict(sorted(rendered.items()))


def _engines_of(context: RenderContext) -> Iterable[str]:
    named = {}
    for path, chart in context.chart.walk():
        engine = chart.metadata.template_engine
        if chart.templates and engine not in ENGINES:
            known = ", ".join(ENGINES)
            raise ChartError(
                f"{path}: this chart is written for the template engine {engine}, and this "
                f"version of PyHelm renders {known}; use helm for it, or convert it"
            )
        named[engine] = True
    return [name for name in named if name in ENGINES]


def _engine(name: str) -> Engine:
    module, _, attribute = ENGINES[name].partition(":")
    engine: Engine = getattr(importlib.import_module(module), attribute)()
    return engine
