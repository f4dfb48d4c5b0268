"""Strings: cutting, casing, quoting, regular expressions (RE2), random text."""

from __future__ import annotations

import random
import re
import secrets
import string
from collections.abc import Callable, Iterable
from typing import Any

from pyhelm import _yaml
from pyhelm.engine.functions import FunctionError

LIMIT = 16 * 1024 * 1024
"""Characters that one function may make."""


def to_text(value: Any) -> str:
    """A value as Sprig's strval prints it."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _yaml.float_text(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, dict):
        inner = " ".join(f"{key}:{to_text(value[key])}" for key in sorted(value))
        return f"map[{inner}]"
    if isinstance(value, list | tuple):
        return "[" + " ".join(to_text(each) for each in value) + "]"
    return str(value)


def bounded(length: int, what: str) -> None:
    """Refuse to make text beyond the limit."""
    if length > LIMIT:
        raise FunctionError(f"{what}: {length} characters are more than the limit of {LIMIT}")


def trunc(count: int, text: Any) -> str:
    """The first `count` characters, or the last ones if it is negative."""
    shown = to_text(text)
    return shown[count:] if count < 0 else shown[:count]


def indent(spaces: int, text: Any) -> str:
    """Every line behind so many blanks."""
    shown = to_text(text)
    bounded(spaces * (shown.count("\n") + 1), "indent")
    pad = " " * spaces
    return pad + shown.replace("\n", "\n" + pad)


def nindent(spaces: int, text: Any) -> str:
    """`indent` on a new line."""
    return "\n" + indent(spaces, text)


def quote(*values: Any) -> str:
    """Each value in double quotes, escaped as in Go; nulls are left out."""
    return " ".join(_go_quote(to_text(each)) for each in values if each is not None)


def _go_quote(text: str) -> str:
    return _yaml.to_json(text, escape_html=False)


def squote(*values: Any) -> str:
    """Each value in single quotes; nulls are left out."""
    return " ".join(f"'{to_text(each)}'" for each in values if each is not None)


def cat(*values: Any) -> str:
    """The values that are not null, with blanks between."""
    return " ".join(to_text(each) for each in values if each is not None)


def repeat(count: int, text: Any) -> str:
    """The text so many times."""
    shown = to_text(text)
    bounded(len(shown) * max(count, 0), "repeat")
    return shown * count


def substr(start: int, end: int, text: str) -> str:
    """From `start` to before `end`; a negative one means the edge."""
    if start < 0:
        return text[:end]
    return text[start:] if end < 0 or end > len(text) else text[start:end]


def split(separator: str, text: str) -> dict[str, str]:
    """The parts under `_0`, `_1`, …"""
    return {f"_{n}": part for n, part in enumerate(_parts(separator, text))}


def splitn(separator: str, count: int, text: str) -> dict[str, str]:
    """At most `count` parts under `_0`, `_1`, …"""
    return {f"_{n}": part for n, part in enumerate(text.split(separator, count - 1))}


def _parts(separator: str, text: str) -> list[str]:
    return text.split(separator) if separator else list(text)


def join(separator: str, values: Any) -> str:
    """The values as text with a separator between; nulls are left out."""
    return separator.join(_strings(values))


def _strings(values: Any) -> list[str]:
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        return [to_text(values)]
    return [to_text(each) for each in values if each is not None]


def title(text: str) -> str:
    """The first letter of each word in upper case."""
    return re.sub(r"(?<![^\W_])[^\W\d_]", lambda m: m[0].upper(), text)


def untitle(text: str) -> str:
    """The first letter of each word in lower case."""
    return re.sub(r"(?:^|(?<=\s))\S", lambda m: m[0].lower(), text)


def abbrev(width: int, text: str) -> str:
    """At most `width` characters, the last three of them dots when it is cut."""
    if width < 4 or len(text) <= width:
        return text
    return text[: width - 3] + "..."


def abbrevboth(left: int, right: int, text: str) -> str:
    """Cut on both sides."""
    if right < 4 or (left > 0 and right < 7) or len(text) <= right:
        return text
    if left <= 4:
        return text[: right - 3] + "..."
    if left + right - 3 < len(text):
        return "..." + abbrev(right - 3, text[left:])
    return "..." + text[len(text) - (right - 3) :]


def initials(text: str) -> str:
    """The first letter of each word."""
    return "".join(word[0] for word in text.split())


def wrap_with(width: int, separator: str, text: str) -> str:
    """Words joined to lines of at most `width` characters, long words broken."""
    width = max(width, 1)
    lines: list[str] = []
    at = 0
    while len(text) - at > width:
        if text[at] == " ":
            at += 1
            continue
        space = text.rfind(" ", at, at + width + 1)
        end = space if space >= at else at + width
        lines.append(text[at:end])
        at = end + (space >= at)
    return separator.join([*lines, text[at:]])


def snakecase(text: str) -> str:
    """`FirstName` as `first_name`."""
    return _words(text, "_")


def kebabcase(text: str) -> str:
    """`FirstName` as `first-name`."""
    return _words(text, "-")


def _words(text: str, separator: str) -> str:
    spaced = re.sub(r"([A-Z]+)([A-Z][a-z])|([a-z\d])([A-Z])", r"\1\3 \2\4", text)
    return re.sub(r"[\s_-]+", separator, spaced).lower()


def camelcase(text: str) -> str:
    """`http_server` as `HttpServer`."""
    return re.sub(r"(?:^|[\s_-]+)(\w)", lambda m: m[1].upper(), text)


def plural(one: str, many: str, count: int) -> str:
    """One form or the other."""
    return one if count == 1 else many


def shuffle(text: str) -> str:
    """The characters in another order."""
    return "".join(random.sample(text, len(text)))


def _random(alphabet: str) -> Callable[[int], str]:
    def make(count: int) -> str:
        bounded(count, "random text")
        return "".join(secrets.choice(alphabet) for _ in range(count))

    return make


def _re2(pattern: str) -> Any:
    """A compiled expression; Python's own engine differs from Go's and can be made to hang."""
    try:
        import re2
    except ImportError as exc:
        raise FunctionError("regular expressions need google-re2: pip install google-re2") from exc
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options=options)
    except re2.error as exc:
        raise FunctionError(f"error parsing regexp: {exc}: `{pattern}`") from exc


def regex_match(pattern: str, text: str) -> bool:
    """Whether the expression occurs; a bad one never does."""
    try:
        return _re2(pattern).search(text) is not None
    except FunctionError:
        return False


def regex_find(pattern: str, text: str) -> str:
    """The first match, or nothing."""
    found = _re2(pattern).search(text)
    return found.group(0) if found else ""


def regex_find_all(pattern: str, text: str, count: int) -> list[str]:
    """All matches, or the first `count`."""
    found = [match.group(0) for match in _re2(pattern).finditer(text)]
    return found if count < 0 else found[:count]


def regex_replace_all(pattern: str, text: str, replacement: str) -> str:
    """Matches replaced, `${1}` and `$name` being groups."""
    compiled = _re2(pattern)

    def expand(match: Any) -> str:
        return re.sub(r"\$(?:(\$)|\{(\w+)\}|(\w+))", lambda m: _group(match, m), replacement)

    return str(compiled.sub(expand, text))


def _group(match: Any, reference: re.Match[str]) -> str:
    if reference[1]:
        return "$"
    name = reference[2] or reference[3]
    try:
        return match.group(int(name) if name.isdigit() else name) or ""
    except (IndexError, KeyError):
        return ""


def regex_replace_all_literal(pattern: str, text: str, replacement: str) -> str:
    """Matches replaced by the text as it is."""
    return str(_re2(pattern).sub(lambda match: replacement, text))


def regex_split(pattern: str, text: str, count: int) -> list[str]:
    """The text between matches, at most `count` pieces."""
    if count == 0:
        return []
    pieces: list[str] = []
    at = 0
    for match in _re2(pattern).finditer(text):
        if count > 0 and len(pieces) == count - 1:
            break
        if match.end() == 0:
            continue
        pieces.append(text[at : match.start()])
        at = match.end()
    return [*pieces, text[at:]]


def sort_alpha(values: Any) -> list[str]:
    """As text, sorted."""
    return sorted(_strings(values))


def printf(template: str, *values: Any) -> str:
    """Go's Sprintf for the verbs that charts use: %s %v %d %q %t %x %f %e %g %T %%."""
    rest = list(values)

    def one(match: re.Match[str]) -> str:
        flags, width, precision, verb = match.groups()
        if verb == "%":
            return "%"
        if not rest:
            return f"%!{verb}(MISSING)"
        bounded(int(width or 0) + int((precision or ".0")[1:] or 0), "printf")
        return _pad(_verb(verb, precision, flags, rest.pop(0)), flags, int(width or 0))

    text = re.sub(r"%([-+# 0]*)(\d+)?(\.\d*)?([a-zA-Z%])", one, template)
    if rest:
        text += "%!(EXTRA " + ", ".join(f"{_kind(v)}={to_text(v)}" for v in rest) + ")"
    return text


