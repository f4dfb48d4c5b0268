"""Fetching what charts' schemas refer to at other addresses: https alone, and within limits.

The addresses come from strangers. So no credentials go along, no redirect leads away from https,
and there is an end to the time, the size and the number.
"""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from pyhelm._cache import Cache
from pyhelm._dataclass import replace
from pyhelm._typing import Any
from pyhelm.errors import RepositoryError
from pyhelm.repo.fetch import Seen, get, redact
from pyhelm.repo.options import AccessOptions
from pyhelm.settings import Settings

MOST = 32
"""Documents that one operation may fetch."""

LARGEST = 4 * 1024 * 1024
LONGEST = 15.0
"""Seconds for one document, as in Helm."""

LONGEST_IN_ALL = 60.0
NOBODY = "https://nobody.invalid"
"""Whose credentials are given along: none are known of this host."""


class SchemaFetcher:
    """The documents that one operation needs; each is fetched once.

    What a server says did not change since another run is taken from the cache.
    """

    def __init__(self, settings: Settings) -> None:
        self._is_off = settings.no_remote_schemas
        self._access = AccessOptions(timeout=LONGEST)
        self._kept = Cache(settings.render_cache)
        self._known: dict[str, bytes] = {}
        self._spent = 0.0

    def __call__(self, url: str) -> bytes:
        """The bytes at an https address; raises RepositoryError."""
        if url not in self._known:
            self._check(url)
            started = time.monotonic()
            try:
                self._known[url] = self._fetched(url)
            finally:
                self._spent += time.monotonic() - started
        return self._known[url]

    def _check(self, url: str) -> None:
        if not url.lower().startswith("https://"):
            raise RepositoryError("schemas are fetched over https alone")
        if self._is_off:
            raise RepositoryError("PYHELM_NO_REMOTE_SCHEMAS turns fetching schemas off")
        if len(self._known) >= MOST:
            raise RepositoryError(f"the schemas refer to more than {MOST} documents elsewhere")
        if self._spent >= LONGEST_IN_ALL:
            raise RepositoryError(f"fetching schemas took more than {LONGEST_IN_ALL:g} s")

    def _fetched(self, url: str) -> bytes:
        key = self._kept.key(b"schema document", url.encode("utf-8", "surrogatepass"))
        body, etag, modified = _kept(self._kept.get(key))
        seen = Seen(etag, modified) if etag or modified else None
        access = replace(self._access, timeout=min(LONGEST, LONGEST_IN_ALL - self._spent))
        try:
            answer = get(url, access, base=NOBODY, limit=LARGEST, seen=seen, compressed=True)
        except RepositoryError as exc:
            raise RepositoryError(
                f"HTTP request failed for {redact(url)}: {_said(url, exc)}"
            ) from exc
        if answer.unchanged:
            return body
        self._kept.put(key, (answer.body, answer.seen.etag, answer.seen.modified))
        return answer.body


def _said(url: str, error: RepositoryError) -> str:
    """What went wrong; where nobody listens, in Go's words, which `lint` prints as it does."""
    from pyhelm.repo.http import root_of

    if not isinstance(root_of(error), ConnectionRefusedError):
        return str(error)
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    place = f"{host}:{parts.port or 443}"
    return f'Get "{redact(url)}": dial tcp {place}: connect: connection refused'


def _kept(found: Any) -> tuple[bytes, str, str]:
    return found if isinstance(found, tuple) else (b"", "", "")
