"""Server-side apply as a request: the configuration is checked, merged and written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pyhelm.simulator import objects, patches, rendering, statuses
from pyhelm.simulator.bodies import check_namespace, in_version, is_dry, manager_of, place
from pyhelm.simulator.clock import stamp
from pyhelm.simulator.decoding import DecodeError, Decoder, check_typed, load
from pyhelm.simulator.http import Request, Response
from pyhelm.simulator.managed_fields import Manager, apply
from pyhelm.simulator.objects import Writer
from pyhelm.simulator.routes import Target
from pyhelm.simulator.store import Stored

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]


def server_side_apply(sim: Simulator, target: Target, request: Request) -> Response:
    """PATCH with `application/apply-patch+yaml`."""
    resource = target.resource
    config = _read_config(target, request)
    stored = sim.store.get(resource.key, target.namespace, target.name)
    live = None if stored is None else in_version(resource, stored)
    if live is None:
        if target.subresource:
            raise statuses.not_found(resource.group, resource.plural, target.name)
        check_namespace(sim, target, target.name)
    manager = manager_of(request, "Apply", resource.api_version, target.subresource)
    if target.subresource == "status":
        config = {k: v for k, v in config.items() if k != "spec"}
    elif resource.has_status:
        config.pop("status", None)
    asked = config["metadata"].pop("resourceVersion", None)
    merged = apply(
        live,
        config,
        resource.schema,
        manager=manager,
        force=request.flag("force"),
        now=stamp(sim.clock()),
    )
    if asked:
        merged["metadata"]["resourceVersion"] = asked
    return _write_applied(sim, target, request, stored=stored, merged=merged, manager=manager)


def _write_applied(
    sim: Simulator,
    target: Target,
    request: Request,
    *,
    stored: Stored | None,
    merged: Object,
    manager: Manager,
) -> Response:
    resource = target.resource
    obj: Object = json.loads(json.dumps(merged))
    described = f"{target.namespace}/{target.name}; {_group_version_kind(resource)}"
    obj, _ = _converted(obj, target, described)
    owned = obj["metadata"].get("managedFields")

    def own(new: Object) -> None:
        new["metadata"]["managedFields"] = owned

    writer = Writer(manager, is_dry(request), target.subresource, own)
    if stored is None:
        created = objects.create(sim, resource, obj, writer)
        return rendering.written(resource, created, request, code=201)
    updated = objects.update(sim, resource, stored, obj, writer)
    return rendering.written(resource, updated, request)


def _group_version_kind(resource: Any) -> str:
    return f"{resource.api_version}, Kind={resource.kind}"


def _converted(obj: Object, target: Target, described: str) -> tuple[Object, list[str]]:
    resource = target.resource
    decoder = Decoder()
    try:
        return decoder.walk(obj, resource.schema), []
    except DecodeError as exc:
        gvk = _group_version_kind(resource)
        raise statuses.StatusError(
            500,
            "",
            f"failed to convert new object ({described}) to proper version: unable to convert "
            f"unstructured object to {gvk}: {exc}",
        ) from exc


def _read_config(target: Target, request: Request) -> Object:
    if not request.param("fieldManager"):
        cause = statuses.Cause(
            "FieldValueRequired", "Required value: is required for apply patch", "fieldManager"
        )
        raise statuses.invalid("meta.k8s.io", "PatchOptions", "", [cause])
    resource = target.resource
    config = load(request.body, patches.APPLY_PATCH, kind=resource.kind)
    if not isinstance(config, dict):
        raise statuses.bad_request("error decoding YAML: the configuration must be an object")
    kind, version = config.get("kind"), config.get("apiVersion")
    if kind != resource.kind or version != resource.api_version:
        raise statuses.bad_request(
            f"invalid object type: {version}, Kind={kind}; expected "
            f"{resource.api_version}, Kind={resource.kind}"
        )
    metadata = config.setdefault("metadata", {})
    if metadata.get("managedFields"):
        raise statuses.bad_request("metadata.managedFields must be nil")
    namespace = metadata.get("namespace", "") if isinstance(metadata, dict) else ""
    described = f"{namespace}/{target.name}; {_group_version_kind(resource)}"
    check_typed(config, resource.schema, described)
    place(target, config)
    return config
