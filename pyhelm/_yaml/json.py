"""JSON as Go's encoding/json writes it: sorted keys, Go's floats, `<`, `>` and `&` escaped."""

from __future__ import annotations

from pyhelm._lazy import lazy_pattern
from pyhelm._typing import TYPE_CHECKING, Any
from pyhelm._yaml.numbers import json_number
from pyhelm._yaml.scalars import whole_text

try:
    from _json import encode_basestring
except ImportError:  # `json` itself falls back on the same
    from json.encoder import encode_basestring

if TYPE_CHECKING:
    import re

_HTML = lazy_pattern("[<>&\u2028\u2029]")
_LINES = lazy_pattern("[\u2028\u2029]")
_SURROGATES = lazy_pattern("[\ud800-\udfff]")


class Fields(dict[str, Any]):
    """A struct's fields, which JSON has in their own order."""

    __slots__ = ()


def to_json(
    value: Any, *, indent: str = "", escape_html: bool = True, sort_keys: bool = True
) -> str:
    """`value` as JSON text without a final newline.

    Compact when `indent` is empty, else as MarshalIndent does. Raises ValueError for what JSON
    can't hold (NaN, infinities, other types).
    """
    write = _Writer(indent, _HTML if escape_html else _LINES, sort_keys)
    return write.value(value, "\n")


def from_json(text: str | bytes) -> Any:
    """The value of JSON text; raises ValueError, also for text that is nested too deeply.

    Half a surrogate pair is U+FFFD, as in Go.
    """
    from json import loads

    marks = ("\\ud", "\\uD") if isinstance(text, str) else (b"\\ud", b"\\uD")
    try:
        value = loads(text, parse_constant=no_constant)
        return whole_text(value) if any(mark in text for mark in marks) else value  # type: ignore[operator]
    except RecursionError as exc:
        raise ValueError("exceeded max depth") from exc


def no_constant(text: str) -> Any:
    """For `parse_constant`: NaN and the infinities, which Python reads, are no JSON."""
    raise ValueError(f"{text} is no JSON")


class _Writer:
    """One run of the writer: its settings, so that the recursion passes values alone."""

    def __init__(
        self,
        indent: str,
        escaped: re.Pattern[str],
        sort_keys: bool,
    ) -> None:
        self.indent = indent
        self.escaped = escaped
        self.sort_keys = sort_keys

    def value(self, value: Any, line: str) -> str:
        if isinstance(value, str):
            return self.text(value)
        if value is None:
            return "null"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return _number(value)
        if isinstance(value, dict):
            return self.mapping(value, line)
        if isinstance(value, list | tuple):
            return self.sequence(value, line)
        raise ValueError(f"json: unsupported type: {type(value).__name__}")

    def text(self, text: str) -> str:
        quoted = encode_basestring(text)
        if quoted.isascii() and not (set("<>&") & set(quoted)):
            return quoted
        if self.escaped.search(quoted):
            quoted = self.escaped.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)
        return _SURROGATES.sub(r"\\ufffd", quoted)

    def mapping(self, value: dict[str, Any], line: str) -> str:
        if not value:
            return "null" if hasattr(value, "is_nil") else "{}"
        inner = line + self.indent
        colon = ": " if self.indent else ":"
        in_order = not self.sort_keys or isinstance(value, Fields)
        items = value.items() if in_order else sorted(value.items())
        parts = [f"{self.text(str(key))}{colon}{self.value(each, inner)}" for key, each in items]
        return self.enclose("{", parts, "}", line)

    def sequence(self, value: list[Any] | tuple[Any, ...], line: str) -> str:
        if not value:
            return "null" if hasattr(value, "is_nil") else "[]"
        inner = line + self.indent
        return self.enclose("[", [self.value(each, inner) for each in value], "]", line)

    def enclose(self, start: str, parts: list[str], end: str, line: str) -> str:
        if not self.indent:
            return start + ",".join(parts) + end
        inner = line + self.indent
        return start + inner + f",{inner}".join(parts) + line + end


def _number(value: float) -> str:
    text = json_number(value)
    if text in ("NaN", "+Inf", "-Inf"):
        raise ValueError(f"json: unsupported value: {text}")
    return text
