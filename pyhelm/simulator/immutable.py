"""What an update may not change, in the API server's words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pyhelm.simulator.causes import forbidden, wrong
from pyhelm.simulator.quantities import canonical, quantity
from pyhelm.simulator.resources import Resource
from pyhelm.simulator.statuses import Cause

Object = Mapping[str, Any]
Causes = Iterator[Cause]

FIELDS: Mapping[str, tuple[str, ...]] = {
    "Deployment": ("spec.selector",),
    "ReplicaSet": ("spec.selector",),
    "DaemonSet": ("spec.selector",),
    "StatefulSet": (
        "spec.selector",
        "spec.serviceName",
        "spec.podManagementPolicy",
        "spec.volumeClaimTemplates",
    ),
    "Job": (
        "spec.selector",
        "spec.completionMode",
        "spec.podFailurePolicy",
        "spec.backoffLimitPerIndex",
        "spec.managedBy",
        "spec.successPolicy",
    ),
    "Secret": ("type",),
    "RoleBinding": ("roleRef",),
    "ClusterRoleBinding": ("roleRef",),
    "IngressClass": ("spec.controller",),
    "ResourceQuota": ("spec.scopes",),
}
UNSHOWN: Mapping[str, tuple[str, ...]] = {
    "StorageClass": ("provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"),
    "RuntimeClass": ("handler",),
    "EndpointSlice": ("addressType",),
}
"""Fields whose new value the server writes as null."""

CLAIM_STATUS = (
    "AccessModes Capacity Conditions AllocatedResources AllocatedResourceStatuses "
    "CurrentVolumeAttributesClassName ModifyVolumeStatus HealthStatus"
)
FIXED = "field is immutable"
CLAIM_RULE = (
    "spec is immutable after creation except resources.requests and "
    "volumeAttributesClassName for bound claims"
)
POD_RULE = (
    "pod updates may not change fields other than `spec.containers[*].image`,"
    "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only "
    "additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set "
    "to 1 if it was previously negative)"
)


def immutable_causes(resource: Resource, obj: Object, old: Object) -> Causes:
    """What a change of a built-in kind breaks."""
    for path in FIELDS.get(resource.kind, ()):
        if _at(old, path) != _at(obj, path):
            yield wrong(path, _in_go(_at(obj, path)), FIXED)
    for path in UNSHOWN.get(resource.kind, ()):
        if _at(old, path) != _at(obj, path):
            yield wrong(path, None, FIXED)
    rule = RULES.get(resource.kind)
    if rule is not None:
        yield from rule(obj, old)


def _at(obj: Any, path: str) -> Any:
    for part in path.split("."):
        obj = obj.get(part) if isinstance(obj, Mapping) else None
    return obj


def _in_go(value: Any) -> Any:
    """References and claims are shown with the names of Go's fields."""
    if isinstance(value, Mapping) and set(value) == {"apiGroup", "kind", "name"}:
        return {"APIGroup": value["apiGroup"], "Kind": value["kind"], "Name": value["name"]}
    if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        return [_claim_template(item) for item in value]
    return value


def _claim_template(claim: Object) -> Object:
    statuses = dict.fromkeys(CLAIM_STATUS.split())
    return {
        "name": (claim.get("metadata") or {}).get("name", ""),
        "Spec": claim_in_go(claim.get("spec") or {}),
        "Status": {"Phase": "Pending", **statuses},
    }


def _job(obj: Object, old: Object) -> Causes:
    spec, before = obj["spec"], old["spec"]
    indexed = spec.get("completionMode") == "Indexed"
    scaled = indexed and spec.get("completions") == spec.get("parallelism")
    if spec.get("completions") != before.get("completions") and not scaled:
        yield wrong("spec.completions", spec.get("completions"), FIXED)
    template, held = spec.get("template") or {}, before.get("template") or {}
    if before.get("suspend") and not (old.get("status") or {}).get("startTime"):
        # What a queue decides before a Job starts: where its Pods go.
        template, held = _scheduled_elsewhere(template), _scheduled_elsewhere(held)
    if template != held:
        yield wrong("spec.template", spec.get("template"), FIXED)


