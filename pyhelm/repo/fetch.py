"""Fetching bytes from a URL: one method, and a table of who does it for which scheme."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit, urlunsplit

from pyhelm._dataclass import dataclass
from pyhelm._lazy import named
from pyhelm._typing import Protocol
from pyhelm.errors import RepositoryError
from pyhelm.repo.options import AccessOptions

FETCHERS = {
    "http": "pyhelm.repo.http:HttpFetcher",
    "https": "pyhelm.repo.http:HttpFetcher",
}
"""Who fetches which scheme, as `module:Class`."""


PLUGINS = "pyhelm.plugins.getters:find"
"""Who knows the getters that plugins add."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a server said of a body that is kept: its ETag and Last-Modified, or nothing."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A body, or nothing where it is what was seen before."""

    body: bytes
    seen: Seen
    unchanged: bool = False


class Fetcher(Protocol):
    """Fetches one URL."""

    def fetch(
        self,
        url: str,
        access: AccessOptions,
        *,
        base: str,
        limit: int,
        seen: Seen | None,
        compressed: bool,
        accept: str,
    ) -> Answer:
        """The body at `url`, at most `limit` bytes of it, unless it is what was `seen`.

        The credentials in `access` belong to the repository at `base`. `compressed` allows the
        server to compress for the way, which what is checked by a digest does without; `accept`
        names the types that are wanted, if any. Raises RepositoryError.
        """


class Getter(Protocol):
    """Fetches one URL of a scheme that PyHelm does not know, as plugins do."""

    def fetch(self, url: str, access: AccessOptions, *, base: str, limit: int) -> bytes:
        """The body at `url`, at most `limit` bytes of it; raises RepositoryError."""


def fetch(
    url: str, access: AccessOptions, *, base: str = "", limit: int, accept: str = ""
) -> bytes:
    """The bytes at `url`; raises RepositoryError, also for schemes that nobody fetches."""
    return get(url, access, base=base, limit=limit, accept=accept).body


def get(
    url: str,
    access: AccessOptions,
    *,
    base: str = "",
    limit: int,
    seen: Seen | None = None,
    compressed: bool = False,
    accept: str = "",
) -> Answer:
    """What a server answers for `url`; see Fetcher."""
    scheme = urlsplit(url).scheme.lower()
    foreign = _foreign(scheme, access.plugins)
    if foreign is not None:
        return Answer(foreign.fetch(url, access, base=base or url, limit=limit), Seen())
    if scheme not in FETCHERS:
        known = ", ".join(FETCHERS)
        raise RepositoryError(
            f"could not find protocol handler for: {scheme} (in {redact(url)}); known: {known}"
        )
    module, _, name = FETCHERS[scheme].partition(":")
    fetcher: Fetcher = getattr(__import__(module, fromlist=(name,)), name)()
    return fetcher.fetch(
        url,
        access,
        base=base or url,
        limit=limit,
        seen=seen,
        compressed=compressed,
        accept=accept,
    )


def is_fetched(scheme: str, plugins: str) -> bool:
    """Whether anyone fetches a scheme: PyHelm, or a plugin below the directories `plugins`."""
    return scheme in FETCHERS or _foreign(scheme, plugins) is not None


def _foreign(scheme: str, plugins: str) -> Getter | None:
    if scheme in FETCHERS or not plugins:
        return None
    # By name, since plugins stand above repositories and know them.
    found: Getter | None = named(PLUGINS)(scheme, plugins)
    return found


def resolve_reference(base: str, reference: str) -> str:
    """A chart's URL as the index gives it, relative to the repository's own.

    Helm: the repository's query string stays on relative references.
    """
    if urlsplit(reference).scheme:
        return reference
    parts = urlsplit(base)
    # urljoin leaves the folders of schemes that it doesn't know, such as plugins', alone.
    folder = parts._replace(scheme="http", path=f"{parts.path.rstrip('/')}/", query="", fragment="")
    joined = urlsplit(urljoin(urlunsplit(folder), reference))
    return urlunsplit(joined._replace(scheme=parts.scheme, query=parts.query))


def same_origin(one: str, other: str) -> bool:
    """Whether two URLs share scheme, host and port, default ports being equal to none."""
    return _origin(one) == _origin(other)


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    default = {"http": 80, "https": 443}.get(parts.scheme.lower())
    return parts.scheme.lower(), (parts.hostname or "").lower(), parts.port or default


def shorn(url: str) -> str:
    """A URL to show: without user, query and fragment, in which signatures and tokens travel."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=host, query="", fragment=""))


def redact(url: str) -> str:
    """A URL for people to read: without the password that it may carry."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}:xxxxx@{host}"))
