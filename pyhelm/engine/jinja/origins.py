"""Where each line that a template makes was written: told exactly, by rendering it once more.

Only after an error, for the code of earlier runs can't be used: what a template wrote itself has
marks in it then, one in each line, which say where it stands. A text that comes out otherwise than
it did without marks is not the one that was asked about, and its places say nothing.
"""

from __future__ import annotations

from jinja2 import nodes

from pyhelm._lazy import lazy_pattern
from pyhelm._typing import TYPE_CHECKING, Iterator
from pyhelm.engine.jinja.faults import TPL, Locate
from pyhelm.engine.jinja.scan import Segment, scan

if TYPE_CHECKING:
    from pyhelm.engine.jinja.engine import JinjaRendering

START, END = "\ue000", "\ue001"
"""Around a mark. A template that has these characters itself is told of without places."""

_MARK = lazy_pattern(f"{START}([^{START}{END}]*):([0-9]+){END}")
_LEAD = lazy_pattern(r"\s*(?:-(?:\s+|$))*")
_VALUED = (nodes.Macro, nodes.CallBlock, nodes.AssignBlock, nodes.FilterBlock)
"""What may take its text as a value, which a mark would make another."""
_SYNTAX = "\"'#{[&*!|>%@`"
"""Characters that say what follows, and must stay the first."""


def marked(rendering: JinjaRendering, path: str) -> str:
    """A template's text with its marks; raises RenderError, as it does without them."""
    chart = rendering.chart_of(path)

    def mark(tree: nodes.Template, name: str | None) -> None:
        if name and not name.startswith(TPL):
            _mark(tree, name, chart.loader.sources[name], chart.locate)

    chart.environment.before_code = mark
    return chart.one(path)


def unmarked(text: str) -> tuple[list[str], list[tuple[str, int] | None]]:
    """The lines of a text without marks, and for each where it was written, if it says so."""
    lines, places = [], []
    for line in text.split("\n"):
        found = _MARK.search(line)
        places.append((found[1], int(found[2])) if found else None)
        lines.append(_MARK.sub("", line))
    return lines, places


def _mark(tree: nodes.Template, name: str, source: str, locate: Locate) -> None:
    segments = [*scan(source)]
    valued = {
        id(data) for block in tree.find_all(_VALUED) for data in block.find_all(nodes.TemplateData)
    }
    for data in tree.find_all(nodes.TemplateData):
        lines = data.data.split("\n")
        for number, text in enumerate(lines):
            line = _line(text, locate(name, data.lineno + number), segments, inside=number == 0)
            if line and (id(data) not in valued or ":" in text or text.lstrip()[:1] == "-"):
                lines[number] = _with_mark(text, f"{START}{name}:{line}{END}")
        data.data = "\n".join(lines)


def _line(text: str, start: tuple[int, int], segments: list[Segment], *, inside: bool) -> int:
    """The line where a text is written that comes next from `start` on; 0 where that isn't so.

    Lines with tags alone are gone when a template is compiled, and so are comments. A text that may
    be `inside` a line is told of where nothing but a tag or an expression is before it.
    """
    before = False
    for place, piece in _pieces(segments):
        if place < start:
            before = place[0] == start[0]
        elif not piece:
            if place > start:
                return 0
        else:
            begins = not (inside and before and place[0] == start[0])
            return place[0] if begins and piece.startswith(text.strip()) else 0
    return 0


def _pieces(segments: list[Segment]) -> Iterator[tuple[tuple[int, int], str]]:
    """The lines of text with their places, and nothing for each expression between them."""
    for each in segments:
        if each.kind == "expression":
            yield (each.line, each.column), ""
        elif each.kind == "text":
            for number, line in enumerate(each.text.split("\n"), each.line):
                if line.strip():
                    yield (number, each.column if number == each.line else 1), line.strip()


def _with_mark(text: str, mark: str) -> str:
    if not text.strip() or text.startswith(("---", "...")):
        return text
    found = _LEAD.match(text)
    at = found.end() if found else 0
    at += text[at : at + 1] in _SYNTAX and at < len(text)
    return text[:at] + mark + text[at:]
