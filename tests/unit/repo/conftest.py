"""A chart repository on a real web server, and settings of its own for each test."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pyhelm.repo.directory import write_index
from pyhelm.settings import Settings
from tests.unit.repo.archives import archive


@dataclass
class WebServer:
    """Serves `files` by path; remembers each request's path and Authorization header."""

    url: str
    files: dict[str, bytes] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    password: str = ""
    requests: list[tuple[str, str]] = field(default_factory=list)

    def answer(self, path: str, authorization: str) -> tuple[int, dict[str, str], bytes]:
        self.requests.append((path, authorization))
        if path in self.redirects:
            return 302, {"Location": self.redirects[path]}, b""
        wanted = "Basic " + base64.b64encode(self.password.encode()).decode()
        if self.password and authorization != wanted:
            return 401, {}, b"no"
        if path not in self.files:
            return 404, {}, b"not here"
        return 200, {}, self.files[path]


def _handler(web: WebServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            authorization = self.headers.get("Authorization", "")
            status, headers, body = web.answer(self.path, authorization)
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Tests read `requests` instead."""

    return Handler


@pytest.fixture
def web_server() -> Iterator[Callable[[], WebServer]]:
    """Makes web servers on free loopback ports, which end with the test."""
    servers = []

    def start() -> WebServer:
        web = WebServer("")
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(web))
        web.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        servers.append((server, thread))
        return web

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def web(web_server: Callable[[], WebServer]) -> WebServer:
    """One web server with nothing on it."""
    return web_server()


@pytest.fixture
def repository(web: WebServer, tmp_path: Path) -> WebServer:
    """A repository of `web` 1.0.0, 1.2.0 and 2.0.0-rc.1, and of `db` 0.1.0."""
    folder = tmp_path / "repository"
    folder.mkdir()
    for name, version in (("web", "1.0.0"), ("web", "1.2.0"), ("web", "2.0.0-rc.1")):
        data = archive(name, version, description="A web site", appVersion="7.0")
        (folder / f"{name}-{version}.tgz").write_bytes(data)
    data = archive("db", "0.1.0", description="A database for the web")
    (folder / "db-0.1.0.tgz").write_bytes(data)
    write_index(folder)
    web.files = {f"/{path.name}": path.read_bytes() for path in folder.iterdir()}
    return web


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that know nothing yet."""
    return Settings.under(tmp_path / "home")
