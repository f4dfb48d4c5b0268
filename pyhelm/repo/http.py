"""Fetching over HTTP and HTTPS with requests: proxies and CA bundles as its users know.

Credentials go to the repository's own scheme, host and port alone, on redirects too, unless
`--pass-credentials` says otherwise (CVE-2021-32690); client certificates and .netrc never further.
"""

from __future__ import annotations

import random
import time
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

import requests
import urllib3
from requests.auth import HTTPBasicAuth

from pyhelm._dataclass import dataclass
from pyhelm._lazy import logger_of
from pyhelm._typing import Callable, Iterator
from pyhelm._version import __version__
from pyhelm.errors import RepositoryError
from pyhelm.repo.fetch import Answer, Seen, redact, same_origin, shorn
from pyhelm.repo.options import AccessOptions

CHUNK = 64 * 1024
MOST_REDIRECTS = 10
ATTEMPTS = 4
RETRIED = (429, 500, 502, 503, 504)
LONGEST_PAUSE = 20.0
"""Seconds: who asks for more patience than that gets an error."""

pause: Callable[[float], None] = time.sleep
logger = logger_of(__name__)
Auth = Callable[[requests.PreparedRequest], requests.PreparedRequest]


@dataclass(frozen=True, slots=True)
class _Errand:
    """One thing to fetch, with the time by which it must be there."""

    url: str
    access: AccessOptions
    base: str
    limit: int
    deadline: float
    headers: dict[str, str]

    def left(self) -> float:
        """The seconds that are left; raises RepositoryError when there are none."""
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise RepositoryError(f'Get "{redact(self.url)}": {_late(self.access)}')
        return seconds


class HttpFetcher:
    """The Fetcher of `http` and `https`."""

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
        """GET `url`; raises RepositoryError with the reason and what to check."""
        deadline = time.monotonic() + access.timeout
        headers = _headers(seen, compressed, accept)
        errand = _Errand(url, access, base, limit, deadline, headers)
        with _session() as session:
            for attempt in range(1, ATTEMPTS):
                try:
                    return _answer(session, errand, compressed)
                except _Passing as exc:
                    seconds = exc.pause if exc.pause is not None else _backoff(attempt)
                    if seconds > min(LONGEST_PAUSE, errand.left()):
                        raise
                    logger.debug("%s; trying again in %.1f s", exc, seconds)
                    pause(seconds)
            return _answer(session, errand, compressed)


class _Passing(RepositoryError):
    """A failure that another try may not meet."""

    pause: float | None = None


def _answer(session: requests.Session, errand: _Errand, compressed: bool) -> Answer:
    shown = redact(errand.url)
    try:
        with _followed(session, errand) as response:
            if response.status_code == 304:
                return Answer(b"", _seen(response), unchanged=True)
            # Helm: 204 and 206 are no answer either.
            if response.status_code != 200:
                raise _refusal(shown, response)
            return Answer(_read(response, errand, compressed), _seen(response))
    except requests.RequestException as exc:
        kind = _Passing if _is_passing(exc) else RepositoryError
        raise kind(f'Get "{shown}": {reason_of(exc, errand.access)}') from exc
    except OSError as exc:
        raise RepositoryError(f'Get "{shown}": {exc}') from exc


def _followed(session: requests.Session, errand: _Errand) -> requests.Response:
    """The answer after redirects; each decides anew who may see the credentials."""
    url = errand.url
    for _ in range(MOST_REDIRECTS + 1):
        response = _once(session, url, errand)
        logger.debug("fetched", url=shorn(url), status=response.status_code)
        if not response.is_redirect:
            return response
        response.close()
        url = _next(url, response.headers["Location"], errand)
    raise RepositoryError(f'Get "{redact(errand.url)}": stopped after {MOST_REDIRECTS} redirects')


def _next(url: str, location: str, errand: _Errand) -> str:
    """Where a redirect leads; raises RepositoryError for what is no place of the web's."""
    target = urljoin(url, location)
    before, after = urlsplit(url).scheme.lower(), urlsplit(target).scheme.lower()
    if after not in ("http", "https"):
        raise RepositoryError(
            f'Get "{redact(errand.url)}": redirected to {redact(target)!r}, which is not on the web'
        )
    if before == "https" and after == "http":
        raise RepositoryError(
            f'Get "{redact(errand.url)}": redirected from https to {redact(target)}, which anyone '
            "on the way can change; ask the repository's owner for an https address"
        )
    return target


def _once(session: requests.Session, url: str, errand: _Errand) -> requests.Response:
    access, own = errand.access, same_origin(url, errand.base)
    if access.insecure_skip_tls_verify:
        # The user asked for it; a warning for each request would say nothing new.
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    return session.get(
        _without_user(url),
        auth=_auth(access, errand.base, own=own),
        cert=(access.cert_file, access.key_file) if own and access.cert_file else None,
        verify=False if access.insecure_skip_tls_verify else (access.ca_file or None),
        timeout=errand.left(),
        headers=errand.headers,
        stream=True,
        allow_redirects=False,
    )


def _auth(access: AccessOptions, base: str, *, own: bool) -> Auth:
    """The Authorization header for one URL; without any, requests is kept from .netrc."""
    if not own and not access.pass_credentials:
        return _nothing
    if access.bearer_token_file:
        return _bearer(access.bearer_token_file)
    parts = urlsplit(base)
    if access.username or access.password:
        return _basic(access.username, access.password)
    if parts.username is not None:
        return _basic(unquote(parts.username), unquote(parts.password or ""))
    kept = _from_netrc(base) if own else None
    return _basic(*kept) if kept else _nothing


