"""The Cluster over a Transport: dicts in and out, no discovery for built-in kinds."""

from __future__ import annotations

import json

from pyhelm._lazy import logger_of
from pyhelm._typing import Any, Iterator
from pyhelm.chart.capabilities import Capabilities
from pyhelm.errors import (
    AlreadyExists,
    APIError,
    ClusterUnreachable,
    Conflict,
    CredentialsError,
    Gone,
    Invalid,
    NotFound,
    Unauthorized,
)
from pyhelm.kube import traces
from pyhelm.kube.cluster import (
    Object,
    ObjectRef,
    PatchType,
    Propagation,
    TooMany,
    WatchEvent,
)
from pyhelm.kube.discovery import Discovery, no_match
from pyhelm.kube.kept import KeptDocuments
from pyhelm.kube.rest import APPLY, JSON, Call, Query, Rest, error_for, object_in
from pyhelm.kube.server_warnings import ServerWarnings
from pyhelm.kube.side_by_side import pause
from pyhelm.kube.transport import Response, Transport
from pyhelm.kube.urls import quoted
from pyhelm.openapi import ResourceType

log = logger_of(__name__)

PAGE = 500
REREAD = (0.01, 0.05, 0.25, 1.0)
"""Seconds before an object is read again that another writer has changed meanwhile."""

METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
FIELD_MANAGER = "helm"
WATCH_GRACE = 15.0
"""Seconds that a watch may stay silent after its time-out before the connection is given up."""

_PATCHES = {
    "json": "application/json-patch+json",
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
}
_DRY_RUN: Query = (("dryRun", "All"),)
_STRICT: Query = (("fieldValidation", "Strict"),)
_IGNORE: Query = (("fieldValidation", "Ignore"),)


