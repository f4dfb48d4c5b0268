"""The RESOURCES of `status`: a table for each kind, as kubectl prints them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from pyhelm.cli.text import one_line, width

_PADDING = 3
_LEAST = 6


def resources_text(resources: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """All tables under their kinds (`v1/ConfigMap`); nothing when there are no resources."""
    if not resources:
        return ""
    tables = (f"==> {kind}\n{_table(resources[kind])}\n" for kind in sorted(resources))
    return f"RESOURCES:\n{''.join(tables)}\n"


def _table(objects: Sequence[Mapping[str, Any]]) -> str:
    headers, rows = _cells(objects)
    lines = [[one_line(str(cell)) for cell in row] for row in (headers, *rows)]
    widths = [max(_LEAST, *map(width, column)) + _PADDING for column in zip(*lines, strict=True)]
    return "".join(f"{_line(line, widths)}\n" for line in lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    *padded, last = cells
    return "".join(c + " " * (w - width(c)) for c, w in zip(padded, widths, strict=False)) + last


def _cells(objects: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[list[Any]]]:
    """Headers and rows: the server's own where it sent tables, names and ages otherwise."""
    tables = [obj for obj in objects if obj.get("kind") == "Table"]
    if not tables:
        return ["NAME", "AGE"], [[_name(obj), _age(obj)] for obj in objects]
    columns = tables[0].get("columnDefinitions") or []
    shown = [i for i, column in enumerate(columns) if not column.get("priority")]
    headers = [str(columns[i].get("name", "")).upper() for i in shown]
    rows = [row.get("cells") or [] for table in tables for row in table.get("rows") or []]
    return headers, [[row[i] if i < len(row) else "" for i in shown] for row in rows]


def _name(obj: Mapping[str, Any]) -> str:
    return str((obj.get("metadata") or {}).get("name", ""))


def _age(obj: Mapping[str, Any]) -> str:
    from datetime import datetime

    created = (obj.get("metadata") or {}).get("creationTimestamp")
    if not created:
        return "<unknown>"
    since = datetime.now(UTC) - datetime.fromisoformat(str(created))
    return duration(int(since.total_seconds()))


def duration(seconds: int) -> str:
    """A time span as kubectl shows ages: `45s`, `3m20s`, `15m`, `5h30m`, `2d4h`, `30d`, `2y`."""
    if seconds < 0:
        return "<invalid>" if seconds < -1 else "0s"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    years = days // 365
    spans = (
        (seconds < 120, seconds, "s", 0, ""),
        (minutes < 10, minutes, "m", seconds % 60, "s"),
        (minutes < 180, minutes, "m", 0, ""),
        (hours < 8, hours, "h", minutes % 60, "m"),
        (hours < 48, hours, "h", 0, ""),
        (days < 8, days, "d", hours % 24, "h"),
        (days < 730, days, "d", 0, ""),
        (years < 8, years, "y", days % 365, "d"),
    )
    for fits, large, unit, small, smaller in spans:
        if fits:
            return f"{large}{unit}" + (f"{small}{smaller}" if small else "")
    return f"{years}y"
