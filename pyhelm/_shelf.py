"""Many small results in one file of the cache, each kept by the text it was made from."""

from __future__ import annotations

import marshal

from pyhelm._cache import Cache
from pyhelm._digest import blake2b
from pyhelm._typing import Any

MOST = 5000
"""Results in one file; those that the last run had no use for go first."""


class Shelf:
    """The results that a chart needs; nothing is written before `save`."""

    def __init__(self, cache: Cache, name: str) -> None:
        self._cache, self._name = cache, name
        self._before: dict[bytes, bytes] | None = None
        self._used: dict[bytes, bytes] = {}
        self._grown = False

    def get(self, text: str | bytes) -> Any:
        """What was made of a text, a copy of its own; None if that is not known."""
        if not self._cache.directory:
            return None
        if self._before is None:
            self._before = self._cache.get(self._name) or {}
        key = _key(text)
        kept = self._used.get(key) or self._before.get(key)
        if kept is None:
            return None
        self._used[key] = kept
        return marshal.loads(kept)

    def put(self, text: str | bytes, value: Any) -> None:
        """Remember what was made of a text, in types that marshal knows."""
        if self._cache.directory:
            self._used[_key(text)] = marshal.dumps(value)
            self._grown = True

    def save(self) -> None:
        """Keep what is new for the next run."""
        if self._grown and len(self._used) <= MOST:
            older = list((self._before or {}).items())[: MOST - len(self._used)]
            self._cache.put(self._name, {**self._used, **dict(older)})
            self._grown = False


def _key(text: str | bytes) -> bytes:
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return blake2b(data, digest_size=16).digest()
