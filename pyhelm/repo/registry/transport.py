"""Requests to one registry: who is sent credentials, what is retried, and how much is read.

Credentials go to the registry's own scheme, host and port, to the token server that it names (if
that one is fit, see `token`), and nowhere else: not along redirects (GHSA-vh4v-2xq2-g5cg), not to
upload locations elsewhere (CVE-2026-50151).
"""

from __future__ import annotations

import socket
import time
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests
import urllib3

from pyhelm import _yaml
from pyhelm._dataclass import dataclass
from pyhelm._lazy import logger_of
from pyhelm._typing import Any, Callable, Iterator, Mapping
from pyhelm._version import __version__
from pyhelm.errors import BrokenOff, CutShort, NotThere, RegistryError
from pyhelm.repo.fetch import same_origin, shorn
from pyhelm.repo.http import reason_of, root_of
from pyhelm.repo.options import AccessOptions
from pyhelm.repo.registry import token
from pyhelm.repo.registry.docker_config import Credential

logger = logger_of(__name__)

CHUNK = 64 * 1024
ERROR_LIMIT = 64 * 1024
"""Bytes of an error's body that are read."""
MOST_REDIRECTS = 10
ATTEMPTS = 4
RETRIED = (408, 429, 500, 502, 503, 504)
LONGEST_PAUSE = 30.0
"""Seconds; a server that asks for more is told to its user instead."""


