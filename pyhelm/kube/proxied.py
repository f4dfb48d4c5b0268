"""The way to a server through a proxy, by urllib3, which knows their kinds."""

from __future__ import annotations

import socket
import ssl
from urllib.parse import urlsplit

import urllib3
from urllib3 import exceptions as errors

from pyhelm._typing import Any
from pyhelm.errors import CredentialsError
from pyhelm.kube.access import Access
from pyhelm.kube.channel import Exchange, NotSent, Unanswered
from pyhelm.kube.connections import CONNECTIONS, is_distrust, tls_reason


class Proxied:
    """urllib3's connections through one proxy; raises CredentialsError for a kind it can't do."""

    def __init__(self, proxy: str, access: Access, context: ssl.SSLContext | None) -> None:
        parts = urlsplit(access.server)
        self._address = f"{parts.hostname}:{parts.port or (443 if access.secure else 80)}"
        self._host = parts.hostname
        self._base = f"{parts.scheme}://{parts.netloc}"
        self._manager = _manager(proxy, _options(access, context), access)

    def open(self, exchange: Exchange) -> ProxiedAnswer:
        """Send a request and read the answer's head; raises Unanswered."""
        seconds = urllib3.Timeout(connect=exchange.connect_seconds, read=exchange.read_seconds)
        try:
            return ProxiedAnswer(
                self._manager.urlopen(
                    exchange.method,
                    f"{self._base}{exchange.target}",
                    body=exchange.body or None,
                    headers=urllib3.HTTPHeaderDict(exchange.headers),
                    retries=False,
                    redirect=False,
                    preload_content=False,
                    timeout=seconds,
                )
            )
        except (errors.HTTPError, OSError) as exc:
            raise self._unanswered(exc, exchange.connect_seconds) from exc

    def close(self) -> None:
        """Close the connections that are idle."""
        self._manager.clear()

    def _unanswered(self, exc: Exception, seconds: float) -> Unanswered:
        if isinstance(exc, errors.ProxyError):
            return NotSent(f"proxyconnect tcp: {_os_reason(exc)}", passing=False, proxy=True)
        if isinstance(exc, errors.NameResolutionError):
            return NotSent(f"dial tcp: lookup {self._host}: no such host")
        if isinstance(exc, errors.NewConnectionError):
            return NotSent(f"dial tcp {self._address}: connect: {_os_reason(exc)}")
        if isinstance(exc, errors.ConnectTimeoutError):
            reason = f"i/o timeout (no answer within {seconds:.0f} seconds)"
            return NotSent(f"dial tcp {self._address}: {reason}")
        if isinstance(exc, errors.SSLError):
            cause = _cause(exc, ssl.SSLError) or exc
            return NotSent(tls_reason(cause), passing=not is_distrust(cause), tls=True)
        if isinstance(exc, errors.ReadTimeoutError):
            return Unanswered("net/http: timeout awaiting response headers")
        return Unanswered(_os_reason(exc))


class ProxiedAnswer:
    """urllib3's answer."""

    def __init__(self, answer: urllib3.BaseHTTPResponse) -> None:
        self.status = answer.status
        self.headers = answer.headers
        self._answer = answer
        self._pieces = answer.stream(65536)

    def read(self) -> bytes:
        """The whole body; raises Unanswered."""
        try:
            return self._answer.read()
        except (errors.HTTPError, OSError) as exc:
            raise Unanswered(_os_reason(exc)) from exc
        finally:
            self._answer.release_conn()

    def chunk(self) -> bytes:
        """The next piece of the body, empty at its end; raises Unanswered."""
        try:
            piece = next(self._pieces, b"")
        except (errors.HTTPError, OSError, ValueError, AttributeError) as exc:
            # The last two where another thread closed the stream meanwhile.
            raise Unanswered(_os_reason(exc)) from exc
        if not piece:
            self._answer.release_conn()
        return piece

    def shutdown(self) -> None:
        """End what comes, even while another thread waits for it, and close the connection."""
        try:
            self._answer.shutdown()
        except (RuntimeError, ValueError, OSError):
            return  # it had ended, and its connection is kept for another request
        self._answer.close()


def _options(access: Access, context: ssl.SSLContext | None) -> dict[str, Any]:
    options: dict[str, Any] = {"maxsize": CONNECTIONS, "num_pools": 1}
    if context is not None:
        options["ssl_context"] = context
        if access.tls_server_name:
            options["server_hostname"] = access.tls_server_name
            options["assert_hostname"] = access.tls_server_name
    if access.insecure:
        _quieten()
    return options


def _quieten() -> None:
    """The user asked for no verification; urllib3 need not warn of each request."""
    import warnings

    warnings.simplefilter("ignore", errors.InsecureRequestWarning)


def _manager(proxy: str, options: dict[str, Any], access: Access) -> urllib3.PoolManager:
    if proxy.startswith("socks"):
        try:
            from urllib3.contrib.socks import SOCKSProxyManager
        except ImportError as exc:
            raise CredentialsError(
                f"kubernetes cluster unreachable: the SOCKS proxy of {access.where} needs the "
                "package PySocks: pip install PySocks"
            ) from exc
        return SOCKSProxyManager(proxy, **options)
    parts = urlsplit(proxy)
    headers = None
    if parts.username:
        login = f"{parts.username}:{parts.password or ''}"
        headers = urllib3.make_headers(proxy_basic_auth=login)
        proxy = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return urllib3.ProxyManager(proxy, proxy_headers=headers, **options)


def _cause(exc: BaseException, kind: type[BaseException]) -> BaseException | None:
    """The exception of a kind that is behind another."""
    seen: BaseException | None = exc
    while seen is not None and not isinstance(seen, kind):
        seen = seen.__cause__ or seen.__context__ or _argument(seen)
    return seen


def _argument(exc: BaseException) -> BaseException | None:
    return next((each for each in exc.args if isinstance(each, BaseException)), None)


def _os_reason(exc: BaseException) -> str:
    """The operating system's word, from whichever exception in the chain has it."""
    if _cause(exc, socket.gaierror):
        return "no such host"
    if _cause(exc, TimeoutError):
        return "i/o timeout"
    known = _cause(exc, OSError)
    if isinstance(known, OSError) and known.strerror:
        return known.strerror.lower()
    return "EOF" if "closed connection" in str(exc) else str(exc).rpartition(": ")[2]
