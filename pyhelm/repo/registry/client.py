"""The distribution protocol for one repository: manifests, tags, and blobs down and up."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit, urlunsplit

from pyhelm import _yaml
from pyhelm._dataclass import dataclass
from pyhelm._typing import Any, Sequence
from pyhelm.errors import BrokenOff, CutShort, DigestError, NotThere, RegistryError
from pyhelm.repo.fetch import same_origin
from pyhelm.repo.registry import artifact
from pyhelm.repo.registry.artifact import Descriptor, Manifest
from pyhelm.repo.registry.reference import Reference
from pyhelm.repo.registry.transport import (
    Request,
    Transport,
    discard,
)

MANIFEST_LIMIT = 4 * 1024 * 1024
PAGE_LIMIT = 4 * 1024 * 1024
MOST_PAGES = 1000
MOST_MANIFESTS = 32
"""Manifests of one index that are looked into for a chart."""
PIECE = 8 * 1024 * 1024
"""Bytes of an upload's chunk; what is smaller goes up at once."""
ATTEMPTS = 4

_ACCEPT = ", ".join((artifact.MANIFEST, artifact.INDEX, "application/*"))


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository, and the connection to its registry."""

    transport: Transport
    reference: Reference

    def manifest(self, target: str) -> Manifest:
        """The chart's manifest under a tag or digest, also inside an index of several.

        Raises RegistryError; DigestError when the registry sends something else.
        """
        found = self._manifest(target)
        if isinstance(found, Manifest):
            return found
        for each in found[:MOST_MANIFESTS]:
            inner = self._manifest(each.digest) if each.size <= MANIFEST_LIMIT else ()
            if isinstance(inner, Manifest) and inner.config.media_type == artifact.CONFIG:
                return inner
        raise RegistryError(f"{self._shown(target)}: none of its manifests is a chart's")

    def tags(self) -> list[str]:
        """All tags, page by page; raises RegistryError."""
        url = self._url("tags/list")
        found: list[str] = []
        for _ in range(MOST_PAGES):
            response = self.transport.send(Request("GET", url, self._scope("pull")))
            page = _tags(self.transport.read(response, PAGE_LIMIT), url)
            found += page
            link = response.links.get("next", {}).get("url", "")
            following = urljoin(url, link) if link else ""
            if not page or not following or not same_origin(following, url):
                return found
            url = following
        raise RegistryError(f"{self.reference}: its list of tags does not end")

    def digest(self, target: str) -> str:
        """The digest of a tag's manifest; empty when there is no such tag."""
        try:
            data = self._fetch_manifest(target)
        except NotThere:
            return ""
        return artifact.digest_of(data)

    def blob(self, wanted: Descriptor, limit: int) -> bytes:
        """A blob, its size and digest checked; a broken download goes on where it ended.

        Raises RegistryError, or DigestError when the bytes are others.
        """
        if wanted.size > limit:
            raise RegistryError(
                f"{self.reference}: a layer of {wanted.size} bytes; the limit is {limit}"
            )
        data = bytearray()
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._receive(wanted, data)
                break
            except CutShort:
                if attempt == ATTEMPTS:
                    raise
        _check(bytes(data), wanted, f"{self.reference}")
        return bytes(data)

    def has(self, blob: Descriptor) -> bool:
        """Whether the registry has a blob already."""
        request = Request("HEAD", self._url(f"blobs/{blob.digest}"), self._scope("pull,push"))
        response = self.transport.send(request, ok=(200, 404))
        discard(response)
        return response.status_code == 200

    def upload(self, media_type: str, data: bytes) -> Descriptor:
        """Put a blob into the registry, in pieces when it is large; raises RegistryError."""
        made = artifact.descriptor(media_type, data)
        if self.has(made):
            return made
        place, least = self._begin()
        size = max(PIECE, least)
        if len(data) > size:
            place = self._pieces(place, data, size)
            data = b""
        self._write("PUT", _with_digest(place, made.digest), data, ok=(201, 204))
        return made

    def tag(self, tag: str, manifest: bytes) -> str:
        """Put a manifest under a tag; returns its digest. Raises RegistryError."""
        response = self.transport.send(
            Request(
                "PUT",
                self._url(f"manifests/{tag}"),
                self._scope("pull,push"),
                {"Content-Type": artifact.MANIFEST},
                manifest,
            ),
            ok=(200, 201),
        )
        discard(response)
        digest = artifact.digest_of(manifest)
        said = response.headers.get("Docker-Content-Digest", digest)
        if said.startswith("sha256:") and said != digest:
            raise DigestError(f"{self._shown(tag)}: the registry kept {said}, sent was {digest}")
        return digest

    def _manifest(self, target: str) -> Manifest | tuple[Descriptor, ...]:
        return artifact.parse_manifest(self._fetch_manifest(target), self._shown(target))

    def _fetch_manifest(self, target: str) -> bytes:
        headers = {"Accept": _ACCEPT}
        url = self._url(f"manifests/{target}")
        try:
            response = self.transport.send(Request("GET", url, self._scope("pull"), headers))
        except NotThere as exc:
            raise NotThere(f"{self._shown(target)}: not found") from exc
        data = self.transport.read(response, MANIFEST_LIMIT)
        promised = response.headers.get("Docker-Content-Digest", "")
        expected = target if ":" in target else promised
        if expected.startswith(("sha256:", "sha512:")):
            found = artifact.digest_of(data, expected.partition(":")[0])
            if found != expected:
                raise DigestError(
                    f"{self._shown(target)}: the manifest should have the digest {expected}, but "
                    f"has {found}; someone has changed it"
                )
        return data

    def _receive(self, wanted: Descriptor, data: bytearray) -> None:
        """Append what is missing of a blob."""
        headers = {"Range": f"bytes={len(data)}-"} if data else {}
        url = self._url(f"blobs/{wanted.digest}")
        request = Request("GET", url, self._scope("pull"), headers)
        response = self.transport.send(request, ok=(200, 206))
        if response.status_code == 200 or not _continues(response.headers, len(data)):
            if response.status_code == 206:
                discard(response)
                data.clear()
                raise CutShort(f"{self.reference}: the registry sent another part than asked for")
            data.clear()
        for piece in self.transport.stream(response, wanted.size - len(data)):
            data += piece
        if len(data) < wanted.size:
            raise CutShort(
                f"{self.reference}: {len(data)} bytes instead of {wanted.size} came of a layer"
            )

    def _begin(self) -> tuple[str, int]:
        """Start an upload: where it goes, and the least size of a piece."""
        request = Request("POST", self._url("blobs/uploads/"), self._scope("pull,push"))
        response = self.transport.send(request, ok=(202,))
        discard(response)
        least = response.headers.get("OCI-Chunk-Min-Length", "")
        return self.transport.elsewhere(response), int(least) if least.isdigit() else 0

    def _pieces(self, place: str, data: bytes, size: int) -> str:
        """Send all pieces; one that broke off is sent again from where the registry got to."""
        sent, failures = 0, 0
        while sent < len(data):
            piece = data[sent : sent + size]
            try:
                span = f"{sent}-{sent + len(piece) - 1}"
                place = self._write("PATCH", place, piece, ok=(202,), span=span)
                sent += len(piece)
            except BrokenOff:
                failures += 1
                if failures == ATTEMPTS:
                    raise
                place, sent = self._progress(place)
        return place

    def _progress(self, place: str) -> tuple[str, int]:
        """How far an upload got, by the registry's own count."""
        request = Request("GET", place, self._scope("pull,push"))
        response = self.transport.send(request, ok=(204,))
        discard(response)
        last = response.headers.get("Range", "").removeprefix("bytes=").partition("-")[2]
        where = self.transport.elsewhere(response) if "Location" in response.headers else place
        return where, int(last) + 1 if last.isdigit() and last != "0" else 0

    def _write(
        self, method: str, place: str, data: bytes, *, ok: tuple[int, ...], span: str = ""
    ) -> str:
        headers = {"Content-Type": "application/octet-stream"}
        if span:
            headers["Content-Range"] = span
        request = Request(method, place, self._scope("pull,push"), headers, data)
        response = self.transport.send(request, ok=ok)
        discard(response)
        return self.transport.elsewhere(response) if "Location" in response.headers else place

    def _url(self, rest: str) -> str:
        return f"{self.transport.base}/v2/{self.reference.repository}/{rest}"

    def _scope(self, actions: str) -> str:
        return f"repository:{self.reference.repository}:{actions}"

    def _shown(self, target: str) -> str:
        mark = "@" if ":" in target else ":"
        return f"{self.reference.registry}/{self.reference.repository}{mark}{target}"


