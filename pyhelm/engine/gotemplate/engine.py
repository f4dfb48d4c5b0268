"""Rendering the charts of a release that are written as Go templates."""

from __future__ import annotations

from pyhelm._cache import Cache
from pyhelm._dataclass import dataclass
from pyhelm._shelf import Shelf
from pyhelm._typing import TYPE_CHECKING, Any, Iterable, Iterator, Mapping
from pyhelm.engine import objects
from pyhelm.engine.gotemplate.compiled import Unit, kept_unit
from pyhelm.engine.gotemplate.errors import GoError, parse_failure, reformatted, where_of
from pyhelm.engine.gotemplate.objects import Files, capabilities_object
from pyhelm.engine.gotemplate.runtime import NO_VALUE, DeepStack, Runtime, Shared
from pyhelm.engine.gotypes import NilStringMap, StringMap, TemplateValues, from_json, from_values
from pyhelm.errors import BudgetError, PyHelmError, RenderError

if TYPE_CHECKING:
    from pyhelm.chart.model import Chart
    from pyhelm.engine.context import Include, RenderContext
    from pyhelm.engine.gotemplate.places import Place


@dataclass(frozen=True, slots=True)
class Source:
    """A template: its path, its text, what is dot in it, and the path of its chart's templates."""

    path: str
    text: str
    dot: dict[str, Any]
    base: str


class GoTemplateEngine:
    """Helm's engine: all charts' templates in one set, rendered one after the other."""

    def load(self, context: RenderContext, others: Include) -> GoRendering:
        """Parse all templates, deepest first, as Helm does; raises RenderError."""
        sources = tuple(sorted(_sources(context), key=_order, reverse=True))
        kept = _Kept(context, sources)
        with DeepStack():
            units = kept.units()
        runtime = Runtime(Shared(context, others, kept.texts), {})
        for source in sources:
            runtime.add(source.path, units[source.text])
        return GoRendering(runtime, sources, kept)


class GoRendering:
    """The parsed templates of a release."""

    def __init__(self, runtime: Runtime, sources: tuple[Source, ...], kept: _Kept) -> None:
        self._runtime = runtime
        self._sources = sources
        self._kept = kept

    def render(self) -> Mapping[str, str]:
        """Each template's path and text, without partials; raises RenderError."""
        try:
            with DeepStack():
                return {
                    source.path: _rendered(self._runtime, source)
                    for source in self._sources
                    if not source.path.rpartition("/")[2].startswith("_")
                }
        finally:
            self._kept.save()
            self._runtime.shared.save()

    def include(self, name: str, data: Any) -> str | None:
        """A named template's text, for another engine; raises RenderError."""
        if name not in self._runtime.templates:
            return None
        with DeepStack():
            try:
                return self._runtime.include(name, from_json(data))
            except GoError as error:
                raise _failure(error, name) from None


def _order(source: Source) -> tuple[int, str]:
    return source.path.count("/"), source.path


class _Kept:
    """What earlier runs compiled of these sources, and what this one adds."""

    def __init__(self, context: RenderContext, sources: Iterable[Source]) -> None:
        self._paths: dict[str, str] = {}
        for source in sources:
            self._paths.setdefault(source.text, source.path)
        self._cache = Cache(context.cache)
        self._key = self._cache.key(*map(_bytes, self._paths)) if context.cache else ""
        self._units: list[Unit] = []
        self.texts = Shelf(self._cache, f"{self._key}.tpl")

    def units(self) -> dict[str, Unit]:
        """The unit of each text; raises RenderError."""
        rows = self._cache.get(self._key)
        if rows is None:
            self._units = [_new_unit(path, text) for text, path in self._paths.items()]
        else:
            pairs = zip(self._paths, rows, strict=True)
            self._units = [kept_unit(text, row) for text, row in pairs]
        return dict(zip(self._paths, self._units, strict=True))

    def save(self) -> None:
        """Keep what was compiled for the next run."""
        if any(each.has_grown for each in self._units):
            self._cache.put(self._key, [each.row() for each in self._units])


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _new_unit(path: str, text: str) -> Unit:
    # Imported on use: what is compiled already needs no compiler.
    from pyhelm.engine.gotemplate.compiler import new_unit
    from pyhelm.engine.gotemplate.parser import ParseError

    try:
        return new_unit(path, text)
    except ParseError as error:
        from pyhelm.chart import language
        from pyhelm.engine.gotemplate.places import parse_place

        place = parse_place(path, text, error.line)
        message = parse_failure(path, error.line, error.message)
        raise _at(RenderError, f"{message}{language.hint(text)}", place) from None


def _rendered(runtime: Runtime, source: Source) -> str:
    source.dot["Template"] = TemplateValues({"Name": source.path, "BasePath": source.base})
    try:
        return runtime.execute(source.path, source.dot).replace(NO_VALUE, "")
    except GoError as error:
        raise _failure(error, source.path) from None
    except PyHelmError:
        raise
    except Exception as error:
        error.add_note(f"at {where_of(error) or source.path}")
        raise


def _failure(error: GoError, file: str) -> RenderError:
    kind = BudgetError if error.is_over_budget else RenderError
    # Imported on use: only what failed is shown.
    from pyhelm.engine.gotemplate.places import place_of

    return _at(kind, reformatted(error, file), place_of(error, file))


def _at(kind: type[RenderError], message: str, place: Place | None) -> RenderError:
    """The error in Helm's words, with the place that is shown below it."""
    if place is None:
        return kind(message)
    return kind(
        message,
        template=place.file,
        line=place.line,
        column=place.column,
        source_line=place.source_line,
        excerpt=place.excerpt,
    )


def _sources(context: RenderContext) -> Iterator[Source]:
    values = from_values(context.values, {})
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
    annotations = chart.metadata.annotations
    made["Annotations"] = StringMap(annotations) if annotations else NilStringMap()
    return made  # type: ignore[no-any-return]
