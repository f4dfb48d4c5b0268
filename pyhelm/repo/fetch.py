"""Fetching bytes from a URL: one method, and a table of who does it for which scheme."""

from __future__ import annotations

import importlib
from urllib.parse import urljoin, urlsplit, urlunsplit

from pyhelm._typing import Protocol
from pyhelm.errors import RepositoryError
from pyhelm.repo.options import AccessOptions

FETCHERS = {
    "http": "pyhelm.repo.http:HttpFetcher",
    "https": "pyhelm.repo.http:HttpFetcher",
}
"""Who fetches which scheme, as `module:Class`."""


class Fetcher(Protocol):
    """Fetches one URL."""

    def fetch(self, url: str, access: AccessOptions, *, base: str, limit: int) -> bytes:
        """The body at `url`, at most `limit` bytes of it.

        The credentials in `access` belong to the repository at `base`. Raises RepositoryError.
        """


def fetch(url: str, access: AccessOptions, *, base: str = "", limit: int) -> bytes:
    """The bytes at `url`; raises RepositoryError, also for schemes that nobody fetches."""
    scheme = urlsplit(url).scheme.lower()
    if scheme not in FETCHERS:
        known = ", ".join(FETCHERS)
        raise RepositoryError(
            f"could not find protocol handler for: {scheme} (in {redact(url)}); known: {known}"
        )
    module, _, name = FETCHERS[scheme].partition(":")
    fetcher: Fetcher = getattr(importlib.import_module(module), name)()
    return fetcher.fetch(url, access, base=base or url, limit=limit)


def resolve_reference(base: str, reference: str) -> str:
    """A chart's URL as the index gives it, relative to the repository's own.

    Helm: the repository's query string stays on relative references.
    """
    if urlsplit(reference).scheme:
        return reference
    parts = urlsplit(base)
    folder = urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/", query="", fragment=""))
    joined = urlsplit(urljoin(folder, reference))
    return urlunsplit(joined._replace(query=parts.query))


def same_origin(one: str, other: str) -> bool:
    """Whether two URLs share scheme, host and port, default ports being equal to none."""
    return _origin(one) == _origin(other)


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    default = {"http": 80, "https": 443}.get(parts.scheme.lower())
    return parts.scheme.lower(), (parts.hostname or "").lower(), parts.port or default


def redact(url: str) -> str:
    """A URL for people to read: without the password that it may carry."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}:xxxxx@{host}"))