def _nothing(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _basic(username: str, password: str) -> Auth:
    # The encoded texts: requests would take them for Latin-1.
    return HTTPBasicAuth(username.encode(), password.encode())


def _bearer(path: str) -> Auth:
    """The token in a file, read each time: some are renewed there."""
    try:
        token = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as exc:
        reason = getattr(exc, "strerror", None) or "it is not text"
        raise RepositoryError(f"read the bearer token in {path}: {reason}") from exc
    if not token.isascii() or not token.isprintable() or " " in token or not token:
        raise RepositoryError(f"the bearer token in {path} is not one line of plain characters")

    def add(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    return add


def _from_netrc(base: str) -> tuple[str, str] | None:
    """What .netrc says of the repository's own host, exactly that (CVE-2024-47081).

    A `default` entry is for no host in particular, and a plain connection no place for what a user
    has written down for another program; this machine is the exception.
    """
    import os
    from netrc import NetrcParseError, netrc

    parts = urlsplit(base)
    host = parts.hostname or ""
    if parts.scheme.lower() != "https" and host not in ("localhost", "127.0.0.1", "::1"):
        return None
    path = os.environ.get("NETRC") or str(Path.home() / ".netrc")
    try:
        found = netrc(path).hosts.get(host)
    except (OSError, NetrcParseError, UnicodeDecodeError):
        return None
    return (found[0] or "", found[2] or "") if found and any(found) else None


def _session() -> requests.Session:
    session = requests.Session()
    session.headers["User-Agent"] = f"PyHelm/{__version__}"
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def _headers(seen: Seen | None, compressed: bool, accept: str) -> dict[str, str]:
    headers = {"Accept-Encoding": "gzip, deflate" if compressed else "identity"}
    if accept:
        headers["Accept"] = accept
    if seen and seen.etag:
        headers["If-None-Match"] = seen.etag
    if seen and seen.modified:
        headers["If-Modified-Since"] = seen.modified
    return headers


def _seen(response: requests.Response) -> Seen:
    return Seen(response.headers.get("ETag", ""), response.headers.get("Last-Modified", ""))


def _without_user(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _backoff(attempt: int) -> float:
    return 0.25 * 2.0**attempt * (0.75 + random.random() / 2)


def _read(response: requests.Response, errand: _Errand, compressed: bool) -> bytes:
    """The body; a server that never stops sending, or sends too slowly, is cut off."""
    shown = redact(errand.url)
    body = bytearray()
    for chunk in _chunks(response, compressed):
        body += chunk
        if len(body) > errand.limit:
            raise RepositoryError(f"{shown} is larger than the limit of {errand.limit} bytes")
        errand.left()
    return bytes(body)


def _chunks(response: requests.Response, compressed: bool) -> Iterator[bytes]:
    """A body as it was sent: to some servers an archive is a compressed something else."""
    if compressed:
        yield from response.iter_content(CHUNK)
        return
    try:
        yield from response.raw.stream(CHUNK, decode_content=False)
    except urllib3.exceptions.ProtocolError as exc:
        raise requests.exceptions.ChunkedEncodingError(exc) from exc
    except urllib3.exceptions.ReadTimeoutError as exc:
        raise requests.exceptions.ReadTimeout(exc) from exc


def _refusal(shown: str, response: requests.Response) -> RepositoryError:
    status = f"{response.status_code} {response.reason or ''}".rstrip()
    text = f"failed to fetch {shown} : {status}"
    if response.status_code in (401, 403):
        text += "; check the repository's --username and --password"
    if response.status_code not in RETRIED:
        return RepositoryError(text)
    passing = _Passing(text)
    asked = response.headers.get("Retry-After", "")
    passing.pause = float(asked) if asked.isdecimal() and len(asked) < 10 else None
    return passing


def _is_passing(error: requests.RequestException) -> bool:
    """Whether a connection broke that stood, rather than never was."""
    if isinstance(error, requests.Timeout | requests.exceptions.SSLError):
        return False
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return True
    return isinstance(root_of(error), ConnectionResetError | ConnectionAbortedError)


def _late(access: AccessOptions) -> str:
    return f"no answer within {access.timeout:g} s"


def reason_of(error: requests.RequestException, access: AccessOptions) -> str:
    """The bottom of urllib3's chain in one line, without the object addresses."""
    if isinstance(error, requests.Timeout):
        return _late(access)
    if isinstance(error, requests.exceptions.SSLError):
        return f"{_root(error)}; trust its certificate with --ca-file"
    if isinstance(error, requests.exceptions.ProxyError):
        return f"the proxy does not answer: {_root(error)}"
    if isinstance(error, requests.ConnectionError):
        return _root(error)
    return str(error)


def _root(error: BaseException) -> str:
    """The bottom error's own words: `connection refused` rather than urllib3's chain."""
    bottom = root_of(error)
    if isinstance(bottom, OSError) and bottom.strerror:
        return bottom.strerror.lower()
    return str(bottom) or type(bottom).__name__


def root_of(error: BaseException) -> BaseException:
    """The error at the bottom of a chain of them."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return error
