"""`dependency list|update|build`: a chart's subcharts fetched into `charts/`, and locked.

Only the repositories that are needed are read, and old archives go when the new ones stand.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from pyhelm import _yaml
from pyhelm._dataclass import dataclass
from pyhelm._typing import Sequence
from pyhelm.actions.package import PackageOptions, package
from pyhelm.chart import dependencies, load, metadata
from pyhelm.chart.model import Chart, Dependency, Lock
from pyhelm.chart.versions import fits
from pyhelm.errors import ChartNotFound, DependencyError, RepositoryError
from pyhelm.repo import cache, file, repositories
from pyhelm.repo.fetch import resolve_reference
from pyhelm.repo.file import write_atomically
from pyhelm.repo.index import RepoIndex
from pyhelm.repo.options import ChartOptions, Report, silent
from pyhelm.repo.registry.reference import is_oci
from pyhelm.repo.resolve import Location, download, download_verified
from pyhelm.settings import Settings


@dataclass(frozen=True, slots=True)
class DependencyStatus:
    """One row of `dependency list`."""

    name: str
    version: str
    repository: str
    status: str


@dataclass(frozen=True, slots=True)
class _Found:
    """A dependency with the version that was chosen, and where it is."""

    wanted: Dependency
    version: str
    location: Location | None = None
    folder: Path | None = None

    @property
    def archive(self) -> str:
        """The name of its archive in `charts/`."""
        return f"{self.wanted.name}-{self.version}.tgz"


def dependency_list(path: str | Path) -> list[DependencyStatus]:
    """A chart's dependencies, and whether each is there; raises ChartError."""
    chart = load.load(path)
    return [
        DependencyStatus(d.name, d.version, d.repository, dependencies.status(Path(path), chart, d))
        for d in chart.metadata.dependencies
    ]


def dependency_update(
    settings: Settings,
    path: str | Path,
    options: ChartOptions,
    *,
    refresh: bool = True,
    report: Report = silent,
) -> list[Path]:
    """Fetch the newest versions that fit, and write the lock; returns the archives.

    Raises DependencyError, RepositoryError or ChartError, with `charts/` as it was.
    """
    chart = load.load(path)
    wanted = chart.metadata.dependencies
    if not wanted:
        return []
    found = _resolve(settings, Path(path), wanted, options, refresh=refresh)
    archives = _fetch_all(settings, Path(path), found, options, report)
    _write_lock(Path(path), chart, found)
    return archives


def dependency_build(
    settings: Settings,
    path: str | Path,
    options: ChartOptions,
    *,
    refresh: bool = True,
    report: Report = silent,
) -> list[Path]:
    """Fetch what the lock names, or what fits best where there is no lock; returns the archives.

    Raises DependencyError when the lock was made for other dependencies.
    """
    chart = load.load(path)
    if chart.lock is None:
        return dependency_update(settings, path, options, refresh=refresh, report=report)
    wanted = chart.metadata.dependencies
    if not dependencies.is_current(chart.lock, wanted):
        name = "requirements.lock" if chart.metadata.api_version == "v1" else "Chart.lock"
        source = "requirements.yaml" if chart.metadata.api_version == "v1" else "Chart.yaml"
        raise DependencyError(
            f"the lock file ({name}) is out of sync with the dependencies file ({source}). "
            "Please update the dependencies"
        )
    found = _resolve(settings, Path(path), chart.lock.dependencies, options, refresh=refresh)
    return _fetch_all(settings, Path(path), found, options, report)


def _resolve(
    settings: Settings,
    chart: Path,
    wanted: Sequence[Dependency],
    options: ChartOptions,
    *,
    refresh: bool,
) -> list[_Found]:
    indexes: dict[str, tuple[str, RepoIndex]] = {}
    found = []
    for each in wanted:
        if not each.repository:
            found.append(_bundled(chart, each))
        elif each.repository.startswith("file://"):
            found.append(_on_disk(chart, each))
        elif is_oci(each.repository):
            found.append(_in_registry(settings, each, options))
        else:
            if each.repository not in indexes:
                indexes[each.repository] = _index(settings, each, options, refresh=refresh)
            found.append(_in_repository(settings, each, options, *indexes[each.repository]))
    return found


def _bundled(chart: Path, wanted: Dependency) -> _Found:
    """Without a repository the chart is in `charts/` as a directory already."""
    folder = chart / "charts" / wanted.name
    if not folder.is_dir():
        raise DependencyError(
            f"dependency {wanted.name} has no repository, and is not in {folder.parent}"
        )
    return _Found(wanted, load.load(folder).metadata.version)


