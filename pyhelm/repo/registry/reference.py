"""What a user types for a chart in a registry: `oci://host[:port]/path/name[:tag][@digest]`."""

from __future__ import annotations

from pyhelm._dataclass import dataclass
from pyhelm._lazy import lazy_pattern
from pyhelm.errors import RegistryError

SCHEME = "oci://"

_HOST = lazy_pattern(
    r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(:[0-9]{1,5})?"
)
_COMPONENT = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_REPOSITORY = lazy_pattern(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_TAG = lazy_pattern(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = lazy_pattern(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")


@dataclass(frozen=True, slots=True)
class Reference:
    """A repository in a registry, and the tag or digest in it that is meant.

    `tag` is as the registry knows it: a version's `+` is `_` there.
    """

    registry: str
    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def host(self) -> str:
        """Where requests go: Docker Hub answers at another name than its own."""
        return "registry-1.docker.io" if self.registry == "docker.io" else self.registry

    @property
    def name(self) -> str:
        """The last part of the repository's path, which is the chart's name."""
        return self.repository.rpartition("/")[2]

    @property
    def target(self) -> str:
        """What the manifest is asked for by: the digest if there is one, which alone is exact."""
        return self.digest or self.tag

    def __str__(self) -> str:
        """Without the scheme, as Helm prints it; a digest makes the tag superfluous."""
        place = f"{self.registry}/{self.repository}"
        if self.digest:
            return f"{place}@{self.digest}"
        return f"{place}:{self.tag}" if self.tag else place


def is_oci(url: str) -> bool:
    """Whether a text names something in a registry."""
    return url.startswith(SCHEME)


def parse(text: str) -> Reference:
    """Read a reference, with or without the scheme; raises RegistryError."""
    place, at, digest = text.removeprefix(SCHEME).rpartition("@")
    if not at:
        place, digest = digest, ""
    registry, slash, path = place.partition("/")
    if not slash:
        raise RegistryError(f'invalid reference "{text}": missing registry or repository')
    repository, colon, tag = path.partition(":")
    tag = to_tag(tag)
    check_registry(registry)
    if not _REPOSITORY.fullmatch(repository):
        raise RegistryError(
            f'invalid reference "{text}": invalid repository "{repository}"; '
            "a repository's path is lower case letters, digits and single . _ - / between them"
        )
    if colon and not _TAG.fullmatch(tag):
        raise RegistryError(f'invalid reference "{text}": invalid tag "{tag}"')
    if at and not _DIGEST.fullmatch(digest):
        raise RegistryError(
            f'invalid reference "{text}": invalid digest "{digest}"; it is sha256: and 64 digits'
        )
    return Reference(registry, repository, tag, digest)


def check_registry(registry: str) -> None:
    """Refuse what is no host with an optional port; raises RegistryError."""
    if not _HOST.fullmatch(registry):
        raise RegistryError(f'invalid reference: invalid registry "{registry}"')


def to_tag(version: str) -> str:
    """A version as a tag: tags can't have a plus sign, so Helm writes `_` for it."""
    return version.replace("+", "_")


def to_version(tag: str) -> str:
    """The version that a tag means."""
    return tag.replace("_", "+")
