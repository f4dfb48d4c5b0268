"""Timing two commands in pairs, so that both see the same machine."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """What was timed: a command of ours and helm's, in seconds."""

    name: str
    ours: float
    helms: float

    @property
    def ratio(self) -> float:
        """Ours in units of helm's."""
        return self.ours / self.helms


def run(command: Sequence[str], env: Mapping[str, str]) -> float:
    """Seconds that a whole process takes; raises when it fails."""
    start = time.perf_counter()
    done = subprocess.run(command, env=dict(env), capture_output=True)
    seconds = time.perf_counter() - start
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.decode()}")
    return seconds


def compare(
    name: str,
    ours: Callable[[int], float],
    helms: Callable[[int], float],
    *,
    rounds: int = 7,
) -> Pair:
    """Time both in turn; each is told the round, the first of which warms the caches up."""
    ours(-1)
    helms(-1)
    times = [(ours(n), helms(n)) for n in range(rounds)]
    return Pair(
        name,
        statistics.median(first for first, _ in times),
        statistics.median(second for _, second in times),
    )


@dataclass(frozen=True)
class Cost:
    """What a whole process took: seconds, and MiB of memory at most."""

    seconds: float
    memory: float


def cost(command: Sequence[str], env: Mapping[str, str]) -> Cost:
    """Run a process to its end; raises when it fails."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, env=dict(env), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - start
        if process.returncode:
            said.seek(0)
            raise RuntimeError(f"{' '.join(command)}: {said.read().decode()}")
    return Cost(seconds, used.ru_maxrss / 1024)
