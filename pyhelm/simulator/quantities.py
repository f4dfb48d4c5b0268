"""Quantities such as `100m` and `1.5Gi`: as numbers, and as the API server writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

DECIMAL = ("n", "u", "m", "", "k", "M", "G", "T", "P", "E")


BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")


def quantity(value: Any) -> Decimal:
    """The number that a quantity such as `100m` or `1.5Gi` stands for."""
    text = str(value).strip()
    for power, suffix in enumerate(BINARY):
        if suffix and text.endswith(suffix):
            return Decimal(text[:-2]) * Decimal(1024**power)
    suffix = text[-1:] if text[-1:].isalpha() else ""
    if suffix and suffix in DECIMAL:
        return Decimal(text[:-1]).scaleb(3 * (DECIMAL.index(suffix) - 3))
    return Decimal(text or "0")


def canonical(value: Any) -> str:
    """A quantity as the API server writes it: `0.1` is `100m`, `2048Ki` is `2Mi`."""
    text = str(value).strip()
    try:
        number = quantity(text)
    except ArithmeticError:
        return text
    if text[-1:] == "i" and number == number.to_integral_value():
        return _scaled(int(number), 1024, BINARY)
    if "e" in text or ("E" in text and not text.endswith("E")):
        return text
    for power in range(3):
        scaled = number * 1000**power
        if scaled == scaled.to_integral_value():
            if power == 0:
                return _scaled(int(scaled), 1000, DECIMAL[3:])
            return f"{int(scaled)}{DECIMAL[3 - power]}"
    return f"{int((number * 10**9).to_integral_value(rounding='ROUND_UP'))}n"


def _scaled(number: int, base: int, suffixes: tuple[str, ...]) -> str:
    power = 0
    while number and number % base == 0 and power < len(suffixes) - 1:
        number //= base
        power += 1
    return f"{number}{suffixes[power]}"