def _scheduled_elsewhere(template: Object) -> Object:
    free = ("nodeSelector", "affinity", "tolerations", "schedulingGates")
    spec = {k: v for k, v in (template.get("spec") or {}).items() if k not in free}
    containers = [
        {k: v for k, v in container.items() if k != "resources"}
        for container in spec.get("containers") or ()
    ]
    return {"spec": {**spec, "containers": containers}}


def _priority_class(obj: Object, old: Object) -> Causes:
    if obj.get("value") != old.get("value"):
        yield forbidden("value", "may not be changed in an update.")
    if obj.get("preemptionPolicy") != old.get("preemptionPolicy"):
        yield wrong("preemptionPolicy", obj.get("preemptionPolicy"), FIXED)


def _driver(obj: Object, old: Object) -> Causes:
    after = obj["spec"].get("attachRequired")
    if after != old["spec"].get("attachRequired"):
        yield wrong("spec.attachedRequired", after, FIXED)


def _service(obj: Object, old: Object) -> Causes:
    before, after = old["spec"], obj["spec"]
    if "ExternalName" not in (before.get("type"), after.get("type")):
        held, wanted = before.get("clusterIP"), after.get("clusterIP")
        several = after.get("clusterIPs")
        if held and wanted and held != wanted:
            yield wrong("spec.clusterIPs[0]", [wanted], "may not change once set")
        elif several and wanted and several[0] != wanted:
            yield wrong("spec.clusterIPs", several, "first value must match `clusterIP`")
    if before.get("type") == after.get("type") == "LoadBalancer":
        yield from _balancer(after, before)


def _balancer(after: Object, before: Object) -> Causes:
    if before.get("loadBalancerClass") != after.get("loadBalancerClass"):
        text = "may not change once set"
        yield wrong("spec.loadBalancerClass", after.get("loadBalancerClass"), text)
    ports = [spec.get("healthCheckNodePort") for spec in (before, after)]
    if all(ports) and ports[0] != ports[1]:
        yield forbidden("spec.healthCheckNodePort", FIXED)


def _frozen_data(obj: Object, old: Object) -> Causes:
    if not old.get("immutable"):
        return
    text = "field is immutable when `immutable` is set"
    if not obj.get("immutable"):
        yield forbidden("immutable", text)
    for name in ("data", "binaryData"):
        if (obj.get(name) or {}) != (old.get(name) or {}):
            yield forbidden(name, text)


def _volume(obj: Object, old: Object) -> Causes:
    if volume_source(obj) != volume_source(old):
        name = "spec.persistentvolumesource"
        yield forbidden(name, f"{name} is immutable after creation")
    yield from _mode(obj, old)
    held, wanted = (each["spec"].get("nodeAffinity") for each in (old, obj))
    if held and wanted != held:
        text = f"{FIXED}, except for updating from beta label to GA"
        yield wrong("nodeAffinity", wanted, text)


def _mode(obj: Object, old: Object) -> Causes:
    mode = obj["spec"].get("volumeMode")
    if mode != old["spec"].get("volumeMode"):
        yield wrong("volumeMode", mode, FIXED)


def volume_source(volume: Object) -> Object:
    """The part of a volume's spec that says what kind of a volume it is."""
    shared = (
        "accessModes",
        "capacity",
        "claimRef",
        "mountOptions",
        "nodeAffinity",
        "persistentVolumeReclaimPolicy",
        "storageClassName",
        "volumeAttributesClassName",
        "volumeMode",
    )
    return {name: value for name, value in (volume.get("spec") or {}).items() if name not in shared}


def _claim(obj: Object, old: Object) -> Causes:
    before, after = claim_in_go(old["spec"]), claim_in_go(obj["spec"])
    _allow_claim(before, after, bound=(obj.get("status") or {}).get("phase") == "Bound")
    if before != after:
        yield forbidden("spec", f"{CLAIM_RULE}\n{_difference(before, after)}")
    size, held = (_size(each["spec"]["resources"]["requests"]) for each in (obj, old))
    if size < held and size <= _size((old.get("status") or {}).get("capacity") or {}):
        text = "field can not be less than status.capacity"
        yield forbidden("spec.resources.requests.storage", text)
    yield from _mode(obj, old)


