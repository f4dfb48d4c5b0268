"""Making a repository's index from a directory of archives, as `helm repo index` does."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from pyhelm._lazy import logger_of
from pyhelm.chart import load as chart_load
from pyhelm.errors import ChartError, RepositoryError
from pyhelm.repo.file import write_atomically
from pyhelm.repo.index import ChartVersion, RepoIndex, newest_first, parse

logger = logger_of(__name__)


def index_directory(directory: str | Path, url: str = "", *, now: str = "") -> RepoIndex:
    """The index of the `.tgz` files in a directory and the directories right below it.

    `url` is put before each archive's name; `now` is RFC 3339 text for `created` and `generated`.
    An archive that is no chart is passed over, as in Helm.
    """
    root = Path(directory)
    if not root.is_dir():
        raise RepositoryError(f"index {directory}: no such directory")
    now = now or datetime.now(UTC).isoformat().replace("+00:00", "Z")
    found: dict[str, list[ChartVersion]] = {}
    for archive in [*sorted(root.glob("*.tgz")), *sorted(root.glob("*/*.tgz"))]:
        version = _version(archive, root, url, now)
        if version is not None:
            found.setdefault(version.name, []).append(version)
    return RepoIndex({name: newest_first(found[name]) for name in sorted(found)}, now)


def write_index(
    directory: str | Path, url: str = "", *, merge: str = "", as_json: bool = False
) -> RepoIndex:
    """Write `index.yaml` of a directory and return it.

    `merge` names an index whose versions are kept where the directory has none of the same;
    a missing one is made empty, as Helm does. Raises RepositoryError.
    """
    index = index_directory(directory, url)
    if merge:
        index = index.merged(_older(Path(merge), index.generated, as_json))
    _write(Path(directory) / "index.yaml", index, as_json)
    return index


def _version(archive: Path, root: Path, url: str, now: str) -> ChartVersion | None:
    try:
        data = archive.read_bytes()
        metadata = chart_load.load_archive(data, str(archive)).metadata
    except (ChartError, OSError) as exc:
        logger.debug("%s is left out of the index: %s", archive, exc)
        return None
    return ChartVersion(
        metadata=metadata,
        urls=(_address(url, archive.relative_to(root).as_posix()),),
        created=now,
        digest=hashlib.sha256(data).hexdigest(),
    )


def _address(url: str, name: str) -> str:
    return f"{url.rstrip('/')}/{name}" if url else name


def _older(path: Path, now: str, as_json: bool) -> RepoIndex:
    if not path.exists():
        empty = RepoIndex(generated=now)
        _write(path, empty, as_json)
        return empty
    try:
        return parse(path.read_bytes(), str(path))
    except RepositoryError as exc:
        raise RepositoryError(f"merge failed: {exc}") from exc


def _write(path: Path, index: RepoIndex, as_json: bool) -> None:
    try:
        write_atomically(path, index.dump(as_json=as_json))
    except OSError as exc:
        raise RepositoryError(f"write {path}: {exc.strerror or exc}") from exc
