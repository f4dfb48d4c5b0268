"""What an action is, told by the kinds of its tokens alone.

Charts say the same things again and again: most actions were met before, letter by letter, and most
others are like one that was. So that an action could be parsed is known from the kinds of its
tokens in a row, and its nodes are made only when it is reached. Whatever is not quite usual has no
form here, and is left to the parser, which has the last word and the words of errors.
"""

from __future__ import annotations

import re

from pyhelm._typing import Container
from pyhelm.engine.gotemplate.lexer import SPACES
from pyhelm.engine.gotemplate.quoting import unquote
from pyhelm.engine.gotemplate.signatures import PARAMETERS

MOST_KNOWN = 20_000
"""Actions that are remembered."""

DEEPEST, STAGES = 20, 100
"""Parentheses within each other, and all pipes of an action: Python's compiler nests no deeper
than its stack allows."""

_NAME = r"[A-Za-z_]\w*"
_AFTER = r"(?=[ \t\r\n|)]|\Z)"
_TOKENS = re.compile(
    rf"[ \t\r\n]+|\.{_NAME}(?:\.{_NAME})*{_AFTER}|{_NAME}{_AFTER}"
    r'|"(?:[^"\\\n]|\\[abfnrtv"\\])*"|`[^`]*`|[|(=,]|:='
    rf"|\)(?:(?:\.{_NAME})+{_AFTER})?"
    rf"|\$(?:{_NAME})?(?:(?:\.{_NAME})+{_AFTER}|(?=[ \t\r\n|),:]|\Z))"
    rf"|-?(?:0[0-7]{{0,14}}|[1-9]\d{{0,14}})(?:\.\d{{1,15}})?{_AFTER}|\.{_AFTER}",
    re.ASCII,
).findall
_KINDS = {
    "true": "b",
    "false": "b",
    "nil": "b",
    ".": "b",
    " ": " ",
    ":=": ":",
    "if": "I",
    "with": "W",
    "range": "R",
    "else": "E",
    "end": "X",
    "define": "D",
    "template": "T",
    "break": "B",
    "continue": "C",
    "|": "|",
    "(": "(",
    "=": "=",
    ",": ",",
}
_STARTS = {
    "\t": " ",
    "\r": " ",
    "\n": " ",
    " ": " ",
    ".": "f",
    "$": "v",
    '"': "s",
    "`": "s",
    **dict.fromkeys("-0123456789", "b"),
    ")": ")",
}
"""Kinds by a token's first character: `f` fields, `v` a variable, `s` a string; `i` a function;
`b` is what else is no command."""

_PIPE = r"[bsfvip](?: [bsfvip])*(?: ?\| ?[fvip](?: [bsfvip])*)*"
_SET = r"(?:v ?[:=] ?)?"
_PARENTHESES = re.compile(rf"\( ?{_PIPE} ?\)").sub
_SHAPES = re.compile(
    rf"(?P<action>{_SET}{_PIPE})|(?P<end>X)|(?P<if>I {_SET}{_PIPE})|(?P<with>W {_SET}{_PIPE})"
    rf"|(?P<else>E)|(?P<else_if>E I {_SET}{_PIPE})|(?P<else_with>E W {_SET}{_PIPE})"
    rf"|(?P<range>R (?:v(?: ?, ?v)? ?[:=] ?)?{_PIPE})|(?P<define>D s)"
    rf"|(?P<template>T s(?: {_PIPE})?)|(?P<break>B)|(?P<continue>C)"
).fullmatch


class Form:
    """An action's role, and what it does with names.

    `role` is `action` (which writes), `comment` or the keyword that it starts with; `uses` are the
    variables that must be known before it, `declares` those that it makes, `assigns` says that it
    changes one; `name` is what a `define` is called, and `trims` that the text behind is trimmed.
    """

    __slots__ = ("_body", "_solid", "assigns", "declares", "name", "role", "trims", "uses")

    def __init__(self, role: str, trims: bool, body: str) -> None:
        self.role, self.trims, self._body = role, trims, body
        self._solid: tuple[tuple[str, ...], tuple[int, ...]] | None = None
        self.uses: tuple[str, ...] = ()
        self.declares: tuple[str, ...] = ()
        self.assigns, self.name = False, ""

    def solid(self) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """The tokens that are no blanks, and where they stand in the action."""
        if self._solid is None:
            at = 2 if self._body[:1] == "-" and self._body[1:2] in _BLANKS else 0
            tokens, offsets = [], []
            for token in _TOKENS(self._body, at, len(self._body) - 2 * self.trims):
                if token[0] not in _BLANKS:
                    tokens.append(token)
                    offsets.append(at)
                at += len(token)
            self._solid = tuple(tokens), tuple(offsets)
        return self._solid


class Forms:
    """The forms of actions that were met, where these functions are known."""

    def __init__(self, functions: Container[str]) -> None:
        self.functions = functions
        self.known: dict[str, Form | None] = {}
        self._roles: dict[str, str] = {}

    def learn(self, body: str) -> Form | None:
        """The form of what stands between two delimiters; None where the parser must look."""
        if len(self.known) > MOST_KNOWN:
            self.known.clear()
        made = self.known[body] = self._form(body)
        return made

    def _form(self, body: str) -> Form | None:
        trims = body[-1:] == "-" and body[-2:-1] in _BLANKS
        inner = body[2:] if body[:1] == "-" and body[1:2] in _BLANKS else body
        inner = inner[:-2] if trims else inner
        if inner.startswith("/*"):
            is_whole = inner.find("*/", 2) == len(inner) - 2
            return Form("comment", trims, body) if is_whole and len(inner) >= 4 else None
        inner = inner.strip(SPACES)
        tokens = _TOKENS(inner)
        role = self._role(tokens) if "".join(tokens) == inner else ""
        return _named(Form(role, trims, body), tokens) if role else None

    def _role(self, tokens: list[str]) -> str:
        kind, start, functions = _KINDS.get, _STARTS.get, self.functions
        kinds = [
            kind(each) or start(each[0]) or ("i" if each in functions else "?") for each in tokens
        ]
        shape = "".join(kinds)
        if shape not in self._roles:
            self._roles[shape] = _role_of(shape)
        return self._roles[shape]


_BLANKS = frozenset(SPACES)
_HELMS = Forms(PARAMETERS)


def forms_of(functions: Container[str] | None) -> Forms:
    """The forms of actions that may call these functions, Helm's where it is None."""
    return _HELMS if functions is None else Forms(functions)


def _role_of(shape: str) -> str:
    """The role of an action whose tokens are of these kinds; empty where there is no telling."""
    stages = shape.count("|")
    depth = 0
    while "(" in shape and depth < DEEPEST:
        shape, depth = _PARENTHESES("p", shape), depth + 1
    match = _SHAPES(shape) if stages <= STAGES else None
    return match.lastgroup.replace("_", " ") if match and match.lastgroup else ""


def _named(form: Form, tokens: list[str]) -> Form | None:
    """The form with its names; None for a declaration of what is no variable."""
    if form.role == "define":
        form.name = unquote(tokens[2])
        return form if form.name else None
    if ":=" in tokens or "=" in tokens:
        form.assigns = "=" in tokens
        sign = tokens.index("=" if form.assigns else ":=")
        form.declares = tuple(each for each in tokens[:sign] if each[0] == "$")
        if any("." in each or each == "$" for each in form.declares):
            return None
    variables = {each.partition(".")[0] for each in tokens if each[0] == "$"}
    form.uses = tuple(variables.difference(form.declares))
    return form
