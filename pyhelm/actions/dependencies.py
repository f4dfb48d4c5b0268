"""`dependency list|update|build`: a chart's subcharts fetched into `charts/`, and locked.

Only the repositories that are needed are read, and old archives go when the new ones stand.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from pyhelm import _yaml
from pyhelm._dataclass import dataclass, replace
from pyhelm._typing import Sequence
from pyhelm.actions.package import PackageOptions, epoch_of, package
from pyhelm.chart import archive, dependencies, load, metadata
from pyhelm.chart.model import Chart, Dependency, Lock
from pyhelm.chart.versions import Constraint, fits
from pyhelm.errors import ChartError, ChartNotFound, DependencyError, RepositoryError
from pyhelm.repo import cache, file, repositories
from pyhelm.repo.fetch import resolve_reference
from pyhelm.repo.file import write_atomically
from pyhelm.repo.index import RepoIndex
from pyhelm.repo.options import ChartOptions, Report, silent
from pyhelm.repo.registry.reference import is_oci
from pyhelm.repo.resolve import Location, check_origin, download, download_verified
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
    epoch_of(settings.source_date_epoch)
    chart = _unpacked(Path(path))
    if not chart.metadata.dependencies:
        return []
    target = _lock_file(Path(path), chart)
    wanted = _by_url(settings, chart.metadata.dependencies)
    found = _resolve(settings, Path(path), wanted, options, refresh=refresh)
    archives = _fetch_all(settings, Path(path), found, options, report)
    _write_lock(target, chart, found)
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
    epoch_of(settings.source_date_epoch)
    chart = _unpacked(Path(path))
    if chart.lock is None:
        return dependency_update(settings, path, options, refresh=refresh, report=report)
    if not _is_current(settings, chart, chart.lock):
        old = chart.metadata.api_version == "v1"
        source = "requirements.yaml" if old else "Chart.yaml"
        raise DependencyError(
            f"the lock file ({_lock_name(chart)}) is out of sync with the dependencies file "
            f"({source}). Please update the dependencies"
        )
    locked = _by_url(settings, chart.lock.dependencies)
    found = _resolve(settings, Path(path), locked, options, refresh=refresh)
    return _fetch_all(settings, Path(path), found, options, report)


def _unpacked(path: Path) -> Chart:
    if path.is_file():
        raise DependencyError(f"{path}: only unpacked charts can be updated")
    return load.load(path)


def _is_current(settings: Settings, chart: Chart, lock: Lock) -> bool:
    """Whether a lock was made for the chart's dependencies; it may be Helm 2's for an old chart."""
    wanted = chart.metadata.dependencies
    if dependencies.is_current(lock, _by_url(settings, wanted)):
        return True
    return chart.metadata.api_version == "v1" and lock.digest == dependencies.digest_v2(wanted)


def _lock_name(chart: Chart) -> str:
    return "requirements.lock" if chart.metadata.api_version == "v1" else "Chart.lock"


def _by_url(settings: Settings, wanted: Sequence[Dependency]) -> list[Dependency]:
    """Dependencies with their repositories' URLs for `@name` and `alias:name`, as locks have them.

    Raises DependencyError, which names all that no repository is known for.
    """
    known = {entry.name: entry.url for entry in file.load(settings.repository_config)}
    found, missing = [], []
    for each in wanted:
        name = _alias(each.repository)
        if name in known:
            found.append(replace(each, repository=known[name]))
        elif name or (each.repository and "://" not in each.repository):
            missing.append(each.repository)
        else:
            found.append(each)
    if not missing:
        return found
    text = f"no repository definition for {', '.join(missing)}. "
    text += "Please add them via 'pyhelm repo add'"
    if not all(map(_alias, missing)):
        text += (
            "\nNote that repositories must be URLs or aliases. For example, to refer to the "
            '"example"\nrepository, use "https://charts.example.com/" or "@example" instead of\n'
            "\"example\". Don't forget to add the repo, too ('pyhelm repo add')."
        )
    raise DependencyError(text)


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
        _check_version(each)
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
    for one in found:
        _check_name(one)
    return found


def _check_version(wanted: Dependency) -> None:
    try:
        Constraint.parse(wanted.version or "*")
    except ValueError as exc:
        raise DependencyError(
            f'dependency "{wanted.name}" has an invalid version/constraint format: {exc}'
        ) from exc


def _check_name(found: _Found) -> None:
    """Refuse what would be written elsewhere than in `charts/`: charts come from strangers."""
    name, version = found.wanted.name, found.version
    if _is_fetched(found) and (set(found.archive) & set("/\\\0") or name.startswith(".")):
        raise DependencyError(f"dependency {name!r} {version!r} can't be the name of a file")


def _bundled(chart: Path, wanted: Dependency) -> _Found:
    """Without a repository the chart is in `charts/` as a directory already."""
    folder = chart / "charts" / wanted.name
    if not folder.is_dir():
        raise DependencyError(
            f"dependency {wanted.name} has no repository, and is not in {folder.parent}"
        )
    version = load.load(folder).metadata.version
    if not fits(wanted.version or "*", version):
        raise DependencyError(
            f"dependency {wanted.name} at version {version} does not satisfy the constraint "
            f"{wanted.version}"
        )
    # Helm: the lock has the constraint, since nobody chose a version.
    return _Found(wanted, wanted.version)


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


def _entry(settings: Settings, url: str) -> file.Entry | None:
    """The added repository that has a URL."""
    for entry in file.load(settings.repository_config):
        if entry.url.rstrip("/") == url.rstrip("/"):
            return entry
    return None


def _unknown(options: ChartOptions) -> ChartOptions:
    """What a repository that was not added is asked with: the chart says which, so no secrets."""
    return replace(
        options, username="", password="", bearer_token_file="", cert_file="", key_file=""
    )


def _alias(repository: str) -> str:
    for mark in ("alias:", "@"):
        if repository.startswith(mark):
            return repository.removeprefix(mark)
    return ""


def _index(
    settings: Settings, wanted: Dependency, options: ChartOptions, *, refresh: bool
) -> tuple[str, RepoIndex]:
    """A repository's URL and index, fetched anew unless that is to be skipped."""
    entry = _entry(settings, wanted.repository)
    if entry is None:
        url, access = wanted.repository, replace(_unknown(options), plugins=settings.plugins)
        return url, repositories.download_index(url, access)[1]
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
    entry = _entry(settings, wanted.repository)
    access = entry.access(options.timeout) if entry else _unknown(options)
    address = resolve_reference(url, chosen.urls[0])
    check_origin(address, url, chosen.digest)
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
    bundled = {each.wanted.name for each in found if not _is_fetched(each)}
    for path in sorted(folder.iterdir()):
        if path.name not in new and _packed_name(path) not in ("", *bundled):
            path.unlink()
    return [folder / name for name in new]