def pause(seconds: float) -> None:
    """Let a busy server be for a moment."""
    time.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `scope` is what a token for it must allow."""

    method: str
    url: str
    scope: str = ""
    headers: Mapping[str, str] | None = None
    body: bytes | None = None


class Transport:
    """A registry's connection; `close` it, or use it in `with`."""

    def __init__(
        self,
        host: str,
        access: AccessOptions,
        credential: Callable[[], Credential],
    ) -> None:
        self.base = f"{'http' if access.plain_http else 'https'}://{host}"
        self._access = access
        self._find = credential
        self._found: Credential | None = None
        self._authorizations: dict[str, str] = {}
        self._session = _session()

    def __enter__(self) -> Transport:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    @property
    def credential(self) -> Credential:
        """The user's credentials for this registry, looked up when it first asks for some."""
        if self._found is None:
            self._found = self._find()
        return self._found

    def send(self, request: Request, *, ok: tuple[int, ...] = (200,)) -> requests.Response:
        """The response, its body not read yet; raises RegistryError for a status not in `ok`.

        A refusal for want of credentials is answered with some once; what is busy or broken for a
        moment is tried again.
        """
        response = self._tried(request)
        if response.status_code == 401 and same_origin(response.url, self.base):
            response = self._authorized(request, response)
        if response.status_code not in ok:
            raise self._refusal(request, response)
        return response

    def read(self, response: requests.Response, limit: int) -> bytes:
        """A response's whole body; raises RegistryError when it is larger than `limit`."""
        return b"".join(self.stream(response, limit))

    def stream(self, response: requests.Response, limit: int) -> Iterator[bytes]:
        """A response's body in pieces; raises RegistryError when it breaks off or goes on."""
        shown, size = shorn(response.url), 0
        try:
            for piece in response.iter_content(CHUNK):
                size += len(piece)
                if size > limit:
                    raise RegistryError(f"{shown} is larger than the limit of {limit} bytes")
                yield piece
        except requests.RequestException as exc:
            raise CutShort(f'Get "{shown}": {reason_of(exc, self._access)}') from exc
        finally:
            response.close()

    def elsewhere(self, response: requests.Response) -> str:
        """The URL that a `Location` header names; raises RegistryError for one in the clear."""
        url = urljoin(response.url, response.headers.get("Location", ""))
        parts, here = urlsplit(url), urlsplit(self.base)
        if here.scheme == "https" and parts.scheme == "http":
            # Registries behind a proxy that ends TLS often name themselves wrongly.
            url = urlunsplit(parts._replace(scheme="https"))
            if not same_origin(url, self.base):
                raise RegistryError(
                    f"{shorn(self.base)} sends us on to {shorn(urlunsplit(parts))}, which is not"
                    " encrypted; nothing is sent there"
                )
        elif parts.scheme not in ("http", "https") or not parts.hostname:
            raise RegistryError(f"{shorn(self.base)} sends us on to no web address")
        return url

    def token_request(
        self, method: str, url: str, *, auth: tuple[str, str] | None, form: Mapping[str, str] | None
    ) -> dict[str, Any]:
        """The JSON that a token server answers; follows no redirect. Raises RegistryError."""
        request = Request(method, url)
        response = self._once(request, auth=auth, form=form)
        if response.status_code != 200:
            raise self._refusal(request, response)
        try:
            document = _yaml.from_json(self.read(response, token.ANSWER_LIMIT))
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise RegistryError(f'{method} "{shorn(url)}": the token server\'s answer is not JSON')
        return document

    def scrub(self, text: str) -> str:
        """A server's words, without the secrets that it was sent (GHSA-6w87-g839-9wv7)."""
        for secret in (*self._secrets(), *map(_bare, self._authorizations.values())):
            text = text.replace(secret, "*****")
        return text

    def _secrets(self) -> tuple[str, ...]:
        return self._found.secrets if self._found else ()

    def _authorized(self, request: Request, refused: requests.Response) -> requests.Response:
        """The same request with the credentials that the registry asks for."""
        self._authorizations.pop(request.scope, None)
        challenge = token.parse(refused.headers.get("WWW-Authenticate", ""))
        header = token.authorization(self, challenge, request.scope)
        if not header:
            return refused
        discard(refused)
        self._authorizations[request.scope] = header
        return self._tried(request)

    def _tried(self, request: Request) -> requests.Response:
        for attempt in range(1, ATTEMPTS):
            try:
                response = self._followed(request)
            except BrokenOff as exc:
                if request.method == "PATCH":
                    raise
                logger.debug("%s; trying again", exc)
                pause(_backoff(attempt))
                continue
            seconds = _pause(response, attempt)
            if response.status_code not in RETRIED or seconds is None or request.method == "PATCH":
                return response
            discard(response)
            pause(seconds)
        return self._followed(request)

    def _followed(self, request: Request) -> requests.Response:
        """The answer after redirects, which only what changes nothing follows."""
        url = request.url
        for _ in range(MOST_REDIRECTS + 1):
            own = same_origin(url, self.base)
            header = self._authorizations.get(request.scope, "") if own else ""
            response = self._once(request, url=url, authorization=header, own=own)
            if not response.is_redirect or request.method not in ("GET", "HEAD"):
                return response
            discard(response)
            url = self.elsewhere(response)
        raise RegistryError(f'{request.method} "{shorn(request.url)}": too many redirects')

    def _once(
        self,
        request: Request,
        *,
        url: str = "",
        authorization: str = "",
        own: bool = False,
        auth: tuple[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> requests.Response:
        url, access = url or request.url, self._access
        headers = {**(request.headers or {})}
        if authorization:
            headers["Authorization"] = authorization
        if access.insecure_skip_tls_verify:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        try:
            response = self._session.request(
                request.method,
                url,
                data=form or request.body,
                headers=headers,
                auth=(auth[0].encode(), auth[1].encode()) if auth else None,  # type: ignore[arg-type]
                cert=(access.cert_file, access.key_file) if own and access.cert_file else None,
                verify=False if access.insecure_skip_tls_verify else (access.ca_file or None),
                timeout=access.timeout,
                stream=True,
                allow_redirects=False,
            )
        except (requests.RequestException, OSError) as exc:
            raise _unreachable(request.method, url, exc, access) from exc
        about = {"method": request.method, "url": shorn(url), "status": response.status_code}
        logger.debug("registry request", **about)
        return response

    def _refusal(self, request: Request, response: requests.Response) -> RegistryError:
        said = self.scrub(_words(response))
        text = f'{request.method} "{shorn(request.url)}": response status code'
        text = f"{text} {response.status_code}: {said or response.reason or 'no reason given'}"
        if response.status_code in (401, 403):
            host = urlsplit(self.base).netloc
            known = (
                "the credentials are not accepted" if self._found else "no credentials are known"
            )
            text += f" ({known}; log in with 'pyhelm registry login {host}')"
        if response.status_code == 404:
            return NotThere(text)
        return (BrokenOff if response.status_code in RETRIED else RegistryError)(text)


def discard(response: requests.Response) -> None:
    """Be done with a response; what is short is read, which keeps the connection for the next."""
    length = response.headers.get("Content-Length", "")
    try:
        if length.isdigit() and int(length) <= ERROR_LIMIT:
            response.content  # noqa: B018  (reads it)
    except requests.RequestException:
        pass
    finally:
        response.close()


def _session() -> requests.Session:
    session = requests.Session()
    session.headers["User-Agent"] = f"PyHelm/{__version__}"
    session.headers["Accept-Encoding"] = "identity"
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # With an authentication of its own a session leaves .netrc alone.
    session.auth = lambda request: request
    return session


def _bare(authorization: str) -> str:
    return authorization.partition(" ")[2]


def _backoff(attempt: int) -> float:
    return 0.25 * 2.0**attempt


def _pause(response: requests.Response, attempt: int) -> float | None:
    """Seconds to wait before the next attempt; None when the server wants more than is sensible."""
    asked = response.headers.get("Retry-After", "")
    if not asked.isdigit():
        return _backoff(attempt)
    return float(asked) if float(asked) <= LONGEST_PAUSE else None


def _words(response: requests.Response) -> str:
    """What a server says of an error: the protocol's list of them, made fit for one line."""
    try:
        data = b"".join(_first(response))
        rows = _yaml.from_json(data)["errors"]
        said = "; ".join(_error_text(row) for row in rows[:5])
    except (ValueError, KeyError, TypeError, AttributeError, requests.RequestException):
        return ""
    finally:
        response.close()
    return " ".join("".join(c if c.isprintable() else " " for c in said).split())[:500]


def _first(response: requests.Response) -> Iterator[bytes]:
    size = 0
    for piece in response.iter_content(CHUNK):
        yield piece[: ERROR_LIMIT - size]
        size += len(piece)
        if size >= ERROR_LIMIT:
            return


def _error_text(row: Mapping[str, Any]) -> str:
    code = str(row.get("code", "")).lower().replace("_", " ")
    message = str(row.get("message") or "")
    return f"{code}: {message}" if message else code


def _unreachable(method: str, url: str, exc: Exception, access: AccessOptions) -> RegistryError:
    shown = f'{method.title()} "{shorn(url)}"'
    if isinstance(exc, requests.exceptions.SSLError) and "WRONG_VERSION_NUMBER" in str(exc):
        return RegistryError(
            f"{shown}: http: server gave HTTP response to HTTPS client;"
            " if that is meant, ask for it with --plain-http"
        )
    if isinstance(exc, requests.exceptions.SSLError):
        return RegistryError(f"{shown}: {reason_of(exc, access)}")
    if isinstance(exc, requests.RequestException):
        # Nobody there: that is no matter of a moment.
        gone = isinstance(root_of(exc), ConnectionRefusedError | socket.gaierror)
        return (RegistryError if gone else BrokenOff)(f"{shown}: {reason_of(exc, access)}")
    return RegistryError(f"{shown}: {exc}")
