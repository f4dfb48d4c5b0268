"""Go's fmt: Sprintf, Sprint and Sprintln, and a value as `%v` shows it."""

from __future__ import annotations

from pyhelm._typing import Any, Sequence
from pyhelm._yaml import float_text
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.quoting import quote
from pyhelm.engine.functions.verbs import LIMIT, Spec, argument, go_type, shown
from pyhelm.engine.gotypes import Int64

__all__ = ["quote", "show", "sprint", "sprintf", "sprintln"]

LARGEST = 1_000_000
"""The widest width and precision (Go's own bound)."""


def show(value: Any) -> str:
    """A value as `%v` prints it."""
    kind = type(value)
    if kind is str:
        return str(value)
    if kind is float:
        return float_text(value)
    if kind is int or kind is Int64:
        return int.__repr__(value)
    if kind is bool:
        return "true" if value else "false"
    if value is None:
        return "<nil>"
    return shown(value, "v", Spec(), 0)


def sprint(values: Sequence[Any]) -> str:
    """The values as `%v`, with blanks between two that are no text."""
    out: list[str] = []
    after_text = True
    for value in values:
        is_text = isinstance(value, str)
        if not is_text and not after_text:
            out.append(" ")
        out.append(show(value))
        after_text = is_text
    return "".join(out)


def sprintln(values: Sequence[Any]) -> str:
    """The values as `%v` with blanks between, and a newline."""
    return " ".join(map(show, values)) + "\n"


def sprintf(template: str, values: Sequence[Any], *, natural: bool = False) -> str:
    """Go's Sprintf, its errors in the text; raises FunctionError when the text grows too long.

    With `natural` every number goes with every verb, as Jinja's numbers have no Go types.
    """
    if not natural:
        parts, verbs = _simple(template)
        if len(verbs) == len(values) and verbs:
            made = _simply(parts, verbs, values)
            if made is not None:
                return made
    return _Printf(template, values, natural).run()


def _simple(template: str) -> tuple[list[str], list[str]]:
    """The text around bare verbs and the verbs; no verbs for a format that has more."""
    first, *pieces = template.split("%")
    if not all(piece[:1] and piece[0] in "sdvq" for piece in pieces):
        return [template], []
    return [first, *(piece[1:] for piece in pieces)], [piece[0] for piece in pieces]


def _simply(parts: list[str], verbs: list[str], values: Sequence[Any]) -> str | None:
    """The text when each value is what its verb is for; None when one isn't."""
    out = [parts[0]]
    size = len(parts[0])
    for verb, value, part in zip(verbs, values, parts[1:], strict=True):
        kind = type(value)
        if kind is str and verb != "d":
            text = quote(value) if verb == "q" else value
        elif (kind is int or kind is Int64) and verb in "dv":
            text = int.__repr__(value)
        elif verb == "v":
            text = show(value)
        else:
            return None
        size += len(text) + len(part)
        out += (text, part)
    return "".join(out) if size <= LIMIT else None


class _Printf:
    """One run through a format: where it is, and which argument is next."""

    __slots__ = ("at", "good", "natural", "next", "reordered", "size", "template", "values")

    def __init__(self, template: str, values: Sequence[Any], natural: bool) -> None:
        self.template = template
        self.values = values
        self.natural = natural
        self.at = 0
        self.next = 0
        self.good = True
        self.reordered = False
        self.size = 0

    def run(self) -> str:
        out: list[str] = []
        end = len(self.template)
        while self.at < end:
            percent = self.template.find("%", self.at)
            if percent < 0:
                out.append(self.template[self.at :])
                break
            out.append(self.template[self.at : percent])
            self.at = percent + 1
            out.append(self._bounded(self._verb()))
        if not self.reordered and self.next < len(self.values):
            out.append(self._extra())
        return "".join(out)

    def _bounded(self, text: str) -> str:
        self.size += len(text)
        if self.size > LIMIT:
            raise FunctionError(f"printf: the text is longer than the limit of {LIMIT} characters")
        return text

    def _peek(self) -> str:
        return self.template[self.at : self.at + 1]

    def _verb(self) -> str:
        self.good = True
        spec = Spec(natural=self.natural)
        self._flags(spec)
        indexed = self._index()
        said, indexed = self._width(spec, indexed)
        if self._peek() == "." and self.at + 1 < len(self.template):
            faults, indexed = self._precision(spec, indexed)
            said += faults
        if not indexed:
            self._index()
        verb = self._peek()
        if not verb:
            return said + "%!(NOVERB)"
        self.at += 1
        return said + self._print(verb, spec)

    def _print(self, verb: str, spec: Spec) -> str:
        if verb == "%":
            return "%"
        if not self.good:
            return f"%!{verb}(BADINDEX)"
        if self.next >= len(self.values):
            return f"%!{verb}(MISSING)"
        if verb in "vw":
            spec.sharp_v, spec.sharp = spec.sharp, False
            spec.plus_v, spec.plus = spec.plus, False
        value = self.values[self.next]
        self.next += 1
        return argument(value, verb, spec)

    def _flags(self, spec: Spec) -> None:
        names = {"#": "sharp", "0": "zero", "+": "plus", "-": "minus", " ": "space"}
        while (name := names.get(self._peek())) is not None:
            setattr(spec, name, True)
            self.at += 1

    def _index(self) -> bool:
        """`[n]`: which argument is next; whether there was one."""
        if self._peek() != "[":
            return False
        self.reordered = True
        close = self.template.find("]", self.at)
        if len(self.template) - self.at < 3 or close < 0:
            self.good = False
            self.at += 1
            return False
        inner = self.template[self.at + 1 : close]
        self.at = close + 1
        number = _number(inner)
        if number is not None and 1 <= number <= len(self.values):
            self.next = number - 1
            return True
        self.good = False
        return number is not None

    def _width(self, spec: Spec, indexed: bool) -> tuple[str, bool]:
        if self._peek() != "*":
            spec.width = self._digits()
            if indexed and spec.width is not None:
                self.good = False
            return "", indexed
        self.at += 1
        width = self._integer()
        if width is None:
            return "%!(BADWIDTH)", False
        if width < 0:
            spec.minus, spec.zero = True, False
        spec.width = abs(width)
        return "", False

    def _precision(self, spec: Spec, indexed: bool) -> tuple[str, bool]:
        self.at += 1
        if indexed:
            self.good = False
        indexed = self._index()
        if self._peek() != "*":
            spec.precision = self._digits() or 0
            return "", indexed
        self.at += 1
        precision = self._integer()
        if precision is None or precision < 0:
            return "%!(BADPREC)", False
        spec.precision = precision
        return "", False

    def _digits(self) -> int | None:
        """A number in the format; one that is too large eats what follows, as Go's does."""
        start = self.at
        while self._peek() in "0123456789" and self._peek():
            self.at += 1
        text = self.template[start : self.at]
        if not text:
            return None
        if len(text) > 7 and int(text[:-1]) > LARGEST:
            self.at = len(self.template)
            return None
        return int(text)

    def _integer(self) -> int | None:
        """`*`: the next argument as a number."""
        if self.next >= len(self.values):
            return None
        value = self.values[self.next]
        self.next += 1
        whole = isinstance(value, int) and not isinstance(value, bool)
        return value if whole and abs(value) <= LARGEST else None

    def _extra(self) -> str:
        rest = self.values[self.next :]
        shown_rest = ("<nil>" if v is None else f"{go_type(v)}={show(v)}" for v in rest)
        return "%!(EXTRA " + ", ".join(shown_rest) + ")"


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
