"""Timing two commands in pairs, so that both see the same machine."""

from __future__ import annotations

import statistics
import subprocess
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
