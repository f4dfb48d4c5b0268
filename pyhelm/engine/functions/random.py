"""Random text and numbers."""

from __future__ import annotations

import os
from binascii import b2a_base64

from pyhelm._typing import Any, Callable
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.limits import bounded

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = "0123456789"
RANDOM_BYTES = 1 << 20
"""The most random bytes that are made at once."""


def below(limit: int) -> int:
    """A random number from 0 to before the limit."""
    size = (limit.bit_length() + 7) // 8
    largest = (256**size // limit) * limit
    while True:
        number = int.from_bytes(os.urandom(size), "big")
        if number < largest:
            return number % limit


def _text(alphabet: str) -> Callable[[int], str]:
    """A function that makes text of the alphabet's characters."""
    largest = 256 - 256 % len(alphabet)

    def make(count: int) -> str:
        bounded(count, "random text")
        out: list[str] = []
        while len(out) < count:
            random = os.urandom(count - len(out))
            out += [alphabet[byte % len(alphabet)] for byte in random if byte < largest]
        return "".join(out)

    return make


def shuffle(text: str) -> str:
    """The characters in another order."""
    characters = list(text)
    for last in range(len(characters) - 1, 0, -1):
        other = below(last + 1)
        characters[last], characters[other] = characters[other], characters[last]
    return "".join(characters)


def random_int(low: int, high: int) -> int:
    """A number from `low` to before `high`."""
    if high <= low:
        raise FunctionError("invalid argument to Intn")
    return low + below(high - low)


def random_bytes(count: int) -> str:
    """Random bytes in base64."""
    if count < 0:
        raise FunctionError("runtime error: makeslice: len out of range")
    if count > RANDOM_BYTES:
        raise FunctionError(f"randBytes: {count} bytes are more than the limit of {RANDOM_BYTES}")
    return b2a_base64(os.urandom(count), newline=False).decode()


def uuid() -> str:
    """A random UUID (version 4)."""
    digits = bytearray(os.urandom(16))
    digits[6] = digits[6] & 0x0F | 0x40
    digits[8] = digits[8] & 0x3F | 0x80
    text = digits.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "randAlpha": _text(_LETTERS),
    "randAlphaNum": _text(_LETTERS + _DIGITS),
    "randAscii": _text("".join(map(chr, range(32, 127)))),
    "randBytes": random_bytes,
    "randInt": random_int,
    "randNumeric": _text(_DIGITS),
    "shuffle": shuffle,
    "uuidv4": uuid,
}
