"""Digests, password hashes, keys and certificates; the libraries are imported on use."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import secrets
import uuid
import zlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.text import to_text

if TYPE_CHECKING:
    from cryptography import x509

KEY_BITS = 2048


def _sum(name: str) -> Callable[[Any], str]:
    return lambda value: hashlib.new(name, to_text(value).encode()).hexdigest()


def bcrypt_hash(password: str) -> str:
    """A bcrypt hash at cost 10, as Go's default."""
    import bcrypt

    return bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(10, b"2a")).decode()


def htpasswd(user: str, password: str) -> str:
    """A line for an htpasswd file."""
    if ":" in user:
        return f"invalid username: {user}"
    return f"{user}:{bcrypt_hash(password)}"


def private_key(kind: str) -> str:
    """A new private key in PEM: rsa, ecdsa or ed25519."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    makers: dict[str, Callable[[], Any]] = {
        "": lambda: rsa.generate_private_key(65537, 4096),
        "rsa": lambda: rsa.generate_private_key(65537, 4096),
        "ecdsa": lambda: ec.generate_private_key(ec.SECP256R1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
    }
    if kind not in makers:
        raise FunctionError(f"Unknown type {kind}")
    pkcs8 = kind == "ed25519"
    formats = serialization.PrivateFormat
    chosen = formats.PKCS8 if pkcs8 else formats.TraditionalOpenSSL
    pem: bytes = makers[kind]().private_bytes(
        serialization.Encoding.PEM, chosen, serialization.NoEncryption()
    )
    return pem.decode()


def gen_ca(name: str, days: int) -> dict[str, str]:
    """A certificate authority: `Cert` and `Key` in PEM."""
    return _certificate(name, (), (), days, None)


def gen_self_signed(name: str, ips: Any, names: Any, days: int) -> dict[str, str]:
    """A certificate signed by its own key."""
    return _certificate(name, ips or (), names or (), days, None, authority=False)


def gen_signed(name: str, ips: Any, names: Any, days: int, ca: dict[str, str]) -> dict[str, str]:
    """A certificate signed by an authority made by `genCA` or `buildCustomCert`."""
    return _certificate(name, ips or (), names or (), days, ca, authority=False)


def _certificate(
    name: str,
    ips: Iterable[str],
    names: Iterable[str],
    days: int,
    ca: dict[str, str] | None,
    *,
    authority: bool = True,
) -> dict[str, str]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.x509.oid import NameOID

    key = rsa.generate_private_key(65537, KEY_BITS)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, signer = subject, key
    if ca is not None:
        issuer = x509.load_pem_x509_certificate(ca["Cert"].encode()).subject
        signer = serialization.load_pem_private_key(ca["Key"].encode(), None)  # type: ignore[assignment]
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        subject_name=subject,
        issuer_name=issuer,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now,
        not_valid_after=now + timedelta(days=days),
    )
    builder = builder.add_extension(x509.BasicConstraints(authority, None), critical=True)
    alternatives = _alternatives(ips, names)
    if alternatives:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    certificate = builder.sign(signer, hashes.SHA256())
    encoding = serialization.Encoding.PEM
    pem = key.private_bytes(
        encoding, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    return {"Cert": certificate.public_bytes(encoding).decode(), "Key": pem.decode()}


def _alternatives(ips: Iterable[str], names: Iterable[str]) -> list[x509.GeneralName]:
    from cryptography import x509

    addresses: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_address(ip)) for ip in ips]
    return [*addresses, *(x509.DNSName(name) for name in names)]


def build_custom_cert(cert: str, key: str) -> dict[str, str]:
    """A certificate and its key from base64 texts."""
    return {"Cert": base64.b64decode(cert).decode(), "Key": base64.b64decode(key).decode()}


def encrypt_aes(password: str, text: str) -> str:
    """AES-256-CBC with a random start, in base64."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    start = secrets.token_bytes(16)
    size = 16 - len(text.encode()) % 16
    encryptor = Cipher(algorithms.AES(_aes_key(password)), modes.CBC(start)).encryptor()
    sealed = encryptor.update(text.encode() + bytes([size]) * size) + encryptor.finalize()
    return base64.b64encode(start + sealed).decode()


