"""The verbs of the API on one resource: get, list, watch, create, update, patch, delete."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pyhelm.simulator import objects, patches, rendering, statuses
from pyhelm.simulator.applying import server_side_apply
from pyhelm.simulator.bodies import (
    check_namespace,
    in_version,
    is_dry,
    manager_of,
    media_type,
    place,
    read_object,
)
from pyhelm.simulator.decoding import load
from pyhelm.simulator.http import Request, Response
from pyhelm.simulator.objects import Writer
from pyhelm.simulator.routes import Target
from pyhelm.simulator.selectors import parse_fields, parse_labels
from pyhelm.simulator.store import Stored
from pyhelm.simulator.watch import Watch

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]

WATCH_SECONDS = 1800.0
PATCH_TYPES = (
    patches.JSON_PATCH,
    patches.MERGE_PATCH,
    patches.STRATEGIC_PATCH,
    patches.APPLY_PATCH,
)
NOT_CREATABLE = frozenset({"Scale"})


def find(sim: Simulator, target: Target) -> Stored:
    """The object that a target names; raises 404."""
    resource = target.resource
    stored = sim.store.get(resource.key, target.namespace, target.name)
    if stored is None:
        raise statuses.not_found(resource.group, resource.plural, target.name)
    return stored


def get(sim: Simulator, target: Target, request: Request) -> Response:
    """One object."""
    return rendering.one(target.resource, find(sim, target), request)


def _selection(target: Target, request: Request) -> Any:
    resource = target.resource
    labels = parse_labels(request.param("labelSelector"))
    fields = parse_fields(request.param("fieldSelector"), resource.key, custom=resource.is_custom)
    name = target.name

    def select(obj: Object) -> bool:
        if name and obj["metadata"]["name"] != name:
            return False
        if labels is not None and not labels(obj["metadata"].get("labels") or {}):
            return False
        return fields is None or fields(obj)

    return select if labels or fields or name else None


def list_(sim: Simulator, target: Target, request: Request) -> Response:
    """A list, in pages where `limit` asks for them; or a watch."""
    if request.flag("watch"):
        return watch(sim, target, request)
    select = _selection(target, request)
    with sim.store.lock:
        found = sim.store.list(target.resource.key, target.namespace)
        version = str(sim.store.version)
    if select is not None:
        found = [stored for stored in found if select(stored.obj)]
    page, metadata = _page(found, request, version)
    return rendering.many(target.resource, page, metadata, request)


def _page(
    found: Sequence[Stored], request: Request, version: str
) -> tuple[Sequence[Stored], Object]:
    metadata: Object = {"resourceVersion": version}
    token = request.param("continue")
    if token:
        found, metadata["resourceVersion"] = _continued(found, token)
    limit = int(request.param("limit") or 0)
    if limit <= 0 or len(found) <= limit:
        return found, metadata
    page = found[:limit]
    last = page[-1].obj["metadata"]
    start = {
        "v": metadata["resourceVersion"],
        "start": [last.get("namespace", ""), last["name"]],
    }
    metadata["continue"] = base64.urlsafe_b64encode(json.dumps(start).encode()).decode()
    if not request.param("labelSelector") and not request.param("fieldSelector"):
        metadata["remainingItemCount"] = len(found) - limit
    return page, metadata


def _continued(found: Sequence[Stored], token: str) -> tuple[list[Stored], str]:
    try:
        start = json.loads(base64.urlsafe_b64decode(token))
        after = tuple(start["start"])
    except (ValueError, KeyError, TypeError) as exc:
        raise statuses.bad_request(
            f"invalid continue token: continue key is not valid: {exc}"
        ) from exc
    rest = [
        stored
        for stored in found
        if (stored.obj["metadata"].get("namespace", ""), stored.obj["metadata"]["name"]) > after
    ]
    return rest, start["v"]


def watch(sim: Simulator, target: Target, request: Request) -> Response:
    """A stream of changes."""
    select = _selection(target, request) or (lambda obj: True)
    version = request.param("resourceVersion")
    resource = target.resource
    send_initial = request.flag("sendInitialEvents")
    bookmarks = request.flag("allowWatchBookmarks")
    if not version.isdigit() and version:
        raise statuses.bad_request(f'invalid resource version "{version}"')
    with sim.store.lock:
        opened = Watch(
            sim.store,
            resource.key,
            target.namespace,
            select=select,
            render=rendering.watched(resource, request),
            timeout=float(request.param("timeoutSeconds") or WATCH_SECONDS),
            bookmarks=bookmarks,
            bookmark={"kind": resource.kind, "apiVersion": resource.api_version},
        )
        initial: list[Stored] = []
        if version in ("", "0") or send_initial:
            stored = sim.store.list(resource.key, target.namespace)
            initial = [each for each in stored if select(each.obj)]
            version = ""
        opened.start(version, initial=initial, send_end=send_initial and bookmarks)
    return Response(200, headers={"content-type": "application/json"}, watch=opened)


def create(sim: Simulator, target: Target, request: Request) -> Response:
    """POST to a collection."""
    resource = target.resource
    obj, warnings = read_object(target, request)
    check_namespace(sim, target, obj["metadata"].get("name", ""))
    manager = manager_of(request, "Update", resource.api_version, "")
    created = objects.create(sim, resource, obj, Writer(manager, is_dry(request)))
    return rendering.written(resource, created, request, code=201, warnings=warnings)


def update(sim: Simulator, target: Target, request: Request) -> Response:
    """PUT of an object or its status."""
    resource = target.resource
    obj, warnings = read_object(target, request)
    manager = manager_of(request, "Update", resource.api_version, target.subresource)
    writer = Writer(manager, is_dry(request), target.subresource)
    updated = objects.update(sim, resource, find(sim, target), obj, writer)
    return rendering.written(resource, updated, request, warnings=warnings)


def patch(sim: Simulator, target: Target, request: Request) -> Response:
    """PATCH of an object or its status, in any of the four languages."""
    media = media_type(request)
    accepted = [
        m for m in PATCH_TYPES if m != patches.STRATEGIC_PATCH or not target.resource.is_custom
    ]
    if media not in accepted:
        raise statuses.StatusError(
            415, "UnsupportedMediaType", "415: Unsupported Media Type", details={}
        )
    if media == patches.APPLY_PATCH:
        return server_side_apply(sim, target, request)
    resource = target.resource
    stored = find(sim, target)
    change = patches.load_patch(request.body)
    changed = patches.patched(in_version(resource, stored), change, media, type_=resource.schema)
    validation = request.param("fieldValidation") or "Warn"
    obj, warnings = patches.decoded(
        changed, change, media, type_=resource.schema, validation=validation
    )
    place(target, obj)
    manager = manager_of(request, "Update", resource.api_version, target.subresource)
    writer = Writer(manager, is_dry(request), target.subresource)
    updated = objects.update(sim, resource, stored, obj, writer)
    return rendering.written(resource, updated, request, warnings=warnings)


def delete(sim: Simulator, target: Target, request: Request) -> Response:
    """DELETE of one object."""
    stored = find(sim, target)
    options = _delete_options(request)
    resource = target.resource
    _check_preconditions(target, stored.obj, options)
    _check_deletable(target)
    if is_dry(request) or options.get("dryRun"):
        return rendering.deleted(resource, stored.obj, gone=True, request=request)
    obj, gone = _delete(sim, target, stored, options)
    return rendering.deleted(resource, obj, gone=gone, request=request)


def _delete_options(request: Request) -> Object:
    options: Object = {}
    if request.body.strip():
        loaded = load(request.body, media_type(request), kind="DeleteOptions")
        options = loaded if isinstance(loaded, dict) else {}
    for name in ("propagationPolicy", "gracePeriodSeconds"):
        value = request.param(name)
        if value:
            options[name] = int(value) if name == "gracePeriodSeconds" else value
    if request.param("orphanDependents") or options.get("orphanDependents"):
        options["propagationPolicy"] = "Orphan"
    return options


def _check_preconditions(target: Target, obj: Object, options: Object) -> None:
    wanted = options.get("preconditions") or {}
    resource, metadata = target.resource, obj["metadata"]
    for name, label in (("uid", "UID"), ("resourceVersion", "ResourceVersion")):
        value = wanted.get(name)
        if value and value != metadata[name]:
            why = (
                f"Precondition failed: {label} in precondition: {value}, "
                f"{label} in object meta: {metadata[name]}"
            )
            raise statuses.conflict(resource.group, resource.plural, target.name, why)


def _check_deletable(target: Target) -> None:
    if target.resource.key != "namespaces":
        return
    if target.name in ("default", "kube-system", "kube-public"):
        why = "this namespace may not be deleted"
        raise statuses.forbidden("", "namespaces", target.name, why)


def _delete(sim: Simulator, target: Target, stored: Stored, options: Object) -> tuple[Object, bool]:
    policy = options.get("propagationPolicy")
    resource = target.resource
    if policy in ("Foreground", "Orphan"):
        finalizer = "foregroundDeletion" if policy == "Foreground" else "orphan"
        obj = stored.copy()
        finalizers = obj["metadata"].setdefault("finalizers", [])
        if finalizer not in finalizers:
            finalizers.append(finalizer)
            stored = sim.store.put(resource.key, obj)
    return objects.remove(sim, resource, stored, grace=options.get("gracePeriodSeconds"))


def delete_collection(sim: Simulator, target: Target, request: Request) -> Response:
    """DELETE of all that selectors select."""
    select = _selection(target, request)
    options = _delete_options(request)
    found = [
        stored
        for stored in sim.store.list(target.resource.key, target.namespace)
        if select is None or select(stored.obj)
    ]
    version = str(sim.store.version)
    if not is_dry(request):
        for stored in found:
            _delete(sim, target, stored, options)
    return rendering.many(target.resource, found, {"resourceVersion": version}, request)
