"""Kept-alive connections straight to one server: Python's sockets and TLS, and llhttp.

The usual clients take longer to import than a whole `list` needs; what is hard about HTTP is left
to Node's parser all the same (the package httptools).
"""

from __future__ import annotations

import socket
import ssl
from _thread import allocate_lock
from zlib import decompress, error

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from pyhelm._typing import Any
from pyhelm.kube.channel import Exchange, NotSent, Unanswered

CONNECTIONS = 32
"""Idle connections that are kept."""

_GZIP = 31
"""What zlib calls gzip."""


class Connections:
    """Opens connections as they are needed and keeps them; for several threads at once."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None, name: str) -> None:
        self._address = (host, port)
        self._context = context
        self._name = name
        self._idle: list[socket.socket] = []
        self._lock = allocate_lock()

    def open(self, exchange: Exchange) -> Answer:
        """Send a request and read the answer's head; raises Unanswered."""
        connection = self._kept() or self._connected(exchange.connect_seconds)
        try:
            connection.settimeout(exchange.read_seconds)
            connection.sendall(_message(exchange, self._host()))
            return Answer(connection, self)
        except TimeoutError as exc:
            connection.close()
            raise Unanswered("net/http: timeout awaiting response headers") from exc
        except OSError as exc:
            connection.close()
            raise Unanswered(_os_reason(exc)) from exc
        except BaseException:
            connection.close()
            raise

    def keep(self, connection: socket.socket) -> None:
        """Take a connection back that can be used again."""
        with self._lock:
            if len(self._idle) < CONNECTIONS:
                return self._idle.append(connection)
        return connection.close()

    def close(self) -> None:
        """Close the connections that are idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def __del__(self) -> None:
        # Whoever drops a client without a word has its connections closed all the same.
        self.close()

    def _host(self) -> str:
        host, port = self._address
        shown = f"[{host}]" if ":" in host else host
        return shown if port == (443 if self._context else 80) else f"{shown}:{port}"

    def _kept(self) -> socket.socket | None:
        while True:
            with self._lock:
                if not self._idle:
                    return None
                connection = self._idle.pop()
            if _is_quiet(connection):
                return connection
            connection.close()

    def _connected(self, seconds: float) -> socket.socket:
        host, port = self._address
        try:
            # As bytes: text would be looked at as an international name, which imports tables.
            known: Any = host.encode("ascii") if host.isascii() else host
            connection = socket.create_connection((known, port), seconds)
        except socket.gaierror as exc:
            raise NotSent(f"dial tcp: lookup {host}: no such host") from exc
        except TimeoutError as exc:
            reason = f"i/o timeout (no answer within {seconds:.0f} seconds)"
            raise NotSent(f"dial tcp {host}:{port}: {reason}") from exc
        except OSError as exc:
            raise NotSent(f"dial tcp {host}:{port}: connect: {_os_reason(exc)}") from exc
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection if self._context is None else self._secured(connection, self._context)

    def _secured(self, connection: socket.socket, context: ssl.SSLContext) -> socket.socket:
        name = self._name.encode("ascii") if self._name.isascii() else self._name
        try:
            return context.wrap_socket(connection, server_hostname=name)
        except (ssl.SSLError, ssl.CertificateError) as exc:
            connection.close()
            raise NotSent(tls_reason(exc), passing=not is_distrust(exc), tls=True) from exc
        except TimeoutError as exc:
            connection.close()
            raise NotSent("net/http: TLS handshake timeout") from exc
        except OSError as exc:
            connection.close()
            raise NotSent(_os_reason(exc)) from exc


class Answer:
    """An answer whose head is read; its body comes when it is asked for."""

    def __init__(self, connection: socket.socket, pool: Connections) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self._connection = connection
        self._pool = pool
        self._parser = HttpResponseParser(self)
        self._pieces: list[bytes] = []
        self._has_head = self._is_whole = self._can_be_kept = self._is_over = False
        self._reading, self._ending = allocate_lock(), allocate_lock()
        while not self._has_head:
            self._receive()

    def read(self) -> bytes:
        """The whole body; raises Unanswered."""
        pieces = []
        while piece := self.chunk():
            pieces.append(piece)
        body = b"".join(pieces)
        return _unzipped(body) if self._is_gzipped() else body

    def chunk(self) -> bytes:
        """The next piece of the body, empty at its end; raises Unanswered."""
        try:
            with self._reading:
                while not self._pieces and not self._is_whole:
                    self._receive()
        except TimeoutError as exc:
            raise self._broken("net/http: timeout awaiting response headers") from exc
        except (OSError, ValueError) as exc:
            # ValueError where another thread closed the connection meanwhile.
            raise self._broken(_os_reason(exc)) from exc
        except Unanswered as exc:
            raise self._broken(str(exc)) from exc
        data, self._pieces = b"".join(self._pieces), []
        if not data:
            self._end(keep=self._can_be_kept)
        return data

    def shutdown(self) -> None:
        """End what comes, even while another thread waits for it, and close the connection."""
        with self._ending:
            if not self._is_over:
                # Not TLS's own way of it, which takes from that thread what it reads with.
                _end(self._connection)
                self._can_be_kept = False
        # The number of a file that another thread still reads might be another file's by then.
        with self._reading:
            self._end(keep=False)

    def _broken(self, reason: str) -> Unanswered:
        self._end(keep=False)
        return Unanswered(reason)

    def _end(self, *, keep: bool) -> None:
        """Give the connection back, or close it."""
        with self._ending:
            over, self._is_over = self._is_over, True
        if over:
            return
        if keep and self._can_be_kept:
            self._pool.keep(self._connection)
        else:
            self._connection.close()

    # Called by the parser

    def on_message_begin(self) -> None:
        """An answer, perhaps after one that only said that it would come."""
        self.headers = {}

    def on_header(self, name: bytes, value: bytes) -> None:
        """One line of the head; of a name that repeats the values make a list (RFC 9110, 5.3)."""
        key, text = name.decode("latin-1").title(), value.decode("utf-8", "replace")
        self.headers[key] = f"{self.headers[key]}, {text}" if key in self.headers else text

    def on_headers_complete(self) -> None:
        """The end of the head."""
        self.status = self._parser.get_status_code()
        self._has_head = self.status >= 200

    def on_body(self, data: bytes) -> None:
        """A piece of the body."""
        self._pieces.append(data)

    def on_message_complete(self) -> None:
        """The end of the body."""
        self._is_whole = self._has_head
        self._can_be_kept = self._parser.should_keep_alive()

    def _receive(self) -> None:
        data = self._connection.recv(65536)
        if data:
            self._feed(data)
        elif self._has_head and not {"Content-Length", "Transfer-Encoding"} & set(self.headers):
            self._is_whole = True
        else:
            raise Unanswered("EOF")

    def _feed(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as exc:
            raise Unanswered(f"net/http: HTTP/1.x transport connection broken: {exc}") from exc

    def _is_gzipped(self) -> bool:
        return self.headers.get("Content-Encoding", "").lower() == "gzip"


def is_distrust(exc: BaseException) -> bool:
    """Whether a handshake failed because the server is not whom it should be."""
    return isinstance(exc, ssl.SSLCertVerificationError)


def tls_reason(exc: BaseException) -> str:
    """Why a handshake failed, in Go's words."""
    if isinstance(exc, ssl.SSLCertVerificationError):
        # 18 to 21: self-signed, or no known issuer; Go has one text for all of these.
        unknown = exc.verify_code in (18, 19, 20, 21)
        found = exc.verify_message.rstrip(".").removeprefix("Hostname mismatch, ")
        problem = "certificate signed by unknown authority" if unknown else found
        return f"tls: failed to verify certificate: x509: {problem}"
    return f"tls: {getattr(exc, 'strerror', None) or exc}"


def _end(connection: socket.socket) -> None:
    try:
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
    except OSError:
        return  # the other side was quicker


def _message(exchange: Exchange, host: str) -> bytes:
    head = [f"{exchange.method} {exchange.target} HTTP/1.1", f"Host: {host}"]
    head += [f"{name}: {value}" for name, value in exchange.headers]
    if exchange.body or exchange.method in ("POST", "PUT", "PATCH"):
        head.append(f"Content-Length: {len(exchange.body)}")
    return "\r\n".join([*head, "", ""]).encode() + exchange.body


def _unzipped(body: bytes) -> bytes:
    try:
        return decompress(body, _GZIP)
    except error as exc:
        raise Unanswered(f"gzip: {exc}") from exc


def _is_quiet(connection: socket.socket) -> bool:
    """Whether a kept connection is still open: one that talks unasked says that it is not."""
    connection.settimeout(0)
    try:
        socket.socket.recv(connection, 1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _os_reason(exc: Exception) -> str:
    text = exc.strerror if isinstance(exc, OSError) else ""
    # TLS says that the other side has hung up in words that Go has not.
    return "EOF" if not text or isinstance(exc, ssl.SSLError) else text.lower()
