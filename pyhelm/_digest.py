"""Digests without `hashlib`, which loads all of OpenSSL first: 4 ms of each command."""

from __future__ import annotations

try:
    from _blake2 import blake2b
except ImportError:  # a Python that keeps them elsewhere
    from hashlib import blake2b

try:
    from _sha2 import sha256  # type: ignore[import-not-found]
except ImportError:
    try:
        from _sha256 import sha256  # type: ignore[import-not-found]
    except ImportError:
        from hashlib import sha256

__all__ = ["blake2b", "sha256"]
