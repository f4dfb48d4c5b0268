"""The commands on a release of a small chart, on one control plane."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.environment import PYHELM, helm, variables
from benchmarks.timing import Pair, compare, run
from tests.control_plane import build, plane

CHARTS = Path(__file__).parent.parent / "tests" / "cluster" / "charts"
OURS = str(CHARTS / "jinja")
HELMS = str(CHARTS / "gotpl")
HEAD = """\
The chart is one chart in two languages, Jinja for PyHelm and Go templates for helm (a ConfigMap, a
Service, a Deployment, a hook); the cluster is a real control plane on the same machine.

"""


def main() -> str:
    """The table."""
    with tempfile.TemporaryDirectory() as home, plane.running(build.build()) as cluster:
        env = variables(home, KUBECONFIG=str(cluster.kubeconfig))
        return HEAD + table(list(pairs(helm(), env)))


def pairs(helm: str, env: dict[str, str]) -> Iterator[Pair]:
    """Every comparison."""

    def both(name: str, *arguments: str, chart: bool = False) -> Pair:
        def ours(n: int) -> float:
            return run([PYHELM, *arguments, *([OURS] if chart else [])], env)

        def helms(n: int) -> float:
            return run([helm, *arguments, *([HELMS] if chart else [])], env)

        return compare(name, ours, helms)

    yield both("version", "version")
    yield both("template, Jinja by PyHelm", "template", "a", chart=True)
    yield compare("install", _install(PYHELM, OURS, env), _install(helm, HELMS, env))
    yield compare("upgrade", _upgrade(PYHELM, OURS, env), _upgrade(helm, HELMS, env))
    yield both("list (16 releases)", "list")
    yield compare("rollback", _rollback(PYHELM, env), _rollback(helm, env))
    yield compare("uninstall", _uninstall(PYHELM, env), _uninstall(helm, env))


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
