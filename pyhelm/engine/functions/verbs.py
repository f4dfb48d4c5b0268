"""One value under one verb of Go's fmt: `%v`, `%d`, `%-8.3q`, with its errors (`%!d(string=x)`).

Objects beside Go's basic types say what they are with `go_type` and `go_kind`; a method
`go_format()` is their String(), `go_fields()` the names and values of a struct.
"""

from __future__ import annotations

import math

from pyhelm._typing import Any, Mapping
from pyhelm._yaml import float_text
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.quoting import (
    can_backquote,
    from_octets,
    is_rune,
    octets,
    quote,
    quote_rune,
)
from pyhelm.engine.gotypes import TYPES, Byte, kind_name, type_name

STRINGABLE = "vsxXq"
"""The verbs for which a value's own text is taken."""

LIMIT = 16 * 1024 * 1024
"""Characters that one call may make."""

DEEPEST = 150
"""How deep values may be nested; Go would print until its stack is full."""


class Spec:
    """What stands between `%` and the verb, and how the printing goes."""

    __slots__ = (
        *("sharp", "zero", "plus", "minus", "space", "sharp_v", "plus_v", "width", "precision"),
        *("erring", "natural", "made"),
    )

    def __init__(self, *, natural: bool = False) -> None:
        self.sharp = self.zero = self.plus = self.minus = self.space = False
        self.sharp_v = self.plus_v = self.erring = False
        self.natural = natural
        self.width: int | None = None
        self.precision: int | None = None
        self.made = 0

    def is_plain(self) -> bool:
        """Whether nothing is asked of numbers but to be shown."""
        asked = self.sharp or self.plus or self.space
        return not asked and self.width is None and self.precision is None

    def grow(self, size: int) -> None:
        """Count what a width or precision makes; raises FunctionError beyond the limit."""
        self.made += size
        if self.made > LIMIT:
            raise FunctionError(f"printf: the text is longer than the limit of {LIMIT} characters")


def go_type(value: Any) -> str:
    """Go's name of a value's type; a subclass of a basic type has that one's."""
    if type(value) in TYPES or hasattr(value, "go_type"):
        return type_name(value)
    return next((TYPES[base][0] for base in type(value).__mro__ if base in TYPES), "struct {}")


def argument(value: Any, verb: str, spec: Spec) -> str:
    """An argument of printf under its verb."""
    if value is None:
        return pad("<nil>", spec) if verb in "Tv" else f"%!{verb}(<nil>)"
    if verb == "T":
        return pad(_cut(go_type(value), spec), spec)
    if verb == "p":
        return _address(value, spec)
    return shown(value, verb, spec, 0)


def shown(value: Any, verb: str, spec: Spec, depth: int) -> str:
    """A value at some depth of an argument."""
    if isinstance(value, str):
        return _text(value, verb, spec)
    if value is None:
        return _nil(verb, spec)
    if verb in STRINGABLE and not spec.sharp_v and not spec.erring and hasattr(value, "go_format"):
        return _text(str(value.go_format()), verb, spec)
    if isinstance(value, bool):
        return pad("true" if value else "false", spec) if verb in "tv" else bad(value, verb, spec)
    if isinstance(value, int):
        return _integer(value, verb, spec)
    if isinstance(value, float):
        return _float(value, verb, spec)
    if isinstance(value, complex):
        return _complex(value, verb, spec)
    if depth > DEEPEST:
        raise FunctionError(f"a value is nested deeper than {DEEPEST} levels")
    return _composite(value, verb, spec, depth)


def bad(value: Any, verb: str, spec: Spec) -> str:
    """The error for a verb that doesn't fit the value."""
    erring, spec.erring = spec.erring, True
    text = shown(value, "v", spec, 0)
    spec.erring = erring
    return f"%!{verb}({go_type(value)}={text})"


def pad(text: str, spec: Spec, *, zero: bool | None = None) -> str:
    """Text filled to the width, counted in characters."""
    width = spec.width
    if not width or len(text) >= width:
        return text
    spec.grow(width)
    if spec.minus:
        return text.ljust(width)
    return text.rjust(width, "0" if (spec.zero if zero is None else zero) else " ")


def _nil(verb: str, spec: Spec) -> str:
    return "interface {}(nil)" if spec.sharp_v else "<nil>"


def _cut(text: str, spec: Spec) -> str:
    return text if spec.precision is None else text[: spec.precision]


def _text(text: str, verb: str, spec: Spec) -> str:
    if verb == "s" or (verb == "v" and not spec.sharp_v):
        return pad(_cut(text, spec), spec)
    if verb in "vq":
        return _quoted(_cut(text, spec), spec)
    if verb in "xX":
        return _hex(octets(text), verb, spec)
    return bad(text, verb, spec)


def _quoted(text: str, spec: Spec) -> str:
    if spec.sharp and can_backquote(text):
        return pad(f"`{text}`", spec)
    return pad(quote(text, ascii_only=spec.plus), spec)


