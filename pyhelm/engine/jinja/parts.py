"""The parts of a line that a walk through it has still to write."""

from __future__ import annotations

import re

from pyhelm.engine.jinja.lines import is_solid
from pyhelm.engine.jinja.scan import Segment


class Parts:
    """The parts of a line that are still to be written."""

    def __init__(self, parts: list[Segment]) -> None:
        self._parts = list(parts)

    @property
    def has_more(self) -> bool:
        return bool(self._parts)

    @property
    def is_last(self) -> bool:
        return len(self._parts) == 1

    @property
    def is_blank(self) -> bool:
        """Whether nothing but blanks is left."""
        return all(part.kind != "expression" and not is_solid(part) for part in self._parts)

    def single_quoted(self) -> list[Segment] | None:
        """What stands between the single quote that comes next and its closing one."""
        found: list[Segment] = []
        for index, part in enumerate(self._parts):
            start = 0 if index else 1
            end = quote_end(part.text[start:], "'") if part.kind == "text" else -1
            if end < 0:
                found.append(_from(part, start) if not index else part)
                continue
            text = part.text[start : start + end - 1]
            if text:
                found.append(Segment("text", text, part.line, part.column + start))
            return [each for each in found if each.text]
        return None

    def drop(self, quoted: list[Segment]) -> None:
        """Leave out a quoted scalar, with its quotes."""
        length = sum(len(part.text) for part in quoted) + 2
        while length:
            part = self._parts.pop(0)
            if len(part.text) > length:
                self.put_back(part, length)
                return
            length -= len(part.text)

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


def _from(part: Segment, start: int) -> Segment:
    return Segment(part.kind, part.text[start:], part.line, part.column + start)


def quote_end(text: str, quote: str) -> int:
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
