"""Discovery that is kept between runs, as kubectl keeps it: one server's documents, on disk.

What decides (capabilities, after CRDs were installed) is asked of the server each time, with the
ETag of what is kept, so that it need not be sent again. Where only a kind's resource is wanted, a
document of the last minutes is enough; a kind that isn't in it is asked for.
"""

from __future__ import annotations

import time

from pyhelm._cache import Cache
from pyhelm._typing import Any, Callable

FRESH_SECONDS = 600.0
"""How long a kind is believed to be served as it was; kubectl's own cache says six hours."""


class KeptDocuments:
    """The discovery documents of one server, by path; an empty directory keeps none."""

    def __init__(
        self, directory: str = "", server: str = "", clock: Callable[[], float] = time.time
    ) -> None:
        self._cache = Cache(directory)
        self._server = server.encode()
        self._clock = clock
        self._trusted = True

    def etag(self, path: str) -> str:
        """What the server called the kept document; empty when there is none."""
        found = self._entry(path)
        return "" if found is None else str(found["etag"])

    def document(self, path: str) -> dict[str, Any]:
        """The kept document, whatever its age; empty when there is none."""
        found = self._entry(path)
        return {} if found is None else dict(found["document"])

    def fresh(self, path: str) -> dict[str, Any]:
        """The kept document if it may be used without asking the server; else empty."""
        found = self._entry(path) if self._trusted else None
        if found is None or not 0 <= self._clock() - found["at"] < FRESH_SECONDS:
            return {}
        return dict(found["document"])

    def keep(self, path: str, etag: str, document: dict[str, Any]) -> None:
        """Keep what the server said now."""
        entry = {"at": self._clock(), "etag": etag, "document": document}
        self._cache.put(self._key(path), entry)

    def distrust(self) -> None:
        """From here on only the server is believed: kinds have come or gone."""
        self._trusted = False

    def _entry(self, path: str) -> dict[str, Any] | None:
        found = self._cache.get(self._key(path))
        known = isinstance(found, dict) and {"at", "etag", "document"} <= set(found)
        return found if known else None

    def _key(self, path: str) -> str:
        return self._cache.key(b"discovery", self._server, path.encode())
