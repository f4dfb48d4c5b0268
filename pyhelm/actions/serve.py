"""`repo serve`: a directory of archives and charts as a chart repository, for local work.

What changes in the directory is seen at the next request: the index is made anew when a file's
size or time is another one. Chart directories are packed where nobody else looks.
"""

from __future__ import annotations

import socket
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

from pyhelm._dataclass import dataclass
from pyhelm._lazy import logger_of
from pyhelm._typing import TYPE_CHECKING, Callable, Iterator, TypeAlias
from pyhelm.actions.package import PackageOptions, package
from pyhelm.errors import ChartError, RepositoryError
from pyhelm.repo.directory import html_of, index_directory
from pyhelm.repo.index import RepoIndex
from pyhelm.repo.options import ServeOptions

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

Snapshot: TypeAlias = "frozenset[tuple[str, int, int]]"

LOOPBACK = ("127.0.0.1", "::1", "localhost")
logger = logger_of(__name__)


@dataclass(frozen=True, slots=True)
class Serving:
    """A server at work: where it is reached, and how to wait until it is stopped."""

    url: str
    wait: Callable[[], None]


@contextmanager
def serve(directory: str | Path, options: ServeOptions) -> Iterator[Serving]:
    """Serve until the end of the `with`; raises RepositoryError when that can't be begun."""
    import uvicorn

    root = Path(directory)
    if not root.is_dir():
        raise RepositoryError(f"serve {directory}: no such directory")
    with tempfile.TemporaryDirectory() as scratch, _listening(options) as listening:
        app = application(Source(root, Path(scratch)))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        host, port = listening.getsockname()[:2]
        try:
            yield Serving(f"http://{f'[{host}]' if ':' in host else host}:{port}", thread.join)
        finally:
            server.should_exit = True
            thread.join(10)


@contextmanager
def _listening(options: ServeOptions) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in options.address else socket.AF_INET
    try:
        made = socket.create_server((options.address, options.port), family=family)
    except OSError as exc:
        raise RepositoryError(
            f"listen at {options.address}, port {options.port}: {exc.strerror or exc}; "
            "choose another one with --port (0 takes a free one)"
        ) from exc
    with made:
        yield made


class Source:
    """The repository of a directory as it is now."""

    def __init__(self, root: Path, scratch: Path) -> None:
        self.root, self.scratch = root, scratch
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._index = RepoIndex()

    def index(self) -> RepoIndex:
        """The index, made anew if something changed since the last time."""
        with self._lock:
            now = snapshot(self.root)
            if now != self._snapshot:
                self._index = self._made()
                self._snapshot = now
            return self._index

    def archive(self, name: str) -> Path | None:
        """The archive of a name that the index gives; None for everything else."""
        known = {url for each in self.index().entries.values() for v in each for url in v.urls}
        if name not in known:
            return None
        places = (self.root / name, self.scratch / name)
        return next((place for place in places if place.is_file()), None)

    def page(self) -> str:
        """The page for people."""
        index = self.index()
        place = self.scratch if not any(self.root.glob("*.tgz")) else self.root
        return html_of(place, index, title=f"Charts in {self.root.resolve().name}")

    def _made(self) -> RepoIndex:
        for old in self.scratch.glob("*.tgz"):
            old.unlink()
        for chart in sorted(self.root.glob("*/Chart.yaml")):
            try:
                package(chart.parent, PackageOptions(destination=str(self.scratch)))
            except ChartError as exc:
                logger.warning("%s is left out: %s", chart.parent, exc)
        # Archives win over directories of the same version: they are what is published.
        return index_directory(self.root).merged(index_directory(self.scratch))


def snapshot(root: Path) -> Snapshot:
    """Every file with its size and time."""
    found = []
    for path in root.rglob("*"):
        try:
            status = path.stat()
        except OSError:
            continue
        if path.is_file():
            found.append((str(path), status.st_size, status.st_mtime_ns))
    return frozenset(found)


def application(source: Source) -> Starlette:
    """What answers requests: the index, the page and the archives that the index names."""
    from starlette.applications import Starlette
    from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
    from starlette.routing import Route

    def index(request: Request) -> Response:
        return Response(source.index().dump(), media_type="application/yaml")

    def page(request: Request) -> Response:
        return HTMLResponse(source.page())

    def archive(request: Request) -> Response:
        found = source.archive(request.path_params["name"])
        if found is None:
            return PlainTextResponse("no such archive", 404)
        return FileResponse(found, media_type="application/gzip")

    return Starlette(
        routes=[
            Route("/index.yaml", index),
            Route("/", page),
            Route("/index.html", page),
            Route("/{name:path}", archive),
        ]
    )
