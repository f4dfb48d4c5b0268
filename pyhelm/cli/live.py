"""The table that a person watches while objects are waited for; imported only then."""

from __future__ import annotations

import time

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from pyhelm._typing import TYPE_CHECKING, TextIO
from pyhelm.cli.text import one_line

if TYPE_CHECKING:
    from pyhelm.actions.session import Progress
    from pyhelm.kube.waited import Waited

ROWS = 15
"""How many objects are shown; of the others the number is told."""

STYLES = {"Failed": "red", "Terminating": "magenta", "NotFound": "yellow"}


class View:
    """A live table on a terminal; `close` takes it away again."""

    def __init__(self, err: TextIO) -> None:
        self._began = time.monotonic()
        self._progress: Progress | None = None
        self._spinner = Spinner("dots")
        console = Console(file=err, highlight=False, soft_wrap=False)
        self._live = Live(
            get_renderable=self._render, console=console, transient=True, refresh_per_second=4
        )
        self._live.start()

    def update(self, progress: Progress) -> None:
        """Show what is waited for now."""
        self._progress = progress
        self._live.refresh()

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._live.stop()

    def _render(self) -> RenderableType:
        if self._progress is None:
            return Text("")
        seconds = int(time.monotonic() - self._began)
        head = Text(f" {one_line(self._progress.message)} ({seconds} s)", style="bold")
        title = Table.grid()
        title.add_row(self._spinner, head)
        return Group(title, _table(self._progress.objects))


def _table(objects: tuple[Waited, ...]) -> Table:
    table = Table.grid(padding=(0, 2), expand=False)
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=2)
    table.add_column(overflow="fold", ratio=3)
    for each in objects[:ROWS]:
        table.add_row(_name(each), _state(each))
    if len(objects) > ROWS:
        table.add_row(Text(f"  and {len(objects) - ROWS} more", style="dim"), Text(""))
    return table


def _name(each: Waited) -> Text:
    return Text(f"  {one_line(each.ref.kind)} {one_line(each.ref.name)}", style="cyan")


def _state(each: Waited) -> Text:
    style = STYLES.get(each.state, "")
    text = Text(one_line(each.message or each.state), style=style)
    if each.told.warning:
        text.append(f"\n{one_line(each.told.warning)}", style="yellow")
    for line in each.told.logs:
        text.append(f"\n{one_line(line)}", style="dim")
    return text
