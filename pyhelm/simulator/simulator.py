"""The simulator itself: one object that answers requests, free of sockets and frameworks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from pyhelm.simulator import (
    bootstrap,
    clock,
    discovery,
    handlers,
    openapi_documents,
    reviews,
    statuses,
    subresources,
)
from pyhelm.simulator.controllers import Controllers
from pyhelm.simulator.controllers.definitions import DEFINITIONS
from pyhelm.simulator.http import Request, Response, answer, text
from pyhelm.simulator.resources import Registry
from pyhelm.simulator.routes import Target, is_served, target_of
from pyhelm.simulator.statuses import StatusError
from pyhelm.simulator.store import Store

logger = logging.getLogger(__name__)

Verb = Callable[["Simulator", Target, Request], Response]

HEALTH = frozenset({"/healthz", "/readyz", "/livez"})
BODY_LIMIT = 3 * 1024 * 1024

ON_OBJECT: dict[str, tuple[str, Verb]] = {
    "GET": ("get", handlers.get),
    "PUT": ("update", handlers.update),
    "PATCH": ("patch", handlers.patch),
    "DELETE": ("delete", handlers.delete),
}
ON_COLLECTION: dict[str, tuple[str, Verb]] = {
    "GET": ("list", handlers.list_),
    "POST": ("create", handlers.create),
    "DELETE": ("deletecollection", handlers.delete_collection),
}


class Simulator:
    """A small honest Kubernetes API over one file, or over memory.

    `handle` answers requests and may be called from several threads. Controllers run before a
    write is answered, so that what follows from it is there at the next request; `ready_after`
    is how many seconds Pods take to start, `ca` the certificate that `kube-root-ca.crt` holds.
    """

    def __init__(
        self,
        path: Path | str = ":memory:",
        *,
        now: clock.Clock = clock.wall,
        ready_after: float = 0.0,
        ca: str = "",
    ) -> None:
        self.clock = now
        self.ready_after = ready_after
        self.store = Store(path)
        self.registry = Registry()
        self.event_names: dict[tuple[str, str, str], str] = {}
        self.event_count = 0
        self.controllers = Controllers(self)
        try:
            self._begin(ca)
        except BaseException:
            self.close()
            raise

    def _begin(self, ca: str) -> None:
        with self.store.transaction():
            self.store.set_meta("ca.crt", ca)
            bootstrap.fill(self)
            for stored in self.store.list(DEFINITIONS):
                self.registry.add_crd(stored.obj)
            self.controllers.resume()
            self.controllers.run()

    def __enter__(self) -> Simulator:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def handle(self, request: Request) -> Response:
        """The answer to one request; faults are Status objects, never exceptions."""
        try:
            return self._route(request)
        except StatusError as error:
            return answer(error.as_dict(), error.code)
        except RecursionError:
            deep = statuses.bad_request("the object is nested too deeply")
            return answer(deep.as_dict(), deep.code)
        except Exception as exc:
            logger.exception("%s %s", request.method, request.path)
            message = f"Internal error occurred: {type(exc).__name__}: {exc}"
            fault = StatusError(500, "InternalError", message)
            return answer(fault.as_dict(), fault.code)

    def tick(self) -> float | None:
        """Run what is due; gives the seconds until something is due again, None for never."""
        with self.store.lock:
            if self.controllers.has_due():
                with self.store.transaction():
                    self.controllers.run()
            return self.controllers.next_due()

    def close(self) -> None:
        """Close the file; the simulator answers no more."""
        self.store.close()

    def _route(self, request: Request) -> Response:
        path = request.path
        if len(request.body) > BODY_LIMIT:
            limit = f"limit is {BODY_LIMIT}"
            message = f"Request entity too large: {limit}"
            raise StatusError(413, "RequestEntityTooLarge", message, details={})
        if path in HEALTH or path.startswith(("/healthz/", "/readyz/", "/livez/")):
            return text("ok")
        if path == "/version":
            return answer(discovery.version())
        if path.startswith("/openapi/"):
            return openapi_documents.answer_openapi(self.registry, path, request)
        found = discovery.answer_discovery(self.registry, path, request)
        if found is not None:
            return found
        target = target_of(path, self.registry)
        if target is None and is_served(path, self.registry):
            raise statuses.no_such_resource()
        if target is None:
            return text("404 page not found\n", 404)
        return self._dispatch(target, request)

    def _dispatch(self, target: Target, request: Request) -> Response:
        if target.resource.kind in reviews.REVIEWS:
            return reviews.review(self, target, request)
        if target.subresource not in ("", "status"):
            return self._write(subresources.serve, target, request)
        method = "GET" if request.method == "HEAD" else request.method
        known = (ON_OBJECT if target.name else ON_COLLECTION).get(method)
        if known is None or known[0] not in target.resource.type.verbs:
            raise statuses.method_not_allowed()
        if target.subresource and target.resource.subresource(target.subresource) is None:
            raise statuses.no_such_resource()
        if target.subresource and method == "DELETE":
            raise statuses.method_not_allowed()
        if target.name and method == "GET" and request.flag("watch"):
            return handlers.watch(self, target, request)
        if method == "GET":
            return self._read(known[1], target, request)
        return self._write(known[1], target, request)

    def _read(self, verb: Verb, target: Target, request: Request) -> Response:
        if self.controllers.has_due():
            self.tick()
        with self.store.lock:
            return verb(self, target, request)

    def _write(self, verb: Verb, target: Target, request: Request) -> Response:
        if target.resource.namespaced and not target.namespace and request.method == "POST":
            raise statuses.method_not_allowed()
        with self.store.lock, self.store.transaction():
            response = verb(self, target, request)
            self.controllers.run()
            return response
