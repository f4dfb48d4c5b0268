"""The typer app, built from the same table as the parser: it finds and prints the help pages.

Importing typer costs more than most commands take, so this module is imported for that purpose
only; command lines are read by `parse.py`. Typer's own pages cut the names of flags on terminals
of 80 columns, so ours are `page.py`'s.
"""

from __future__ import annotations

import typer
from typer.core import TyperCommand, TyperGroup

from pyhelm._typing import Any
from pyhelm.cli.command import Command
from pyhelm.cli.commands import ROOT, children
from pyhelm.cli.page import columns, page

_SETTINGS = {"help_option_names": ["-h", "--help"]}


def build(path: str) -> typer.Typer:
    """The commands over and under the command `path`, each with its page."""
    return _group(ROOT, path)


def _group(group: Command, path: str) -> typer.Typer:
    app = typer.Typer(
        name=group.name or None,
        cls=_shown(TyperGroup, group),
        rich_markup_mode=None,
        add_completion=False,
        context_settings=_SETTINGS,
    )
    app.callback()(_nothing)
    for command in children(group):
        if not _concerns(command.path, path):
            continue
        if command.run:
            cls = _shown(TyperCommand, command)
            app.command(command.name, cls=cls, context_settings=_SETTINGS)(_nothing)
        else:
            app.add_typer(_group(command, path), name=command.name)
    return app


def _concerns(path: str, page: str) -> bool:
    """Whether a command is the page's, or over or under it."""
    return f"{page} ".startswith(f"{path} ") or path.startswith(f"{page} ")


def _shown(kind: type[Any], command: Command) -> type[Any]:
    """Typer's kind of command whose help is our page of it."""

    def format_help(self: Any, ctx: Any, formatter: Any) -> None:
        formatter.write(page(command, columns()))

    return type(f"Page{kind.__name__}", (kind,), {"format_help": format_help})


def _nothing() -> None:
    """`run.py` runs commands."""
