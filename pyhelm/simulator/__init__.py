"""A small honest Kubernetes API: objects, versions, controllers; no containers.

`Simulator` answers requests in process; `start`, `status`, `stop` and `reset` run it as a
background process that kubectl and helm can use. Names are resolved on first use: asking whether
a simulator runs must not load one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyhelm.simulator.http import Request, Response
    from pyhelm.simulator.process import CONTEXT, Running, reset, serve, start, status, stop
    from pyhelm.simulator.simulator import Simulator
    from pyhelm.simulator.statuses import SimulatorFault, StatusError

_HOMES = {
    "CONTEXT": "process",
    "Request": "http",
    "Response": "http",
    "Running": "process",
    "Simulator": "simulator",
    "SimulatorFault": "statuses",
    "StatusError": "statuses",
    "reset": "process",
    "serve": "process",
    "start": "process",
    "status": "process",
    "stop": "process",
}

__all__ = [
    "CONTEXT",
    "Request",
    "Response",
    "Running",
    "Simulator",
    "SimulatorFault",
    "StatusError",
    "reset",
    "serve",
    "start",
    "status",
    "stop",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
