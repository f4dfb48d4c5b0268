"""`omit`: leaving out an entry with its key, an item, or what adds nothing to what stands around.

Whether anything else is left of a mapping or a list shows in the finished text alone. So what is to
be left out writes a mark there, and `pruned` takes the marks out.
"""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._dataclass import dataclass
from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Any, Mapping, NoReturn
from pyhelm.engine.functions import FunctionError
from pyhelm.errors import YAMLError


class Omit:
    """The value `omit`: false, and nothing that could be written."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> NoReturn:
        raise FunctionError(f"{MISPLACED}, and is no value by itself")


MISPLACED = "omit leaves out a whole entry or item"
OMIT = Omit()

MARK = "\0"
"""What is to be left out. No YAML holds this character, so no user's text can be taken for it."""

FLOW_MARK = f"{MARK}f"
"""The same in a flow collection."""

NOTHING: Mapping[str, tuple[str, Any]] = {
    "": (MARK, ""),
    "{": ("{}", {}),
    "[": ("[]", []),
    "n": ("null", None),
    "~": ("", ""),
}
"""What stood alone on its line and adds nothing to others, by what follows its mark: what its key
has when there are no others, and what there is when there is no key."""

_MARKED = lazy_pattern(
    rf"(?P<lead> *(?:- +)*)(?P<key>.*?:)?(?P<properties>(?:\s+|^)[&!]\S+)*\s*"
    rf"{MARK}(?P<sign>[{{\[n~]?)\s*(?:\s#.*)?\Z"
)
_LEAD = lazy_pattern(r"(?: *- +)* *")
_OPEN = lazy_pattern(r"(?P<start>.*(?::|-|(?<=\s)[&!]\S+))(?P<comment>\s*(?:\s#.*)?)\Z")
_FLOW_START = lazy_pattern(r"(?:^|(?<=\s))[\[{]")
_TOKEN = lazy_pattern(r"""(?s)"(?:\\.|[^"\\])*"|(?<![\w'])'(?:[^']|'')*'|[\[\]{}]""")


def pruned(text: str) -> Any:
    """YAML without what its marks leave out.

    Where nothing at all is left: the value that this is, such as `{}`. Raises FunctionError for a
    mark at a place where nothing can be left out.
    """
    if MARK not in text:
        return text
    lines = _Lines(_without_flow_marks(text).split("\n"))
    # From below, so that the lines above stay where they are.
    for at in lines.marked():
        if lines.is_beside(at):
            del lines.texts[at]
    for at in lines.marked():
        lines.leave_out(at)
    rest = "\n".join(lines.texts)
    return rest if rest.strip() else lines.rest


