"""One request and one answer, free of any web framework: the seam of every way in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyhelm.simulator.watch import Watch

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `headers` have lower-case names, `user` is who the token belongs to."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    user: str = "kubernetes-admin"

    def param(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        return next((value for key, value in self.query if key == name), default)

    def flag(self, name: str) -> bool:
        """Whether a boolean query parameter is set."""
        return self.param(name).lower() in ("1", "true", "t")

    @property
    def accept(self) -> str:
        """The Accept header."""
        return self.headers.get("accept", "")


@dataclass(slots=True)
class Response:
    """One answer: `body` is whole, unless `watch` streams it."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": JSON})
    watch: Watch | None = None


def encode(obj: Any) -> bytes:
    """JSON as the API server writes it: compact, UTF-8, one line."""
    return json.dumps(obj, separators=(",", ":"), ensure_ascii=False).encode()


def answer(obj: Any, status: int = 200, content_type: str = JSON) -> Response:
    """An answer that holds one JSON document."""
    return Response(status, encode(obj) + b"\n", {"content-type": content_type})


def text(body: str, status: int = 200) -> Response:
    """An answer of plain text."""
    return Response(status, body.encode(), {"content-type": "text/plain; charset=utf-8"})
