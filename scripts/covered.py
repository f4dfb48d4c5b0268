"""How much of each package the tests reach, after `make test MEASURED=1`; fails below the floors.

A floor, in pyproject.toml under `[tool.pyhelm.coverage]`, is the percentage of lines and branches
that was reached once, without its fraction: it only rises.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
KEYS = ("num_statements", "covered_lines", "num_branches", "covered_branches")


def main() -> int:
    """Print a table; the exit code says whether every package is at its floor."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    floors: dict[str, int] = settings["tool"]["pyhelm"]["coverage"]
    counts = by_package(measured())
    sys.stdout.write(f"{'package':24}{'lines':>14}{'branches':>14}{'reached':>10}{'floor':>7}\n")
    for name, count in sorted(counts.items()):
        sys.stdout.write(row(name, count, floors.get(name, 0)))
    low = [name for name, count in counts.items() if percent(count) < floors.get(name, 0)]
    if low:
        sys.stderr.write(f"below the floor: {', '.join(sorted(low))}; add tests\n")
    return 1 if low else 0


def measured() -> dict[str, Any]:
    """What coverage.py found, by file."""
    report = [sys.executable, "-m", "coverage", "json", "--quiet", "-o", "-"]
    done = subprocess.run(report, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    files: dict[str, Any] = json.loads(done.stdout)["files"]
    return files


def by_package(files: dict[str, Any]) -> dict[str, Counter[str]]:
    """Sums of a file's numbers: engines are packages of their own, the top's files one."""
    found: dict[str, Counter[str]] = {}
    for path, about in files.items():
        kept = {key: about["summary"][key] for key in KEYS}
        found.setdefault(package(Path(path)), Counter()).update(kept)
    return found


def package(path: Path) -> str:
    """`pyhelm.kube` for `pyhelm/kube/client.py`; two levels under the engine."""
    levels = 3 if path.parts[1] == "engine" else 2
    return ".".join(path.parent.parts[:levels])


def percent(count: Counter[str]) -> float:
    """Lines and branches that were reached, of all."""
    all_of_them = count["num_statements"] + count["num_branches"]
    reached = count["covered_lines"] + count["covered_branches"]
    return 100 * reached / (all_of_them or 1)


def row(name: str, count: Counter[str], floor: int) -> str:
    """One package's line."""
    lines = f"{count['covered_lines']}/{count['num_statements']}"
    branches = f"{count['covered_branches']}/{count['num_branches']}"
    return f"{name:24}{lines:>14}{branches:>14}{percent(count):>8.1f} %{floor:>7}\n"


if __name__ == "__main__":
    sys.exit(main())