def _verb(verb: str, precision: str | None, flags: str, value: Any) -> str:
    digits = int(precision[1:] or 0) if precision else None
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if verb in "sv":
        text = "<nil>" if value is None else to_text(value)
        return text[:digits] if digits is not None and verb == "s" else text
    if verb == "d" and isinstance(value, int) and not isinstance(value, bool):
        return f"{value:+d}" if "+" in flags else str(int(value))
    if verb == "q":
        return _go_quote(to_text(value))
    if verb == "t" and isinstance(value, bool):
        return to_text(value)
    if verb in "xX" and isinstance(value, int):
        return f"{value:{verb}}"
    if verb in "xX" and isinstance(value, str):
        return value.encode().hex() if verb == "x" else value.encode().hex().upper()
    if verb in "fFeE" and number:
        return f"{value:.{6 if digits is None else digits}{verb}}"
    if verb == "g" and number:
        return _yaml.float_text(float(value))
    if verb == "T":
        return _kind(value)
    return f"%!{verb}({_kind(value)}={to_text(value)})"


def _pad(text: str, flags: str, width: int) -> str:
    if "-" in flags:
        return text.ljust(width)
    if "0" in flags and text.lstrip("+-").replace(".", "").isdigit():
        return text.zfill(width)
    return text.rjust(width)


