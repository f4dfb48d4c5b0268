"""Charts in registries: which version is meant, pulling it with its provenance, and pushing."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from pyhelm._dataclass import dataclass, replace
from pyhelm.chart import load
from pyhelm.chart.versions import Constraint, is_strict, parse_version
from pyhelm.errors import ChartNotFound, RegistryError, RepositoryError
from pyhelm.repo import cache
from pyhelm.repo.options import AccessOptions, Report, silent
from pyhelm.repo.registry import artifact, docker_config
from pyhelm.repo.registry.artifact import Descriptor, Manifest
from pyhelm.repo.registry.client import Repository
from pyhelm.repo.registry.docker_config import Credential
from pyhelm.repo.registry.reference import Reference, is_oci, parse, to_tag, to_version
from pyhelm.repo.registry.transport import Transport
from pyhelm.settings import Settings

CHART_LIMIT = 256 * 1024 * 1024
PROVENANCE_LIMIT = 1024 * 1024

UNDERSCORE = """{} contains an underscore.

OCI artifact references (e.g. tags) do not support the plus sign (+). To support
storing semantic versions, Helm adopts the convention of changing plus (+) to
an underscore (_) in chart version tags when pushing to a registry and back to
a plus (+) when pulling from a registry."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """A chart's archive as it was pulled, and its provenance file where that was asked for."""

    reference: Reference
    digest: str
    data: bytes
    provenance: bytes | None = None


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push made: the reference and the manifest's digest."""

    reference: Reference
    digest: str


def resolve(settings: Settings, url: str, version: str, access: AccessOptions) -> Reference:
    """The reference of the version that is meant; the registry is asked where that is open.

    Raises RegistryError or ChartNotFound.
    """
    found = parse(url)
    if version and found.tag and to_tag(version) != found.tag:
        raise RegistryError(
            f"chart reference and version mismatch: {version} is not {to_version(found.tag)}"
        )
    version = version or to_version(found.tag)
    if found.digest:
        return _pinned(settings, found, version, access)
    if _is_version(version):
        return replace(found, tag=to_tag(version))
    constraint = _constraint(version, url)
    with transport_for(settings, found, access) as transport:
        versions = versions_of(Repository(transport, found).tags())
    if not versions:
        raise ChartNotFound(f"unable to locate any tags in provided repository: {url}")
    for each in versions:
        if each == version or constraint.check(parse_version(each)):
            return replace(found, tag=to_tag(each))
    raise ChartNotFound(
        f"could not locate a version matching provided version string {version} of {url}; "
        f"the newest is {versions[0]}"
    )


def versions_of(tags: list[str]) -> list[str]:
    """The tags that are whole versions, newest first, as versions."""
    found = [version for version in map(to_version, tags) if is_strict(version)]
    return sorted(found, key=parse_version, reverse=True)


def list_versions(settings: Settings, url: str, access: AccessOptions) -> list[str]:
    """All versions of a chart in a registry, newest first; raises RegistryError."""
    reference = parse(url)
    with transport_for(settings, reference, access) as transport:
        return versions_of(Repository(transport, reference).tags())


def pull(
    settings: Settings,
    reference: Reference,
    access: AccessOptions,
    *,
    provenance: bool = False,
    report: Report = silent,
) -> Pulled:
    """Fetch a chart, from the cache when its manifest names bytes that were kept.

    With `provenance` its file comes too where there is one. Raises RegistryError or DigestError.
    """
    with transport_for(settings, reference, access) as transport:
        repository = Repository(transport, reference)
        manifest = repository.manifest(reference.target)
        data = _chart(settings, repository, manifest)
        signed = _provenance(repository, manifest) if provenance else None
    _tell(report, "Pulled", reference, manifest.digest)
    return Pulled(reference, manifest.digest, data, signed)


def push(
    settings: Settings,
    archive: str | Path,
    remote: str,
    access: AccessOptions,
    *,
    report: Report = silent,
) -> Pushed:
    """Put a packed chart into a registry below `remote`, with the `.prov` file beside it if any.

    Raises RegistryError, or ChartError when the archive is no chart.
    """
    if not is_oci(remote):
        raise _no_registry(remote)
    data, created = _read(Path(archive))
    chart = load.load_archive(data, str(archive))
    version = chart.metadata.version
    reference = parse(f"{remote.rstrip('/')}/{chart.name}:{version}")
    signed = _beside(Path(f"{archive}.prov"))
    annotations = artifact.annotations_of(chart.metadata, created)
    with transport_for(settings, reference, access) as transport:
        repository = Repository(transport, reference)
        layers = [repository.upload(artifact.CHART, data)]
        if signed is not None:
            layers.append(repository.upload(artifact.PROVENANCE, signed))
        config = repository.upload(artifact.CONFIG, artifact.config_of(chart.metadata))
        manifest = artifact.manifest_of(config, layers, annotations)
        digest = repository.tag(reference.tag, manifest)
    _tell(report, "Pushed", reference, digest)
    return Pushed(reference, digest)


