"""Rewriting a YAML template so that each `{{ }}` is written for the place where it stands.

Read from the literal text alone, once, before Jinja compiles it: an expression gets a filter for
its place (a whole node, a part of a plain scalar, inside quotes, a block scalar, a comment, a key,
a flow collection), and a plain scalar with expressions in it is wrapped, so that it is quoted as
one if it must be. Tags alone on their line leave no line. Each tag is put on a line of its own
inside its delimiters, which prints nothing and lets errors name the column.
"""

from __future__ import annotations

import re

from pyhelm._dataclass import dataclass, replace
from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Literal
from pyhelm.engine.jinja.beside import beside
from pyhelm.engine.jinja.lines import (
    DEFINERS,
    Line,
    balanced,
    is_balanced,
    is_set_block,
    split_lines,
)
from pyhelm.engine.jinja.output import Output, Rewritten
from pyhelm.engine.jinja.parts import Parts, quote_end
from pyhelm.engine.jinja.scan import Segment
from pyhelm.engine.jinja.unfold import unfold

_KEY_END = lazy_pattern(r":(?=\s|\Z)")
_COMMENT = lazy_pattern(r"(?:^|(?<=\s))#")
_MARK = lazy_pattern(r"(?:[-?](?:\s+|\Z))")
_PROPERTY = lazy_pattern(r"(?:[&!][^\s\[\]{},]*)(?:\s+|\Z)")
_BLOCK_HEADER = lazy_pattern(r"[|>][-+0-9]*\s*(?:#.*)?\Z")
_START_HEADER = lazy_pattern(r"[|>][-+]?\Z")
_FLOW_END = lazy_pattern(r"[,\[\]{}]|:(?=[\s,\]}]|\Z)")

_BLANKS = lazy_pattern(r"[ \t]*")

Quote = Literal["", "'", '"']


def rewrite(source: str, *, is_yaml: bool) -> Rewritten:
    """The source with every expression written for its place; without YAML there is but one."""
    lines = split_lines(source)
    if not is_yaml:
        return _rewritten_text(lines, "|__text", start="{{''|__textfile}}")
    out = Output()
    for line in lines:
        line.parts = list(map(_as_expression, line.parts))
    walker = _Walker(out, lines)
    index = 0
    while index < len(lines):
        walker.line(index)
        index += 1
    return Rewritten("".join(out.parts), tuple(out.places))


def rewrite_text(source: str) -> Rewritten:
    """A user's text that is a template: one whose only content is an expression is its value."""
    lines = split_lines(source)
    parts = [part for line in lines for part in line.parts if part.kind != "tag"]
    is_lone = len(parts) == 1 and len(lines) == 1
    return _rewritten_text(lines, "|__lone" if is_lone else "|__part")


def _rewritten_text(lines: list[Line], filters: str, *, start: str = "") -> Rewritten:
    out = Output()
    out.raw(start)
    for line in lines:
        _plain_line(out, line, filters)
    return Rewritten("".join(out.parts), tuple(out.places))


def _as_expression(part: Segment) -> Segment:
    """What an `include` gives stands where it is written, as a value does."""
    is_include = part.kind == "tag" and part.name == "include"
    return replace(part, kind="expression") if is_include else part


def _plain_line(out: Output, line: Line, filters: str) -> None:
    """A line of a file that is not YAML."""
    if line.only_tags:
        _tags_line(out, line)
        return
    for part in line.parts:
        if part.kind == "text":
            out.raw(part.text, part.line)
        else:
            out.tag(part, filters=filters if part.kind == "expression" else "")
    _end(out, line)


def _tags_line(out: Output, line: Line) -> None:
    """Tags alone on their line: the blanks go, and the newline."""
    for part in line.parts:
        if part.kind == "tag":
            out.tag(part)


def _end(out: Output, line: Line) -> None:
    if line.ended:
        out.raw("\n", line.last)


@dataclass(frozen=True, slots=True)
class _Region:
    """Where a scalar stands: its key's column, whether it is a key, whether it starts a line or
    follows a dash, and whether a comment comes after it."""

    entry: int
    is_key: bool
    inline: bool
    commented: bool

    def inside(self) -> _Region:
        """The same inside a macro or a set block."""
        return _Region(0, False, True, False)


