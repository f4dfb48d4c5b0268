"""The interplay matrix: what is tried, and the table of it in docs/interplay.md.

`python -m tests.cluster.matrix` writes the table anew; `test_matrix` runs every cell of it.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "interplay.md"

DRIVERS = ("secret", "configmap", "sql")
METHODS = {"ssa": "server-side", "csa": "client-side"}
PAIRS = (("helm", "pyhelm"), ("pyhelm", "helm"))
NAMES = {"helm": "helm", "pyhelm": "PyHelm"}
SCENARIOS = [(driver, method, *pair) for driver, method, pair in product(DRIVERS, METHODS, PAIRS)]
SAMPLE = [SCENARIOS[at] for at in (0, 3, 5, 6, 8, 11)]
"""Half of them, in which any two of driver, method and order come together."""

VERBS = {
    "list": "the same row as the first's own",
    "status": "the same record, objects found",
    "get": "values, manifest, hooks, notes and metadata, to the byte",
    "history": "the same lines, also after the later steps",
    "upgrade": "goes on with the first's way of applying; the fields have the same managers",
    "test": "runs the tests; the first sees how they went",
    "rollback": "objects as in revision 1; the first sees it, and upgrades from there",
    "uninstall": "objects and records are gone for both",
}

HEAD = """\
# Helm and PyHelm on one release

A release belongs to both. Each cell below is run by `PYHELM_ALL=1 make cluster`, with helm 4.3.1 on
a real control plane (`tests/cluster/test_matrix.py`), and with each change half of them, any two of
driver, method and order together: the first tool installs a release, the second does the rest with
it. `secret`, `configmap` and `sql` are the drivers (`HELM_DRIVER`); server-side and
client-side say how objects are applied (`--server-side`). The table is written by
`python -m tests.cluster.matrix`, and a test holds it to what is run.

"""

TAIL = """
What only one of the two can do:

- A chart in Jinja is rendered by PyHelm; helm lists, shows, rolls back and uninstalls its releases.
- A release that is larger than a Secret (1 MiB after compression) is kept in a head and parts. Helm
  lists it; its `status`, `upgrade`, `rollback` and `uninstall` stop with an error that names PyHelm
  and change no object. What they leave in the history is no obstacle to PyHelm.
"""


def document() -> str:
    """What docs/interplay.md says."""
    return f"{HEAD}{_cells()}\n\nWhat is compared:\n\n{_checks()}\n{TAIL}"


def _cells() -> str:
    columns = [(driver, method) for driver in DRIVERS for method in METHODS]
    heads = [f"{driver}, {METHODS[method]}" for driver, method in columns]
    rows = [f"| first, then | verb | {' | '.join(heads)} |", "|---" * (len(heads) + 2) + "|"]
    for pair in PAIRS:
        names = ", then ".join(NAMES[tool] for tool in pair)
        for verb in VERBS:
            tried = ["✓" if (*column, *pair) in SCENARIOS else "" for column in columns]
            rows.append(f"| {names} | `{verb}` | {' | '.join(tried)} |")
    return "\n".join(rows)


def _checks() -> str:
    return "\n".join(f"- `{verb}`: {what}" for verb, what in VERBS.items())


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8", newline="\n")