def _on_disk(chart: Path, wanted: Dependency) -> _Found:
    place = Path(wanted.repository.removeprefix("file://"))
    folder = place if place.is_absolute() else chart / place
    if not folder.is_dir():
        raise DependencyError(f"directory {folder} not found (of dependency {wanted.name})")
    version = load.load(folder).metadata.version
    if not fits(wanted.version or "*", version):
        raise DependencyError(
            f"can't get a valid version for dependency {wanted.name}: {folder} has {version}, "
            f"wanted is {wanted.version}"
        )
    return _Found(wanted, version, folder=folder.resolve())


def _in_registry(settings: Settings, wanted: Dependency, options: ChartOptions) -> _Found:
    from pyhelm.repo.registry import charts, reference

    place = f"{wanted.repository.rstrip('/')}/{wanted.name}"
    found = charts.resolve(settings, place, wanted.version, options)
    location = Location(url=f"{reference.SCHEME}{found}", base=place, access=options)
    return _Found(wanted, reference.to_version(found.tag), location)


def _entry(settings: Settings, wanted: Dependency) -> file.Entry | None:
    """The added repository that a dependency means: by `@name`, `alias:name`, or its URL."""
    name = _alias(wanted.repository)
    for entry in file.load(settings.repository_config):
        if entry.name == name or (
            not name and entry.url.rstrip("/") == wanted.repository.rstrip("/")
        ):
            return entry
    if name:
        raise DependencyError(
            f"no repository definition for {wanted.repository}. Please add the missing repos via "
            "'pyhelm repo add'"
        )
    return None


def _alias(repository: str) -> str:
    for mark in ("alias:", "@"):
        if repository.startswith(mark):
            return repository.removeprefix(mark)
    return ""


def _index(
    settings: Settings, wanted: Dependency, options: ChartOptions, *, refresh: bool
) -> tuple[str, RepoIndex]:
    """A repository's URL and index, fetched anew unless that is to be skipped."""
    entry = _entry(settings, wanted)
    if entry is None:
        return wanted.repository, repositories.download_index(wanted.repository, options)[1]
    if refresh:
        return entry.url, repositories.fetch_index(settings, entry, options.timeout)
    kept = settings.render_cache
    return entry.url, cache.load_index(settings.repository_cache, entry.name, kept)


def _in_repository(
    settings: Settings, wanted: Dependency, options: ChartOptions, url: str, index: RepoIndex
) -> _Found:
    try:
        chosen = index.find(wanted.name, wanted.version)
    except ChartNotFound as exc:
        raise DependencyError(
            f"can't get a valid version for dependency {wanted.name} {wanted.version} "
            f"from {url}: {exc}"
        ) from exc
    if not chosen.urls:
        raise RepositoryError(f"chart {wanted.name} has no downloadable URLs in {url}")
    entry = _entry(settings, wanted)
    access = entry.access(options.timeout) if entry else options
    address = resolve_reference(url, chosen.urls[0])
    location = Location(url=address, base=url, digest=chosen.digest, access=access)
    return _Found(wanted, chosen.version, location)


def _fetch_all(
    settings: Settings,
    chart: Path,
    found: Sequence[_Found],
    options: ChartOptions,
    report: Report,
) -> list[Path]:
    """Put every archive into `charts/`; what it held before goes when all new ones are there."""
    folder = chart / "charts"
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise DependencyError(f"{folder} is not a directory")
    new = {
        each.archive: _archive(settings, each, options, report)
        for each in found
        if _is_fetched(each)
    }
    folder.mkdir(exist_ok=True)
    for name, data in new.items():
        write_atomically(folder / name, data)
    names = [each.wanted.name for each in found]
    for old in folder.glob("*.tgz"):
        known = any(dependencies.is_archive_of(old, name) for name in names)
        if known and old.name not in new:
            old.unlink()
    return [folder / name for name in new]


def _is_fetched(each: _Found) -> bool:
    return each.location is not None or each.folder is not None


def _archive(settings: Settings, each: _Found, options: ChartOptions, report: Report) -> bytes:
    if each.location is not None and options.verify:
        return download_verified(settings, each.location, options, report=report).data
    if each.location is not None:
        return download(settings, each.location, report=report)
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        made = package(str(each.folder), PackageOptions(destination=scratch))
        return made.read_bytes()


def _write_lock(path: Path, chart: Chart, found: Sequence[_Found]) -> None:
    locked = tuple(dependencies.locked(each.wanted, each.version) for each in found)
    wanted = chart.metadata.dependencies
    digest = dependencies.digest(wanted, locked)
    if chart.lock is not None and chart.lock.digest == digest:
        return
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    lock = Lock(generated=now, digest=digest, dependencies=locked)
    name = "requirements.lock" if chart.metadata.api_version == "v1" else "Chart.lock"
    target = path / name
    # CVE-2025-53547: a lock that is a link would have us write elsewhere.
    if os.path.islink(target):
        raise DependencyError(f"{target} is a link; remove it, then update the dependencies")
    write_atomically(target, _yaml.dump(metadata.lock_dict(lock)).encode())
