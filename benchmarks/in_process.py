"""Rendering a loaded chart again, with other values, beside Helm's Go SDK in one process."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from benchmarks.charts import NAMED
from benchmarks.commands import table
from benchmarks.environment import CORPUS
from benchmarks.timing import Pair
from pyhelm import Client

HEAD = """\
A loaded chart rendered again with other values, in one process: `Client.template`, and Helm's own
Go code (the package helm-python-sdk).

"""


def main() -> str:
    """The table, of charts of the corpus."""
    charts = [CORPUS / path for path in NAMED.values()]
    found = pairs(chart for chart in charts if chart.exists())
    return HEAD + table(found) if found else f"{HEAD}(not measured: helm-python-sdk is not there)"


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
        found.append(Pair(path.stem, *medians))
    return found


def _seconds(render: Callable[[dict[str, Any]], None], number: int) -> float:
    start = time.perf_counter()
    render({"benchmark": number})
    return time.perf_counter() - start
