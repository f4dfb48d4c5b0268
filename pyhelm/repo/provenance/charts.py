"""Charts and their provenance: the text that is signed, signing it, and verifying an archive."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pyhelm import _yaml
from pyhelm._dataclass import dataclass
from pyhelm._typing import TYPE_CHECKING, Any
from pyhelm.chart import load, metadata
from pyhelm.errors import ProvenanceError, YAMLError
from pyhelm.repo.provenance import keyring, message
from pyhelm.repo.provenance.keyring import Passphrase, said

if TYPE_CHECKING:
    from pysequoia import Cert, Sig

_END = b"\n...\n"
"""What stands between the chart's definition and the sums: YAML's `---` can't be in a message."""


@dataclass(frozen=True, slots=True)
class Verification:
    """Who signed an archive, with which key, and the digest of it that they signed."""

    signed_by: tuple[str, ...]
    fingerprint: str
    file_hash: str
    file_name: str

    @property
    def lines(self) -> tuple[str, ...]:
        """What Helm prints of it."""
        return (
            *(f"Signed by: {name}" for name in self.signed_by),
            f"Using Key With Fingerprint: {self.fingerprint}",
            f"Chart Hash Verified: {self.file_hash}",
        )


def sign(archive: bytes, name: str, ring: str, key: str, passphrase: Passphrase) -> bytes:
    """The provenance file of an archive that is called `name`; raises ProvenanceError.

    The key in the keyring is that whose owner's name is or contains `key`.
    """
    chart = load.load_archive(archive, name)
    definition = _yaml.dump(metadata.to_dict(chart.metadata))
    return sign_archive(archive, name, definition.encode(), ring, key, passphrase)


def sign_archive(
    archive: bytes, name: str, definition: bytes, ring: str, key: str, passphrase: Passphrase
) -> bytes:
    """The provenance file of any archive, which its definition introduces."""
    from pysequoia import SignatureMode
    from pysequoia import sign as sign_text

    signer = keyring.load(ring).signer(key, passphrase)
    sums = _yaml.dump({"files": {name: sum_of(archive)}})
    text = definition + _END + sums.encode()
    try:
        return bytes(sign_text(signer, text, mode=SignatureMode.CLEAR))
    except Exception as exc:
        raise ProvenanceError(f"sign {name} with the key {key}: {said(exc)}") from exc


def verify(archive: bytes, provenance: bytes, name: str, ring: str) -> Verification:
    """Check that someone in the keyring signed just this archive under this name.

    Raises ProvenanceError for anything else, an altered byte of either included.
    """
    signed = message.parse(provenance)
    signature = message.signature_of(signed)
    certificates = keyring.load(ring).certificates()
    text, signer, key = _checked(signed, signature, certificates, ring)
    message.check_unsigned(signed, text, key)
    promised, found = _sums(text).get(name), sum_of(archive)
    if promised is None:
        raise ProvenanceError(f'provenance does not contain a SHA for a file named "{name}"')
    if promised != found:
        raise ProvenanceError(
            f'sha256 sum does not match for {name}: "{promised}" != "{found}"; the archive is not '
            "the one that was signed"
        )
    owners = tuple(str(owner) for owner in signer.user_ids)
    return Verification(owners, signer.fingerprint.upper(), found, name)


def verify_file(path: str | Path, ring: str, provenance: str | Path = "") -> Verification:
    """Verify an archive on disk by the `.prov` file beside it; raises ProvenanceError."""
    path = Path(path)
    beside = Path(provenance or f"{path}.prov")
    if path.is_dir():
        raise ProvenanceError("unpacked charts cannot be verified")
    if not path.exists():
        raise ProvenanceError(f"stat {path}: no such file or directory")
    if path.suffix.lower() != ".tgz":
        raise ProvenanceError("chart must be a tgz file")
    if not beside.exists():
        raise ProvenanceError(
            f"could not load provenance file {beside}: stat {beside}: no such file or directory"
        )
    try:
        data, signed = path.read_bytes(), beside.read_bytes()
    except OSError as exc:
        raise ProvenanceError(f"read {exc.filename}: {exc.strerror or exc}") from exc
    return verify(data, signed, path.name, ring)


def _checked(
    signed: message.Message, signature: Sig, certificates: list[Cert], ring: str
) -> tuple[bytes, Cert, str]:
    """The text, the certificate that vouches for it, and the key's fingerprint."""
    from pysequoia import verify as verify_text

    try:
        result = verify_text(signed.data, lambda wanted: certificates)
    except Exception as exc:
        if not _knows(certificates, signature):
            raise ProvenanceError(
                "openpgp: signature made by unknown entity: the key "
                f"{_issuer(signature).upper()} is not in {ring}; "
                "if you trust it, add it, or name another keyring with --keyring"
            ) from exc
        raise ProvenanceError(f"openpgp: invalid signature: {said(exc)}") from exc
    for good in result.valid_sigs:
        for each in certificates:
            if each.fingerprint == good.certificate and result.bytes is not None:
                return result.bytes, each, good.signing_key
    raise ProvenanceError("openpgp: invalid signature: nobody vouches for it")


def _issuer(signature: Sig) -> str:
    return signature.issuer_fingerprint or signature.issuer_key_id or "(unnamed)"


def _knows(certificates: list[Cert], signature: Sig) -> bool:
    """Whether one of the keys, subkeys included, is the one that the signature names."""
    from pysequoia.packet import PacketPile

    issuer = _issuer(signature)
    packets = (packet for each in certificates for packet in PacketPile.from_bytes(bytes(each)))
    return any(str(packet.fingerprint or "").endswith(issuer) for packet in packets)


def _sums(text: bytes) -> dict[str, str]:
    """The names and digests in the second part of the text, the only ones that count."""
    parts = text.split(_END)
    if len(parts) < 2:
        raise ProvenanceError("message block must have at least two parts")
    try:
        document: Any = _yaml.load(parts[1], "the provenance file")
    except YAMLError as exc:
        raise ProvenanceError(str(exc)) from exc
    files = document.get("files") if isinstance(document, dict) else None
    return {str(name): str(found) for name, found in (files or {}).items()} if files else {}


def sum_of(data: bytes) -> str:
    """An archive's digest as provenance files have it."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