class KubeClient:
    """One Kubernetes API server; implements the Cluster protocol.

    `where` names it in messages. `qps` above zero limits the requests a second; `kept` is what
    earlier runs found the server to serve.
    """

    def __init__(
        self,
        transport: Transport,
        namespace: str = "default",
        *,
        qps: float = 0.0,
        burst: int = 100,
        where: str = "",
        kept: KeptDocuments | None = None,
    ) -> None:
        self.namespace = namespace
        self._where = f" of {where}" if where else ""
        self._transport = transport
        self._rest = Rest(transport, qps=qps, burst=burst)
        self._discovery = Discovery(self._rest, kept)
        self._warnings = ServerWarnings()

    def __enter__(self) -> KubeClient:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that are kept; it may be used again."""
        self._transport.close()

    def get(self, ref: ObjectRef) -> Object:
        """One object; raises NotFound."""
        return self._call(ref, Call("GET", self._path(ref)))

    def list(
        self,
        api_version: str,
        kind: str,
        namespace: str = "",
        *,
        label_selector: str = "",
        field_selector: str = "",
        metadata_only: bool = False,
        at_most: int = 0,
    ) -> list[Object]:
        """All objects of a kind, in pages of 500; an empty namespace means all of them.

        Raises TooMany, after the first page, where there are more than `at_most` (0: any number).
        """
        resource = self._discovery.resource(api_version, kind)
        query = _selectors(label_selector, field_selector)
        accept = METADATA if metadata_only else JSON
        path = _collection(resource, namespace)
        try:
            rows = list(self._pages(Call("GET", path, query, accept=accept), at_most))
        except Gone:
            log.debug("a page of %s came too late, listing without pages", path)
            rows = self._rest.json(Call("GET", path, query, accept=accept)).get("items") or []
        for row in rows:
            row.update(apiVersion=api_version, kind=kind)
        return rows

    def watch(
        self,
        api_version: str,
        kind: str,
        namespace: str = "",
        *,
        label_selector: str = "",
        field_selector: str = "",
        resource_version: str = "",
        timeout: float = 60,
    ) -> Iterator[WatchEvent]:
        """Events after `resource_version` until `timeout` seconds passed; raises Gone.

        It may end sooner, as any watch. Its `close` may be called from another thread.
        """
        resource = self._discovery.resource(api_version, kind)
        query = (
            *_selectors(label_selector, field_selector),
            ("watch", "true"),
            ("allowWatchBookmarks", "true"),
            ("timeoutSeconds", str(max(1, round(timeout)))),
            *((("resourceVersion", resource_version),) if resource_version else ()),
        )
        path = _collection(resource, namespace)
        call = Call("GET", path, query, timeout=timeout + WATCH_GRACE, stream=True)
        return Watch(self._rest.response(call))

    def create(self, obj: Object, *, dry_run: bool = False, validate: bool = True) -> Object:
        """Create an object; raises AlreadyExists."""
        ref = ObjectRef.of(obj)
        resource = self._discovery.resource(ref.api_version, ref.kind)
        path = _collection(resource, ref.namespace or self.namespace)
        query = _writing(FIELD_MANAGER, dry_run=dry_run, validate=validate)
        body = self._placed(obj, resource)
        try:
            return self._call(ref, Call("POST", path, query, body))
        except AlreadyExists as exc:
            return self._own(ref, body, exc, traces.created)

    def replace(
        self,
        obj: Object,
        *,
        blindly: bool = False,
        dry_run: bool = False,
        validate: bool = True,
    ) -> Object:
        """Update an object (PUT); raises Conflict when its resourceVersion is stale.

        One without a resourceVersion replaces whatever is there (Helm's `--force-replace`);
        `blindly`, without reading it first, which not all kinds allow.
        """
        ref = ObjectRef.of(obj)
        if blindly or obj["metadata"].get("resourceVersion"):
            return self._put(ref, obj, dry_run=dry_run, validate=validate)
        for seconds in REREAD:
            try:
                return self._put(ref, self._versioned(ref, obj), dry_run=dry_run, validate=validate)
            except Conflict as exc:
                log.debug("%s; reading it again", exc)
                pause(seconds)
        return self._put(ref, self._versioned(ref, obj), dry_run=dry_run, validate=validate)

    def _versioned(self, ref: ObjectRef, obj: Object) -> Object:
        version = self.get(ref)["metadata"]["resourceVersion"]
        return {**obj, "metadata": {**obj["metadata"], "resourceVersion": version}}

    def _put(self, ref: ObjectRef, obj: Object, *, dry_run: bool, validate: bool) -> Object:
        query = _writing(FIELD_MANAGER, _STRICT, dry_run=dry_run, validate=validate)
        try:
            return self._call(ref, Call("PUT", self._path(ref), query, obj))
        except Conflict as exc:
            return self._own(ref, obj, exc, traces.replaced)

    def _own(self, ref: ObjectRef, sent: Object, error: APIError, ours: traces.Ours) -> Object:
        """The object that is in a request's way, if an earlier try of it made that."""
        if error.repeated:
            live = self.get(ref)
            if ours(live, sent):
                return live
        raise error

    def apply(
        self,
        obj: Object,
        *,
        field_manager: str = FIELD_MANAGER,
        force: bool = False,
        dry_run: bool = False,
        validate: bool = True,
    ) -> Object:
        """Server-side apply; raises Conflict with its causes."""
        ref = ObjectRef.of(obj)
        body = self._placed(obj, self._discovery.resource(ref.api_version, ref.kind))
        query = (
            ("force", "true" if force else "false"),
            *_writing(field_manager, _STRICT, dry_run=dry_run, validate=validate),
        )
        return self._call(ref, Call("PATCH", self._path(ref), query, body, APPLY))

    def patch(
        self,
        ref: ObjectRef,
        body: Any,
        *,
        patch_type: PatchType = "merge",
        field_manager: str = FIELD_MANAGER,
        subresource: str = "",
        dry_run: bool = False,
        validate: bool = True,
    ) -> Object:
        """A JSON, merge or strategic merge patch."""
        query = _writing(field_manager, dry_run=dry_run, validate=validate)
        path = self._path(ref) + (f"/{subresource}" if subresource else "")
        return self._call(ref, Call("PATCH", path, query, body, _PATCHES[patch_type]))

    def delete(
        self,
        ref: ObjectRef,
        *,
        propagation: Propagation = "Background",
        dry_run: bool = False,
        version: str = "",
    ) -> None:
        """Delete an object, only at this resourceVersion if one is named.

        Raises NotFound, or Conflict when it has changed.
        """
        body: Object = {
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "propagationPolicy": propagation,
        }
        if version:
            body["preconditions"] = {"resourceVersion": version}
        query = _DRY_RUN if dry_run else ()
        try:
            self._call(ref, Call("DELETE", self._path(ref), query, body))
        except NotFound as exc:
            if not exc.repeated:
                raise

    def logs(
        self, pod: ObjectRef, *, container: str = "", tail: int = 0, previous: bool = False
    ) -> str:
        """A container's log, or its last `tail` lines; with `previous` of the run before."""
        query = (
            *((("container", container),) if container else ()),
            *((("tailLines", str(tail)),) if tail else ()),
            *((("previous", "true"),) if previous else ()),
        )
        call = Call("GET", self._path(pod) + "/log", query, accept="*/*")
        return self._rest.bytes(call).decode("utf-8", "replace")

    def namespaced(self, api_version: str, kind: str) -> bool:
        """Whether objects of this kind live in namespaces; raises NotFound for unknown kinds."""
        return self._discovery.resource(api_version, kind).namespaced

    def capabilities(self) -> Capabilities:
        """The server's version and everything that it serves."""
        return self._discovery.capabilities()

    def refresh(self) -> None:
        """Forget cached discovery, as after CRDs were established."""
        self._discovery.forget()

    def check(self) -> None:
        """Helm's reachability check; raises ClusterUnreachable or CredentialsError."""
        try:
            self._discovery.version()
        except Unauthorized as exc:
            raise CredentialsError(
                f"kubernetes cluster unreachable: {exc}; the token or certificate{self._where} "
                "is missing, wrong or expired"
            ) from exc
        except APIError as exc:
            raise ClusterUnreachable(f"kubernetes cluster unreachable: {exc}") from exc

    def _call(self, ref: ObjectRef, call: Call) -> Object:
        try:
            answer = self._rest.response(call)
        except NotFound as exc:
            if not exc.reason:
                # A bare 404: this server has no such path, so no such kind (any more).
                self._discovery.forget()
                raise no_match(ref.api_version, ref.kind) from exc
            raise
        self._warnings.tell(ref, answer.headers)
        return object_in(answer)

    def _placed(self, obj: Object, resource: ResourceType) -> Object:
        """The object with its namespace, which the server's messages repeat (as Helm sends it)."""
        metadata = obj.get("metadata") or {}
        if not resource.namespaced or metadata.get("namespace"):
            return obj
        return {**obj, "metadata": {**metadata, "namespace": self.namespace}}

    def _path(self, ref: ObjectRef) -> str:
        resource = self._discovery.resource(ref.api_version, ref.kind)
        return f"{_collection(resource, ref.namespace or self.namespace)}/{_segment(ref.name)}"

    def _pages(self, call: Call, at_most: int = 0) -> Iterator[Object]:
        token = ""
        while True:
            paging: Query = (("limit", str(PAGE)), *((("continue", token),) if token else ()))
            page = self._rest.json(Call("GET", call.path, call.query + paging, accept=call.accept))
            items = page.get("items") or []
            yield from items
            metadata = page.get("metadata") or {}
            token = metadata.get("continue") or ""
            if not token:
                return
            if 0 < at_most < len(items) + int(metadata.get("remainingItemCount") or 0):
                raise TooMany


class Watch(Iterator[WatchEvent]):
    """The events of one open watch; `close` ends it, also for a thread that waits in it."""

    def __init__(self, response: Response) -> None:
        self._response = response
        self._lines = iter(response.lines)

    def __next__(self) -> WatchEvent:
        try:
            event = json.loads(next(self._lines))
        except ValueError:
            raise StopIteration from None  # cut within a line
        if event["type"] == "ERROR":
            raise error_for(event["object"])
        return WatchEvent(event["type"], event["object"])

    def close(self) -> None:
        """Stop watching."""
        self._response.close()


def _collection(resource: ResourceType, namespace: str) -> str:
    if resource.namespaced and namespace:
        return f"{resource.path}/namespaces/{_segment(namespace)}/{resource.plural}"
    return f"{resource.path}/{resource.plural}"


def _segment(name: str) -> str:
    """A name as one segment of a path; one that would be more is refused (client-go's texts)."""
    if not name:
        raise _invalid("resource name may not be empty")
    if name in (".", ".."):
        raise _invalid(f"invalid resource name \"{name}\": [may not be '{name}']")
    for character in "/%":
        if character in name:
            raise _invalid(f"invalid resource name \"{name}\": [may not contain '{character}']")
    return quoted(name, safe=":")


def _invalid(message: str) -> Invalid:
    return Invalid({"code": 422, "reason": "Invalid", "message": message})


def _selectors(labels: str, fields: str) -> Query:
    pairs = (("labelSelector", labels), ("fieldSelector", fields))
    return tuple(pair for pair in pairs if pair[1])


def _writing(manager: str, checks: Query = (), *, dry_run: bool, validate: bool) -> Query:
    """What every write says of itself; `checks` is the validation where it is not to be left out.

    Without any, the server warns of unknown and repeated fields.
    """
    looked_for = checks if validate else _IGNORE
    return (("fieldManager", manager), *looked_for, *(_DRY_RUN if dry_run else ()))
