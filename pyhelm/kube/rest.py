"""Requests with JSON in and out: the server's refusals as exceptions, and what is worth a retry.

Retried, at most `ATTEMPTS` times in all and with jitter: 429 and 503 with Retry-After (the server
did nothing yet), a changed etcd leader, and quota conflicts of server-side apply (Helm's rule).
"""

from __future__ import annotations

import json
import threading
import time

from pyhelm._dataclass import dataclass
from pyhelm._lazy import logger_of
from pyhelm._typing import Any, Mapping
from pyhelm.errors import (
    AlreadyExists,
    APIError,
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    Unauthorized,
)
from pyhelm.kube.transport import Request, Response, Transport

log = logger_of(__name__)

ATTEMPTS = 5
LONGEST_PAUSE = 30.0
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
_UNSETTLED = ("etcdserver: leader changed", "raft proposal dropped")

Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One request before it is encoded; `body` is sent as JSON unless None."""

    method: str
    path: str
    query: Query = ()
    body: Any = None
    content_type: str = JSON
    accept: str = JSON
    timeout: float | None = None
    stream: bool = False

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice does no harm."""
        return self.method == "GET" or self.content_type == APPLY


class Rest:
    """A Transport seen as calls; safe to use from several threads at once."""

    def __init__(self, transport: Transport, *, qps: float = 0.0, burst: int = 100) -> None:
        self._transport = transport
        self._throttle = Throttle(qps, burst) if qps > 0 else None

    def json(self, call: Call) -> dict[str, Any]:
        """The answer's object; raises the APIError that the server's Status says."""
        answer: dict[str, Any] = json.loads(self.bytes(call) or b"{}")
        return answer

    def bytes(self, call: Call) -> bytes:
        """The answer's body as it is."""
        return self.response(call).body

    def response(self, call: Call) -> Response:
        """The answer, after retries; raises an APIError for anything but success."""
        request = _encode(call)
        for attempt in range(1, ATTEMPTS + 1):
            response = self._send(request)
            if response.status < 400:
                return response
            error = error_of(response)
            pause = _pause(call, response, error, attempt)
            if pause is None or attempt == ATTEMPTS:
                raise error
            log.debug("%s %s: %s; again in %.1f s", call.method, call.path, error, pause)
            time.sleep(pause)
        raise AssertionError("unreachable")

    def _send(self, request: Request) -> Response:
        if self._throttle is not None:
            self._throttle.wait()
        return self._transport.send(request)


class Throttle:
    """A token bucket: `burst` requests at once, then `qps` a second (client-go's limiter)."""

    def __init__(self, qps: float, burst: int) -> None:
        self._qps = qps
        self._burst = max(burst, 1)
        self._tokens = float(self._burst)
        self._then = time.monotonic()
        self._lock = threading.Lock()

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
    if call.body is not None:
        headers["Content-Type"] = call.content_type
        body = json.dumps(call.body, separators=(",", ":"), allow_nan=False).encode()
    return Request(call.method, call.path, call.query, headers, body, call.timeout, call.stream)


def _pause(call: Call, response: Response, error: APIError, attempt: int) -> float | None:
    """How long to wait before the next try; None when there should be none."""
    from random import uniform

    jitter = uniform(0.5, 1.0)
    after = _retry_after(response)
    if response.status in (429, 503) and after is not None:
        return min(after, LONGEST_PAUSE) + 0.1 * jitter
    if response.status >= 500 and call.repeatable and str(error).endswith(_UNSETTLED):
        return jitter * 0.2 * attempt
    if _quota_conflict(error) and call.content_type == APPLY:
        return jitter * 0.02 * attempt
    return None


def _retry_after(response: Response) -> float | None:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdigit() else None


def _quota_conflict(error: APIError) -> bool:
    text = str(error)
    return (
        isinstance(error, Conflict)
        and "Operation cannot be fulfilled on resourcequotas" in text
        and "the object has been modified" in text
    )
