"""Rendering the charts of a release that are written as Go templates."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pyhelm.chart.model import Chart
from pyhelm.engine import objects
from pyhelm.engine.context import RenderContext
from pyhelm.engine.gotemplate.compiler import Compiled, compile_templates
from pyhelm.engine.gotemplate.errors import GoError, parse_failure, reformatted
from pyhelm.engine.gotemplate.objects import Files, capabilities_object
from pyhelm.engine.gotemplate.parser import ParseError, parse
from pyhelm.engine.gotemplate.runtime import NO_VALUE, Runtime, Shared
from pyhelm.engine.gotemplate.signatures import PARAMETERS
from pyhelm.engine.gotypes import StringMap, TemplateValues, from_json
from pyhelm.errors import RenderError

DEPTH = 60_000
"""Python's frames while templates include each other: three for each of Helm's 1000 levels."""


@dataclass(frozen=True, slots=True)
class Source:
    """A template: its path, its text, what is dot in it, and the path of its chart's templates."""

    path: str
    text: str
    dot: dict[str, Any]
    base: str


class GoTemplateEngine:
    """Helm's engine: all charts' templates in one set, rendered one after the other."""

    def render(self, context: RenderContext) -> Mapping[str, str]:
        """Each template's path and text, without partials; raises RenderError."""
        sources = sorted(_sources(context), key=_order, reverse=True)
        runtime = Runtime(Shared(context), {})
        limit = sys.getrecursionlimit()
        try:
            for source in sources:
                runtime.add(source.path, source.text, _compiled(source))
            sys.setrecursionlimit(DEPTH)
            return {
                source.path: _rendered(runtime, source)
                for source in sources
                if not source.path.rpartition("/")[2].startswith("_")
            }
        finally:
            sys.setrecursionlimit(limit)


def _order(source: Source) -> tuple[int, str]:
    return source.path.count("/"), source.path


def _compiled(source: Source) -> Compiled:
    try:
        return compile_templates(source.path, parse(source.path, source.text, PARAMETERS))
    except ParseError as error:
        raise RenderError(parse_failure(source.path, error.line, error.message)) from None


def _rendered(runtime: Runtime, source: Source) -> str:
    source.dot["Template"] = TemplateValues({"Name": source.path, "BasePath": source.base})
    try:
        return runtime.execute(source.path, source.dot).replace(NO_VALUE, "")
    except GoError as error:
        raise RenderError(reformatted(error, source.path)) from None


def _sources(context: RenderContext) -> Iterator[Source]:
    values = from_json(context.values)
    shared = {
        "Release": objects.release_object(context.release),
        "Capabilities": capabilities_object(context.capabilities),
    }
    yield from _of_chart(context.chart, context.chart.metadata.name, values, shared, {})


def _of_chart(
    chart: Chart, path: str, values: Any, shared: dict[str, Any], dot: dict[str, Any]
) -> Iterator[Source]:
    """A chart's templates and its subcharts'; `dot` is filled for it."""
    is_root = "/" not in path
    subcharts: dict[str, Any] = {}
    own = values if isinstance(values, dict) else {}
    dot |= {
        "Chart": _chart_object(chart, is_root=is_root),
        "Files": Files(objects.Files({file.name: file.data for file in chart.files})),
        **shared,
        "Values": TemplateValues(own),
        "Subcharts": subcharts,
    }
    for child in chart.dependencies:
        name = child.metadata.name
        subcharts[name] = {}
        inner = f"{path}/charts/{name}"
        yield from _of_chart(child, inner, own.get(name), shared, subcharts[name])
    if chart.metadata.template_engine != "gotpl":
        return
    for template in chart.templates:
        base = template.name.rpartition("/")[2]
        if chart.metadata.type == "library" and not base.startswith("_"):
            continue
        text = template.data.decode("utf-8", "surrogateescape")
        yield Source(f"{path}/{template.name}", text, dot, f"{path}/templates")


def _chart_object(chart: Chart, *, is_root: bool) -> dict[str, Any]:
    """`.Chart`, with Go's types."""
    made = from_json(objects.chart_object(chart, is_root=is_root))
    made["Annotations"] = StringMap(chart.metadata.annotations)
    return made  # type: ignore[no-any-return]
