"""`/openapi/v2` and `/openapi/v3`, made of the same table that the simulator itself reads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from pyhelm import openapi
from pyhelm.simulator import openapi_protobuf
from pyhelm.simulator.http import Request, Response, answer, text
from pyhelm.simulator.resources import Registry, Resource
from pyhelm.simulator.schema import Type

Object = dict[str, Any]

REF = {"v3": "#/components/schemas/", "v2": "#/definitions/"}
EXTENSIONS = {
    "listType": "x-kubernetes-list-type",
    "mapKeys": "x-kubernetes-list-map-keys",
    "mapType": "x-kubernetes-map-type",
    "mergeKey": "x-kubernetes-patch-merge-key",
    "strategy": "x-kubernetes-patch-strategy",
    "open": "x-kubernetes-preserve-unknown-fields",
}
SAME = (
    "type",
    "format",
    "required",
    "enum",
    "default",
    "nullable",
    "pattern",
    "minimum",
    "maximum",
)
PREFIXES = (
    ("meta.", "io.k8s.apimachinery.pkg.apis."),
    ("util.", "io.k8s.apimachinery.pkg."),
    ("api.resource.", "io.k8s.apimachinery.pkg."),
    ("runtime.", "io.k8s.apimachinery.pkg."),
    ("version.", "io.k8s.apimachinery.pkg."),
    ("apiextensions.", "io.k8s.apiextensions-apiserver.pkg.apis."),
    ("apiregistration.", "io.k8s.kube-aggregator.pkg.apis."),
)
VERBS = {"create": "post", "update": "put", "patch": "patch", "delete": "delete", "get": "get"}
QUERY = ("dryRun", "fieldManager", "fieldValidation", "force", "pretty")


def answer_openapi(registry: Registry, path: str, request: Request) -> Response:
    """The document that a path names."""
    if path == "/openapi/v2":
        if openapi_protobuf.ASKED in request.accept:
            body = openapi_protobuf.document(_v2(registry))
            return Response(200, body, {"content-type": openapi_protobuf.MEDIA_TYPE})
        return answer(_v2(registry))
    if path.rstrip("/") == "/openapi/v3":
        return answer({"paths": dict(_index(registry))})
    name = path.removeprefix("/openapi/v3/").strip("/")
    api_version = name.removeprefix("apis/").removeprefix("api/")
    if not registry.has_version(api_version):
        return text("404 page not found\n", 404)
    return answer(_v3(registry, api_version))


def _index(registry: Registry) -> Iterator[tuple[str, Object]]:
    for group, versions in registry.versions().items():
        for version in versions:
            name = f"apis/{group}/{version}" if group else f"api/{version}"
            known = f"{openapi.kubernetes_version()}/{name}/{registry.generation}"
            digest = hashlib.sha256(known.encode()).hexdigest()[:32].upper()
            yield name, {"serverRelativeURL": f"/openapi/v3/{name}?hash={digest}"}


def full_name(short: str) -> str:
    """A type's name as the API server's documents have it."""
    for prefix, full in PREFIXES:
        if short.startswith(prefix):
            return full + short
    return f"io.k8s.api.{short}"


def _type_name(resource: Resource) -> str:
    if resource.schema.name:
        return full_name(resource.schema.name)
    reverse = ".".join(reversed(resource.group.split(".")))
    return f"{reverse}.{resource.type.version}.{resource.kind}"


def _v3(registry: Registry, api_version: str) -> Object:
    paths: Object = {}
    schemas: Object = {}
    for resource in registry:
        if resource.api_version == api_version:
            _collect(resource, schemas, "v3")
            paths.update(_paths(resource))
    return {
        "openapi": "3.0.0",
        "info": {"title": "PyHelm simulator", "version": openapi.kubernetes_version()},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _v2(registry: Registry) -> Object:
    paths: Object = {}
    definitions: Object = {}
    for resource in registry:
        _collect(resource, definitions, "v2")
        paths.update(_paths(resource))
    return {
        "swagger": "2.0",
        "info": {"title": "PyHelm simulator", "version": openapi.kubernetes_version()},
        "paths": paths,
        "definitions": definitions,
    }


def _collect(resource: Resource, schemas: Object, dialect: str) -> None:
    name = _type_name(resource)
    written = _schema(resource.schema, schemas, dialect, top=True)
    kind = {"group": resource.group, "version": resource.type.version, "kind": resource.kind}
    written["x-kubernetes-group-version-kind"] = [kind]
    schemas[name] = written


def _schema(type_: Type, schemas: Object, dialect: str, *, top: bool = False) -> Object:
    if type_.name and not top:
        name = full_name(type_.name)
        if name not in schemas:
            schemas[name] = {}
            schemas[name] = _schema(type_, schemas, dialect, top=True)
        return _reference(type_, REF[dialect] + name, dialect)
    out: Object = {key: type_.raw[key] for key in SAME if key in type_.raw}
    out.update({new: type_.raw[key] for key, new in EXTENSIONS.items() if key in type_.raw})
    if type_.format == "int-or-string":
        out["x-kubernetes-int-or-string"] = True
        if dialect == "v2":
            out["type"] = "string"
    elif type_.format == "quantity":
        out["type"] = "string"
    properties = {}
    for name in type_.fields:
        field = type_.field(name)
        if field is not None:
            properties[name] = _schema(field, schemas, dialect)
    if properties:
        out["properties"] = properties
    if type_.items is not None:
        out["items"] = _schema(type_.items, schemas, dialect)
    if type_.values is not None:
        out["additionalProperties"] = _schema(type_.values, schemas, dialect)
    return out


def _reference(type_: Type, reference: str, dialect: str) -> Object:
    beside = {EXTENSIONS[k]: v for k, v in type_.raw.items() if k in ("mergeKey", "strategy")}
    if dialect == "v3":
        return {"allOf": [{"$ref": reference}], **beside}
    return {"$ref": reference, **beside}


def _paths(resource: Resource) -> Iterator[tuple[str, Object]]:
    base = resource.type.path
    if resource.namespaced:
        base += "/namespaces/{namespace}"
    yield f"{base}/{resource.plural}", _operations(resource, ("create",))
    verbs = ("get", "update", "patch", "delete")
    yield f"{base}/{resource.plural}/{{name}}", _operations(resource, verbs)


def _operations(resource: Resource, verbs: tuple[str, ...]) -> Object:
    kind = {"group": resource.group, "version": resource.type.version, "kind": resource.kind}
    parameters = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in QUERY]
    return {
        VERBS[verb]: {
            "parameters": parameters,
            "responses": {"200": {"description": "OK"}},
            "x-kubernetes-action": verb,
            "x-kubernetes-group-version-kind": kind,
        }
        for verb in verbs
        if verb in resource.type.verbs
    }
