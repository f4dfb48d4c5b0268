"""Regular expressions: RE2's, with Go's rules for empty matches, groups and errors.

Python's own engine differs from Go's and can be made to hang; it serves plain expressions on short
ASCII text only, where both agree, and spares the import.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Any, Callable, Iterator
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.limits import bounded, listed
from pyhelm.engine.functions.quoting import can_backquote, from_octets, octets, quote
from pyhelm.engine.gotypes import NilStrings, Strings

SHORT = 256
"""The longest text for Python's engine: it backtracks."""

_PLAIN = lazy_pattern(
    r"\^?(?:(?:[A-Za-z0-9 _/:;,=@%&~\"'<>!#-]|\\[.^$*+?()\[\]{}|/_-]|\\d|\\w|\."
    r"|\[\^?(?:[A-Za-z0-9](?:-[A-Za-z0-9])?|[_.,:/@ ])+-?\])"
    r"(?:[?*+]|\{[0-9]{1,2}\})?)*\$?\Z"
)
"""Expressions that mean the same to both, apart from `$`."""

_TEXTS = {
    "invalid escape sequence": "invalid escape sequence",
    "invalid character class": "invalid character class",
    "invalid character class range": "invalid character class range",
    "missing ]": "missing closing ]",
    "missing )": "missing closing )",
    "unexpected )": "unexpected )",
    "no argument for repetition operator": "missing argument to repetition operator",
    "invalid repetition size": "invalid repeat count",
    "bad repetition operator": "invalid nested repetition operator",
    "invalid perl operator": "invalid or unsupported Perl syntax",
    "invalid UTF-8": "invalid UTF-8",
    "invalid named capture group": "invalid named capture",
    "trailing \\": "trailing backslash at end of expression",
}
"""RE2's words for what is wrong, and Go's."""


class BadPattern(FunctionError):
    """An expression that can't be read, in Go's words."""


class Pattern:
    """A compiled expression that works on the bytes of text."""

    __slots__ = ("compiled",)

    def __init__(self, compiled: Any) -> None:
        self.compiled = compiled

    def matches(self, text: bytes) -> Iterator[Any]:
        """All matches; an empty one right behind another is none, as in Go."""
        at, last, size = 0, -1, len(text)
        while at <= size:
            found = self.compiled.search(text, at)
            if found is None:
                return
            start, end = found.span()
            if end > at:
                at = end
                accepted = True
            else:
                accepted = start != last
                at += _width(text, at)
            last = end
            if accepted:
                yield found

    def replacements(self, text: bytes) -> Iterator[Any]:
        """The matches that a replacement takes."""
        at, last, size = 0, 0, len(text)
        while at <= size:
            found = self.compiled.search(text, at)
            if found is None:
                return
            start, end = found.span()
            if end > last or start == 0:
                yield found
            last = end
            at = max(end, at + _width(text, at))

    def replace(self, text: bytes, make: Callable[[Any], bytes]) -> bytes:
        """Text with each match replaced by what `make` gives for it."""
        out: list[bytes] = []
        last = size = 0
        for found in self.replacements(text):
            made = make(found)
            out += [text[last : found.start()], made]
            last = found.end()
            size += len(made)
            bounded(size, "regexReplaceAll")
        return b"".join([*out, text[last:]])


def _width(text: bytes, at: int) -> int:
    """The bytes of the character at an index, at least one."""
    lead = text[at] if at < len(text) else 0
    size = 1 if lead < 0xC2 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    follow = text[at + 1 : at + size]
    whole = len(follow) == size - 1 and all(0x80 <= byte < 0xC0 for byte in follow)
    return size if whole else 1


def compiled(pattern: str, text: str) -> Pattern:
    """An expression for use on a text; raises BadPattern."""
    if len(text) <= SHORT and text.isascii():
        plain = _plain(pattern)
        if plain is not None:
            return plain
    return _re2(pattern)


@lru_cache(maxsize=256)
def _plain(pattern: str) -> Pattern | None:
    if not _PLAIN.match(pattern) or len(re.findall(r"[*+]", pattern)) > 2:
        return None
    ends = pattern.endswith("$") and not pattern.endswith("\\$")
    try:
        return Pattern(re.compile((pattern[:-1] + "\\Z" if ends else pattern).encode()))
    except re.error:
        return None


@lru_cache(maxsize=256)
def _re2(pattern: str) -> Pattern:
    try:
        import re2
    except ImportError as exc:
        raise FunctionError("regular expressions need google-re2: pip install google-re2") from exc
    if "\\C" in re.sub(r"\\[^C]", "", pattern):
        raise BadPattern("error parsing regexp: invalid escape sequence: `\\C`")
    options = re2.Options()
    options.log_errors = False
    try:
        return Pattern(re2.compile(octets(pattern), options=options))
    except re2.error as exc:
        raise BadPattern(_go_error(exc, pattern)) from exc


