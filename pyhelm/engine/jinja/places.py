"""Rewriting a YAML template so that each `{{ }}` is written for the place where it stands.

Read from the literal text alone, once, before Jinja compiles it: an expression gets a filter for
its place (a whole node, a part of a plain scalar, inside quotes, a block scalar, a comment, a key,
a flow collection), and a plain scalar with expressions in it is wrapped, so that it is quoted as
one if it must be. Tags alone on their line leave no line. Each tag is put on a line of its own
inside its delimiters, which prints nothing and lets errors name the column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from pyhelm.engine.jinja.scan import Segment, scan

OPENERS = {"if", "for", "filter", "call", "with", "macro", "block", "autoescape"}

_KEY_END = re.compile(r":(?=\s|\Z)")
_COMMENT = re.compile(r"(?:^|(?<=\s))#")
_MARK = re.compile(r"(?:[-?](?:\s+|\Z))")
_PROPERTY = re.compile(r"(?:[&!][^\s\[\]{},]*)(?:\s+|\Z)")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*\s*(?:#.*)?\Z")
_FLOW_END = re.compile(r"[,\[\]{}]|:(?=[\s,\]}]|\Z)")

Quote = Literal["", "'", '"']


@dataclass(frozen=True, slots=True)
class Rewritten:
    """Source for Jinja; `places[n]` is the original (line, column) of its line n + 1."""

    source: str
    places: tuple[tuple[int, int], ...]


def rewrite(source: str, *, is_yaml: bool) -> Rewritten:
    """The source with every expression written for its place."""
    out = _Output()
    lines = _split_lines(source)
    if is_yaml:
        walker = _Walker(out, lines)
        for index in range(len(lines)):
            walker.line(index)
    else:
        for line in lines:
            _plain_line(out, line)
    return Rewritten("".join(out.parts), tuple(out.places))


@dataclass(slots=True)
class _Line:
    """One line of source; a tag with newlines inside belongs to the line where it starts."""

    parts: list[Segment] = field(default_factory=list)
    ended: bool = False

    @property
    def only_tags(self) -> bool:
        """Whether it holds tags or comments and nothing but blanks."""
        solid = [p for p in self.parts if p.kind != "text" or p.text.strip()]
        return bool(solid) and all(p.kind in ("tag", "comment") for p in solid)

    @property
    def indent(self) -> int:
        """Blanks at its start."""
        if not self.parts or self.parts[0].kind != "text":
            return 0
        text = self.parts[0].text
        return len(text) - len(text.lstrip(" \t"))

    @property
    def is_blank(self) -> bool:
        return all(part.kind == "text" and not part.text.strip() for part in self.parts)


class _Output:
    """The rewritten source, and where each of its lines comes from."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.places: list[tuple[int, int]] = [(1, 1)]

    def raw(self, text: str, line: int = 0, column: int = 1) -> None:
        """Literal text."""
        self.parts.append(text)
        last = line or self.places[-1][0]
        self.places += [(last + n + 1, 1) for n in range(text.count("\n"))]

    def take_blanks(self) -> str:
        """Take back the blanks just written: the filter that follows writes them, or a newline."""
        text = self.parts[-1] if self.parts else ""
        kept = text.rstrip(" \t")
        if kept != text and kept.endswith(":"):
            self.parts[-1] = kept
            return text[len(kept) :]
        return ""

    def tag(self, segment: Segment, *, filters: str = "", alone: bool = False) -> None:
        """A tag, with a newline behind its opening delimiter so that its line is its own."""
        opening, closing, inner = segment.opening, segment.closing, segment.inner
        if segment.kind == "comment":
            newlines = "\n" * segment.text.count("\n")
            self.parts.append(f"{{#{newlines}{'' if alone else '+'}#}}")
            self.places += [(segment.line, segment.column)] * len(newlines)
            return
        if segment.kind == "tag" and not alone:
            opening = opening if len(opening) == 3 else opening + "+"
            closing = closing if len(closing) == 3 else "+" + closing
        body = f"({inner}\n){filters}" if filters else f"{inner} "
        self.parts.append(f"{opening}\n{body}{closing}")
        start = segment.line
        self.places.append((start, segment.column))
        for n in range(body.count("\n")):
            line = min(start + n + 1, start + inner.count("\n"))
            self.places.append((line, 1) if line > start else (start, segment.column))


