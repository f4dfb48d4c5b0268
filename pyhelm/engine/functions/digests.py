"""Digests of text."""

from __future__ import annotations

from pyhelm._digest import sha256
from pyhelm._typing import Any, Callable
from pyhelm.engine.functions.quoting import octets
from pyhelm.engine.functions.text import to_text


def _sum(name: str) -> Callable[[str], str]:
    def digest(text: str) -> str:
        import hashlib

        return hashlib.new(name, octets(text)).hexdigest()

    return digest


def adler32(text: str) -> str:
    """The Adler-32 checksum as a decimal number."""
    import zlib

    return str(zlib.adler32(octets(text)))


GO_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "adler32sum": adler32,
    "sha1sum": _sum("sha1"),
    "sha256sum": lambda text: sha256(octets(text)),
    "sha512sum": _sum("sha512"),
}


def _lenient(function: Callable[[str], str]) -> Callable[[Any], str]:
    return lambda value: function(to_text(value))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: _lenient(function) for name, function in GO_FUNCTIONS.items()
}
