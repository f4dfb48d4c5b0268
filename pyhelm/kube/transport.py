"""How requests reach an API server: one method, over HTTPS or straight into the simulator."""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field
from pyhelm._typing import Iterator, Mapping, Protocol


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `path` starts with `/`, `query` pairs may repeat, `timeout` is in seconds.

    With `stream` the response's body is read line by line as it comes (watches, logs).
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    timeout: float | None = None
    stream: bool = False


@dataclass(slots=True)
class Response:
    """One answer: `body` is whole, or `lines` yields it as it comes when the request streamed."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    lines: Iterator[bytes] = field(default_factory=lambda: iter(()))

    def close(self) -> None:
        """Give the connection back, or cut a stream short."""
        close = getattr(self.lines, "close", None)
        if close is not None:
            close()


class Transport(Protocol):
    """Sends one request; raises ClusterUnreachable when there is no answer.

    Safe to use from several threads at once.
    """

    def send(self, request: Request) -> Response:
        """The server's answer, whatever its status."""

    def close(self) -> None:
        """Close what is kept open between requests; it may be used again."""