def _tags(data: bytes, url: str) -> Sequence[str]:
    try:
        document: Any = _yaml.from_json(data)
        found = document["tags"] or []
    except (ValueError, KeyError, TypeError) as exc:
        raise RegistryError(f'GET "{url}": the answer is no list of tags') from exc
    return [tag for tag in found if isinstance(tag, str)] if isinstance(found, list) else []


def _continues(headers: Any, offset: int) -> bool:
    return bool(offset) and str(headers.get("Content-Range", "")).startswith(f"bytes {offset}-")


def _check(data: bytes, wanted: Descriptor, source: str) -> None:
    algorithm = wanted.digest.partition(":")[0]
    if algorithm not in ("sha256", "sha512"):
        raise DigestError(f"{source}: a layer's digest is {wanted.digest!r}: no sha256 or sha512")
    found = artifact.digest_of(data, algorithm)
    if found != wanted.digest:
        raise DigestError(
            f"{source}: the manifest promises a layer with the digest {wanted.digest}, but what "
            f"came has {found}; it is damaged, or someone has changed it"
        )


def _with_digest(place: str, digest: str) -> str:
    parts = urlsplit(place)
    query = "&".join(filter(None, (parts.query, f"digest={digest.replace(':', '%3A')}")))
    return urlunsplit(parts._replace(query=query))
