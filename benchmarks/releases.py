"""Releases of many objects, and lists of many releases: helm and PyHelm in turn, one control plane.

`python -m benchmarks releases` prints the tables; requests are counted in the server's audit log.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.timing import Cost, cost
from tests.control_plane import build, plane

PYHELM = str(Path(sys.executable).with_name("pyhelm"))
UNWANTED = ("HELM_", "KUBE", "PYTHONDONTWRITEBYTECODE")
VERBS = ("install", "upgrade, no change", "upgrade, all change", "rollback", "uninstall")
SIZES = (100, 500, 2000)
TEMPLATE = """\
{{- range $n := until (int .Values.count) }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ $.Release.Name }}-{{ $n }}
  labels:
    app: {{ $.Release.Name }}
data:
  number: {{ $n | quote }}
  color: {{ $.Values.color }}
{{- end }}
"""


@dataclass(frozen=True)
class Tool:
    """A program, whose releases have a namespace of their own."""

    name: str
    program: str
    plane: plane.Plane
    env: Mapping[str, str]

    def run(self, *arguments: str) -> tuple[Cost, int]:
        """What a command costs, and how many requests the server saw of it."""
        before = self.plane.audit_log.stat().st_size
        spent = cost([self.program, *arguments, "--namespace", self.name], self.env)
        return spent, self._requests(before)

    def _requests(self, offset: int) -> int:
        with self.plane.audit_log.open("rb") as log:
            log.seek(offset)
            events = (json.loads(line) for line in log if line.endswith(b"\n"))
            return sum(event.get("userAgent", "").startswith(AGENTS) for event in events)


AGENTS = ("Helm/", "PyHelm/")


@dataclass
class Row:
    """One line of a table: both tools' costs, each time."""

    name: str
    ours: list[tuple[Cost, int]] = field(default_factory=list)
    helms: list[tuple[Cost, int]] = field(default_factory=list)

    def cells(self) -> tuple[str, ...]:
        ours, helms = _seconds(self.ours), _seconds(self.helms)
        requests = f"{self.ours[-1][1]} / {self.helms[-1][1]}"
        memory = f"{_memory(self.ours):.0f} / {_memory(self.helms):.0f}"
        times = f"{helms / ours:.1f} ×"
        return self.name, f"{ours * 1000:.0f}", f"{helms * 1000:.0f}", times, requests, memory


HEADERS = ("", "PyHelm, ms", "helm, ms", "faster", "requests", "MiB at most")


def main(rounds: int = 5) -> str:
    """Measure all; returns the tables."""
    binaries = build.build()
    with (
        tempfile.TemporaryDirectory() as home,
        plane.running(binaries) as cluster,
    ):
        tools = _tools(cluster, binaries, home)
        parts = [
            _table(f"{count} ConfigMaps{how}", rows)
            for count in (10, *SIZES)
            for how, flags in (("", ()), (", client-side", ("--server-side=false",)))
            if not flags or count in (10, 500)
            for rows in [release(tools, Path(home), count, flags, rounds)]
        ]
        parts.append(_table("300 releases of 10 revisions", lists(tools, rounds)))
    return "\n\n".join(parts)


def release(
    tools: Sequence[Tool], home: Path, count: int, flags: Sequence[str], rounds: int
) -> list[Row]:
    """The life of a release of many objects, in whole processes."""
    chart = write(home, count)
    rows = {verb: Row(verb) for verb in VERBS}
    for n in range(rounds):
        for index, tool in enumerate(tools):
            for verb, line in _life(chart, count, n, flags).items():
                found = tool.run(*line)
                (rows[verb].helms if index else rows[verb].ours).append(found)
    return list(rows.values())