def decrypt_aes(password: str, text: str) -> str:
    """What `encryptAES` made."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    data = base64.b64decode(text)
    decryptor = Cipher(algorithms.AES(_aes_key(password)), modes.CBC(data[:16])).decryptor()
    plain = decryptor.update(data[16:]) + decryptor.finalize()
    return plain[: -plain[-1]].decode()


def _aes_key(password: str) -> bytes:
    return password.encode()[:32].ljust(32, b"\0")


_TEMPLATES = {
    "maximum": ["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"],
    "long": [
        *("CvcvnoCvcvCvcv", "CvcvCvcvnoCvcv", "CvcvCvcvCvcvno", "CvccnoCvcvCvcv"),
        *("CvccCvcvnoCvcv", "CvccCvcvCvcvno", "CvcvnoCvccCvcv", "CvcvCvccnoCvcv"),
        *("CvcvCvccCvcvno", "CvcvnoCvcvCvcc", "CvcvCvcvnoCvcc", "CvcvCvcvCvccno"),
        *("CvccnoCvccCvcv", "CvccCvccnoCvcv", "CvccCvccCvcvno", "CvcvnoCvccCvcc"),
        *("CvcvCvccnoCvcc", "CvcvCvccCvccno", "CvccnoCvcvCvcc", "CvccCvcvnoCvcc"),
        "CvccCvcvCvccno",
    ],
    "medium": ["CvcnoCvc", "CvcCvcno"],
    "short": ["Cvcn"],
    "basic": ["aaanaaan", "aannaaan", "aaannaaa"],
    "pin": ["nnnn"],
}
_CLASSES = {
    "V": "AEIOU",
    "C": "BCDFGHJKLMNPQRSTVWXYZ",
    "v": "aeiou",
    "c": "bcdfghjklmnpqrstvwxyz",
    "A": "AEIOUBCDFGHJKLMNPQRSTVWXYZ",
    "a": "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
    "n": "0123456789",
    "o": "@&%?,=[]_:-+*$#!'^~;()/.",
    "x": "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
}


def derive_password(counter: int, kind: str, password: str, user: str, site: str) -> str:
    """The master password algorithm's password for a site."""
    if kind not in _TEMPLATES:
        return f"cannot find password template {kind}"
    scope = b"com.lyndir.masterpassword"
    salt = scope + len(user).to_bytes(4, "big") + user.encode()
    key = hashlib.scrypt(
        password.encode(), salt=salt, n=32768, r=8, p=2, dklen=64, maxmem=64 * 1024 * 1024
    )
    message = scope + len(site).to_bytes(4, "big") + site.encode() + counter.to_bytes(4, "big")
    seed = hmac.new(key, message, hashlib.sha256).digest()
    template = _TEMPLATES[kind][seed[0] % len(_TEMPLATES[kind])]
    chars = (_CLASSES[c][seed[n + 1] % len(_CLASSES[c])] for n, c in enumerate(template))
    return "".join(chars)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "adler32sum": lambda text: str(zlib.adler32(text.encode())),
    "bcrypt": bcrypt_hash,
    "buildCustomCert": build_custom_cert,
    "decryptAES": decrypt_aes,
    "derivePassword": derive_password,
    "encryptAES": encrypt_aes,
    "genCA": gen_ca,
    "genPrivateKey": private_key,
    "genSelfSignedCert": gen_self_signed,
    "genSignedCert": gen_signed,
    "htpasswd": htpasswd,
    "randBytes": lambda count: base64.b64encode(secrets.token_bytes(min(count, 1 << 20))).decode(),
    "sha1sum": _sum("sha1"),
    "sha256sum": _sum("sha256"),
    "sha512sum": _sum("sha512"),
    "uuidv4": lambda: str(uuid.uuid4()),
}
