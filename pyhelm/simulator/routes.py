"""Paths of the API: which resource, namespace, object and subresource a request means."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from pyhelm.simulator.resources import Registry, Resource


@dataclass(frozen=True, slots=True)
class Target:
    """What a path names; `name` is empty for collections."""

    resource: Resource
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    rest: str = ""


def target_of(path: str, registry: Registry) -> Target | None:
    """The target of an API path; None where nothing is served."""
    api_version, parts = _split(path)
    if not parts:
        return None
    if parts[0] == "watch":
        parts = parts[1:]
    return _in_namespace(api_version, parts, registry) or _plain(api_version, parts, registry)


def is_served(path: str, registry: Registry) -> bool:
    """Whether a path is below a version that is served, whose errors are Status objects."""
    api_version, parts = _split(path)
    return bool(parts) and registry.has_version(api_version)


def _split(path: str) -> tuple[str, list[str]]:
    """The API version of a path, and what stands behind it; both empty for other paths."""
    parts = [unquote(part) for part in path.strip("/").split("/")]
    if parts[0] == "api" and len(parts) > 2:
        return parts[1], parts[2:]
    if parts[0] == "apis" and len(parts) > 3:
        return f"{parts[1]}/{parts[2]}", parts[3:]
    return "", []


def _in_namespace(api_version: str, parts: list[str], registry: Registry) -> Target | None:
    if len(parts) < 3 or parts[0] != "namespaces":
        return None
    resource = registry.at(api_version, parts[2])
    if resource is None or not resource.namespaced:
        return None
    return _target(resource, parts[1], parts[3:])


def _plain(api_version: str, parts: list[str], registry: Registry) -> Target | None:
    resource = registry.at(api_version, parts[0])
    if resource is None or (resource.namespaced and len(parts) > 1):
        return None
    target = _target(resource, "", parts[1:])
    if resource.key == "namespaces" and target.name:
        return Target(resource, "", target.name, target.subresource, target.rest)
    return target


def _target(resource: Resource, namespace: str, parts: list[str]) -> Target:
    name = parts[0] if parts else ""
    subresource = parts[1] if len(parts) > 1 else ""
    return Target(resource, namespace, name, subresource, "/".join(parts[2:]))
