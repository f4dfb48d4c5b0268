"""What the API server fills in: the defaults of each type, and quantities in canonical form.

Types are walked along their schema; what its document doesn't say (most of it) stands in the
table here, by type, as read back from a real API server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pyhelm.openapi import MISSING
from pyhelm.simulator.quantities import canonical
from pyhelm.simulator.schema import Type

Object = dict[str, Any]

DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "core.v1.Container": {
        "resources": {},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
    },
    "core.v1.PodSpec": {
        "dnsPolicy": "ClusterFirst",
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "securityContext": {},
        "terminationGracePeriodSeconds": 30,
    },
    "core.v1.Probe": {
        "failureThreshold": 3,
        "periodSeconds": 10,
        "successThreshold": 1,
        "timeoutSeconds": 1,
    },
    "core.v1.HTTPGetAction": {"path": "/", "scheme": "HTTP"},
    "core.v1.GRPCAction": {"service": ""},
    "core.v1.ConfigMapVolumeSource": {"defaultMode": 420},
    "core.v1.SecretVolumeSource": {"defaultMode": 420},
    "core.v1.ProjectedVolumeSource": {"defaultMode": 420},
    "core.v1.DownwardAPIVolumeSource": {"defaultMode": 420},
    "core.v1.HostPathVolumeSource": {"type": ""},
    "core.v1.ServiceAccountTokenProjection": {"expirationSeconds": 3600},
    "core.v1.ObjectFieldSelector": {"apiVersion": "v1"},
    "core.v1.ServiceSpec": {"sessionAffinity": "None", "type": "ClusterIP"},
    "core.v1.Service": {"status": {"loadBalancer": {}}},
    "core.v1.Secret": {"type": "Opaque"},
    "core.v1.PersistentVolumeClaimSpec": {"volumeMode": "Filesystem"},
    "core.v1.PersistentVolumeClaim": {"status": {"phase": "Pending"}},
    "core.v1.PersistentVolumeSpec": {
        "persistentVolumeReclaimPolicy": "Retain",
        "volumeMode": "Filesystem",
    },
    "apps.v1.DeploymentSpec": {
        "progressDeadlineSeconds": 600,
        "replicas": 1,
        "revisionHistoryLimit": 10,
        "strategy": {},
    },
    "apps.v1.DeploymentStrategy": {"type": "RollingUpdate"},
    "apps.v1.RollingUpdateDeployment": {"maxSurge": "25%", "maxUnavailable": "25%"},
    "apps.v1.ReplicaSetSpec": {"replicas": 1},
    "core.v1.ReplicationControllerSpec": {"replicas": 1},
    "apps.v1.StatefulSetSpec": {
        "persistentVolumeClaimRetentionPolicy": {},
        "podManagementPolicy": "OrderedReady",
        "replicas": 1,
        "revisionHistoryLimit": 10,
        "updateStrategy": {},
    },
    "apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy": {
        "whenDeleted": "Retain",
        "whenScaled": "Retain",
    },
    "apps.v1.StatefulSetUpdateStrategy": {"type": "RollingUpdate"},
    "apps.v1.RollingUpdateStatefulSetStrategy": {"maxUnavailable": 1, "partition": 0},
    "apps.v1.DaemonSetSpec": {"revisionHistoryLimit": 10, "updateStrategy": {}},
    "apps.v1.DaemonSetUpdateStrategy": {"type": "RollingUpdate"},
    "apps.v1.RollingUpdateDaemonSet": {"maxSurge": 0, "maxUnavailable": 1},
    "batch.v1.CronJobSpec": {
        "concurrencyPolicy": "Allow",
        "failedJobsHistoryLimit": 1,
        "successfulJobsHistoryLimit": 3,
        "suspend": False,
    },
    "autoscaling.v2.HorizontalPodAutoscalerSpec": {"minReplicas": 1},
    "networking.v1.NetworkPolicySpec": {"podSelector": {}},
    "networking.v1.NetworkPolicyPort": {"protocol": "TCP"},
    "networking.v1.Ingress": {"status": {"loadBalancer": {}}},
    "storage.v1.StorageClass": {"reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"},
    "storage.v1.CSIDriverSpec": {
        "attachRequired": True,
        "fsGroupPolicy": "ReadWriteOnceWithFSType",
        "podInfoOnMount": False,
        "requiresRepublish": False,
        "storageCapacity": False,
    },
    "core.v1.Namespace": {"spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}},
    "admissionregistration.v1.ValidatingWebhook": {
        "matchPolicy": "Equivalent",
        "namespaceSelector": {},
        "objectSelector": {},
        "timeoutSeconds": 10,
    },
    "admissionregistration.v1.MutatingWebhook": {
        "matchPolicy": "Equivalent",
        "namespaceSelector": {},
        "objectSelector": {},
        "reinvocationPolicy": "Never",
        "timeoutSeconds": 10,
    },
    "admissionregistration.v1.RuleWithOperations": {"scope": "*"},
    "admissionregistration.v1.ServiceReference": {"port": 443},
    "scheduling.v1.PriorityClass": {"preemptionPolicy": "PreemptLowerPriority"},
}

VOLUME_SOURCES_APART = frozenset({"name"})


def fill(obj: Object, type_: Type) -> None:
    """Fill in everything that an object leaves out; in place."""
    _walk(obj, type_)


def _walk(value: Any, type_: Type) -> None:
    if isinstance(value, dict):
        _fill_here(value, type_)
        for name, child in value.items():
            field = type_.field(name)
            if field is None:
                continue
            if field.format == "quantity":
                value[name] = canonical(child)
            elif isinstance(child, dict | list):
                _walk(child, field)
    elif isinstance(value, list) and type_.items is not None:
        items = type_.items
        for item in value:
            if isinstance(item, dict | list):
                _walk(item, items)


def _fill_here(value: Object, type_: Type) -> None:
    for name, default in DEFAULTS.get(type_.name, {}).items():
        if value.get(name) is None:
            value[name] = _fresh(default)
    rule = RULES.get(type_.name)
    if rule is not None:
        rule(value)
    for name in _structs(type_):
        if name not in value:
            value[name] = {}
    for name, default in _declared(type_):
        if name not in value:
            value[name] = _fresh(default)


def _fresh(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _fresh(child) for name, child in value.items()}
    return list(value) if isinstance(value, list) else value


_STRUCTS: dict[int, tuple[Type, list[str]]] = {}


def _structs(type_: Type) -> list[str]:
    """The structs that are always written, being no pointers."""
    known = _STRUCTS.get(id(type_))
    if known is None:
        found = []
        for name in type_.fields if type_.name else ():
            field = type_.field(name)
            if field is not None and field.fields and field.default == {}:
                found.append(name)
        known = _STRUCTS[id(type_)] = (type_, found)
    return known[1]


_DECLARED: dict[int, tuple[Type, list[tuple[str, Any]]]] = {}


def _declared(type_: Type) -> list[tuple[str, Any]]:
    """The schema's own defaults; structs that are merely not pointers, and "" and 0, are none."""
    known = _DECLARED.get(id(type_))
    if known is None:
        found = []
        for name in type_.fields:
            field = type_.field(name)
            if field is None or field.default is MISSING:
                continue
            built_in = bool(type_.name)
            if built_in and field.default in ({}, "", 0, None) and field.default is not False:
                continue
            found.append((name, field.default))
        known = _DECLARED[id(type_)] = (type_, found)
    return known[1]


