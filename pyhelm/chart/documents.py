"""Reading a chart's archives and YAML, and remembering what they said."""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._cache import Cache
from pyhelm._shelf import Shelf
from pyhelm._typing import Any
from pyhelm.chart.model import File


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

    def load_all(self, data: bytes, source: str) -> list[Any]:
        """The value of every document in a file; raises YAMLError."""
        known = self._shelf.get(data)
        if known is None:
            known = _yaml.load_all(data, source)
            self._shelf.put(data, known)
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