def _go_error(error: Exception, pattern: str) -> str:
    said = error.args[0] if error.args else ""
    text = from_octets(said) if isinstance(said, bytes) else str(said)
    code, _, detail = text.partition(": ")
    if code.startswith("trailing \\"):
        detail = ""
    if code == "missing )" and not detail:
        detail = pattern
    known = _TEXTS.get("trailing \\" if code.startswith("trailing \\") else code, code)
    return f"error parsing regexp: {known}: `{detail}`"


def _panicking(pattern: str, text: str) -> Pattern:
    """As Go's MustCompile: its text says which expression it was."""
    try:
        return compiled(pattern, text)
    except BadPattern as exc:
        shown = f"`{pattern}`" if can_backquote(pattern) else quote(pattern)
        raise FunctionError(f"regexp: Compile({shown}): {exc}") from exc


def regex_match(pattern: str, text: str) -> bool:
    """Whether the expression occurs; a bad one never does."""
    try:
        return compiled(pattern, text).compiled.search(octets(text)) is not None
    except BadPattern:
        return False


def must_regex_match(pattern: str, text: str) -> bool:
    """Whether the expression occurs."""
    return compiled(pattern, text).compiled.search(octets(text)) is not None


Compile = Callable[[str, str], Pattern]


def _find(compile_: Compile) -> Callable[[str, str], str]:
    def find(pattern: str, text: str) -> str:
        found = compile_(pattern, text).compiled.search(octets(text))
        return from_octets(found.group()) if found else ""

    return find


def _find_all(compile_: Compile) -> Callable[[str, str, int], Strings]:
    def find_all(pattern: str, text: str, count: int) -> Strings:
        found = Strings()
        for match in compile_(pattern, text).matches(octets(text)):
            if len(found) == count:
                break
            found.append(from_octets(match.group()))
            listed(len(found))
        return found or NilStrings()

    return find_all


def _replace_all(compile_: Compile) -> Callable[[str, str, str], str]:
    def replace(pattern: str, text: str, replacement: str) -> str:
        regexp = compile_(pattern, text)
        parts = _replacement(replacement)
        made = regexp.replace(octets(text), lambda match: b"".join(_expanded(match, parts)))
        return from_octets(made)

    return replace


def _replace_literal(compile_: Compile) -> Callable[[str, str, str], str]:
    def replace(pattern: str, text: str, replacement: str) -> str:
        made = octets(replacement)
        return from_octets(compile_(pattern, text).replace(octets(text), lambda match: made))

    return replace


def _split(compile_: Compile) -> Callable[[str, str, int], Strings]:
    def split(pattern: str, text: str, count: int) -> Strings:
        regexp = compile_(pattern, text)
        if count == 0:
            return NilStrings()
        if pattern and not text:
            return Strings([""])
        data = octets(text)
        pieces = Strings()
        begin = end = 0
        for number, match in enumerate(regexp.matches(data)):
            if number == count or (count > 0 and len(pieces) == count - 1):
                break
            end = match.start()
            if match.end() != 0:
                pieces.append(from_octets(data[begin:end]))
                listed(len(pieces))
            begin = match.end()
        if end != len(data):
            pieces.append(from_octets(data[begin:]))
        return pieces

    return split


_GROUP = lazy_pattern(r"\$(?:(\$)|\{(\w+)\}|(\w+))")


@lru_cache(maxsize=256)
def _replacement(text: str) -> tuple[bytes | int | str, ...]:
    """A replacement's parts: bytes as they are, groups by number or name."""
    out: list[bytes | int | str] = []
    at = 0
    for match in _GROUP.finditer(text):
        out.append(octets(text[at : match.start()]))
        at = match.end()
        name = match[2] or match[3]
        numbered = name and name.isascii() and name.isdigit() and (name == "0" or name[0] != "0")
        out.append(b"$" if match[1] else int(name) if numbered and len(name) < 9 else name)
    return (*out, octets(text[at:]))


def _expanded(match: Any, parts: tuple[bytes | int | str, ...]) -> Iterator[bytes]:
    for part in parts:
        if isinstance(part, bytes):
            yield part
            continue
        index = match.re.groupindex.get(octets(part), -1) if isinstance(part, str) else part
        if 0 <= index <= match.re.groups:
            yield match.group(index) or b""


def quote_meta(text: str) -> str:
    """Text as an expression that matches it."""
    return re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", text)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "mustRegexFind": _find(compiled),
    "mustRegexFindAll": _find_all(compiled),
    "mustRegexMatch": must_regex_match,
    "mustRegexReplaceAll": _replace_all(compiled),
    "mustRegexReplaceAllLiteral": _replace_literal(compiled),
    "mustRegexSplit": _split(compiled),
    "regexFind": _find(_panicking),
    "regexFindAll": _find_all(_panicking),
    "regexMatch": regex_match,
    "regexQuoteMeta": quote_meta,
    "regexReplaceAll": _replace_all(_panicking),
    "regexReplaceAllLiteral": _replace_literal(_panicking),
    "regexSplit": _split(_panicking),
}
