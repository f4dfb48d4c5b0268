"""Upper and lower case by words: title, snake_case, kebab-case, PascalCase.

The rules are Go's strings.Title, goutils' and xstrings'. Bytes that are no UTF-8 become U+FFFD.
"""

from __future__ import annotations

import unicodedata

from pyhelm._typing import Any, Callable, Iterator
from pyhelm.engine.functions.text import SPACES, lower_char, upper_char

REPLACEMENT = "\ufffd"


def _category(char: str) -> str:
    return unicodedata.category(char)


def _is_upper(char: str) -> bool:
    return _category(char) == "Lu"


def _is_letter(char: str) -> bool:
    return _category(char)[0] == "L"


def _is_connector(char: str) -> bool:
    return char in "-_" or char in SPACES


def _valid(text: str) -> str:
    """Text with U+FFFD for the bytes that are no UTF-8."""
    if text.isascii():
        return text
    return "".join(REPLACEMENT if "\ud800" <= char <= "\udfff" else char for char in text)


def _title_char(char: str) -> str:
    made = char.title()
    return made if len(made) == 1 else upper_char(char)


def title(text: str) -> str:
    """The first letter of each word in upper case, where nearly every sign ends a word."""
    before = " "
    out: list[str] = []
    for char in _valid(text):
        out.append(_title_char(char) if _separates(before) else char)
        before = char
    return "".join(out)


def _separates(char: str) -> bool:
    if char.isascii():
        return not (char.isalnum() or char == "_")
    return not _is_letter(char) and _category(char) != "Nd" and char in SPACES


def untitle(text: str) -> str:
    """The first letter of each word in lower case."""
    before = " "
    out: list[str] = []
    for char in _valid(text):
        out.append(lower_char(char) if before in SPACES and char not in SPACES else char)
        before = char
    return "".join(out)


def swapcase(text: str) -> str:
    """Lower case for upper and the reverse; a word's first letter gets title case."""
    starts = True
    out: list[str] = []
    for char in _valid(text):
        kind = _category(char)
        if kind in ("Lu", "Lt"):
            out.append(lower_char(char))
            starts = False
        elif kind == "Ll":
            out.append(_title_char(char) if starts else upper_char(char))
            starts = False
        else:
            out.append(char)
            starts = char in SPACES
    return "".join(out)


def camelcase(text: str) -> str:
    """`http_server` as `HttpServer`; connectors at the ends stay, one of several is dropped."""
    text = _valid(text)
    start = next((n for n, char in enumerate(text) if not _is_connector(char)), len(text))
    if start == len(text):
        return text + text[-1:]
    if start == len(text) - 1:
        return text[:start] + upper_char(text[start])
    lead_upper = _is_upper(text[start])
    last = upper_char(text[start])
    out = [text[:start]]
    for char in text[start + 1 :]:
        previous, last = last, char
        if _is_connector(char) and _is_connector(previous):
            out.append(previous)
        elif _is_connector(previous):
            lead_upper = _is_upper(char)
            last = upper_char(char)
        else:
            if lead_upper and _is_upper(char):
                last = lower_char(char)
            elif lead_upper:
                lead_upper = False
            out.append(previous)
    return "".join([*out, last])


def snakecase(text: str) -> str:
    """`FirstName` as `first_name`."""
    return _connected(text, "_")


def kebabcase(text: str) -> str:
    """`FirstName` as `first-name`."""
    return _connected(text, "-")


NUMBER, UPPER, ALPHABET, CONNECTOR, PUNCTUATION, OTHER, INVALID = range(7)


def _is_cjk(char: str) -> bool:
    first = ("\u4e00", "\u3400", "\U00020000")
    last = ("\u9fcc", "\u4d85", "\U0002b81d")
    return any(low <= char <= high for low, high in zip(first, last, strict=True))


def _is_invalid(char: str) -> bool:
    return char == REPLACEMENT or "\ud800" <= char <= "\udfff"


