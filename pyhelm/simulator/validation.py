"""What the API server refuses, in its words: names, labels, required fields, immutable ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pyhelm.simulator import statuses
from pyhelm.simulator.batch_validation import cron_job_causes, job_causes
from pyhelm.simulator.causes import (
    LABEL_1035,
    LABEL_1035_RULE,
    LABEL_1123,
    LABEL_1123_RULE,
    SUBDOMAIN,
    SUBDOMAIN_RULE,
    label_causes,
    negative,
    qualified_causes,
    required,
    wrong,
)
from pyhelm.simulator.immutable import immutable_causes
from pyhelm.simulator.network_validation import (
    ingress_causes,
    ingress_class_causes,
    service_causes,
)
from pyhelm.simulator.pod_validation import pod_causes, template_causes
from pyhelm.simulator.policy_validation import (
    autoscaler_causes,
    binding_causes,
    budget_causes,
    lease_causes,
    priority_causes,
)
from pyhelm.simulator.resources import Resource
from pyhelm.simulator.statuses import Cause
from pyhelm.simulator.storage_validation import claim_causes, class_causes, volume_causes
from pyhelm.simulator.structural import schema_causes

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]
Causes = Iterator[Cause]

CONFIG_KEY = re.compile(r"[-._a-zA-Z0-9]+")

CONFIG_KEY_RULE = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
    "'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)
LABEL_KINDS = frozenset({"Namespace"})
FREE_NAME_KINDS = frozenset({"Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "Event"})
DATA_LIMIT = 1024 * 1024
SECRET_KEYS = {
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/basic-auth": ("username", "password"),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}
"""What Secrets of a type hold; of a name and a password one is enough."""

FREE_FINALIZER_GROUPS = frozenset({"apiextensions.k8s.io", "apiregistration.k8s.io"})
FINALIZERS = ("kubernetes", "foregroundDeletion", "orphan")


def validate(sim: Simulator, resource: Resource, obj: Object, old: Object | None) -> None:
    """Raise the server's 422 with everything that is wrong."""
    causes = list(_metadata_causes(resource, obj))
    if resource.is_custom:
        causes += schema_causes(obj, resource.schema)
    rule = RULES.get(resource.kind)
    if rule is not None and not resource.is_custom:
        causes += rule(obj)
    rule_of_change = CHANGES.get(resource.kind)
    if rule_of_change is not None and not resource.is_custom:
        causes += rule_of_change(obj, old)
    if old is not None and not resource.is_custom:
        causes += immutable_causes(resource, obj, old)
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
        yield from qualified_causes(key.lower(), "metadata.annotations", shown=key)
    yield from _linked_causes(resource, metadata)
    for index, entry in enumerate(metadata.get("managedFields") or ()):
        if len(entry.get("manager", "").encode()) > 128:
            text = "Too long: may not be more than 128 bytes"
            yield Cause("FieldValueTooLong", text, f"metadata.managedFields[{index}].manager")


def _linked_causes(resource: Resource, metadata: Object) -> Causes:
    """What an object belongs to, and who still has to do something before it goes."""
    for index, owner in enumerate(metadata.get("ownerReferences") or ()):
        for field in ("apiVersion", "kind", "name", "uid"):
            if not owner.get(field):
                yield required(f"metadata.ownerReferences[{index}].{field}", "must not be empty")
    qualified = not resource.is_custom and resource.group not in FREE_FINALIZER_GROUPS
    for index, finalizer in enumerate(metadata.get("finalizers") or ()):
        if qualified and "/" not in finalizer and finalizer not in FINALIZERS:
            text = "name is neither a standard finalizer name nor is it fully qualified"
            yield wrong(f"metadata.finalizers[{index}]", finalizer, text)


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


def _workload(obj: Object) -> Causes:
    spec = obj.get("spec") or {}
    yield from negative(spec.get("replicas"), "spec.replicas")
    selector = spec.get("selector")
    if selector is None:
        yield required("spec.selector")
    elif not selector.get("matchLabels") and not selector.get("matchExpressions"):
        yield wrong("spec.selector", selector, "empty selector is invalid for deployment")
    yield from template_causes(spec.get("template") or {}, "spec.template", selector)


def _stateful_set(obj: Object) -> Causes:
    spec = obj.get("spec") or {}
    policy = spec.get("podManagementPolicy")
    if policy and policy not in ("OrderedReady", "Parallel"):
        text = "must be 'OrderedReady' or 'Parallel'"
        yield wrong("spec.podManagementPolicy", policy, text)
    kind = (spec.get("updateStrategy") or {}).get("type")
    if kind and kind not in ("RollingUpdate", "OnDelete"):
        text = "must be 'RollingUpdate' or 'OnDelete'"
        yield wrong("spec.updateStrategy", {"Type": kind, "RollingUpdate": None}, text)
    yield from _workload(obj)


def _daemon_set(obj: Object) -> Causes:
    yield from _workload(obj)
    kind = ((obj.get("spec") or {}).get("updateStrategy") or {}).get("type")
    if kind and kind not in ("RollingUpdate", "OnDelete"):
        text = (
            f'Unsupported value: {{"Type":"{kind}","RollingUpdate":null}}: '
            'supported values: "RollingUpdate", "OnDelete"'
        )
        yield Cause("FieldValueNotSupported", text, "spec.updateStrategy")


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


def _secret(obj: Object) -> Causes:
    yield from _data(obj)
    kind, data = obj.get("type", ""), obj.get("data") or {}
    if kind == "kubernetes.io/basic-auth" and not set(SECRET_KEYS[kind]) & set(data):
        yield from (required(f"data[{key}]") for key in SECRET_KEYS[kind])
    elif kind != "kubernetes.io/basic-auth":
        for key in SECRET_KEYS.get(kind, ()):
            if key not in data:
                yield required(f"data[{key}]")
    account = "kubernetes.io/service-account.name"
    named = (obj["metadata"].get("annotations") or {}).get(account)
    if kind == "kubernetes.io/service-account-token" and not named:
        yield required(f"metadata.annotations[{account}]")


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
    "StatefulSet": _stateful_set,
    "DaemonSet": _daemon_set,
    "Service": service_causes,
    "ConfigMap": _data,
    "Secret": _secret,
    "PodDisruptionBudget": budget_causes,
    "HorizontalPodAutoscaler": autoscaler_causes,
    "RoleBinding": binding_causes,
    "ClusterRoleBinding": binding_causes,
    "PriorityClass": priority_causes,
    "Lease": lease_causes,
    "PersistentVolumeClaim": claim_causes,
    "PersistentVolume": volume_causes,
    "StorageClass": class_causes,
    "Ingress": ingress_causes,
    "IngressClass": ingress_class_causes,
    "CustomResourceDefinition": _crd,
}

CHANGES: Mapping[str, Callable[[Object, Object | None], Causes]] = {
    "Job": job_causes,
    "CronJob": cron_job_causes,
}
"""Kinds of which less is checked in an update."""
