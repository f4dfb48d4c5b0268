"""Rendering a loaded chart again, with other values, beside Helm's Go SDK in one process."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from benchmarks.timing import Pair
from pyhelm import Client


def pairs(charts: Iterable[Path], *, rounds: int = 9) -> list[Pair]:
    """Each chart in turn by both; nothing where the SDK is not installed."""
    try:
        from helm_python import Chart
    except ImportError:
        return []
    client = Client.from_env()
    found = []
    for path in charts:
        ours, theirs = client.load(path), Chart.load(str(path))

        def render(values: dict[str, Any], chart: Any = ours) -> None:
            client.template("a", chart, values)

        def render_theirs(values: dict[str, Any], chart: Any = theirs) -> None:
            chart.render(values, name="a", namespace="default")

        times = [(_seconds(render, n), _seconds(render_theirs, n)) for n in range(rounds)][1:]
        medians = (statistics.median(each) for each in zip(*times, strict=True))
        found.append(Pair(f"again in one process, {path.stem}", *medians))
    return found


def _seconds(render: Callable[[dict[str, Any]], None], number: int) -> float:
    start = time.perf_counter()
    render({"benchmark": number})
    return time.perf_counter() - start
