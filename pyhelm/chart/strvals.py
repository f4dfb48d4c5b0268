"""Helm's `--set` language: `a.b=1,list[0]=x,names={p,q}`, with its escapes, types and limits.

Indices go up to 65536 and names 30 levels deep (CVE-2022-36055, CVE-2022-23524).
"""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._typing import Any, Callable, TypeAlias
from pyhelm.chart.model import Values
from pyhelm.errors import ValuesError

MAX_INDEX = 65536
MAX_LEVELS = 30

Convert: TypeAlias = Callable[[str], Any]

_WORDS = {"true": True, "false": False, "null": None}


def parse(text: str) -> Values:
    """A new tree from one `--set` text; raises ValuesError."""
    values: Values = {}
    parse_into(text, values)
    return values


def parse_into(text: str, values: Values) -> None:
    """`--set`: write into a tree, typed; raises ValuesError with the place in the text."""
    _Parser(text, typed).run(values)


def parse_string_into(text: str, values: Values) -> None:
    """`--set-string`: every value is text."""
    _Parser(text, str).run(values)


def parse_file_into(text: str, values: Values, read: Convert) -> None:
    """`--set-file`: every value is a path, `read` gives the content."""
    _Parser(text, read).run(values)


def parse_json_into(text: str, values: Values) -> None:
    """`--set-json`: every value is JSON."""
    _Parser(text, None).run(values)


def parse_literal_into(text: str, values: Values) -> None:
    """`--set-literal`: one key, and everything after `=` as it stands."""
    _Parser(text, str, literal=True).run(values)


def typed(text: str) -> Any:
    """A value by its looks: booleans, null and integers; all else, `1.5` and `007` too, is text."""
    folded = text.lower()
    if folded in _WORDS:
        return _WORDS[folded]
    if text == "0" or (text and text[0] != "0" and _is_int64(text)):
        return _yaml.Int64(text)
    return text


def _is_int64(text: str) -> bool:
    digits = text[1:] if text[0] in "+-" else text
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 19:
        return False
    return -(2**63) <= int(text) < 2**63


class _End(Exception):
    """The text is used up."""


