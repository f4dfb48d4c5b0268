"""Tokens of a Go template, as text/template/parse/lex.go finds them."""

from __future__ import annotations

from pyhelm._lazy import lazy_pattern
from pyhelm._typing import TYPE_CHECKING
from pyhelm.engine.gotemplate.quoting import quote, show_char

if TYPE_CHECKING:
    import re

KEYWORDS = frozenset(
    (
        "block",
        "break",
        "continue",
        "define",
        "else",
        "end",
        "if",
        "range",
        "nil",
        "template",
        "with",
    )
)
"""Words that are no functions."""

_WORDS = {word: word for word in KEYWORDS} | {"true": "bool", "false": "bool"}

SPACES = " \t\r\n"

_SPACE = lazy_pattern(r"[ \t\r\n]+")
_WORD = lazy_pattern(r"\w+")
_NAME = lazy_pattern(r"\w*")
_QUOTED = lazy_pattern(r'"(?:\\[^\n]|[^"\\\n])*"')
_RAW = lazy_pattern(r"`[^`]*`")
_CHAR = lazy_pattern(r"'(?:\\[^\n]|[^'\\\n])*'")
_NUMBER = lazy_pattern(
    r"(?a)[+-]?(?:0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][+-]?[\d_]*)?"
    r"|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?"
    r"|[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]*)?)i?"
)
_USUAL = lazy_pattern(
    r"(?:(?P<field>\.(?![0-9])\w+)|(?P<variable>\$\w*)|(?P<identifier>[^\W\d]\w*)|(?P<dot>\.))"
    r"(?=[ \t\r\n.,|:)(]|\}\}|\Z)"
    r"|(?P<space>[ \t\r\n]+)(?!-\}\})(?![ \t\r\n])"
    r'|(?P<string>"(?:\\[^\n]|[^"\\\n])*")|(?P<pipe>\|)|(?P<declare>:=)'
)
"""What most of an action is made of; everything else is looked at by hand."""

_TERMINATORS = " \t\r\n.,|:)("


class Token:
    """A token: its kind, where it starts in the source, and its text.

    Kinds are `text`, `left`, `right`, `space`, `string`, `raw`, `char constant`,
    `number`, `complex`, `bool`, `identifier`, `field`, `dot`, `variable`, `pipe`, `assign`,
    `declare`, `(`, `)`, `char`, `error`, `EOF`, and the keywords themselves.
    """

    __slots__ = ("kind", "pos", "text")

    def __init__(self, kind: str, pos: int, text: str) -> None:
        self.kind, self.pos, self.text = kind, pos, text

    def __str__(self) -> str:
        """As errors quote it."""
        if self.kind in ("EOF", "error"):
            return self.text
        if self.kind in KEYWORDS:
            return f"<{self.text}>"
        return quote(self.text) if len(self.text) <= 10 else quote(self.text[:10]) + "..."


def lex(source: str, start: int = 0, stop: int | None = None) -> list[Token]:
    """All tokens from `start` to `stop`; the last is `EOF`, or `error` with its message."""
    tokens: list[Token] = []
    try:
        _texts(source, tokens, start, len(source) if stop is None else stop)
    except _LexError as error:
        tokens.append(Token("error", error.pos, error.message))
    return tokens


class _LexError(Exception):
    def __init__(self, pos: int, message: str) -> None:
        super().__init__(message)
        self.pos, self.message = pos, message


def _texts(source: str, tokens: list[Token], at: int, stop: int) -> None:
    """Text between actions, and the actions' tokens."""
    while True:
        start = source.find("{{", at, stop)
        if start < 0:
            if at < stop:
                tokens.append(Token("text", at, source[at:stop]))
            tokens.append(Token("EOF", stop, "EOF"))
            return
        trims = source[start + 2 : start + 3] == "-" and source[start + 3 : start + 4] in _BLANKS
        text = source[at:start]
        if trims:
            text = text.rstrip(SPACES)
        if text:
            tokens.append(Token("text", at, text))
        inside = start + 4 if trims else start + 2
        if source.startswith("/*", inside):
            at = _comment(source, inside)
            continue
        tokens.append(Token("left", start, "{{"))
        at = _action(source, inside, tokens)


_BLANKS = frozenset(SPACES)


def _comment(source: str, start: int) -> int:
    end = source.find("*/", start + 2)
    if end < 0:
        raise _LexError(start, "unclosed comment")
    end += 2
    if source.startswith("}}", end):
        return end + 2
    if source[end : end + 1] in _BLANKS and source.startswith("-}}", end + 1):
        return _skip(source, end + 4)
    raise _LexError(start, "comment ends before closing delimiter")


