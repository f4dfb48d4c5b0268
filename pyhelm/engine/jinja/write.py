"""Writing a value at the place where its expression stands: the filters that `places` puts in."""

from __future__ import annotations

from math import isfinite

from pyhelm import _yaml
from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Any, Mapping, NoReturn
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.jinja.omission import FLOW_MARK, MARK, OMIT, loaded
from pyhelm.engine.jinja.text import (
    Indented,
    Part,
    TemplateText,
    Written,
    indent_rest,
    is_entry,
    is_text,
    named,
    unfit,
    way,
)

NEWLINE = "\n"

_UNPRINTABLE = "[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
_CONTROL = lazy_pattern(_UNPRINTABLE)
_UNBLOCKABLE = lazy_pattern(f"{_UNPRINTABLE}|[\x85\u2028\u2029]")
_BINARY = lazy_pattern("[\ud800-\udfff]")
_UNQUOTABLE = lazy_pattern(f"{_UNPRINTABLE}|[\n\x85\u2028\u2029]")


class PlaceError(FunctionError):
    """A value that can't stand where it was put."""


def document(value: Any) -> str:
    """A template's whole text; what is none is the value of the only thing that it wrote."""
    return value if isinstance(value, str) else f"{_yaml.flow(value)}\n"


def line(value: Any, column: int, siblings: str, ended: bool) -> Written:
    """Alone on its line: the value as YAML at this column.

    What has nothing to say (an empty mapping or list, null, a macro that wrote nothing) adds
    nothing to the `siblings`, the entries or items that stand at the same column.
    """
    end = "\n" if ended else ""
    _refuse_among(siblings, value)
    if value is OMIT or not _says(value):
        return Written(" " * column + _nothing(value) + end, value)
    if isinstance(value, str) and not ended and "\n" in value and type(value) is str:
        return Written(" " * column + _yaml.quoted(_text_of(value)), value)
    text = _block(value, column, not ended)
    if _is_collection(value) and text in ("{}", "[]"):
        text = _nothing(value)
    return Written(" " * column + text + end, value)


def _says(value: Any) -> bool:
    """Whether a value adds anything to what stands around it."""
    if value is None or (isinstance(value, TemplateText) and not value):
        return False
    return bool(value) or not _is_collection(value)


def _nothing(value: Any) -> str:
    """The mark of what has nothing to say."""
    if value is OMIT:
        return MARK
    sign = "{" if isinstance(value, Mapping) else "[" if _is_collection(value) else "~"
    return MARK + (sign if value is not None else "n")


def _refuse_among(siblings: str, value: Any) -> None:
    """Raise PlaceError for what can be neither an entry nor an item beside those."""
    if not siblings or value is OMIT or isinstance(value, TemplateText) or not _says(value):
        return
    fits, where = _AMONG[siblings]
    if not isinstance(value, fits):
        raise PlaceError(f"{named(value)} can't stand here, {where}")


_AMONG: dict[str, tuple[Any, str]] = {
    "entries": (Mapping, "among the entries of a mapping"),
    "items": (list | tuple, "among the items of a list"),
    "either": (Mapping | list | tuple, "among items or entries"),
    "key": (list | tuple, "at the column of the key that it is for; indent it"),
}
"""What can stand beside what stands around it, and where that is."""


def node(
    value: Any, entry: int, is_key: bool, inline: bool, blanks: str, commented: bool
) -> Written:
    """A whole node after `key:` or `- `; collections go on the next line after a key.

    `entry` is the column of the key or of what follows the dash, `blanks` what stands behind the
    colon. Where a comment follows no block scalar may end the value.
    """
    if is_key:
        return key(value)
    if value is OMIT:
        return Written((blanks or "") + MARK, value)
    if isinstance(value, TemplateText):
        return Written(_template_text(_bare(value), entry, inline, blanks), value)
    if _is_collection(value) and value:
        text = _dumped(value, commented)
        if inline:
            return Written(indent_rest(text, entry), value)
        return Written("\n" + _indented(text, entry + 2), value)
    if commented and isinstance(value, str) and "\n" in value:
        return Written((blanks or "") + _yaml.quoted(value), value)
    # Behind a dash a block scalar stands where the item's other lines would.
    indent = entry if inline and entry else entry + 2
    return Written((blanks or "") + _leaf(value, indent), value)


