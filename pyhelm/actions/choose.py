"""Which version of each dependency is meant, and where it is: indexes are read, nothing is fetched.

As to Helm, all added repositories are read anew, and those that only the chart names are kept in
Helm's place for them. A repository that is needed and can't be read is an error, not an old guess.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from pyhelm._dataclass import dataclass, field, replace
from pyhelm._typing import Iterable, Sequence
from pyhelm.chart import load
from pyhelm.chart.model import Dependency
from pyhelm.chart.versions import Constraint, fits
from pyhelm.errors import DependencyError, PyHelmError, RepositoryError
from pyhelm.repo import cache, file, repositories
from pyhelm.repo.fetch import redact, resolve_reference
from pyhelm.repo.index import ChartVersion, RepoIndex
from pyhelm.repo.options import ChartOptions, Report, silent
from pyhelm.repo.registry.reference import SCHEME, is_oci
from pyhelm.repo.resolve import Location, check_origin
from pyhelm.settings import Settings


@dataclass(frozen=True, slots=True)
class Task:
    """Work on the dependencies of the chart at a path, and who is told of it.

    `tell` is told Helm's lines, `report` what a registry sent.
    """

    settings: Settings
    chart: Path
    options: ChartOptions
    refresh: bool = True
    report: Report = silent
    tell: Report = silent


@dataclass(frozen=True, slots=True)
class Choice:
    """A dependency with the version that was chosen, and where it is."""

    wanted: Dependency
    version: str
    location: Location | None = None
    folder: Path | None = None

    @property
    def is_fetched(self) -> bool:
        """Whether it is put into `charts/`, rather than there already."""
        return self.location is not None or self.folder is not None

    @property
    def archive(self) -> str:
        """The name of its archive in `charts/`."""
        return f"{self.wanted.name}-{self.version}.tgz"


@dataclass(frozen=True, slots=True)
class _Search:
    """A task with what is read once for all its dependencies.

    `known` are the added repositories, `failed` the reasons, by name, why indexes could not be
    read anew, `indexes` those that were looked into.
    """

    task: Task
    known: file.Entries
    failed: dict[str, str] = field(default_factory=dict)
    indexes: dict[str, RepoIndex] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Miss:
    """A dependency none of whose versions fits, and the newest one that there is."""

    wanted: Dependency
    newest: str

    def __str__(self) -> str:
        each = self.wanted
        return f'"{each.name}" (repository "{each.repository}", version "{each.version}")'


def by_url(settings: Settings, wanted: Sequence[Dependency]) -> list[Dependency]:
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


def _alias(repository: str) -> str:
    for mark in ("alias:", "@"):
        if repository.startswith(mark):
            return repository.removeprefix(mark)
    return ""


def choose(task: Task, wanted: Sequence[Dependency]) -> list[Choice]:
    """The version of each dependency that fits best, for dependencies with URLs.

    Raises DependencyError, RepositoryError or ChartError.
    """
    for each in filter(_is_local, wanted):
        _local_folder(task, each)
        if task.settings.debug:
            task.tell(f"Repository from local path: {each.repository}")
    search = _Search(task, file.load(task.settings.repository_config))
    _refresh(search, wanted)
    found = [_choice(search, each) for each in wanted]
    missed = [each for each in found if isinstance(each, _Miss)]
    if missed:
        raise _unmet(missed)
    choices = [each for each in found if isinstance(each, Choice)]
    for one in choices:
        _check_name(one)
    return choices


def _unmet(missed: Sequence[_Miss]) -> DependencyError:
    newest = ", ".join(f"{each.wanted.name} {each.newest}" for each in missed if each.newest)
    return DependencyError(
        f"can't get a valid version for {len(missed)} subchart(s): {', '.join(map(str, missed))}. "
        "Make sure a matching chart version exists in the repo, or change the version constraint "
        "in Chart.yaml" + (f" (newest: {newest})" if newest else "")
    )


def _refresh(search: _Search, wanted: Iterable[Dependency]) -> None:
    """Read the repositories anew, telling of it; why that failed is in `search.failed`."""
    task = search.task
    if not task.refresh:
        return
    strangers = {e.name: e for each in wanted if (e := _stranger(search, each)) is not None}
    if strangers:
        task.tell("Getting updates for unmanaged Helm repositories...")
        search.failed.update(_updated(task, strangers.values(), named=False))
    if search.known:
        task.tell("Hang tight while we grab the latest from your chart repositories...")
        search.failed.update(_updated(task, search.known, named=True))
        task.tell("Update Complete. ⎈Happy Helming!⎈")


def _updated(task: Task, entries: Iterable[file.Entry], *, named: bool) -> dict[str, str]:
    found = repositories.refresh(task.settings, list(entries), task.options.timeout)
    # Helm: of repositories at one URL only the last is told of.
    for each in {each.url.rstrip("/"): each for each in found}.values():
        task.tell(each.line(each.name if named else each.url))
    return {each.name: each.error for each in found if each.error}


def _stranger(search: _Search, wanted: Dependency) -> file.Entry | None:
    """The repository that only the chart names, called as Helm calls it in its cache.

    The chart says where it is, so it is asked without secrets.
    """
    url = wanted.repository
    if not url or _is_local(wanted) or is_oci(url) or _known(search, url):
        return None
    name = f"helm-manager-{hashlib.sha256(url.encode()).hexdigest()}"
    return file.Entry.of(name, url, _without_secrets(search.task.options))


def _without_secrets(options: ChartOptions) -> ChartOptions:
    return replace(
        options, username="", password="", bearer_token_file="", cert_file="", key_file=""
    )


def _known(search: _Search, url: str) -> file.Entry | None:
    """The added repository that has a URL."""
    for entry in search.known:
        if entry.url.rstrip("/") == url.rstrip("/"):
            return entry
    return None


def _is_local(wanted: Dependency) -> bool:
    return wanted.repository.startswith("file://")


def _choice(search: _Search, wanted: Dependency) -> Choice | _Miss:
    _check_version(wanted)
    if not wanted.repository:
        return _bundled(search.task, wanted)
    if _is_local(wanted):
        return _on_disk(search.task, wanted)
    if is_oci(wanted.repository):
        return _in_registry(search.task, wanted)
    entry = _known(search, wanted.repository) or _stranger(search, wanted)
    assert entry is not None
    if entry.name in search.failed:
        raise repositories.unusable(entry.url, RepositoryError(search.failed[entry.name]))
    return _in_repository(search, wanted, entry)


def _check_version(wanted: Dependency) -> None:
    try:
        Constraint.parse(wanted.version)
    except ValueError as exc:
        raise DependencyError(
            f'dependency "{wanted.name}" has an invalid version/constraint format: {exc}'
            + ("" if wanted.version else '; give it one, e.g. version: ">=0"')
        ) from exc


def _check_name(found: Choice) -> None:
    """Refuse what would be written elsewhere than in `charts/`: charts come from strangers."""
    name, version = found.wanted.name, found.version
    if found.is_fetched and (set(found.archive) & set("/\\\0") or name.startswith(".")):
        raise DependencyError(f"dependency {name!r} {version!r} can't be the name of a file")


def _bundled(task: Task, wanted: Dependency) -> Choice:
    """Without a repository the chart is in `charts/` as a directory already."""
    folder = task.chart / "charts" / wanted.name
    if not folder.is_dir():
        raise DependencyError(
            f"dependency {wanted.name} has no repository, and is not in {folder.parent}"
        )
    # Helm: the lock has the constraint, since nobody chose a version.
    return Choice(wanted, wanted.version)


def _local_folder(task: Task, wanted: Dependency) -> Path:
    place = wanted.repository.removeprefix("file://")
    folder = Path(place) if place.startswith("/") else task.chart / place
    if not folder.is_dir():
        shown = os.path.normpath(folder)
        raise DependencyError(f"directory {shown} not found (of dependency {wanted.name})")
    return folder


def _on_disk(task: Task, wanted: Dependency) -> Choice | _Miss:
    folder = _local_folder(task, wanted)
    version = load.load(folder).metadata.version
    if not fits(wanted.version, version):
        return _Miss(wanted, version)
    return Choice(wanted, version, folder=folder.resolve())


def _in_registry(task: Task, wanted: Dependency) -> Choice:
    from pyhelm.repo.registry import charts, reference

    registry = wanted.repository.removeprefix(SCHEME).strip("/")
    if not registry:
        raise DependencyError(
            f'dependency "{wanted.name}": the repository "{wanted.repository}" names no registry; '
            "write oci://HOST/PATH"
        )
    place = f"{SCHEME}{registry}/{wanted.name}"
    try:
        found = charts.resolve(task.settings, place, wanted.version, task.options)
    except PyHelmError as exc:
        raise type(exc)(
            f'dependency "{wanted.name}" (repository "{wanted.repository}"): {exc}'
        ) from exc
    location = Location(url=f"{SCHEME}{found}", base=place, access=task.options)
    return Choice(wanted, reference.to_version(found.tag), location)


def _in_repository(search: _Search, wanted: Dependency, entry: file.Entry) -> Choice | _Miss:
    index = _index(search, entry)
    if wanted.name not in index.entries:
        raise DependencyError(
            f"{wanted.name} chart not found in repo {redact(wanted.repository)}"
            + index.meant(wanted.name)
        )
    versions = index.versions(wanted.name)
    fitting = _fitting(versions, wanted.version)
    if not fitting:
        return _Miss(wanted, versions[0].version if versions else "")
    chosen = next((each for each in fitting if each.urls), None)
    if chosen is None:
        raise RepositoryError(f"chart {wanted.name} has no downloadable URLs in {entry.url}")
    address = resolve_reference(entry.url, chosen.urls[0])
    check_origin(address, entry.url, chosen.digest)
    access = entry.access(search.task.options.timeout)
    location = Location(url=address, base=entry.url, digest=chosen.digest, access=access)
    return Choice(wanted, chosen.version, location)


def _fitting(versions: Iterable[ChartVersion], wanted: str) -> list[ChartVersion]:
    """The very version that is asked for, or else what fits, newest first."""
    exact = [each for each in versions if each.version == wanted]
    return exact or [each for each in versions if fits(wanted, each.version)]


def _index(search: _Search, entry: file.Entry) -> RepoIndex:
    if entry.name not in search.indexes:
        search.indexes[entry.name] = _read_index(search, entry)
    return search.indexes[entry.name]


def _read_index(search: _Search, entry: file.Entry) -> RepoIndex:
    settings = search.task.settings
    try:
        return cache.load_index(settings.repository_cache, entry.name, settings.render_cache)
    except RepositoryError as exc:
        if search.task.refresh or _known(search, entry.url):
            raise
        raise RepositoryError(
            f"no cached repository for {redact(entry.url)} found; try it without --skip-refresh"
        ) from exc
