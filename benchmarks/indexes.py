"""A repository of 15,000 versions beside helm: seconds and memory of whole processes.

    python -m benchmarks.indexes

`first` has no cache of PyHelm's yet, as after helm fetched the index.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.timing import Cost, cost
from tests.control_plane import build

ROUNDS = 3
CHARTS, VERSIONS = 300, 50
PYHELM = str(Path(sys.executable).with_name("pyhelm"))
LINES = {
    "search repo mysql": ("search", "repo", "mysql"),
    "search repo database -l": ("search", "repo", "database", "-l"),
    "dependency update": ("dependency", "update", "--skip-refresh", "umbrella"),
}

ENTRY = """\
  - annotations:
      category: Infrastructure
      images: |
        - name: {chart}
          image: docker.io/example/{chart}:{major}.{n}.0-debian-12-r0
    apiVersion: v2
    appVersion: {major}.{n}.0
    created: "2026-01-01T10:00:00.{n:06d}Z"
    dependencies:
    - name: common
      repository: oci://registry.example.com/charts
      version: 2.x.x
    description: {chart} is a database server with persistent volumes and metrics
      for clusters of every size.
    digest: {digest}
    home: https://example.com/{chart}
    icon: https://example.com/assets/stacks/{chart}/img/{chart}-stack-220x234.png
    keywords:
    - {chart}
    - database
    maintainers:
    - name: Example, Inc.
      url: https://github.com/example/charts
    name: {chart}
    sources:
    - https://github.com/example/charts/tree/main/{chart}
    urls:
    - {chart}-{major}.{n}.0.tgz
    version: {major}.{n}.0
"""


def main() -> None:
    """Print the table."""
    binaries = build.build()
    with tempfile.TemporaryDirectory() as home:
        write(Path(home))
        os.chdir(home)
        names = {f"HELM_{kind}_HOME": f"{home}/{kind}" for kind in ("CONFIG", "CACHE", "DATA")}
        rows = [*measured(str(binaries / "helm"), {**os.environ, **names})]
    print("| command | helm | PyHelm, first | PyHelm, later |", "|---|---|---|---|", sep="\n")
    for name, *costs in rows:
        cells = (f"{each.seconds:.2f} s, {each.memory:.0f} MiB" for each in costs)
        print(f"| {name} | {' | '.join(cells)} |")


def measured(helm: str, env: dict[str, str]) -> Iterator[tuple[str, Cost, Cost, Cost]]:
    """Each command with helm's cost, and PyHelm's without and with its cache."""
    for name, line in LINES.items():
        found: tuple[list[Cost], ...] = ([], [], [])
        for _ in range(ROUNDS):
            shutil.rmtree(f"{env['HELM_CACHE_HOME']}/pyhelm", ignore_errors=True)
            for program, costs in zip((helm, PYHELM, PYHELM), found, strict=True):
                costs.append(cost([program, *line], env))
        helms, first, later = map(typical, found)
        yield name, helms, first, later


def typical(costs: list[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(median(c.seconds for c in costs), median(c.memory for c in costs))


def index() -> str:
    """An index of the size that the largest public ones had."""
    names = ["mysql", *(f"chart-{number}" for number in range(1, CHARTS))]
    parts = ["apiVersion: v1\nentries:\n"]
    for major, name in enumerate(sorted(names), 1):
        rows = (
            ENTRY.format(chart=name, major=major, n=n, digest=f"{major * 1000 + n:x}".zfill(64))
            for n in reversed(range(VERSIONS))
        )
        parts += [f"  {name}:\n", *rows]
    return "".join((*parts, 'generated: "2026-02-01T00:00:00Z"\n'))


def write(home: Path) -> None:
    """A user's files: the repository, its index as fetched, a chart that needs something local."""
    repositories = "apiVersion: v1\nrepositories:\n- name: big\n  url: http://127.0.0.1:1\n"
    chart = "apiVersion: v2\nname: {}\nversion: 1.0.0\n"
    needs = "dependencies:\n- name: local\n  version: 1.0.0\n  repository: file://../local\n"
    files = {
        "CONFIG/repositories.yaml": repositories,
        "CACHE/repository/big-index.yaml": index(),
        "umbrella/Chart.yaml": chart.format("umbrella") + needs,
        "local/Chart.yaml": chart.format("local"),
    }
    for name, text in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)


if __name__ == "__main__":
    main()
