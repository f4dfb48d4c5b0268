"""How much one function may make: charts come from strangers, and `repeat` takes any number."""

from __future__ import annotations

from pyhelm._typing import Callable, Final
from pyhelm.engine.functions import FunctionError

TEXT: Final = 16 * 1024 * 1024
"""Characters."""

ITEMS: Final = 1_000_000
"""Items of a list."""

DEPTH: Final = 200
"""Levels of nesting that functions follow."""

Step = Callable[[int], None]
"""What counts the work of a function that counts its own, as `Meter.step` does."""


def uncounted(count: int) -> None:
    """A Step that counts nothing."""


def bounded(length: int, what: str) -> None:
    """Refuse to make text beyond the limit, with FunctionError."""
    if length > TEXT:
        raise FunctionError(f"{what}: {length} characters are more than the limit of {TEXT}")


def listed(length: int) -> None:
    """Refuse to make a list beyond the limit, with FunctionError."""
    if length > ITEMS:
        raise FunctionError(f"a list of {length} items is longer than the limit of {ITEMS}")


def nested(depth: int, what: str) -> None:
    """Refuse to follow what is nested too deeply, with FunctionError."""
    if depth > DEPTH:
        raise FunctionError(f"{what}: a value is nested deeper than {DEPTH} levels")
