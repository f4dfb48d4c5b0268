"""The Transport over HTTPS: pooled kept-alive connections of urllib3, opened on first use."""

from __future__ import annotations

import os
import socket
import threading
from urllib.parse import urlencode, urlsplit

from pyhelm._lazy import logger_of
from pyhelm._typing import TYPE_CHECKING, Any, Callable, Iterator, Mapping
from pyhelm._version import __version__
from pyhelm.errors import ClusterUnreachable, CredentialsError
from pyhelm.kube.access import Access
from pyhelm.kube.credentials import Certificate, Credentials, credentials_for
from pyhelm.kube.transport import Request, Response

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

log = logger_of(__name__)

CONNECT_SECONDS = 5.0
"""A server that doesn't take a connection by then is down: a stopped minikube fails at once."""

READ_SECONDS = 90.0
"""The API server itself gives up after 60."""

CONNECTIONS = 32


class HTTPTransport:
    """Sends requests to one API server; safe to use from several threads at once."""

    def __init__(
        self,
        access: Access,
        credentials: Credentials | None = None,
        *,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.access = access
        self._credentials = credentials or credentials_for(access)
        self._environ = os.environ if environ is None else environ
        self._lock = threading.Lock()
        self._pool: _Pool | None = None

    def send(self, request: Request) -> Response:
        """The server's answer; raises ClusterUnreachable, or CredentialsError.

        Refused credentials are renewed once where they can be.
        """
        response = self._send(request)
        if response.status == 401 and self._credentials.refresh():
            log.debug("credentials were refused, trying again with new ones")
            response.close()
            response = self._send(request)
        return response

    def close(self) -> None:
        """Close the connections that are idle."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def _send(self, request: Request) -> Response:
        import urllib3

        pool, headers = self._connections(), self._headers(request)
        try:
            answer = _open(pool, request, headers)
        except (urllib3.exceptions.HTTPError, OSError) as exc:
            raise self._unreachable(request, exc) from exc
        if request.stream and answer.status < 300:
            return Response(answer.status, answer.headers, lines=_Lines(answer))
        return Response(answer.status, answer.headers, self._body(request, answer))

    def _body(self, request: Request, answer: BaseHTTPResponse) -> bytes:
        import urllib3

        try:
            return answer.read()
        except (urllib3.exceptions.HTTPError, OSError) as exc:
            raise self._unreachable(request, exc) from exc
        finally:
            answer.release_conn()

    def _connections(self) -> _Pool:
        """The pool, made on first use and again when the client certificate changes."""
        certificate = self._credentials.certificate() if self.access.secure else None
        with self._lock:
            if self._pool is None or self._pool.certificate != certificate:
                self._pool = _Pool(self.access, certificate, self._environ)
            return self._pool

    def _headers(self, request: Request) -> Any:
        from urllib3 import HTTPHeaderDict

        headers = HTTPHeaderDict({"User-Agent": f"PyHelm/{__version__}"})
        if not request.stream and not self.access.disable_compression:
            headers["Accept-Encoding"] = "gzip"
        headers.update(request.headers)
        for name, value in self._credentials.headers():
            headers.add(name, value)
        return headers

    def _unreachable(self, request: Request, exc: Exception) -> ClusterUnreachable:
        context = f' (context "{self.access.context}")' if self.access.context else ""
        return ClusterUnreachable(
            f"kubernetes cluster unreachable: {request.method.capitalize()} "
            f'"{self.access.server}{request.path}": {_reason(exc, self.access)}{context}; '
            f"{_advice(exc)}"
        )


class _Pool:
    """The connections made with one client certificate."""

    def __init__(
        self, access: Access, certificate: Certificate | None, environ: Mapping[str, str]
    ) -> None:
        import urllib3

        from pyhelm.kube.proxies import proxy_for

        self.certificate = certificate
        self._timeout = urllib3.Timeout
        options = _options(access, certificate)
        parts = urlsplit(access.server)
        proxy = proxy_for(access, environ)
        self._manager: Any = None
        if proxy:
            self._manager = _proxy_manager(proxy, options, access)
            self._open: Callable[..., BaseHTTPResponse] = self._manager.urlopen
            self._base = access.server
        else:
            pool = urllib3.PoolManager(**options).connection_from_url(access.server)
            self._manager = pool
            self._open = pool.urlopen
            self._base = parts.path

    def open(self, request: Request, headers: Any) -> BaseHTTPResponse:
        """Send, and read the answer's head."""
        query = f"?{urlencode(request.query)}" if request.query else ""
        seconds = READ_SECONDS if request.timeout is None else request.timeout
        return self._open(
            request.method,
            f"{self._base}{request.path}{query}",
            body=request.body or None,
            headers=headers,
            retries=False,
            redirect=False,
            preload_content=False,
            timeout=self._timeout(connect=min(CONNECT_SECONDS, seconds), read=seconds),
        )

    def close(self) -> None:
        """Close idle connections."""
        close = getattr(self._manager, "clear", None) or self._manager.close
        close()


def _open(pool: _Pool, request: Request, headers: Any) -> BaseHTTPResponse:
    """Send; once more where a kept-alive connection broke and a repetition does no harm."""
    from urllib3.exceptions import ProtocolError

    try:
        return pool.open(request, headers)
    except ProtocolError as exc:
        kind = request.headers.get("Content-Type", "")
        if request.method != "GET" and kind != "application/apply-patch+yaml":
            raise
        log.debug("connection lost (%s), sending %s again", type(exc).__name__, request.path)
        return pool.open(request, headers)


def _options(access: Access, certificate: Certificate | None) -> dict[str, Any]:
    options: dict[str, Any] = {"maxsize": CONNECTIONS, "num_pools": 1}
    if not access.secure:
        return options
    from pyhelm.kube.tls import context_for

    options["ssl_context"] = context_for(access, certificate)
    if access.tls_server_name:
        options["server_hostname"] = access.tls_server_name
        options["assert_hostname"] = access.tls_server_name
    if access.insecure:
        _quieten()
    return options


def _quieten() -> None:
    """The user asked for no verification; urllib3 need not warn of each request."""
    import warnings

    from urllib3.exceptions import InsecureRequestWarning

    warnings.simplefilter("ignore", InsecureRequestWarning)


def _proxy_manager(proxy: str, options: dict[str, Any], access: Access) -> Any:
    import urllib3

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


class _Lines(Iterator[bytes]):
    """The lines of a streamed answer as they come; `close` may be called by another thread."""

    def __init__(self, answer: BaseHTTPResponse) -> None:
        self._answer = answer
        self._chunks: Iterator[bytes] = answer.stream(65536)
        self._ready: list[bytes] = []
        self._rest = b""
        self._closed = False

    def __next__(self) -> bytes:
        while not self._ready:
            self._fill()
        return self._ready.pop()

    def _fill(self) -> None:
        chunk = self._chunk()
        if chunk is None:
            if not self._rest:
                raise StopIteration
            self._ready, self._rest = [self._rest], b""
            return
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        self._ready = [line + b"\n" for line in reversed(lines)]

    def _chunk(self) -> bytes | None:
        """What came next; None at the end, which a cut connection is, too."""
        import urllib3

        try:
            chunk = next(self._chunks, None)
            if chunk is None:
                self._answer.release_conn()
            return chunk
        except (urllib3.exceptions.HTTPError, OSError, ValueError, AttributeError) as exc:
            # urllib3 raises the last two when another thread closed the stream meanwhile.
            if not self._closed:
                log.debug("a stream broke off: %s", type(exc).__name__)
            return None

    def close(self) -> None:
        """Cut the stream short; a thread that waits for a line gets its end."""
        if self._closed:
            return
        self._closed = True
        try:
            self._answer.shutdown()
        except (RuntimeError, ValueError, OSError):
            return  # it had ended, and its connection is back in the pool
        self._answer.close()


def _reason(exc: Exception, access: Access) -> str:
    """Why there was no answer, in Go's words where users know those."""
    import urllib3

    errors = urllib3.exceptions
    parts = urlsplit(access.server)
    address = f"{parts.hostname}:{parts.port or (443 if access.secure else 80)}"
    if isinstance(exc, errors.ProxyError):
        return f"proxyconnect tcp: {_os_reason(exc)}"
    if isinstance(exc, errors.NameResolutionError):
        return f"dial tcp: lookup {parts.hostname}: no such host"
    if isinstance(exc, errors.NewConnectionError):
        return f"dial tcp {address}: connect: {_os_reason(exc)}"
    if isinstance(exc, errors.ConnectTimeoutError):
        return f"dial tcp {address}: i/o timeout (no answer within {CONNECT_SECONDS:.0f} seconds)"
    if isinstance(exc, errors.SSLError):
        return _tls_reason(exc)
    if isinstance(exc, errors.ReadTimeoutError):
        return "net/http: timeout awaiting response headers"
    return _os_reason(exc)


def _advice(exc: Exception) -> str:
    """What to do next."""
    from urllib3.exceptions import ProxyError, SSLError

    if isinstance(exc, SSLError):
        return "give its CA with --kube-ca-file, or its name with --kube-tls-server-name"
    if isinstance(exc, ProxyError):
        return "check proxy-url in the kubeconfig, HTTPS_PROXY and NO_PROXY"
    return (
        "start that cluster, choose another with --kube-context, or start the simulator: "
        "pyhelm simulator start"
    )


def _os_reason(exc: BaseException) -> str:
    """The operating system's word, from whichever exception in the chain has it."""
    seen: BaseException | None = exc
    while seen is not None:
        if isinstance(seen, socket.gaierror):
            return "no such host"
        if isinstance(seen, TimeoutError):
            return "i/o timeout"
        if isinstance(seen, OSError) and seen.strerror:
            return seen.strerror.lower()
        seen = seen.__cause__ or seen.__context__
    return "EOF" if "closed connection" in str(exc) else str(exc).rpartition(": ")[2]


def _tls_reason(exc: BaseException) -> str:
    import ssl

    seen: BaseException | None = exc
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return _verification(seen)
        seen = seen.__cause__ or seen.__context__
    return f"tls: {str(exc).strip('()')}"


def _verification(exc: Any) -> str:
    # 18 to 21: self-signed, or no known issuer; Go has one text for all of these.
    unknown = exc.verify_code in (18, 19, 20, 21)
    problem = "certificate signed by unknown authority" if unknown else exc.verify_message
    return f"tls: failed to verify certificate: x509: {problem}"
