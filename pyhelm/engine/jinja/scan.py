"""Finding `{{ }}`, `{% %}` and `{# #}` in a template's source, with the places where they stand.

Jinja's own lexer drops what trim markers eat and columns altogether; the rewriting of places needs
every character, so this looks for the delimiters alone, minding strings and brackets inside.
"""

from __future__ import annotations

from pyhelm._dataclass import dataclass
from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Iterator, Literal

Kind = Literal["text", "expression", "tag", "comment"]

_OPEN = lazy_pattern(r"\{[{%#]")
_TOKEN = lazy_pattern(r"""(?s)("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|([(\[{])|([)\]}])""")
_RAW = lazy_pattern(r"\{%[-+]?\s*raw\s*[-+]?%\}")
_END_RAW = lazy_pattern(r"\{%[-+]?\s*endraw\s*[-+]?%\}")
_NAME = lazy_pattern(r"\s*([A-Za-z_]\w*)")


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of source: literal text, or a tag with its delimiters; line and column from 1."""

    kind: Kind
    text: str
    line: int
    column: int

    @property
    def opening(self) -> str:
        """`{{`, `{{-`, `{%+` and so on."""
        return (
            self.text[:3] if self.text[2:3] in ("-", "+") and len(self.text) > 4 else self.text[:2]
        )

    @property
    def closing(self) -> str:
        """`}}`, `-}}`, `+%}` and so on."""
        return (
            self.text[-3:]
            if self.text[-3:-2] in ("-", "+") and len(self.text) > 5
            else self.text[-2:]
        )

    @property
    def inner(self) -> str:
        """What stands between the delimiters."""
        return self.text[len(self.opening) : len(self.text) - len(self.closing)]

    @property
    def name(self) -> str:
        """A tag's first word, such as `if`."""
        match = _NAME.match(self.inner)
        return match[1] if match else ""


def scan(source: str) -> Iterator[Segment]:
    """The segments of a source, in order; joined, their texts are the source."""
    place = _Place(source)
    at = 0
    while at < len(source):
        found = _OPEN.search(source, at)
        start = found.start() if found else len(source)
        if start > at:
            yield place.segment("text", at, start)
        if found is None:
            return
        raw = _RAW.match(source, start)
        if raw:
            yield place.segment("tag", start, raw.end())
            ending = _END_RAW.search(source, raw.end())
            at = ending.start() if ending else len(source)
            if at > raw.end():
                yield place.segment("text", raw.end(), at)
            continue
        at = _end(source, start)
        yield place.segment(_KINDS[source[start + 1]], start, at)


_KINDS: dict[str, Kind] = {"{": "expression", "%": "tag", "#": "comment"}


class _Place:
    """Turns offsets into lines and columns; offsets only grow."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.line = 1
        self.start = 0
        self.at = 0

    def segment(self, kind: Kind, start: int, end: int) -> Segment:
        newlines = self.source.count("\n", self.at, start)
        if newlines:
            self.line += newlines
            self.start = self.source.rindex("\n", self.at, start) + 1
        self.at = start
        return Segment(kind, self.source[start:end], self.line, start - self.start + 1)


def _end(source: str, start: int) -> int:
    """The offset behind a tag; the end of the source when it never closes (Jinja then says so)."""
    mark = source[start + 1]
    if mark == "#":
        found = source.find("#}", start + 2)
        return len(source) if found < 0 else found + 2
    close = "}}" if mark == "{" else "%}"
    at, depth = start + 2, 0
    while at < len(source):
        end = source.find(close, at)
        token = _TOKEN.search(source, at)
        if end >= 0 and not depth and (token is None or end <= token.start()):
            return end + 2
        if token is None:
            return len(source)
        depth += 1 if token[2] else -1 if token[3] and depth else 0
        at = token.end()
    return len(source)