def _hex(data: bytes, verb: str, spec: Spec) -> str:
    if spec.precision is not None:
        data = data[: spec.precision]
    if not data:
        return pad("", spec)
    prefix = ("0X" if verb == "X" else "0x") if spec.sharp else ""
    digits = [f"{byte:02{verb}}" for byte in data]
    made = (" " + prefix).join(digits) if spec.space else "".join(digits)
    return pad(prefix + made, spec)


def _address(value: Any, spec: Spec) -> str:
    pointer = isinstance(value, dict | list | bytes) or go_type(value).startswith("*")
    if not pointer:
        return bad(value, "p", spec)
    sharp, spec.sharp = spec.sharp, not spec.sharp
    text = _digits(id(value), 16, "v", spec)
    spec.sharp = sharp
    return text


BASES = {"v": 10, "d": 10, "b": 2, "o": 8, "O": 8, "x": 16, "X": 16}


def _integer(value: int, verb: str, spec: Spec) -> str:
    if verb == "v" and spec.sharp_v and isinstance(value, Byte):
        sharp, spec.sharp = spec.sharp, True
        text = _digits(value, 16, "v", spec)
        spec.sharp = sharp
        return text
    base = BASES.get(verb)
    if base:
        return _digits(value, base, verb, spec)
    code = value % (1 << 64)
    if verb == "c":
        return pad(chr(code) if is_rune(code) else "\ufffd", spec)
    if verb == "q":
        return pad(quote_rune(code, ascii_only=spec.plus), spec)
    if verb == "U":
        return _unicode(code, spec)
    if spec.natural:
        fits = verb in "eEfFgG"
        return _float(float(value), verb, spec) if fits else _text(repr(+value), "s", spec)
    return bad(value, verb, spec)


def _digits(value: int, base: int, verb: str, spec: Spec) -> str:
    number = abs(value)
    least = 0
    if spec.precision is not None:
        least = spec.precision
        spec.grow(least)
        if least == 0 and number == 0:
            return " " * (spec.width or 0)
    elif spec.zero and not spec.minus and spec.width is not None:
        least = spec.width - (value < 0 or spec.plus or spec.space)
    code = {2: "b", 8: "o", 10: "d", 16: "X" if verb == "X" else "x"}[base]
    digits = format(number, code).rjust(least, "0")
    if spec.sharp:
        prefix = {2: "0b", 16: "0X" if verb == "X" else "0x"}.get(base, "")
        digits = prefix + ("0" if base == 8 and digits[0] != "0" else "") + digits
    if verb == "O":
        digits = "0o" + digits
    sign = "-" if value < 0 else "+" if spec.plus else " " if spec.space else ""
    return pad(sign + digits, spec, zero=False)


def _unicode(code: int, spec: Spec) -> str:
    spec.grow(spec.precision or 0)
    text = f"U+{code:0{max(spec.precision or 0, 4)}X}"
    if spec.sharp and code <= 0x10FFFF and is_rune(code) and chr(code).isprintable():
        text += f" '{chr(code)}'"
    return pad(text, spec, zero=False)


def _float(value: float, verb: str, spec: Spec) -> str:
    if verb == "v" and spec.is_plain():
        return float_text(value)
    if verb not in "vbgGxXfFeE":
        if spec.natural and (verb != "d" or value.is_integer()):
            return _integer(int(value), verb, spec) if verb == "d" else pad(float_text(value), spec)
        return bad(value, verb, spec)
    if not math.isfinite(value):
        return _infinite(value, spec)
    text = _float_digits(value, "g" if verb == "v" else "f" if verb == "F" else verb, spec)
    if spec.sharp and verb != "b":
        text = _with_point(text, verb, spec)
    return _padded_number(_signed(text, spec), spec)


def _complex(value: complex, verb: str, spec: Spec) -> str:
    """Both parts under the verb, the second with its sign."""
    if verb not in "vbgGxXfFeE":
        return bad(value, verb, spec)
    plus = spec.plus
    real = _float(value.real, verb, spec)
    spec.plus = True
    imaginary = _float(value.imag, verb, spec)
    spec.plus = plus
    return f"({real}{imaginary}i)"


def _infinite(value: float, spec: Spec) -> str:
    if math.isnan(value):
        sign = "+" if spec.plus else " " if spec.space else ""
        return pad(sign + "NaN", spec, zero=False)
    sign = "-" if value < 0 else " " if spec.space and not spec.plus else "+"
    return pad(sign + "Inf", spec, zero=False)


def _signed(text: str, spec: Spec) -> str:
    if text[0] == "-":
        return text
    return ("+" if spec.plus else " " if spec.space else "") + text


def _padded_number(text: str, spec: Spec) -> str:
    if spec.zero and not spec.minus and text[0] in "+- " and (spec.width or 0) > len(text):
        return text[0] + text[1:].rjust((spec.width or 0) - 1, "0")
    return pad(text, spec)


