"""`pyhelm pull`: a chart's archive into a directory, unpacked if asked."""

from __future__ import annotations

from pathlib import Path

from pyhelm.chart import archive
from pyhelm.errors import RepositoryError
from pyhelm.repo.file import write_atomically
from pyhelm.repo.options import PullOptions
from pyhelm.repo.resolve import Location, download, locate
from pyhelm.settings import Settings


def pull(settings: Settings, reference: str, options: PullOptions) -> Path:
    """Fetch a chart; returns the archive's path, or the unpacked chart's.

    Raises RepositoryError, DigestError or ArchiveError; nothing half-written stays behind.
    """
    location = locate(settings, reference, options)
    name, data = _archive(settings, location)
    if options.untar:
        return _untar(data, reference, options)
    target = Path(options.destination) / name
    if not target.parent.is_dir():
        raise RepositoryError(f"write {target}: no directory {target.parent}")
    try:
        write_atomically(target, data)
    except OSError as exc:
        raise RepositoryError(f"write {target}: {exc.strerror or exc}") from exc
    return target


def _archive(settings: Settings, location: Location) -> tuple[str, bytes]:
    if location.path is None:
        return location.filename or "chart.tgz", download(settings, location)
    if location.path.is_dir():
        raise RepositoryError(f"{location.path} is a directory: there is nothing to pull")
    return location.path.name, location.path.read_bytes()


def _untar(data: bytes, reference: str, options: PullOptions) -> Path:
    """Unpack below `--untardir`, itself below `--destination` unless it is absolute."""
    where = Path(options.destination) / options.untardir
    expected = where / reference.rstrip("/").rpartition("/")[2]
    if expected.exists():
        raise RepositoryError(
            f"failed to untar: a file or directory with the name {expected} already exists"
        )
    where.mkdir(parents=True, exist_ok=True)
    return archive.expand(data, where)
