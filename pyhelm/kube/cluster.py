"""A Kubernetes cluster as PyHelm needs it: seven verbs on dicts, and what the server can do."""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field
from pyhelm._typing import Any, Iterator, Literal, Mapping, Protocol, TypeAlias
from pyhelm.chart.capabilities import Capabilities

Object: TypeAlias = dict[str, Any]
"""A Kubernetes object as its JSON says."""

PatchType = Literal["json", "merge", "strategic"]
Propagation = Literal["Background", "Foreground", "Orphan"]


@dataclass(frozen=True, slots=True, order=True)
class ObjectRef:
    """Which object: `namespace` is empty for kinds that have none."""

    api_version: str
    kind: str
    name: str
    namespace: str = ""

    @classmethod
    def of(cls, obj: Mapping[str, Any], namespace: str = "") -> ObjectRef:
        """The reference of an object; `namespace` where its metadata names none."""
        metadata = obj.get("metadata") or {}
        return cls(
            str(obj.get("apiVersion") or ""),
            str(obj.get("kind") or ""),
            str(metadata.get("name") or ""),
            str(metadata.get("namespace") or namespace),
        )


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """One event of a watch: ADDED, MODIFIED, DELETED or BOOKMARK."""

    type: str
    object: Object = field(repr=False)


class TooMany(Exception):
    """A list that is longer than was asked for."""


class Cluster(Protocol):
    """Seven verbs; each raises the APIError of the server's answer, or ClusterUnreachable.

    `namespaced` and `capabilities` answer from built-in tables and cached discovery where they
    can. Safe to use from several threads at once.
    """

    namespace: str
    """The namespace that the settings or the kubeconfig's context select."""

    def get(self, ref: ObjectRef) -> Object:
        """One object; raises NotFound."""

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

        `metadata_only` asks for PartialObjectMetadata. Raises TooMany, after the first page, where
        there are more than `at_most` (0: any number).
        """

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
        """Events after `resource_version` until `timeout` seconds passed; raises Gone."""

    def create(self, obj: Object, *, dry_run: bool = False, validate: bool = True) -> Object:
        """Create an object (its namespace, else `self.namespace`); raises AlreadyExists."""

    def replace(
        self,
        obj: Object,
        *,
        blindly: bool = False,
        dry_run: bool = False,
        validate: bool = True,
    ) -> Object:
        """Update an object (PUT); raises Conflict when its resourceVersion is stale.

        `blindly`: whatever is there, unread. Not all kinds allow that; Secrets and ConfigMaps do.
        """

    def apply(
        self,
        obj: Object,
        *,
        field_manager: str = "helm",
        force: bool = False,
        dry_run: bool = False,
        validate: bool = True,
    ) -> Object:
        """Server-side apply, which refuses unknown fields; raises Conflict with its causes."""

    def patch(
        self,
        ref: ObjectRef,
        body: Any,
        *,
        patch_type: PatchType = "merge",
        field_manager: str = "helm",
        subresource: str = "",
        dry_run: bool = False,
        validate: bool = True,
    ) -> Object:
        """A JSON, merge or strategic merge patch."""

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

    def logs(
        self, pod: ObjectRef, *, container: str = "", tail: int = 0, previous: bool = False
    ) -> str:
        """A container's log, or its last `tail` lines; with `previous` of the run before."""

    def namespaced(self, api_version: str, kind: str) -> bool:
        """Whether objects of this kind live in namespaces; raises NotFound for unknown kinds."""

    def capabilities(self) -> Capabilities:
        """The server's version and everything that it serves."""

    def refresh(self) -> None:
        """Forget cached discovery, as after CRDs were established."""

    def check(self) -> None:
        """Helm's reachability check; raises ClusterUnreachable or CredentialsError."""

    def close(self) -> None:
        """Close the connections that are kept; it may be used again."""