def _split_lines(source: str) -> list[_Line]:
    lines = [_Line()]
    for segment in scan(source):
        if segment.kind != "text":
            lines[-1].parts.append(segment)
            continue
        pieces = segment.text.split("\n")
        for number, piece in enumerate(pieces):
            if number:
                lines[-1].ended = True
                lines.append(_Line())
            if piece:
                column = segment.column if not number else 1
                lines[-1].parts.append(Segment("text", piece, segment.line + number, column))
    return lines if lines[-1].parts else lines[:-1]


def _plain_line(out: _Output, line: _Line) -> None:
    """A line of a file that is not YAML."""
    if line.only_tags:
        _tags_line(out, line)
        return
    for part in line.parts:
        if part.kind == "text":
            out.raw(part.text, part.line)
        else:
            out.tag(part, filters="|__text" if part.kind == "expression" else "")
    _end(out, line)


def _tags_line(out: _Output, line: _Line) -> None:
    """Tags alone on their line: the blanks and the newline go, as trim_blocks takes it."""
    for part in line.parts:
        if part.kind != "text":
            out.tag(part, alone=True)
    _end(out, line)


def _end(out: _Output, line: _Line) -> None:
    if line.ended:
        out.raw("\n", line.parts[-1].line if line.parts else 0)


class _Walker:
    """Goes through the lines of a YAML template and knows where in the YAML it stands."""

    def __init__(self, out: _Output, lines: list[_Line]) -> None:
        self.out = out
        self.lines = lines
        self.quote: Quote = ""
        self.flow = 0
        self.block_parent = -1
        """The column that a block scalar's text must stand beyond; -1 outside of one."""

    def line(self, index: int) -> None:
        line = self.lines[index]
        if line.only_tags:
            _tags_line(self.out, line)
            return
        if self.block_parent >= 0 and not line.is_blank:
            if line.indent > self.block_parent:
                self.block_line(line)
                return
            self.block_parent = -1
        swallowed = self.content(line, index)
        if not swallowed:
            _end(self.out, line)

    def block_line(self, line: _Line) -> None:
        """A line inside `|` or `>`: text, its further lines at this line's column."""
        for part in line.parts:
            if part.kind == "text":
                self.out.raw(part.text, part.line)
            else:
                filters = f"|__block({line.indent})" if part.kind == "expression" else ""
                self.out.tag(part, filters=filters)
        _end(self.out, line)

    def content(self, line: _Line, index: int) -> bool:
        """A line of nodes; True when its newline went into an expression's filter."""
        parts = _Parts(line.parts)
        column = 0
        entry = line.indent
        if not self.quote and not self.flow:
            blanks = parts.take(re.compile(r"[ \t]*"))
            column = len(blanks)
            if self.is_alone(parts, line):
                segment = parts.next()
                siblings = self.has_siblings(index, column)
                self.out.tag(segment, filters=f"|__line({column}, {siblings}, {line.ended})")
                return line.ended
            self.out.raw(blanks)
        while parts.has_more:
            if self.quote:
                self.quoted(parts)
            elif self.flow:
                self.flow_text(parts)
            else:
                column, entry = self.node(parts, column, entry, index)
        return False

    def is_alone(self, parts: _Parts, line: _Line) -> bool:
        """Whether one expression is all that the line has, and trims nothing itself."""
        rest = parts.rest()
        if not rest or rest[0].kind != "expression":
            return False
        if "-" in rest[0].opening + rest[0].closing:
            return False
        return all(part.kind == "text" and not part.text.strip() for part in rest[1:])

    def has_siblings(self, index: int, column: int) -> bool:
        """Whether the nearest lines that are no tags are entries at the same column."""
        for step in (-1, 1):
            at = index + step
            while 0 <= at < len(self.lines) and (
                self.lines[at].only_tags or self.lines[at].is_blank
            ):
                at += step
            if 0 <= at < len(self.lines) and self.lines[at].indent == column:
                return True
        return False

    def node(self, parts: _Parts, column: int, entry: int, index: int) -> tuple[int, int]:
        """One node or key at the place reached; returns the new column and entry column."""
        out = self.out
        mark = parts.take(_MARK)
        if mark:
            out.raw(mark)
            return column + len(mark), column + len(mark)
        properties = parts.take(_PROPERTY)
        if properties:
            out.raw(properties)
            return column + len(properties), entry
        text = parts.peek_text()
        if text[:1] in ("'", '"'):
            out.raw(parts.take(re.compile(".")))
            self.quote = text[0]  # type: ignore[assignment]
            return column + 1, entry
        if text[:1] in ("[", "{"):
            out.raw(parts.take(re.compile(".")))
            self.flow += 1
            return column + 1, entry
        if text[:1] == "#":
            self.comment(parts)
            return column, entry
        if _BLOCK_HEADER.match(text) and parts.is_last:
            out.raw(parts.take(re.compile(".*")))
            self.block_parent = entry
            return column, entry
        return self.plain(parts, column, entry)

    def comment(self, parts: _Parts) -> None:
        for part in parts.drain():
            if part.kind == "text":
                self.out.raw(part.text, part.line)
            else:
                filters = "|__comment" if part.kind == "expression" else ""
                self.out.tag(part, filters=filters)

    def plain(self, parts: _Parts, column: int, entry: int) -> tuple[int, int]:
        """A plain scalar: up to a colon that ends a key, a comment, or the line's end."""
        region, stop = parts.until(_KEY_END, _COMMENT)
        region, trailing = _without_trailing_blanks(region)
        width = sum(len(part.text) for part in region) + len(trailing)
        is_key = stop == "key"
        self.region(region, entry, is_key=is_key, inline=column == entry)
        if trailing:
            self.out.raw(trailing)
        if is_key:
            text = parts.take(re.compile(r":\s*"))
            self.out.raw(text)
            return column + width + len(text), entry
        if stop == "comment":
            self.comment(parts)
        return column + width, entry

    def region(self, region: list[Segment], entry: int, *, is_key: bool, inline: bool) -> None:
        """Write a scalar: one expression as a node, several as one text, quoted if needed."""
        expressions = [part for part in region if part.kind == "expression"]
        if not expressions:
            for part in region:
                self.emit(part)
            return
        lead, body, tail = _balanced(region)
        for part in lead:
            self.emit(part)
        if len(body) == 1 and body[0].kind == "expression":
            node = "|__key" if is_key else self.node_filter(entry, inline=inline)
            self.out.tag(body[0], filters=node)
        elif any(part.kind == "expression" for part in body):
            blanks = "" if inline or is_key else self.out.take_blanks()
            arguments = f"{entry}, {is_key}, {inline}, {blanks!r}"
            self.out.raw(f"{{%+filter __scalar({arguments}) +%}}")
            for part in body:
                self.emit(part, "|__part")
            self.out.raw("{%+endfilter+%}")
        else:
            for part in body:
                self.emit(part)
        for part in tail:
            self.emit(part, "|__part")

    def node_filter(self, entry: int, *, inline: bool) -> str:
        blanks = "" if inline else self.out.take_blanks()
        return f"|__node({entry}, {inline}, {blanks!r})"

    def emit(self, part: Segment, filters: str = "") -> None:
        if part.kind == "text":
            self.out.raw(part.text, part.line)
        else:
            self.out.tag(part, filters=filters if part.kind == "expression" else "")

    def quoted(self, parts: _Parts) -> None:
        """Inside quotes, which may go on over lines."""
        name = "__single" if self.quote == "'" else "__double"
        part = parts.next()
        if part.kind != "text":
            self.out.tag(part, filters=f"|{name}" if part.kind == "expression" else "")
            return
        end = _quote_end(part.text, self.quote)
        if end < 0:
            self.out.raw(part.text, part.line)
            return
        self.out.raw(part.text[:end], part.line)
        parts.put_back(part, end)
        self.quote = ""
        if not self.flow:
            # A quoted key goes on with its colon; anything else may follow it.
            text = parts.take(re.compile(r"\s*:\s+"))
            if text:
                self.out.raw(text)

    def flow_text(self, parts: _Parts) -> None:
        """Inside `[ ]` or `{ }`."""
        blanks = parts.take(re.compile(r"\s+"))
        if blanks:
            self.out.raw(blanks)
        text = parts.peek_text()
        if text[:1] in ("'", '"'):
            self.out.raw(parts.take(re.compile(".")))
            self.quote = text[0]  # type: ignore[assignment]
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
        lead, body, tail = _balanced(region)
        for part in lead:
            self.emit(part)
        if len(body) == 1:
            self.emit(body[0], "|__flow")
        else:
            self.out.raw("{%+filter __flowscalar +%}")
            for part in body:
                self.emit(part, "|__part")
            self.out.raw("{%+endfilter+%}")
        for part in tail:
            self.emit(part, "|__part")


