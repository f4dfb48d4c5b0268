"""`python -m tests.differential [--seed N] [--count N] [family …]`: look for new differences."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.control_plane import build
from tests.differential import charts, constraints, documents, mistakes, schemas, shows, templates
from tests.differential.referee import Referee, Tally

FAMILIES: dict[str, Callable[[Referee, Path, int, int], Tally]] = {
    "templates": templates.fuzz,
    "documents": documents.fuzz,
    "mistakes": mistakes.fuzz,
    "constraints": constraints.fuzz,
    "charts": charts.fuzz,
    "schemas": schemas.fuzz,
    "shows": shows.fuzz,
}


def main() -> int:
    """Print what was compared and what differed; the exit code is 1 if anything did."""
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("families", nargs="*", metavar="family", help=", ".join(FAMILIES))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        referee = Referee(build.build() / "helm", Path(home))
        found = 0
        for name in asked.families or FAMILIES:
            tally = FAMILIES[name](referee, Path(home) / name, asked.seed, asked.count)
            sys.stdout.write(f"{name}: {tally}\n")
            found += len(tally.found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
