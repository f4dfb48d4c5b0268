"""From what a user types for a chart to the chart: a path, a URL, `repo/name`, or `--repo`.

The order is Helm's (`LocateChart`): what exists on disk wins, unless `--repo` is given.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from pyhelm._dataclass import dataclass, field, replace
from pyhelm._lazy import logger_of
from pyhelm._suggestion import suggestion
from pyhelm._typing import TYPE_CHECKING
from pyhelm.chart import load as chart_load
from pyhelm.chart.model import Chart
from pyhelm.errors import (
    ChartNotFound,
    DigestError,
    ProvenanceError,
    PyHelmError,
    RepositoryError,
)
from pyhelm.repo import cache, file
from pyhelm.repo.fetch import fetch, redact, resolve_reference, shorn
from pyhelm.repo.index import ChartVersion, RepoIndex
from pyhelm.repo.options import AccessOptions, ChartOptions, Report, silent
from pyhelm.repo.registry.reference import is_oci
from pyhelm.repo.registry.reference import parse as parse_reference
from pyhelm.repo.repositories import download_index, unusable
from pyhelm.settings import Settings

if TYPE_CHECKING:
    from pyhelm.repo.provenance.charts import Verification
    from pyhelm.repo.registry.charts import Pulled

logger = logger_of(__name__)

PROVENANCE_LIMIT = 1024 * 1024
ARCHIVE_LIMIT = 256 * 1024 * 1024
"""Bytes of the largest archive that is fetched; what it unpacks to has its own limit."""

ACCEPTED = "application/gzip,application/octet-stream"
"""Helm's Accept header for archives and their provenance."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where a chart is: on disk, or at a URL of the repository at `base`, or in a registry."""

    path: Path | None = None
    url: str = ""
    base: str = ""
    digest: str = ""
    access: AccessOptions = field(default_factory=AccessOptions)

    @property
    def filename(self) -> str:
        """The archive's name, as the URL's last part or the registry's tag says it."""
        if is_oci(self.url):
            from pyhelm.repo.registry.charts import filename

            return filename(parse_reference(self.url))
        return unquote(urlsplit(self.url).path).rstrip("/").rpartition("/")[2]


def load_chart(
    settings: Settings, reference: str, options: ChartOptions, *, report: Report = silent
) -> Chart:
    """The chart that `reference` names; raises RepositoryError or ChartError.

    `report` is told a line for people of what a registry sent.
    """
    location = locate(settings, reference, options)
    if location.url:
        logger.debug("chart found", url=shorn(location.url), digest=location.digest)
    if location.path is not None:
        if options.verify:
            verify_file(settings, location.path, options)
        return chart_load.load(location.path)
    if options.verify:
        data = download_verified(settings, location, options, report=report).data
    else:
        data = download(settings, location, report=report)
    url = redact(location.url)
    return chart_load.load_archive(data, url, cache=settings.render_cache)


def locate(settings: Settings, reference: str, options: ChartOptions) -> Location:
    """Find a chart without fetching it; raises RepositoryError."""
    reference = reference.strip()
    version = options.version.strip() or (">0.0.0-0" if options.devel else "")
    if options.repo:
        return _in_repository(settings, reference, version, options)
    if is_oci(reference):
        return _in_registry(settings, reference, version, options)
    path = Path(reference)
    if path.exists():
        return Location(path=path.absolute())
    if path.is_absolute() or reference.startswith("."):
        raise RepositoryError(f'path "{reference}" not found')
    if "://" in reference:
        return _at_url(settings, reference, options)
    return _by_name(settings, reference, version, options)


def download(settings: Settings, location: Location, *, report: Report = silent) -> bytes:
    """The archive at a location, from the cache when its digest is known and kept.

    Raises DigestError when the bytes are not those that the index promised.
    """
    if location.digest:
        kept = cache.archive_of(settings.content_cache, location.digest)
        if kept is not None:
            logger.debug("found chart in cache", id=cache.sha256(location.digest))
            return kept
    if is_oci(location.url):
        return _pulled(settings, location, report).data
    access = replace(location.access, plugins=settings.plugins)
    data = fetch(location.url, access, base=location.base, limit=ARCHIVE_LIMIT, accept=ACCEPTED)
    if not data:
        raise RepositoryError(f"failed to fetch {redact(location.url)} : the answer is empty")
    if location.digest:
        _check_digest(location, data)
    cache.keep_archive(settings.content_cache, data)
    return data


@dataclass(frozen=True, slots=True)
class Signed:
    """An archive, the provenance file that came with it, and what that proves."""

    data: bytes
    provenance: bytes
    verification: Verification


def download_verified(
    settings: Settings, location: Location, options: ChartOptions, *, report: Report = silent
) -> Signed:
    """The archive at a location, after its signature was checked.

    Raises ProvenanceError, also when there is none (CVE-2026-35205): nothing unverified comes out.
    """
    from pyhelm.repo.provenance.charts import verify

    data, signed = download_signed(settings, location, report=report)
    if signed is None:
        raise ProvenanceError(f'failed to fetch provenance "{redact(location.url)}.prov"')
    name = location.filename or "chart.tgz"
    if is_oci(location.url) and not parse_reference(location.url).tag:
        info = chart_load.load_archive(data, name).metadata
        name = f"{info.name}-{info.version}.tgz"
    return Signed(data, signed, verify(data, signed, name, options.keyring or settings.keyring))


