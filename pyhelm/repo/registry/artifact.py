"""A chart as an OCI artifact: the manifest, byte for byte the one that Helm writes."""

from __future__ import annotations

import hashlib

from pyhelm import _yaml
from pyhelm._dataclass import dataclass
from pyhelm._typing import Any, Iterable, Mapping
from pyhelm.chart import metadata as chart_metadata
from pyhelm.chart.model import Metadata
from pyhelm.errors import RegistryError

CONFIG = "application/vnd.cncf.helm.config.v1+json"
CHART = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
LEGACY_CHART = "application/tar+gzip"
PROVENANCE = "application/vnd.cncf.helm.chart.provenance.v1.prov"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"

_PREFIX = "org.opencontainers.image."
_FIXED = (f"{_PREFIX}version", f"{_PREFIX}title")
"""Annotations that a chart's own can't replace."""


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a manifest says of one blob."""

    media_type: str
    digest: str
    size: int

    def to_dict(self) -> dict[str, Any]:
        """The descriptor in the order of Go's struct."""
        return {"mediaType": self.media_type, "digest": self.digest, "size": self.size}


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest as it was read: its bytes' digest, the config and the layers."""

    digest: str
    config: Descriptor
    layers: tuple[Descriptor, ...]
    data: bytes

    def layer(self, *media_types: str) -> Descriptor | None:
        """The last layer of one of the types, as Helm chooses."""
        found = [each for each in self.layers if each.media_type in media_types]
        return found[-1] if found else None


def digest_of(data: bytes, algorithm: str = "sha256") -> str:
    """`sha256:…` of some bytes."""
    return f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"


def descriptor(media_type: str, data: bytes) -> Descriptor:
    """The descriptor of a blob."""
    return Descriptor(media_type, digest_of(data), len(data))


def config_of(info: Metadata) -> bytes:
    """The config blob: Chart.yaml as Go's JSON, in Helm's order.

    Helm knows no `engine` and so drops it here; the annotation beside it stays.
    """
    row = chart_metadata.to_dict(info)
    row.pop("engine", None)
    return _json({**row, **_sorted_annotations(row)})


def manifest_of(
    config: Descriptor, layers: Iterable[Descriptor], annotations: Mapping[str, str]
) -> bytes:
    """The manifest; layers are sorted by digest, annotations by name."""
    ordered = sorted(layers, key=lambda layer: layer.digest)
    document = {
        "schemaVersion": 2,
        "config": config.to_dict(),
        "layers": [layer.to_dict() for layer in ordered],
        "annotations": dict(sorted(annotations.items())),
    }
    return _json(document)


def annotations_of(info: Metadata, created: str) -> dict[str, str]:
    """What the manifest says of the chart, whose own annotations win but for title and version."""
    maintainers = ", ".join(
        each.name + (f" ({each.email})" if each.email else "") for each in info.maintainers
    )
    known = {
        "description": info.description,
        "title": info.name,
        "version": info.version,
        "url": info.home,
        "created": created,
        "source": info.sources[0] if info.sources else "",
        "authors": maintainers,
    }
    found = {f"{_PREFIX}{key}": value for key, value in known.items() if value.strip()}
    own = {key: value for key, value in info.annotations.items() if key not in _FIXED}
    return {**found, **own}


def parse_manifest(data: bytes, source: str) -> Manifest | tuple[Descriptor, ...]:
    """A manifest, or the manifests that an index names; raises RegistryError."""
    document = _document(data, source)
    if isinstance(document.get("manifests"), list):
        return tuple(_descriptor(row, source) for row in document["manifests"])
    if not isinstance(document.get("layers"), list):
        raise RegistryError(f"{source}: its manifest has no layers: this is no chart")
    layers = tuple(_descriptor(row, source) for row in document["layers"])
    return Manifest(digest_of(data), _descriptor(document.get("config"), source), layers, data)


def _document(data: bytes, source: str) -> dict[str, Any]:
    try:
        document = _yaml.from_json(data)
    except ValueError as exc:
        raise RegistryError(f"{source}: its manifest is not JSON") from exc
    if not isinstance(document, dict):
        raise RegistryError(f"{source}: its manifest is not a mapping")
    return document


def _descriptor(row: Any, source: str) -> Descriptor:
    if isinstance(row, dict):
        found = (row.get("mediaType"), row.get("digest"), row.get("size"))
        match found:
            case (str(), str(), int()) if found[2] >= 0:
                return Descriptor(*found)
    raise RegistryError(f"{source}: its manifest has a descriptor without type, digest or size")


def _sorted_annotations(row: Mapping[str, Any]) -> dict[str, Any]:
    annotations = row.get("annotations")
    return {"annotations": dict(sorted(annotations.items()))} if annotations else {}


def _json(document: Mapping[str, Any]) -> bytes:
    return _yaml.to_json(document, sort_keys=False).encode()
