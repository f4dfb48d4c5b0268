"""A small honest Kubernetes API: objects, versions, controllers; no containers.

`Simulator` answers requests in process; `start`, `status`, `stop` and `reset` run it as a
background process that kubectl and helm can use.
"""

from __future__ import annotations

from pyhelm.simulator.http import Request, Response
from pyhelm.simulator.process import CONTEXT, Running, reset, serve, start, status, stop
from pyhelm.simulator.simulator import Simulator
from pyhelm.simulator.statuses import SimulatorFault, StatusError

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