def _container(container: Object) -> None:
    if not container.get("imagePullPolicy"):
        container["imagePullPolicy"] = pull_policy(str(container.get("image", "")))


def pull_policy(image: str) -> str:
    """Always for `latest` and for no tag, IfNotPresent for others."""
    if "@" in image:
        return "IfNotPresent"
    tag = image.rpartition("/")[2].partition(":")[2]
    return "Always" if tag in ("", "latest") else "IfNotPresent"


def _pod_spec(spec: Object) -> None:
    account = spec.get("serviceAccountName") or spec.get("serviceAccount")
    if account:
        spec["serviceAccountName"] = spec["serviceAccount"] = account


def _volume(volume: Object) -> None:
    if set(volume) <= VOLUME_SOURCES_APART:
        volume["emptyDir"] = {}


def _pod(pod: Object) -> None:
    spec = pod.get("spec")
    if not isinstance(spec, dict):
        return
    spec.setdefault("enableServiceLinks", True)
    for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ())):
        resources = container.get("resources") or {}
        if resources.get("limits"):
            requests = resources.setdefault("requests", {})
            for name, value in resources["limits"].items():
                requests.setdefault(name, value)


def _deployment_strategy(strategy: Object) -> None:
    if strategy["type"] == "RollingUpdate":
        strategy.setdefault("rollingUpdate", {})


def _set_strategy(strategy: Object) -> None:
    if strategy["type"] == "RollingUpdate":
        strategy.setdefault("rollingUpdate", {})


