"""`make bench`: PyHelm and helm in turn, each command as a whole process, on one control plane."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import in_process, umbrella
from benchmarks.timing import Pair, compare, run
from tests.control_plane import build, plane

CHARTS = Path(__file__).parent.parent / "tests" / "cluster" / "charts"
OURS = str(CHARTS / "jinja")
HELMS = str(CHARTS / "gotpl")
UNWANTED = ("HELM_", "KUBE", "PYTHONDONTWRITEBYTECODE")
"""Variables that users don't have set."""

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
CORPUS_CHARTS = ("mysql-1.", "mysql-14", "kube-prometheus-1", "airflow-2")
PYHELM = str(Path(sys.executable).with_name("pyhelm"))


def main() -> None:
    """Print the table; with `--write` also into benchmarks/RESULTS.md."""
    binaries = build.build()
    with tempfile.TemporaryDirectory() as home, plane.running(binaries) as cluster:
        env = {
            **{k: v for k, v in os.environ.items() if not k.startswith(UNWANTED)},
            **{f"HELM_{kind}_HOME": f"{home}/{kind}" for kind in ("CONFIG", "CACHE", "DATA")},
            "KUBECONFIG": str(cluster.kubeconfig),
        }
        helm = str(binaries / "helm")
        again = in_process.pairs(corpus_charts())
        text = table([*pairs(helm, env), *templates(helm, env, Path(home)), *again])
    print(text)
    if "--write" in sys.argv:
        target = Path(__file__).with_name("RESULTS.md")
        target.write_text(f"{HEAD}{text}\n", encoding="utf-8", newline="\n")


HEAD = f"""\
# Whole-process times against helm

Medians of seven runs, helm 4.3.1 and PyHelm in turn in one run on {os.cpu_count()} cores
({platform.system()}, Python {platform.python_version()}); the chart is one chart in two languages
(a ConfigMap, a Service, a Deployment, a hook), the cluster a real control plane on the same
machine; `template, …` are charts in Go templates, by whole processes, the first time without any
cache (`--no-cache`); `again in one process` is a loaded chart rendered with other values, beside
Helm's Go SDK (the package helm-python-sdk). Below 1: faster than helm. Made by
`python -m benchmarks --write`.

"""


def pairs(helm: str, env: dict[str, str]) -> Iterator[Pair]:
    """Every comparison."""

    def both(name: str, *arguments: str, chart: bool = False) -> Pair:
        def ours(n: int) -> float:
            return run([PYHELM, *arguments, *([OURS] if chart else [])], env)

        def helms(n: int) -> float:
            return run([helm, *arguments, *([HELMS] if chart else [])], env)

        return compare(name, ours, helms)

    yield both("version", "version")
    yield both("template", "template", "a", chart=True)
    yield compare("install", _install(PYHELM, OURS, env), _install(helm, HELMS, env))
    yield compare("upgrade", _upgrade(PYHELM, OURS, env), _upgrade(helm, HELMS, env))
    yield both("list (16 releases)", "list")
    yield compare("rollback", _rollback(PYHELM, env), _rollback(helm, env))
    yield compare("uninstall", _uninstall(PYHELM, env), _uninstall(helm, env))


def templates(helm: str, env: dict[str, str], home: Path) -> Iterator[Pair]:
    """Charts in Go templates: one that was rendered before, and one that never was."""
    charts = {"small": Path(HELMS), "50 subcharts, 1000 templates": umbrella.write(home)}
    charts.update((archive.stem, archive) for archive in corpus_charts())
    for name, chart in charts.items():
        line = ["template", "a", str(chart)]
        theirs = _timed([helm, *line], env)
        yield compare(f"template, {name}", _timed([PYHELM, *line], env), theirs)
        yield compare("the same, never seen", _timed([PYHELM, "--no-cache", *line], env), theirs)


def corpus_charts() -> list[Path]:
    """Real charts, where the corpus lies beside the project."""
    found = sorted(CORPUS.glob("*/charts*/*.tgz"))
    return [archive for archive in found if archive.name.startswith(CORPUS_CHARTS)]


def _timed(command: list[str], env: dict[str, str]) -> Callable[[int], float]:
    return lambda n: run(command, env)


def _name(program: str, n: int) -> str:
    return f"{'p' if program == PYHELM else 'h'}{n + 1}"


def _install(program: str, chart: str, env: dict[str, str]) -> Callable[[int], float]:
    return lambda n: run([program, "install", _name(program, n), chart], env)


def _upgrade(program: str, chart: str, env: dict[str, str]) -> Callable[[int], float]:
    return lambda n: run([program, "upgrade", _name(program, n), chart, "--set", "color=red"], env)


def _rollback(program: str, env: dict[str, str]) -> Callable[[int], float]:
    return lambda n: run([program, "rollback", _name(program, n), "1"], env)


def _uninstall(program: str, env: dict[str, str]) -> Callable[[int], float]:
    return lambda n: run([program, "uninstall", _name(program, n)], env)


def table(found: list[Pair]) -> str:
    """A Markdown table."""
    rows = [
        f"| {p.name} | {p.ours * 1000:.0f} | {p.helms * 1000:.0f} | {p.ratio:.2f} |" for p in found
    ]
    return "\n".join(["| command | PyHelm, ms | helm, ms | ratio |", "|---|---|---|---|", *rows])


if __name__ == "__main__":
    main()
