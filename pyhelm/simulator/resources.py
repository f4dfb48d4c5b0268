"""What is served: the built-in resources, and those that CRDs add while the simulator runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyhelm import openapi
from pyhelm.openapi import ResourceType, Subresource
from pyhelm.simulator import schema
from pyhelm.simulator.schema import Type

VERBS = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")
GENERATION = frozenset(
    [
        "Deployment",
        "ReplicaSet",
        "StatefulSet",
        "DaemonSet",
        "Job",
        "CronJob",
        "Pod",
        "Ingress",
        "NetworkPolicy",
        "HorizontalPodAutoscaler",
        "PodDisruptionBudget",
        "ReplicationController",
        "EndpointSlice",
        "PriorityClass",
        "CustomResourceDefinition",
        "ValidatingWebhookConfiguration",
        "MutatingWebhookConfiguration",
        "FlowSchema",
        "PriorityLevelConfiguration",
        "IngressClass",
    ]
)
"""Kinds whose `metadata.generation` the API server counts."""

NO_STATUS_RESET = frozenset({"Event"})


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource in one version; `key` is where its objects lie, whatever the version."""

    type: ResourceType
    schema: Type
    is_custom: bool = False
    columns: tuple[Mapping[str, Any], ...] = ()
    scale_paths: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """`deployments.apps`, `pods`; events of both groups are one."""
        name = self.type.qualified_name
        return "events" if name == "events.events.k8s.io" else name

    @property
    def group(self) -> str:
        return self.type.group

    @property
    def kind(self) -> str:
        return self.type.kind

    @property
    def plural(self) -> str:
        return self.type.plural

    @property
    def api_version(self) -> str:
        return self.type.api_version

    @property
    def namespaced(self) -> bool:
        return self.type.namespaced

    def subresource(self, name: str) -> Subresource | None:
        """A subresource by its name."""
        return next((sub for sub in self.type.subresources if sub.name == name), None)

    @property
    def has_status(self) -> bool:
        """Whether `status` is written through its subresource only."""
        return self.subresource("status") is not None

    @property
    def counts_generation(self) -> bool:
        """Whether a change of the spec raises `metadata.generation`."""
        return self.is_custom or self.kind in GENERATION


class Registry:
    """All resources that are served now."""

    def __init__(self) -> None:
        self._by_path: dict[tuple[str, str], Resource] = {}
        self._by_kind: dict[tuple[str, str], Resource] = {}
        self._by_key: dict[str, Resource] = {}
        self.generation = 0
        for resource_type in openapi.resources():
            known = schema.built_in(resource_type.api_version, resource_type.kind)
            self._add(Resource(resource_type, known or schema.ANY))

    def _add(self, resource: Resource) -> None:
        self._by_path[resource.api_version, resource.plural] = resource
        self._by_kind[resource.api_version, resource.kind] = resource
        self._by_key.setdefault(resource.key, resource)
        self.generation += 1

    def at(self, api_version: str, plural: str) -> Resource | None:
        """The resource of a path."""
        return self._by_path.get((api_version, plural))

    def of(self, api_version: str, kind: str) -> Resource | None:
        """The resource of a kind."""
        return self._by_kind.get((api_version, kind))

    def stored(self, key: str) -> Resource | None:
        """The resource whose objects lie under a key, in its preferred version."""
        return self._by_key.get(key)

    def __iter__(self) -> Iterator[Resource]:
        return iter(tuple(self._by_path.values()))

    def versions(self) -> dict[str, list[str]]:
        """Group to its versions, in discovery's order; the core group is the empty one."""
        groups: dict[str, list[str]] = {}
        for resource in self:
            versions = groups.setdefault(resource.group, [])
            if resource.type.version not in versions:
                versions.append(resource.type.version)
        return groups

    def has_version(self, api_version: str) -> bool:
        """Whether anything is served under a group and version."""
        return any(resource.api_version == api_version for resource in self)

    def add_crd(self, crd: Mapping[str, Any]) -> None:
        """Serve what a CustomResourceDefinition defines."""
        self.remove_crd(crd)
        for resource in custom_resources(crd):
            self._add(resource)

    def remove_crd(self, crd: Mapping[str, Any]) -> None:
        """Stop serving it."""
        spec = crd["spec"]
        group, plural = spec["group"], spec["names"]["plural"]
        for resource in self:
            if resource.is_custom and (resource.group, resource.plural) == (group, plural):
                self._by_path.pop((resource.api_version, resource.plural), None)
                self._by_kind.pop((resource.api_version, resource.kind), None)
                self._by_key.pop(resource.key, None)
                self.generation += 1


def custom_resources(crd: Mapping[str, Any]) -> list[Resource]:
    """The served versions of a CustomResourceDefinition, the stored one first."""
    spec = crd["spec"]
    served = [version for version in spec.get("versions", ()) if version.get("served")]
    served.sort(key=lambda version: not version.get("storage"))
    return [_custom(spec, version) for version in served]


def _custom(spec: Mapping[str, Any], version: Mapping[str, Any]) -> Resource:
    names = spec["names"]
    declared = version.get("subresources") or {}
    subresources = []
    if "status" in declared:
        subresources.append(Subresource("status", names["kind"], ("get", "patch", "update")))
    if "scale" in declared:
        subresources.append(Subresource("scale", "Scale", ("get", "patch", "update")))
    resource_type = ResourceType(
        api_version=f"{spec['group']}/{version['name']}",
        kind=names["kind"],
        plural=names["plural"],
        singular=names.get("singular") or names["kind"].lower(),
        namespaced=spec.get("scope") != "Cluster",
        verbs=VERBS,
        short_names=tuple(names.get("shortNames") or ()),
        categories=tuple(names.get("categories") or ()),
        subresources=tuple(subresources),
    )
    declared_schema = (version.get("schema") or {}).get("openAPIV3Schema")
    columns = tuple(version.get("additionalPrinterColumns") or ())
    return Resource(
        resource_type,
        schema.custom(declared_schema),
        is_custom=True,
        columns=columns,
        scale_paths=declared.get("scale") or {},
    )
