"""The work queue: which controller must look at which object, now or later.

Controllers compare what is with what shall be, so it is enough to say where to look. They run
in the transaction of the request that made the change, one after another, until nothing is left.
"""

from __future__ import annotations

import heapq
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyhelm.simulator.statuses import StatusError
from pyhelm.simulator.store import Change

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

logger = logging.getLogger(__name__)

Key = tuple[str, str]
Place = tuple[str, str, str]
"""Resource, namespace, name."""
Trigger = Callable[["Simulator", Change], Iterable[Key]]

MOST_STEPS = 200_000


@dataclass(frozen=True, slots=True)
class Controller:
    """What it does to an object, and which changes make it look at which objects."""

    reconcile: Callable[[Simulator, str, str], None]
    triggers: Mapping[str, Trigger]


def itself(sim: Simulator, change: Change) -> Iterable[Key]:
    """The changed object."""
    return ((change.namespace, change.new.obj["metadata"]["name"]),)


def its_controller(kind: str) -> Trigger:
    """The object of a kind that controls the changed one."""

    def trigger(sim: Simulator, change: Change) -> Iterable[Key]:
        references = change.new.obj["metadata"].get("ownerReferences") or ()
        return tuple(
            (change.namespace, reference["name"])
            for reference in references
            if reference.get("controller") and reference.get("kind") == kind
        )

    return trigger


class Controllers:
    """All controllers of one simulator and what they have still to do."""

    def __init__(self, sim: Simulator, table: Mapping[str, Controller]) -> None:
        self._sim = sim
        self._table = table
        self._waiting: dict[tuple[str, Key], None] = {}
        self._later: list[tuple[float, str, Key]] = []
        self._dependents: dict[str, set[Place]] = {}
        self._triggers: dict[str, list[tuple[str, Trigger]]] = {}
        for name, controller in table.items():
            for resource, trigger in controller.triggers.items():
                self._triggers.setdefault(resource, []).append((name, trigger))
        sim.store.observers.append(self._observe)

    def resume(self) -> None:
        """Look at everything again, as after a restart."""
        for resource in self._sim.store.resources():
            for stored in self._sim.store.list(resource):
                namespace = stored.obj["metadata"].get("namespace", "")
                self._observe(Change(stored.version, "ADDED", resource, namespace, stored, None))

    def dependents(self, uid: str) -> tuple[Place, ...]:
        """What has an owner reference to this uid."""
        return tuple(self._dependents.get(uid, ()))

    def enqueue(self, controller: str, key: Key) -> None:
        """Look at an object soon."""
        self._waiting[controller, key] = None

    def later(self, seconds: float, controller: str, key: Key) -> None:
        """Look at an object when some time has passed."""
        heapq.heappush(self._later, (self._sim.clock() + seconds, controller, key))

    def has_due(self) -> bool:
        """Whether there is anything to do now."""
        return bool(self._waiting) or self.next_due() == 0

    def next_due(self) -> float | None:
        """Seconds until something is to do; None for never."""
        if self._waiting:
            return 0.0
        if not self._later:
            return None
        return max(self._later[0][0] - self._sim.clock(), 0.0)

    def run(self) -> None:
        """Work until nothing is left to do now."""
        for _ in range(MOST_STEPS):
            self._wake()
            if not self._waiting:
                return
            name, key = next(iter(self._waiting))
            del self._waiting[name, key]
            try:
                self._table[name].reconcile(self._sim, *key)
            except StatusError as error:
                logger.warning("%s %s/%s: %s", name, *key, error)
        logger.error("the controllers did not settle within %d steps", MOST_STEPS)
        self._waiting.clear()

    def _wake(self) -> None:
        now = self._sim.clock() if self._later else 0.0
        while self._later and self._later[0][0] <= now:
            _, name, key = heapq.heappop(self._later)
            self._waiting[name, key] = None

    def _observe(self, change: Change) -> None:
        self._index(change)
        for name, trigger in self._triggers.get(change.resource, ()):
            for key in trigger(self._sim, change):
                self._waiting[name, key] = None
        for name, trigger in self._triggers.get("*", ()):
            for key in trigger(self._sim, change):
                self._waiting[name, key] = None

    def _index(self, change: Change) -> None:
        metadata = change.new.obj["metadata"]
        place = (change.resource, change.namespace, metadata["name"])
        if change.old is not None:
            for reference in _references(change.old.obj):
                self._dependents.get(reference["uid"], set()).discard(place)
        if change.type != "DELETED":
            for reference in _references(change.new.obj):
                self._dependents.setdefault(reference["uid"], set()).add(place)


def _references(obj: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return obj["metadata"].get("ownerReferences") or ()
