"""The typer app, built from the same table as the parser: it writes the help.

Importing typer costs more than most commands take, so this module is imported for that purpose
only; command lines are read by `parse.py`.
"""

from __future__ import annotations

import inspect

import typer
from rich.markup import escape

from pyhelm._typing import Any, Callable
from pyhelm.cli.command import Command
from pyhelm.cli.commands import ROOT, children
from pyhelm.cli.manual import MANUAL
from pyhelm.cli.options import GLOBAL, Option

_LISTS = ("stringArray", "strings", "stringToString")
_METAVARS = {
    "WaitStrategy": "watcher|hookOnly|legacy",
    "CRDs": "create|apply|skip",
    "Progress": "auto|live|plain|json|none",
    "format": "table|json|yaml",
    "stringArray": "TEXT",
    "strings": "TEXT,...",
    "stringToString": "KEY=VALUE,...",
    "string": "TEXT",
    "float32": "NUMBER",
    "uint": "NUMBER",
    "int": "NUMBER",
    "duration": "DURATION",
}  # fmt: skip


def build(page: str) -> typer.Typer:
    """What the help page of the command `page` needs."""
    return _group(ROOT, page)


def _group(group: Command, page: str) -> typer.Typer:
    app = typer.Typer(
        name=group.name or None,
        help=_manual(group),
        rich_markup_mode="rich",
        add_completion=False,
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_function(GLOBAL, hidden=True))
    for command in children(group):
        for name in (command.name, *command.aliases):
            if _concerns(command.path, page):
                _add(app, command, name, page)
    return app


def _concerns(path: str, page: str) -> bool:
    """Whether a command is the page's, or over or under it."""
    return f"{page} ".startswith(f"{path} ") or path.startswith(f"{page} ")


def _add(app: typer.Typer, command: Command, name: str, page: str) -> None:
    hidden = name != command.name
    if not command.run:
        app.add_typer(_group(command, page), name=name, short_help=command.summary, hidden=hidden)
        return
    app.command(
        name,
        help=_manual(command),
        short_help=escape(command.summary),
        hidden=hidden,
        options_metavar=" ".join(filter(None, (command.usage, "[flags]"))),
        context_settings={"help_option_names": ["-h", "--help"]},
    )(_function((*command.options, *GLOBAL)))


def _manual(command: Command) -> str:
    paragraphs = (MANUAL.get(command.path) or _sentence(command.summary)).strip().split("\n\n")
    text = "\n\n".join(escape(p if "\b" in p else p.replace("\n", " ")) for p in paragraphs)
    if command.aliases:
        text += f"\n\nAliases: {', '.join((command.name, *command.aliases))}"
    return text


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


def _function(options: tuple[Option, ...], *, hidden: bool = False) -> Callable[..., None]:
    """A function with the signature from which typer makes its parameters."""

    def body(**values: Any) -> None:
        """Nothing: `run.py` runs commands."""

    parameters = [_option(option, hidden) for option in options if not option.deprecated]
    body.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    body.__annotations__ = {p.name: p.annotation for p in parameters}
    return body


def _option(option: Option, hidden: bool) -> inspect.Parameter:
    names = [f"--{option.name}", *([f"-{option.short}"] if option.short else [])]
    default = typer.Option(
        False if option.type == "bool" else None,
        *names,
        help=escape(_help(option)),
        metavar=_METAVARS.get(option.type, " "),
        rich_help_panel=option.group,
        hidden=hidden,
        show_default=False,
    )
    kind: Any = bool if option.type == "bool" else list[str] if option.type in _LISTS else str
    return _parameter(option.name.replace("-", "_"), default, kind)


def _help(option: Option) -> str:
    return f"{option.help} (default {option.default})" if option.default else option.help


def _parameter(name: str, default: Any, kind: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
