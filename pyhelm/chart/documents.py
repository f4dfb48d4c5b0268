"""Reading a chart's YAML, and remembering what it said: reading is slower than all the rest."""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._cache import Cache
from pyhelm._shelf import Shelf
from pyhelm._typing import Any


class Documents:
    """A chart's own YAML files, kept by their content where there is a cache."""

    def __init__(self, cache: str = "", chart: str = "") -> None:
        kept = Cache(cache)
        self._shelf = Shelf(kept, kept.key(b"documents", chart.encode("utf-8", "surrogateescape")))

    def load_all(self, data: bytes, source: str) -> list[Any]:
        """The value of every document in a file; raises YAMLError."""
        simple = _yaml.load_simple(_yaml.decode(data, source))
        if simple is not None:
            return [simple]
        known = self._shelf.get(data)
        if known is None:
            known = _yaml.load_all(data, source)
            self._shelf.put(data, known)
        found: list[Any] = known
        return found

    def load(self, data: bytes, source: str) -> Any:
        """The first document's value; raises YAMLError."""
        simple = _yaml.load_simple(_yaml.decode(data, source))
        if simple is not None:
            return simple
        marked = b"first\n" + data
        known = self._shelf.get(marked)
        if known is None:
            known = [_yaml.load(data, source)]
            self._shelf.put(marked, known)
        return known[0]

    def save(self) -> None:
        """Keep what is new for the next run."""
        self._shelf.save()
