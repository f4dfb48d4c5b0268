"""`python -m pyhelm.simulator`: the background process that `process.start` begins."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pyhelm.simulator.process import serve
from pyhelm.simulator.statuses import SimulatorFault


def main() -> int:
    """Serve one directory until stopped."""
    parser = argparse.ArgumentParser(prog="python -m pyhelm.simulator")
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ready-after", type=float, default=0.0)
    parser.add_argument("--mark", default="")
    asked = parser.parse_args()
    try:
        serve(asked.directory, port=asked.port, ready_after=asked.ready_after, mark=asked.mark)
    except SimulatorFault as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
