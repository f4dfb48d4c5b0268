"""Tables, as `kubectl get` asks for them: the columns of each kind and what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pyhelm.simulator import (
    cluster_cells,
    network_cells,
    pod_cells,
    printer_columns,
    storage_cells,
    workload_cells,
)
from pyhelm.simulator.cells import Object, age, annotations_of

if TYPE_CHECKING:
    from pyhelm.simulator.resources import Resource

Row = Callable[[Object], list[Any]]

REPLICAS = "Desired:integer Current:integer Ready:integer Age Containers+ Images+ Selector+"
BINDING = "Role Age Users+ Groups+ ServiceAccounts+"
WEBHOOKS = "Webhooks:integer Age"
BOUND_POLICY = "PolicyName ParamRef Age"

COLUMNS: Mapping[str, tuple[str, Row]] = {
    "Pod": (
        "Ready Status Restarts Age IP+ Node+ Nominated_Node+ Readiness_Gates+",
        pod_cells.pod,
    ),
    "Deployment": (
        "Ready Up-to-date Available Age Containers+ Images+ Selector+",
        workload_cells.deployment,
    ),
    "ReplicaSet": (REPLICAS, workload_cells.replica_set),
    "ReplicationController": (REPLICAS, workload_cells.replication_controller),
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
    "PodTemplate": ("Containers Images Pod_Labels", workload_cells.pod_template),
    "ControllerRevision": ("Controller Revision Age", workload_cells.controller_revision),
    "HorizontalPodAutoscaler": (
        "Reference Targets MinPods MaxPods Replicas Age",
        workload_cells.autoscaler,
    ),
    "PodDisruptionBudget": (
        "Min_Available Max_Unavailable Allowed_Disruptions:integer Age",
        workload_cells.disruption_budget,
    ),
    "Service": ("Type Cluster-IP External-IP Port(s) Age Selector+", network_cells.service),
    "Endpoints": ("Endpoints Age", network_cells.endpoints),
    "EndpointSlice": ("AddressType Ports Endpoints Age", network_cells.endpoint_slice),
    "Ingress": ("Class Hosts Address Ports Age", network_cells.ingress),
    "IngressClass": ("Controller Parameters Age", network_cells.ingress_class),
    "NetworkPolicy": ("Pod-Selector Age", network_cells.network_policy),
    "ServiceCIDR": ("CIDRs Age", network_cells.service_cidr),
    "IPAddress": ("ParentRef", network_cells.ip_address),
    "PersistentVolumeClaim": (
        "Status Volume Capacity Access_Modes StorageClass VolumeAttributesClass Age VolumeMode+",
        storage_cells.claim,
    ),
    "PersistentVolume": (
        "Capacity Access_Modes Reclaim_Policy Status Claim StorageClass VolumeAttributesClass "
        "Reason Age VolumeMode+",
        storage_cells.volume,
    ),
    "StorageClass": (
        "Provisioner ReclaimPolicy VolumeBindingMode AllowVolumeExpansion Age",
        storage_cells.storage_class,
    ),
    "VolumeAttributesClass": ("DriverName Age", storage_cells.attributes_class),
    "VolumeAttachment": (
        "Attacher:string:name PV Node Attached:boolean Age",
        storage_cells.attachment,
    ),
    "CSINode": ("Drivers:integer Age", storage_cells.csi_node),
    "CSIDriver": (
        "AttachRequired:boolean PodInfoOnMount:boolean StorageCapacity:boolean TokenRequests "
        "RequiresRepublish:boolean Modes Age",
        storage_cells.csi_driver,
    ),
    "ConfigMap": ("Data Age", cluster_cells.config_map),
    "Secret": ("Type Data Age", cluster_cells.secret),
    "ServiceAccount": ("Age", lambda obj: [age(obj)]),
    "Namespace": ("Status Age", cluster_cells.namespace),
    "Node": (
        "Status Roles Age Version Internal-IP+ External-IP+ OS-Image+ Kernel-Version+ "
        "Container-Runtime+",
        cluster_cells.node,
    ),
    "RoleBinding": (BINDING, cluster_cells.role_binding),
    "ClusterRoleBinding": (BINDING, cluster_cells.role_binding),
    "PriorityClass": (
        "Value:integer Global-Default:boolean Age PreemptionPolicy",
        cluster_cells.priority_class,
    ),
    "Lease": ("Holder Age", cluster_cells.lease),
    "RuntimeClass": ("Handler Age", cluster_cells.runtime_class),
    "ResourceQuota": ("Request Limit Age", cluster_cells.resource_quota),
    "CustomResourceDefinition": (
        "Scope Versions Created_At:date Group+ Kind+ ShortNames+ Established:boolean+",
        cluster_cells.definition,
    ),
    "APIService": ("Service Available Age", cluster_cells.api_service),
    "ValidatingWebhookConfiguration": (WEBHOOKS, cluster_cells.webhooks),
    "MutatingWebhookConfiguration": (WEBHOOKS, cluster_cells.webhooks),
    "ValidatingAdmissionPolicy": (
        "Validations:integer ParamKind Age",
        cluster_cells.admission_policy,
    ),
    "MutatingAdmissionPolicy": ("Mutations:integer ParamKind Age", cluster_cells.admission_policy),
    "ValidatingAdmissionPolicyBinding": (BOUND_POLICY, cluster_cells.admission_binding),
    "MutatingAdmissionPolicyBinding": (BOUND_POLICY, cluster_cells.admission_binding),
    "FlowSchema": (
        "PriorityLevel MatchingPrecedence DistinguisherMethod Age MissingPL",
        cluster_cells.flow_schema,
    ),
    "PriorityLevelConfiguration": (
        "Type NominalConcurrencyShares Queues HandSize QueueLengthLimit Age",
        cluster_cells.priority_level,
    ),
    "CertificateSigningRequest": (
        "Age SignerName Requestor RequestedDuration Condition",
        cluster_cells.signing_request,
    ),
    "ClusterTrustBundle": ("SignerName", cluster_cells.trust_bundle),
    "PodCertificateRequest": (
        "PodName ServiceAccountName NodeName SignerName State UnverifiedUserAnnotations",
        cluster_cells.pod_certificate,
    ),
    "DeviceClass": ("Age", lambda obj: [age(obj)]),
    "DeviceTaintRule": ("Key Value Effect TimeAdded Age", cluster_cells.device_taint),
    "ResourceClaim": ("State Age", cluster_cells.resource_claim),
    "ResourceClaimTemplate": ("Age", lambda obj: [age(obj)]),
    "ResourceSlice": ("Node Driver Pool Age", cluster_cells.resource_slice),
    "StorageVersionMigration": ("Resource Status", cluster_cells.migration),
}
"""Columns after the name: `_` is a space, `+` is shown in wide output, `:` stands before a type."""

EVENT_COLUMNS = (
    "Last_Seen Type Reason Object Subobject+ Source+ Message First_Seen+ Count+ Name:string:name+"
)

DEFAULT_INGRESS_CLASS = "ingressclass.kubernetes.io/is-default-class"


def table(resource: Resource, objects: list[Object], metadata: Object, *, include: str) -> Object:
    """A Table of a list, or where `metadata` is empty of one object.

    `include` says whether rows hold the object, its metadata or nothing.
    """
    columns, row = _columns(resource)
    shown = objects
    if metadata and resource.kind == "FlowSchema":
        shown = sorted(objects, key=_precedence)
    if metadata and resource.kind == "StorageClass":
        row = _with_default(row, storage_cells.default_class(objects))
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": metadata or _version(objects[0]),
        "columnDefinitions": columns,
        "rows": [_row(resource, obj, row, include) for obj in shown],
    }


def _version(obj: Object) -> Object:
    # What a dry run made has no version.
    version = obj["metadata"].get("resourceVersion")
    return {"resourceVersion": version} if version else {}


def _precedence(obj: Object) -> tuple[int, str]:
    return obj["spec"].get("matchingPrecedence", 0), obj["metadata"]["name"]


def _row(resource: Resource, obj: Object, row: Row, include: str) -> Object:
    made: Object = {"cells": row(obj)}
    conditions = pod_cells.row_conditions(obj) if resource.kind == "Pod" else []
    if conditions:
        made["conditions"] = conditions
    return {**made, "object": _included(obj, include)}


def _included(obj: Object, include: str) -> Object | None:
    if include == "None":
        return None
    if include == "Object":
        return obj
    partial = {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1"}
    return {**partial, "metadata": obj["metadata"]}


def _columns(resource: Resource) -> tuple[list[Object], Row]:
    if resource.is_custom:
        heads, made = printer_columns.columns(resource.columns)
        row = _named(lambda obj: [cell(obj) for cell in made])
        return [_column("Name:string:name"), *heads], row
    if resource.kind == "Event":
        return [_column(text) for text in EVENT_COLUMNS.split()], cluster_cells.event
    known = COLUMNS.get(resource.kind)
    text, row = known or ("Created_At:date", lambda obj: [obj["metadata"]["creationTimestamp"]])
    # Migrations are the one kind whose names the server does not mark as such.
    name = "Name" if resource.kind == "StorageVersionMigration" else "Name:string:name"
    return [_column(each) for each in (name, *text.split())], _named(row)


def _named(row: Row) -> Row:
    def named(obj: Object) -> list[Any]:
        is_default = annotations_of(obj).get(DEFAULT_INGRESS_CLASS) == "true"
        default = " (default)" if is_default and obj.get("kind") == "IngressClass" else ""
        return [f"{obj['metadata']['name']}{default}", *row(obj)]

    return named


def _with_default(row: Row, default: str) -> Row:
    def marked(obj: Object) -> list[Any]:
        name, *others = row(obj)
        return [f"{name} (default)" if name == default else name, *others]

    return marked


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
