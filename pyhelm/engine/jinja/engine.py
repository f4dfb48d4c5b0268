"""Rendering the Jinja charts of a release."""

from __future__ import annotations

import os
from functools import partial

from jinja2 import Template, compiler
from jinja2.runtime import Macro

from pyhelm._cache import Cache
from pyhelm._shelf import Shelf
from pyhelm._suggestion import suggestion
from pyhelm._typing import TYPE_CHECKING, Any, Iterator, Mapping
from pyhelm.chart.model import Chart, Values
from pyhelm.engine import objects
from pyhelm.engine.context import Include, RenderContext
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.gotypes import natural
from pyhelm.engine.jinja import filters, write
from pyhelm.engine.jinja.arguments import check_macro, need
from pyhelm.engine.jinja.environment import ChartEnvironment
from pyhelm.engine.jinja.faults import TPL, Templates, is_of_chart, place_of, render_error
from pyhelm.engine.jinja.files import Files
from pyhelm.engine.jinja.hints import Names
from pyhelm.engine.jinja.loader import ChartLoader, check_ends, is_partial, is_yaml
from pyhelm.engine.jinja.omission import pruned
from pyhelm.engine.jinja.text import TemplateText, join
from pyhelm.engine.jinja.tree import tree
from pyhelm.engine.meter import Meter
from pyhelm.errors import PyHelmError, RenderError

if TYPE_CHECKING:
    from pyhelm.engine.jinja.output import Rewritten


class JinjaEngine:
    """The engine of charts that say `engine: jinja`."""

    def load(self, context: RenderContext, others: Include) -> JinjaRendering:
        """Each Jinja chart with its own values."""
        meter, kept = Meter(context.budget), _kept(context)
        return JinjaRendering(
            [
                _ChartRender(context, meter, path, chart, values, others, kept)
                for path, chart, values in _charts(context)
                if chart.metadata.template_engine == "jinja"
            ],
            kept,
        )


_MAKERS = ("beside", "compiling", "lines", "output", "parts", "places", "scan", "unfold")
"""The modules that decide what code a template becomes."""


def _kept(context: RenderContext) -> Shelf:
    """The code of earlier runs, made by these modules, as they are, and this Jinja."""
    here = os.path.dirname(__file__)
    makers = (compiler.__file__, *(os.path.join(here, f"{name}.py") for name in _MAKERS))
    about = context.chart.metadata
    cache = Cache(context.cache)
    parts = (*map(_state, makers), f"{about.name} {about.version}")
    return Shelf(cache, cache.key(b"jinja", *(part.encode() for part in parts)))


def _state(path: str) -> str:
    """What changes with a file; nothing where a program has no files, as in a zip."""
    try:
        state = os.stat(path)
    except OSError:
        return ""
    return f"{state.st_mtime_ns} {state.st_size}"


class JinjaRendering:
    """The Jinja charts of a release."""

    def __init__(self, charts: list[_ChartRender], kept: Shelf) -> None:
        self._charts = charts
        self._kept = kept

    def render(self) -> Mapping[str, str]:
        """Each chart's templates; raises RenderError."""
        made = {path: text for chart in self._charts for path, text in chart.all()}
        self._kept.save()
        return made

    def chart_of(self, path: str) -> _ChartRender:
        """The chart that has a template; raises KeyError."""
        charts = {f"{c.path}/{file.name}": c for c in self._charts for file in c.chart.templates}
        return charts[path]

    def include(self, name: str, data: Any) -> str | None:
        """A macro's text, for another engine; raises RenderError."""
        for chart in self._charts:
            if chart.has_macro(name):
                return chart.macro_text(name, data)
        return None


def _charts(context: RenderContext) -> Iterator[tuple[str, Chart, Values]]:
    """Each chart with its path and its own part of the values."""

    def walk(path: str, chart: Chart, values: Values) -> Iterator[tuple[str, Chart, Values]]:
        yield path, chart, values
        for child in chart.dependencies:
            below = values.get(child.name)
            own = below if isinstance(below, dict) else {}
            yield from walk(f"{path}/charts/{child.name}", child, own)

    yield from walk(context.chart.name, context.chart, context.values)


