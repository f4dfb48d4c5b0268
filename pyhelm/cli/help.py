"""Help: the overview is printed from the table, the page of a command by typer."""

from __future__ import annotations

from contextlib import redirect_stdout

from pyhelm._typing import Sequence
from pyhelm.cli.call import Call
from pyhelm.cli.command import Command
from pyhelm.cli.commands import ROOT, children
from pyhelm.cli.manual import DIRECTORIES, OVERVIEW, VARIABLES
from pyhelm.cli.options import GLOBAL, HELP
from pyhelm.cli.page import columns, definitions, flags
from pyhelm.cli.parse import PROGRAM
from pyhelm.cli.terminal import Terminal


def show_help(command: Command, terminal: Terminal) -> None:
    """Print the help of a command; of the program for the top of the table."""
    if not command.path:
        terminal.write(overview())
        return
    from pyhelm.cli.app import build

    with redirect_stdout(terminal.out):
        build(command.path)(
            [*command.path.split(), "--help"], prog_name=PROGRAM, standalone_mode=False
        )


def options(call: Call) -> None:
    """`pyhelm options`."""
    listed = definitions(flags(GLOBAL), columns())
    call.terminal.write(f"These flags may be given to every command:\n\n{listed}\n")


def overview() -> str:
    """What bare `pyhelm` prints: common actions, variables, commands and global flags."""
    commands = children(ROOT)
    longest = max(len(command.name) for command in commands)
    listed = sorted((c.name, c.summary) for c in commands)
    return "\n".join(
        (
            OVERVIEW.format(variables=_grid(VARIABLES), directories=_grid(DIRECTORIES)).strip(),
            "",
            f"Usage:\n  {PROGRAM} [command]",
            "",
            "Available Commands:",
            *(f"  {name:{longest}}  {summary}" for name, summary in listed),
            "",
            "Flags:",
            definitions(flags((*GLOBAL, HELP)), columns()),
            "",
            f'Use "{PROGRAM} [command] --help" for more information about a command.',
            "",
        )
    )


def _grid(rows: Sequence[Sequence[str]]) -> str:
    """Rows between bars, the first one as headers."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    printed = [
        "| " + " | ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join((printed[0], rule, *printed[1:]))
