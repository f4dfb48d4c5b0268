"""`dependency list|update|build`: a chart's subcharts fetched into `charts/`, and locked.

`choose` says which versions are meant, `save` puts them into `charts/`.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from pyhelm import _yaml
from pyhelm._dataclass import dataclass
from pyhelm._typing import Sequence
from pyhelm.actions.choose import Choice, Task, by_url, choose
from pyhelm.actions.package import epoch_of
from pyhelm.actions.save import save
from pyhelm.chart import dependencies, load, metadata
from pyhelm.chart.model import Chart, Lock
from pyhelm.errors import ChartError, DependencyError
from pyhelm.repo.file import write_atomically
from pyhelm.settings import Settings


@dataclass(frozen=True, slots=True)
class DependencyStatus:
    """One row of `dependency list`."""

    name: str
    version: str
    repository: str
    status: str


@dataclass(frozen=True, slots=True)
class Stray:
    """A directory or archive in `charts/` that is no dependency; `is_chart` if it loads as one."""

    name: str
    is_chart: bool


def dependency_list(path: str | Path) -> list[DependencyStatus]:
    """A chart's dependencies, and whether each is there; raises ChartError."""
    chart = load.load(path)
    return [
        DependencyStatus(d.name, d.version, d.repository, dependencies.status(Path(path), chart, d))
        for d in chart.metadata.dependencies
    ]


def dependency_strays(path: str | Path) -> list[Stray]:
    """What is in `charts/` and not in Chart.yaml, by name; raises ChartError."""
    wanted = {each.name for each in load.load(path).metadata.dependencies}
    folder = Path(path) / "charts"
    if not folder.is_dir():
        return []
    entries = sorted(each for each in folder.iterdir() if each.is_dir() or each.suffix == ".tgz")
    names = ((each.name, _chart_name(each)) for each in entries)
    return [Stray(name, chart is not None) for name, chart in names if chart not in wanted]


def _chart_name(path: Path) -> str | None:
    """The name of the chart at a path; None where there is none."""
    try:
        return load.load(path).name
    except ChartError:
        return None


def dependency_update(task: Task) -> list[Path]:
    """Fetch the newest versions that fit, and write the lock; returns the archives.

    Raises DependencyError, RepositoryError or ChartError, with `charts/` as it was.
    """
    epoch_of(task.settings.source_date_epoch)
    chart = _unpacked(task.chart)
    if not dependencies.declared(chart):
        return []
    target = _lock_file(task.chart, chart)
    chosen = choose(task, by_url(task.settings, chart.metadata.dependencies))
    archives = save(task, chosen)
    _write_lock(target, chart, chosen)
    return archives


def dependency_build(task: Task) -> list[Path]:
    """Fetch what the lock names, or what fits best where there is no lock; returns the archives.

    Raises DependencyError when the lock was made for other dependencies.
    """
    epoch_of(task.settings.source_date_epoch)
    chart = _unpacked(task.chart)
    if chart.lock is None:
        return dependency_update(task)
    if not _is_current(task.settings, chart, chart.lock):
        raise _out_of_sync(chart)
    return save(task, choose(task, by_url(task.settings, chart.lock.dependencies)))


def _out_of_sync(chart: Chart) -> DependencyError:
    old = chart.metadata.api_version == "v1"
    source = "requirements.yaml" if old else "Chart.yaml"
    return DependencyError(
        f"the lock file ({_lock_name(chart)}) is out of sync with the dependencies file "
        f"({source}). Please update the dependencies"
        # Helm: of old charts the command is not said.
        + ("" if old else " with 'pyhelm dependency update'")
    )


def _unpacked(path: Path) -> Chart:
    if path.is_file():
        raise DependencyError(f"{path}: only unpacked charts can be updated")
    return load.load(path)


def _is_current(settings: Settings, chart: Chart, lock: Lock) -> bool:
    """Whether a lock was made for the chart's dependencies; it may be Helm 2's for an old chart."""
    wanted = chart.metadata.dependencies
    if dependencies.is_current(lock, by_url(settings, wanted)):
        return True
    return chart.metadata.api_version == "v1" and lock.digest == dependencies.digest_v2(wanted)


def _lock_name(chart: Chart) -> str:
    return "requirements.lock" if chart.metadata.api_version == "v1" else "Chart.lock"


def _lock_file(path: Path, chart: Chart) -> Path:
    """Where the lock is written."""
    target = path / _lock_name(chart)
    # CVE-2025-53547: a lock that is a link would have us write elsewhere.
    if os.path.islink(target):
        raise DependencyError(f"{target} is a link; remove it, then update the dependencies")
    return target


def _write_lock(target: Path, chart: Chart, found: Sequence[Choice]) -> None:
    locked = tuple(dependencies.locked(each.wanted, each.version) for each in found)
    digest = dependencies.digest([each.wanted for each in found], locked)
    if chart.lock is not None and chart.lock.digest == digest:
        return
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    lock = Lock(generated=now, digest=digest, dependencies=locked)
    write_atomically(target, _yaml.dump(metadata.lock_dict(lock)).encode())