def _stateful_set(spec: Object) -> None:
    for template in spec.get("volumeClaimTemplates") or ():
        template.setdefault("apiVersion", "v1")
        template.setdefault("kind", "PersistentVolumeClaim")


def _from_template(obj: Object) -> None:
    """ReplicaSets' labels come from their template where they have none."""
    template = (obj.get("spec") or {}).get("template") or {}
    labels = (template.get("metadata") or {}).get("labels")
    if labels and not obj["metadata"].get("labels"):
        obj["metadata"]["labels"] = dict(labels)


def _job(job: Object) -> None:
    spec = job.get("spec")
    if not isinstance(spec, dict):
        return
    if spec.get("completions") is None and spec.get("parallelism") is None:
        spec["completions"] = spec["parallelism"] = 1
    spec.setdefault("parallelism", 1)
    spec.setdefault("backoffLimit", 6)
    spec.setdefault("completionMode", "NonIndexed")
    spec.setdefault("suspend", False)
    spec.setdefault("manualSelector", False)
    failing = "podFailurePolicy" in spec
    spec.setdefault("podReplacementPolicy", "Failed" if failing else "TerminatingOrFailed")


def _service(service: Object) -> None:
    spec = service.setdefault("spec", {})
    kind = spec.get("type") or "ClusterIP"
    if kind != "ExternalName":
        spec.setdefault("internalTrafficPolicy", "Cluster")
    if kind in ("NodePort", "LoadBalancer"):
        spec.setdefault("externalTrafficPolicy", "Cluster")
    if kind == "LoadBalancer":
        spec.setdefault("allocateLoadBalancerNodePorts", True)
    if spec.get("sessionAffinity") == "ClientIP":
        config = spec.setdefault("sessionAffinityConfig", {})
        config.setdefault("clientIP", {}).setdefault("timeoutSeconds", 10800)
    for port in spec.get("ports") or ():
        port.setdefault("protocol", "TCP")
        if port.get("targetPort") in (None, "", 0):
            port["targetPort"] = port.get("port", 0)


def _secret(secret: Object) -> None:
    import base64

    plain = secret.pop("stringData", None)
    if plain:
        data = secret.setdefault("data", {})
        data.update({k: base64.b64encode(str(v).encode()).decode() for k, v in plain.items()})


def _network_policy(spec: Object) -> None:
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]


def _role_ref(binding: Object) -> None:
    reference = binding.get("roleRef")
    if isinstance(reference, dict) and not reference.get("apiGroup"):
        reference["apiGroup"] = "rbac.authorization.k8s.io"
    for subject in binding.get("subjects") or ():
        if subject.get("kind") in ("User", "Group"):
            subject.setdefault("apiGroup", "rbac.authorization.k8s.io")


def _metric_target(status: Object) -> None:
    metrics = status.get("metrics")
    if not metrics:
        status["metrics"] = [
            {
                "type": "Resource",
                "resource": {
                    "name": "cpu",
                    "target": {"type": "Utilization", "averageUtilization": 80},
                },
            }
        ]


def _crd(crd: Object) -> None:
    spec = crd.get("spec")
    if not isinstance(spec, dict):
        return
    names = spec.setdefault("names", {})
    names.setdefault("singular", str(names.get("kind", "")).lower())
    names.setdefault("listKind", f"{names.get('kind', '')}List")
    spec.setdefault("conversion", {"strategy": "None"})


RULES: Mapping[str, Callable[[Object], None]] = {
    "core.v1.Container": _container,
    "core.v1.PodSpec": _pod_spec,
    "core.v1.Volume": _volume,
    "core.v1.Pod": _pod,
    "core.v1.Service": _service,
    "core.v1.Secret": _secret,
    "apps.v1.DeploymentStrategy": _deployment_strategy,
    "apps.v1.StatefulSetUpdateStrategy": _set_strategy,
    "apps.v1.DaemonSetUpdateStrategy": _set_strategy,
    "apps.v1.StatefulSetSpec": _stateful_set,
    "apps.v1.ReplicaSet": _from_template,
    "core.v1.ReplicationController": _from_template,
    "batch.v1.Job": _job,
    "networking.v1.NetworkPolicySpec": _network_policy,
    "rbac.v1.RoleBinding": _role_ref,
    "rbac.v1.ClusterRoleBinding": _role_ref,
    "autoscaling.v2.HorizontalPodAutoscalerSpec": _metric_target,
    "apiextensions.v1.CustomResourceDefinition": _crd,
}
