"""From a command line to an exit code: parse, run the command, tell of errors."""

from __future__ import annotations

import os

from pyhelm._dataclass import names, replace
from pyhelm._lazy import log_to, named
from pyhelm._typing import TYPE_CHECKING, Callable, Mapping, Sequence
from pyhelm.cli.call import Call, Connect
from pyhelm.cli.command import Command
from pyhelm.cli.commands import ROOT, needs_cluster
from pyhelm.cli.options import GLOBAL
from pyhelm.cli.parse import Invocation, UnknownCommand, find, parse, unknown_command
from pyhelm.cli.terminal import Terminal
from pyhelm.errors import PyHelmError, UsageError, explanation_of
from pyhelm.settings import Settings

if TYPE_CHECKING:
    from pyhelm.actions.session import Reporter
    from pyhelm.client import Client


_REQUESTS = 6
"""The verbosity from which Kubernetes' programs, helm among them, tell of requests."""


def run(
    argv: Sequence[str],
    *,
    terminal: Terminal | None = None,
    env: Mapping[str, str] | None = None,
    connect: Connect | None = None,
) -> int:
    """Run one command line, without the program's name; returns the exit code."""
    terminal = terminal or Terminal()
    env = os.environ if env is None else env
    try:
        return _run(argv, terminal, env, connect)
    except PyHelmError as exc:
        terminal.tell_error(f"{exc}", explanation_of(exc))
        terminal.explain(getattr(exc, "excerpt", ""))
    except KeyboardInterrupt:
        terminal.note("Interrupted.")
        return 130
    except BrokenPipeError:
        raise
    except OSError as exc:
        terminal.note(f"Error: {_system_error(exc)}")
    except Exception as exc:
        debug = "--debug" in argv or Settings.from_env(env).debug
        return _unexpected(exc, terminal, debug)
    finally:
        log_to()
    return 1


def explain(call: Call) -> None:
    """`pyhelm help [command]`."""
    from pyhelm.cli.help import show_help

    try:
        command, rest = find(call.args)
    except UsageError:
        command, rest = ROOT, call.args
    if rest and not command.path:
        call.terminal.note(f"Unknown help topic [{' '.join(f'`{word}`' for word in call.args)}]")
    show_help(command, call.terminal)


def _run(
    argv: Sequence[str], terminal: Terminal, env: Mapping[str, str], connect: Connect | None
) -> int:
    if argv and argv[0].startswith("__complete"):
        return _complete(argv, terminal, env, connect)
    if tuple(argv) in (("-v",), ("--version",)):
        # Helm has neither; with a number, -v is the log's.
        argv = ("version",)
    try:
        found = _parse(argv, terminal)
    except UnknownCommand as exc:
        from pyhelm.cli.plugin import run as run_plugin

        code = run_plugin(argv, exc.word, env, terminal)
        if code is None:
            raise
        return code
    settings = _settings(found, env)
    terminal.set_color(settings.color)
    if found.values["help"] or not found.command.run:
        from pyhelm.cli.help import show_help

        if found.args and not found.command.run and not found.values["help"]:
            # Helm shows the page, and doesn't say why.
            terminal.note(unknown_command(found.args[0], found.command))
        show_help(found.command, terminal)
        return 0
    call = _call(found, settings, terminal, connect)
    try:
        return _function(found.command)(call) or 0
    finally:
        call.close()


def _call(
    found: Invocation, settings: Settings, terminal: Terminal, connect: Connect | None
) -> Call:
    return Call(
        found.command,
        found.args,
        found.values,
        frozenset(found.given),
        settings,
        terminal,
        connect or _connector(found, terminal),
    )


def _complete(
    argv: Sequence[str], terminal: Terminal, env: Mapping[str, str], connect: Connect | None
) -> int:
    from pyhelm.cli.complete import answer

    def calls(found: Invocation) -> Call:
        return _call(found, _settings(found, env), terminal, connect)

    return answer(argv, terminal, env, calls)


def _parse(argv: Sequence[str], terminal: Terminal) -> Invocation:
    notices: list[str] = []
    try:
        return parse(argv, notices)
    finally:
        for notice in notices:
            terminal.note(notice)


def _settings(found: Invocation, env: Mapping[str, str]) -> Settings:
    """The environment's settings, with the global flags that were given over them."""
    known = names(Settings)
    given = {o.key: found.values[o.key] for o in GLOBAL if o.key in found.given and o.key in known}
    if given.get("color", "auto") not in ("never", "auto", "always"):
        raise UsageError(
            f'invalid color mode "{given["color"]}": must be one of: never, auto, always'
        )
    if found.values["v"] >= _REQUESTS:
        given["debug"] = True
    return replace(Settings.from_env(env), **given)


def _function(command: Command) -> Callable[[Call], int | None]:
    found: Callable[[Call], int | None] = named(command.run)
    return found


def _connector(found: Invocation, terminal: Terminal) -> Connect:
    def connect(settings: Settings, reporter: Reporter) -> Client:
        from pyhelm.client import Client

        if needs_cluster(found.command, found.values):
            from pyhelm.kube.kubeconfig import configured

            if not configured(settings):
                from pyhelm.cli.simulator import settings_of_simulator

                settings = settings_of_simulator(settings, terminal)
        return Client(settings, reporter=reporter)

    return connect


def _system_error(exc: OSError) -> str:
    what = exc.strerror or str(exc)
    return f"{exc.filename}: {what}" if exc.filename else what


def _unexpected(exc: Exception, terminal: Terminal, debug: bool) -> int:
    if debug:
        import traceback

        terminal.note("".join(traceback.format_exception(exc)).rstrip())
    what = f"{type(exc).__name__}: {exc}".splitlines()[0]
    where = "".join(f" {note}" for note in getattr(exc, "__notes__", ()))
    hint = "" if debug else "; run it again with --debug for the traceback to report"
    terminal.note(f"Error: this is a bug in PyHelm ({what}){where}{hint}")
    return 1