def filename(reference: Reference) -> str:
    """The archive's name: the chart's and the version, or the digest where no tag is known."""
    if reference.tag:
        return f"{reference.name}-{to_version(reference.tag)}.tgz"
    return f"{reference.name}@{reference.digest.replace(':', '-')}.tgz"


def transport_for(settings: Settings, reference: Reference, access: AccessOptions) -> Transport:
    """A connection to the registry of a reference, with its user's credentials."""

    def credential() -> Credential:
        if access.username and access.password:
            return Credential(access.username, access.password)
        files = (settings.registry_config, settings.docker_config)
        return docker_config.find(reference.host, *files)

    return Transport(reference.host, access, credential)


def _pinned(settings: Settings, found: Reference, version: str, access: AccessOptions) -> Reference:
    """A digest is what is fetched; a tag beside it must mean the same, where it exists."""
    if not version:
        return found
    if not _is_version(version):
        raise RegistryError(f"{found}: a digest is one version; leave out the range {version}")
    tag = to_tag(version)
    with transport_for(settings, found, access) as transport:
        there = Repository(transport, found).digest(tag)
    if there and there != found.digest:
        raise RegistryError(
            f"chart reference digest mismatch: {there} is not {found.digest}: "
            f"the tag {tag} was moved, or the digest is another version's"
        )
    return replace(found, tag=tag)


def _is_version(text: str) -> bool:
    try:
        parse_version(text)
    except ValueError:
        return False
    return True


def _constraint(version: str, url: str) -> Constraint:
    try:
        return Constraint.parse(version or "*")
    except ValueError as exc:
        raise RegistryError(f"{url}: {exc}; a chart's tag is its version") from exc


def _chart(settings: Settings, repository: Repository, manifest: Manifest) -> bytes:
    if manifest.config.media_type != artifact.CONFIG:
        raise RegistryError(
            f"{repository.reference}: could not load config with mediatype {artifact.CONFIG}: "
            f"what is there is {manifest.config.media_type}, not a chart"
        )
    layer = manifest.layer(artifact.CHART, artifact.LEGACY_CHART)
    if layer is None:
        raise RegistryError(
            f"{repository.reference}: manifest does not contain a layer with mediatype "
            f"{artifact.CHART}"
        )
    kept = _kept(settings, layer)
    if kept is not None:
        return kept
    data = repository.blob(layer, CHART_LIMIT)
    cache.keep_archive(settings.content_cache, data)
    return data


def _kept(settings: Settings, layer: Descriptor) -> bytes | None:
    if not layer.digest.startswith("sha256:"):
        return None
    return cache.archive_of(settings.content_cache, layer.digest)


def _provenance(repository: Repository, manifest: Manifest) -> bytes | None:
    layer = manifest.layer(artifact.PROVENANCE)
    return repository.blob(layer, PROVENANCE_LIMIT) if layer else None


def _tell(report: Report, what: str, reference: Reference, digest: str) -> None:
    report(f"{what}: {reference}")
    report(f"Digest: {digest}")
    if "_" in (reference.digest or reference.tag):
        report(UNDERSCORE.format(reference))


def _no_registry(remote: str) -> RepositoryError:
    scheme, separator, _ = remote.partition("://")
    if not separator:
        return RegistryError('scheme prefix missing from remote (e.g. "oci://")')
    return RegistryError(f'scheme "{scheme}" not supported')


def _read(path: Path) -> tuple[bytes, str]:
    """An archive and when it was written, as Go prints that: in the local zone, `Z` for UTC."""
    if path.is_dir():
        raise RegistryError("cannot push directory, must provide chart archive (.tgz)")
    try:
        data, status = path.read_bytes(), os.stat(path)
    except FileNotFoundError:
        raise RegistryError(f"{path}: no such file") from None
    except OSError as exc:
        raise RegistryError(f"read {path}: {exc.strerror or exc}") from exc
    when = datetime.fromtimestamp(int(status.st_mtime)).astimezone()
    return data, when.isoformat().replace("+00:00", "Z")


def _beside(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise RegistryError(f"read {path}: {exc.strerror or exc}") from exc
