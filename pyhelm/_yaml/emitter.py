"""Writing YAML as go-yaml v2's emitter does behind sigs.k8s.io/yaml: Helm's `toYaml`.

Keys are sorted naturally, lists are not indented in maps, plain and quoted text folds at the first
space past column 80, and what would come back as something else is quoted.
"""

from __future__ import annotations

from pyhelm._dataclass import dataclass
from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Any
from pyhelm._yaml.numbers import Int64, Pointed, float_text, json_number
from pyhelm._yaml.scalars import needs_quotes, resolve, whole_text

WIDTH = 80
SIMPLE_KEY = 128
"""Bytes of the longest key that stands before its colon on one line; longer ones take `? `."""

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SAFE_FIRST = frozenset(f"{_LETTERS}_/$(")
_SAFE = f"{_LETTERS}0123456789_./$()@=+-"
_BREAKS = "\n\r\x85\u2028\u2029"
_SPECIAL = lazy_pattern(
    "[\0-\t\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff\U00010000-\U0010ffff]"
)
"""Said by what it is: compiling what it is not takes 5 ms."""
_INDICATOR_FIRST = frozenset("#,[]{}&*!|>'\"%@`")
_BLANKS = " \t\n\r\x85\u2028\u2029"
_FLOW_INDICATORS = frozenset(",?[]{}:")
_LINE_BREAKS = lazy_pattern("([\n\r\x85\u2028\u2029])")
_EDGES = frozenset(" \n\r\x85\u2028\u2029")
_BREAK_SPACE = lazy_pattern("[\n\r\x85\u2028\u2029] ")
_SPACE_BREAK = lazy_pattern(" [\n\r\x85\u2028\u2029]")
_DIGITS = lazy_pattern(r"\d+")
_ESCAPES = {
    "\0": "0",
    "\x07": "a",
    "\x08": "b",
    "\t": "t",
    "\n": "n",
    "\x0b": "v",
    "\x0c": "f",
    "\r": "r",
    "\x1b": "e",
    '"': '"',
    "\\": "\\",
    "\x85": "N",
    "\u2028": "L",
    "\u2029": "P",
}


class Quoted(str):
    """Text that is always written in double quotes."""

    __slots__ = ()


class Plain(str):
    """Text that is written as it is: a time, which YAML has without quotes."""

    __slots__ = ()


def dump(value: Any) -> str:
    """`value` (dicts, lists, text, numbers, booleans, None) as a YAML document with its newline.

    Raises ValueError for other types, NaN and infinities, as Go's encoding/json does.
    """
    out: list[str] = []
    if isinstance(value, dict) and value:
        _entries(out, value, 0)
    elif isinstance(value, list | tuple) and value:
        _items(out, value, 0)
    else:
        out.append(_leaf(value, 0, 2))
    out.append("\n")
    return "".join(out)


def scalar(text: str, *, in_flow: bool = False) -> str:
    """One string on one line: plain where it comes back as the same string, else quoted."""
    if _is_safe(text) and not needs_quotes(text):
        return text
    shape = Shape.of(text)
    if shape.line_breaks or needs_quotes(text) or text == "<<":
        return _double(text)
    if shape.flow_plain if in_flow else shape.block_plain:
        return text
    return _single(text) if shape.single else _double(text)


def quoted(text: str) -> str:
    """One string in double quotes, on one line, with YAML's escapes."""
    return _double(text)


def flow(value: Any) -> str:
    """`value` in flow style on one line, for places where only that may stand."""
    if isinstance(value, dict):
        pairs = (f"{scalar(str(key), in_flow=True)}: {flow(value[key])}" for key in _sorted(value))
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(each) for each in value) + "]"
    return scalar(value, in_flow=True) if isinstance(value, str) else _bare(value)


def _entries(out: list[str], mapping: dict[Any, Any], here: int) -> None:
    """The pairs of a mapping; the line already stands at column `here`."""
    for index, key in enumerate(_sorted(mapping)):
        if index:
            out.append("\n" + " " * here)
        name, value = key if isinstance(key, str) else str(key), mapping[key]
        shape = None if _is_safe(name) else Shape.of(name)
        long = len(name) > SIMPLE_KEY // 4 and len(name.encode("utf-8", "replace")) > SIMPLE_KEY
        if long or (shape is not None and shape.line_breaks):
            out.append(f"? {_text(name, here + 2, here + 2)}\n{' ' * here}:")
            _after_mark(out, value, here)
            continue
        name = name + ":" if shape is None and not needs_quotes(name) else _key(name) + ":"
        out.append(name)
        _after_key(out, value, here, here + len(name))


def _items(out: list[str], sequence: list[Any] | tuple[Any, ...], here: int) -> None:
    """The items of a list; the line already stands at column `here`."""
    for index, value in enumerate(sequence):
        if index:
            out.append("\n" + " " * here)
        out.append("-")
        _after_mark(out, value, here)


