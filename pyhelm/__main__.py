"""The console entry: `pyhelm`, and `python -m pyhelm`."""

from __future__ import annotations

import os
import sys

# `signal` itself makes enums first, which takes 5 ms.
from _signal import SIGTERM, signal  # type: ignore[import-not-found]
from types import FrameType


def main() -> None:
    """Run the command line of this process and exit."""
    from pyhelm.cli.terminal import prepare_streams

    prepare_streams()
    signal(SIGTERM, _interrupt)
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
    sys.exit(code)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Being told to end is the same as Ctrl-C: what is under way is recorded before we go."""
    raise KeyboardInterrupt


def _run() -> int:
    if "_PYHELM_COMPLETE" in os.environ:
        from pyhelm.cli.completion import complete

        return complete()
    import gc

    from pyhelm.cli.run import run

    # A command makes much and drops little: looking for garbage all the time takes a tenth of it.
    gc.set_threshold(100_000, 20, 20)
    return run(sys.argv[1:])


if __name__ == "__main__":
    main()
