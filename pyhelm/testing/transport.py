"""A transport straight into the simulator: the whole API without a socket."""

from __future__ import annotations

from pyhelm._typing import Iterator
from pyhelm.kube.transport import Request, Response
from pyhelm.simulator import Request as SimulatorRequest
from pyhelm.simulator import Simulator


class SimulatorTransport:
    """Sends requests to a simulator in this process; a new one in memory by default.

    That one ends with `close`, which `with` does, too; one that was given is left to its owner.
    """

    def __init__(self, simulator: Simulator | None = None) -> None:
        self._owns = simulator is None
        self.simulator = simulator or Simulator(":memory:")

    def __enter__(self) -> SimulatorTransport:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the simulator, unless it was given."""
        if self._owns:
            self.simulator.close()

    def send(self, request: Request) -> Response:
        """The simulator's answer; a watch's lines come as they happen."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        answer = self.simulator.handle(
            SimulatorRequest(
                method=request.method,
                path=request.path,
                query=request.query,
                headers=headers,
                body=request.body,
            )
        )
        lines: Iterator[bytes] = iter(())
        if answer.watch is not None:
            lines = iter(answer.watch)
        elif request.stream:
            lines = iter(answer.body.splitlines(keepends=True))
        body = b"" if request.stream else answer.body
        names = {name.title(): value for name, value in answer.headers.items()}
        return Response(answer.status, names, body, lines)
