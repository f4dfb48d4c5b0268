"""A chart's values as a table: each one's path, its default, and what is written above it."""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._dataclass import dataclass
from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Any, Iterator, Mapping
from pyhelm.chart.model import Chart

MOST_ROWS = 1000
MOST_TEXT = 200

_KEY = lazy_pattern(r"( *)([\w.-]+|\"[^\"]*\"|'[^']*'):(?: |$)")


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One value: `a.b`, its default in JSON, and the comment above it."""

    path: str
    default: str
    text: str = ""


def rows(chart: Chart) -> list[ValueRow]:
    """The leaves of a chart's values in the file's order; no more than a page can show."""
    source = next((file.text for file in chart.raw if file.name == "values.yaml"), "")
    comments = dict(_comments(source))
    found: list[ValueRow] = []
    for path, value in _leaves(chart.values, ()):
        if len(found) == MOST_ROWS:
            break
        found.append(ValueRow(".".join(path), _default(value), comments.get(path, "")))
    return found


def _leaves(
    values: Mapping[str, Any], above: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in values.items():
        path = (*above, str(key))
        if isinstance(value, dict) and value and len(path) < 20:
            yield from _leaves(value, path)
        else:
            yield path, value


def _default(value: Any) -> str:
    text = _yaml.to_json(value)
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"


def _comments(source: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """The comment right above each key; `# --` is how helm-docs has it begin."""
    above: list[tuple[int, str]] = []
    words: list[str] = []
    for line in source.splitlines():
        text = line.strip()
        if text.startswith("#"):
            if text.startswith("# --"):
                words = []
            words.append(text.lstrip("#- ").strip())
            continue
        found = _KEY.match(line)
        if found:
            column = len(found[1])
            above = [each for each in above if each[0] < column]
            above.append((column, found[2].strip("\"'")))
            if words:
                yield tuple(key for _, key in above), " ".join(words)[:MOST_TEXT]
        words = []
