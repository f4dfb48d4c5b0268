"""The Transport over HTTP and TLS: kept-alive connections, opened on first use."""

from __future__ import annotations

import os
from _thread import allocate_lock

from pyhelm._dataclass import dataclass
from pyhelm._lazy import logger_of
from pyhelm._typing import Callable, Iterator, Mapping
from pyhelm._version import __version__
from pyhelm.errors import ClusterUnreachable
from pyhelm.kube.access import Access
from pyhelm.kube.channel import Answer, Channel, Exchange, NotSent, Unanswered
from pyhelm.kube.credentials import Certificate, Credentials, Pairs, credentials_for
from pyhelm.kube.simulated import CONTEXT, START
from pyhelm.kube.transport import Request, Response
from pyhelm.kube.urls import query_of, split

log = logger_of(__name__)

CONNECT_SECONDS = 5.0
"""A server that doesn't take a connection by then is down: a stopped minikube fails at once."""

READ_SECONDS = 90.0
"""The API server itself gives up after 60."""


class HTTPTransport:
    """Sends requests to one API server; safe to use from several threads at once."""

    def __init__(
        self,
        access: Access,
        credentials: Credentials | None = None,
        *,
        environ: Mapping[str, str] | None = None,
        last_resort: Callable[[], str] = lambda: START,
    ) -> None:
        self.access = access
        self._last_resort = last_resort
        self._credentials = credentials or credentials_for(access)
        self._environ = os.environ if environ is None else environ
        self._lock = allocate_lock()
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
        try:
            pool = self._connections()
            answer = pool.channel.open(self._exchange(pool, request))
            if request.stream and answer.status < 300:
                return Response(answer.status, answer.headers, lines=_Lines(answer))
            return Response(answer.status, answer.headers, answer.read())
        except Unanswered as exc:
            raise self._unreachable(request, exc) from exc

    def _connections(self) -> _Pool:
        """The pool, made on first use and again when the client certificate changes."""
        certificate = self._credentials.certificate() if self.access.secure else None
        with self._lock:
            former = self._pool
            if former is not None and former.certificate == certificate:
                return former
            made = self._pool = _pool(self.access, certificate, self._environ)
        if former is not None:
            former.close()
        return made

    def _exchange(self, pool: _Pool, request: Request) -> Exchange:
        seconds = READ_SECONDS if request.timeout is None else request.timeout
        return Exchange(
            request.method,
            f"{pool.base}{request.path}{query_of(request.query)}",
            self._headers(request),
            request.body,
            min(CONNECT_SECONDS, seconds),
            seconds,
        )

    def _headers(self, request: Request) -> Pairs:
        headers = {"User-Agent": f"PyHelm/{__version__}"}
        if not request.stream and not self.access.disable_compression:
            headers["Accept-Encoding"] = "gzip"
        return (*{**headers, **request.headers}.items(), *self._credentials.headers())

    def _unreachable(self, request: Request, exc: Unanswered) -> ClusterUnreachable:
        context = f' (context "{self.access.context}")' if self.access.context else ""
        return ClusterUnreachable(
            f"kubernetes cluster unreachable: {request.method.capitalize()} "
            f'"{self.access.server}{request.path}": {exc}{context}; {self._advice(exc)}',
            passing=exc.passing,
            sent=exc.sent,
        )

    def _advice(self, exc: Unanswered) -> str:
        """What to do next."""
        if exc.tls:
            return "give its CA with --kube-ca-file, or its name with --kube-tls-server-name"
        if exc.proxy:
            return "check proxy-url in the kubeconfig, HTTPS_PROXY and NO_PROXY"
        if self.access.context == CONTEXT:
            return START
        other = "start that cluster, choose another with --kube-context, or"
        return f"{other} {self._last_resort()}"


@dataclass(frozen=True, slots=True)
class _Pool:
    """The connections made with one client certificate; `base` is the path in the server's URL."""

    certificate: Certificate | None
    channel: Channel
    base: str

    def close(self) -> None:
        """Close idle connections."""
        self.channel.close()


def _pool(access: Access, certificate: Certificate | None, environ: Mapping[str, str]) -> _Pool:
    """How to get to a server; raises CredentialsError, or Unanswered for a URL that is none."""
    from pyhelm.kube.proxies import proxy_for

    try:
        scheme, host, port, base = split(access.server)
    except ValueError as exc:
        raise NotSent(f'parse "{access.server}": {exc}', passing=False) from exc
    if scheme not in ("http", "https"):
        raise NotSent(f'unsupported protocol scheme "{scheme}"', passing=False)
    context = None
    if access.secure:
        from pyhelm.kube.tls import context_for

        context = context_for(access, certificate)
    proxy = proxy_for(access, environ)
    if proxy:
        from pyhelm.kube.proxied import Proxied

        return _Pool(certificate, Proxied(proxy, access, context), base)
    from pyhelm.kube.connections import Connections

    port = port or (443 if access.secure else 80)
    straight = Connections(host, port, context, access.tls_server_name or host)
    return _Pool(certificate, straight, base)


class _Lines(Iterator[bytes]):
    """The lines of a streamed answer as they come; `close` may be called by another thread."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
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
        try:
            return self._answer.chunk() or None
        except Unanswered as exc:
            if not self._closed:
                log.debug("a stream broke off: %s", exc)
            return None

    def close(self) -> None:
        """Cut the stream short; a thread that waits for a line gets its end."""
        if not self._closed:
            self._closed = True
            self._answer.shutdown()
