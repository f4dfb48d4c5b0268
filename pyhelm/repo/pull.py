"""`pyhelm pull`: a chart's archive into a directory, unpacked if asked."""

from __future__ import annotations

from pathlib import Path

from pyhelm._dataclass import dataclass
from pyhelm.chart import archive
from pyhelm.errors import RepositoryError
from pyhelm.repo import resolve
from pyhelm.repo.file import write_atomically
from pyhelm.repo.options import PullOptions, Report, silent
from pyhelm.repo.resolve import Location, locate
from pyhelm.settings import Settings


@dataclass(frozen=True, slots=True)
class _Pulled:
    """An archive, its name, and its provenance file where there is one."""

    name: str
    data: bytes
    provenance: bytes | None = None


def pull(
    settings: Settings, reference: str, options: PullOptions, *, report: Report = silent
) -> Path:
    """Fetch a chart; returns the archive's path, or the unpacked chart's.

    With `verify` nothing is written before its signature was checked. Raises RepositoryError,
    DigestError, ProvenanceError or ArchiveError; nothing half-written stays behind.
    """
    location = locate(settings, reference, options)
    pulled = _pulled(settings, reference, location, options, report)
    if options.untar:
        return _untar(pulled.data, reference, options)
    target = Path(options.destination) / pulled.name
    if not target.parent.is_dir():
        raise RepositoryError(f"write {target}: no directory {target.parent}")
    try:
        if pulled.provenance is not None:
            write_atomically(target.with_name(f"{target.name}.prov"), pulled.provenance)
        write_atomically(target, pulled.data)
    except OSError as exc:
        raise RepositoryError(f"write {target}: {exc.strerror or exc}") from exc
    return target


def _pulled(
    settings: Settings, reference: str, location: Location, options: PullOptions, report: Report
) -> _Pulled:
    if location.path is not None:
        return _from_disk(settings, location.path, options, report)
    name = location.filename or "chart.tgz"
    if options.verify:
        found = resolve.download_verified(settings, location, options, report=report)
        for line in found.verification.lines:
            report(line)
        return _Pulled(name, found.data, found.provenance)
    if not options.prov:
        return _Pulled(name, resolve.download(settings, location, report=report))
    data, provenance = resolve.download_signed(settings, location, report=report)
    if provenance is None:
        report(f"WARNING: Verification not found for {reference}")
    return _Pulled(name, data, provenance)


def _from_disk(settings: Settings, path: Path, options: PullOptions, report: Report) -> _Pulled:
    if path.is_dir():
        raise RepositoryError(f"{path} is a directory: there is nothing to pull")
    beside = path.with_name(f"{path.name}.prov")
    if options.verify:
        for line in resolve.verify_file(settings, path, options).lines:
            report(line)
    wanted = options.verify or options.prov
    try:
        provenance = beside.read_bytes() if wanted and beside.exists() else None
        return _Pulled(path.name, path.read_bytes(), provenance)
    except OSError as exc:
        raise RepositoryError(f"read {exc.filename}: {exc.strerror or exc}") from exc


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
