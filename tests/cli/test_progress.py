"""What a person sees while something is waited for, and what a pipe does not."""

from __future__ import annotations

import io
import json

import pytest

from pyhelm.actions.session import Progress
from pyhelm.cli import live, progress
from pyhelm.cli.progress import reporter
from pyhelm.cli.terminal import Terminal
from pyhelm.kube.cluster import ObjectRef
from pyhelm.kube.waited import Told, Waited

CLEAR = "\r\x1b[2K"


class Console(io.StringIO):
    def isatty(self):
        return True


def written(stream):
    """What a terminal's stream was told so far."""
    assert isinstance(stream, io.StringIO)
    return stream.getvalue()


def waited(name="a", state="InProgress", message="Available: 0/1", warning="", logs=()):
    ref = ObjectRef("apps/v1", "Deployment", name, "default")
    return Waited(ref, state, message, Told(warning, tuple(logs)))


def waiting(*objects):
    lines = tuple(each.line for each in objects)
    return Progress("wait", f"waiting for {len(objects)} of 2 objects", lines, objects=objects)


@pytest.fixture
def passing(monkeypatch):
    """A clock that a test moves on."""

    class Clock:
        now = 100.0

    monkeypatch.setattr("time.monotonic", lambda: Clock.now)
    return Clock


def test_a_pipe_hears_of_a_wait_that_lasts(passing):
    terminal = Terminal(io.StringIO(), io.StringIO())
    report = reporter(terminal)
    report(waiting(waited()))
    report(Progress("apply", "applying 2 ConfigMap"))
    report(Progress("warning", "careful"))
    assert written(terminal.err) == "level=WARN msg=careful\n"

    report(waiting(waited(), waited("b")))
    passing.now += progress.PATIENCE
    report(waiting(waited(), waited("b")))
    report(waiting(waited(), waited("b")))
    report(waiting(waited(warning="BackOff: again", logs=("  no\x1b[31m database",))))
    assert written(terminal.err).splitlines()[1:] == [
        "waiting for Deployment/default/a: Available: 0/1",
        "waiting for Deployment/default/b: Available: 0/1",
        "waiting for Deployment/default/a: Available: 0/1; BackOff: again",
        "    no[31m database",
    ]
    assert written(terminal.out) == ""


def test_json_is_a_line_for_each_change_and_for_the_error():
    terminal = Terminal(io.StringIO(), io.StringIO())
    report = reporter(terminal, mode="json")
    report(Progress("apply", "applying 2 ConfigMap"))
    report(Progress("warning", "careful"))
    for _ in range(2):
        report(waiting(waited(warning="BackOff: again", logs=["x"])))
    report(Progress("wait", "waiting for 0 of 2 objects"))
    terminal.tell_error("it failed", ("Deployment/default/a:", "  BackOff: again"))
    lines = [json.loads(line) for line in written(terminal.err).splitlines()]
    assert all(line.pop("time").endswith("Z") for line in lines)
    assert lines == [
        {"stage": "apply", "message": "applying 2 ConfigMap"},
        {"stage": "warning", "message": "careful"},
        {
            "stage": "wait",
            "message": "waiting for 1 of 2 objects",
            "objects": [
                {
                    "apiVersion": "apps/v1",
                    "kind": "Deployment",
                    "namespace": "default",
                    "name": "a",
                    "state": "InProgress",
                    "message": "Available: 0/1",
                    "warning": "BackOff: again",
                    "logs": ["x"],
                }
            ],
        },
        {"stage": "wait", "message": "waiting for 0 of 2 objects", "objects": []},
        {
            "stage": "error",
            "message": "it failed",
            "explanation": ["Deployment/default/a:", "  BackOff: again"],
        },
    ]


def test_none_is_silent_but_for_warnings(passing):
    terminal = Terminal(io.StringIO(), io.StringIO())
    report = reporter(terminal, mode="none")
    assert report.detail == ""
    report(waiting(waited()))
    passing.now += 10
    report(waiting(waited()))
    report(Progress("warning", "careful"))
    assert written(terminal.err) == "level=WARN msg=careful\n"


def test_what_is_asked_of_the_cluster_depends_on_what_is_shown():
    terminal = Terminal(io.StringIO(), io.StringIO())
    assert reporter(terminal).detail == "events"
    assert reporter(terminal, crashes=True).detail == "logs"


def test_a_terminal_has_one_line_that_goes_away(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    terminal = Terminal(Console(), Console())
    report = reporter(terminal)
    report(Progress("apply", "applying 2 ConfigMap"))
    assert written(terminal.err) == f"{CLEAR}applying 2 ConfigMap"
    terminal.line("done")
    assert written(terminal.err) == f"{CLEAR}applying 2 ConfigMap{CLEAR}"
    terminal.note("nothing more to clear")
    assert written(terminal.err).endswith(f"{CLEAR}nothing more to clear\n")


def test_a_terminal_has_a_table_while_objects_are_waited_for(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal(Console(), Console())
    report = reporter(terminal)
    more = [waited(f"b{number}") for number in range(live.ROWS)]
    report(waiting(waited(message="\x1b[2Jowned", warning="BackOff: again", logs=["no db"]), *more))
    shown = written(terminal.err)
    for text in ("waiting for 16 of 2 objects", "Deployment a", "[2Jowned", "BackOff: again"):
        assert text in shown
    assert "no db" in shown
    assert "and 1 more" in shown
    assert "\x1b[2J" not in shown
    report(Progress("wait", "waiting for 0 of 2 objects"))
    assert "\x1b[?25h" in written(terminal.err)
    before = written(terminal.err)
    terminal.note("over")
    assert written(terminal.err) == f"{before}over\n"


def test_the_line_fits_and_holds_no_control_characters(monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    terminal = Terminal(Console(), Console())
    reporter(terminal)(Progress("apply", "creating \x1b[31m" + "x" * 50))
    assert written(terminal.err) == f"{CLEAR}creating [31mxxx..."


def test_notes_lose_their_control_characters_on_a_terminal_only():
    hostile = "\x1b]0;title\x07notes\n"
    console, pipe = Terminal(Console(), Console()), Terminal(io.StringIO(), io.StringIO())
    console.show(hostile)
    pipe.show(hostile)
    assert written(console.out) == "]0;titlenotes\n"
    assert written(pipe.out) == hostile
