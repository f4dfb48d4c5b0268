"""Tables, as `kubectl get` asks for them: the columns of each kind and what stands in them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pyhelm.simulator import cells, workload_cells
from pyhelm.simulator.cells import Object, age
from pyhelm.simulator.clock import parse

if TYPE_CHECKING:
    from pyhelm.simulator.resources import Resource

Row = Callable[[Object], list[Any]]

COLUMNS: Mapping[str, tuple[str, Row]] = {
    "Pod": (
        "Ready Status Restarts Age IP+ Node+ Nominated_Node+ Readiness_Gates+",
        workload_cells.pod,
    ),
    "Deployment": (
        "Ready Up-to-date:integer Available:integer Age Containers+ Images+ Selector+",
        workload_cells.deployment,
    ),
    "ReplicaSet": (
        "Desired:integer Current:integer Ready:integer Age Containers+ Images+ Selector+",
        workload_cells.replica_set,
    ),
    "ReplicationController": (
        "Desired:integer Current:integer Ready:integer Age Containers+ Images+ Selector+",
        workload_cells.replica_set,
    ),
    "StatefulSet": ("Ready Age Containers+ Images+", workload_cells.stateful_set),
    "DaemonSet": (
        "Desired:integer Current:integer Ready:integer Up-to-date:integer Available:integer "
        "Node_Selector Age Containers+ Images+ Selector+",
        workload_cells.daemon_set,
    ),
    "Job": ("Status Completions Duration Age Containers+ Images+ Selector+", workload_cells.job),
    "CronJob": (
        "Schedule Timezone Suspend:boolean Active:integer Last_Schedule Age Containers+ Images+ "
        "Selector+",
        workload_cells.cron_job,
    ),
    "Service": ("Type Cluster-IP External-IP Port(s) Age Selector+", cells.service),
    "Endpoints": ("Endpoints Age", cells.endpoints),
    "EndpointSlice": ("AddressType Ports Endpoints Age", cells.endpoint_slice),
    "ConfigMap": ("Data Age", cells.config_map),
    "Secret": ("Type Data Age", cells.secret),
    "PersistentVolumeClaim": (
        "Status Volume Capacity Access_Modes StorageClass VolumeAttributesClass Age VolumeMode+",
        cells.claim,
    ),
    "PersistentVolume": (
        "Capacity Access_Modes Reclaim_Policy Status Claim StorageClass VolumeAttributesClass "
        "Reason Age VolumeMode+",
        cells.volume,
    ),
    "ServiceAccount": ("Age", lambda obj: [age(obj)]),
    "Namespace": ("Status Age", cells.namespace),
    "Node": (
        "Status Roles Age Version Internal-IP+ External-IP+ OS-Image+ Kernel-Version+ "
        "Container-Runtime+",
        cells.node,
    ),
    "Ingress": ("Class Hosts Address Ports Age", cells.ingress),
    "IngressClass": ("Controller Parameters Age", cells.ingress_class),
    "NetworkPolicy": ("Pod-Selector Age", cells.network_policy),
    "HorizontalPodAutoscaler": (
        "Reference Targets MinPods MaxPods Replicas Age",
        cells.autoscaler,
    ),
    "PodDisruptionBudget": (
        "Min_Available Max_Unavailable Allowed_Disruptions:integer Age",
        cells.disruption_budget,
    ),
    "RoleBinding": ("Role Age Users+ Groups+ ServiceAccounts+", cells.role_binding),
    "ClusterRoleBinding": ("Role Age Users+ Groups+ ServiceAccounts+", cells.role_binding),
    "StorageClass": (
        "Provisioner ReclaimPolicy VolumeBindingMode AllowVolumeExpansion Age",
        cells.storage_class,
    ),
    "ControllerRevision": ("Controller Revision Age", cells.controller_revision),
    "PriorityClass": (
        "Value:integer Global-Default:boolean Age PreemptionPolicy",
        cells.priority_class,
    ),
    "Lease": ("Holder Age", cells.lease),
    "CustomResourceDefinition": (
        "Scope Versions Created_At:date Group+ Kind+ ShortNames+ Established:boolean+",
        cells.definition,
    ),
    "ValidatingWebhookConfiguration": ("Webhooks:integer Age", cells.webhooks),
    "MutatingWebhookConfiguration": ("Webhooks:integer Age", cells.webhooks),
}
"""Columns after the name: `_` is a space, `+` is shown in wide output, `:` stands before a type."""

EVENT_COLUMNS = (
    "Last_Seen Type Reason Object Subobject+ Source+ Message First_Seen+ Count+ Name:string:name+"
)


def table(resource: Resource, objects: list[Object], metadata: Object, *, include: str) -> Object:
    """A Table of objects; `include` says whether rows hold the object, its metadata or nothing."""
    columns, row = _columns(resource)
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": metadata
        or {"resourceVersion": objects[0]["metadata"]["resourceVersion"] if objects else ""},
        "columnDefinitions": columns,
        "rows": [{"cells": row(obj), **_included(resource, obj, include)} for obj in objects],
    }


def _included(resource: Resource, obj: Object, include: str) -> Object:
    if include == "None":
        return {}
    if include == "Object":
        return {"object": {**obj, "apiVersion": resource.api_version, "kind": resource.kind}}
    partial = {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1"}
    return {"object": {**partial, "metadata": obj["metadata"]}}


def _columns(resource: Resource) -> tuple[list[Object], Row]:
    if resource.is_custom:
        return _custom(resource)
    if resource.kind == "Event":
        return [_column(text) for text in EVENT_COLUMNS.split()], cells.event
    known = COLUMNS.get(resource.kind)
    text, row = known or ("Created_At:date", lambda obj: [obj["metadata"]["creationTimestamp"]])
    columns = [_column("Name:string:name"), *(_column(each) for each in text.split())]
    return columns, _named(resource.kind, row)


def _named(kind: str, row: Row) -> Row:
    def named(obj: Object) -> list[Any]:
        name = obj["metadata"]["name"]
        annotations = obj["metadata"].get("annotations") or {}
        default = "storageclass.kubernetes.io/is-default-class"
        if kind == "StorageClass" and annotations.get(default) == "true":
            name += " (default)"
        return [name, *row(obj)]

    return named


def _column(text: str) -> Object:
    name, _, rest = text.rstrip("+").partition(":")
    kind, _, form = rest.partition(":")
    return {
        "name": name.replace("_", " "),
        "type": kind or "string",
        "format": form,
        "description": "",
        "priority": int(text.endswith("+")),
    }


def _custom(resource: Resource) -> tuple[list[Object], Row]:
    declared = resource.columns or (
        {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
    )
    columns = [_column("Name:string:name")]
    for each in declared:
        column = _column("x")
        column |= {key: each[key] for key in ("name", "type", "format", "priority") if key in each}
        columns.append(column)

    def row(obj: Object) -> list[Any]:
        return [obj["metadata"]["name"], *(_value(obj, each) for each in declared)]

    return columns, row


def _value(obj: Object, column: Mapping[str, Any]) -> Any:
    found = _at(obj, column.get("jsonPath", ""))
    if found is None:
        return "" if column.get("type") == "string" else None
    if column.get("type") == "date":
        return cells.duration(time.time() - parse(str(found)))
    if column.get("type") == "string":
        return found if isinstance(found, str) else cells.text(found)
    return found


def _at(obj: Any, path: str) -> Any:
    """A simple JSON path: names, indexes, `[*]`, and `[?(@.type=="Ready")]`."""
    import re

    values = [obj]
    pattern = r"\.([\w-]+)|\['([^']+)'\]|\[(\d+|\*)\]|\[\?\(@\.(\w+)\s*==\s*[\"']([^\"']*)[\"']\)\]"
    for name, quoted, index, key, wanted in re.findall(pattern, path.replace("\\.", "\0")):
        after: list[Any] = []
        for value in values:
            if key and isinstance(value, list):
                after += [i for i in value if isinstance(i, dict) and str(i.get(key)) == wanted]
            elif index and isinstance(value, list):
                after += value if index == "*" else value[int(index) : int(index) + 1]
            elif isinstance(value, dict):
                field = (name or quoted).replace("\0", ".")
                if field in value:
                    after.append(value[field])
        values = after
    return values[0] if values else None
