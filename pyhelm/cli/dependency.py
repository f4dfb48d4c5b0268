"""The commands on a chart's dependencies."""

from __future__ import annotations

import os

from pyhelm.chart.dependencies import declared
from pyhelm.cli.call import Call
from pyhelm.cli.flag_values import quoted
from pyhelm.cli.table import table


def show(call: Call) -> None:
    """`pyhelm dependency list CHART`."""
    path = _path(call)
    found = call.client.dependency_list(path)
    folder = os.path.normpath(os.path.join(path, "charts"))
    if not found and not declared(call.client.load(path)):
        return call.terminal.line(f"WARNING: no dependencies at {folder}")
    rows = [(dep.name, dep.version, dep.repository, dep.status) for dep in found]
    headers = ("NAME", "VERSION", "REPOSITORY", "STATUS")
    text = table(rows, headers=headers, max_width=call.values["max_col_width"])
    call.terminal.write(f"{text}\n")
    for stray in call.client.dependency_strays(path):
        says = "is not in Chart.yaml" if stray.is_chart else "is not a chart"
        call.terminal.line(f"WARNING: {quoted(os.path.join(folder, stray.name))} {says}.")
    return None


def update(call: Call) -> None:
    """`pyhelm dependency update CHART`."""
    refresh = not call.values["skip_refresh"]
    call.client.dependency_update(_path(call), call.chart_options(), refresh=refresh)


def build(call: Call) -> None:
    """`pyhelm dependency build CHART`."""
    refresh = not call.values["skip_refresh"]
    call.client.dependency_build(_path(call), call.chart_options(), refresh=refresh)


def _path(call: Call) -> str:
    return call.args[0] if call.args else "."
