"""What is worth another try, and when: one `Retry` for each call, which is bounded in time.

    429, 503 with Retry-After     the server did nothing: when it says, for up to a minute
    no connection                 for up to a minute, once the server has answered before
    connection lost on the way    the same; whether the server did it is in doubt
    502, 503, 504, etcd's and     a few times within seconds; in doubt
    webhooks' time-outs, 500
    409 of another writer         a few times soon, where the server merges what is sent

A call that is repeated in doubt may meet its own traces: a create finds the object, a delete finds
none. The error then says so (`repeated`), and the client looks whether the traces are its own.
"""

from __future__ import annotations

import time

from pyhelm._dataclass import dataclass, field
from pyhelm._typing import TYPE_CHECKING, Any, Mapping
from pyhelm.errors import AlreadyExists, APIError, ClusterUnreachable, Conflict, Forbidden

if TYPE_CHECKING:
    from pyhelm.kube.rest import Call

PATIENCE = 60.0
"""Seconds in which a server may come back: an API server restarts in ten."""

LONGEST_PAUSE = 30.0
ATTEMPTS = 5
"""Of what a try or two usually settles."""

FIRST_PAUSE = 0.25
AT_ONCE = 1.0
LONG_ENOUGH_TO_TELL = 5.0

_NOT_READY = "not yet ready to handle request"
"""What a server that is starting says of its own RBAC, as a 403."""

_OTHER_WRITER = "Operation cannot be fulfilled on "
_MERGED = (
    "application/apply-patch+yaml",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
)


@dataclass(slots=True)
class Retry:
    """How often a call was tried, for how long, and whether a try may have been carried out."""

    call: Call
    began: float = field(default_factory=time.monotonic)
    tries: int = 1
    paused: float = 0.0
    doubt: bool = False
    told: bool = False

    def after_answer(self, error: APIError, headers: Mapping[str, str]) -> float | None:
        """Seconds until the next try after a refusal; None when there should be none."""
        after = retry_after(error, headers)
        if error.code in (429, 503) and after is not None:
            return self._next(min(after, LONGEST_PAUSE) + _jitter(0.1))
        if error.code == 429 or (isinstance(error, Forbidden) and _NOT_READY in str(error)):
            return self._next(self._backoff())
        if error.code >= 500:
            self.doubt = self.doubt or self.call.method != "GET"
            again = self._repeatable and not self.call.hasty and self.tries < ATTEMPTS
            return self._next(self._backoff()) if again else None
        if self._raced(error):
            return self._next(after_race(self.tries)) if self.tries < ATTEMPTS else None
        return None

    def after_silence(self, error: ClusterUnreachable, *, known: bool) -> float | None:
        """The same after no answer; `known` says that the server has answered before."""
        if error.sent and self.call.method != "GET":
            self.doubt = True
        if not error.passing or (error.sent and not self._repeatable):
            return None
        # A kept-alive connection that had broken is replaced at once.
        broken = error.sent and self.tries == 1 and self._spent() < AT_ONCE
        if not known and not broken:
            return None
        return self._next(_jitter(0.02) if broken else self._backoff())

    def worth_telling(self) -> bool:
        """Whether a person should hear, once, why nothing seems to happen."""
        if self.told or self._spent() < LONG_ENOUGH_TO_TELL:
            return False
        self.told = True
        return True

    @property
    def left(self) -> float:
        """Seconds for which it will still be tried."""
        return max(0.0, PATIENCE - self._spent())

    def _next(self, pause: float) -> float | None:
        if self._spent() + pause > PATIENCE:
            return None
        self.tries += 1
        self.paused += pause
        return pause

    def _spent(self) -> float:
        return max(self.paused, time.monotonic() - self.began)

    def _backoff(self) -> float:
        return _jitter(min(FIRST_PAUSE * 2.0 ** (self.tries - 1), 4.0))

    @property
    def _repeatable(self) -> bool:
        """Whether it can be sent again: a name to be made by the server would be made twice."""
        return self.call.method != "POST" or "generateName" not in self._metadata

    def _raced(self, error: APIError) -> bool:
        """Whether another writer came in between, where the next try sees what that one did."""
        merged = self.call.method in ("POST", "PUT") or self.call.content_type in _MERGED
        passing = isinstance(error, Conflict) and not isinstance(error, AlreadyExists)
        return merged and passing and not self._versioned and _OTHER_WRITER in str(error)

    @property
    def _versioned(self) -> bool:
        """Whether it is meant for one version of the object alone."""
        return bool(self._metadata.get("resourceVersion"))

    @property
    def _metadata(self) -> Mapping[str, Any]:
        """What is sent of an object's metadata."""
        body = self.call.body
        metadata = body.get("metadata") if isinstance(body, dict) else None
        return metadata or {}


def retry_after(error: APIError, headers: Mapping[str, str]) -> float | None:
    """When the server wants to be asked again: its header's seconds, else its Status'."""
    text = headers.get("Retry-After", "")
    if text.isdigit():
        return float(text)
    seconds = (error.status.get("details") or {}).get("retryAfterSeconds")
    return float(seconds) if isinstance(seconds, int) and seconds > 0 else None


def after_race(tries: int) -> float:
    """Seconds until the next try at what another writer came in between, after some `tries`."""
    return _jitter(0.05 * 3.0 ** (tries - 1))


def _jitter(seconds: float) -> float:
    from random import uniform

    return seconds * uniform(0.5, 1.0)
