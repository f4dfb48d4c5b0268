"""Strings: cutting, joining, quoting, trimming.

Go's strings are bytes: what counts or cuts them does so in bytes for Go's templates, in characters
for Jinja's.
"""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._typing import Any, Callable, Iterable, Sequence
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.fmt import quote as go_quote
from pyhelm.engine.functions.fmt import show
from pyhelm.engine.functions.limits import bounded
from pyhelm.engine.functions.quoting import from_octets, octets
from pyhelm.engine.gotypes import Byte, StringMap, Strings

SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""What Go's unicode.IsSpace knows (Python's strip takes four control characters more)."""


def to_text(value: Any) -> str:
    """A value as text for Jinja: nothing for null, natural numbers."""
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
    return value.go_format() if hasattr(value, "go_format") else str(value)


def strval(value: Any) -> str:
    """A value as Sprig's strval has it: text and bytes as they are, all else as `%v`."""
    if type(value) is str:
        return value
    return from_octets(value) if isinstance(value, bytes) else show(value)


def bytewise(function: Callable[..., str]) -> Callable[..., str]:
    """A function on characters that works on the bytes of text that is not ASCII."""

    def cut(*arguments: Any) -> str:
        texts = [each for each in arguments if each.__class__ is str]
        if "".join(texts).isascii():
            return function(*arguments)
        latin = (octets(a).decode("latin-1") if isinstance(a, str) else a for a in arguments)
        return from_octets(function(*latin).encode("latin-1"))

    cut.__doc__ = function.__doc__
    return cut


def trunc(count: int, text: str) -> str:
    """The first `count` characters, or the last ones if it is negative."""
    return text[count:] if count < 0 else text[:count]


def trunc_bytes(count: int, text: str) -> str:
    """`trunc` in bytes."""
    if text.isascii():
        return text[count:] if count < 0 else text[:count]
    return from_octets(octets(text)[count:] if count < 0 else octets(text)[:count])


def indent(spaces: int, text: str) -> str:
    """Every line behind so many blanks."""
    _positive(spaces)
    if spaces > 64 or len(text) > 65536:
        bounded(spaces * (text.count("\n") + 1) + len(text), "indent")
    pad = " " * spaces
    return pad + text.replace("\n", "\n" + pad)


def nindent(spaces: int, text: str) -> str:
    """`indent` on a new line."""
    return "\n" + indent(spaces, text)


def repeat(count: int, text: str) -> str:
    """The text so many times."""
    _positive(count)
    bounded(len(text) * count, "repeat")
    return text * count


def _positive(count: int) -> None:
    if count < 0:
        raise FunctionError("strings: negative Repeat count")


def replace(old: str, new: str, text: str) -> str:
    """Every occurrence replaced; an empty one is between all characters."""
    if (len(text) + 1) * len(new) > 65536:
        bounded(len(text) + (text.count(old) + 1) * len(new), "replace")
    return text.replace(old, new)


def substr(start: int, end: int, text: str) -> str:
    """From `start` to before `end`; a negative start means the beginning."""
    size = len(text)
    if start < 0:
        if not 0 <= end <= size:
            raise FunctionError(_out_of_range(f":{end}", end, size))
        return text[:end]
    if end < 0 or end > size:
        if start > size:
            raise FunctionError(f"runtime error: slice bounds out of range [{start}:{size}]")
        return text[start:]
    if start > end:
        raise FunctionError(f"runtime error: slice bounds out of range [{start}:{end}]")
    return text[start:end]


def _out_of_range(bounds: str, end: int, size: int) -> str:
    length = f" with length {size}" if end > size else ""
    return f"runtime error: slice bounds out of range [{bounds}]{length}"


def substr_lenient(start: int, end: int, text: str) -> str:
    """From `start` to before `end`; a negative one means the edge."""
    if start < 0:
        return text[:end]
    return text[start:] if end < 0 or end > len(text) else text[start:end]


def joined(separator: str, texts: Sequence[str], what: str) -> str:
    """Texts with a separator between, bounded."""
    bounded(sum(map(len, texts)) + len(separator) * len(texts), what)
    return separator.join(texts)


def quote(*values: Any) -> str:
    """Each value in double quotes, escaped as in Go; nulls are left out."""
    return " ".join([go_quote(strval(each)) for each in values if each is not None])


def squote(*values: Any) -> str:
    """Each value in single quotes; nulls are left out."""
    return " ".join([f"'{show(each)}'" for each in values if each is not None])


def cat(*values: Any) -> str:
    """The values that are not null, with blanks between."""
    return joined(" ", [show(each) for each in values if each is not None], "cat")


def to_strings(value: Any) -> Strings:
    """A list's items as text without the nulls; another value as a list of one."""
    if type(value) is Strings:
        return value
    if isinstance(value, bytes):
        value = [Byte(each) for each in value]
    if isinstance(value, list):
        return Strings([strval(each) for each in value if each is not None])
    return Strings([] if value is None else [strval(value)])


def join(separator: str, values: Any) -> str:
    """The values as text with a separator between; nulls are left out."""
    return joined(separator, to_strings(values), "join")


def sort_alpha(values: Any) -> Strings:
    """As text, sorted by bytes; Go sorts a list of strings in place."""
    if not isinstance(values, list | bytes):
        return Strings([strval(values)])
    texts = to_strings(values)
    texts.sort(key=None if all(text.isascii() for text in texts) else octets)
    return texts


