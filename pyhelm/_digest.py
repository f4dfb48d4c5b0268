"""Digests without `hashlib`, which loads all of OpenSSL first: 4 ms of each command."""

from __future__ import annotations

from pyhelm._typing import Any

try:
    from _blake2 import blake2b
except ImportError:  # a Python that keeps them elsewhere
    from hashlib import blake2b

__all__ = ["blake2b", "sha256"]


def sha256(data: bytes) -> str:
    """The SHA-256 of bytes, in hexadecimal."""
    return str(_sha256()(data).hexdigest())


def _sha256() -> Any:
    for module in ("_sha2", "_sha256", "hashlib"):
        try:
            return __import__(module).sha256
        except ImportError:
            continue
    raise ImportError("this Python has no SHA-256")
