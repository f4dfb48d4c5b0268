"""The values that a user gave, with the memory of where each was given."""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._lazy import named
from pyhelm._typing import Any, Iterator, Mapping, Sequence
from pyhelm.chart.load import load_values
from pyhelm.chart.model import Values
from pyhelm.chart.sources import ValueSources, shown

Path = Sequence[str | int]


class Given(dict[str, Any]):
    """Values from files and flags; `texts` are the files' contents, by the path as it was given."""

    def __init__(self, values: Values, sources: ValueSources, texts: Mapping[str, bytes]) -> None:
        super().__init__(values)
        self.sources = sources
        self.texts = texts

    def place(self, path: Path) -> str:
        """Where a value was set: `web.yaml:3`, or a flag; empty where that can't be told."""
        return next(filter(None, (*self._flags(path), *self._files(path))), "")

    def _flags(self, path: Path) -> Iterator[str]:
        """The flags that set it, of which the first counts."""
        for name, parser in _PARSERS.items():
            texts = getattr(self.sources, name)
            if any(has(_parsed(parser, text), path) for text in texts):
                yield f"--{name.replace('_', '-')}"

    def _files(self, path: Path) -> Iterator[str]:
        """The lines that set it, of which the first counts."""
        for name in reversed(self.sources.files):
            yield place_in(shown(name), self.texts.get(name, b""), path)


def place_in(name: str, data: bytes, path: Path) -> str:
    """The line of a value in a values file of this name; empty where it has no such value."""
    if not has(load_values(data, name), path):
        return ""
    from pyhelm._yaml.places import lines

    found = lines(_yaml.decode(data), path)
    return f"{name}:{found[-1]}" if found else name


def has(value: Any, path: Path) -> bool:
    """Whether there is a value at a path."""
    for step in path:
        is_there = step in value if isinstance(value, dict) else _is_item(value, step)
        if not is_there:
            return False
        value = value[step]
    return True


def _is_item(value: Any, step: str | int) -> bool:
    """Whether a list has an item; what `--set a[1]=x` puts before it is none."""
    is_index = isinstance(value, list) and isinstance(step, int) and step < len(value)
    return is_index and value[step] is not None


def _parsed(parser: str, text: str) -> Values:
    values: Values = {}
    named(parser)(text, values)
    return values


def _json_into(text: str, values: Values) -> None:
    from pyhelm.chart import strvals

    if text.strip().startswith("{"):
        values.update(_yaml.from_json(_yaml.whole_text(text)))
    else:
        strvals.parse_json_into(text, values)


def _file_into(text: str, values: Values) -> None:
    from pyhelm.chart import strvals

    strvals.parse_file_into(text, values, str)


_PARSERS = {
    "set_literal": "pyhelm.chart.strvals:parse_literal_into",
    "set_file": "pyhelm.chart.given:_file_into",
    "set_string": "pyhelm.chart.strvals:parse_string_into",
    "set": "pyhelm.chart.strvals:parse_into",
    "set_json": "pyhelm.chart.given:_json_into",
}
"""What reads each flag, from that which has the last word."""
