"""The package's log as Helm prints its own: lines of Go's slog on standard error."""

from __future__ import annotations

from pyhelm._typing import TYPE_CHECKING, Mapping
from pyhelm.cli.terminal import Terminal, log_line

if TYPE_CHECKING:
    from pyhelm._lazy import Sink

_LEVELS = {"debug": "DEBUG", "info": "INFO", "warning": "WARN"}


def printer(terminal: Terminal, *, debug: bool) -> Sink:
    """Prints the package's records on a terminal; those for debugging only with `--debug`."""

    def print_record(level: str, message: str, attributes: Mapping[str, str]) -> None:
        if debug or level != "debug":
            terminal.note(log_line(_LEVELS[level], message, attributes))

    return print_record
