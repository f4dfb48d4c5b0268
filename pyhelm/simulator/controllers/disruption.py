"""PodDisruptionBudgets: how many Pods may go just now."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pyhelm.simulator.clock import stamp
from pyhelm.simulator.controllers import writes
from pyhelm.simulator.selectors import matches
from pyhelm.simulator.store import Change

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]

BUDGETS = "poddisruptionbudgets.policy"


def of_pod(sim: Simulator, change: Change) -> Iterable[tuple[str, str]]:
    """The budgets that count a Pod."""
    labels = change.new.obj["metadata"].get("labels") or {}
    for stored in sim.store.list(BUDGETS, change.namespace):
        if matches(stored.obj["spec"].get("selector"), labels):
            yield change.namespace, stored.obj["metadata"]["name"]


def reconcile(sim: Simulator, namespace: str, name: str) -> None:
    """Count a budget's Pods."""
    stored = sim.store.get(BUDGETS, namespace, name)
    if stored is None:
        return
    spec = stored.obj["spec"]
    pods = [
        each.obj
        for each in sim.store.list("pods", namespace)
        if matches(spec.get("selector"), each.obj["metadata"].get("labels") or {})
        and writes.is_active(each.obj)
    ]
    writes.update_status(sim, stored, _status(sim, stored.obj, pods))


def _status(sim: Simulator, budget: Object, pods: list[Object]) -> Object:
    expected, healthy = len(pods), sum(writes.is_ready(pod) for pod in pods)
    wanted = _wanted(budget["spec"], expected)
    allowed = max(healthy - wanted, 0) if expected else 0
    generation = budget["metadata"].get("generation", 1)
    conditions = writes.with_condition(
        (budget.get("status") or {}).get("conditions") or [],
        "DisruptionAllowed",
        "True" if allowed else "False",
        now=stamp(sim.clock()),
        reason="SufficientPods" if allowed else "InsufficientPods",
        message="",
        observedGeneration=generation,
    )
    return {
        "conditions": conditions,
        "currentHealthy": healthy,
        "desiredHealthy": wanted,
        "disruptionsAllowed": allowed,
        "expectedPods": expected,
        "observedGeneration": generation,
    }


def _wanted(spec: Object, expected: int) -> int:
    if spec.get("maxUnavailable") is not None:
        return max(expected - _share(spec["maxUnavailable"], expected), 0)
    return _share(spec.get("minAvailable", 1), expected)


def _share(value: int | str, total: int) -> int:
    if isinstance(value, int):
        return value
    return math.ceil(total * int(value.rstrip("%")) / 100)
