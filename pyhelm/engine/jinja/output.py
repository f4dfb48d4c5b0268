"""The rewritten source of a template, and where each of its lines comes from."""

from __future__ import annotations

from pyhelm._dataclass import dataclass
from pyhelm._typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyhelm.engine.jinja.scan import Segment


@dataclass(frozen=True, slots=True)
class Rewritten:
    """Source for Jinja; `places[n]` is the original (line, column) of its line n + 1."""

    source: str
    places: tuple[tuple[int, int], ...]


class Output:
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
            self.parts.append("{#- -#}")
            return
        if segment.kind == "tag" and segment.name in ("raw", "endraw"):
            self.parts.append("{%+raw%}" if segment.name == "raw" else "{%+endraw+%}")
            return
        if alone:
            # What `-` would trim is gone already; the lines around are the author's.
            opening, closing = opening[:2], closing[-2:]
        is_tag = opening[1] == "%"
        if is_tag:
            opening = opening if len(opening) == 3 else opening + "+"
            closing = closing if len(closing) == 3 else "+" + closing
        if is_tag and filters:
            # What an `include` gives is written as the value of an expression.
            self.parts.append(f"{{%+filter {filters[1:]}+%}}")
        body = f"({inner}\n){filters}" if filters and not is_tag else f"{inner} "
        self.parts.append(f"{opening}\n{body}{closing}")
        if is_tag and filters:
            self.parts.append("{%+endfilter+%}")
        start = segment.line
        self.places.append((start, segment.column))
        for n in range(body.count("\n")):
            line = min(start + n + 1, start + inner.count("\n"))
            self.places.append((line, 1) if line > start else (start, segment.column))
