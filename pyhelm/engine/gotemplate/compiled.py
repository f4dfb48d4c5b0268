"""A source's code: made of each body when it is reached, and kept between runs."""

from __future__ import annotations

import marshal

from pyhelm._dataclass import dataclass
from pyhelm._typing import TYPE_CHECKING, Any, Container

if TYPE_CHECKING:
    from types import CodeType

    from pyhelm.engine.gotemplate import nodes
    from pyhelm.engine.gotemplate.outline import Outline

MAIN = ""
"""The name of a source's main template, which goes by the name of its file."""

Shape = tuple[int, int, tuple[bool, str], tuple[tuple[str, bool, str], ...]]
"""A body: from where to where it stands, and what is known of dot and of variables outside of it
(see `expressions.Variable`)."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template of a source: its name, from where to where it stands, and whether it is blank."""

    name: str
    start: int
    stop: int
    is_empty: bool

    @property
    def shape(self) -> Shape:
        """Its body: nothing is known of dot, and there are no variables outside."""
        return self.start, self.stop, (False, ""), ()


class Code:
    """A body's function, and the functions that it calls; kept as marshal writes it."""

    __slots__ = ("_kept", "_made", "uses")

    def __init__(
        self, uses: tuple[str, ...], *, made: CodeType | None = None, kept: bytes = b""
    ) -> None:
        self.uses, self._made, self._kept = uses, made, kept

    @property
    def made(self) -> CodeType:
        """The code."""
        if self._made is None:
            self._made = marshal.loads(self._kept)
        return self._made

    @property
    def kept(self) -> bytes:
        """The code as marshal writes it."""
        self._kept = self._kept or marshal.dumps(self._made)
        return self._kept


class Unit:
    """One source that is known to be right: its templates, and code of what was reached of it.

    `functions` are those that it may call, Helm's where it is None; `is_whole` says that its
    bodies are not left for later, since something in it is unusual. `has_grown` tells that there
    is code which was not kept.
    """

    __slots__ = ("_outline", "codes", "functions", "has_grown", "is_whole", "source", "templates")

    def __init__(
        self,
        source: str,
        templates: tuple[Template, ...],
        functions: Container[str] | None = None,
        *,
        outline: Outline | None = None,
        is_whole: bool = False,
    ) -> None:
        self.source, self.templates, self.functions = source, templates, functions
        self._outline, self.is_whole = outline, is_whole
        self.codes: dict[int, Code] = {}
        self.has_grown = False

    def code(self, shape: Shape) -> Code:
        """The code of a body, made when it is first asked for."""
        found = self.codes.get(shape[0])
        if found is None:
            # Imported on use: what is compiled already needs no compiler.
            from pyhelm.engine.gotemplate.compiler import compile_part

            found = self.codes[shape[0]] = compile_part(self, shape)
            self.has_grown = True
        return found

    def part(self, start: int, stop: int) -> tuple[nodes.Body, list[nodes.Node]]:
        """A body's nodes, and all of them by their ids."""
        if self.is_whole:
            from pyhelm.engine.gotemplate.parser import parse_part
            from pyhelm.engine.gotemplate.signatures import PARAMETERS

            known = PARAMETERS if self.functions is None else self.functions
            return parse_part(self.source, known, start, stop)
        from pyhelm.engine.gotemplate.forms import forms_of
        from pyhelm.engine.gotemplate.parts import read_part

        return read_part(self.source, forms_of(self.functions), self.outline, start, stop)

    @property
    def outline(self) -> Outline:
        """What is left for later."""
        if self._outline is None:
            from pyhelm.engine.gotemplate.forms import forms_of
            from pyhelm.engine.gotemplate.outline import Outline, outline

            self._outline = outline(self.source, forms_of(self.functions)) or Outline()
        return self._outline

    def row(self) -> tuple[Any, ...]:
        """Itself, but for the source, in types that marshal knows; `kept_unit` is the way back."""
        templates = tuple((t.name, t.start, t.stop, t.is_empty) for t in self.templates)
        codes = {start: (each.uses, each.kept) for start, each in self.codes.items()}
        return self.is_whole, templates, codes


def kept_unit(source: str, row: tuple[Any, ...]) -> Unit:
    """The unit of a source as an earlier run left it; for Helm's functions."""
    is_whole, templates, codes = row
    unit = Unit(source, tuple(Template(*each) for each in templates), is_whole=is_whole)
    for start, (uses, kept) in codes.items():
        unit.codes[start] = Code(uses, kept=kept)
    return unit