class _ChartRender:
    """One chart's templates: its environment, its objects, and what was compiled."""

    def __init__(
        self,
        context: RenderContext,
        meter: Meter,
        path: str,
        chart: Chart,
        values: Values,
        others: Include,
        kept: Shelf,
    ) -> None:
        self.path = path
        self.others = others
        self.chart = chart
        self.meter = meter
        self.loader = ChartLoader(chart, path, kept)
        self.strings: dict[str, Rewritten] = {}
        dns = context.enable_dns
        self.environment = ChartEnvironment(meter, enable_dns=dns, loader=self.loader)
        self.environment.globals.update(filters.globals_(meter, enable_dns=dns))
        self.environment.globals.update(self._objects(context, values))
        self._macros: dict[str, str] = {}
        self.templates = Templates(self.loader.sources, self.locate, self.names)

    def _objects(self, context: RenderContext, values: Values) -> dict[str, Any]:
        is_root = self.path == context.chart.name
        return {
            "Values": tree(values, "Values"),
            "Release": tree(objects.release_object(context.release), "Release"),
            "Chart": tree(objects.chart_object(self.chart, is_root=is_root), "Chart"),
            "Capabilities": tree(objects.capabilities_object(context.capabilities), "Capabilities"),
            "Files": Files({file.name: file.data for file in self.chart.files}),
            "lookup": partial(self.lookup, context),
            "include": self.include,
            "tpl": self.tpl,
        }

    def all(self) -> Iterator[tuple[str, str]]:
        """Every template that is no partial; of a library chart, none."""
        if self.chart.metadata.type == "library":
            return
        for file in self.chart.templates:
            if not is_partial(file.name):
                path = f"{self.path}/{file.name}"
                yield path, self.one(path)

    def one(self, path: str) -> str:
        """One template's text; raises RenderError."""
        base = f"{self.path}/templates"
        self.environment.globals["Template"] = tree({"Name": path, "BasePath": base}, "Template")
        try:
            text = self._text(self.environment.get_template(path))
            return write.document(pruned(text)) if is_yaml(path) else text
        except Exception as exc:
            raise self._failure(exc, path) from exc

    def _text(self, template: Template) -> str:
        pieces = []
        for piece in template.root_render_func(template.new_context()):
            self.meter.written(len(piece))
            pieces.append(piece)
        return "".join(pieces)

    def locate(self, name: str, line: int) -> tuple[int, int]:
        """The place, as written, of a line of rewritten source."""
        rewritten = self.strings.get(name)
        if rewritten is None and name in self.loader.sources:
            rewritten = self.loader.rewritten(name)
        if rewritten is None or not 0 < line <= len(rewritten.places):
            return line, 1
        return rewritten.places[line - 1]

    def names(self) -> Names:
        """What a template could mean by a name."""
        macros = {name: self.loader.short(full) for name, full in self._known_macros()}
        return Names(self.environment.globals, self.environment.filters, macros)

    def lookup(self, context: RenderContext, *names: str) -> Any:
        """`lookup(api_version, kind, namespace, name)`: an object of the cluster, or `{}`."""
        padded = [*map(str, names), "", "", "", ""][:4]
        found = context.lookup(padded[0], padded[1], padded[2], padded[3])
        return tree(found, f"lookup({', '.join(map(repr, names))})")

    def include(self, name: str, *arguments: Any, **named: Any) -> Any:
        """A macro by its name, wherever in the chart or its subcharts it is defined.

        `chart.name` finds a subchart's. What follows the name is handed to the macro, as far as it
        takes arguments.
        """
        need("include", "string", name)
        if not self.has_macro(name):
            text = self.others(name, arguments[0] if arguments else named or None)
            if text is not None:
                return join([text])
        macro = self._macro(name)
        check_macro(macro, (), named)
        takes = len(macro.arguments) or (len(arguments) if macro.catch_varargs else 0)
        return macro(*arguments[:takes], **named)

    def has_macro(self, name: str) -> bool:
        """Whether the chart or its subcharts define it."""
        if not self._macros:
            self._macros = dict(self._known_macros())
        return name in self._macros

    def macro_text(self, name: str, data: Any) -> str:
        """What a macro gives for another engine's data; raises RenderError."""
        full = self._macros[name]
        try:
            return write.plain(self.include(name, tree(natural(data), name)))
        except Exception as exc:
            raise self._failure(exc, full) from exc

    def _failure(self, error: Exception, path: str) -> RenderError:
        """What to raise for what a template did wrong; raises the error itself if it is ours."""
        if is_of_chart(error):
            return render_error(error, path, self.templates)
        if not isinstance(error, PyHelmError):
            error.add_note(f"at {place_of(error, path, self.templates)}")
        raise error

    def _macro(self, name: str) -> Macro:
        full = self._macros.get(name) if self.has_macro(name) else None
        if full is None:
            known = ", ".join(sorted(n for n in self._macros if "." not in n)) or "none"
            hint = suggestion(str(name), self._macros) or f"; there are: {known}"
            raise FunctionError(f'include: no macro named "{name}"{hint}')
        module = self.environment.get_template(full).module
        macro: Macro | None = getattr(module, name.rpartition(".")[2], None)
        if macro is None:
            raise FunctionError(f'include: the macro "{name}" is not at the top level of {full}')
        return macro

    def _known_macros(self) -> Iterator[tuple[str, str]]:
        """Macros by name and by `chart.name`; of several with one name the first is found."""
        for macro, full in reversed(list(self.loader.macros())):
            chart = full.rpartition("/templates/")[0].rpartition("/")[2]
            yield macro, full
            yield f"{chart}.{macro}", full

    def tpl(self, value: Any, values: Mapping[str, Any] | None = None) -> Any:
        """A value whose texts are rendered as templates, with `values` as further names.

        A text that is one expression gives that expression's value, any other one a text; YAML
        that a template wrote gives YAML.
        """
        if isinstance(value, Mapping):
            return {key: self.tpl(each, values) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.tpl(each, values) for each in value]
        if not isinstance(value, str):
            return value
        need("tpl", "map[string]any", values or {})
        self.meter.step(100)
        if not any(mark in value for mark in ("{{", "{%", "{#")):
            return value
        # To compile a text takes a hundred times what it takes to write it.
        self.meter.step(len(value))
        template = self._compiled(value)
        pieces = template.root_render_func(template.new_context(dict(values or {})))
        if isinstance(value, TemplateText):
            return self.environment.concat(pieces)
        return self.environment.text(pieces)

    def _compiled(self, text: str) -> Template:
        is_yaml = isinstance(text, TemplateText)
        name = f"{TPL}{'YAML:' if is_yaml else ''}{text}"
        if name not in self.strings:
            from pyhelm.engine.jinja.places import rewrite, rewrite_text

            check_ends(name, text)
            self.strings[name] = rewrite(text, is_yaml=True) if is_yaml else rewrite_text(text)
            self.loader.sources.setdefault(name, text)
        code = self.environment.compile(self.strings[name].source, name, name)
        return Template.from_code(self.environment, code, self.environment.globals)
