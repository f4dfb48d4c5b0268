"""Fetching over HTTP and HTTPS with requests: proxies, CA bundles and .netrc as its users know.

Credentials go to the repository's own scheme, host and port alone, on redirects too, unless
`--pass-credentials` says otherwise (CVE-2021-32690).
"""

from __future__ import annotations

import requests
import urllib3
from requests.auth import HTTPBasicAuth

from pyhelm._version import __version__
from pyhelm.errors import RepositoryError
from pyhelm.repo.fetch import redact, same_origin
from pyhelm.repo.options import AccessOptions

CHUNK = 64 * 1024


class _Session(requests.Session):
    """A session whose credentials stay with the origin that they are for."""

    def __init__(self, access: AccessOptions, base: str) -> None:
        super().__init__()
        self.headers["User-Agent"] = f"PyHelm/{__version__}"
        self._access = access
        self._base = base

    def may_authenticate(self, url: str) -> bool:
        """Whether the repository's credentials may go to this URL."""
        return self._access.pass_credentials or same_origin(url, self._base)

    def rebuild_auth(
        self, prepared_request: requests.PreparedRequest, response: requests.Response
    ) -> None:
        """Decide anew at each redirect; .netrc may know the new host."""
        url = prepared_request.url or ""
        prepared_request.headers.pop("Authorization", None)
        auth = _basic(self._access) if self.may_authenticate(url) else None
        if auth is None:
            super().rebuild_auth(prepared_request, response)  # type: ignore[no-untyped-call]
        else:
            prepared_request.prepare_auth(auth)


class HttpFetcher:
    """The Fetcher of `http` and `https`."""

    def fetch(self, url: str, access: AccessOptions, *, base: str, limit: int) -> bytes:
        """GET `url`; raises RepositoryError with the reason and what to check."""
        shown = redact(url)
        try:
            with _Session(access, base) as session, _get(session, url, access, base) as response:
                if not response.ok:
                    raise RepositoryError(_refusal(shown, response))
                return _read(response, shown, limit)
        except requests.RequestException as exc:
            raise RepositoryError(f'Get "{shown}": {_reason(exc, access)}') from exc
        except OSError as exc:
            raise RepositoryError(f'Get "{shown}": {exc}') from exc


def _get(session: _Session, url: str, access: AccessOptions, base: str) -> requests.Response:
    own = session.may_authenticate(url)
    if access.insecure_skip_tls_verify:
        # The user asked for it; a warning for each request would say nothing new.
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    return session.get(
        url,
        auth=_basic(access) if own else None,
        cert=(access.cert_file, access.key_file) if own and access.cert_file else None,
        verify=False if access.insecure_skip_tls_verify else (access.ca_file or None),
        timeout=access.timeout,
        stream=True,
    )


def _basic(access: AccessOptions) -> HTTPBasicAuth | None:
    if not access.username and not access.password:
        return None
    return HTTPBasicAuth(access.username.encode(), access.password.encode())


def _read(response: requests.Response, shown: str, limit: int) -> bytes:
    """The body, decompressed; a server that never stops sending is cut off."""
    body = bytearray()
    for chunk in response.iter_content(CHUNK):
        body += chunk
        if len(body) > limit:
            raise RepositoryError(f"{shown} is larger than the limit of {limit} bytes")
    return bytes(body)


def _refusal(shown: str, response: requests.Response) -> str:
    text = f"failed to fetch {shown} : {response.status_code} {response.reason or ''}".rstrip()
    if response.status_code in (401, 403):
        text += "; check the repository's --username and --password"
    return text


def _reason(error: requests.RequestException, access: AccessOptions) -> str:
    """The bottom of urllib3's chain in one line, without the object addresses."""
    if isinstance(error, requests.Timeout):
        return f"no answer within {access.timeout:g} s"
    if isinstance(error, requests.exceptions.SSLError):
        return f"{_root(error)}; trust its certificate with --ca-file"
    if isinstance(error, requests.exceptions.ProxyError):
        return f"the proxy does not answer: {_root(error)}"
    if isinstance(error, requests.ConnectionError):
        return _root(error)
    return str(error)


def _root(error: BaseException) -> str:
    """The bottom error's own words: `connection refused` rather than urllib3's chain."""
    bottom = error
    while bottom.__cause__ or bottom.__context__:
        bottom = bottom.__cause__ or bottom.__context__ or bottom
    if isinstance(bottom, OSError) and bottom.strerror:
        return bottom.strerror.lower()
    return str(bottom) or type(bottom).__name__