def _kind(unit: str) -> int:
    char = next((char for char in unit if not _is_invalid(char)), "")
    if not char:
        return INVALID
    if _is_connector(char):
        return CONNECTOR
    category = _category(char)
    if category[0] == "P":
        return PUNCTUATION
    if category == "Lu":
        return UPPER
    if category[0] == "L":
        return OTHER if _is_cjk(char) else ALPHABET
    return NUMBER if category[0] == "N" else OTHER


def _units(text: str) -> list[str]:
    """The characters, each with the bad bytes before it; the last one with those behind it."""
    if text.isascii():
        return list(text)
    out: list[str] = []
    bad = ""
    for char in text:
        if _is_invalid(char):
            bad += char
        else:
            out.append(bad + char)
            bad = ""
    return [*out[:-1], out[-1] + bad] if out else [bad]


def _words(text: str) -> Iterator[tuple[int, str, bool]]:
    """The runs of one kind: kind, text, and whether more follow."""
    units = _units(text)
    at = 0
    while at < len(units):
        kind = _kind(units[at])
        end = _word_end(units, at, kind)
        yield kind, "".join(units[at:end]), end < len(units)
        at = end


def _word_end(text: list[str], at: int, kind: int) -> int:
    if kind == UPPER:
        return _upper_end(text, at)
    end = at + 1
    while end < len(text) and _kind(text[end]) == kind:
        end += 1
    return end


def _upper_end(text: list[str], at: int) -> int:
    """`HTTPStatus` is two words, `Status` is one."""
    end = at + 1
    if end == len(text):
        return end
    if _kind(text[end]) == UPPER:
        while end < len(text) and _kind(text[end]) == UPPER:
            end += 1
        return end - 1 if end < len(text) and _kind(text[end]) == ALPHABET else end
    while end < len(text) and _kind(text[end]) == ALPHABET:
        end += 1
    return end


class _Connected:
    """One run of xstrings' snake case over the words of a text."""

    def __init__(self, text: str, connector: str) -> None:
        self.words = _words(text)
        self.connector = connector
        self.out: list[str] = []
        self.kind, self.word, self.more = INVALID, "", False
        self.next()

    def next(self) -> None:
        self.kind, self.word, self.more = next(self.words, (INVALID, "", False))

    def put(self, kind: int, word: str) -> None:
        if kind == CONNECTOR:
            word = "".join(REPLACEMENT if _is_invalid(c) else self.connector for c in word)
        elif kind == UPPER:
            word = "".join(map(lower_char, word))
        self.out.append(word)

    def run(self) -> str:
        while self.more:
            if self.kind != CONNECTOR:
                self.put(self.kind, self.word)
            before, last = self.kind, self.word
            self.next()
            if before == NUMBER:
                self.rest_of_word()
            elif before == CONNECTOR:
                self.put(before, last)
            elif before != PUNCTUATION:
                self.after_word()
        self.put(self.kind, self.word)
        return "".join(self.out)

    def rest_of_word(self) -> None:
        """Letters and numbers after a number belong to it."""
        while self.kind in (ALPHABET, NUMBER):
            self.put(self.kind, self.word)
            self.next()
        self.connect(INVALID)

    def after_word(self) -> None:
        """A number belongs to the word before it, unless small letters follow."""
        if self.kind != NUMBER:
            self.connect()
            return
        if not self.more:
            return
        number = self.word
        self.next()
        if self.kind != ALPHABET:
            self.put(NUMBER, number)
            self.connect()
            return
        self.out.append(self.connector)
        self.put(NUMBER, number)
        self.rest_of_word()

    def connect(self, *others: int) -> None:
        if self.kind not in (CONNECTOR, PUNCTUATION, *others):
            self.out.append(self.connector)


def _connected(text: str, connector: str) -> str:
    return _Connected(text, connector).run() if text else ""


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "camelcase": camelcase,
    "kebabcase": kebabcase,
    "snakecase": snakecase,
    "swapcase": swapcase,
    "title": title,
    "untitle": untitle,
}