def scalar(
    value: Any, entry: int, is_key: bool, inline: bool, blanks: str, commented: bool
) -> Written:
    """A plain scalar made of several parts: plain when that is safe, else quoted as one."""
    if is_key:
        return key(value)
    if not isinstance(value, str) or isinstance(value, TemplateText):
        return node(value, entry, is_key, inline, blanks, commented)
    return Written((blanks or "") + _yaml.scalar(value), value)


def key(value: Any) -> Written:
    """A key of a mapping, quoted when it must be."""
    if value is None or _is_collection(value):
        raise PlaceError(f"{named(value)} can't be a key")
    if isinstance(value, TemplateText):
        return Written(value or '""', value)
    return Written(_yaml.scalar(plain(value)) if isinstance(value, str) else plain(value), value)


def part(value: Any) -> Part:
    """A part of a longer text."""
    if isinstance(value, TemplateText) and is_entry(value):
        raise PlaceError("these are entries of YAML here, and can't be part of a text")
    if not is_text(value):
        raise PlaceError(unfit(value))
    return Part(plain(value), value)


def lone_part(value: Any) -> Part:
    """A part that is a whole node when it turns out to be the only one."""
    return Part(plain(value) if is_text(value) else "", value)


def single(value: Any) -> str:
    """Inside single quotes that go on over lines."""
    text = _text_of(value)
    if _UNQUOTABLE.search(text):
        raise PlaceError("this text has line ends or control characters; put it in double quotes")
    return text.replace("'", "''")


def single_quoted(value: Any) -> str:
    """A whole single-quoted scalar; double quotes where single ones can't hold the text."""
    text = _text_of(value)
    if _UNQUOTABLE.search(text):
        return _yaml.quoted(text)
    return "'" + text.replace("'", "''") + "'"


def double(value: Any) -> str:
    """Inside double quotes."""
    return _yaml.quoted(_text_of(value))[1:-1]


def block(value: Any, column: int, last: bool) -> str:
    """Inside a block scalar: text, its further lines at the block's column.

    The last on its line leaves its own final newline to the line.
    """
    text = _dumped(value) if _is_collection(value) else _text_of(_bare(value))
    text = text.replace("\r\n", "\n")
    if _UNBLOCKABLE.search(text):
        raise PlaceError("this text has characters that no block scalar can hold; put it in quotes")
    text = indent_rest(text.removesuffix("\n") if last else text, column)
    return text + " " * column if text.endswith("\n") and not last else text


def block_start(value: Any, column: int, last: bool, header: str, hint: int) -> str:
    """What a block scalar starts with: its header says the indentation when the text has blanks.

    `hint` is the column counted from the scalar's parent.
    """
    text = block(value, column, last)
    if text[:1] in (" ", "\t", "\n") or not text:
        header = f"{header[0]}{hint}{header[1:]}"
    return f"{header}\n{'' if text[:1] == NEWLINE or (last and not text) else ' ' * column}{text}"


def comment(value: Any) -> str:
    """In a comment: one line, whatever it is."""
    text = _yaml.flow(value) if value is None or _is_collection(value) else plain(value)
    return _CONTROL.sub("\ufffd", " ".join(text.splitlines()))


def flow(value: Any) -> Written:
    """A whole item, key or value of a flow collection."""
    if value is OMIT:
        return Written(FLOW_MARK, value)
    if not isinstance(value, TemplateText):
        return Written(_yaml.flow(_movable(_checked(value), False)), value)
    if is_entry(value):
        return Written(_yaml.flow(_movable(loaded(value), False)), value)
    return Written(value or '""', value)


def flow_scalar(value: Any) -> Written:
    """A plain scalar of several parts in a flow collection."""
    if not isinstance(value, str) or isinstance(value, TemplateText):
        return flow(value)
    return Written(_yaml.scalar(value, in_flow=True), value)


def text(value: Any) -> Written:
    """In a file that is not YAML: text as it is, null as nothing."""
    if value is None:
        return Written("", value)
    shown = _dumped(_yaml.whole_text(value)) if _is_collection(value) else plain(value)
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
        as_go = getattr(value, "go_format", None)
        return str(as_go()) if as_go else int.__repr__(value)
    if isinstance(value, float):
        return _float(value)
    if "__str__" not in vars(type(value)):
        _refuse(value)
    return str(value)


