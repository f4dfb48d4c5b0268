"""Keyrings: GnuPG's old ones (`pubring.gpg`), its keyboxes (`pubring.kbx`) and armored exports."""

from __future__ import annotations

from pathlib import Path

from pyhelm._dataclass import dataclass
from pyhelm._typing import TYPE_CHECKING, Callable, Iterator
from pyhelm.errors import ProvenanceError

if TYPE_CHECKING:
    from pysequoia import Cert, PySigner
    from pysequoia.packet import Packet

LIMIT = 64 * 1024 * 1024

_ARMOR = b"-----BEGIN PGP"
_OPENPGP_BLOB = 2
_EPHEMERAL = 2
"""The flag of a key that GnuPG itself passes over."""

Passphrase = Callable[[str], str]
"""Asks for the passphrase of the key with this name."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of a file; `data` is a stream of OpenPGP packets."""

    source: str
    data: bytes

    def certificates(self) -> list[Cert]:
        """The public keys; raises ProvenanceError."""
        from pysequoia import Cert

        try:
            return Cert.split_bytes(self.data)
        except Exception as exc:
            raise ProvenanceError(f"failed to load keyring: {self.source}: {said(exc)}") from exc

    def signer(self, name: str, passphrase: Passphrase) -> PySigner:
        """The one key whose owner's name is, or contains, `name`; raises ProvenanceError."""
        from pysequoia import Tsk

        packets, owner = _chosen(list(self._keys()), name)
        if not any(_is_secret(packet) for packet in packets):
            raise ProvenanceError(
                "provided key is not a private key. Try providing a keyring with secret keys: "
                "'gpg --export-secret-keys > secring.gpg' makes one"
            )
        try:
            key = Tsk.from_packets(packets)
        except Exception as exc:
            raise ProvenanceError(f"{self.source}: the key of {owner}: {said(exc)}") from exc
        try:
            return key.signer()
        except Exception as exc:
            if "encrypted" not in str(exc):
                raise ProvenanceError(f"the key of {owner} can't sign: {said(exc)}") from exc
        return _unlocked(key, owner, passphrase(owner))

    def _keys(self) -> Iterator[list[Packet]]:
        """The packets of each key with all that belongs to it."""
        from pysequoia.packet import PacketPile, Tag

        try:
            packets = list(PacketPile.from_bytes(self.data))
        except Exception as exc:
            raise ProvenanceError(f"failed to load keyring: {self.source}: {said(exc)}") from exc
        found: list[Packet] = []
        for packet in packets:
            if packet.tag in (Tag.PublicKey, Tag.SecretKey) and found:
                yield found
                found = []
            found.append(packet)
        if found:
            yield found


def load(path: str) -> Keyring:
    """Read a keyring of any form; raises ProvenanceError."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(LIMIT + 1)
    except OSError as exc:
        reason = (exc.strerror or str(exc)).lower()
        raise ProvenanceError(f"failed to load keyring: open {path}: {reason}") from exc
    if len(data) > LIMIT:
        raise ProvenanceError(f"failed to load keyring: {path} is larger than {LIMIT} bytes")
    if data[8:12] == b"KBXf":
        return Keyring(path, _keybox(data, path))
    if data.lstrip().startswith(_ARMOR):
        return Keyring(path, _dearmored(data, path))
    return Keyring(path, data)


def said(error: BaseException) -> str:
    """The library's words without the call stack that it puts behind them."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _chosen(keys: list[list[Packet]], name: str) -> tuple[list[Packet], str]:
    """Helm's rule: the same name wins, else the only key that has it within."""
    candidates = []
    for packets in keys:
        owners = [packet.user_id for packet in packets if packet.user_id]
        if name in owners:
            return packets, name
        candidates += [(packets, owner) for owner in owners if name in owner]
    if not candidates:
        raise ProvenanceError(f"private key not found: no key in the keyring has {name!r} in it")
    if any(packets is not candidates[0][0] for packets, _ in candidates):
        raise ProvenanceError(f'more than one key contain the id "{name}"')
    return candidates[0]


def _is_secret(packet: Packet) -> bool:
    from pysequoia.packet import Tag

    return packet.tag == Tag.SecretKey


def _unlocked(key: object, owner: str, passphrase: str) -> PySigner:
    try:
        return key.signer(passphrase)  # type: ignore[attr-defined,no-any-return]
    except Exception as exc:
        # What the library says of a wrong passphrase is about the bytes that it made.
        raise ProvenanceError(f"the key of {owner} can't be unlocked: wrong passphrase") from exc


def _keybox(data: bytes, path: str) -> bytes:
    """The keys in a keybox: blobs of a length, a type, flags, and where in it the key lies."""
    found, offset = bytearray(), 0
    while offset < len(data):
        size = int.from_bytes(data[offset : offset + 4])
        blob = data[offset : offset + size]
        if size < 5 or len(blob) < size:
            raise ProvenanceError(f"failed to load keyring: keybox {path} is damaged at {offset}")
        if blob[4] == _OPENPGP_BLOB:
            flags, start, length = (
                int.from_bytes(blob[a:b]) for a, b in ((6, 8), (8, 12), (12, 16))
            )
            if size < 16 or start + length > size:
                raise ProvenanceError(
                    f"failed to load keyring: keybox {path} is damaged at {offset}"
                )
            found += b"" if flags & _EPHEMERAL else blob[start : start + length]
        offset += size
    if not found:
        raise ProvenanceError(f"failed to load keyring: keybox {path} has no OpenPGP keys")
    return bytes(found)


def _dearmored(data: bytes, path: str) -> bytes:
    """All blocks of an armored file, as GnuPG takes several."""
    from pysequoia.packet import PacketPile

    found = bytearray()
    for block in data.split(_ARMOR)[1:]:
        try:
            found += b"".join(map(bytes, PacketPile.from_bytes(_ARMOR + block)))
        except Exception as exc:
            raise ProvenanceError(f"failed to load keyring: {path}: {said(exc)}") from exc
    return bytes(found)
