"""The RESOURCES of `status`: a table for each kind, as kubectl prints them.

The columns are those that an API server prints; the simulator, which answers kubectl, knows them.
"""

from __future__ import annotations

from pyhelm._typing import Any, Iterator, Mapping, Sequence
from pyhelm.cli.text import one_line, width

_PADDING = 3
_LEAST = 6

Objects = Sequence[Mapping[str, Any]]


def resources_text(resources: Mapping[str, Objects]) -> str:
    """All tables under their kinds (`v1/ConfigMap`); nothing when there are no resources."""
    if not resources:
        return ""
    tables = (f"==> {kind}\n{_table(resources[kind])}\n" for kind in sorted(resources))
    return f"RESOURCES:\n{''.join(tables)}\n"


def _table(objects: Objects) -> str:
    rows = [[one_line(str(cell)) for cell in row] for row in _rows(list(_flat(objects)))]
    widths = [max(_LEAST, _PADDING + max(map(width, column))) for column in zip(*rows, strict=True)]
    return "".join(f"{_line(row, widths)}\n" for row in rows)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    *padded, last = cells
    return "".join(c + " " * (w - width(c)) for c, w in zip(padded, widths, strict=False)) + last


def _flat(objects: Objects) -> Iterator[dict[str, Any]]:
    """The objects, those of lists too."""
    for obj in objects:
        if isinstance(obj.get("items"), list):
            kind = str(obj.get("kind", "")).removesuffix("List")
            yield from ({"kind": kind, **item} for item in obj["items"])
        else:
            yield dict(obj)


def _rows(objects: list[dict[str, Any]]) -> list[list[Any]]:
    """The headers, then a row for each object."""
    from pyhelm.simulator.tables import COLUMNS

    kind = objects[0].get("kind", "") if objects else ""
    text, row = COLUMNS.get(str(kind), COLUMNS["ServiceAccount"])
    columns = text.split()
    shown = [i for i, column in enumerate(columns) if not column.endswith("+")]
    names = [columns[i].partition(":")[0].replace("_", " ").upper() for i in shown]
    return [["NAME", *names], *([_name(obj), *_cells(row(obj), shown)] for obj in objects)]


def _cells(row: list[Any], shown: list[int]) -> Iterator[Any]:
    return (row[i] if i < len(row) else "" for i in shown)


def _name(obj: Mapping[str, Any]) -> str:
    return str((obj.get("metadata") or {}).get("name", ""))