def _after_key(out: list[str], value: Any, here: int, column: int) -> None:
    """What follows `key:`: a mapping goes below and in, a list below at the key's own column."""
    if isinstance(value, dict) and value:
        out.append("\n" + " " * (here + 2))
        _entries(out, value, here + 2)
    elif isinstance(value, list | tuple) and value:
        out.append("\n" + " " * here)
        _items(out, value, here)
    else:
        out.append(" ")
        out.append(_leaf(value, column + 1, here + 2))


def _after_mark(out: list[str], value: Any, here: int) -> None:
    """What follows `-`, or the `:` of a long key, goes on on the same line."""
    out.append(" ")
    if isinstance(value, dict) and value:
        _entries(out, value, here + 2)
    elif isinstance(value, list | tuple) and value:
        _items(out, value, here + 2)
    else:
        out.append(_leaf(value, here + 2, here + 2))


def _leaf(value: Any, column: int, indent: int) -> str:
    if isinstance(value, str):
        return _text(value, column, indent)
    if isinstance(value, dict | list | tuple):
        empty = "{}" if isinstance(value, dict) else "[]"
        return "null" if hasattr(value, "is_nil") else empty
    return _bare(value)


def _bare(value: Any) -> str:
    """Numbers, booleans and null."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    raise ValueError(f"json: unsupported type: {type(value).__name__}")


def _number(value: float) -> str:
    """Through JSON text and back, as sigs.k8s.io/yaml does it: 1e+06 for floats, ints in full."""
    if isinstance(value, Int64 | Pointed):
        return json_number(value)
    text = json_number(value)
    if text in ("NaN", "+Inf", "-Inf"):
        raise ValueError(f"json: unsupported value: {text}")
    back = resolve(text)
    return float_text(back) if isinstance(back, float) else str(back)


def _text(text: str, column: int, indent: int) -> str:
    """A string whose text starts at `column`; its other lines stand at `indent`."""
    if isinstance(text, Quoted):
        return _double(text)
    if _is_safe(text) and not needs_quotes(text):
        return text
    text = whole_text(text)
    shape = Shape.of(text)
    if "\n" in text:
        return _literal(text, indent) if shape.block else _double(text, column, indent)
    if needs_quotes(text):
        return _double(text, column, indent)
    if shape.block_plain:
        return _wrap(list(text), column, indent)
    return _single(text, column, indent) if shape.single else _double(text, column, indent)


def _key(name: str) -> str:
    """A key on one line, which is never folded."""
    if name == "<<":
        return name if isinstance(name, Plain) else _double(name)
    name = whole_text(name)
    shape = Shape.of(name)
    if needs_quotes(name) or isinstance(name, Quoted):
        return _double(name)
    if shape.block_plain:
        return name
    return _single(name) if shape.single else _double(name)


def _literal(text: str, indent: int) -> str:
    """A literal block; the newline that the next line starts with is left to the caller."""
    hint = "2" if text[0] in " \n\u2028\u2029" else ""
    body = text[:-1] if text[-1] in _BREAKS else text
    chomp = "-" if body == text else "+" if not body or body[-1] in _BREAKS else ""
    if text.isascii() and "\r" not in text:
        padded_lines = (" " * indent + line if line else line for line in body.split("\n"))
        return f"|{hint}{chomp}\n" + "\n".join(padded_lines)
    lines = _LINE_BREAKS.split(body)
    padded = (
        line if _LINE_BREAKS.fullmatch(line) or not line else " " * indent + line for line in lines
    )
    return f"|{hint}{chomp}\n" + "".join(padded)


def _single(text: str, column: int = 0, indent: int = 0) -> str:
    units = ["''" if char == "'" else char for char in text]
    if indent and ("\u2028" in text or "\u2029" in text):
        units = _indented_after_breaks(units, indent)
    return "'" + _wrap(units, column + 1, indent, quoted=True) + "'"


def _indented_after_breaks(units: list[str], indent: int) -> list[str]:
    """Unicode's own line breaks start lines too."""
    before = ["", *units[:-1]]
    breaks = "\u2028\u2029"
    return [
        " " * indent + unit if last and last in breaks and unit not in breaks else unit
        for last, unit in zip(before, units, strict=True)
    ]


def _double(text: str, column: int = 0, indent: int = 0) -> str:
    # Helm: where the first character is a byte-order mark, all are written as their codes.
    escaped = _code if text.startswith("\ufeff") else _escaped
    units = [escaped(char) for char in text]
    return '"' + _wrap(units, column + 1, indent, quoted=True, escapes=True) + '"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return "\\" + _ESCAPES[char]
    return _code(char) if _SPECIAL.match(char) else char


