"""What the API server refuses, in its words: names, labels, required fields, immutable ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pyhelm.simulator import statuses
from pyhelm.simulator.batch_validation import cron_job_causes, job_causes
from pyhelm.simulator.causes import negative, required, unsupported, wrong
from pyhelm.simulator.pod_validation import pod_causes, template_causes
from pyhelm.simulator.resources import Resource
from pyhelm.simulator.statuses import Cause
from pyhelm.simulator.structural import schema_causes

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]
Causes = Iterator[Cause]

SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
LABEL_1123 = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
LABEL_1035 = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
NAME_PART = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
LABEL_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
CONFIG_KEY = re.compile(r"[-._a-zA-Z0-9]+")

SUBDOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
LABEL_1123_RULE = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex "
    "used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
LABEL_1035_RULE = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
    "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or "
    "'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
)
NAME_PART_RULE = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
    "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
LABEL_VALUE_RULE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or "
    "'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
CONFIG_KEY_RULE = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
    "'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)
LABEL_KINDS = frozenset({"Namespace"})
FREE_NAME_KINDS = frozenset({"Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "Event"})
DATA_LIMIT = 1024 * 1024


def validate(sim: Simulator, resource: Resource, obj: Object, old: Object | None) -> None:
    """Raise the server's 422 with everything that is wrong."""
    causes = list(_metadata_causes(resource, obj))
    if resource.is_custom:
        causes += schema_causes(obj, resource.schema)
    rule = RULES.get(resource.kind)
    if rule is not None and not resource.is_custom:
        causes += rule(obj)
    if resource.kind == "CronJob" and not resource.is_custom:
        causes += cron_job_causes(obj, old)
    if old is not None:
        causes += _immutable_causes(resource, obj, old)
    if causes:
        name = obj["metadata"].get("name", "")
        raise statuses.invalid(resource.group, resource.kind, name, causes)


def _metadata_causes(resource: Resource, obj: Object) -> Causes:
    metadata = obj["metadata"]
    name = metadata.get("name", "")
    if not name:
        yield required("metadata.name", "name or generateName is required")
    else:
        yield from _name_causes(resource, name)
    yield from label_causes(metadata.get("labels"), "metadata.labels")
    for key in metadata.get("annotations") or {}:
        yield from _qualified_causes(key.lower(), "metadata.annotations", shown=key)
    for index, entry in enumerate(metadata.get("managedFields") or ()):
        if len(entry.get("manager", "").encode()) > 128:
            text = "Too long: may not be more than 128 bytes"
            yield Cause("FieldValueTooLong", text, f"metadata.managedFields[{index}].manager")


def _name_causes(resource: Resource, name: str) -> Causes:
    if resource.kind in FREE_NAME_KINDS:
        if "/" in name or "%" in name:
            text = f"may not contain '{'/' if '/' in name else '%'}'"
            yield wrong("metadata.name", name, text)
        return
    if resource.kind == "Service":
        if not LABEL_1035.fullmatch(name) and not LABEL_1123.fullmatch(name):
            yield wrong("metadata.name", name, LABEL_1035_RULE)
        limit = 63
    elif resource.kind in LABEL_KINDS:
        if not LABEL_1123.fullmatch(name):
            yield wrong("metadata.name", name, LABEL_1123_RULE)
        limit = 63
    else:
        if not SUBDOMAIN.fullmatch(name):
            yield wrong("metadata.name", name, SUBDOMAIN_RULE)
        limit = 253
    if len(name) > limit:
        yield wrong("metadata.name", name, f"must be no more than {limit} bytes")


def label_causes(labels: Mapping[str, Any] | None, field: str) -> Causes:
    """Keys and values of labels."""
    for key, value in sorted((labels or {}).items()):
        yield from _qualified_causes(key, field, shown=key)
        if len(value) > 63:
            yield wrong(field, value, "must be no more than 63 bytes")
        elif not LABEL_VALUE.fullmatch(value):
            yield wrong(field, value, LABEL_VALUE_RULE)


def _qualified_causes(key: str, field: str, *, shown: str) -> Causes:
    prefix, slash, name = key.rpartition("/")
    if slash and not SUBDOMAIN.fullmatch(prefix):
        text = "prefix part must be non-empty" if not prefix else f"prefix part {SUBDOMAIN_RULE}"
        yield wrong(field, shown, text)
    if not name:
        yield wrong(field, shown, "name part must be non-empty")
    elif len(name) > 63:
        yield wrong(field, shown, "name part must be no more than 63 bytes")
    if not NAME_PART.fullmatch(name):
        yield wrong(field, shown, NAME_PART_RULE)