def split_list(separator: str, text: str) -> Strings:
    """The parts between separators; without one, the characters."""
    return Strings(parts(separator, text))


def split(separator: str, text: str) -> StringMap:
    """The parts under `_0`, `_1`, …"""
    return StringMap({f"_{n}": part for n, part in enumerate(parts(separator, text))})


def splitn(separator: str, count: int, text: str) -> StringMap:
    """At most `count` parts under `_0`, `_1`, …; all of them if it is negative."""
    if count == 0:
        return StringMap()
    if separator:
        found = text.split(separator, -1 if count < 0 else count - 1)
    else:
        cut = len(text) if count < 0 else count - 1
        found = [*text[:cut], *([text[cut:]] if text[cut:] else [])]
    return StringMap({f"_{n}": part for n, part in enumerate(found)})


def parts(separator: str, text: str) -> list[str]:
    """Go's strings.Split."""
    return text.split(separator) if separator else list(text)


def upper(text: str) -> str:
    """In upper case, each character alone."""
    return text.upper() if text.isascii() else "".join(map(upper_char, text))


def lower(text: str) -> str:
    """In lower case, each character alone."""
    return text.lower() if text.isascii() else "".join(map(lower_char, text))


def upper_char(char: str) -> str:
    """Go's unicode.ToUpper, which never makes two characters of one."""
    made = char.upper()
    if len(made) != 1:
        made = char.title() if len(char.title()) == 1 else char
    return "\ufffd" if "\ud800" <= char <= "\udfff" else made


def lower_char(char: str) -> str:
    """Go's unicode.ToLower, which never makes two characters of one."""
    return "\ufffd" if "\ud800" <= char <= "\udfff" else char.lower()[:1]


def nospace(text: str) -> str:
    """Without white space."""
    return text if text.isalnum() else "".join(char for char in text if char not in SPACES)


def nospace_bytes(text: str) -> str:
    """Without white space; what is not ASCII is taken byte by byte, and spoilt (as in Sprig)."""
    if text.isascii():
        return nospace(text)
    latin = octets(text).decode("latin-1")
    made = nospace(latin)
    return text if len(made) == len(latin) else made


def plural(one: str, many: str, count: int) -> str:
    """One form or the other."""
    return one if count == 1 else many


def _lenient(function: Callable[..., str], texts: int = 1) -> Callable[..., str]:
    """For Jinja: the last arguments may be of any type."""

    def call(*arguments: Any) -> str:
        kept, rest = arguments[:-texts], arguments[-texts:]
        return function(*kept, *map(to_text, rest))

    return call


def _strings(values: Any) -> list[str]:
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        return [to_text(values)]
    return [to_text(each) for each in values if each is not None]


def _repeat_lenient(count: int, text: Any) -> str:
    return repeat(max(count, 0), to_text(text))


def _json_quoted(*values: Any) -> str:
    shown = (_yaml.to_json(to_text(v), escape_html=False) for v in values if v is not None)
    return " ".join(shown)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "cat": lambda *values: joined(" ", [to_text(v) for v in values if v is not None], "cat"),
    "contains": lambda needle, text: needle in text,
    "hasPrefix": lambda prefix, text: text.startswith(prefix),
    "hasSuffix": lambda suffix, text: text.endswith(suffix),
    "indent": _lenient(indent),
    "join": lambda separator, values: joined(separator, _strings(values), "join"),
    "lower": _lenient(lower),
    "nindent": _lenient(nindent),
    "nospace": nospace,
    "plural": plural,
    "quote": _json_quoted,
    "repeat": _repeat_lenient,
    "replace": replace,
    "sortAlpha": lambda values: sorted(_strings(values)),
    "split": lambda separator, text: dict(split(separator, text)),
    "splitList": parts,
    "splitn": lambda separator, count, text: dict(splitn(separator, count, text)),
    "squote": lambda *values: " ".join(f"'{to_text(v)}'" for v in values if v is not None),
    "substr": substr_lenient,
    "toString": to_text,
    "toStrings": _strings,
    "trim": lambda text: to_text(text).strip(SPACES),
    "trimAll": lambda cutset, text: text.strip(cutset),
    "trimall": lambda cutset, text: text.strip(cutset),
    "trimPrefix": lambda prefix, text: to_text(text).removeprefix(prefix),
    "trimSuffix": lambda suffix, text: to_text(text).removesuffix(suffix),
    "trunc": _lenient(trunc),
    "upper": _lenient(upper),
}

GO_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "cat": cat,
    "indent": indent,
    "join": join,
    "lower": lower,
    "nindent": nindent,
    "nospace": nospace_bytes,
    "quote": quote,
    "repeat": repeat,
    "sortAlpha": sort_alpha,
    "split": split,
    "splitList": split_list,
    "splitn": splitn,
    "squote": squote,
    "substr": bytewise(substr),
    "toString": strval,
    "toStrings": to_strings,
    "trim": lambda text: text.strip(SPACES),
    "trimPrefix": lambda prefix, text: text.removeprefix(prefix),
    "trimSuffix": lambda suffix, text: text.removesuffix(suffix),
    "trunc": trunc_bytes,
    "upper": upper,
}
