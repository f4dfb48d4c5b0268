"""Passwords: hashed, derived, and text sealed with one. The libraries are imported on use."""

from __future__ import annotations

import os

from pyhelm._typing import Any, Callable
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.encoding import b64enc, decode64
from pyhelm.engine.functions.quoting import from_octets, octets

BCRYPT_LIMIT = 72
"""Bytes of a password that bcrypt takes."""

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


def bcrypt_hash(password: str) -> str:
    """A bcrypt hash at cost 10, as Go's default; the error's text for one that is too long."""
    import bcrypt

    data = octets(password)
    if len(data) > BCRYPT_LIMIT:
        said = "bcrypt: password length exceeds 72 bytes"
        return f"failed to encrypt string with bcrypt: {said}"
    return bcrypt.hashpw(data, bcrypt.gensalt(10, b"2a")).decode()


def htpasswd(user: str, password: str) -> str:
    """A line for an htpasswd file; the error's text for a user with a colon."""
    if ":" in user:
        return f"invalid username: {user}"
    return f"{user}:{bcrypt_hash(password)}"


def derive_password(counter: int, kind: str, password: str, user: str, site: str) -> str:
    """The master password algorithm's password for a site; the error's text for a bad kind."""
    if kind not in _TEMPLATES:
        return f"cannot find password template {kind}"
    import hashlib
    import hmac

    scope = b"com.lyndir.masterpassword"
    name, place = octets(user), octets(site)
    salt = scope + len(name).to_bytes(4, "big") + name
    key = hashlib.scrypt(
        octets(password), salt=salt, n=32768, r=8, p=2, dklen=64, maxmem=64 * 1024 * 1024
    )
    message = scope + len(place).to_bytes(4, "big") + place + counter.to_bytes(4, "big")
    seed = hmac.new(key, message, hashlib.sha256).digest()
    template = _TEMPLATES[kind][seed[0] % len(_TEMPLATES[kind])]
    chars = (_CLASSES[c][seed[n + 1] % len(_CLASSES[c])] for n, c in enumerate(template))
    return "".join(chars)


def encrypt_aes(password: str, text: str) -> str:
    """AES-256-CBC with a random start, in base64; nothing for nothing."""
    if not text:
        return ""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    start, data = os.urandom(16), octets(text)
    size = 16 - len(data) % 16
    encryptor = Cipher(algorithms.AES(_aes_key(password)), modes.CBC(start)).encryptor()
    sealed = encryptor.update(data + bytes([size]) * size) + encryptor.finalize()
    return b64enc(from_octets(start + sealed))


def decrypt_aes(password: str, text: str) -> str:
    """What `encryptAES` made; raises FunctionError for what it can't have made."""
    if not text:
        return ""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    try:
        data = decode64(text)
    except ValueError as exc:
        raise FunctionError(str(exc)) from exc
    if len(data) < 16:
        size = len(text) // 4 * 3
        said = f"slice bounds out of range [:16] with capacity {size}"
        raise FunctionError(f"runtime error: {said}")
    if len(data) == 16:
        raise FunctionError("runtime error: index out of range [-1]")
    if len(data) % 16:
        raise FunctionError("crypto/cipher: input not full blocks")
    decryptor = Cipher(algorithms.AES(_aes_key(password)), modes.CBC(data[:16])).decryptor()
    plain = decryptor.update(data[16:]) + decryptor.finalize()
    end = len(plain) - plain[-1]
    if end < 0:
        raise FunctionError(f"runtime error: slice bounds out of range [:{end}]")
    return from_octets(plain[:end])


def _aes_key(password: str) -> bytes:
    return octets(password)[:32].ljust(32, b"\0")


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "bcrypt": bcrypt_hash,
    "decryptAES": decrypt_aes,
    "derivePassword": derive_password,
    "encryptAES": encrypt_aes,
    "htpasswd": htpasswd,
}
