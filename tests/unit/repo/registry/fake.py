"""A registry in this process that keeps to the protocol, until a test tells it not to."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Seen:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def authorization(self) -> str:
        return self.headers.get("authorization", "")


@dataclass
class Answer:
    """What is sent back; `cut` ends the connection after so many bytes of the body."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: int | None = None
    endless: bool = False


Hook = Callable[[Seen], Answer | None]


@dataclass
class FakeRegistry:
    """Blobs, manifests and tags; `hooks` may answer a request before the registry does."""

    host: str = ""
    blobs: dict[str, bytes] = field(default_factory=dict)
    manifests: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, bytearray] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    hooks: list[Hook] = field(default_factory=list)
    page: int = 100

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    @property
    def methods(self) -> list[str]:
        return [each.method for each in self.seen]

    def answer(self, seen: Seen) -> Answer:
        self.seen.append(seen)
        for hook in self.hooks:
            found = hook(seen)
            if found is not None:
                return found
        parts = urlsplit(seen.path)
        if parts.path == "/v2/":
            return Answer()
        name, _, rest = parts.path.removeprefix("/v2/").rpartition("/")
        if name.endswith("/tags"):
            return self._tags(parse_qs(parts.query))
        if name.endswith("/manifests"):
            return self._manifest(seen, rest)
        if "/blobs/uploads" in parts.path:
            return self._upload(seen, parts.path, parse_qs(parts.query))
        return self._blob(seen, rest)

    def _tags(self, query: dict[str, list[str]]) -> Answer:
        tags = sorted(tag for tag in self.manifests if ":" not in tag)
        last = query.get("last", [""])[0]
        rest = [tag for tag in tags if tag > last]
        page = rest[: self.page]
        headers = {}
        if len(rest) > len(page):
            headers["Link"] = f'</v2/x/tags/list?last={page[-1]}>; rel="next"'
        return Answer(headers=headers, body=json.dumps({"name": "x", "tags": page}).encode())

    def _manifest(self, seen: Seen, target: str) -> Answer:
        if seen.method == "PUT":
            digest = f"sha256:{hashlib.sha256(seen.body).hexdigest()}"
            self.manifests[target] = self.manifests[digest] = seen.body
            return Answer(201, {"Docker-Content-Digest": digest})
        return _found(self.manifests.get(target))

    def _blob(self, seen: Seen, digest: str) -> Answer:
        data = self.blobs.get(digest)
        start = seen.headers.get("range", "").removeprefix("bytes=").removesuffix("-")
        if data is None or not start:
            return _found(data)
        span = f"bytes {start}-{len(data) - 1}/{len(data)}"
        return Answer(206, {"Content-Range": span}, data[int(start) :])

    def _upload(self, seen: Seen, path: str, query: dict[str, list[str]]) -> Answer:
        if seen.method == "POST":
            key = f"/v2/x/blobs/uploads/{len(self.uploads)}"
            self.uploads[key] = bytearray()
            return Answer(202, {"Location": f"{key}?_state=secret-state"})
        data = self.uploads[path]
        if seen.method == "GET":
            return Answer(204, {"Location": path, "Range": f"0-{max(len(data) - 1, 0)}"})
        data += seen.body
        if seen.method == "PATCH":
            return Answer(202, {"Location": path, "Range": f"0-{len(data) - 1}"})
        digest = query["digest"][0]
        if digest != f"sha256:{hashlib.sha256(data).hexdigest()}":
            return refusal(400, "DIGEST_INVALID", "not the digest")
        self.blobs[digest] = bytes(data)
        return Answer(201, {"Location": f"/v2/x/blobs/{digest}"})


def _found(data: bytes | None) -> Answer:
    return refusal(404, "NOT_FOUND", "not here") if data is None else Answer(body=data)


def refusal(status: int, code: str, message: str, **headers: str) -> Answer:
    """An error as the protocol wants it."""
    body = json.dumps({"errors": [{"code": code, "message": message}]}).encode()
    return Answer(status, {k.replace("_", "-"): v for k, v in headers.items()}, body)


def wants_basic(user: str, password: str) -> Hook:
    """The registry asks for a user name and password."""
    expected = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    def hook(seen: Seen) -> Answer | None:
        if seen.authorization == expected:
            return None
        return refusal(401, "UNAUTHORIZED", "who?", WWW_Authenticate='Basic realm="test"')

    return hook


def wants_bearer(realm: str, token: str = "good-token") -> Hook:
    """The registry asks for a token of the server at `realm`."""

    def hook(seen: Seen) -> Answer | None:
        if seen.authorization == f"Bearer {token}":
            return None
        challenge = f'Bearer realm="{realm}",service="test",scope="repository:x:pull"'
        return refusal(401, "UNAUTHORIZED", "who?", WWW_Authenticate=challenge)

    return hook


@contextmanager
def running(registry: FakeRegistry) -> Iterator[FakeRegistry]:
    """The registry on a free loopback port."""
    server = _Server(("127.0.0.1", 0), _handler(registry))
    registry.host = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield registry
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are what some tests are about."""


def _handler(registry: FakeRegistry) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {key.lower(): value for key, value in self.headers.items()}
            answer = registry.answer(Seen(self.command, self.path, headers, body))
            self.send_response(answer.status)
            for key, value in answer.headers.items():
                self.send_header(key, value)
            if answer.endless:
                return self._forever()
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD" and answer.status != 204:
                self.wfile.write(answer.body[: answer.cut])
            if answer.cut is not None:
                self.close_connection = True
            return None

        def _forever(self) -> None:
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            try:
                while True:
                    self.wfile.write(b" " * 65536)
            except OSError:
                """The client has had enough."""

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = _serve

        def log_message(self, format: str, *args: object) -> None:
            """Tests read `seen` instead."""

    return Handler
