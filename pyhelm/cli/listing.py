"""`list`, `history` and `status`: what releases there are and how they fare."""

from __future__ import annotations

from pyhelm._dataclass import replace
from pyhelm._typing import Any
from pyhelm.actions.options import ListOptions
from pyhelm.chart.model import Chart
from pyhelm.cli.call import Call
from pyhelm.cli.output import encoded, sorted_keys
from pyhelm.cli.record import record
from pyhelm.cli.release_text import status_text
from pyhelm.cli.table import BOLD, CYAN, STATUS_COLORS, table
from pyhelm.cli.time_format import go_format
from pyhelm.release.model import Release

_LIST_HEADERS = (
    "NAME", "NAMESPACE", "REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION",
)  # fmt: skip
_MISSING = "MISSING"
_HISTORY_HEADERS = ("REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION", "DESCRIPTION")


def releases(call: Call) -> None:
    """`pyhelm list`."""
    found = call.client.list(call.options(ListOptions))
    if call.values["short"]:
        return _print_names(call, [release.name for release in found])
    rows = [_list_row(release, str(call.values["time_format"])) for release in found]
    if call.output != "table":
        return call.terminal.write(encoded(rows, call.output))
    headers = () if call.values["no_headers"] else _LIST_HEADERS
    colors = _list_colors(rows) if call.terminal.color else None
    cells = [tuple(row.values()) for row in rows]
    return call.terminal.write(table(cells, headers=headers, colors=colors))


def history(call: Call) -> None:
    """`pyhelm history RELEASE_NAME`."""
    found = call.client.history(call.args[0], call.values["max"])
    if call.output != "table":
        return call.terminal.write(encoded([revision_row(r) for r in found], call.output))
    with_rollback = bool(call.values["show_rollback_revision"])
    return call.terminal.write(history_table(found, with_rollback=with_rollback))


def history_table(found: list[Release], *, with_rollback: bool = False) -> str:
    """Revisions as `history` lists them."""
    headers = list(_HISTORY_HEADERS)
    if with_rollback:
        headers.insert(-1, "ROLLBACK")
    rows = [_history_row(release, with_rollback) for release in found]
    return table(rows, headers=headers)


def status(call: Call) -> int | None:
    """`pyhelm status RELEASE_NAME`."""
    if call.values["drift"]:
        from pyhelm.cli.drift import print_drift

        return print_drift(call)
    release = call.client.status(call.args[0], call.values["revision"])
    resources = sorted_keys(release.info.resources)
    release = replace(release, info=replace(release.info, resources=resources))
    if call.output == "table":
        call.terminal.write(status_text(call, release))
    else:
        # Helm: the chart is left out here.
        call.terminal.write(encoded(record(release, chart=False), call.output))
    return None


def _print_names(call: Call, names: list[str]) -> None:
    if call.output != "table":
        return call.terminal.write(encoded(names, call.output))
    for name in names:
        call.terminal.line(name)
    return None


def _list_row(release: Release, layout: str) -> dict[str, str]:
    updated = release.info.last_deployed
    return {
        "name": release.name,
        "namespace": release.namespace,
        "revision": str(release.version),
        "updated": (go_format(updated, layout) if layout else updated.go()) if updated else "-",
        "status": str(release.info.status),
        "chart": _chart_name(release.chart),
        "app_version": _app_version(release.chart),
    }


def _list_colors(rows: list[dict[str, str]]) -> dict[tuple[int, int], tuple[str, str]]:
    colors = {(-1, x): BOLD for x in range(len(_LIST_HEADERS))}
    for y, row in enumerate(rows):
        colors[y, 1] = CYAN
        if row["status"] in STATUS_COLORS:
            colors[y, 4] = STATUS_COLORS[row["status"]]
    return colors


def revision_row(release: Release) -> dict[str, Any]:
    """A revision as `history -o json` shows it."""
    info = release.info
    row = {
        "revision": release.version,
        "updated": info.last_deployed.rfc3339() if info.last_deployed else None,
        "status": str(info.status),
        "chart": _chart_name(release.chart),
        "app_version": _app_version(release.chart),
        "rollback_revision": info.rollback_revision or None,
        "description": info.description,
    }
    return {key: value for key, value in row.items() if value is not None}


def _history_row(release: Release, with_rollback: bool) -> list[str]:
    info = release.info
    updated = info.last_deployed.ansic() if info.last_deployed else "Mon Jan  1 00:00:00 0001"
    chart, app = _chart_name(release.chart), _app_version(release.chart)
    row = [str(release.version), updated, str(info.status), chart, app, info.description]
    if with_rollback:
        row.insert(-1, str(info.rollback_revision or ""))
    return row


def _chart_name(chart: Chart) -> str:
    return _MISSING if _is_missing(chart) else f"{chart.name}-{chart.metadata.version}"


def _app_version(chart: Chart) -> str:
    return _MISSING if _is_missing(chart) else chart.metadata.app_version


def _is_missing(chart: Chart) -> bool:
    """Whether a record has no chart, or one without metadata."""
    return not (chart.name or chart.metadata.version)
