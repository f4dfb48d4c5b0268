"""The user's simulator, the cluster of last resort, as its files tell of it.

Nothing here starts one or looks inside: whether it runs is known from the lock that it holds on its
directory as long as it lives, and where it listens from the file that it writes when it is ready.
"""

from __future__ import annotations

import os

from pyhelm._dataclass import dataclass
from pyhelm.settings import Settings

CONTEXT = "pyhelm-simulator"
"""The context in a simulator's kubeconfig."""

START = "start the simulator: pyhelm simulator start"


@dataclass(frozen=True, slots=True)
class Simulated:
    """A simulator that runs: its address, and a kubeconfig whose only context it is."""

    url: str
    kubeconfig: str


def simulator_of(settings: Settings) -> Simulated | None:
    """The simulator of the settings' data home, while it runs."""
    directory = settings.simulator
    port = _port(os.path.join(directory, "state.json"))
    if not port or not _is_held(os.path.join(directory, "lock")):
        return None
    return Simulated(f"https://127.0.0.1:{port}", os.path.join(directory, "kubeconfig"))


def offer(settings: Settings) -> str:
    """How to get to the simulator instead, as the end of an error's text."""
    found = simulator_of(settings)
    return f"use the simulator, which runs: KUBECONFIG={found.kubeconfig}" if found else START


def _port(path: str) -> int:
    """The port in a state file; 0 where there is none."""
    import json

    try:
        with open(path, "rb") as file:
            return int(json.loads(file.read())["port"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _is_held(path: str) -> bool:
    from filelock import FileLock, Timeout

    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return True
    lock.release()
    return False
