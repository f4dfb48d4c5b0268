"""Helm's tables: tab-separated columns, padded to the widest cell, the last one too."""

from __future__ import annotations

from pyhelm._typing import Sequence
from pyhelm.cli.text import one_line, shorten, width

BOLD = ("\x1b[1m", "\x1b[22m")
CYAN = ("\x1b[36m", "\x1b[0m")
GREEN = ("\x1b[32m", "\x1b[0m")
RED = ("\x1b[31m", "\x1b[0m")
YELLOW = ("\x1b[33m", "\x1b[0m")

STATUS_COLORS = {
    "deployed": GREEN,
    "failed": RED,
    "unknown": RED,
    "pending-install": YELLOW,
    "pending-upgrade": YELLOW,
    "pending-rollback": YELLOW,
    "uninstalling": YELLOW,
}


def painted(text: str, color: tuple[str, str] | None) -> str:
    """Text between the two escape sequences of a colour; as it is for None."""
    return f"{color[0]}{text}{color[1]}" if color else text


def table(
    rows: Sequence[Sequence[object]],
    *,
    headers: Sequence[str] = (),
    max_width: int = 0,
    colors: dict[tuple[int, int], tuple[str, str]] | None = None,
) -> str:
    """The lines of a table, each with its line end; cells wider than `max_width` are cut.

    `colors` paints cells by row and column; rows count from 0, headers are row -1.
    """
    cells = [[one_line(str(cell)) for cell in row] for row in ([headers] if headers else [])]
    cells += [[one_line(str(cell)) for cell in row] for row in rows]
    if not cells:
        return "\n"
    widths = [_column_width(column, max_width) for column in zip(*cells, strict=True)]
    first = -1 if headers else 0
    return "".join(
        "\t".join(_cell(text, widths[x], (colors or {}).get((y, x))) for x, text in enumerate(row))
        + "\n"
        for y, row in enumerate(cells, first)
    )


def _column_width(column: Sequence[str], max_width: int) -> int:
    widest = max(width(text) for text in column)
    return min(widest, max_width) if max_width else widest


def _cell(text: str, columns: int, color: tuple[str, str] | None) -> str:
    # Helm: uitable cuts twice, which shows when a wide character straddles the limit.
    cut = shorten(shorten(text, columns), columns)
    return painted(cut, color) + " " * (columns - width(cut))
