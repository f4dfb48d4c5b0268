"""A proxy between a client and a real API server that fails at one request, or from it on.

It speaks TLS to both sides, with the API server's own certificate, so that a client's kubeconfig
differs in the port only. Requests are counted in the order in which they arrive.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.control_plane.plane import Plane

SAYING = "Operation cannot be fulfilled on it: the object has been modified"
DELAY = 0.5
HOP = {"connection", "transfer-encoding", "content-length", "keep-alive"}


class Cut(Exception):
    """The connection is to be reset now."""


@dataclass
class Fault:
    """What happens at request `at`, counted from 1.

    `cut`, `cut-after` (the server has done it), `cut-within` its answer, `delay`, an HTTP status,
    `gone` (nothing gets through from there on), `watch` (streams are cut after their first event),
    or `call`, `call-after`: `hook` is called, which kills somebody.
    """

    kind: str = ""
    at: int = 0
    hook: Callable[[], None] = lambda: None
    count: int = 0
    struck: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> str:
        """The kind of fault of the request that has just arrived; empty for none."""
        with self.lock:
            self.count += 1
            due = self.count == self.at or (self.kind == "gone" and 0 < self.at <= self.count)
            self.struck += due
            return self.kind if due or self.kind == "watch" else ""


class Handler(BaseHTTPRequestHandler):
    """One client connection, with one of its own to the API server."""

    protocol_version = "HTTP/1.1"
    wbufsize = 65536
    server: Proxy

    def setup(self) -> None:
        super().setup()
        self.upstream = http.client.HTTPSConnection(
            "127.0.0.1", self.server.plane.port, context=self.server.trust, timeout=100
        )

    def finish(self) -> None:
        self.upstream.close()
        with contextlib.suppress(OSError):
            super().finish()

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody wants to read it."""

    def _relay(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            self._disturbed(self.server.fault, self.server.fault.next(), body)
        except (Cut, OSError, http.client.HTTPException):
            self.close_connection = True
            reset(self.connection)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _relay

    def _disturbed(self, fault: Fault, kind: str, body: bytes) -> None:
        if kind in ("cut", "gone"):
            raise Cut
        if kind.isdigit():
            return self._refuse(int(kind))
        if kind == "delay":
            threading.Event().wait(DELAY)
        if kind == "call":
            fault.hook()
            raise Cut
        answer = self._forward(body)
        if kind == "cut-after":
            answer.read()
            raise Cut
        if kind == "call-after":
            answer.read()
            fault.hook()
            raise Cut
        return self._answer(answer, kind)

    def _forward(self, body: bytes) -> http.client.HTTPResponse:
        headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP | {"host"}}
        self.upstream.request(self.command, self.path, body or None, headers)
        return self.upstream.getresponse()

    def _answer(self, answer: http.client.HTTPResponse, kind: str) -> None:
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP | {"date", "server"}:
                self.send_header(name, value)
        if "watch=true" in self.path:
            return self._stream(answer, kind)
        body = answer.read()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if kind == "cut-within":
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            raise Cut
        self.wfile.write(body)
        return self.wfile.flush()

    def _stream(self, answer: http.client.HTTPResponse, kind: str) -> None:
        """A watch, event by event."""
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.flush()
        while line := answer.readline():
            cut = kind in ("watch", "cut-within")
            line = line[: len(line) // 2] if cut else line
            self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
            self.wfile.flush()
            if cut:
                self.server.streams_cut += 1
                raise Cut
        self.wfile.write(b"0\r\n\r\n")

    def _refuse(self, code: int) -> None:
        reason = "Conflict" if code == 409 else "Test"
        status = {"kind": "Status", "apiVersion": "v1", "status": "Failure"}
        body = json.dumps({**status, "code": code, "reason": reason, "message": SAYING}).encode()
        self.send_response(code)
        if code in (429, 503):
            self.send_header("Retry-After", "1")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


class Proxy(ThreadingHTTPServer):
    """Listens on a free port of the loopback interface; `fault` may be changed at any time."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, plane: Plane) -> None:
        self.plane = plane
        self.fault = Fault()
        self.streams_cut = 0
        certificates = plane.directory / "certs"
        self.trust = ssl.create_default_context(cafile=str(certificates / "apiserver.crt"))
        self.own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.own.load_cert_chain(certificates / "apiserver.crt", certificates / "apiserver.key")
        super().__init__(("127.0.0.1", 0), Handler)

    def get_request(self) -> tuple[Any, Any]:
        connection, address = self.socket.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # The handshake is the handler's thread's work.
        wrapped = self.own.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return wrapped, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that are killed leave in the middle of things."""


def reset(connection: socket.socket) -> None:
    """End a connection as a crashed peer does."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        connection.close()


@contextlib.contextmanager
def running(plane: Plane) -> Iterator[Proxy]:
    """A proxy in front of a control plane."""
    proxy = Proxy(plane)
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        thread.join()
        proxy.server_close()