class _Parts:
    """The parts of a line that are still to be written."""

    def __init__(self, parts: list[Segment]) -> None:
        self._parts = list(parts)

    @property
    def has_more(self) -> bool:
        return bool(self._parts)

    @property
    def is_last(self) -> bool:
        return len(self._parts) == 1

    def rest(self) -> list[Segment]:
        return self._parts

    def next(self) -> Segment:
        return self._parts.pop(0)

    def drain(self) -> list[Segment]:
        parts, self._parts = self._parts, []
        return parts

    def peek_text(self) -> str:
        """The text that comes next; empty before a tag or at the end."""
        return self._parts[0].text if self._parts and self._parts[0].kind == "text" else ""

    def take(self, pattern: re.Pattern[str]) -> str:
        """What the pattern matches at the start of the next text."""
        match = pattern.match(self.peek_text())
        if match is None or not match[0]:
            return ""
        self.put_back(self._parts.pop(0), match.end())
        return match[0]

    def put_back(self, part: Segment, start: int) -> None:
        """Keep the rest of a text from an offset on."""
        if start < len(part.text):
            rest = Segment("text", part.text[start:], part.line, part.column + start)
            self._parts.insert(0, rest)

    def until(self, first: re.Pattern[str], comment: re.Pattern[str]) -> tuple[list[Segment], str]:
        """Parts up to a match in their text, and which of the two matched (`key`, `comment`)."""
        region: list[Segment] = []
        while self._parts:
            part = self._parts[0]
            if part.kind != "text":
                region.append(self._parts.pop(0))
                continue
            # A colon at the end of a text ends a key only where the line ends too.
            ends = [m for m in first.finditer(part.text) if self._ends(m, part)]
            hashes = [m for m in comment.finditer(part.text) if m.start() or not region]
            found = min((*ends[:1], *hashes[:1]), key=lambda m: m.start(), default=None)
            self._parts.pop(0)
            if found is None:
                region.append(part)
                continue
            if found.start():
                text = part.text[: found.start()]
                region.append(Segment("text", text, part.line, part.column))
            self.put_back(part, found.start())
            return region, "comment" if found[0] == "#" else "key"
        return region, ""

    def _ends(self, match: re.Match[str], part: Segment) -> bool:
        return match.end() < len(part.text) or len(self._parts) == 1 or match[0] != ":"