class _Walker:
    """Goes through the lines of a YAML template and knows where in the YAML it stands."""

    def __init__(self, out: Output, lines: list[Line]) -> None:
        self.out = out
        self.lines = lines
        self.quote: Quote = ""
        self.flow = 0
        self.block_parent: int | None = None
        """The column that a block scalar's text must stand beyond; None outside of one."""
        self.parent = -1
        """The column of the key or dash whose value comes next."""
        self.ended = True
        """Whether the line has a newline at its end."""
        self.header = ""
        """A block scalar's header that the expression on the next line writes."""
        self.calls: list[bool] = []
        """The `{% call %}` blocks that are open: whether each is written as a node."""

    def line(self, index: int) -> None:
        line = self.lines[index]
        if self.block_parent is not None and self.ends_block(index, self.block_parent):
            self.block_parent = None
        if self.block_parent is not None and not line.is_blank and not line.only_tags:
            self.block_line(line, self.block_parent)
            return
        if not self.is_inside:
            below = self.lines[index + 1] if index + 1 < len(self.lines) else Line()
            self.lines[index : index + 1] = unfold(line, below)
            line = self.lines[index]
        if line.only_tags:
            self.tags(line)
            return
        swallowed = self.content(line, index)
        if not swallowed and not line.only_names:
            _end(self.out, line)

    def ends_block(self, index: int, parent: int) -> bool:
        """Whether a block scalar is over at a line; what tags stand around says the next one."""
        for line in self.lines[index:]:
            is_call = any(part.name == "call" for part in line.parts if part.kind == "tag")
            if is_call or not (line.only_tags or line.is_blank):
                return line.indent <= parent
        return False

    @property
    def is_inside(self) -> bool:
        """Whether this is inside of a scalar or a flow collection that goes on over lines."""
        return self.block_parent is not None or bool(self.quote) or self.flow > 0

    def tags(self, line: Line) -> None:
        """Tags alone on their line; what a `call` gives stands at this column."""
        solid = [part for part in line.parts if part.kind == "tag"]
        if len(solid) == 1 and solid[0].name == "call" and not self.is_inside:
            self.out.raw(f"{{%+filter __line({line.indent}, '', {line.ended}) +%}}")
            self.out.tag(solid[0], alone=True)
            self.calls.append(True)
            return
        for part in solid:
            if part.name == "call":
                self.calls.append(False)
        closed = [part for part in solid if part.name == "endcall" and self.calls]
        wrapped = [self.calls.pop() for _ in closed]
        for part in solid:
            self.out.tag(part, alone=True)
        if any(wrapped):
            self.out.raw("{%+endfilter+%}")

    def block_line(self, line: Line, parent: int) -> None:
        """A line inside `|` or `>`: text, its further lines at this line's column."""
        parts = Parts(line.parts)
        header, self.header = self.header, ""
        if header:
            parts.take(_BLANKS)
        while parts.has_more:
            part = parts.next()
            if part.kind == "text":
                self.out.raw(part.text, part.line)
                continue
            arguments = f"{line.indent}, {parts.is_blank}"
            filters = f"|__block({arguments})"
            if header:
                filters = f"|__blockstart({arguments}, {header!r}, {line.indent - max(parent, 0)})"
                header = ""
            self.out.tag(part, filters=filters if part.kind == "expression" else "")
        _end(self.out, line)

    def block_header(self, parts: Parts, index: int) -> None:
        """`|` or `>`: the next line's expression writes it when the text may start with blanks."""
        self.block_parent = self.parent
        header = parts.take(re.compile(".*"))
        below = self.lines[index + 1] if index + 1 < len(self.lines) else Line()
        deeper = 0 < below.indent - max(self.parent, 0) < 10 and below.indent > self.parent
        if _START_HEADER.match(header) and deeper and below.starts_with_expression:
            self.header = header
        else:
            self.out.raw(header)

    def content(self, line: Line, index: int) -> bool:
        """A line of nodes; True when its newline went into an expression's filter."""
        parts = Parts(line.parts)
        column = 0
        entry = line.indent
        self.parent = -1
        self.ended = line.ended
        if not self.quote and not self.flow:
            blanks = parts.take(_BLANKS)
            column = len(blanks)
            if self.is_alone(parts, line):
                segment = parts.next()
                siblings = beside(self.lines, index, column)
                self.out.tag(segment, filters=f"|__line({column}, {siblings!r}, {line.ended})")
                return line.ended
            if not line.only_names:
                self.out.raw(blanks)
        while parts.has_more:
            if self.quote:
                self.quoted(parts)
            elif self.flow:
                self.flow_text(parts)
            else:
                column, entry = self.node(parts, column, entry, index)
        return bool(self.header)

    def is_alone(self, parts: Parts, line: Line) -> bool:
        """Whether one expression is all that the line has, and trims nothing itself."""
        rest = parts.rest()
        if not rest or rest[0].kind != "expression":
            return False
        if "-" in rest[0].opening + rest[0].closing:
            return False
        return all(part.kind == "text" and not part.text.strip() for part in rest[1:])

    def node(self, parts: Parts, column: int, entry: int, index: int) -> tuple[int, int]:
        """One node or key at the place reached; returns the new column and entry column."""
        out = self.out
        mark = parts.take(_MARK)
        if mark:
            out.raw(mark)
            self.parent = column
            return column + len(mark), column + len(mark)
        properties = parts.take(_PROPERTY)
        if properties:
            out.raw(properties)
            return column + len(properties), entry
        text = parts.peek_text()
        if text[:1] in ("'", '"'):
            self.parent = entry
            self.open_quote(parts)
            return column + 1, entry
        if text[:1] in ("[", "{"):
            out.raw(parts.take(re.compile(".")))
            self.flow += 1
            return column + 1, entry
        if text[:1] == "#":
            self.comment(parts)
            return column, entry
        if _BLOCK_HEADER.match(text) and parts.is_last:
            self.block_header(parts, index)
            return column, entry
        return self.plain(parts, column, entry)

    def comment(self, parts: Parts) -> None:
        for part in parts.drain():
            if part.kind == "text":
                self.out.raw(part.text, part.line)
            else:
                filters = "|__comment" if part.kind == "expression" else ""
                self.out.tag(part, filters=filters)

    def plain(self, parts: Parts, column: int, entry: int) -> tuple[int, int]:
        """A plain scalar: up to a colon that ends a key, a comment, or the line's end."""
        region, stop = parts.until(_KEY_END, _COMMENT)
        region, trailing = _without_trailing_blanks(region)
        width = sum(len(part.text) for part in region) + len(trailing)
        is_key = stop == "key"
        self.region(
            _Region(entry, is_key, column == entry, stop == "comment" or not self.ended), region
        )
        if trailing:
            self.out.raw(trailing)
        if is_key:
            text = parts.take(re.compile(r":\s*"))
            self.out.raw(text)
            self.parent = entry
            return column + width + len(text), entry
        if stop == "comment":
            self.comment(parts)
        return column + width, entry

    def region(self, place: _Region, parts: list[Segment]) -> None:
        """Write a scalar; tags that name things stay outside of what is made of it."""
        depth = 0
        piece: list[Segment] = []
        for part in parts:
            if part.kind != "tag" or part.name not in DEFINERS:
                piece.append(part)
                continue
            self.scalar(place.inside() if depth else replace(place, is_key=False), piece)
            piece = []
            self.emit(part)
            if part.name.startswith("end"):
                depth -= 1
            elif part.name in ("macro", "block") or is_set_block(part):
                depth += 1
        self.scalar(place.inside() if depth > 0 else place, piece)

    def scalar(self, place: _Region, parts: list[Segment]) -> None:
        """One expression as a node, several as one text, quoted if needed."""
        lead, body, tail = balanced(parts)
        for part in lead:
            self.emit(part)
        if len(body) == 1 and body[0].kind == "expression":
            arguments = "" if place.is_key else self.node_arguments(place)
            name = "__key" if place.is_key else "__node"
            self.out.tag(body[0], filters=f"|{name}{arguments}")
        elif any(part.kind == "expression" or part.name == "call" for part in body):
            self.out.raw(f"{{%+filter __scalar{self.node_arguments(place)} +%}}")
            self.text_parts(body)
            self.out.raw("{%+endfilter+%}")
        else:
            for part in body:
                self.emit(part)
        for part in tail:
            self.emit(part, "|__part")

    def node_arguments(self, place: _Region) -> str:
        blanks = "" if place.inline or place.is_key else self.out.take_blanks()
        return f"({place.entry}, {place.is_key}, {place.inline}, {blanks!r}, {place.commented})"

    def text_parts(self, parts: list[Segment]) -> None:
        """The parts of a text; one between tags alone may turn out to be all there is."""
        for index, part in enumerate(parts):
            around = [*parts[max(index - 1, 0) : index], *parts[index + 1 : index + 2]]
            alone = all(each.kind == "tag" for each in around)
            self.emit(part, "|__lone" if alone else "|__part")

    def emit(self, part: Segment, filters: str = "") -> None:
        if part.kind == "text":
            self.out.raw(part.text, part.line)
        else:
            self.out.tag(part, filters=filters if part.kind == "expression" else "")

    def open_quote(self, parts: Parts) -> None:
        """A quoted scalar; a single-quoted one with expressions is written as a whole."""
        if parts.peek_text()[:1] != "'" or not self.single_quoted(parts):
            quote = parts.take(re.compile("."))
            self.out.raw(quote)
            self.quote = quote  # type: ignore[assignment]

    def single_quoted(self, parts: Parts) -> bool:
        """Write a single-quoted scalar that ends on its line, if expressions are in it."""
        found = parts.single_quoted()
        if found is None or not is_balanced(found):
            return False
        if not any(part.kind == "expression" for part in found):
            return False
        parts.drop(found)
        self.out.raw("{%+filter __singlequoted +%}")
        for part in found:
            if part.kind == "text":
                self.out.raw(part.text.replace("''", "'"), part.line)
            else:
                self.emit(part, "|__part")
        self.out.raw("{%+endfilter+%}")
        self.after_quote(parts)
        return True

    def after_quote(self, parts: Parts) -> None:
        """A quoted key goes on with its colon; anything else may follow it."""
        if not self.flow:
            self.out.raw(parts.take(re.compile(r"\s*:\s+")))

    def quoted(self, parts: Parts) -> None:
        """Inside quotes, which may go on over lines."""
        name = "__single" if self.quote == "'" else "__double"
        part = parts.next()
        if part.kind != "text":
            self.out.tag(part, filters=f"|{name}" if part.kind == "expression" else "")
            return
        end = quote_end(part.text, self.quote)
        if end < 0:
            self.out.raw(part.text, part.line)
            return
        self.out.raw(part.text[:end], part.line)
        parts.put_back(part, end)
        self.quote = ""
        self.after_quote(parts)

    def flow_text(self, parts: Parts) -> None:
        """Inside `[ ]` or `{ }`."""
        blanks = parts.take(re.compile(r"\s+"))
        if blanks:
            self.out.raw(blanks)
        text = parts.peek_text()
        if text[:1] in ("'", '"'):
            self.open_quote(parts)
            return
        sign = parts.take(re.compile(r"[\[\]{},:]"))
        if sign:
            self.flow += (sign in "[{") - (sign in "]}")
            self.out.raw(sign)
            return
        region, _ = parts.until(_FLOW_END, _COMMENT)
        region, trailing = _without_trailing_blanks(region)
        self.flow_region(region)
        if trailing:
            self.out.raw(trailing)
        if parts.peek_text()[:1] == "#":
            self.comment(parts)

    def flow_region(self, region: list[Segment]) -> None:
        if not any(part.kind == "expression" for part in region):
            for part in region:
                self.emit(part)
            return
        lead, body, tail = balanced(region)
        for part in lead:
            self.emit(part)
        if len(body) == 1:
            self.emit(body[0], "|__flow")
        else:
            self.out.raw("{%+filter __flowscalar +%}")
            self.text_parts(body)
            self.out.raw("{%+endfilter+%}")
        for part in tail:
            self.emit(part, "|__part")


def _without_trailing_blanks(region: list[Segment]) -> tuple[list[Segment], str]:
    if not region or region[-1].kind != "text":
        return region, ""
    last = region[-1]
    kept = last.text.rstrip(" \t")
    trailing = last.text[len(kept) :]
    body = region[:-1]
    return ([*body, Segment("text", kept, last.line, last.column)] if kept else body), trailing
