"""Putting a chart's dependencies into `charts/`; what was there before goes when all is there."""

from __future__ import annotations

from pathlib import Path

from pyhelm._typing import Sequence
from pyhelm.actions.choose import Choice, Task
from pyhelm.actions.package import PackageOptions, epoch_of, package
from pyhelm.chart import load
from pyhelm.chart.versions import fits
from pyhelm.errors import ChartError, DependencyError, PyHelmError
from pyhelm.repo.fetch import redact
from pyhelm.repo.file import write_atomically
from pyhelm.repo.registry.reference import is_oci
from pyhelm.repo.resolve import Location, download, download_verified


def save(task: Task, chosen: Sequence[Choice]) -> list[Path]:
    """Fetch every archive, then write them; returns their paths. Raises PyHelmError."""
    folder = task.chart / "charts"
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise DependencyError(f"{folder} is not a directory")
    new = _fetch_all(task, chosen)
    folder.mkdir(exist_ok=True)
    for name, data in new.items():
        write_atomically(folder / name, data)
    bundled = {each.wanted.name for each in chosen if not each.is_fetched}
    task.tell("Deleting outdated charts")
    for path in sorted(folder.iterdir()):
        if path.name not in new and not path.is_dir():
            _delete(task, path, bundled)
    return [folder / name for name in new]


def _fetch_all(task: Task, chosen: Sequence[Choice]) -> dict[str, bytes]:
    """By its name in `charts/`, each archive."""
    task.tell(f"Saving {len(chosen)} charts")
    found: dict[str, bytes] = {}
    try:
        for each in chosen:
            if each.location is not None:
                _download(task, each, each.location, found)
            elif each.folder is not None:
                found[each.archive] = _packed(task, each, each.folder)
            else:
                _check_bundled(task, each)
    except PyHelmError as exc:
        # Helm: two blanks.
        task.tell(f"Save error occurred:  {exc}")
        raise
    return found


def _download(task: Task, each: Choice, place: Location, found: dict[str, bytes]) -> None:
    name, repository = each.wanted.name, each.wanted.repository
    if each.archive in found:
        return task.tell(f"Already downloaded {name} from repo {repository}")
    task.tell(f"Downloading {name} from repo {repository}")
    try:
        found[each.archive] = _archive(task, place)
    except PyHelmError as exc:
        url = place.base if is_oci(place.url) else redact(place.url)
        raise type(exc)(f"could not download {url}: {exc}") from exc


def _archive(task: Task, place: Location) -> bytes:
    if task.options.verify:
        return download_verified(task.settings, place, task.options, report=task.report).data
    return download(task.settings, place, report=task.report)


def _packed(task: Task, each: Choice, folder: Path) -> bytes:
    import tempfile

    if task.settings.debug:
        task.tell(f"Archiving {each.wanted.name} from repo {each.wanted.repository}")
    epoch = epoch_of(task.settings.source_date_epoch)
    with tempfile.TemporaryDirectory() as scratch:
        options = PackageOptions(destination=scratch, source_date_epoch=epoch)
        return package(str(folder), options).read_bytes()


def _check_bundled(task: Task, each: Choice) -> None:
    """Refuse a chart in `charts/` whose version is not what is asked for."""
    name, wanted = each.wanted.name, each.wanted.version
    task.tell(
        f"Dependency {name} did not declare a repository. "
        "Assuming it exists in the charts directory"
    )
    version = load.load(task.chart / "charts" / name).metadata.version
    if not fits(wanted, version):
        raise DependencyError(
            f"dependency {name} at version {version} does not satisfy the constraint {wanted}"
        )


def _delete(task: Task, path: Path, bundled: set[str]) -> None:
    """Remove an archive of another chart or version.

    Helm: all archives of charts are the dependencies', also of those that Chart.yaml had before.
    """
    try:
        name = load.load(path).name
    except ChartError as exc:
        return task.tell(f"Could not verify {path} for deletion: {exc} (Skipping)")
    if name not in bundled:
        path.unlink()
    return None
