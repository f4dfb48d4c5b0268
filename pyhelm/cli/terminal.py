"""Standard output and error: the one place that prints."""

from __future__ import annotations

import codecs
import io
import sys

from pyhelm._typing import Callable, Mapping, TextIO
from pyhelm.cli.flag_values import quoted
from pyhelm.cli.text import lines


class Terminal:
    """Where a command prints to and reads from; `color` says whether colours are wanted.

    Text that strangers wrote goes through `show`, which drops control characters when a person
    looks at it; what other programs read is never changed. `before_output` clears the way where
    something is shown for the moment.
    """

    def __init__(
        self, out: TextIO | None = None, err: TextIO | None = None, stdin: TextIO | None = None
    ) -> None:
        self.out = out or sys.stdout
        self.err = err or sys.stderr
        self.stdin = stdin or sys.stdin
        self.color = False
        self.before_output: Callable[[], None] = _nothing
        self.tell_error: Callable[[str, tuple[str, ...]], None] = self._tell_error

    def write(self, text: str) -> None:
        """Print to standard output as it is."""
        self.before_output()
        self.out.write(text)

    def show(self, text: str) -> None:
        """Print a stranger's text."""
        self.write(self.clean(text))

    def clean(self, text: str) -> str:
        """A stranger's text, fit for whoever looks at standard output."""
        return lines(text) if is_terminal(self.out) else text

    def line(self, text: str = "") -> None:
        """Print one line of our own making."""
        self.write(f"{lines(text)}\n")

    def note(self, text: str) -> None:
        """Say something on standard error, after what was printed before."""
        self.before_output()
        self.out.flush()
        self.err.write(f"{lines(text)}\n")
        self.err.flush()

    def _tell_error(self, message: str, explanation: tuple[str, ...]) -> None:
        """An error, and below it what explains it; another way of telling may take its place."""
        self.note(f"Error: {message}")
        if explanation:
            blank = () if message.endswith("\n") else ("",)
            self.note("\n".join((*blank, *explanation)))

    def explain(self, text: str) -> None:
        """Show more of an error to a person; other programs get Helm's message alone."""
        if text and is_terminal(self.err):
            self.note(text)

    def warn(self, message: str) -> None:
        """A warning as Helm logs it."""
        self.note(log_line("WARN", message))

    def set_color(self, mode: str) -> None:
        """Colours for `always`, never for `never`, on terminals for `auto`."""
        self.color = mode == "always" or (mode == "auto" and is_terminal(self.out))


def _nothing() -> None:
    """Nothing is in the way of output."""


def is_terminal(stream: TextIO) -> bool:
    """Whether a person looks at a stream."""
    try:
        return stream.isatty()
    except ValueError:
        return False


def log_line(level: str, message: str, attributes: Mapping[str, str] | None = None) -> str:
    """A line as Go's slog writes it, without the time."""
    found = {"level": level, "msg": message, **(attributes or {})}
    return " ".join(f"{name}={_log_value(text)}" for name, text in found.items())


def _log_value(text: str) -> str:
    plain = text and text.isprintable() and not set(text) & set(' "=')
    return text if plain else quoted(text)


def prepare_streams() -> None:
    """Let output that the console's encoding lacks be replaced instead of failing.

    Files and pipes get UTF-8, as Helm writes it; a console keeps its own encoding (cp932 in
    Japan), with `?` for what it can't show.
    """
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        if is_terminal(stream):
            stream.reconfigure(errors="replace")
        else:
            stream.reconfigure(encoding="utf-8", errors=_BYTES, newline="\n")


_BYTES = "pyhelm.bytes"


def _as_bytes(error: UnicodeError) -> tuple[bytes, int]:
    """What stands for bytes that are no UTF-8 is those bytes again, as Helm writes them."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    try:
        return text.encode("utf-8", "surrogateescape"), error.end
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace"), error.end


codecs.register_error(_BYTES, _as_bytes)