def download_signed(
    settings: Settings, location: Location, *, report: Report = silent
) -> tuple[bytes, bytes | None]:
    """The archive at a location and its provenance file; None where there is none."""
    if is_oci(location.url):
        pulled = _pulled(settings, location, report, provenance=True)
        return pulled.data, pulled.provenance
    data = download(settings, location, report=report)
    parts = urlsplit(location.url)
    url = urlunsplit(parts._replace(path=f"{parts.path}.prov"))
    try:
        limit = PROVENANCE_LIMIT
        access = replace(location.access, plugins=settings.plugins)
        return data, fetch(url, access, base=location.base, limit=limit, accept=ACCEPTED)
    except RepositoryError as exc:
        logger.debug("%s", exc)
        return data, None


def verify_file(settings: Settings, path: Path, options: ChartOptions) -> Verification:
    """Check an archive on disk by the provenance file beside it; raises ProvenanceError."""
    from pyhelm.repo.provenance.charts import verify_file

    return verify_file(path, options.keyring or settings.keyring)


def _in_registry(settings: Settings, url: str, version: str, options: ChartOptions) -> Location:
    from pyhelm.repo.registry.charts import resolve

    found = resolve(settings, url, version, options)
    # The tag is kept beside the digest, for the archive's name.
    tag = f":{found.tag}" if found.tag else ""
    digest = f"@{found.digest}" if found.digest else ""
    place = f"oci://{found.registry}/{found.repository}{tag}{digest}"
    return Location(url=place, base=place, access=options)


def _pulled(
    settings: Settings, location: Location, report: Report, *, provenance: bool = False
) -> Pulled:
    from pyhelm.repo.registry import charts

    pulled = charts.pull(
        settings,
        parse_reference(location.url),
        location.access,
        provenance=provenance,
        report=report,
    )
    # An index that points into a registry may give the archive's digest or the manifest's.
    if location.digest and cache.sha256(location.digest) != cache.sha256(pulled.digest):
        _check_digest(location, pulled.data)
    return pulled


def _check_digest(location: Location, data: bytes) -> None:
    found = hashlib.sha256(data).hexdigest()
    if found != cache.sha256(location.digest):
        raise DigestError(
            f"{redact(location.url)}: the repository's index promises sha256 "
            f"{cache.sha256(location.digest)}, but the archive has {found}; the index may be older "
            "than the archive (try 'pyhelm repo update'), or someone has changed one of the two"
        )


def _in_repository(settings: Settings, name: str, version: str, options: ChartOptions) -> Location:
    repo = options.repo
    if is_oci(repo):
        place = f"{repo.rstrip('/')}/{name}"
        raise RepositoryError(f"{repo} is a registry, which has no index; ask for {place} itself")
    access = _kept_for(settings, options)
    try:
        _, index = download_index(repo, replace(access, plugins=settings.plugins))
    except RepositoryError as exc:
        raise unusable(repo, exc) from exc
    wanted = f'chart "{name}"' + (f' version "{version}"' if version else "")
    try:
        found = index.find(name, version)
    except PyHelmError as exc:
        raise ChartNotFound(
            f"{wanted} not found in {redact(repo)} repository{_why(index, name, exc)}"
        ) from exc
    return _location(found, repo, access, wanted)


def _why(index: RepoIndex, name: str, fault: PyHelmError) -> str:
    """What Helm doesn't tell of a chart that isn't found by `--repo`."""
    if name not in index.entries:
        return index.meant(name)
    return f": {fault}" if "constraint" in str(fault) else ""


def _kept_for(settings: Settings, options: ChartOptions) -> AccessOptions:
    """The flags, or without credentials among them what `repo add` kept for that very URL."""
    given = (options.username, options.password, options.bearer_token_file, options.cert_file)
    for entry in file.load(settings.repository_config):
        if not any(given) and entry.url.rstrip("/") == options.repo.rstrip("/"):
            return _access(options, entry)
    return options


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
        names = [entry.name for entry in file.load(settings.repository_config)]
        raise RepositoryError(f"repo {repo} not found{suggestion(repo, names)}")
    if not found[0].url:
        raise RepositoryError(f"no URL found for repository {repo}")
    index = cache.load_index(settings.repository_cache, repo, settings.render_cache)
    try:
        chart = index.find(name, version)
    except PyHelmError as exc:
        raise ChartNotFound(
            f'chart "{name}" matching {version} not found in {repo} index. '
            f"(try 'pyhelm repo update'): {exc}"
        ) from exc
    return _location(chart, found[0].url, _access(options, found[0]), f'chart "{reference}"')


def check_origin(url: str, repo: str, digest: str) -> None:
    """Refuse what anyone on the way could change unseen; raises RepositoryError."""
    schemes = (urlsplit(repo).scheme.lower(), urlsplit(url).scheme.lower())
    if schemes == ("https", "http") and not digest:
        raise RepositoryError(
            f"{redact(repo)} is reached by https, but says that the archive is at {redact(url)} "
            "and gives no digest for it; ask the repository's owner for either"
        )


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
    if kept.bearer_token_file:
        access = replace(
            access,
            bearer_token_file=kept.bearer_token_file,
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
    check_origin(url, repo, found.digest)
    return Location(url=url, base=repo, digest=found.digest, access=access)
