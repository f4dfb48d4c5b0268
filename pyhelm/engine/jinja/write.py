"""Writing a value at the place where its expression stands: the filters that `places` puts in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyhelm import _yaml
from pyhelm.engine.jinja.text import Part, TemplateText, Written, indent_rest, is_entry


class PlaceError(ValueError):
    """A value that can't stand where it was put."""


def line(value: Any, column: int, siblings: bool, ended: bool) -> Written:
    """Alone on its line: the value as YAML at this column; nothing at all leaves no line.

    An empty mapping or list between entries of the same column adds nothing to them.
    """
    end = "\n" if ended else ""
    if isinstance(value, str) and not value and isinstance(value, TemplateText):
        return Written("", value)
    if siblings and _is_collection(value) and not value:
        return Written("", value)
    text = _block(value, column)
    return Written(" " * column + text + end, value)


def node(value: Any, entry: int, inline: bool, blanks: str) -> Written:
    """A whole node after `key:` or `- `; collections go on the next line after a key.

    `entry` is the column of the key or of what follows the dash, `blanks` what stands behind the
    colon.
    """
    if isinstance(value, TemplateText):
        return Written(_template_text(value, entry, inline, blanks), value)
    if _is_collection(value) and value:
        text = _yaml.dump(value).rstrip("\n")
        if inline:
            return Written(indent_rest(text, entry), value)
        return Written("\n" + _indented(text, entry + 2), value)
    return Written((blanks or "") + _leaf(value, entry), value)


def scalar(value: Any, entry: int, is_key: bool, inline: bool, blanks: str) -> Written:
    """A plain scalar made of several parts: plain when that is safe, else quoted as one."""
    if not isinstance(value, str) or isinstance(value, TemplateText):
        return key(value) if is_key else node(value, entry, inline, blanks)
    return Written((blanks or "") + _yaml.scalar(value), value)


def key(value: Any) -> Written:
    """A key of a mapping, quoted when it must be."""
    if value is None or _is_collection(value):
        raise PlaceError(f"{_named(value)} can't be a key")
    if isinstance(value, TemplateText):
        return Written(value, value)
    return Written(_yaml.scalar(plain(value)) if isinstance(value, str) else plain(value), value)


def part(value: Any) -> Part:
    """A part of a longer text."""
    if value is None or _is_collection(value):
        raise PlaceError(
            f"the value is {_named(value)} here, and can't be part of a text{_way(value)}"
        )
    return Part(plain(value), value)


def single(value: Any) -> Part:
    """Inside single quotes."""
    return Part(_text_of(value).replace("'", "''").replace("\n", "\n\n"), value)


def double(value: Any) -> Part:
    """Inside double quotes."""
    quoted = _yaml.to_json(_text_of(value), escape_html=False)
    return Part(quoted[1:-1], value)


def block(value: Any, column: int) -> Part:
    """Inside a block scalar: text, its further lines at the block's column."""
    text = _yaml.dump(value).rstrip("\n") if _is_collection(value) else _text_of(value)
    return Part(indent_rest(text.rstrip("\n"), column), value)


def comment(value: Any) -> Part:
    """In a comment: one line, whatever it is."""
    text = _yaml.flow(value) if value is None or _is_collection(value) else plain(value)
    return Part(" ".join(text.splitlines()), value)


def flow(value: Any) -> Written:
    """A whole item, key or value of a flow collection."""
    return Written(value if isinstance(value, TemplateText) else _yaml.flow(_checked(value)), value)


def flow_scalar(value: Any) -> Written:
    """A plain scalar of several parts in a flow collection."""
    if not isinstance(value, str) or isinstance(value, TemplateText):
        return flow(value)
    return Written(_yaml.scalar(value, in_flow=True), value)


def text(value: Any) -> Written:
    """In a file that is not YAML: text as it is, null as nothing."""
    if value is None:
        return Written("", value)
    shown = _yaml.dump(value).rstrip("\n") if _is_collection(value) else plain(value)
    return Written(shown, value)


def plain(value: Any) -> str:
    """A scalar as text: `true`, `3`, `1.5`, and strings as they are."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        shown = repr(value)
        return _yaml.float_text(value, "json") if "e" in shown else shown
    return str(value)


def _block(value: Any, column: int) -> str:
    """A value whose first line stands at a column: what its lines are, the rest indented."""
    if isinstance(value, TemplateText):
        return indent_rest(value.strip("\n"), column)
    if _is_collection(value) and value:
        return indent_rest(_yaml.dump(value).rstrip("\n"), column)
    return _leaf(value, column)


def _template_text(value: TemplateText, entry: int, inline: bool, blanks: str) -> str:
    if value.startswith("\n") or not value:
        return value
    if inline:
        return indent_rest(value, entry)
    if is_entry(value):
        return "\n" + _indented(value, entry + 2)
    return (blanks or "") + value


def _leaf(value: Any, entry: int) -> str:
    """A scalar, an empty collection or null; multi-line text becomes a block scalar."""
    if isinstance(value, str):
        return _block_scalar(value, entry + 2) if "\n" in value else _yaml.scalar(value)
    if value is None:
        return "null"
    if _is_collection(value):
        return "{}" if isinstance(value, Mapping) else "[]"
    return plain(_checked(value))


def _block_scalar(value: str, indent: int) -> str:
    """`|` where a block can hold the text, else double quotes."""
    dumped = _yaml.dump(value).rstrip("\n") if not value.endswith("\n") else _yaml.dump(value)
    if not dumped.startswith("|"):
        return _yaml.to_json(value, escape_html=False)
    header, _, _ = dumped.partition("\n")
    lines = value.removesuffix("\n").split("\n")
    pad = " " * indent
    return "\n".join([header, *(pad + each if each else "" for each in lines)])


def _indented(value: str, column: int) -> str:
    return " " * column + indent_rest(value, column)


def _is_collection(value: Any) -> bool:
    return isinstance(value, Mapping | list | tuple)


def _checked(value: Any) -> Any:
    """Scalars and collections pass; objects such as functions are a mistake."""
    if value is None or isinstance(value, str | int | float | Mapping | list | tuple):
        return value
    raise PlaceError(f"{type(value).__name__} is no value that YAML can hold; is a call missing?")


def _text_of(value: Any) -> str:
    if value is None or _is_collection(value):
        raise PlaceError(f"the value is {_named(value)} here, where text must stand{_way(value)}")
    return plain(value)


def _named(value: Any) -> str:
    if value is None:
        return "null"
    return "a mapping" if isinstance(value, Mapping) else "a list"


def _way(value: Any) -> str:
    return "; give it a default" if value is None else "; use toJson for its text"
