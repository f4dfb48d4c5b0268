"""A transport that answers from a table, and a cluster of dicts whose watches a test feeds."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pyhelm import openapi
from pyhelm.errors import NotFound
from pyhelm.kube.cluster import Object, ObjectRef, WatchEvent
from pyhelm.kube.transport import Request, Response


def answer(body: Any, status: int = 200, **headers: str) -> Response:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(
        status, {name.replace("_", "-"): value for name, value in headers.items()}, text
    )


def refusal(code: int, reason: str, message: str = "no", **headers: str) -> Response:
    status = {"kind": "Status", "code": code, "reason": reason, "message": message}
    return answer(status, code, **headers)


@dataclass
class FakeTransport:
    """Gives the answers it was made with, in turn, and keeps the requests."""

    answers: list[Response]
    requests: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        return self.answers.pop(0)

    def close(self) -> None:
        """Nothing is open."""

    @property
    def last(self) -> Request:
        return self.requests[-1]


class Unasked:
    """A cluster of which nothing may be asked: the base of those that know some verbs only."""

    namespace = "default"

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        raise AssertionError("this fake is not meant to be asked for that")

    get = list = watch = create = replace = apply = patch = delete = logs = _refuse
    namespaced = capabilities = refresh = check = close = _refuse


@dataclass
class FakeCluster(Unasked):
    """Objects by reference; `put` and `drop` reach open watches."""

    objects: dict[ObjectRef, Object] = field(default_factory=dict)
    namespace: str = "default"
    watches: list[queue.Queue[WatchEvent | None]] = field(default_factory=list)
    refreshed: int = 0
    watch_error: Exception | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, obj: Object) -> None:
        with self.lock:
            known = ObjectRef.of(obj) in self.objects
            self.objects[ObjectRef.of(obj)] = obj
            for watch in self.watches:
                watch.put(WatchEvent("MODIFIED" if known else "ADDED", obj))

    def drop(self, ref: ObjectRef) -> None:
        with self.lock:
            obj = self.objects.pop(ref)
            for watch in self.watches:
                watch.put(WatchEvent("DELETED", obj))

    def get(self, ref: ObjectRef) -> Object:
        with self.lock:
            if ref not in self.objects:
                raise NotFound({"code": 404, "reason": "NotFound", "message": "not found"})
            return self.objects[ref]

    def list(
        self, api_version: str, kind: str, namespace: str = "", **selectors: Any
    ) -> list[Object]:
        wanted = dict(
            term.split("=") for term in selectors.get("field_selector", "").split(",") if term
        )
        about = wanted.get("involvedObject.name")
        with self.lock:
            return [
                obj
                for ref, obj in self.objects.items()
                if (ref.api_version, ref.kind) == (api_version, kind)
                and namespace in ("", ref.namespace)
                and about in (None, (obj.get("involvedObject") or {}).get("name"))
            ]

    def watch(self, *args: Any, **kwargs: Any) -> Iterator[WatchEvent]:
        if self.watch_error is not None:
            raise self.watch_error
        feed: queue.Queue[WatchEvent | None] = queue.Queue()
        with self.lock:
            self.watches.append(feed)
        return Feed(feed)

    def logs(self, pod: ObjectRef, **options: Any) -> str:
        return "no database\n"

    def namespaced(self, api_version: str, kind: str) -> bool:
        resource = openapi.resource_for(api_version, kind)
        if resource is None and self.refreshed == 0:
            raise NotFound({"code": 404, "message": f'no matches for kind "{kind}"'})
        return resource is None or resource.namespaced

    def refresh(self) -> None:
        self.refreshed += 1


class Feed(Iterator[WatchEvent]):
    def __init__(self, feed: queue.Queue[WatchEvent | None]) -> None:
        self.feed = feed

    def __next__(self) -> WatchEvent:
        event = self.feed.get()
        if event is None:
            raise StopIteration
        return event

    def close(self) -> None:
        self.feed.put(None)