def _without_trailing_blanks(region: list[Segment]) -> tuple[list[Segment], str]:
    if not region or region[-1].kind != "text":
        return region, ""
    last = region[-1]
    kept = last.text.rstrip()
    trailing = last.text[len(kept) :]
    body = region[:-1]
    return ([*body, Segment("text", kept, last.line, last.column)] if kept else body), trailing


def _balanced(region: list[Segment]) -> tuple[list[Segment], list[Segment], list[Segment]]:
    """The part of a region whose block tags close each other, and what stands around it."""
    start, end = 0, len(region)
    while start < end and not _is_balanced(region[start:end]):
        if region[start].kind == "tag":
            start += 1
        elif region[end - 1].kind == "tag":
            end -= 1
        else:
            return [], [], region
    return region[:start], region[start:end], region[end:]


def _is_balanced(parts: list[Segment]) -> bool:
    depth = 0
    for part in parts:
        if part.kind != "tag":
            continue
        name = part.name
        if name in OPENERS or (name == "set" and "=" not in part.inner):
            depth += 1
        elif name.startswith("end"):
            depth -= 1
        elif name in ("else", "elif") and depth < 1:
            return False
        if depth < 0:
            return False
    return depth == 0


def _quote_end(text: str, quote: str) -> int:
    """The offset behind the closing quote; -1 when the text ends before it."""
    at = 0
    while at < len(text):
        if text[at] == quote:
            if quote == "'" and text[at + 1 : at + 2] == "'":
                at += 2
                continue
            return at + 1
        at += 2 if text[at] == "\\" and quote == '"' else 1
    return -1
