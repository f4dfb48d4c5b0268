"""Subresources other than status: scale, log, eviction, tokens, and what needs a container."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pyhelm.simulator import bodies, handlers, objects, patches, rendering, statuses
from pyhelm.simulator.clock import stamp
from pyhelm.simulator.decoding import load
from pyhelm.simulator.http import Request, Response, answer, text
from pyhelm.simulator.objects import Writer
from pyhelm.simulator.resources import Resource
from pyhelm.simulator.routes import Target
from pyhelm.simulator.store import Stored

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]

NO_CONTAINER = "this is PyHelm's simulator: no container runs here"
BUILT_IN_PATHS = {
    "specReplicasPath": ".spec.replicas",
    "statusReplicasPath": ".status.replicas",
    "labelSelectorPath": "",
}


def serve(sim: Simulator, target: Target, request: Request) -> Response:
    """The answer of a subresource; raises 404 where it doesn't exist."""
    if target.resource.subresource(target.subresource) is None:
        raise statuses.no_such_resource()
    return SERVED.get(target.subresource, _refuse)(sim, target, request)


def _refuse(sim: Simulator, target: Target, request: Request) -> Response:
    handlers.find(sim, target)
    raise statuses.StatusError(
        400, "BadRequest", f"{NO_CONTAINER}, so there is no {target.subresource}"
    )


def _log(sim: Simulator, target: Target, request: Request) -> Response:
    pod = handlers.find(sim, target).obj
    names = [each["name"] for each in pod["spec"].get("containers") or ()]
    names += [each["name"] for each in pod["spec"].get("initContainers") or ()]
    container = request.param("container")
    if container and container not in names:
        message = f"container {container} is not valid for pod {target.name}"
        raise statuses.bad_request(message)
    return text(f"{NO_CONTAINER}, so {target.name} has written nothing.\n")


def _evict(sim: Simulator, target: Target, request: Request) -> Response:
    stored = handlers.find(sim, target)
    objects.remove(sim, target.resource, stored)
    return answer(statuses.success({}), 201)


def _bind(sim: Simulator, target: Target, request: Request) -> Response:
    stored = handlers.find(sim, target)
    body = load(request.body, bodies.media_type(request), kind="Binding")
    pod = stored.copy()
    pod["spec"]["nodeName"] = (body.get("target") or {}).get("name", "")
    sim.store.put("pods", pod)
    return answer(statuses.success({}), 201)


def _token(sim: Simulator, target: Target, request: Request) -> Response:
    handlers.find(sim, target)
    spec = load(request.body, bodies.media_type(request), kind="TokenRequest").get("spec") or {}
    seconds = int(spec.get("expirationSeconds") or 3600)
    expiry = stamp(sim.clock() + seconds)
    token = f"simulated.{target.namespace}.{target.name}"
    return answer(
        {
            "kind": "TokenRequest",
            "apiVersion": "authentication.k8s.io/v1",
            "metadata": {"name": target.name, "namespace": target.namespace},
            "spec": {**spec, "expirationSeconds": seconds},
            "status": {"token": token, "expirationTimestamp": expiry},
        },
        201,
    )


def _finalize(sim: Simulator, target: Target, request: Request) -> Response:
    stored = handlers.find(sim, target)
    body, _ = bodies.read_object(target, request)
    namespace = stored.copy()
    namespace["spec"]["finalizers"] = (body.get("spec") or {}).get("finalizers") or []
    manager = bodies.manager_of(request, "Update", "v1", "")
    writer = Writer(manager, internal=True)
    return rendering.written(
        target.resource, objects.update(sim, target.resource, stored, namespace, writer), request
    )


def _spec_patch(sim: Simulator, target: Target, request: Request) -> Response:
    """`resize` and `ephemeralcontainers`: the Pod itself."""
    if request.method == "GET":
        return handlers.get(sim, target, request)
    verb = handlers.patch if request.method == "PATCH" else handlers.update
    return verb(sim, target, request)


def _scale(sim: Simulator, target: Target, request: Request) -> Response:
    stored = handlers.find(sim, target)
    current = _scale_of(target.resource, stored.obj)
    if request.method == "GET":
        return answer(current)
    media = bodies.media_type(request)
    if request.method == "PUT":
        wanted = load(request.body, media, kind="Scale")
    elif request.method == "PATCH":
        change = load(request.body, "application/json", kind="Scale")
        wanted = (
            patches.json_patch(current, change)
            if media == patches.JSON_PATCH
            else patches.merge_patch(current, change)
        )
    else:
        raise statuses.method_not_allowed()
    return _rescale(sim, target, request, stored=stored, wanted=wanted)


def _rescale(
    sim: Simulator, target: Target, request: Request, *, stored: Stored, wanted: Object
) -> Response:
    replicas = (wanted.get("spec") or {}).get("replicas", 0)
    if not isinstance(replicas, int) or replicas < 0:
        text_ = f"Invalid value: {replicas}: must be greater than or equal to 0"
        cause = statuses.Cause("FieldValueInvalid", text_, "spec.replicas")
        raise statuses.invalid("autoscaling", "Scale", target.name, [cause])
    obj = stored.copy()
    version = (wanted.get("metadata") or {}).get("resourceVersion")
    obj["metadata"]["resourceVersion"] = version or obj["metadata"]["resourceVersion"]
    path = _paths(target.resource)["specReplicasPath"]
    _set(obj, path, replicas)
    manager = bodies.manager_of(request, "Update", target.resource.api_version, "scale")
    writer = Writer(manager, bodies.is_dry(request))
    updated = objects.update(sim, target.resource, stored, obj, writer)
    return answer(_scale_of(target.resource, updated))


def _paths(resource: Resource) -> dict[str, str]:
    return {**BUILT_IN_PATHS, **resource.scale_paths}


def _scale_of(resource: Resource, obj: Object) -> Object:
    paths, metadata = _paths(resource), obj["metadata"]
    names = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    scaled: Object = {"replicas": _at(obj, paths["statusReplicasPath"]) or 0}
    selector = (obj.get("spec") or {}).get("selector") or {}
    labels = selector.get("matchLabels", selector if resource.kind.startswith("Repl") else {})
    if labels:
        scaled["selector"] = ",".join(f"{k}={v}" for k, v in sorted(labels.items()))
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {name: metadata[name] for name in names if name in metadata},
        "spec": {"replicas": _at(obj, paths["specReplicasPath"]) or 0},
        "status": scaled,
    }


def _at(obj: Any, path: str) -> Any:
    for part in path.strip(".").split("."):
        obj = obj.get(part) if isinstance(obj, dict) else None
    return obj


def _set(obj: Object, path: str, value: Any) -> None:
    *above, last = path.strip(".").split(".")
    for part in above:
        obj = obj.setdefault(part, {})
    obj[last] = value


SERVED: dict[str, Callable[[Simulator, Target, Request], Response]] = {
    "scale": _scale,
    "log": _log,
    "eviction": _evict,
    "binding": _bind,
    "token": _token,
    "finalize": _finalize,
    "ephemeralcontainers": _spec_patch,
    "resize": _spec_patch,
}
