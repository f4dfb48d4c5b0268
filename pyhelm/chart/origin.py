"""Which line of a chart's templates a rendered line came from, told by the text they share."""

from __future__ import annotations

from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Iterator, Sequence
from pyhelm.chart.model import Chart

_ACTION = lazy_pattern(r"\{\{.*?(?:\}\}|$)|\{%.*?(?:%\}|$)|\{#.*?(?:#\}|$)")
CONTEXT = 8
"""Lines before that tell two alike ones apart."""


def template_line(chart: Chart, source: str, lines: Sequence[str], number: int) -> str:
    """The `path:line` of the template line that line `number` (from 1) of `lines` came from.

    `source` is the template that was rendered; where it has no such line, helpers are looked
    through. Empty where there is none, or more than one that could be it.
    """
    texts = dict(_texts(chart))
    own = {source: texts.pop(source, "")}
    for some in (own, texts):
        found = _best(some, lines, number)
        if found:
            return found
    return ""


def _texts(chart: Chart) -> Iterator[tuple[str, str]]:
    for path, each in chart.walk():
        for file in each.templates:
            yield f"{path}/{file.name}", file.data.decode("utf-8", "replace")


def _best(texts: dict[str, str], lines: Sequence[str], number: int) -> str:
    """The line that has most before it in common; empty where two have as much."""
    found: dict[str, int] = {}
    for path, text in texts.items():
        mine = text.split("\n")
        for place, line in enumerate(mine):
            if _made(line, lines[number - 1]):
                found[f"{path}:{place + 1}"] = _shared(mine[:place], lines[: number - 1])
    most = max(found.values(), default=0)
    best = [place for place, shared in found.items() if shared == most]
    return best[0] if len(best) == 1 else ""


def _shared(mine: Sequence[str], lines: Sequence[str]) -> int:
    """How many lines before are alike, without those that hold only actions."""
    written = [line for line in mine if _literals(line)][-CONTEXT:]
    pairs = zip(reversed(written), reversed([line for line in lines if line.strip()]), strict=False)
    count = 0
    for one, other in pairs:
        if not _made(one, other):
            return count
        count += 1
    return count


def _made(template: str, line: str) -> bool:
    """Whether a line of a template may have become this line: what stands outside actions fits."""
    import re

    literals = _literals(template)
    pattern = ".*".join(re.escape(each) for each in literals)
    return bool(literals) and re.fullmatch(pattern, line.strip()) is not None


def _literals(template: str) -> list[str]:
    """The texts around a line's actions; none where only white space is."""
    parts = _ACTION.split(template.strip())
    return parts if any(part.strip() for part in parts) else []
