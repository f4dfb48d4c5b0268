"""Reading JSON with Go's numbers (every one a float64), and Go's words for what is wrong."""

from __future__ import annotations

import json

from pyhelm import _yaml
from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Any, NoReturn
from pyhelm.engine.functions.quoting import quote

_BLANKS = " \t\r\n"
_INSIDE = ("in lit", "in num", "after dec", "in exp", "in \\u", "in string escape")
_FLAT = lazy_pattern(r'"(?:[^"\\]|\\(?s:.))*"?|[^\[\]{}"]+')

DEPTH = 1000
"""Nesting of a text; Go stops at 10000, some Pythons sooner."""


def loads(text: str) -> Any:
    """The value of a JSON text; raises ValueError."""
    text = _yaml.whole_text(text)
    _refuse_depth(text)
    try:
        found = json.loads(text, parse_int=float, parse_float=_number, parse_constant=_refuse)
    except RecursionError as exc:
        raise ValueError("exceeded max depth") from exc
    except json.JSONDecodeError as exc:
        raise ValueError(fault(text)) from exc
    return _yaml.whole_text(found) if "\\u" in text else found


def _refuse_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= DEPTH:
        return
    depth = 0
    for bracket in _FLAT.sub("", text):
        depth += 1 if bracket in "[{" else -1
        if depth > DEPTH:
            raise ValueError("exceeded max depth")


def _number(text: str) -> float:
    found = float(text)
    if found in (float("inf"), float("-inf")):
        raise ValueError(f"json: cannot unmarshal number {text} into Go value of type float64")
    return found


def _refuse(name: str) -> NoReturn:
    raise json.JSONDecodeError(name, name, 0)


class _Fault(Exception):
    """Where a scan ended: the message."""


def fault(text: str) -> str:
    """What Go says is wrong with a JSON text."""
    try:
        _Scan(text).document()
    except _Fault as exc:
        return str(exc)
    except RecursionError:
        return "exceeded max depth"
    return "invalid JSON"


def value_end(text: str, at: int) -> tuple[int, str]:
    """Where the JSON value that begins at `at` ends, and what is wrong there; empty if nothing."""
    scan = _Scan(text)
    scan.at = at
    try:
        scan.value()
    except _Fault as exc:
        return scan.at, str(exc)
    except RecursionError:
        return scan.at, "exceeded max depth"
    return scan.at, ""


class _Scan:
    """A walk through a JSON text up to its first fault."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def fail(self, where: str) -> NoReturn:
        if self.at < len(self.text):
            raise _Fault(f"invalid character {_shown(self.text[self.at])} {where}")
        # Go looks at the end as at a blank, which is wrong inside of a word or number alone.
        inside = where.startswith(_INSIDE)
        raise _Fault(f"invalid character ' ' {where}" if inside else "unexpected end of JSON input")

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def blanks(self) -> None:
        while self.peek() and self.peek() in _BLANKS:
            self.at += 1

    def document(self) -> None:
        self.value()
        self.blanks()
        if self.peek():
            self.fail("after top-level value")

    def value(self) -> None:
        self.blanks()
        char = self.peek()
        if char == "{":
            self.mapping()
        elif char == "[":
            self.sequence()
        elif char == '"':
            self.string()
        elif char and char in "-0123456789":
            self.number()
        elif char and char in "tfn":
            self.word({"t": "true", "f": "false", "n": "null"}[char])
        else:
            self.fail("looking for beginning of value")

    def word(self, word: str) -> None:
        self.at += 1
        for letter in word[1:]:
            if self.peek() != letter:
                self.fail(f"in literal {word} (expecting {_shown(letter)})")
            self.at += 1

    def number(self) -> None:
        if self.peek() == "-":
            self.at += 1
            if not _digit(self.peek()):
                self.fail("in numeric literal")
        if self.peek() == "0":
            self.at += 1
        else:
            self.digits()
        if self.peek() == ".":
            self.at += 1
            if not _digit(self.peek()):
                self.fail("after decimal point in numeric literal")
            self.digits()
        if self.peek() and self.peek() in "eE":
            self.at += 1
            if self.peek() and self.peek() in "+-":
                self.at += 1
            if not _digit(self.peek()):
                self.fail("in exponent of numeric literal")
            self.digits()

    def digits(self) -> None:
        while _digit(self.peek()):
            self.at += 1

    def string(self) -> None:
        self.at += 1
        while (char := self.peek()) != '"':
            if char == "\\":
                self.escape()
            elif not char or char < " ":
                self.fail("in string literal")
            else:
                self.at += 1
        self.at += 1

    def escape(self) -> None:
        self.at += 1
        char = self.peek()
        if char == "u":
            for _ in range(4):
                self.at += 1
                if not self.peek() or self.peek() not in "0123456789abcdefABCDEF":
                    self.fail("in \\u hexadecimal character escape")
        elif not char or char not in '"\\/bfnrt':
            self.fail("in string escape code")
        self.at += 1

    def mapping(self) -> None:
        self.at += 1
        self.blanks()
        if self.peek() == "}":
            self.at += 1
            return
        while True:
            self.blanks()
            if self.peek() != '"':
                self.fail("looking for beginning of object key string")
            self.string()
            self.blanks()
            if self.peek() != ":":
                self.fail("after object key")
            self.at += 1
            self.value()
            if self.ended("}", "after object key:value pair"):
                return

    def sequence(self) -> None:
        self.at += 1
        self.blanks()
        if self.peek() == "]":
            self.at += 1
            return
        while True:
            self.value()
            if self.ended("]", "after array element"):
                return

    def ended(self, end: str, where: str) -> bool:
        self.blanks()
        if self.peek() not in (end, ","):
            self.fail(where)
        self.at += 1
        return self.text[self.at - 1] == end


def _digit(char: str) -> bool:
    return bool(char) and char in "0123456789"


def _shown(char: str) -> str:
    if char == "'":
        return "'\\''"
    if char == '"':
        return "'\"'"
    first = char.encode("utf-8", "replace")[:1].decode("latin-1")
    return "'" + quote(first)[1:-1] + "'"