def _life(chart: str, count: int, n: int, flags: Sequence[str]) -> dict[str, tuple[str, ...]]:
    name, size = f"r{n}", f"count={count}"
    red = ("upgrade", name, chart, *flags, "--set", f"{size},color=red")
    return {
        "install": ("install", name, chart, *flags, "--set", f"{size},color=red"),
        "upgrade, no change": red,
        "upgrade, all change": ("upgrade", name, chart, *flags, "--set", f"{size},color=green"),
        "rollback": ("rollback", name, "1", *flags),
        "uninstall": ("uninstall", name),
    }


def write(home: Path, count: int) -> str:
    """The chart."""
    root = home / f"many-{count}"
    (root / "templates").mkdir(parents=True, exist_ok=True)
    (root / "Chart.yaml").write_text("apiVersion: v2\nname: many\nversion: 1.0.0\n", "utf-8")
    (root / "values.yaml").write_text("count: 10\ncolor: red\n", "utf-8")
    (root / "templates" / "all.yaml").write_text(TEMPLATE, "utf-8")
    return str(root)


def lists(tools: Sequence[Tool], rounds: int) -> list[Row]:
    """Reading where much is stored."""
    for tool in tools:
        fill(tool)
    rows = []
    for line in (
        ("list",),
        ("list", "--max", "0"),
        ("list", "--failed", "--short"),
        ("history", "r7"),
        ("status", "r7"),
        ("get", "values", "r7"),
    ):
        row = Row(" ".join(line))
        for _ in range(rounds):
            row.ours.append(tools[0].run(*line))
            row.helms.append(tools[1].run(*line))
        rows.append(row)
    return rows


def fill(tool: Tool, releases: int = 300, revisions: int = 10) -> None:
    """Store releases as a chart of usual size leaves them."""
    from pyhelm import Client
    from pyhelm._dataclass import replace
    from pyhelm.kube.side_by_side import side_by_side
    from pyhelm.release.model import Status
    from pyhelm.settings import Settings

    settings = Settings.from_env({**tool.env, "HELM_NAMESPACE": tool.name})
    chart = Path(__file__).parent.parent / "charts" / "mysql"

    def store(place: tuple[int, int]) -> None:
        number, revision = place
        last = revision == revisions
        status = Status.DEPLOYED if last else Status.SUPERSEDED
        info = replace(made.info, status=status, description="Upgrade complete")
        record = replace(made, name=f"r{number}", version=revision, info=info)
        client._session.storage.create(record)

    with Client(settings) as client:
        made = client.template("r", chart)
        side_by_side(store, [(n, v) for n in range(releases) for v in range(1, revisions + 1)])


def _tools(cluster: plane.Plane, binaries: Path, home: str) -> list[Tool]:
    env = {
        **{k: v for k, v in os.environ.items() if not k.startswith(UNWANTED)},
        **{f"HELM_{kind}_HOME": f"{home}/{kind}" for kind in ("CONFIG", "CACHE", "DATA")},
        "KUBECONFIG": str(cluster.kubeconfig),
    }
    tools = [
        Tool("pyhelm", PYHELM, cluster, env),
        Tool("helm", str(binaries / "helm"), cluster, env),
    ]
    for tool in tools:
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": tool.name}}
        cluster.request("POST", "/api/v1/namespaces", body)
        tool.run("list")
    return tools


def _seconds(found: Sequence[tuple[Cost, int]]) -> float:
    return statistics.median(spent.seconds for spent, _ in found)


def _memory(found: Sequence[tuple[Cost, int]]) -> float:
    return max(spent.memory for spent, _ in found)


def _table(title: str, rows: Sequence[Row]) -> str:
    return "\n".join(_lines(title, rows))


def _lines(title: str, rows: Sequence[Row]) -> Iterator[str]:
    yield f"| {title} | " + " | ".join(HEADERS[1:]) + " |"
    yield "|---" * len(HEADERS) + "|"
    for row in rows:
        yield "| " + " | ".join(row.cells()) + " |"


if __name__ == "__main__":
    sys.stdout.write(f"{main()}\n")