def _float_digits(value: float, verb: str, spec: Spec) -> str:
    precision = spec.precision
    spec.grow(precision or 0)
    if verb in "gG" and precision is None:
        text = float_text(value)
        return text.upper() if verb == "G" else text
    if verb in "feE":
        return f"{value:.{6 if precision is None else precision}{verb}}"
    if verb in "gG":
        return f"{value:.{precision or 1}{verb}}"
    if verb == "b":
        exponent = math.frexp(value)[1]
        scaled = max(exponent - 53, -1074) if value else -1074
        sign = "-" if math.copysign(1.0, value) < 0 else ""
        return f"{sign}{int(math.ldexp(abs(value), -scaled))}p{scaled:+d}"
    text = _float_hex(value, precision)
    return text.upper() if verb == "X" else text


def _float_hex(value: float, precision: int | None) -> str:
    sign = "-" if math.copysign(1.0, value) < 0 else ""
    mantissa, exponent = math.frexp(abs(value))
    whole, power = (int(mantissa * (1 << 53)), exponent - 1) if value else (0, 0)
    digits = 13
    if precision is not None and precision < 13:
        shift = 4 * (13 - precision)
        low = whole & ((1 << shift) - 1)
        whole >>= shift
        half = 1 << (shift - 1)
        if low > half or (low == half and whole & 1):
            whole += 1
        if whole >> (4 * precision + 1):
            whole, power = whole >> 1, power + 1
        digits = precision
    lead, rest = whole >> (4 * digits), whole & ((1 << (4 * digits)) - 1)
    fraction = f"{rest:0{digits}x}" if digits else ""
    fraction = fraction.rstrip("0") if precision is None else fraction.ljust(precision, "0")
    point = "." if fraction else ""
    return f"{sign}0x{lead}{point}{fraction}p{'+' if power >= 0 else '-'}{abs(power):02d}"


def _with_point(text: str, verb: str, spec: Spec) -> str:
    """`#`: a decimal point always, and for %g the zeros that it drops."""
    sign, body = ("-", text[1:]) if text[0] == "-" else ("", text)
    at = next((n for n, c in enumerate(body) if c in ("pP" if verb in "xX" else "eEpP")), len(body))
    body, tail = body[:at], body[at:]
    missing = (6 if spec.precision is None else spec.precision) if verb in "vgGx" else 0
    missing -= len(body.replace(".", "").lstrip("0"))
    if "." not in body:
        missing -= body == "0"
        body += "."
    return sign + body + "0" * max(missing, 0) + tail


def _composite(value: Any, verb: str, spec: Spec, depth: int) -> str:
    if isinstance(value, bytes | bytearray):
        return _bytes(bytes(value), verb, spec, depth)
    if verb == "w":
        return bad(value, verb, spec)
    if isinstance(value, Mapping):
        return _mapping(value, verb, spec, depth)
    if isinstance(value, list | tuple):
        items = [shown(item, verb, spec, depth + 1) for item in value]
        if spec.sharp_v:
            return go_type(value) + "{" + ", ".join(items) + "}"
        return "[" + " ".join(items) + "]"
    if hasattr(value, "go_fields"):
        return _struct(value, verb, spec, depth)
    text = value.go_format() if hasattr(value, "go_format") else str(value)
    return _text(str(text), verb if verb in STRINGABLE else "s", spec)


def _bytes(data: bytes, verb: str, spec: Spec, depth: int) -> str:
    if verb == "s":
        return pad(_cut(from_octets(data), spec), spec)
    if verb in "xX":
        return _hex(data, verb, spec)
    if verb == "q":
        return _quoted(_cut(from_octets(data), spec), spec)
    if verb in "vd" and spec.is_plain() and not spec.sharp_v:
        return "[" + " ".join(map(str, data)) + "]"
    items = [shown(Byte(each), verb, spec, depth + 1) for each in data]
    if spec.sharp_v:
        return ("[]byte{" if verb == "v" else "[]uint8{") + ", ".join(items) + "}"
    return "[" + " ".join(items) + "]"


def _mapping(value: Mapping[Any, Any], verb: str, spec: Spec, depth: int) -> str:
    items = [
        shown(key, verb, spec, depth + 1) + ":" + shown(value[key], verb, spec, depth + 1)
        for key in sorted(value, key=_order)
    ]
    if spec.sharp_v:
        return go_type(value) + "{" + ", ".join(items) + "}"
    return "map[" + " ".join(items) + "]"


def _order(key: Any) -> Any:
    return octets(key) if isinstance(key, str) else b"%d" % key if isinstance(key, int) else key


def _struct(value: Any, verb: str, spec: Spec, depth: int) -> str:
    named = spec.plus_v or spec.sharp_v
    items = [
        (f"{name}:" if named else "") + shown(field, verb, spec, depth + 1)
        for name, field in value.go_fields()
    ]
    opened = (go_type(value).lstrip("*") if spec.sharp_v else "") + "{"
    mark = "&" if kind_name(value) == "ptr" else ""
    return mark + opened + (", " if spec.sharp_v else " ").join(items) + "}"