def _workload(obj: Object) -> Causes:
    spec = obj.get("spec") or {}
    yield from negative(spec.get("replicas"), "spec.replicas")
    selector = spec.get("selector")
    if selector is None:
        yield required("spec.selector")
    elif not selector.get("matchLabels") and not selector.get("matchExpressions"):
        yield wrong("spec.selector", selector, "empty selector is invalid for deployment")
    yield from template_causes(spec.get("template") or {}, "spec.template", selector)


def _deployment(obj: Object) -> Causes:
    yield from _workload(obj)
    strategy = (obj.get("spec") or {}).get("strategy") or {}
    kind = strategy.get("type")
    if kind not in ("Recreate", "RollingUpdate"):
        text = (
            f'Unsupported value: {{"Type":"{kind}","RollingUpdate":null}}: '
            'supported values: "Recreate", "RollingUpdate"'
        )
        yield Cause("FieldValueNotSupported", text, "spec.strategy")
    elif kind == "Recreate" and strategy.get("rollingUpdate") is not None:
        text = "Forbidden: may not be specified when strategy `type` is 'Recreate'"
        yield Cause("FieldValueForbidden", text, "spec.strategy.rollingUpdate")


def _service(obj: Object) -> Causes:
    spec = obj.get("spec") or {}
    kind = spec.get("type")
    types = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
    if kind not in types:
        yield unsupported("spec.type", kind, types)
    headless = spec.get("clusterIP") == "None"
    ports = spec.get("ports") or []
    if not ports and kind != "ExternalName" and not headless:
        yield required("spec.ports")
    if kind == "ExternalName" and not spec.get("externalName"):
        yield required("spec.externalName")
    for index, port in enumerate(ports):
        yield from _service_port(port, f"spec.ports[{index}]", several=len(ports) > 1)
    yield from label_causes(spec.get("selector"), "spec.selector")


def _service_port(port: Object, path: str, *, several: bool) -> Causes:
    name = port.get("name", "")
    if several and not name:
        yield required(f"{path}.name")
    elif name and not LABEL_1123.fullmatch(name):
        yield wrong(f"{path}.name", name, LABEL_1123_RULE)
    for field in ("port", "targetPort"):
        number = port.get(field)
        if isinstance(number, int) and not 0 < number < 65536:
            yield wrong(f"{path}.{field}", number, "must be between 1 and 65535, inclusive")


def _data(obj: Object) -> Causes:
    size = 0
    for field in ("data", "binaryData"):
        for key, value in (obj.get(field) or {}).items():
            size += len(value)
            if not CONFIG_KEY.fullmatch(key) or key in (".", ".."):
                yield wrong(f"{field}[{key}]", key, CONFIG_KEY_RULE)
    limit = DATA_LIMIT * 4 // 3 + 4 if obj["kind"] == "Secret" else DATA_LIMIT
    if size > limit:
        text = f"Too long: may not be more than {DATA_LIMIT} bytes"
        yield Cause("FieldValueTooLong", text, "data" if obj["kind"] == "Secret" else "")


def _claim(obj: Object) -> Causes:
    spec = obj.get("spec") or {}
    if not spec.get("accessModes"):
        yield required("spec.accessModes", "at least 1 access mode is required")
    for index, mode in enumerate(spec.get("accessModes") or ()):
        modes = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
        if mode not in modes:
            yield unsupported(f"spec.accessModes[{index}]", mode, modes)
    if not ((spec.get("resources") or {}).get("requests") or {}).get("storage"):
        yield required("spec.resources[storage]")


def _ingress(obj: Object) -> Causes:
    spec = obj.get("spec") or {}
    if not spec.get("rules") and not spec.get("defaultBackend"):
        yield wrong("spec", [], "either `defaultBackend` or `rules` must be specified")
    for r, rule in enumerate(spec.get("rules") or ()):
        for p, path in enumerate((rule.get("http") or {}).get("paths") or ()):
            if not path.get("pathType"):
                field = f"spec.rules[{r}].http.paths[{p}].pathType"
                yield required(field, "pathType must be specified")


def _crd(obj: Object) -> Causes:
    spec = obj.get("spec") or {}
    names = spec.get("names") or {}
    wanted = f"{names.get('plural', '')}.{spec.get('group', '')}"
    if obj["metadata"].get("name") != wanted:
        yield wrong(
            "metadata.name", obj["metadata"].get("name"), 'must be spec.names.plural+"."+spec.group'
        )
    if not spec.get("versions"):
        yield required("spec.versions", "must have at least one version")


