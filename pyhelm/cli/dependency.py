"""The commands on a chart's dependencies."""

from __future__ import annotations

from pyhelm.cli.call import Call
from pyhelm.cli.table import table


def show(call: Call) -> None:
    """`pyhelm dependency list CHART`."""
    path = _path(call)
    found = call.client.dependency_list(path)
    if not found:
        return call.terminal.line(f"WARNING: no dependencies at {path}/charts")
    rows = [(dep.name, dep.version, dep.repository, dep.status) for dep in found]
    headers = ("NAME", "VERSION", "REPOSITORY", "STATUS")
    text = table(rows, headers=headers, max_width=call.values["max_col_width"])
    return call.terminal.write(f"{text}\n")


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