def _skip(source: str, at: int) -> int:
    found = _SPACE.match(source, at)
    return found.end() if found else at


def _action(source: str, at: int, tokens: list[Token]) -> int:
    """Add the tokens up to the closing delimiter; returns where the text behind it starts."""
    depth = 0
    end = len(source)
    match, add = _USUAL.match, tokens.append
    while at < end:
        usual = match(source, at)
        if usual:
            kind, text = str(usual.lastgroup), usual[0]
            if kind == "identifier" and text in _WORDS:
                kind = _WORDS[text]
            add(Token(kind, at, text))
            at += len(text)
            continue
        char = source[at]
        if char in _BLANKS:
            stop = _skip(source, at)
            trims = source.startswith("-}}", stop)
            if trims and stop - at == 1:
                if depth:
                    raise _LexError(at, "unclosed left paren")
                add(Token("right", stop, "}}"))
                return _skip(source, stop + 3)
            at_end = stop - 1 if trims else stop
            add(Token("space", at, source[at:at_end]))
            at = at_end
            continue
        if char == "}" and source.startswith("}}", at):
            if depth:
                raise _LexError(at, "unclosed left paren")
            add(Token("right", at, "}}"))
            return at + 2
        token = _token(source, at, char)
        depth += (token.kind == "(") - (token.kind == ")")
        if depth < 0:
            raise _LexError(at, "unexpected right paren")
        add(token)
        at += len(token.text)
    raise _LexError(at, "unclosed action")


def _token(source: str, at: int, char: str) -> Token:
    """One token that is neither a blank nor a delimiter."""
    if char == "." and not "0" <= source[at + 1 : at + 2] <= "9":
        return _name(source, at, "field", "dot")
    if char == "$":
        return _name(source, at, "variable", "variable")
    if char in "+-.0123456789":
        return _number(source, at)
    if char == "_" or char.isalpha() or char.isdecimal():
        return _word(source, at)
    if char == '"':
        return _matched(_QUOTED, "string", source, at, "unterminated quoted string")
    if char == "`":
        return _matched(_RAW, "raw", source, at, "unterminated raw quoted string")
    if char == "'":
        return _matched(_CHAR, "char constant", source, at, "unterminated character constant")
    if char == ":":
        if source[at + 1 : at + 2] != "=":
            raise _LexError(at, "expected :=")
        return Token("declare", at, ":=")
    if char in _SIGNS:
        return Token(_SIGNS[char], at, char)
    if " " <= char <= "~":
        return Token("char", at, char)
    raise _LexError(at, f"unrecognized character in action: {show_char(char)}")


_SIGNS = {"|": "pipe", "=": "assign", "(": "(", ")": ")"}


def _matched(pattern: re.Pattern[str], kind: str, source: str, at: int, message: str) -> Token:
    found = pattern.match(source, at)
    if not found:
        raise _LexError(at, message)
    return Token(kind, at, found[0])


def _word(source: str, at: int) -> Token:
    found = _WORD.match(source, at)
    word = found[0] if found else ""
    _terminated(source, at, at + len(word))
    if word in KEYWORDS:
        return Token(word, at, word)
    return Token("bool" if word in ("true", "false") else "identifier", at, word)


def _name(source: str, at: int, kind: str, bare: str) -> Token:
    found = _NAME.match(source, at + 1)
    end = found.end() if found else at + 1
    _terminated(source, at, end)
    return Token(kind if end > at + 1 else bare, at, source[at:end])


def _terminated(source: str, start: int, end: int) -> None:
    """What may follow a name; `$x+2` is no sum."""
    after = source[end : end + 1]
    if after and after not in _TERMINATORS and not source.startswith("}}", end):
        raise _LexError(start, f"bad character {show_char(after)}")


def _number(source: str, at: int) -> Token:
    end = _end_of_number(source, at, at)
    if source[end : end + 1] in ("+", "-"):
        end = _end_of_number(source, at, end)
        if source[end - 1] != "i":
            raise _LexError(at, f"bad number syntax: {quote(source[at:end])}")
        return Token("complex", at, source[at:end])
    return Token("number", at, source[at:end])


def _end_of_number(source: str, start: int, at: int) -> int:
    found = _NUMBER.match(source, at)
    end = found.end() if found else at
    after = source[end : end + 1]
    if after and (after == "_" or after.isalnum()):
        raise _LexError(start, f"bad number syntax: {quote(source[start : end + 1])}")
    return end
