"""What was fetched before: each repository's index, and archives by their sha256.

The places and names are Helm's, so both read what the other fetched. Unlike Helm we check an
archive's digest on every read. A cache that can't be written (full or read-only disk) costs a
warning, never the command.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from pyhelm._cache import Cache
from pyhelm._lazy import logger_of
from pyhelm.errors import DigestError, RepositoryError
from pyhelm.repo.file import write_atomically
from pyhelm.repo.index import RepoIndex, read

logger = logger_of(__name__)


def index_path(cache: str | Path, name: str) -> Path:
    """Where a repository's index is kept."""
    return Path(cache) / f"{name}-index.yaml"


def charts_path(cache: str | Path, name: str) -> Path:
    """Where the names of a repository's charts are kept, for shell completion."""
    return Path(cache) / f"{name}-charts.txt"


def store_index(cache: str | Path, name: str, data: bytes, index: RepoIndex) -> None:
    """Keep an index as it was fetched; raises RepositoryError."""
    names = "".join(f"{chart}\n" for chart in index.entries)
    try:
        write_atomically(charts_path(cache, name), names.encode())
        write_atomically(index_path(cache, name), data)
    except OSError as exc:
        raise RepositoryError(
            f"keep the index of {name} in {cache}: {exc.strerror or exc}; "
            "free some space, or choose another place with --repository-cache"
        ) from exc


def load_index(cache: str | Path, name: str, kept: str = "") -> RepoIndex:
    """The index of a repository as last fetched, read chart by chart; raises RepositoryError.

    What was made of it is kept in the directory `kept`.
    """
    path = index_path(cache, name)
    try:
        return read(path.read_bytes(), str(path), Cache(kept))
    except OSError as exc:
        raise RepositoryError(
            f"no cached repo found. (try 'pyhelm repo update'): "
            f"open {path}: {(exc.strerror or str(exc)).lower()}"
        ) from exc


def chart_names(cache: str | Path, name: str, kept: str = "") -> list[str]:
    """The charts of a repository as last fetched; raises RepositoryError."""
    try:
        return charts_path(cache, name).read_text(encoding="utf-8").split()
    except (OSError, UnicodeError):
        return list(load_index(cache, name, kept).entries)


def remove_index(cache: str | Path, name: str) -> None:
    """Forget a repository's index; raises RepositoryError."""
    for path in (charts_path(cache, name), index_path(cache, name)):
        try:
            path.unlink(missing_ok=True)
        except OSError as exc:
            raise RepositoryError(f"can't remove index file {path}: {exc.strerror}") from exc


def sha256(digest: str) -> str:
    """The hexadecimal part of `sha256:…` or of bare digits; raises DigestError for the rest."""
    digits = digest.removeprefix("sha256:").lower()
    if len(digits) != 64 or set(digits) - set("0123456789abcdef"):
        raise DigestError(f"invalid digest {digest!r}: not the 64 digits of a sha256")
    return digits


def archive_of(content: str | Path, digest: str) -> bytes | None:
    """The archive with this digest, if it was kept and is still whole."""
    digits = sha256(digest)
    path = _content_path(content, digits)
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(data).hexdigest() == digits:
        return data
    logger.warning("%s is not what its name says; it is fetched again", path)
    return None


def keep_archive(content: str | Path, data: bytes) -> None:
    """Keep an archive under its digest."""
    path = _content_path(content, hashlib.sha256(data).hexdigest())
    try:
        write_atomically(path, data)
    except OSError as exc:
        logger.warning("the chart is not kept in %s: %s", content, exc.strerror or exc)


def _content_path(content: str | Path, digits: str) -> Path:
    return Path(content) / digits[:2] / f"{digits}.chart"