def _float(value: float) -> str:
    if not isfinite(value):
        raise PlaceError(f"{value} is no number that a manifest can hold")
    shown = repr(value)
    return _yaml.float_text(value, "json") if "e" in shown else shown


def _block(value: Any, column: int, quoted: bool) -> str:
    """A value whose first line stands at a column: what its lines are, the rest indented."""
    if isinstance(value, TemplateText):
        return indent_rest(_bare(value).strip("\n"), column)
    if _is_collection(value) and value:
        return indent_rest(_dumped(value, quoted), column)
    return _leaf(value, column + 2)


def _dumped(value: Any, quoted: bool = False) -> str:
    """A collection as YAML that can stand at any column.

    Block scalars that say their indentation, or end in blank lines, are quoted instead.
    """
    return _yaml.dump(_movable(value, quoted)).rstrip("\n")


def _movable(value: Any, quoted: bool) -> Any:
    if isinstance(value, str):
        fixed = "\n" in value and (quoted or value[0] in " \n\t" or value.endswith("\n\n"))
        return _yaml.Quoted(value) if fixed else _whole(value)
    if isinstance(value, Mapping):
        return {
            _movable_key(key, quoted): _movable(each, quoted)
            for key, each in value.items()
            if each is not OMIT
        }
    if isinstance(value, list | tuple):
        return [_movable(each, quoted) for each in value if each is not OMIT]
    return _number(_checked(value))


def _movable_key(value: Any, quoted: bool) -> Any:
    """A key as YAML and JSON have it; not as Python writes `true` and null."""
    if value is None:
        raise PlaceError("null can't be a key")
    return plain(value) if isinstance(value, bool) else _movable(value, quoted)


def exact(value: Any) -> Any:
    """What the functions that make YAML and JSON are given: no `omit`, all digits of numbers."""
    if value is OMIT:
        str(value)
    return _movable(value, False) if _is_collection(value) else _number(value)


def _number(value: Any) -> Any:
    """A number with all its digits; raises PlaceError for what is none."""
    if type(value) is float and not isfinite(value):
        _float(value)
    return _yaml.exact(value)


def _bare(value: Any) -> Any:
    """Text without what `indent` did to it, for places that indent."""
    return TemplateText(value.bare) if isinstance(value, Indented) else value


def _template_text(value: TemplateText, entry: int, inline: bool, blanks: str) -> str:
    if value.startswith("\n"):
        return value
    if not value:
        return (blanks or "") + '""'
    if inline:
        return indent_rest(value, entry)
    if is_entry(value):
        return "\n" + _indented(value, entry + 2)
    return (blanks or "") + value


def _leaf(value: Any, indent: int) -> str:
    """A scalar, an empty collection or null; multi-line text becomes a block scalar."""
    if isinstance(value, str):
        text = _whole(value)
        return _block_scalar(text, indent) if "\n" in text else _yaml.scalar(text)
    if value is None:
        return "null"
    if _is_collection(value):
        return "{}" if isinstance(value, Mapping) else "[]"
    return plain(_checked(value))


def _block_scalar(value: str, indent: int) -> str:
    """`|` where a block can hold the text at any column, else double quotes."""
    header, _, _ = _yaml.dump(_movable(value, False)).partition("\n")
    if not header.startswith("|"):
        return _yaml.quoted(value)
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
    return plain(value)


def _refuse(value: Any) -> NoReturn:
    if _is_collection(value):
        raise PlaceError(f"{named(value)} is no text{way(value)}")
    kind = type(value).__name__
    if kind == "Time":
        raise PlaceError('a time is no text yet; use date("2006-01-02T15:04:05Z07:00", …)')
    name = getattr(value, "name", getattr(value, "__name__", kind))
    raise PlaceError(f"{name} is no value that YAML can hold; is a call missing?")


def _whole(text: str) -> str:
    """A text, if it is one: not the bytes of a file that is none."""
    if not text.isascii() and _BINARY.search(text):
        raise PlaceError("this is no text in UTF-8; use b64enc, or AsSecrets() for a Secret's data")
    return text


def _text_of(value: Any) -> str:
    if not is_text(value):
        raise PlaceError(f"the value is {named(value)} here, where text must stand{way(value)}")
    return _whole(plain(value))
