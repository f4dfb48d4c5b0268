"""The simulator over HTTPS: a thin ASGI layer, asked for its token, on loopback only."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from pyhelm.simulator import statuses
from pyhelm.simulator.http import Request, Response, answer
from pyhelm.simulator.simulator import BODY_LIMIT, HEALTH, Simulator
from pyhelm.simulator.watch import Watch

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request as WebRequest
    from starlette.responses import Response as WebResponse

CONTROL = "/pyhelm-simulator/"
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]", "kubernetes", "kubernetes.default.svc"})
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


def application(
    sim: Simulator, token: str, *, stop: Callable[[], None], ready: Callable[[], None]
) -> Starlette:
    """The ASGI application: `ready` is called when it starts, `stop` ends the server."""
    from starlette.applications import Starlette
    from starlette.routing import Route

    async def endpoint(request: WebRequest) -> WebResponse:
        return await _serve(sim, token, request, stop=stop)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        ticking = asyncio.create_task(_tick(sim))
        ready()
        yield
        ticking.cancel()

    return Starlette(routes=[Route("/{path:path}", endpoint, methods=METHODS)], lifespan=lifespan)


async def _tick(sim: Simulator) -> None:
    """What is due at a time is done at that time, also when nobody asks."""
    while True:
        await asyncio.sleep(min(sim.tick() or 0.5, 0.5))


async def _serve(
    sim: Simulator, token: str, request: WebRequest, *, stop: Callable[[], None]
) -> WebResponse:
    host = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
    if host not in LOCAL_HOSTS:
        # Pages in a browser may not reach it through a name that resolves to loopback.
        return _written(_failed(statuses.forbidden("", "host", host, "only loopback is served")))
    path = request.url.path
    if path not in HEALTH and not _knows(request, token):
        return _written(_failed(statuses.unauthorized()))
    if path.startswith(CONTROL):
        return _control(request.method, path, stop)
    body = await _body(request)
    if body is None:
        message = f"Request entity too large: limit is {BODY_LIMIT}"
        too_large = statuses.StatusError(413, "RequestEntityTooLarge", message, details={})
        return _written(_failed(too_large))
    asked = Request(
        method=request.method,
        path=_path(request),
        query=tuple(parse_qsl(request.url.query, keep_blank_values=True)),
        headers=dict(request.headers.items()),
        body=body,
    )
    return _written(sim.handle(asked))


def _path(request: WebRequest) -> str:
    """The path as it was sent: names may hold escaped characters."""
    raw = request.scope.get("raw_path")
    return raw.decode("latin-1").partition("?")[0] if raw else request.url.path


def _knows(request: WebRequest, token: str) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.encode(), token.encode())


async def _body(request: WebRequest) -> bytes | None:
    """The whole body; None when it is larger than the API server takes."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > BODY_LIMIT:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


def _failed(error: statuses.StatusError) -> Response:
    return answer(error.as_dict(), error.code)


def _control(method: str, path: str, stop: Callable[[], None]) -> WebResponse:
    if path == f"{CONTROL}stop" and method == "POST":
        stop()
        return _written(answer({"stopping": True}))
    return _written(_failed(statuses.no_such_resource()))


def _written(response: Response) -> WebResponse:
    from starlette.responses import Response as Whole
    from starlette.responses import StreamingResponse

    if response.watch is None:
        return Whole(response.body, response.status, response.headers)
    stream = _stream(response.watch)
    return StreamingResponse(stream, response.status, response.headers)


async def _stream(watch: Watch) -> AsyncIterator[bytes]:
    """A watch's lines as they come; woken by the store, never by a thread that waits."""
    loop, changed = asyncio.get_running_loop(), asyncio.Event()

    def wake() -> None:
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(changed.set)

    watch.listen(wake)
    try:
        # client-go waits for the head of the answer, which goes with the first bytes.
        yield b""
        while not watch.closed:
            changed.clear()
            lines = watch.poll()
            if lines:
                yield b"".join(lines)
            elif not watch.closed:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(changed.wait(), max(watch.idle_seconds(), 0.01))
    finally:
        watch.unlisten(wake)
        watch.close()