def _allow_claim(before: dict[str, Any], after: dict[str, Any], *, bound: bool) -> None:
    """Make equal what may differ: what was not set, and of bound claims the size."""
    if not before["VolumeName"]:
        before["VolumeName"] = after["VolumeName"]
    if before["StorageClassName"] is None:
        before["StorageClassName"] = after["StorageClassName"]
    if bound:
        before["Resources"]["Requests"] = after["Resources"]["Requests"]
        before["VolumeAttributesClassName"] = after["VolumeAttributesClassName"]


def _size(amounts: Object) -> Any:
    return quantity(amounts.get("storage", "0"))


def claim_in_go(spec: Object) -> dict[str, Any]:
    """A claim's spec as the server itself holds it, whose names its messages have."""
    resources = spec.get("resources") or {}
    amounts = {
        name: {key: canonical(value) for key, value in sorted(resources[name].items())} or None
        if resources.get(name)
        else None
        for name in ("limits", "requests")
    }
    return {
        "AccessModes": spec.get("accessModes"),
        "Selector": spec.get("selector"),
        "Resources": {"Limits": amounts["limits"], "Requests": amounts["requests"]},
        "VolumeName": spec.get("volumeName", ""),
        "StorageClassName": spec.get("storageClassName"),
        "VolumeMode": spec.get("volumeMode"),
        "DataSource": _claim_source(spec.get("dataSource")),
        "DataSourceRef": _claim_source(spec.get("dataSourceRef"), "namespace"),
        "VolumeAttributesClassName": spec.get("volumeAttributesClassName"),
    }


def _claim_source(source: Object | None, *more: str) -> Object | None:
    if source is None:
        return None
    shown = {"APIGroup": source.get("apiGroup")}
    return shown | {name.title(): source.get(name) for name in ("kind", "name", *more)}


def _difference(before: Object, after: Object) -> str:
    """Two objects' JSON as lines that went and came."""
    import difflib

    went, came = (json.dumps(each, indent=1).splitlines() for each in (before, after))
    lines = list(difflib.unified_diff(went, came, lineterm=""))
    return "".join(f"{line}\n" for line in lines[2:])


def _pod(obj: Object, old: Object) -> Causes:
    spec, before = obj["spec"], old["spec"]
    for field in ("containers", "initContainers"):
        if len(spec.get(field) or ()) != len(before.get(field) or ()):
            yield forbidden(f"spec.{field}", "pod updates may not add or remove containers")
            return
    deadline, held = spec.get("activeDeadlineSeconds"), before.get("activeDeadlineSeconds")
    if held is not None and deadline is None:
        text = "must not update from a positive integer to nil value"
        yield wrong("spec.activeDeadlineSeconds", None, text)
        return
    if held is not None and deadline > held:
        text = "must be less than or equal to previous value"
        yield wrong("spec.activeDeadlineSeconds", deadline, text)
        return
    if _pod_core(spec) != _pod_core(before) or _gone(before, spec):
        yield forbidden("spec", POD_RULE)


def _gone(before: Object, after: Object) -> bool:
    tolerations = after.get("tolerations") or ()
    return any(each not in tolerations for each in before.get("tolerations") or ())


def _pod_core(spec: Object) -> Object:
    free = ("activeDeadlineSeconds", "tolerations", "nodeName", "ephemeralContainers")
    core = {name: value for name, value in spec.items() if name not in free}
    for field in ("containers", "initContainers"):
        if field in core:
            core[field] = [{**container, "image": ""} for container in core[field]]
    return core


RULES: Mapping[str, Callable[[Object, Object], Causes]] = {
    "Job": _job,
    "Service": _service,
    "ConfigMap": _frozen_data,
    "Secret": _frozen_data,
    "PriorityClass": _priority_class,
    "CSIDriver": _driver,
    "PersistentVolume": _volume,
    "PersistentVolumeClaim": _claim,
    "Pod": _pod,
}
