"""What is shown while an action runs: a live view, plain lines, or JSON, on standard error.

`--progress` chooses; by itself a terminal gets the live view and a pipe plain lines, which begin
only when something has been waited for a while, so that short waits are as silent as Helm's.
"""

from __future__ import annotations

import time

from pyhelm._typing import TYPE_CHECKING, Any, Callable, Mapping
from pyhelm.cli.terminal import Terminal, is_terminal, log_line
from pyhelm.cli.text import one_line, shorten

if TYPE_CHECKING:
    from pyhelm.actions.session import Progress
    from pyhelm.cli.live import View
    from pyhelm.kube.waited import Waited

_CLEAR = "\r\x1b[2K"
PATIENCE = 2.0
"""Seconds of waiting before a pipe is told."""


def reporter(
    terminal: Terminal,
    logs: list[Progress] | None = None,
    mode: str = "auto",
    *,
    crashes: bool = False,
    registry: Callable[[str], None] | None = None,
    absent: Callable[[str], None] | None = None,
) -> _Reporter:
    """A reporter that prints as `--progress` says; with `crashes`, crashing containers' logs too.

    The logs of tests are kept in `logs`: they come after the release's status. `registry` is told
    what was pulled and pushed, and of dependencies, `absent` that an upgrade installs, if that
    goes elsewhere.
    """
    if mode == "auto":
        mode = "live" if is_terminal(terminal.err) else "plain"
    detail = "logs" if crashes else "events" if mode != "none" else ""
    kept = [] if logs is None else logs
    fetched = registry or terminal.note
    told = {"registry": fetched, "dependency": fetched, "absent": absent or terminal.note}
    return _Reporter(terminal, kept, told, detail, _SHOWN[mode](terminal))


class _Reporter:
    """Sorts what it is told: warnings and logs are printed whatever the mode."""

    def __init__(
        self,
        terminal: Terminal,
        logs: list[Progress],
        told: Mapping[str, Callable[[str], None]],
        detail: str,
        shown: Nothing,
    ) -> None:
        self.detail = detail
        self._terminal = terminal
        self._logs = logs
        self._told = told
        self._shown = shown

    def __call__(self, progress: Progress) -> None:
        """Take note of one line."""
        if progress.stage == "test":
            self._logs.append(progress)
        elif progress.stage in self._told:
            self._told[progress.stage](progress.message)
        elif self._shown.takes_all:
            self._shown.update(progress)
        elif progress.stage == "warning":
            self._terminal.warn(progress.message)
        elif progress.stage == "log":
            _show_log(self._terminal, progress)
        elif progress.text:
            self._terminal.note(f"{progress.message}\n{progress.text}")
        else:
            self._shown.update(progress)


def _show_log(terminal: Terminal, progress: Progress) -> None:
    """What a hook wrote: for people as it is, for programs in one line as Helm logs it."""
    text = progress.text.removesuffix("\n")
    if text and is_terminal(terminal.err):
        terminal.note(f"{progress.message}\n{text}")
    elif text:
        terminal.note(log_line("INFO", text))


class Nothing:
    """`--progress=none`."""

    takes_all = False

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def update(self, progress: Progress) -> None:
        """Show what is going on now."""


class Live(Nothing):
    """One line that is rewritten, and a table while objects are waited for."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._err = terminal.err
        self._shown = False
        self._view: View | None = None
        terminal.before_output = self.clear

    def update(self, progress: Progress) -> None:
        """Show what is going on now; nothing more to wait for takes it away."""
        if progress.objects:
            return self._table(progress)
        text = "" if progress.stage == "wait" else progress.message
        self.clear()
        if text:
            import shutil

            columns = shutil.get_terminal_size().columns - 1
            self._err.write(_CLEAR + shorten(one_line(text), columns))
            self._err.flush()
            self._shown = True

    def _table(self, progress: Progress) -> None:
        if self._view is None:
            from pyhelm.cli.live import View

            self.clear()
            self._view = View(self._err)
        self._view.update(progress)

    def clear(self) -> None:
        """Take everything away, so that what is printed next starts at the margin."""
        if self._view is not None:
            self._view.close()
            self._view = None
        if self._shown:
            self._err.write(_CLEAR)
            self._err.flush()
            self._shown = False


class Plain(Nothing):
    """A line for each object that is still waited for after a while, and when its state changes."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._since = 0.0
        self._said: dict[str, str] = {}

    def update(self, progress: Progress) -> None:
        """Print what is new."""
        if progress.stage != "wait" or not progress.objects:
            self._since, self._said = 0.0, {}
            return
        self._since = self._since or time.monotonic()
        if time.monotonic() - self._since < PATIENCE:
            return
        for each in progress.objects:
            text = _plain(each)
            if self._said.get(each.name) != text:
                self._said[each.name] = text
                self._terminal.note(text)


def _plain(each: Waited) -> str:
    warning = f"; {each.told.warning}" if each.told.warning else ""
    first = one_line(f"waiting for {each.line}{warning}")
    return "\n".join((first, *(f"  {line}" for line in each.told.logs)))


class Json(Nothing):
    """A JSON object a line, for programs; see docs/progress.md."""

    takes_all = True

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self._last: Any = None
        terminal.tell_error = self.error

    def update(self, progress: Progress) -> None:
        """Print what is new."""
        found: dict[str, Any] = {"stage": progress.stage, "message": progress.message}
        if progress.text:
            found["text"] = progress.text
        if progress.stage == "wait":
            found["objects"] = [_object(each) for each in progress.objects]
        if found != self._last:
            self._last = found
            self._write(found)

    def error(self, message: str, explanation: tuple[str, ...]) -> None:
        """The end of a command that failed."""
        found: dict[str, Any] = {"stage": "error", "message": message}
        self._write({**found, "explanation": list(explanation)} if explanation else found)

    def _write(self, found: dict[str, Any]) -> None:
        from datetime import UTC, datetime
        from json import dumps

        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._terminal.note(dumps({"time": now, **found}, ensure_ascii=False))


def _object(each: Waited) -> dict[str, Any]:
    ref, told = each.ref, each.told
    found: dict[str, Any] = {
        "apiVersion": ref.api_version,
        "kind": ref.kind,
        "namespace": ref.namespace,
        "name": ref.name,
        "state": each.state,
        "message": each.message,
        "warning": told.warning,
        "logs": list(told.logs),
    }
    return {key: value for key, value in found.items() if value}


_SHOWN: dict[str, type[Nothing]] = {"live": Live, "plain": Plain, "json": Json, "none": Nothing}
