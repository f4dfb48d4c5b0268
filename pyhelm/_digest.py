"""BLAKE2b without `hashlib`, which loads all of OpenSSL first: 4 ms of each command."""

from __future__ import annotations

try:
    from _blake2 import blake2b
except ImportError:  # a Python that keeps it elsewhere
    from hashlib import blake2b

__all__ = ["blake2b"]
