"""The framing of a signed message, taken strictly: no byte of a `.prov` file is without meaning.

The library checks the signature over the text. What it leaves open, since the text is safe anyway,
is checked here, so that a file is either as it was made or refused: the armor's own lines, and the
parts of a signature that it doesn't sign.
"""

from __future__ import annotations

import base64
import hashlib
import re

from pyhelm._dataclass import dataclass
from pyhelm._typing import TYPE_CHECKING
from pyhelm.errors import ProvenanceError
from pyhelm.repo.provenance.keyring import said

if TYPE_CHECKING:
    from pysequoia import Sig

LIMIT = 1024 * 1024

_MESSAGE = re.compile(
    rb"-----BEGIN PGP SIGNED MESSAGE-----\n(?:Hash: ([A-Z0-9-]+)\n)?\n"
    rb"(?:(?:- [^\n]*|[^-\n][^\n]*)?\n)+"
    rb"-----BEGIN PGP SIGNATURE-----\n(?:(?:Version|Comment): [ -~]*\n)*\n"
    rb"([A-Za-z0-9+/=\n]+?)\n(?:=([A-Za-z0-9+/]{4})\n)?-----END PGP SIGNATURE-----\n*"
)
_ISSUER, _ISSUER_FINGERPRINT = 16, 33
"""The subpackets that may stand where a signature does not cover them: who made it."""


@dataclass(frozen=True, slots=True)
class Message:
    """A signed message with its signature taken out; line ends are `\\n`."""

    data: bytes
    hash_name: str
    signature: bytes


def parse(data: bytes) -> Message:
    """Take a signed message apart; raises ProvenanceError."""
    if len(data) > LIMIT:
        raise ProvenanceError(f"a provenance file of more than {LIMIT} bytes")
    data = data.replace(b"\r\n", b"\n")
    found = _MESSAGE.fullmatch(data)
    if found is None:
        raise ProvenanceError("signature block not found: this is no provenance file, or damaged")
    hash_name = (found[1] or b"").decode()
    return Message(data, hash_name, _dearmored(found[2].replace(b"\n", b""), found[3]))


def signature_of(message: Message) -> Sig:
    """The one signature; raises ProvenanceError."""
    from pysequoia import Sig
    from pysequoia.packet import PacketPile, Tag

    try:
        packets = list(PacketPile.from_bytes(message.signature))
        signature = Sig.from_bytes(message.signature)
        name = str(signature.hash_algorithm).rpartition(".")[2]
    except Exception as exc:
        raise ProvenanceError(f"the signature can't be read: {said(exc)}") from exc
    if [packet.tag for packet in packets] != [Tag.Signature]:
        raise ProvenanceError("the signature block has more in it than one signature")
    # Version 6 has no use for the line that names the hash.
    unnamed = signature.version == 6 and not message.hash_name
    if not unnamed and name.replace("_", "") != message.hash_name.replace("-", ""):
        raise ProvenanceError(
            f"the message says that its hash is {message.hash_name}, the signature is made with "
            f"{name}"
        )
    return signature


def check_unsigned(message: Message, text: bytes, fingerprint: str) -> None:
    """Check what a signature holds beside what it signs; raises ProvenanceError.

    `text` is what was signed, `fingerprint` the key's that signed it.
    """
    from pysequoia.packet import PacketPile

    (packet,) = PacketPile.from_bytes(message.signature)
    body = bytes(packet.body)
    if body[:1] != b"\x04":
        return
    signed = 6 + int.from_bytes(body[4:6])
    rest = signed + 2 + int.from_bytes(body[signed : signed + 2])
    known = bytes.fromhex(fingerprint)
    for kind, value in _subpackets(body[signed + 2 : rest]):
        if value != {_ISSUER: known[-8:], _ISSUER_FINGERPRINT: b"\x04" + known}.get(kind):
            raise ProvenanceError("the signature has something in it that it does not sign")
    if body[rest : rest + 2] != _digest(message.hash_name, text, body[:signed])[:2]:
        raise ProvenanceError("the signature's first bytes of the digest are others")


def _dearmored(text: bytes, check: bytes | None) -> bytes:
    """The bytes of an armor; another spelling of the same bytes is refused."""
    from pysequoia import ArmorKind, armor

    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as exc:
        raise ProvenanceError("the signature's armor is damaged") from exc
    lines = armor(data, ArmorKind.Signature).splitlines()
    sum_is_right = check is None or f"={check.decode()}" in lines
    if base64.b64encode(data) != text or not sum_is_right:
        raise ProvenanceError("the signature's armor is damaged")
    return data


def _subpackets(area: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at < len(area):
        size = area[at]
        if size == 0 or size >= 192 or at + 1 + size > len(area):
            raise ProvenanceError("the signature can't be read: a subpacket that does not fit")
        found.append((area[at + 1], area[at + 2 : at + 1 + size]))
        at += 1 + size
    return found


def _digest(name: str, text: bytes, signed: bytes) -> bytes:
    """The digest of a version 4 signature over a text: its lines, what is signed, and a trailer."""
    lines = (line.rstrip(b" \t\r") for line in text.split(b"\n"))
    trailer = b"\x04\xff" + len(signed).to_bytes(4)
    try:
        return hashlib.new(name, b"\r\n".join(lines) + signed + trailer).digest()
    except ValueError as exc:
        raise ProvenanceError(f"the signature's hash {name} is unknown here") from exc
