"""The console entry: `pyhelm`, and `python -m pyhelm`."""

from __future__ import annotations

import atexit
import os
import sys

# `signal` itself makes enums first, which takes 5 ms.
from _signal import SIGINT, SIGTERM, signal  # type: ignore[import-not-found]

from pyhelm._typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from types import FrameType


def main() -> NoReturn:
    """Run the command line of this process and exit."""
    from pyhelm.cli.terminal import prepare_streams

    prepare_streams()
    for number in (SIGINT, SIGTERM):
        signal(number, _interrupt)
    try:
        code = _run()
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of a pipe has gone; Python must not complain again at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        code = 130
    except OSError as exc:
        sys.stderr.write(f"Error: write to standard output: {exc.strerror or exc}\n")
        code = 1
    _leave(code)


def _leave(code: int) -> NoReturn:
    """Exit without taking apart what the command made, which takes up to a fifth of its time."""
    atexit._run_exitfuncs()
    sys.stderr.flush()
    os._exit(code)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Being told to end is the same as Ctrl-C: what is under way is recorded before we go.

    Whoever says it twice means at once.
    """
    for each in (SIGINT, SIGTERM):
        signal(each, _leave_at_once)
    raise KeyboardInterrupt


def _leave_at_once(number: int, frame: FrameType | None) -> NoReturn:
    os._exit(130)


def _run() -> int:
    import gc

    from pyhelm.cli.run import run

    # A command makes much and drops little, next to nothing of it in cycles: looking for garbage
    # all the time takes a tenth of it.
    gc.set_threshold(1_000_000, 20, 20)
    return run(sys.argv[1:])


if __name__ == "__main__":
    main()
