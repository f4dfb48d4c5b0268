"""Kinds of text: what templates wrote themselves, and values that were written at a place.

Jinja joins everything to `str`; these two subclasses survive it (`__str__` returns themselves),
so that a macro's text is inserted as YAML while a user's text is quoted as it must be.
"""

from __future__ import annotations

from pyhelm._lazy import lazy_pattern
from pyhelm._typing import TYPE_CHECKING, Any, Iterable, Mapping
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.jinja.omission import MARK, MISPLACED, OMIT, pruned

if TYPE_CHECKING:
    from typing import Self

_QUOTED_KEY = r"(?:'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\")\s*:(?:\s|$)"
_PLAIN_FIRST = r"[^\s'\"#{\[&*!|>%@`]"
_ENTRY = lazy_pattern(
    rf"\s*(?:[-?](?:\s|$)|{_QUOTED_KEY}|{_PLAIN_FIRST}(?:[^#]|(?<=\S)#)*?:(?:\s|$))"
)
"""An entry, of what is certainly YAML."""

_LIKE_ENTRY = lazy_pattern(rf"\s*(?:-(?:\s|$)|{_QUOTED_KEY}|{_PLAIN_FIRST}[^#'\"]*?:(?:\s|$))")
"""An entry, of what may be a sentence that quotes something: `say "note: this"` is none."""

_BLANK = " \t\n"


class TemplateText(str):
    """Text that a template wrote: YAML to be inserted as it is."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        if MARK in text:
            raise FunctionError("the character U+0000 can't stand in YAML")
        return super().__new__(cls, text)

    def __str__(self) -> TemplateText:
        return self


class Indented(TemplateText):
    """Text that `indent` made; at a place that indents by itself `bare` is what counts."""

    bare: str

    def __new__(cls, text: str, bare: str) -> Indented:
        made = super().__new__(cls, text)
        made.bare = bare
        return made


class TextFile(str):
    """The start of a file that is no YAML: what an `include` of it gives is a text, as it is."""

    __slots__ = ()

    def __str__(self) -> TextFile:
        return self


class Written(str):
    """A value written at its place; `value` is what it was, for macros that return just it."""

    value: Any

    def __new__(cls, text: str, value: Any) -> Written:
        made = super().__new__(cls, text)
        made.value = value
        return made

    def __str__(self) -> Written:
        return self


class Part(str):
    """A value that is a part of a longer text; `value` is what it was."""

    value: Any

    def __new__(cls, text: str, value: Any) -> Part:
        made = super().__new__(cls, text)
        made.value = value
        return made

    def __str__(self) -> Part:
        return self


def join(pieces: Iterable[Any]) -> Any:
    """What a macro, a call or a block returns: Jinja's `concat` for this environment.

    A single expression returns its value; one line that is neither an entry of a mapping nor of a
    list is a string; the rest is template text, dedented and without blank lines around it.
    """
    parts = [each if isinstance(each, str) else Part("", each) for each in pieces]
    if parts and isinstance(parts[0], TextFile):
        return "".join(parts)
    solid = [part for part in parts if part.strip(_BLANK) or isinstance(part, Part | Written)]
    if len(solid) == 1 and isinstance(solid[0], Part | Written):
        return solid[0].value
    text = "".join(parts)
    if any(isinstance(part, Part) for part in solid):
        refuse_nodes(solid)
        return text
    text = pruned(text)
    if not solid or not isinstance(text, str):
        return text if solid else TemplateText("")
    stripped = text.strip(_BLANK)
    is_yaml = "\n" in stripped or stripped[:1] == "#" or _LIKE_ENTRY.match(stripped)
    if not is_yaml:
        inserted = any(isinstance(part, TemplateText) for part in solid)
        return TemplateText(stripped) if inserted else stripped
    return TemplateText(dedent(text))


class JoinError(FunctionError):
    """A value that can't be a part of a longer text."""


def refuse_nodes(parts: Iterable[str]) -> None:
    """Raise JoinError for values of which a longer text can't be made."""
    for part in parts:
        if isinstance(part, Part) and not is_text(part.value):
            raise JoinError(unfit(part.value))


def is_text(value: Any) -> bool:
    """Whether a value has a text that can be a part of a longer one."""
    return not (value is None or value is OMIT or isinstance(value, Mapping | list | tuple))


def unfit(value: Any) -> str:
    """Why a value that has no text can't be a part of a longer one, and what to write."""
    return f"the value is {named(value)} here, and can't be part of a text{way(value)}"


def named(value: Any) -> str:
    """What a value is, for an error about its place."""
    if value is None or value is OMIT:
        return "null" if value is None else "omit"
    if isinstance(value, Mapping | list | tuple):
        return "a mapping" if isinstance(value, Mapping) else "a list"
    return "a text" if isinstance(value, str) else "a number or boolean"


def way(value: Any) -> str:
    """The way out, where a value without a text stands for one."""
    if value is OMIT:
        return f"; {MISPLACED}"
    return "; give it a default" if value is None else "; use toJson for its text"


def dedent(text: str) -> str:
    """Without common indentation, trailing blanks and blank lines around it."""
    lines = text.split("\n")
    while lines and not lines[0].strip(_BLANK):
        del lines[0]
    import textwrap

    return textwrap.dedent("\n".join(lines)).rstrip(_BLANK)


def is_entry(text: str) -> bool:
    """Whether text is (the start of) an entry of a mapping or a list, so needs its own line."""
    return "\n" in text or _ENTRY.match(text) is not None


def indent_rest(text: str, column: int) -> str:
    """All lines but the first indented; blank lines stay blank."""
    first, *rest = text.split("\n")
    return "\n".join([first, *(" " * column + line if line.strip(_BLANK) else "" for line in rest)])
