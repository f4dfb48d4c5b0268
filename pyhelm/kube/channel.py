"""What a way to a server takes and gives: `connections` goes straight, `proxied` by a proxy."""

from __future__ import annotations

from pyhelm._dataclass import dataclass
from pyhelm._typing import Mapping, Protocol


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request as it is sent: `target` is its path and query, a header may repeat.

    Raises NotSent where the text could be read as more than one request.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    connect_seconds: float
    read_seconds: float

    def __post_init__(self) -> None:
        if any(character <= " " or character == "\x7f" for character in self.target):
            raise NotSent("invalid character in the URL of the server", passing=False)
        for name, value in self.headers:
            if any(character in "\r\n\0" for character in name + value):
                problem = f'net/http: invalid header field value for "{name.strip()}"'
                raise NotSent(problem, passing=False)


class Unanswered(Exception):
    """No answer, and why, in Go's words where users know those.

    `passing` says that the server may be there soon: what is misconfigured stays so; `sent` that it
    may have got the request, and done what it says. `tls` is said of the handshake, `proxy` of the
    way there.
    """

    sent = True

    def __init__(
        self, reason: str, *, passing: bool = True, tls: bool = False, proxy: bool = False
    ) -> None:
        super().__init__(reason)
        self.passing, self.tls, self.proxy = passing, tls, proxy


class NotSent(Unanswered):
    """No answer, since there was no connection on which to ask."""

    sent = False


class Answer(Protocol):
    """An answer whose head is there."""

    @property
    def status(self) -> int:
        """The code of HTTP."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, with a list of the values of those that repeat."""

    def read(self) -> bytes:
        """The whole body; raises Unanswered."""

    def chunk(self) -> bytes:
        """The next piece of the body, empty at its end; raises Unanswered."""

    def shutdown(self) -> None:
        """End what comes, even while another thread waits for it, and close the connection."""


class Channel(Protocol):
    """Connections with one client certificate; for several threads at once."""

    def open(self, exchange: Exchange) -> Answer:
        """Send a request and read the answer's head; raises Unanswered."""

    def close(self) -> None:
        """Close the connections that are idle."""
