"""`make bench`: PyHelm and helm in turn, each command as a whole process.

`python -m benchmarks [--write] [commands] [charts] [in-process] [releases]` measures what is named,
else the first three; `--write` puts it into benchmarks/RESULTS.md and leaves what else is there.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import charts, commands, in_process, releases

SECTIONS: dict[str, Callable[[], str]] = {
    "commands": commands.main,
    "charts": charts.main,
    "in-process": in_process.main,
    "releases": releases.main,
}
USUAL = ("commands", "charts", "in-process")
RESULTS = Path(__file__).with_name("RESULTS.md")

HEAD = f"""\
# PyHelm beside helm

Medians of helm 4.3.1 and PyHelm in turn in one run on {os.cpu_count()} cores ({platform.system()},
Python {platform.python_version()}), as whole processes but where it says otherwise. A ratio below 1
is faster than helm. Made by `python -m benchmarks --write`, which measures it on your machine.
"""


def main() -> None:
    """Measure, print, and with `--write` keep the tables."""
    wanted = [name for name in sys.argv[1:] if name in SECTIONS] or USUAL
    found = {name: SECTIONS[name]().strip() for name in wanted}
    print("\n\n".join(found.values()))
    if "--write" in sys.argv:
        parts = {**_kept(), **found}
        text = "\n".join(f"## {name}\n\n{parts[name]}\n" for name in SECTIONS if name in parts)
        RESULTS.write_text(f"{HEAD}\n{text}", encoding="utf-8", newline="\n")


def _kept() -> dict[str, str]:
    """The sections that are in the file."""
    _, *parts = RESULTS.read_text(encoding="utf-8").split("\n## ")
    found = (part.partition("\n") for part in parts)
    return {name: text.strip() for name, _, text in found}


if __name__ == "__main__":
    main()
