"""Charts in Go templates: the first run ever, the same again, and with values never seen before."""

from __future__ import annotations

import statistics
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import umbrella
from benchmarks.environment import CORPUS, PYHELM, helm, variables
from benchmarks.timing import Cost, cost

SMALL = Path(__file__).parent.parent / "tests" / "cluster" / "charts" / "gotpl"
NAMED = {
    "stable/mysql 1.6.9": "stable/charts/mysql-1.6.9.tgz",
    "stable/prometheus 11.12.1": "stable/charts/prometheus-11.12.1.tgz",
    "bitnami/mysql 14.0.5": "modern/charts-bitnami/mysql-14.0.5.tgz",
    "bitnami/airflow 25.1.0": "modern/charts-bitnami/airflow-25.1.0.tgz",
    "bitnami/kube-prometheus 11.3.11": "modern/charts-bitnami/kube-prometheus-11.3.11.tgz",
    "argo/argo-cd 10.1.1": "modern/charts-argo/argo-cd-10.1.1.tgz",
}
HEAD = """\
`helm template` of a chart: helm's time, and PyHelm's in units of it: the same command a second
time, with values that were not seen before (`--set`), and the first time ever, with nothing kept;
then the largest resident set of both, of the second run.

| chart | helm, ms | second run | other values | first run | memory, MiB: PyHelm, helm |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Row:
    """What was found of one chart: helm's seconds, PyHelm's in units of them, and MiB of both."""

    name: str
    helms: float
    again: float
    other: float
    first: float
    memory: tuple[float, float]

    def __str__(self) -> str:
        ours, theirs = self.memory
        ratios = " | ".join(f"{each:.2f}" for each in (self.again, self.other, self.first))
        return f"| {self.name} | {self.helms * 1000:.0f} | {ratios} | {ours:.0f}, {theirs:.0f} |"


def main() -> str:
    """The table of some charts by name, and the median of all that the corpus has."""
    with tempfile.TemporaryDirectory() as home:
        rows = [_row(name, chart, home) for name, chart in _charts(Path(home))]
        lines = [*map(str, rows), *_median(home)]
    return HEAD + "\n".join(lines)


def _charts(home: Path) -> Iterator[tuple[str, Path]]:
    yield "a small one", SMALL
    for name, path in NAMED.items():
        if (archive := CORPUS / path).exists():
            yield name, archive
            if name.startswith("stable/mysql"):
                with tarfile.open(archive) as packed:
                    packed.extractall(home / "unpacked", filter="data")
                yield f"{name}, unpacked", home / "unpacked" / "mysql"
    yield "50 subcharts with 20 templates", umbrella.write(home)


def _row(name: str, chart: Path, home: str, rounds: int = 7) -> Row:
    line, known = ["template", "a", str(chart)], variables(home, KUBECONFIG=f"{home}/none")
    cost([PYHELM, *line], known)
    found = [_round(line, known, number) for number in range(rounds)]
    theirs, again, other, first = (_seconds(each) for each in zip(*found, strict=True))
    memory = statistics.median(each[1].memory for each in found)
    helms_memory = statistics.median(each[0].memory for each in found)
    ratios = (again / theirs, other / theirs, first / theirs)
    return Row(name, theirs, *ratios, (memory, helms_memory))


def _round(line: list[str], known: dict[str, str], number: int) -> tuple[Cost, ...]:
    values = ["--set", f"fullnameOverride=other-{number},replicaCount={number + 2}"]
    with tempfile.TemporaryDirectory() as empty:
        return (
            cost([helm(), *line], known),
            cost([PYHELM, *line], known),
            cost([PYHELM, *line, *values], known),
            cost([PYHELM, *line], {**known, "HELM_CACHE_HOME": empty}),
        )


def _median(home: str, rounds: int = 3) -> Iterator[str]:
    """The second runs of every chart that both can render."""
    known, ratios = variables(home, KUBECONFIG=f"{home}/none"), []
    for archive in sorted(CORPUS.glob("modern/charts-*/*.tgz")):
        line = ["template", "a", str(archive)]
        try:
            pairs = [(cost([PYHELM, *line], known), cost([helm(), *line], known))]
        except RuntimeError:
            continue  # it wants values, or another version of Kubernetes
        pairs = [
            (cost([PYHELM, *line], known), cost([helm(), *line], known)) for _ in range(rounds)
        ]
        ours, theirs = (_seconds(each) for each in zip(*pairs, strict=True))
        ratios.append(ours / theirs)
    if ratios:
        yield f"| median of {len(ratios)} charts | | {statistics.median(ratios):.2f} | | | |"


def _seconds(costs: Sequence[Cost]) -> float:
    return statistics.median(each.seconds for each in costs)
