"""Objects as the client asked for them: whole, as a table, or their metadata only."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from pyhelm.simulator import statuses
from pyhelm.simulator.events import converted
from pyhelm.simulator.http import JSON, Request, Response, answer, encode
from pyhelm.simulator.store import Stored

if TYPE_CHECKING:
    from pyhelm.simulator.resources import Resource

Object = dict[str, Any]

META_GROUP = "meta.k8s.io/v1"


def asked(request: Request) -> str:
    """`Table`, `PartialObjectMetadata`, `PartialObjectMetadataList` or empty: the object itself.

    The first media type that can be served decides, as `kubectl get` sends Table before JSON.
    """
    for part in request.accept.split(","):
        parameters = dict(re.findall(r";\s*([a-z]+)=([^;,\s]+)", part))
        kind = str(parameters.get("as", ""))
        if "json" not in part and "*/*" not in part:
            continue
        if not kind:
            return ""
        if parameters.get("g") == "meta.k8s.io" and parameters.get("v") in ("v1", "v1beta1"):
            return kind
    return ""


def _body(resource: Resource, stored: Stored) -> bytes:
    obj = stored.obj
    if obj.get("apiVersion") == resource.api_version:
        return stored.data
    return encode(in_version(resource, obj))


def in_version(resource: Resource, obj: Object) -> Object:
    """An object that was stored in another version of its group, as this one writes it."""
    if obj.get("apiVersion") == resource.api_version:
        return obj
    changed = {**obj, "apiVersion": resource.api_version, "kind": resource.kind}
    return converted(changed) if resource.key == "events" else changed


def _partial(resource: Resource, obj: Object) -> Object:
    return {
        "kind": "PartialObjectMetadata",
        "apiVersion": META_GROUP,
        "metadata": obj["metadata"],
    }


def one(resource: Resource, stored: Stored, request: Request, code: int = 200) -> Response:
    """One object."""
    kind = asked(request)
    if kind == "Table":
        return answer(_table(resource, [stored], {}, _included(request)), code)
    if kind == "PartialObjectMetadata":
        return answer(_partial(resource, stored.obj), code)
    return Response(code, _body(resource, stored) + b"\n", {"content-type": JSON})


def many(
    resource: Resource, found: Sequence[Stored], metadata: Object, request: Request
) -> Response:
    """A list."""
    kind = asked(request)
    if kind == "Table":
        return answer(_table(resource, found, metadata, _included(request)))
    if kind == "PartialObjectMetadataList":
        items = [_partial(resource, stored.obj) for stored in found]
        listed = {
            "kind": "PartialObjectMetadataList",
            "apiVersion": META_GROUP,
            "metadata": metadata,
            "items": items,
        }
        return answer(listed)
    bodies = b",".join(_body(resource, stored) for stored in found)
    head = encode(
        {"kind": f"{resource.kind}List", "apiVersion": resource.api_version, "metadata": metadata}
    )
    body = head[:-1] + b',"items":[' + bodies + b"]}\n"
    return Response(200, body, {"content-type": JSON})


def watched(resource: Resource, request: Request) -> Callable[[Stored], bytes]:
    """How a watch writes its objects; a table's columns are told once."""
    kind = asked(request)
    if kind == "Table":
        told, include = False, _included(request)

        def table(stored: Stored) -> bytes:
            nonlocal told
            rows = _table(resource, [stored], {}, include)
            if told:
                rows["columnDefinitions"] = None
            told = True
            return encode(rows)

        return table
    if kind == "PartialObjectMetadata":
        return lambda stored: encode(_partial(resource, stored.obj))
    return lambda stored: _body(resource, stored)


def _included(request: Request) -> str:
    """What a table's rows hold of their objects."""
    include = request.param("includeObject") or "Metadata"
    if include not in ("Metadata", "Object", "None"):
        raise statuses.bad_request(
            "Unable to convert to Table as requested: includeObject: Invalid value: "
            f"\"{include}\": must be 'Metadata', 'Object', 'None', or empty"
        )
    return include


def _table(resource: Resource, found: Sequence[Stored], metadata: Object, include: str) -> Object:
    from pyhelm.simulator import tables

    objects = [in_version(resource, stored.obj) for stored in found]
    return tables.table(resource, objects, metadata, include=include)


def written(
    resource: Resource,
    obj: Object,
    request: Request,
    *,
    code: int = 200,
    warnings: list[str] | None = None,
) -> Response:
    """What answers a write."""
    obj = in_version(resource, obj)
    kind = asked(request)
    if kind == "PartialObjectMetadata":
        response = answer(_partial(resource, obj), code)
    elif kind == "Table":
        response = answer(_table(resource, [Stored(0, obj, None)], {}, _included(request)), code)
    else:
        response = answer(obj, code)
    if warnings:
        told = [f'299 - "{_quoted(warning)}"' for warning in warnings]
        response.headers["warning"] = ", ".join(told)
    return response


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def deleted(resource: Resource, obj: Object, *, gone: bool, request: Request) -> Response:
    """What answers a delete: the object where it is still there, a Status where it's gone."""
    if not gone or resource.kind in ("Pod", "Service", "PersistentVolumeClaim"):
        return written(resource, obj, request)
    metadata = obj["metadata"]
    details = {"name": metadata["name"], "group": resource.group, "kind": resource.plural}
    details["uid"] = metadata["uid"]
    return answer(statuses.success({key: value for key, value in details.items() if value}))
