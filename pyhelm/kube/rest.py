"""Requests with JSON in and out: the server's refusals as exceptions, after retries."""

from __future__ import annotations

import json
import time
from _thread import allocate_lock

from pyhelm._dataclass import dataclass
from pyhelm._lazy import logger_of
from pyhelm._typing import Any, Mapping
from pyhelm.errors import (
    AlreadyExists,
    APIError,
    ClusterUnreachable,
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    Unauthorized,
)
from pyhelm.kube.retries import Retry
from pyhelm.kube.side_by_side import pause
from pyhelm.kube.transport import Request, Response, Transport

log = logger_of(__name__)

JSON = "application/json"
APPLY = "application/apply-patch+yaml"

_ERRORS: dict[int, type[APIError]] = {
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    422: Invalid,
}
Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One request before it is encoded; `body` is sent as JSON unless None.

    A `hasty` one can do without an answer: a server that fails is not asked again.
    """

    method: str
    path: str
    query: Query = ()
    body: Any = None
    content_type: str = JSON
    accept: str = JSON
    timeout: float | None = None
    stream: bool = False
    hasty: bool = False
    etag: str = ""
    """Of what is kept: the answer is 304, without a body, while the server still has that."""


class Rest:
    """A Transport seen as calls; safe to use from several threads at once."""

    def __init__(self, transport: Transport, *, qps: float = 0.0, burst: int = 100) -> None:
        self._transport = transport
        self._throttle = Throttle(qps, burst) if qps > 0 else None
        self._known = False

    def json(self, call: Call) -> dict[str, Any]:
        """The answer's object; raises the APIError that the server's Status says."""
        return object_in(self.response(call))

    def bytes(self, call: Call) -> bytes:
        """The answer's body as it is."""
        return self.response(call).body

    def response(self, call: Call) -> Response:
        """The answer, after retries; raises an APIError for anything but success."""
        request = _encode(call)
        retry = Retry(call)
        while True:
            error: APIError | ClusterUnreachable
            try:
                response = self._send(request)
                self._known = True
                if response.status < 400:
                    return response
                error = error_of(response)
                error.repeated = retry.doubt
                seconds = retry.after_answer(error, response.headers)
            except ClusterUnreachable as exc:
                error = exc
                seconds = retry.after_silence(exc, known=self._known)
            if seconds is None:
                raise error
            _tell(retry, error, seconds)
            if not pause(seconds):
                raise error

    def _send(self, request: Request) -> Response:
        if self._throttle is not None:
            self._throttle.wait()
        begun = time.monotonic()
        response = self._transport.send(request)
        took = f"{(time.monotonic() - begun) * 1000:.1f}ms"
        log.debug(
            "request",
            method=request.method,
            path=request.path,
            status=response.status,
            duration=took,
        )
        return response


def object_in(answer: Response) -> dict[str, Any]:
    """What a body holds; an empty one holds nothing."""
    found: dict[str, Any] = json.loads(answer.body or b"{}")
    return found


class Throttle:
    """A token bucket: `burst` requests at once, then `qps` a second (client-go's limiter)."""

    def __init__(self, qps: float, burst: int) -> None:
        self._qps = qps
        self._burst = max(burst, 1)
        self._tokens = float(self._burst)
        self._then = time.monotonic()
        self._lock = allocate_lock()

    def wait(self) -> None:
        """Take one token, sleeping until there is one."""
        with self._lock:
            now = time.monotonic()
            self._tokens = min(self._burst, self._tokens + (now - self._then) * self._qps)
            self._then = now
            self._tokens -= 1
            debt = -self._tokens / self._qps
        if debt > 0:
            time.sleep(debt)


def error_of(response: Response) -> APIError:
    """The exception for a refusal, with the server's Status or what stands for one."""
    return error_for(_status(response))


def error_for(status: Mapping[str, Any]) -> APIError:
    """The exception for a `metav1.Status`."""
    code = int(status.get("code") or 0)
    if code == 409 and status.get("reason") == "AlreadyExists":
        return AlreadyExists(status)
    return _ERRORS.get(code, APIError)(status)


def _status(response: Response) -> dict[str, Any]:
    body = response.body or b"".join(response.lines)
    status: dict[str, Any] = _spoken(body) or _unspoken(response.status, body)
    if response.status == 401:
        # The server says only "Unauthorized"; client-go has the sentence that users look for.
        status["message"] = "the server has asked for the client to provide credentials"
    status.setdefault("code", response.status)
    return status


def _spoken(body: bytes) -> dict[str, Any]:
    try:
        status = json.loads(body)
    except ValueError:
        return {}
    return status if isinstance(status, dict) and status.get("kind") == "Status" else {}


def _unspoken(code: int, body: bytes) -> dict[str, Any]:
    """A Status for an answer without one, as proxies and unknown paths give."""
    text = " ".join(body.decode("utf-8", "replace").split())[:300]
    message = f"the server answered with HTTP {code}" + (f": {text}" if text else "")
    if code == 404:
        message = "the server could not find the requested resource"
    return {"kind": "Status", "status": "Failure", "code": code, "message": message}


def _encode(call: Call) -> Request:
    headers = {"Accept": call.accept}
    body = b""
    if call.etag:
        headers["If-None-Match"] = call.etag
    if call.body is not None:
        headers["Content-Type"] = call.content_type
        body = json.dumps(call.body, separators=(",", ":"), allow_nan=False).encode()
    return Request(call.method, call.path, call.query, headers, body, call.timeout, call.stream)


def _tell(retry: Retry, error: Exception, seconds: float) -> None:
    call = retry.call
    log.debug("%s %s: %s; again in %.2f s", call.method, call.path, error, seconds)
    if retry.worth_telling():
        log.warning("%s; trying for another %.0f s", error, retry.left)
