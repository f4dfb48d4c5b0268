"""What the API server refuses in budgets, autoscalers, bindings and priorities, in its words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pyhelm.simulator.causes import forbidden, negative, required, unsupported, wrong
from pyhelm.simulator.statuses import Cause

Object = Mapping[str, Any]
Causes = Iterator[Cause]

PERCENT_RULE = (
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or "
    "'93%', regex used for validation is '[0-9]+%')"
)
SUBJECTS = ("ServiceAccount", "User", "Group")
HIGHEST = 1000000000


def budget_causes(budget: Object) -> Causes:
    """A PodDisruptionBudget's faults."""
    spec = budget.get("spec") or {}
    least, most = spec.get("minAvailable"), spec.get("maxUnavailable")
    if least is not None and most is not None:
        shown = {
            "MinAvailable": least,
            "Selector": spec.get("selector"),
            "MaxUnavailable": most,
            "UnhealthyPodEvictionPolicy": spec.get("unhealthyPodEvictionPolicy"),
        }
        yield wrong("spec", shown, "minAvailable and maxUnavailable cannot be both set")
    for name in ("minAvailable", "maxUnavailable"):
        yield from _share_causes(spec.get(name), f"spec.{name}")


def _share_causes(share: Any, field: str) -> Causes:
    yield from negative(share, field)
    if not isinstance(share, str):
        return
    if not re.fullmatch("[0-9]+%", share):
        yield wrong(field, share, PERCENT_RULE)
    elif int(share[:-1]) > 100:
        yield wrong(field, share, "must not be greater than 100%")


def autoscaler_causes(scaler: Object) -> Causes:
    """A HorizontalPodAutoscaler's faults."""
    spec = scaler.get("spec") or {}
    least, most = spec.get("minReplicas"), spec.get("maxReplicas") or 0
    target = spec.get("scaleTargetRef") or {}
    if least is not None and least < 1:
        yield wrong("spec.minReplicas", least, "must be greater than or equal to 1")
    if least is not None and most < least:
        yield wrong("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`")
    for name in ("kind", "name"):
        if not target.get(name):
            yield required(f"spec.scaleTargetRef.{name}")
    version = target.get("apiVersion", "")
    if "/" not in version and target.get("kind") != "ReplicationController":
        text = "apiVersion must specify API group"
        yield wrong("spec.scaleTargetRef.apiVersion", version, text)
    if not most:
        yield required("spec.maxReplicas")


def binding_causes(binding: Object) -> Causes:
    """A RoleBinding's or ClusterRoleBinding's faults."""
    role = binding.get("roleRef") or {}
    everywhere = binding["kind"] == "ClusterRoleBinding"
    kinds = ("ClusterRole",) if everywhere else ("Role", "ClusterRole")
    if role.get("kind", "") not in kinds:
        yield unsupported("roleRef.kind", role.get("kind", ""), kinds)
    if not role.get("name"):
        yield required("roleRef.name")
    for index, subject in enumerate(binding.get("subjects") or ()):
        field, kind = f"subjects[{index}]", subject.get("kind", "")
        if not subject.get("name"):
            yield required(f"{field}.name")
        if kind not in SUBJECTS:
            yield unsupported(f"{field}.kind", kind, SUBJECTS)
        elif kind == "ServiceAccount" and everywhere and not subject.get("namespace"):
            yield required(f"{field}.namespace")


def priority_causes(priority: Object) -> Causes:
    """A PriorityClass's faults."""
    name, value = priority["metadata"].get("name", ""), priority.get("value", 0)
    if value > HIGHEST and not name.startswith("system-"):
        text = f"maximum allowed value of a user defined priority is {HIGHEST}"
        yield forbidden("value", text)


def lease_causes(lease: Object) -> Causes:
    """A Lease's faults."""
    seconds = (lease.get("spec") or {}).get("leaseDurationSeconds")
    if seconds is not None and seconds <= 0:
        yield wrong("spec.leaseDurationSeconds", seconds, "must be greater than 0")
