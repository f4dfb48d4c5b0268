"""base64 and base32, with Go's words for what can't be decoded."""

from __future__ import annotations

import binascii

from pyhelm._typing import Any, Callable
from pyhelm.engine.functions.quoting import from_octets, octets
from pyhelm.engine.functions.text import to_text

_BASE64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_BASE32 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_NEWLINES = b"\r\n"


def b64enc(text: str) -> str:
    """Text as base64."""
    return binascii.b2a_base64(octets(text), newline=False).decode()


def b64dec(text: str) -> str:
    """Text out of base64; the error's text when it isn't base64 (as in Sprig)."""
    data = octets(text)
    fault = _base64_fault(data)
    if fault >= 0:
        return f"illegal base64 data at input byte {fault}"
    return from_octets(binascii.a2b_base64(data))


def decode64(text: str) -> bytes:
    """Bytes out of base64; raises ValueError with Go's text."""
    data = octets(text)
    fault = _base64_fault(data)
    if fault >= 0:
        raise ValueError(f"illegal base64 data at input byte {fault}")
    return binascii.a2b_base64(data)


def _base64_fault(data: bytes) -> int:
    """Where Go says that base64 is wrong; -1 when it is right."""
    clean = data.translate(None, _NEWLINES)
    body = clean.rstrip(b"=")
    padding = len(clean) - len(body)
    whole = len(clean) % 4 == 0 and padding == (-len(body)) % 4 and padding < 3
    if whole and not body.translate(None, bytes(_BASE64)):
        return -1
    return _walk(data)


def _walk(data: bytes) -> int:
    """Go's decoder, for the place of the fault alone."""
    at, size, count = 0, len(data), 0
    while True:
        if at == size:
            return at - count if count else -1
        byte = data[at]
        at += 1
        if byte in _BASE64:
            count = (count + 1) % 4
        elif byte not in _NEWLINES:
            return at - 1 if byte != ord("=") or count < 2 else _padding(data, at, count)


def _padding(data: bytes, at: int, count: int) -> int:
    at = _skip(data, at)
    if count == 2:
        if at == len(data):
            return at
        if data[at] != ord("="):
            return at - 1
        at = _skip(data, at + 1)
    return at if at < len(data) else -1


def _skip(data: bytes, at: int) -> int:
    while at < len(data) and data[at] in _NEWLINES:
        at += 1
    return at


def b32enc(text: str) -> str:
    """Text as base32."""
    import base64

    return base64.b32encode(octets(text)).decode()


def b32dec(text: str) -> str:
    """Text out of base32; the error's text when it isn't base32 (as in Sprig)."""
    import base64

    data = octets(text).translate(None, _NEWLINES)
    fault = _base32_fault(data)
    if fault >= 0:
        return f"illegal base32 data at input byte {fault}"
    body = data.partition(b"=")[0]
    return from_octets(base64.b32decode(body + b"=" * (-len(body) % 8)))


def _base32_fault(data: bytes) -> int:
    size = len(data)
    for at, byte in enumerate(data):
        inside = at % 8
        rest = size - at - 1
        if byte == ord("=") and inside >= 2 and rest < 8:
            return _base32_padding(data, at, inside, rest)
        if byte not in _BASE32:
            return at
    return size - size % 8 if size % 8 else -1


def _base32_padding(data: bytes, at: int, inside: int, rest: int) -> int:
    size = len(data)
    if rest + inside < 7:
        return size
    for index in range(7 - inside):
        if rest > index and data[at + 1 + index] != ord("="):
            return at + index
    return at if inside in (1, 3, 6) else -1


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "b32dec": b32dec,
    "b32enc": lambda value: b32enc(to_text(value)),
    "b64dec": b64dec,
    "b64enc": lambda value: b64enc(to_text(value)),
}

GO_FUNCTIONS: dict[str, Callable[..., Any]] = {"b32enc": b32enc, "b64enc": b64enc}
