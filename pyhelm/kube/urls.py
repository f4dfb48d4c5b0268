"""The little of URLs that requests need; `urllib.parse` takes longer to import than one to send."""

from __future__ import annotations

from pyhelm._typing import Iterable

_PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"


def quoted(text: str, safe: str = "") -> str:
    """Text in a path or a query: all but plain characters percent-encoded."""
    plain = _PLAIN + safe
    if text.isascii() and not text.strip(plain):
        return text
    bytes_of = (each.encode("utf-8", "surrogateescape") for each in text)
    return "".join(
        chr(each[0]) if chr(each[0]) in plain else "".join(f"%{byte:02X}" for byte in each)
        for each in bytes_of
    )


def query_of(pairs: Iterable[tuple[str, str]]) -> str:
    """`?a=1&b=2`, empty for no pairs."""
    text = "&".join(f"{quoted(name)}={quoted(value)}" for name, value in pairs)
    return f"?{text}" if text else ""


def split(url: str) -> tuple[str, str, int | None, str]:
    """Scheme, host, port and path of a server's URL; raises ValueError for one that is none."""
    scheme, _, rest = url.partition("://")
    address, slash, path = rest.partition("/")
    host, colon, port = address.partition(":")
    if host and not f"{scheme}{host}".strip(_PLAIN) and not path.strip(f"{_PLAIN}/"):
        if not colon:
            return scheme.lower(), host.lower(), None, slash + path
        if port.isascii() and port.isdecimal() and int(port) < 65536:
            return scheme.lower(), host.lower(), int(port), slash + path
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port, parts.path