@dataclass(slots=True)
class _Lines:
    """The lines of a text, and what there is instead when nothing of it is left."""

    texts: list[str]
    rest: Any = ""

    def marked(self) -> list[int]:
        """The lines that something is to be left out of, from below."""
        return [at for at in reversed(range(len(self.texts))) if MARK in self.texts[at]]

    def is_beside(self, at: int) -> bool:
        """Whether `omit` stands alone in a line among others: there it says nothing."""
        text = self.texts[at]
        return text.strip() == MARK and self.around(at, text.index(MARK), is_item=False)[1]

    def leave_out(self, at: int) -> None:
        """The entry, the item or the line of nothing in this line."""
        found = _MARKED.match(self.texts[at])
        if found is None:
            raise FunctionError(f"{MISPLACED}; here is none")
        lead = found["lead"]
        if found["sign"] or not (found["key"] or "-" in lead):
            self.alone(at, len(lead), found["sign"])
        elif found["key"]:
            self.first_of(at, lead, "{}") if "-" in lead else self.drop(at, len(lead), "{}")
        else:
            outer = lead[: lead.rindex("-")]
            self.first_of(at, outer, "[]") if "-" in outer else self.drop(at, len(outer), "[]")

    def first_of(self, at: int, lead: str, empty: str) -> None:
        """The first part of an item: the next one takes its place behind the dash."""
        below = self.significant(at + 1, 1)
        same = below is not None and self.indent(below) == len(lead)
        if below is None or not same or (empty == "[]") != self.is_item(below):
            self.texts[at] = lead + empty
            return
        self.texts[below] = lead + self.texts[below][len(lead) :]
        del self.texts[at]

    def drop(self, at: int, column: int, empty: str) -> None:
        """A line, and what is written in its stead when it was the only one below its key."""
        above, others = self.around(at, column, is_item=empty == "[]")
        del self.texts[at]
        if above is not None and not others:
            self.fill(above, empty)
        elif not others:
            self.rest = {} if empty == "{}" else []

    def alone(self, at: int, column: int, sign: str) -> None:
        """What stood alone on its line; with nothing beside it, it was its key's whole value."""
        above, others = self.around(at, column, is_item=sign == "[")
        shown = NOTHING[sign][0]
        if above is not None and not others and shown != MARK and self.indent(above) < column:
            self.texts[at : at + 1] = [" " * column + shown] if shown else []
            return
        del self.texts[at]
        if above is not None and not others:
            self.fill(above, shown)
            if not sign:
                self.leave_out(above)
        elif not others:
            self.rest = NOTHING[sign][1]

    def fill(self, above: int, value: str) -> None:
        """Write a value behind the key, or the dash, that has none any more."""
        found = _OPEN.match(self.texts[above])
        if found is not None and value:
            self.texts[above] = f"{found['start']} {value}{found['comment'].rstrip()}"

    def around(self, at: int, column: int, *, is_item: bool) -> tuple[int | None, bool]:
        """The line of the key or dash above, and whether others stand at the same column."""
        below = self.significant(at + 1, 1)
        while below is not None and self.indent(below) > column:
            below = self.significant(below + 1, 1)
        is_beside = below is not None and self.indent(below) == column
        if below is not None and is_beside and (self.is_item(below) or not is_item):
            return None, True
        above = self.significant(at - 1, -1)
        while above is not None and self.indent(above) > column:
            above = self.significant(above - 1, -1)
        if above is None:
            return None, False
        if self.indent(above) == column:
            return above, self.is_item(above) or not is_item
        return above, column in _starts(self.texts[above], is_item=is_item)

    def significant(self, at: int, step: int) -> int | None:
        """The next line that is neither blank nor a comment, within the document."""
        while 0 <= at < len(self.texts):
            text = self.texts[at].lstrip()
            if text.startswith(("---", "...")) and text is self.texts[at]:
                return None
            if text and not text.startswith("#"):
                return at
            at += step
        return None

    def indent(self, at: int) -> int:
        text = self.texts[at]
        return len(text) - len(text.lstrip(" "))

    def is_item(self, at: int) -> bool:
        return self.texts[at].lstrip()[:2] in ("-", "- ")


def _starts(text: str, *, is_item: bool) -> list[int]:
    """The columns at which a line begins items, or entries."""
    found = _LEAD.match(text)
    lead = found[0] if found else ""
    return [at for at, sign in enumerate(lead) if sign == "-"] if is_item else [len(lead)]


def _without_flow_marks(text: str) -> str:
    """A text whose flow collections have no marks: read, and written without what is left out."""
    while FLOW_MARK in text:
        start, end = _flow_around(text, text.index(FLOW_MARK))
        text = text[:start] + _flow_without(text[start:end]) + text[end:]
    return text


def _flow_around(text: str, at: int) -> tuple[int, int]:
    """The outermost flow collection around an offset, which begins in its line or above."""
    line = at
    while line:
        stop = text.find("\n", line)
        line = text.rfind("\n", 0, line - 1) + 1
        for found in _FLOW_START.finditer(text, line, len(text) if stop < 0 else stop):
            end = _flow_end(text, found.start())
            if found.start() < at < end:
                return found.start(), end
    raise FunctionError(f"{MISPLACED}; here is none")


def _flow_end(text: str, start: int) -> int:
    depth = 0
    for token in _TOKEN.finditer(text, start):
        depth += (token[0] in "[{") - (token[0] in "]}")
        if not depth:
            return token.end()
    return -1


def _flow_without(text: str) -> str:
    name = "omitted"
    while name in text:
        name += "_"
    value = loaded(f"k: {text.replace(FLOW_MARK, name)}")["k"]
    return _yaml.flow(_without(value, name))


def loaded(text: str) -> Any:
    """What a template's own YAML means; raises FunctionError."""
    try:
        return _yaml.load(text)
    except YAMLError as exc:
        raise FunctionError(f"the YAML around it can't be read: {exc.problem}") from exc


def _without(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _without(each, name) for key, each in value.items() if each != name}
    if isinstance(value, list):
        return [_without(each, name) for each in value if each != name]
    return _yaml.exact(value)
