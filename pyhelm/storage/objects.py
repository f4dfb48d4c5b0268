"""What the drivers that keep records in the cluster share: objects with labels and a body."""

from __future__ import annotations

from contextlib import contextmanager

from pyhelm._dataclass import replace
from pyhelm._typing import Any, Callable, Iterator, Mapping
from pyhelm.errors import AlreadyExists, APIError, NotFound, ReleaseExists, ReleaseNotFound
from pyhelm.kube.cluster import Cluster, ObjectRef
from pyhelm.storage.driver import Record

LIMIT = 1024 * 1024
"""Bytes of what a Secret or ConfigMap may hold: the API server refuses more."""

Body = Callable[[str], Mapping[str, Any]]
"""From a record's body to the fields of the object that hold it."""


class ObjectDriver:
    """Records as objects of one kind; `to_fields` and `to_body` say how the body is held."""

    def __init__(
        self,
        name: str,
        kind: str,
        cluster: Cluster,
        namespace: str,
        *,
        to_fields: Body,
        to_body: Callable[[Mapping[str, Any]], str],
    ) -> None:
        self.name = name
        self.limit = LIMIT
        self._kind = kind
        self._cluster = cluster
        self._namespace = namespace
        self._to_fields = to_fields
        self._to_body = to_body

    def create(self, record: Record) -> Record:
        """Store a new record; raises ReleaseExists."""
        try:
            with _doing("create: failed to create"):
                made = self._cluster.create(self._object(record))
        except AlreadyExists as exc:
            raise ReleaseExists("release: already exists") from exc
        return replace(record, uid=str(made["metadata"].get("uid") or ""))

    def get(self, key: str, namespace: str = "") -> Record:
        """Read one record; raises ReleaseNotFound."""
        try:
            with _doing(f'get: failed to get "{key}"'):
                return self._record(self._cluster.get(self._ref(key, namespace)))
        except NotFound as exc:
            raise ReleaseNotFound("release: not found") from exc

    def update(self, record: Record) -> None:
        """Replace a record; raises ReleaseNotFound."""
        try:
            with _doing("update: failed to update"):
                self._cluster.replace(self._object(record), blindly=True)
        except NotFound as exc:
            raise ReleaseNotFound("release: not found") from exc

    def delete(self, key: str) -> None:
        """Drop a record; raises ReleaseNotFound."""
        try:
            self._cluster.delete(self._ref(key))
        except NotFound as exc:
            raise ReleaseNotFound("release: not found") from exc

    def list(
        self, selector: str = "", *, all_namespaces: bool = False, metadata_only: bool = False
    ) -> list[Record]:
        """The records that a selector matches, in this namespace or in all."""
        what = "query: failed to query with labels" if selector else "list: failed to list"
        with _doing(what):
            found = self._cluster.list(
                "v1",
                self._kind,
                "" if all_namespaces else self._namespace,
                label_selector=f"owner=helm,{selector}".rstrip(","),
                metadata_only=metadata_only,
            )
        return [self._record(each) for each in found]

    def close(self) -> None:
        """Nothing is open: the cluster is its owner's."""

    def _ref(self, key: str, namespace: str = "") -> ObjectRef:
        return ObjectRef("v1", self._kind, key, namespace or self._namespace)

    def _object(self, record: Record) -> dict[str, Any]:
        metadata: dict[str, Any] = {
            "name": record.key,
            "namespace": record.namespace,
            "labels": dict(record.labels),
        }
        if record.owner:
            key, uid = record.owner
            owner = {"apiVersion": "v1", "kind": self._kind, "name": key, "uid": uid}
            metadata["ownerReferences"] = [owner]
        return {
            "apiVersion": "v1",
            "kind": self._kind,
            "metadata": metadata,
            **self._to_fields(record.body),
        }

    def _record(self, obj: Mapping[str, Any]) -> Record:
        metadata = obj.get("metadata") or {}
        return Record(
            key=str(metadata.get("name") or ""),
            namespace=str(metadata.get("namespace") or ""),
            labels=metadata.get("labels") or {},
            body=self._to_body(obj),
            uid=str(metadata.get("uid") or ""),
        )


@contextmanager
def _doing(what: str) -> Iterator[None]:
    """Puts Helm's words before the server's."""
    try:
        yield
    except APIError as exc:
        raise type(exc)({**exc.status, "message": f"{what}: {exc}"}) from exc
