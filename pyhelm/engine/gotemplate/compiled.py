"""What compiling gives, and what is kept of it between runs."""

from __future__ import annotations

from pyhelm._dataclass import dataclass
from pyhelm._typing import Any


@dataclass(frozen=True, slots=True)
class Compiled:
    """One template: its name, its function's code as marshal writes it, the functions it calls.

    `is_empty` says that it is blank; the main template of a source has no name of its own.
    """

    name: str
    code: bytes
    uses: tuple[str, ...]
    is_empty: bool

    def row(self) -> tuple[Any, ...]:
        """Itself in types that marshal knows; `Compiled(*row)` is the way back."""
        return self.name, self.code, self.uses, self.is_empty
