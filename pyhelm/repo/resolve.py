"""From what a user types for a chart to the chart: a path, a URL, `repo/name`, or `--repo`.

The order is Helm's (`LocateChart`): what exists on disk wins, unless `--repo` is given.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pyhelm._dataclass import dataclass, field, replace
from pyhelm.chart import load as chart_load
from pyhelm.chart.model import Chart
from pyhelm.errors import ChartNotFound, DigestError, PyHelmError, RepositoryError
from pyhelm.repo import cache, file
from pyhelm.repo.fetch import fetch, redact, resolve_reference
from pyhelm.repo.index import ChartVersion
from pyhelm.repo.options import AccessOptions, ChartOptions
from pyhelm.repo.repositories import download_index
from pyhelm.settings import Settings

ARCHIVE_LIMIT = 256 * 1024 * 1024
"""Bytes of the largest archive that is fetched; what it unpacks to has its own limit."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where a chart is: on disk, or at a URL of the repository at `base`."""

    path: Path | None = None
    url: str = ""
    base: str = ""
    digest: str = ""
    access: AccessOptions = field(default_factory=AccessOptions)

    @property
    def filename(self) -> str:
        """The archive's name, as the URL's last part says it."""
        return unquote(urlsplit(self.url).path).rstrip("/").rpartition("/")[2]


def load_chart(settings: Settings, reference: str, options: ChartOptions) -> Chart:
    """The chart that `reference` names; raises RepositoryError or ChartError."""
    location = locate(settings, reference, options)
    if location.path is not None:
        return chart_load.load(location.path)
    data, url = download(settings, location), redact(location.url)
    return chart_load.load_archive(data, url, cache=settings.render_cache)


def locate(settings: Settings, reference: str, options: ChartOptions) -> Location:
    """Find a chart without fetching it; raises RepositoryError."""
    reference = reference.strip()
    version = options.version.strip() or (">0.0.0-0" if options.devel else "")
    if options.repo:
        return _in_repository(options.repo, reference, version, options)
    path = Path(reference)
    if path.exists():
        return Location(path=path.absolute())
    if path.is_absolute() or reference.startswith("."):
        raise RepositoryError(f'path "{reference}" not found')
    if "://" in reference:
        return _at_url(settings, reference, options)
    return _by_name(settings, reference, version, options)


def download(settings: Settings, location: Location) -> bytes:
    """The archive at a location, from the cache when its digest is known and kept.

    Raises DigestError when the bytes are not those that the index promised.
    """
    if location.digest:
        kept = cache.archive_of(settings.content_cache, location.digest)
        if kept is not None:
            return kept
    data = fetch(location.url, location.access, base=location.base, limit=ARCHIVE_LIMIT)
    if location.digest:
        _check_digest(location, data)
    cache.keep_archive(settings.content_cache, data)
    return data


def _check_digest(location: Location, data: bytes) -> None:
    found = hashlib.sha256(data).hexdigest()
    if found != cache.sha256(location.digest):
        raise DigestError(
            f"{redact(location.url)}: the repository's index promises sha256 "
            f"{cache.sha256(location.digest)}, but the archive has {found}; the index may be older "
            "than the archive (try 'pyhelm repo update'), or someone has changed one of the two"
        )


def _in_repository(repo: str, name: str, version: str, options: ChartOptions) -> Location:
    try:
        _, index = download_index(repo, options)
    except RepositoryError as exc:
        raise RepositoryError(
            f'looks like "{redact(repo)}" is not a valid chart repository '
            f"or cannot be reached: {exc}"
        ) from exc
    wanted = f'chart "{name}"' + (f' version "{version}"' if version else "")
    try:
        found = index.find(name, version)
    except PyHelmError as exc:
        raise ChartNotFound(f"{wanted} not found in {redact(repo)} repository") from exc
    return _location(found, repo, options, wanted)


def _at_url(settings: Settings, url: str, options: ChartOptions) -> Location:
    """An absolute URL; when it lies in a known repository, that one's credentials are used."""
    for entry in file.load(settings.repository_config):
        if url.startswith(entry.url.rstrip("/") + "/"):
            access = _access(options, entry)
            return Location(url=url, base=entry.url, access=access)
    return Location(url=url, base=url, access=options)


def _by_name(settings: Settings, reference: str, version: str, options: ChartOptions) -> Location:
    repo, slash, name = reference.partition("/")
    if not slash:
        raise RepositoryError(
            f"non-absolute URLs should be in form of repo_name/path_to_chart, got: {reference}"
        )
    found = [e for e in file.load(settings.repository_config) if e.name == repo]
    if not found:
        raise RepositoryError(f"repo {repo} not found")
    if not found[0].url:
        raise RepositoryError(f"no URL found for repository {repo}")
    index = cache.load_index(settings.repository_cache, repo)
    try:
        chart = index.find(name, version)
    except PyHelmError as exc:
        raise ChartNotFound(
            f'chart "{name}" matching {version} not found in {repo} index. '
            f"(try 'pyhelm repo update'): {exc}"
        ) from exc
    return _location(chart, found[0].url, _access(options, found[0]), f'chart "{reference}"')


def _access(options: ChartOptions, entry: file.Entry) -> AccessOptions:
    """The repository's own credentials and TLS settings where it has some, else the flags'."""
    kept = entry.access(options.timeout)
    access: AccessOptions = options
    if kept.username and kept.password:
        access = replace(
            access,
            username=kept.username,
            password=kept.password,
            pass_credentials=kept.pass_credentials,
        )
    if kept.cert_file or kept.key_file or kept.ca_file:
        access = replace(
            access, cert_file=kept.cert_file, key_file=kept.key_file, ca_file=kept.ca_file
        )
    if kept.insecure_skip_tls_verify:
        access = replace(access, insecure_skip_tls_verify=True)
    return access


def _location(found: ChartVersion, repo: str, access: AccessOptions, wanted: str) -> Location:
    if not found.urls:
        raise ChartNotFound(f"{wanted} has no downloadable URLs")
    url = resolve_reference(repo, found.urls[0])
    return Location(url=url, base=repo, digest=found.digest, access=access)