class _Parser:
    """Reads one text; `convert` is None for JSON values."""

    def __init__(self, text: str, convert: Convert | None, *, literal: bool = False) -> None:
        # Go reads runes: a byte that is no UTF-8 is the replacement character.
        self.text: str = _yaml.whole_text(text)
        self.at = 0
        self.convert = convert
        self.literal = literal

    def run(self, values: Values) -> None:
        try:
            while True:
                self.key(values, 0)
        except _End:
            return
        except RecursionError:
            raise self.fail("lists are nested too deeply") from None

    def fail(self, problem: str) -> ValuesError:
        return ValuesError(f"{problem} (at character {self.at} of {_shown(self.text)})")

    def until(self, stops: str) -> tuple[str, str]:
        """Text up to one of the characters, and that character; empty at the end."""
        out: list[str] = []
        while self.at < len(self.text):
            char = self.text[self.at]
            self.at += 1
            if char in stops:
                return "".join(out), char
            if char == "\\" and not self.literal:
                if self.at == len(self.text):
                    break
                char = self.text[self.at]
                self.at += 1
            out.append(char)
        return "".join(out), ""

    def key(self, values: Values, level: int) -> None:
        name, stop = self.until("=[." if self.literal else "=[,.")
        if not stop:
            if not name:
                raise _End
            raise self.fail(f'key "{name}" has no value')
        if stop == ",":
            _set(values, name, "")
            raise self.fail(f'key "{name}" has no value (cannot end with ,)')
        if stop == "[":
            self.indexed(values, name, level)
        elif stop == "=":
            self.assign(values, name)
        else:
            self.nested(values, name, level + 1)

    def indexed(self, values: Values, name: str, level: int) -> None:
        index = self.index()
        existing = values.get(name)
        if name in values and not isinstance(existing, list):
            raise self.fail(f'unable to parse key: "{name}" is not a list')
        items = list(existing or [])
        try:
            items = self.item(items, index, level)
        finally:
            # Helm: the list is there even when the text ends before there is an item for it.
            _set(values, name, items)

    def assign(self, values: Values, name: str) -> None:
        if self.at == len(self.text) and self.convert is not None:
            _set(values, name, "")
            raise _End
        _set(values, name, self.value())

    def nested(self, values: Values, name: str, level: int) -> None:
        if level > MAX_LEVELS:
            raise self.fail(
                "value name nested level is greater than maximum supported nested level of "
                f"{MAX_LEVELS}"
            )
        inner = values.get(name, {})
        if not isinstance(inner, dict):
            if inner is not None:
                raise self.fail(f'unable to parse key: "{name}" has a value, and is no mapping')
            inner = {}
        try:
            self.key(inner, level)
            if not inner:
                raise self.fail(f'key map "{name}" has no value')
        finally:
            if inner:
                _set(values, name, inner)

    def index(self) -> int:
        digits, stop = self.until("]")
        if not stop:
            # Helm: a text that ends within an index has said nothing.
            raise _End
        try:
            if not digits.lstrip("+-").isdigit():
                raise ValueError
            index = int(digits)
        except ValueError:
            raise self.fail(f'error parsing index: "{digits}" is not a number in [ ]') from None
        if index < 0:
            raise self.fail(f"negative {index} index not allowed")
        if index > MAX_INDEX:
            raise self.fail(
                f"index of {index} is greater than maximum supported index of {MAX_INDEX}"
            )
        return index

    def item(self, items: list[Any], index: int, level: int) -> list[Any]:
        extra, stop = self.until("[.=")
        if extra:
            raise self.fail(f'unexpected data at end of array index: "{extra}"')
        if not stop:
            raise _End
        old = items[index] if index < len(items) else None
        if stop == "=":
            value = self.value() if self.at < len(self.text) or self.convert is None else ""
        elif stop == "[":
            if old is not None and not isinstance(old, list):
                raise self.fail(f"error processing index {index}: it is not a list")
            value = self.item(list(old or []), self.index(), level)
        else:
            value = old if isinstance(old, dict) else {}
            self.key(value, level)
        return _set_item(items, index, value)

    def value(self) -> Any:
        if self.convert is None:
            return self.json_value()
        if self.literal:
            text, self.at = self.text[self.at :], len(self.text)
            return text
        if self.text[self.at : self.at + 1] == "{":
            return self.list_value(self.convert)
        return self.convert(self.until(",")[0])

    def list_value(self, convert: Convert) -> list[Any]:
        self.at += 1
        items: list[Any] = []
        while True:
            text, stop = self.until(",}")
            if not stop:
                raise self.fail("list must terminate with '}'")
            items.append(convert(text))
            if stop == "}":
                self.at += self.text[self.at : self.at + 1] == ","
                return items

    def json_value(self) -> Any:
        if self.is_empty():
            return None
        from json import JSONDecoder

        from pyhelm._yaml.json import no_constant

        try:
            value, self.at = JSONDecoder(parse_constant=no_constant).raw_decode(self.text, self.at)
        except (ValueError, RecursionError) as exc:
            raise self.fail("not JSON") from exc
        self.is_empty()
        return _yaml.whole_text(value)

    def is_empty(self) -> bool:
        """Skip blanks; True, past the comma, when nothing else stands before it."""
        while self.at < len(self.text):
            char = self.text[self.at]
            if not char.isspace():
                self.at += char == ","
                return char == ","
            self.at += 1
        return True


def _set(values: Values, name: str, value: Any) -> None:
    # Helm: an empty name is passed over.
    if name:
        values[name] = value


def _set_item(items: list[Any], index: int, value: Any) -> list[Any]:
    items += [None] * (index + 1 - len(items))
    items[index] = value
    return items


def _shown(text: str) -> str:
    """The text's key part only: values may be secrets."""
    key, equals, _ = text.partition("=")
    return f'"{key[:80]}{equals}…"'