def _code(char: str) -> str:
    if char in _ESCAPES:
        return "\\" + _ESCAPES[char]
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def _wrap(
    units: list[str], column: int, indent: int, *, quoted: bool = False, escapes: bool = False
) -> str:
    """Characters as they are written, folded at single spaces past the width.

    An `indent` of 0 means a key, which stays on its line.
    """
    if not indent or column + sum(map(len, units)) <= WIDTH:
        return "".join(units)
    out: list[str] = []
    after_space = False
    last = len(units) - 1
    for index, unit in enumerate(units):
        if unit != " ":
            out.append(unit)
            column += len(unit)
            after_space = False
            continue
        inside = not quoted or 0 < index < last
        before_space = index < last and units[index + 1] == " "
        if inside and not after_space and column > WIDTH and (escapes or not before_space):
            out.append("\n" + " " * indent + ("\\" if before_space else ""))
            column = indent + before_space
        else:
            out.append(unit)
            column += 1
        after_space = True
    return "".join(out)


@dataclass(frozen=True, slots=True)
class Shape:
    """Which styles a string may be written in (libyaml's yaml_emitter_analyze_scalar)."""

    line_breaks: bool
    flow_plain: bool
    block_plain: bool
    single: bool
    block: bool

    @classmethod
    def of(cls, text: str) -> Shape:
        """Look at the text once."""
        if not text:
            return cls(False, False, True, True, False)
        # Nearly all text is ASCII, and done without `re`.
        if text.isascii() and text.replace("\n", "").isprintable():
            special, breaks = False, "\n" in text
            break_space, space_break = "\n " in text, " \n" in text
        else:
            special = _SPECIAL.search(text) is not None
            breaks = _LINE_BREAKS.search(text) is not None
            break_space = breaks and _BREAK_SPACE.search(text) is not None
            space_break = breaks and _SPACE_BREAK.search(text) is not None
        edges = text[0] in _EDGES or text[-1] in _EDGES
        mixed = special or space_break
        block_mark = _has_block_indicator(text)
        flow_mark = block_mark or text[0] in "?:" or not _FLOW_INDICATORS.isdisjoint(text[1:])
        plain = not (edges or break_space or mixed or breaks)
        return cls(
            line_breaks=breaks,
            flow_plain=plain and not flow_mark,
            block_plain=plain and not block_mark,
            single=not (break_space or mixed),
            block=not (text[-1] == " " or mixed),
        )


def _is_safe(text: str) -> bool:
    """Whether all its characters are harmless, for certain and without looking at their order."""
    return text[:1] in _SAFE_FIRST and not text.strip(_SAFE)


def _has_block_indicator(text: str) -> bool:
    first, followed = text[0], len(text) == 1 or text[1] in " \t"
    return (
        text.startswith(("---", "..."))
        or first in _INDICATOR_FIRST
        or (first in "?-" and followed)
        or (":" in text and (text[-1] == ":" or ": " in text or ":\t" in text))
        or ("#" in text and any(f"{blank}#" in text for blank in _BLANKS))
    )


def _sorted(mapping: dict[Any, Any]) -> list[Any]:
    """A mapping's keys in go-yaml's natural order."""
    if all(isinstance(key, str) and not key.strip(_LETTERS) for key in mapping):
        return sorted(mapping)
    return sorted(mapping, key=_Natural)


class _Natural:
    """A key, in the order of `_compare`."""

    __slots__ = ("text",)

    def __init__(self, key: Any) -> None:
        self.text = str(key)

    def __lt__(self, other: _Natural) -> bool:
        return _compare(self.text, other.text) < 0


def _compare(one: str, other: str) -> int:
    """Letters after all else; runs of digits by their number (a1, a2, a10)."""
    for index, (a, b) in enumerate(zip(one, other, strict=False)):
        if a == b:
            continue
        if a.isalpha() or b.isalpha():
            both = a.isalpha() and b.isalpha()
            return (-1 if a < b else 1) if both else (-1 if b.isalpha() else 1)
        return _compare_digits(one, other, index)
    return len(one) - len(other)


def _compare_digits(one: str, other: str, index: int) -> int:
    left, right = _DIGITS.match(one, index), _DIGITS.match(other, index)
    head = "1" if "0" in (one[index], other[index]) and _after_digit(one, index) else ""
    first = int((head + left[0]) if left else head or "0")
    second = int((head + right[0]) if right else head or "0")
    if first != second:
        return first - second
    ends = (left.end() if left else index) - (right.end() if right else index)
    return ends or (-1 if one[index] < other[index] else 1)


def _after_digit(text: str, index: int) -> bool:
    """Whether the run of digits before `index` has one that is not zero."""
    while index and text[index - 1].isdecimal():
        index -= 1
        if text[index] != "0":
            return True
    return False
