"""Template engines: which there are, and rendering a release in which each chart has its own."""

from __future__ import annotations

from pyhelm._lazy import named
from pyhelm._typing import Any, Iterable
from pyhelm.engine.context import Engine, Include, RenderContext, Rendering
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
    for rendering in load(context).values():
        rendered.update(rendering.render())
    return dict(sorted(rendered.items()))


def load(context: RenderContext) -> dict[str, Rendering]:
    """The templates of each engine, by its name; raises what `render` raises for a chart."""
    renderings: dict[str, Rendering] = {}
    for name in _engines_of(context):
        renderings[name] = _engine(name).load(context, _others(renderings, name))
    return renderings


def _others(renderings: dict[str, Rendering], own: str) -> Include:
    """Finds a named template of another engine than `own`."""

    def include(name: str, data: Any) -> str | None:
        others = (rendering for engine, rendering in renderings.items() if engine != own)
        found = (rendering.include(name, data) for rendering in others)
        return next((text for text in found if text is not None), None)

    return include


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
    engine: Engine = named(ENGINES[name])()
    return engine
