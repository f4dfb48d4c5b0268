"""Which line of a chart's templates a rendered line came from: exact where the chart is Jinja."""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field, replace
from pyhelm._typing import Any, Sequence, TypeAlias
from pyhelm.chart.model import Chart
from pyhelm.engine.context import RenderContext
from pyhelm.errors import PyHelmError

Spot: TypeAlias = tuple[str, int]
"""A template's path and a line."""


@dataclass(frozen=True, slots=True)
class Origins:
    """Where the lines that a chart made were written.

    With the `context` that it was rendered in, a Jinja template is rendered once more for that,
    when it is first asked about; else, and of Go templates, the lines' texts tell.
    """

    chart: Chart
    context: RenderContext | None = None
    _traced: dict[str, Any] = field(default_factory=dict, repr=False)

    def is_jinja(self, source: str) -> bool:
        """Whether a template is one of a Jinja chart."""
        found = [each for path, each in self.chart.walk() if source.startswith(f"{path}/")]
        # Charts come before their subcharts, whose paths are longer.
        return bool(found) and found[-1].metadata.template_engine == "jinja"

    def place(self, source: str, lines: Sequence[str], number: int) -> str:
        """The `path:line` of line `number` (from 1) of `lines`, which the template `source` made.

        Empty where that can't be told.
        """
        from pyhelm.chart.origin import template_line

        spot = self._spot(source, lines, number - 1)
        return f"{spot[0]}:{spot[1]}" if spot else template_line(self.chart, source, lines, number)

    def source_line(self, place: str) -> str:
        """The text that stands at a place; empty where there is none."""
        path, _, number = place.rpartition(":")
        lines = self._source(path)
        return lines[int(number) - 1] if number.isdecimal() and int(number) <= len(lines) else ""

    def shown(self, place: str, column: int = 0) -> list[str]:
        """The line at a place, marked at a column, else as a whole; nothing where there is none."""
        from pyhelm.engine.excerpt import excerpt

        written = self.source_line(place)
        text = written.strip()
        if not text:
            return []
        start = column - 1 if column else written.index(text)
        number = int(place.rpartition(":")[2])
        return [excerpt(number, written, start, 1 if column else len(text))]

    def _source(self, path: str) -> list[str]:
        files = (
            file.text.removeprefix("\ufeff").replace("\r\n", "\n")
            for where, each in self.chart.walk()
            for file in each.templates
            if f"{where}/{file.name}" == path
        )
        return next(files, "").split("\n")

    def _spot(self, source: str, lines: Sequence[str], at: int) -> Spot | None:
        if not self.is_jinja(source) or self.context is None:
            return None
        if source not in self._traced:
            self._traced[source] = _trace(self.context, source)
        texts, places = self._traced[source]
        found = {self._nearest(source, places, begin + at) for begin in _fits(texts, lines, at)}
        return found.pop() if len(found) == 1 else None

    def _nearest(self, template: str, places: list[Spot | None], at: int) -> Spot | None:
        """Where a line was written; one that an expression made is told by what stands around."""
        if places[at] is not None:
            return places[at]
        path, first = next((place for place in places[at::-1] if place), (template, 0))
        after = next((place for place in places[at:] if place), None)
        source = self._source(path)
        last = after[1] if after and after[0] == path else len(source) + 1
        making = [n for n in range(first + 1, last) if source[n - 1].lstrip().startswith("{{")]
        making += [first] if first and "{{" in source[first - 1] else []
        return (path, making[0]) if len(making) == 1 else None


def _trace(context: RenderContext, source: str) -> tuple[list[str], list[Spot | None]]:
    from pyhelm.engine import load
    from pyhelm.engine.jinja.origins import marked, unmarked

    rendering: Any = load(replace(context, cache=""))["jinja"]
    try:
        return unmarked(marked(rendering, source))
    except (PyHelmError, KeyError):
        # Marks may be more than a macro, or a budget, can take; a post-renderer names any file.
        return [], []


def _fits(texts: Sequence[str], lines: Sequence[str], at: int) -> list[int]:
    """Where in a text lines begin that are these, for the most part: some may be random."""
    scores: dict[int, int] = {}
    for begin in range(len(texts) - at):
        if texts[begin + at].strip() == lines[at].strip():
            pairs = zip(texts[begin:], lines, strict=False)
            scores[begin] = sum(one.strip() == other.strip() for one, other in pairs)
    best = max(scores.values(), default=0)
    return [begin for begin, score in scores.items() if score == best and 2 * score > len(lines)]