def _packed_name(path: Path) -> str:
    """The name of an archive's chart; empty for what is no such archive.

    Helm: all archives of charts are the dependencies', also of those that Chart.yaml had before.
    """
    try:
        return load.load_files(archive.read_archive(path.read_bytes(), str(path))).name
    except (ChartError, OSError):
        return ""


def _is_fetched(each: _Found) -> bool:
    return each.location is not None or each.folder is not None


def _archive(settings: Settings, each: _Found, options: ChartOptions, report: Report) -> bytes:
    if each.location is not None and options.verify:
        return download_verified(settings, each.location, options, report=report).data
    if each.location is not None:
        return download(settings, each.location, report=report)
    import tempfile

    epoch = epoch_of(settings.source_date_epoch)
    with tempfile.TemporaryDirectory() as scratch:
        made = package(
            str(each.folder), PackageOptions(destination=scratch, source_date_epoch=epoch)
        )
        return made.read_bytes()


def _lock_file(path: Path, chart: Chart) -> Path:
    """Where the lock is written."""
    target = path / _lock_name(chart)
    # CVE-2025-53547: a lock that is a link would have us write elsewhere.
    if os.path.islink(target):
        raise DependencyError(f"{target} is a link; remove it, then update the dependencies")
    return target


def _write_lock(target: Path, chart: Chart, found: Sequence[_Found]) -> None:
    locked = tuple(dependencies.locked(each.wanted, each.version) for each in found)
    digest = dependencies.digest([each.wanted for each in found], locked)
    if chart.lock is not None and chart.lock.digest == digest:
        return
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    lock = Lock(generated=now, digest=digest, dependencies=locked)
    write_atomically(target, _yaml.dump(metadata.lock_dict(lock)).encode())