def _kind(value: Any) -> str:
    names = {bool: "bool", int: "int", float: "float64", str: "string", type(None): "<nil>"}
    collection = "map[string]interface {}" if isinstance(value, dict) else "[]interface {}"
    return names.get(type(value), collection)


def print_(*values: Any) -> str:
    """The values as text, with blanks between two that are no strings."""
    out = ""
    for index, value in enumerate(values):
        blank = index and not isinstance(value, str) and not isinstance(values[index - 1], str)
        out += (" " if blank else "") + ("<nil>" if value is None else to_text(value))
    return out


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abbrev": abbrev,
    "abbrevboth": abbrevboth,
    "camelcase": camelcase,
    "cat": cat,
    "contains": lambda needle, text: needle in text,
    "hasPrefix": lambda prefix, text: text.startswith(prefix),
    "hasSuffix": lambda suffix, text: text.endswith(suffix),
    "indent": indent,
    "initials": initials,
    "join": join,
    "kebabcase": kebabcase,
    "lower": lambda text: to_text(text).lower(),
    "nindent": nindent,
    "nospace": lambda text: "".join(text.split()),
    "plural": plural,
    "print": print_,
    "printf": printf,
    "println": lambda *values: " ".join(to_text(each) for each in values) + "\n",
    "quote": quote,
    "randAlpha": _random(string.ascii_letters),
    "randAlphaNum": _random(string.ascii_letters + string.digits),
    "randAscii": _random("".join(map(chr, range(32, 127)))),
    "randNumeric": _random(string.digits),
    "regexFind": regex_find,
    "regexFindAll": regex_find_all,
    "regexMatch": regex_match,
    "regexQuoteMeta": lambda text: re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", text),
    "regexReplaceAll": regex_replace_all,
    "regexReplaceAllLiteral": regex_replace_all_literal,
    "regexSplit": regex_split,
    "repeat": repeat,
    "replace": lambda old, new, text: text.replace(old, new),
    "shuffle": shuffle,
    "snakecase": snakecase,
    "sortAlpha": sort_alpha,
    "split": split,
    "splitList": lambda separator, text: _parts(separator, text),
    "splitn": splitn,
    "squote": squote,
    "substr": substr,
    "swapcase": lambda text: text.swapcase(),
    "title": title,
    "toString": to_text,
    "toStrings": _strings,
    "trim": lambda text: to_text(text).strip(),
    "trimAll": lambda cutset, text: text.strip(cutset),
    "trimall": lambda cutset, text: text.strip(cutset),
    "trimPrefix": lambda prefix, text: to_text(text).removeprefix(prefix),
    "trimSuffix": lambda suffix, text: to_text(text).removesuffix(suffix),
    "trunc": trunc,
    "untitle": untitle,
    "upper": lambda text: to_text(text).upper(),
    "wrap": lambda width, text: wrap_with(width, "\n", text),
    "wrapWith": wrap_with,
}
