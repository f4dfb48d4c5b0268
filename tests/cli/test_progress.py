"""What a person sees while something is waited for, and what a pipe does not."""

from __future__ import annotations

import io

from pyhelm.actions.session import Progress
from pyhelm.cli.progress import reporter
from pyhelm.cli.terminal import Terminal

CLEAR = "\r\x1b[2K"


class Console(io.StringIO):
    def isatty(self):
        return True


def test_a_pipe_gets_warnings_only():
    terminal = Terminal(io.StringIO(), io.StringIO())
    report = reporter(terminal)
    report(Progress("wait", "waiting for 2 resources", ("Pod a: pending", "Pod b: pending")))
    report(Progress("warning", "careful"))
    assert terminal.err.getvalue() == "level=WARN msg=careful\n"
    assert terminal.out.getvalue() == ""


def test_a_terminal_has_one_line_that_goes_away(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    terminal = Terminal(Console(), Console())
    report = reporter(terminal)
    report(Progress("wait", "waiting", ("Pod a: pending", "Pod b: pending")))
    assert terminal.err.getvalue() == f"{CLEAR}waiting: Pod a: pending (and 1 more)"
    report(Progress("wait", "waiting", ("Pod b: pending",)))
    terminal.line("done")
    assert terminal.err.getvalue().endswith(f"{CLEAR}waiting: Pod b: pending{CLEAR}")
    terminal.note("nothing more to clear")
    assert terminal.err.getvalue().endswith(f"{CLEAR}nothing more to clear\n")


def test_the_line_fits_and_holds_no_control_characters(monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    terminal = Terminal(Console(), Console())
    reporter(terminal)(Progress("apply", "creating \x1b[31m" + "x" * 50))
    assert terminal.err.getvalue() == f"{CLEAR}creating [31mxxx..."


def test_notes_lose_their_control_characters_on_a_terminal_only():
    hostile = "\x1b]0;title\x07notes\n"
    console, pipe = Terminal(Console(), Console()), Terminal(io.StringIO(), io.StringIO())
    console.show(hostile)
    pipe.show(hostile)
    assert console.out.getvalue() == "]0;titlenotes\n"
    assert pipe.out.getvalue() == hostile
