"""What a write says: who writes, what and where to; checked before anything is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyhelm.simulator import statuses
from pyhelm.simulator.decoding import decode, load
from pyhelm.simulator.http import Request
from pyhelm.simulator.managed_fields import Manager
from pyhelm.simulator.resources import Resource
from pyhelm.simulator.routes import Target
from pyhelm.simulator.store import Stored

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]


def manager_of(request: Request, operation: str, api_version: str, subresource: str) -> Manager:
    """Who writes: `fieldManager`, else what stands before the slash of the user agent."""
    name = request.param("fieldManager")
    if not name:
        name = request.headers.get("user-agent", "").partition("/")[0][:128] or "unknown"
    return Manager(name, operation, api_version, subresource)


def is_dry(request: Request) -> bool:
    """Whether nothing shall be written; raises 422 for values other than All."""
    values = [value for key, value in request.query if key == "dryRun"]
    if any(value != "All" for value in values):
        cause = statuses.Cause(
            "FieldValueNotSupported",
            f'Unsupported value: ["{values[0]}"]: supported values: "All"',
            "dryRun",
        )
        raise statuses.invalid("meta.k8s.io", "PatchOptions", "", [cause])
    return bool(values)


def media_type(request: Request) -> str:
    """The content type without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def read_object(target: Target, request: Request) -> tuple[Object, list[str]]:
    """The object in a body, decoded and checked against the path; and warnings."""
    resource = target.resource
    value = load(request.body, media_type(request), kind=resource.kind)
    if not isinstance(value, dict):
        raise statuses.bad_request(
            f"the object provided is unrecognized (must be of type {resource.kind}): "
            "couldn't get version/kind; json parse error: json: cannot unmarshal "
            f"{'array' if isinstance(value, list) else 'string'} into Go value of type struct"
        )
    kind = value.setdefault("kind", resource.kind)
    version = value.setdefault("apiVersion", resource.api_version)
    if (version, kind) != (resource.api_version, resource.kind):
        _refuse_kind(resource.kind, str(kind), str(version))
    obj, warnings = decode(
        value,
        resource.schema,
        kind=resource.kind,
        version=resource.type.version,
        validation=request.param("fieldValidation") or "Warn",
    )
    place(target, obj)
    return obj, warnings


def _refuse_kind(wanted: str, kind: str, api_version: str) -> None:
    version = api_version.rpartition("/")[2]
    raise statuses.bad_request(
        f'{kind} in version "{version}" cannot be handled as a {wanted}: '
        f"converting ({version}.{kind}) to (core.{wanted}): unknown conversion"
    )


def place(target: Target, obj: Object) -> None:
    """Put an object where the path says; raises 400 where it says otherwise itself."""
    metadata = obj.setdefault("metadata", {})
    if target.resource.namespaced:
        if metadata.get("namespace") not in (None, "", target.namespace):
            raise statuses.bad_request(
                "the namespace of the provided object does not match the namespace sent on the "
                "request"
            )
        metadata["namespace"] = target.namespace
    else:
        metadata.pop("namespace", None)
    if not target.name:
        return
    name = metadata.get("name")
    if not name:
        raise statuses.bad_request(
            f"the name of the object ({target.name} based on URL) was undeterminable: name must "
            "be provided"
        )
    if name != target.name:
        raise statuses.bad_request(
            f"the name of the object ({name}) does not match the name on the URL ({target.name})"
        )


def check_namespace(sim: Simulator, target: Target, name: str) -> None:
    """Nothing is created in a namespace that isn't there, or that is going."""
    if not target.resource.namespaced:
        return
    namespace = target.namespace
    stored = sim.store.get("namespaces", "", namespace)
    if stored is None:
        raise statuses.not_found("", "namespaces", namespace)
    if stored.obj["metadata"].get("deletionTimestamp"):
        resource = target.resource
        why = (
            f"unable to create new content in namespace {namespace} because it is being terminated"
        )
        error = statuses.forbidden(resource.group, resource.plural, name, why)
        cause = statuses.Cause(
            "NamespaceTerminating",
            f"namespace {namespace} is being terminated",
            "metadata.namespace",
        )
        error.details = {**(error.details or {}), "causes": [cause.as_dict()]}
        raise error


def in_version(resource: Resource, stored: Stored) -> Object:
    """A copy of an object in the version of a path."""
    obj = stored.copy()
    obj["apiVersion"], obj["kind"] = resource.api_version, resource.kind
    return obj
