"""Discovery: which groups, versions and resources there are, in the old and the aggregated form."""

from __future__ import annotations

from typing import Any

from pyhelm import openapi
from pyhelm.simulator.http import Request, Response, answer
from pyhelm.simulator.resources import Registry, Resource

Object = dict[str, Any]

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
SCALE = {"group": "autoscaling", "version": "v1", "kind": "Scale"}
FOREIGN_KINDS = {
    "Scale": SCALE,
    "Eviction": {"group": "policy", "version": "v1", "kind": "Eviction"},
    "TokenRequest": {"group": "authentication.k8s.io", "version": "v1", "kind": "TokenRequest"},
}


def version() -> Object:
    """`/version`."""
    git = openapi.kubernetes_version()
    major, minor = git.lstrip("v").split(".")[:2]
    return {
        "major": major,
        "minor": minor,
        "emulationMajor": major,
        "emulationMinor": minor,
        "minCompatibilityMajor": major,
        "minCompatibilityMinor": str(int(minor) - 1),
        "gitVersion": git,
        "gitCommit": "pyhelm-simulator",
        "gitTreeState": "",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "none",
        "compiler": "none",
        "platform": "pyhelm/simulator",
    }


def answer_discovery(registry: Registry, path: str, request: Request) -> Response | None:
    """`/api`, `/apis` and what lies right below them; None for anything else."""
    parts = path.strip("/").split("/")
    aggregated = "apidiscovery.k8s.io" in request.accept and "v=v2" in request.accept
    if aggregated and path.rstrip("/") in ("/api", "/apis"):
        return answer(_aggregated(registry, core=parts[0] == "api"), 200, AGGREGATED)
    if parts == ["api"]:
        return answer({"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []})
    if parts == ["apis"]:
        groups = [_group(name, versions) for name, versions in registry.versions().items() if name]
        return answer({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
    if parts[0] == "api" and len(parts) == 2:
        return _resources(registry, parts[1])
    if parts[0] == "apis" and len(parts) == 2:
        versions = registry.versions().get(parts[1])
        if versions is None:
            return None
        return answer({"kind": "APIGroup", "apiVersion": "v1", **_group(parts[1], versions)})
    if parts[0] == "apis" and len(parts) == 3:
        return _resources(registry, f"{parts[1]}/{parts[2]}")
    return None


def _group(name: str, versions: list[str]) -> Object:
    listed = [{"groupVersion": f"{name}/{version}", "version": version} for version in versions]
    return {"name": name, "versions": listed, "preferredVersion": listed[0]}


def _resources(registry: Registry, api_version: str) -> Response | None:
    found = [resource for resource in registry if resource.api_version == api_version]
    if not found:
        return None
    rows: list[Object] = []
    for resource in found:
        rows.append(_row(resource))
        rows += [_sub_row(resource, sub.name) for sub in resource.type.subresources]
    return answer(
        {
            "kind": "APIResourceList",
            "apiVersion": "v1",
            "groupVersion": api_version,
            "resources": rows,
        }
    )


def _row(resource: Resource) -> Object:
    row: Object = {
        "name": resource.plural,
        "singularName": resource.type.singular,
        "namespaced": resource.namespaced,
        "kind": resource.kind,
        "verbs": list(resource.type.verbs),
    }
    if resource.type.short_names:
        row["shortNames"] = list(resource.type.short_names)
    if resource.type.categories:
        row["categories"] = list(resource.type.categories)
    return row


def _sub_row(resource: Resource, name: str) -> Object:
    sub = resource.subresource(name)
    assert sub is not None
    row: Object = {
        "name": f"{resource.plural}/{name}",
        "singularName": "",
        "namespaced": resource.namespaced,
        **FOREIGN_KINDS.get(sub.kind, {}),
        "kind": sub.kind,
        "verbs": list(sub.verbs),
    }
    return row


def _aggregated(registry: Registry, *, core: bool) -> Object:
    groups: dict[str, dict[str, list[Object]]] = {}
    for resource in registry:
        if (resource.group == "") is not core:
            continue
        versions = groups.setdefault(resource.group, {})
        versions.setdefault(resource.type.version, []).append(_discovered(resource))
    items = []
    for group, versions in groups.items():
        listed = [
            {"version": version, "resources": resources, "freshness": "Current"}
            for version, resources in versions.items()
        ]
        items.append({"metadata": {"name": group} if group else {}, "versions": listed})
    return {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": "apidiscovery.k8s.io/v2",
        "metadata": {},
        "items": items,
    }


def _discovered(resource: Resource) -> Object:
    out: Object = {
        "resource": resource.plural,
        "responseKind": _kind(resource, resource.kind),
        "scope": "Namespaced" if resource.namespaced else "Cluster",
        "singularResource": resource.type.singular,
        "verbs": list(resource.type.verbs),
    }
    if resource.type.short_names:
        out["shortNames"] = list(resource.type.short_names)
    if resource.type.categories:
        out["categories"] = list(resource.type.categories)
    if resource.type.subresources:
        out["subresources"] = [
            {
                "subresource": sub.name,
                "responseKind": _kind(resource, sub.kind),
                "verbs": list(sub.verbs),
            }
            for sub in resource.type.subresources
        ]
    return out


def _kind(resource: Resource, kind: str) -> Object:
    foreign = FOREIGN_KINDS.get(kind)
    if foreign is not None:
        return dict(foreign)
    return {"group": resource.group, "version": resource.type.version, "kind": kind}
