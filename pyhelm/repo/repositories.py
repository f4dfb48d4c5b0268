"""Adding, updating and removing the repositories that a user has: `pyhelm repo …`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from urllib.parse import urlsplit

from pyhelm._cache import Cache
from pyhelm._dataclass import dataclass, replace
from pyhelm._typing import Callable, Sequence
from pyhelm.errors import PyHelmError, RepositoryError
from pyhelm.repo import cache, file
from pyhelm.repo.fetch import Seen, get, is_fetched, redact, resolve_reference
from pyhelm.repo.file import Entries, Entry
from pyhelm.repo.index import RepoIndex, read
from pyhelm.repo.options import AccessOptions, RepoAddOptions
from pyhelm.repo.summary import summary
from pyhelm.settings import Settings

INDEX_LIMIT = 512 * 1024 * 1024
"""Bytes of the largest index that is read; the largest public one had 140 MB."""

WORKERS = 8
"""Indexes fetched at once by `repo update`."""

RETIRED = {
    "//kubernetes-charts.storage.googleapis.com": "https://charts.helm.sh/stable",
    "//kubernetes-charts-incubator.storage.googleapis.com": "https://charts.helm.sh/incubator",
}
"""Repositories that were deleted for good, and where their charts are now (Helm's table)."""


@dataclass(frozen=True, slots=True)
class RepoUpdate:
    """How one repository's update went; `error` is empty when it went well."""

    name: str
    url: str
    error: str = ""

    def line(self, shown: str) -> str:
        """What Helm tells of it, where the repository is shown as `shown`."""
        if not self.error:
            return f'...Successfully got an update from the "{shown}" chart repository'
        url = f" ({self.url})" if shown != self.url else ""
        return (
            f'...Unable to get an update from the "{shown}" chart repository{url}:\n\t{self.error}'
        )


def add(settings: Settings, name: str, url: str, options: RepoAddOptions) -> bool:
    """Add a repository after fetching its index.

    Returns False when it was there already with the same configuration. Raises RepositoryError.
    """
    _check(settings, name, url, options)
    entry = Entry.of(name, url, options)
    if not options.force_update and _known(file.load(settings.repository_config), entry):
        return False
    fetch_index(settings, entry, options.timeout)

    def edit(entries: Entries) -> Entries:
        if not options.force_update and _known(entries, entry):
            return entries
        others = any(each.name == name for each in entries)
        replaced = tuple(entry if each.name == name else each for each in entries)
        return replaced if others else (*entries, entry)

    file.change(settings.repository_config, edit)
    return True


def entries(settings: Settings) -> Entries:
    """The repositories in the order in which they were added; raises RepositoryError."""
    return file.load(settings.repository_config)


def update(
    settings: Settings,
    *names: str,
    timeout: float = 120,
    report: Callable[[tuple[str, ...]], None] = lambda pending: None,
) -> list[RepoUpdate]:
    """Fetch the indexes of all repositories, or of those named, side by side.

    `report` is told, in the beginning and as each ends, which are still waited for; the result is
    in the file's order, failures included, so that one bad repository doesn't hide the others.
    Raises RepositoryError when there is nothing to update.
    """
    return refresh(settings, _named(entries(settings), names), timeout, report)


def refresh(
    settings: Settings,
    wanted: Sequence[Entry],
    timeout: float,
    report: Callable[[tuple[str, ...]], None] = lambda pending: None,
) -> list[RepoUpdate]:
    """Fetch the indexes of these repositories side by side; see `update`."""
    pending = [entry.name for entry in wanted]
    lock = Lock()

    def done(name: str = "") -> None:
        with lock:
            pending[:] = [each for each in pending if each != name]
            report(tuple(pending))

    def one(entry: Entry) -> RepoUpdate:
        error = ""
        try:
            fetch_index(settings, entry, timeout, wrap=False)
        except PyHelmError as exc:
            error = str(exc)
        done(entry.name)
        return RepoUpdate(entry.name, redact(entry.url), error)

    done()
    with ThreadPoolExecutor(max_workers=min(WORKERS, len(wanted))) as pool:
        return list(pool.map(one, wanted))


def remove(settings: Settings, *names: str) -> None:
    """Forget repositories and their cached indexes; raises RepositoryError for an unknown one."""

    def edit(found: Entries) -> Entries:
        if not found:
            raise RepositoryError("no repositories configured")
        known = {entry.name for entry in found}
        for name in names:
            if name not in known:
                raise RepositoryError(f'no repo named "{name}" found')
        return tuple(entry for entry in found if entry.name not in names)

    file.change(settings.repository_config, edit)
    for name in names:
        cache.remove_index(settings.repository_cache, name)


def fetch_index(
    settings: Settings, entry: Entry, timeout: float, *, wrap: bool = True
) -> RepoIndex:
    """Fetch, check and keep a repository's index; raises RepositoryError.

    What the server says is still what is kept is not sent again.
    """
    try:
        access = replace(entry.access(timeout), plugins=settings.plugins)
        return _refreshed(settings, entry, access)
    except RepositoryError as exc:
        raise (unusable(entry.url, exc) if wrap else exc) from exc


def _refreshed(settings: Settings, entry: Entry, access: AccessOptions) -> RepoIndex:
    kept = Cache(settings.render_cache)
    address = resolve_reference(entry.url, "index.yaml")
    path = cache.index_path(settings.repository_cache, entry.name)
    before = _bytes_of(path)
    key = kept.key(b"seen", address.encode(), before)
    seen = kept.get(key) if before else None
    found = get(
        address, access, base=entry.url, limit=INDEX_LIMIT,
        seen=Seen(*seen) if seen else None, compressed=True,
    )  # fmt: skip
    data = before if found.unchanged else found.body
    index = read(data, redact(address), kept)
    if not found.unchanged:
        cache.store_index(settings.repository_cache, entry.name, data, index)
        new = kept.key(b"seen", address.encode(), data)
        kept.put(new, (found.seen.etag, found.seen.modified))
    summary(index, redact(address), kept)
    return index


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def download_index(
    url: str, access: AccessOptions, kept: Cache | None = None
) -> tuple[bytes, RepoIndex]:
    """A repository's index as bytes and as read; raises RepositoryError."""
    address = resolve_reference(url, "index.yaml")
    data = get(address, access, base=url, limit=INDEX_LIMIT, compressed=True).body
    return data, read(data, redact(address), kept)


def unusable(url: str, reason: RepositoryError) -> RepositoryError:
    """What is wrong with a repository that can't be read."""
    return RepositoryError(
        f'looks like "{redact(url)}" is not a valid chart repository or cannot be reached: {reason}'
    )


def _check(settings: Settings, name: str, url: str, options: RepoAddOptions) -> None:
    for old, new in RETIRED.items():
        if old in url and not options.allow_deprecated_repos:
            raise RepositoryError(f'repo "{url}" is no longer available; try "{new}" instead')
    if "/" in name:
        raise RepositoryError(
            f"repository name ({name}) contains '/', please specify a different name without '/'"
        )
    if not name or not name.isprintable() or "\\" in name:
        raise RepositoryError(f"repository name ({name!r}) can't be the name of a file")
    scheme = urlsplit(url).scheme.lower()
    if not is_fetched(scheme, settings.plugins):
        raise RepositoryError(f"could not find protocol handler for: {scheme}{_instead(url)}")


def _instead(url: str) -> str:
    """What to do where the address of no web server was given."""
    if url.startswith("oci://"):
        return f"; a registry is not added: name its charts, as in {redact(url).rstrip('/')}/CHART"
    path = url.removeprefix("file://")
    if path != url or url.startswith((".", "/")) or Path(url).is_dir():
        return f"; a directory needs a web server for that: pyhelm repo serve {path}"
    return f"; a repository's URL begins with https:// or http://, and this one is {redact(url)}"


def _known(found: Entries, entry: Entry) -> bool:
    """Whether the entry is there just as it is; raises RepositoryError if it is another one."""
    existing = next((each for each in found if each.name == entry.name), None)
    if existing is not None and existing != entry:
        raise RepositoryError(
            f"repository name ({entry.name}) already exists, please specify a different name"
        )
    return existing is not None


def _named(found: Entries, names: tuple[str, ...]) -> Entries:
    if not found:
        raise RepositoryError("no repositories found. You must add one before updating")
    known = {entry.name for entry in found}
    for name in names:
        if name not in known:
            raise RepositoryError(
                f"no repositories found matching '{name}'.  Nothing will be updated"
            )
    return tuple(entry for entry in found if not names or entry.name in names)
