"""What a person sees while an action runs: what is waited for."""

from __future__ import annotations

from pyhelm._typing import TYPE_CHECKING
from pyhelm.cli.terminal import Terminal, is_terminal
from pyhelm.cli.text import one_line, shorten

if TYPE_CHECKING:
    from pyhelm.actions.session import Progress, Reporter

_CLEAR = "\r\x1b[2K"


def reporter(terminal: Terminal) -> Reporter:
    """A reporter that prints to a terminal's standard error; silent but for warnings in a pipe."""
    live = _Line(terminal) if is_terminal(terminal.err) else None

    def report(progress: Progress) -> None:
        if progress.stage == "warning":
            terminal.warn(progress.message)
        elif live:
            live.update(progress)

    return report


class _Line:
    """The one line that is rewritten while something is waited for."""

    def __init__(self, terminal: Terminal) -> None:
        self._err = terminal.err
        self._shown = False
        terminal.before_output = self.clear

    def update(self, progress: Progress) -> None:
        """Show what is going on now; nothing more to wait for takes the line away."""
        text = _summary(progress)
        if not text:
            return self.clear()
        import shutil

        columns = shutil.get_terminal_size().columns - 1
        self._err.write(_CLEAR + shorten(one_line(text), columns))
        self._err.flush()
        self._shown = True

    def clear(self) -> None:
        """Take the line away, so that what is printed next starts at the margin."""
        if self._shown:
            self._err.write(_CLEAR)
            self._err.flush()
            self._shown = False


def _summary(progress: Progress) -> str:
    if not progress.pending:
        return "" if progress.stage == "wait" else progress.message
    first, *others = progress.pending
    return f"{progress.message}: {first}" + (f" (and {len(others)} more)" if others else "")
