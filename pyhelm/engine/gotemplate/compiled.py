"""What compiling gives, and what is kept of it between runs."""

from __future__ import annotations

from pyhelm._dataclass import dataclass
from pyhelm._typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyhelm._cache import Cache


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


class KeptTexts:
    """The texts that a chart's `tpl` compiled, in one file of the cache."""

    MOST = 2000
    """Texts that are kept; some charts make new ones at each render."""

    def __init__(self, cache: Cache, key: str) -> None:
        self._cache, self._key = cache, key
        self._known: dict[str, tuple[Compiled, ...]] | None = None
        self._grown = False

    def get(self, text: str) -> tuple[Compiled, ...] | None:
        """A text's templates, if it was compiled before."""
        if self._known is None:
            rows = self._cache.get(self._key) or {}
            self._known = {
                each: tuple(Compiled(*row) for row in compiled) for each, compiled in rows.items()
            }
        return self._known.get(text)

    def add(self, text: str, compiled: tuple[Compiled, ...]) -> None:
        """Remember a text's templates."""
        if self._known is not None:
            self._known[text] = compiled
            self._grown = True

    def save(self) -> None:
        """Keep what is new for the next render."""
        if self._grown and self._known is not None and len(self._known) <= self.MOST:
            rows = {text: [each.row() for each in made] for text, made in self._known.items()}
            self._cache.put(self._key, rows)
            self._grown = False
