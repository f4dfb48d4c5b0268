"""Writing YAML as go-yaml v3 does (`toYamlPretty`): lists stand below their keys, nothing folds."""

from __future__ import annotations

import math
from binascii import b2a_base64

from pyhelm._typing import Any, Mapping
from pyhelm._yaml.emitter import SIMPLE_KEY, Plain, Shape, _key, _literal, _sorted, _text
from pyhelm._yaml.numbers import Pointed, float_text

MAX_DEPTH = 200
"""Levels of nesting that are written."""

BINARY_LINE = 70
"""Characters of base64 in a line."""

_UNFOLDED = -(2**62)
"""A column from which no text reaches the width."""


def dump_pretty(value: Any) -> str:
    """`value` as a YAML document with its newline; ValueError for what is nested too deeply."""
    out: list[str] = []
    _node(out, value, 0, 0)
    return "".join(out) + "\n"


def _node(out: list[str], value: Any, here: int, depth: int) -> None:
    """A value whose lines stand at column `here`, where the line is already."""
    if depth > MAX_DEPTH:
        raise ValueError(f"a value is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, bytes):
        value = list(value)
    if isinstance(value, Mapping) and value:
        _entries(out, value, here, depth)
    elif isinstance(value, list | tuple) and value:
        _items(out, value, here, depth)
    else:
        out.append(_leaf(value, here))


def _entries(out: list[str], value: Mapping[str, Any], here: int, depth: int) -> None:
    for index, key in enumerate(_sorted(dict(value))):
        out.append("\n" + " " * here if index else "")
        each, name = value[key], str(key)
        if len(name.encode("utf-8", "replace")) > SIMPLE_KEY or Shape.of(name).line_breaks:
            out.append(f"? {_string(name, here + 2)}\n{' ' * here}: ")
            _node(out, each, here + 2, depth + 1)
            continue
        out.append(_name(name) + ":")
        if isinstance(each, Mapping | list | tuple | bytes) and each:
            out.append("\n" + " " * (here + 2))
            _node(out, each, here + 2, depth + 1)
        else:
            out.append(" " + _leaf(each, here + 2))


def _items(out: list[str], value: list[Any] | tuple[Any, ...], here: int, depth: int) -> None:
    for index, each in enumerate(value):
        out.append(("\n" + " " * here if index else "") + "- ")
        _node(out, each, here + 2, depth + 1)


def _name(text: str) -> str:
    if text == "<<":
        return text
    return _key(text) if _is_utf8(text) else _string(text, 2)


def _leaf(value: Any, indent: int) -> str:
    if value is None:
        return "null"
    if isinstance(value, Plain):
        return str(value)
    if isinstance(value, str):
        return _string(value, indent or 2)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, list | tuple | bytes):
        return "[]"
    raise ValueError(f"cannot marshal type: {type(value).__name__}")


def _string(text: str, indent: int) -> str:
    if not _is_utf8(text):
        data = text.encode("utf-8", "surrogateescape")
        return _binary(b2a_base64(data, newline=False).decode(), indent)
    if "\n" in text and "\t" in text and Shape.of(text.replace("\t", "x")).block:
        return _literal(text, indent)  # unlike v2, tabs may stand in it
    return _text(text, _UNFOLDED, indent)


def _is_utf8(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)


def _binary(text: str, indent: int) -> str:
    """Base64 of bytes; what is longer than a line is in many."""
    if len(text) < BINARY_LINE:
        return f"!!binary {text}"
    lines = (text[at : at + BINARY_LINE] for at in range(0, len(text), BINARY_LINE))
    return "!!binary |\n" + "\n".join(" " * indent + line for line in lines)


def _float(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    return float.__repr__(value) if isinstance(value, Pointed) else float_text(value)
