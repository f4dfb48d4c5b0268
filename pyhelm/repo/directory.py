"""Making a repository's index from a directory of archives, as `helm repo index` does."""

from __future__ import annotations

import hashlib
import posixpath
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from pyhelm._cache import Cache
from pyhelm._dataclass import replace
from pyhelm._lazy import lazy_pattern, logger_of
from pyhelm._typing import Any, TypeAlias
from pyhelm.chart import load as chart_load
from pyhelm.chart.model import Chart
from pyhelm.errors import ChartError, RepositoryError
from pyhelm.repo.file import write_atomically
from pyhelm.repo.index import ChartVersion, RepoIndex, newest_first, parse, version_of

logger = logger_of(__name__)


SETTLED = 2 * 10**9
"""Nanoseconds after which a file's time tells whether it changed: clocks of disks are coarse."""

Known: TypeAlias = "dict[str, tuple[int, int, str, Any]]"
"""By an archive's name: its size and time, its digest and its entry, or None for no chart."""


def index_directory(
    directory: str | Path, url: str = "", *, now: str = "", cache: str = ""
) -> RepoIndex:
    """The index of the `.tgz` files in a directory and the directories right below it.

    `url` is put before each archive's name; `now` is RFC 3339 text for `created` and `generated`.
    An archive that is no chart is passed over, as in Helm. In the directory `cache` is kept what
    was read; an archive of the same size and time is not read again.
    """
    root = Path(directory)
    if not root.is_dir():
        raise RepositoryError(f"index {directory}: no such directory")
    now = now or datetime.now(UTC).isoformat().replace("+00:00", "Z")
    kept = Cache(cache)
    key = kept.key(b"directory", str(root.resolve()).encode())
    before: Known = kept.get(key) or {}
    after: Known = {}
    found: dict[str, list[ChartVersion]] = {}
    for archive in [*sorted(root.glob("*.tgz")), *sorted(root.glob("*/*.tgz"))]:
        name = archive.relative_to(root).as_posix()
        seen = _seen(archive, before.get(name))
        after[name] = seen
        if seen[3] is not None:
            version = version_of(seen[3])
            version = replace(version, urls=(_address(url, name),), created=now, digest=seen[2])
            found.setdefault(version.name, []).append(version)
    if after != before:
        kept.put(key, {name: seen for name, seen in after.items() if _is_settled(seen)})
    return RepoIndex({name: newest_first(found[name]) for name in sorted(found)}, now)


def write_index(
    directory: str | Path,
    url: str = "",
    *,
    merge: str = "",
    as_json: bool = False,
    html: bool = False,
    cache: str = "",
) -> RepoIndex:
    """Write `index.yaml` of a directory and return it; `html` writes the page for people too.

    Archives that an index had before keep their time. `merge` names an index whose versions are
    kept where the directory has none of the same; a missing one is made empty, as Helm does.
    Raises RepositoryError.
    """
    target = Path(directory) / "index.yaml"
    index = _with_older_times(index_directory(directory, url, cache=cache), _before(target))
    if merge:
        older = _older(Path(merge), index.generated, as_json)
        index = _with_older_times(index, older).merged(older)
    _write(target, index.dump(as_json=as_json))
    if html:
        text = html_of(directory, index, url=url)
        _write(Path(directory) / "index.html", text.encode())
    return index


def html_of(directory: str | Path, index: RepoIndex, *, url: str = "", title: str = "") -> str:
    """The page of an index whose archives are in a directory."""
    from pyhelm.repo.page import page

    charts = {name: _newest(Path(directory), each) for name, each in index.entries.items() if each}
    known = {name: chart for name, chart in charts.items() if chart}
    return page(index, title=title or "Helm charts", url=url, charts=known)


def _newest(root: Path, versions: tuple[ChartVersion, ...]) -> Chart | None:
    """The newest version's chart, where its archive is here and is the one of the index."""
    url = urlsplit(versions[0].urls[0]).path if versions[0].urls else ""
    for place in (root / url.rpartition("/")[2], root / "/".join(url.split("/")[-2:])):
        try:
            data = place.read_bytes()
            if hashlib.sha256(data).hexdigest() == versions[0].digest:
                return chart_load.load_archive(data, str(place))
        except (ChartError, OSError, ValueError):
            continue
    return None


def _seen(archive: Path, before: tuple[int, int, str, Any] | None) -> tuple[int, int, str, Any]:
    """What is known of an archive: from before if its size and time are the same."""
    try:
        status = archive.stat()
        if before and before[:2] == (status.st_size, status.st_mtime_ns):
            return before
        data = archive.read_bytes()
        metadata = chart_load.load_archive(data, str(archive)).metadata
    except (ChartError, OSError) as exc:
        logger.debug("%s is left out of the index: %s", archive, exc)
        # The time 0 has it looked at again.
        return 0, 0, "", None
    digest = hashlib.sha256(data).hexdigest()
    return status.st_size, status.st_mtime_ns, digest, ChartVersion(metadata).to_dict()


def _is_settled(seen: tuple[int, int, str, Any]) -> bool:
    return 0 < seen[1] < time.time_ns() - SETTLED


_BROKEN_ESCAPE = lazy_pattern(r"%(?![0-9a-fA-F]{2})")


def _address(url: str, name: str) -> str:
    """An archive's URL: its name behind the path of the directory's, as Helm joins and quotes."""
    if not url and "/" not in name:
        return name
    if _BROKEN_ESCAPE.search(url):
        return _joined(url, name)
    try:
        parts = urlsplit(url)
    except ValueError:
        return _joined(url, name)
    path = _joined(unquote(parts.path), name)
    return urlunsplit(parts._replace(path=quote(path, safe="$&+,/:;=@")))


def _joined(folder: str, name: str) -> str:
    """Two paths as one without `..` in it; Go, unlike Python, never begins it with two slashes."""
    path = posixpath.normpath(posixpath.join(folder, name))
    return f"/{path.lstrip('/')}" if path.startswith("/") else path


def _with_older_times(index: RepoIndex, older: RepoIndex) -> RepoIndex:
    """An index whose archives were created when an older index, which has the same, says so.

    Helm says of all that they are new, so that every line differs (its issue 7363).
    """
    entries = {}
    for name, versions in index.entries.items():
        times = {(each.version, each.digest): each.created for each in older.versions(name)}
        entries[name] = tuple(
            replace(each, created=times.get((each.version, each.digest)) or each.created)
            for each in versions
        )
    return replace(index, entries=entries)


def _before(path: Path) -> RepoIndex:
    """The index that is about to be replaced; an empty one where none can be read."""
    try:
        return parse(path.read_bytes(), str(path))
    except (OSError, RepositoryError):
        return RepoIndex()


def _older(path: Path, now: str, as_json: bool) -> RepoIndex:
    if not path.exists():
        empty = RepoIndex(generated=now)
        _write(path, empty.dump(as_json=as_json))
        return empty
    try:
        return parse(path.read_bytes(), str(path))
    except RepositoryError as exc:
        raise RepositoryError(f"merge failed: {exc}") from exc


def _write(path: Path, data: bytes) -> None:
    try:
        write_atomically(path, data)
    except OSError as exc:
        raise RepositoryError(f"write {path}: {exc.strerror or exc}") from exc
