"""What is told of an object while it is waited for."""

from __future__ import annotations

from pyhelm._dataclass import dataclass
from pyhelm._typing import Callable, Mapping, TypeAlias
from pyhelm.kube.cluster import Cluster, Object, ObjectRef


@dataclass(frozen=True, slots=True)
class Told:
    """What was found out beside an object's state: its newest warning event, and, where they were
    asked for, the last lines of containers that crash."""

    warning: str = ""
    logs: tuple[str, ...] = ()


NOTHING = Told()


@dataclass(frozen=True, slots=True)
class Waited:
    """An object that is not ready: its state by kstatus' names, why, and what else is known."""

    ref: ObjectRef
    state: str
    message: str
    told: Told = NOTHING

    @property
    def name(self) -> str:
        """`Deployment/namespace/name`."""
        return f"{self.ref.kind}/{self.ref.namespace}/{self.ref.name}"

    @property
    def line(self) -> str:
        """The object and its state in one line."""
        return f"{self.name}: {self.message or self.state}"


Report = Callable[[tuple[Waited, ...]], None]
"""Is told what is still waited for, whenever that changed, and every few seconds."""

Enquire: TypeAlias = Callable[
    [Cluster, Mapping[ObjectRef, Object | None]], Mapping[ObjectRef, Told]
]
"""Finds out more of objects that are not ready."""
