"""Reading a chart's archives and YAML, and remembering what they said.

Helm cuts a values file at its lines of `---` before it reads the parts as YAML, of each the first
document alone.
"""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._cache import Cache
from pyhelm._shelf import Shelf
from pyhelm._typing import Any, Iterator
from pyhelm.chart.model import File
from pyhelm.errors import ChartError, YAMLError


class Documents:
    """What a chart's own files say, kept by their content where there is a cache."""

    def __init__(self, cache: str = "", chart: str = "") -> None:
        self._cache = Cache(cache)
        name = self._cache.key(b"documents", chart.encode("utf-8", "surrogateescape"))
        self._shelf = Shelf(self._cache, name)

    def unpack(self, data: bytes, source: str) -> tuple[File, ...]:
        """The files in an archive's bytes; raises ArchiveError."""
        key = self._cache.key(b"archive", data)
        rows = self._cache.get(key)
        if rows is not None:
            return tuple(File(*row) for row in rows)
        from pyhelm.chart.archive import contents, warn_of

        files, hollow = contents(data, source)
        if hollow:
            # Not kept, so that each run warns.
            warn_of(hollow, source)
            return files
        self._cache.put(key, [(file.name, file.data, file.modtime) for file in files])
        return files

    def load_values(self, data: bytes, source: str) -> list[Any]:
        """The value of every document in a values file; raises YAMLError or ChartError."""
        marked = b"values\n" + data
        known = self._shelf.get(marked)
        if known is None:
            known = read_values(data, source)
            self._shelf.put(marked, known)
        found: list[Any] = known
        return found

    def load(self, data: bytes, source: str) -> Any:
        """The first document's value; raises YAMLError."""
        marked = b"first\n" + data
        known = self._shelf.get(marked)
        if known is None:
            known = [_yaml.load(data, source)]
            self._shelf.put(marked, known)
        return known[0]

    def save(self) -> None:
        """Keep what is new for the next run."""
        self._shelf.save()


def read_values(data: bytes, source: str) -> list[Any]:
    """The values of the documents in a values file; raises YAMLError or ChartError."""
    text = _yaml.decode(data, source)
    return [_document(part, source) for part in _parts(text)]


def _document(text: str, source: str) -> Any:
    try:
        return _yaml.load(text, source)
    except YAMLError as exc:
        if exc.line:
            raise
        # Helm's words, where there is no place that ours could name.
        problem = f"cannot unmarshal yaml document: error converting YAML to JSON: {exc.go}"
        raise ChartError(problem) from exc


def _parts(text: str) -> Iterator[str]:
    """The documents, each below as many empty lines as stand above it: errors name its lines.

    Each ends in a newline, also where the file does not: a block of text at its end shows that.
    """
    text = f"{text}\n" if text and not text.endswith("\n") else text
    if "---" not in text:
        yield text
        return
    begin, lines = 0, text.replace("\r\n", "\n").split("\n")[:-1]
    for number, line in enumerate(lines):
        if line.startswith("---") and _is_separator(line[3:].strip()) and begin < number:
            yield _part(lines, begin, number)
            begin = number + 1
    yield _part(lines, begin, len(lines))


def _part(lines: list[str], begin: int, end: int) -> str:
    return "\n" * begin + "\n".join(lines[begin:end]).removeprefix("\ufeff") + "\n"


def _is_separator(rest: str) -> bool:
    if rest and rest[0] != "#":
        raise ChartError(f"error reading yaml document: invalid Yaml document separator: {rest}")
    return True