RULES: Mapping[str, Callable[[Object], Causes]] = {
    "Pod": pod_causes,
    "Deployment": _deployment,
    "ReplicaSet": _workload,
    "StatefulSet": _workload,
    "DaemonSet": _workload,
    "Job": job_causes,
    "Service": _service,
    "ConfigMap": _data,
    "Secret": _data,
    "PersistentVolumeClaim": _claim,
    "Ingress": _ingress,
    "CustomResourceDefinition": _crd,
}

IMMUTABLE: Mapping[str, tuple[str, ...]] = {
    "Deployment": ("spec.selector",),
    "ReplicaSet": ("spec.selector",),
    "DaemonSet": ("spec.selector",),
    "StatefulSet": (
        "spec.selector",
        "spec.serviceName",
        "spec.podManagementPolicy",
    ),
    "Job": ("spec.selector", "spec.completionMode", "spec.template", "spec.completions"),
    "Secret": ("type",),
    "RoleBinding": ("roleRef",),
    "ClusterRoleBinding": ("roleRef",),
    "StorageClass": ("provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"),
    "PriorityClass": ("value", "preemptionPolicy"),
}
STATEFUL_SET_RULE = (
    "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', "
    "'template', 'updateStrategy', 'revisionHistoryLimit', "
    "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)
CLAIM_RULE = (
    "Forbidden: spec is immutable after creation except resources.requests and "
    "volumeAttributesClassName for bound claims"
)
POD_RULE = (
    "Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
    "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only "
    "additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set "
    "to 1 if it was previously negative)"
)


def _immutable_causes(resource: Resource, obj: Object, old: Object) -> Causes:
    for path in IMMUTABLE.get(resource.kind, ()):
        before, after = _at(old, path), _at(obj, path)
        if before != after and not (resource.kind == "Job" and path == "spec.completions"):
            yield wrong(path, _go_reference(after), "field is immutable")
    if resource.kind == "Service":
        yield from _service_address(obj, old)
    if resource.kind == "StatefulSet":
        yield from _frozen(obj, old, "volumeClaimTemplates", STATEFUL_SET_RULE)
    if resource.kind == "PersistentVolumeClaim":
        yield from _frozen(obj, old, "storageClassName", CLAIM_RULE, unless_unset=True)
        yield from _frozen(obj, old, "accessModes", CLAIM_RULE)
        yield from _frozen(obj, old, "volumeName", CLAIM_RULE, unless_unset=True)
    if resource.kind == "Pod":
        yield from _pod_update(obj, old)
    if resource.kind in ("ConfigMap", "Secret") and old.get("immutable"):
        yield from _frozen_data(obj, old)


def _at(obj: Any, path: str) -> Any:
    for part in path.split("."):
        obj = obj.get(part) if isinstance(obj, Mapping) else None
    return obj


def _go_reference(value: Any) -> Any:
    """A roleRef is shown with Go's field names."""
    if isinstance(value, Mapping) and set(value) == {"apiGroup", "kind", "name"}:
        return {"APIGroup": value["apiGroup"], "Kind": value["kind"], "Name": value["name"]}
    return value


def _service_address(obj: Object, old: Object) -> Causes:
    before, after = old["spec"], obj["spec"]
    if before.get("type") == "ExternalName" or after.get("type") == "ExternalName":
        return
    held, wanted = before.get("clusterIP"), after.get("clusterIP")
    if held and wanted and held != wanted:
        yield wrong("spec.clusterIPs[0]", [wanted], "may not change once set")


def _frozen(
    obj: Object, old: Object, name: str, rule: str, *, unless_unset: bool = False
) -> Causes:
    before, after = old["spec"].get(name), obj["spec"].get(name)
    if before != after and not (unless_unset and before is None):
        yield Cause("FieldValueForbidden", rule, "spec")


def _pod_update(obj: Object, old: Object) -> Causes:
    if _pod_core(obj["spec"]) != _pod_core(old["spec"]):
        yield Cause("FieldValueForbidden", POD_RULE, "spec")


def _pod_core(spec: Object) -> Object:
    free = ("activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds")
    core = {name: value for name, value in spec.items() if name not in (*free, "nodeName")}
    for field in ("containers", "initContainers"):
        if field in core:
            core[field] = [{**container, "image": ""} for container in core[field]]
    core.pop("ephemeralContainers", None)
    return core


def _frozen_data(obj: Object, old: Object) -> Causes:
    for name in ("data", "binaryData", "immutable"):
        if obj.get(name) != old.get(name):
            text = "Forbidden: field is immutable when `immutable` is set"
            yield Cause("FieldValueForbidden", text, name)
