"""Where each chart's lines are in an `index.yaml` of the usual layout, found without reading YAML.

The largest public indexes have half a million lines, of which a command needs one chart's. Every
line is held to a grammar in which nothing that begins below a chart's name can reach over the next
one: quotes end on their line or go on at a deeper column, no flow collection spans lines, there are
no tags. Within it a line that is indented by two blanks is a chart's name, and nothing else is.
What is outside (`layout` returns None) is read as a whole.
"""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._dataclass import dataclass
from pyhelm._lazy import lazy_pattern_bytes
from pyhelm._typing import Mapping
from pyhelm.errors import YAMLError

_REST = rb"(?:[^\n:]++|:(?![ \n]))*+"
"""What follows in a plain text: no colon that makes a key of it."""

_VALUE = (
    rb"(?:[^\s\"'\[\]{}&*!?|>%@`#,:-]" + _REST + rb"|\"(?:[^\"\\\n]++|\\[^\n])*+\" *+"
    rb"|'(?:[^'\n]++|'')*+' *+"
    rb"|(?:\[\]|\{\}|-) *+|-[^\s\"']" + _REST + rb")"
)
_KEY = rb"[\w./-]++:"
_LINE = (
    rb"(?: {2,}+(?:- ++)*+" + _KEY + rb"(?: ++" + _VALUE + rb")?+ *+\n"
    rb"| {2,}+(?:- ++)++" + _VALUE + rb"\n"
    rb"|(?P<i> {4,}+)" + _KEY + rb" ++[|>][-+]?+ *+\n(?:(?P=i) ++[^\n]*+\n| *+\n)*+"
    rb"| {6,}+[^\s\"'\[\]{}&*!?|>%@`#-]" + _REST + rb"\n"
    rb"| *+\n)"
)
_LINES = lazy_pattern_bytes(_LINE + rb"*+")
"""As many plain lines as follow each other: keys, items, block scalars and folded text."""

_NAME = lazy_pattern_bytes(rb"\n  ([^\s-][^\n]*)")
_PLAIN_NAME = lazy_pattern_bytes(rb"([A-Za-z][\w.-]*): *(\[\])? *\Z")
_QUOTED = lazy_pattern_bytes(
    rb"(?P<i> {2,}+)(?:- ++)*+" + _KEY + rb" ++"
    rb"(?:\"(?:[^\"\\\n]++|\\[^\n]|\\?\n(?: *+\n)*+(?P=i)  )*+\""
    rb"|'(?:[^'\n]++|''|\n(?: *+\n)*+(?P=i)  )*+') *+\n"
)
"""A quoted text over several lines, all of them deeper than its key."""

_BLOCK = lazy_pattern_bytes(rb"( {2,}+)((?:- ++)++)(?:" + _KEY + rb" ++)?[|>][-+]?+ *+\n")
_ABOVE = lazy_pattern_bytes(
    rb"(?:--- *+\n)?+(?:[A-Za-z]\w*+:(?: ++" + _VALUE + rb")?+ *+\n|" + _LINE + rb")*+\Z"
)
"""What may come before the entries: plain lines too."""

_BREAKS = (b"\r", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9")
"""What ends a line in YAML, beside the usual."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A chart's place, by name, as its first and last byte, and the document without its charts."""

    head: bytes
    blocks: Mapping[str, tuple[int, int]]


def layout(data: bytes) -> Layout | None:
    """The places of all charts; None where the document isn't plain.

    Raises YAMLError for a chart that is there twice (CVE-2020-15185).
    """
    start = 9 if data.startswith(b"entries:\n") else data.find(b"\nentries:\n") + 10
    if start < 10 and not data.startswith(b"entries:\n"):
        return None
    if not _ABOVE.match(data[: start - 9]) or any(each in data for each in _BREAKS):
        return None
    end = _end_of_lines(data, start)
    if end is None:
        return None
    head = data[:start].removesuffix(b"entries:\n") + data[end:]
    blocks = _blocks(data, start, end)
    plain = blocks is not None and b"\nentries:" not in b"\n" + head
    return Layout(head, blocks or {}) if plain else None


def _end_of_lines(data: bytes, start: int) -> int | None:
    """Where the entries end: at the file's end, or at the next line that isn't indented."""
    place = start
    while True:
        found = _LINES.match(data, place)
        place = found.end() if found else place
        if place >= len(data) or data[place] not in b" ":
            return place if place >= len(data) or data[place : place + 1].isalpha() else None
        after = _odd(data, place)
        if after is None:
            return None
        place = after


def _odd(data: bytes, place: int) -> int | None:
    """The end of what the lines' pattern leaves: long quoted texts, block scalars in lists."""
    quoted = _QUOTED.match(data, place)
    if quoted:
        return quoted.end()
    block = _BLOCK.match(data, place)
    if block is None:
        return None
    # The key's own column: the text of a block scalar is deeper than that.
    column = len(block[1]) + (
        len(block[2]) if data[block.end(2) : block.end(2) + 1] not in b"|>" else 0
    )
    return _end_of_block(data, block.end(), column)


def _end_of_block(data: bytes, place: int, column: int) -> int:
    while place < len(data):
        end = data.find(b"\n", place) + 1 or len(data)
        line = data[place:end]
        if line.strip() and len(line) - len(line.lstrip(b" ")) <= column:
            break
        place = end
    return place


def _blocks(data: bytes, start: int, end: int) -> dict[str, tuple[int, int]] | None:
    found: dict[str, tuple[int, int]] = {}
    last = ""
    # The line end before the first name is part of `entries:`.
    for each in _NAME.finditer(data, start - 1, end):
        name = _name(each[1])
        if name is None or (not found and each.start() != start - 1):
            return None
        if name in found:
            raise YAMLError(f'key "{name}" already set in map', line=_line(data, each.start()))
        if last:
            found[last] = (found[last][0], each.start() + 1)
        found[name] = (each.start() + 1, end)
        last = name
    return found if found or not data[start:end].strip() else None


def _name(text: bytes) -> str | None:
    """A chart's name, where the key is no more than that."""
    found = _PLAIN_NAME.match(text)
    name = found[1].decode("ascii", "replace") if found else ""
    return name if name and _yaml.resolve(name) == name else None


def _line(data: bytes, place: int) -> int:
    return data.count(b"\n", 0, place) + 2
