"""The order in which kinds are installed and uninstalled: Helm's tables."""

from __future__ import annotations

from pyhelm._typing import Callable, Iterable, TypeVar

INSTALL = (
    *("PriorityClass", "Namespace", "NetworkPolicy", "ResourceQuota", "LimitRange"),
    *("PodSecurityPolicy", "PodDisruptionBudget", "ServiceAccount", "Secret", "SecretList"),
    *("ConfigMap", "StorageClass", "PersistentVolume", "PersistentVolumeClaim"),
    *("CustomResourceDefinition", "ClusterRole", "ClusterRoleList", "ClusterRoleBinding"),
    *("ClusterRoleBindingList", "Role", "RoleList", "RoleBinding", "RoleBindingList", "Service"),
    *("DaemonSet", "Pod", "ReplicationController", "ReplicaSet", "Deployment"),
    *("HorizontalPodAutoscaler", "StatefulSet", "Job", "CronJob", "IngressClass", "Ingress"),
    *("APIService", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"),
)
"""Kinds that others need come first."""

UNINSTALL = (
    *("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "APIService", "Ingress"),
    *("IngressClass", "Service", "CronJob", "Job", "StatefulSet", "HorizontalPodAutoscaler"),
    *("Deployment", "ReplicaSet", "ReplicationController", "Pod", "DaemonSet"),
    *("RoleBindingList", "RoleBinding", "RoleList", "Role", "ClusterRoleBindingList"),
    *("ClusterRoleBinding", "ClusterRoleList", "ClusterRole", "CustomResourceDefinition"),
    *("PersistentVolumeClaim", "PersistentVolume", "StorageClass", "ConfigMap", "SecretList"),
    *("Secret", "ServiceAccount", "PodDisruptionBudget", "PodSecurityPolicy", "LimitRange"),
    *("ResourceQuota", "NetworkPolicy", "Namespace", "PriorityClass"),
)
"""Webhooks go before what they could keep from being deleted."""

T = TypeVar("T")


def by_kind(items: Iterable[T], kind: Callable[[T], str], order: tuple[str, ...]) -> list[T]:
    """Sorted by kind, else in the order given; kinds that the table lacks come last, by name."""
    ranks = {name: rank for rank, name in enumerate(order)}

    def rank(item: T) -> tuple[int, str]:
        name = kind(item)
        return (ranks[name], "") if name in ranks else (len(order), name)

    return sorted(items, key=rank)
