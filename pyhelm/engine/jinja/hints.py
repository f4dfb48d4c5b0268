"""What is meant by names that nobody knows: Python's methods, macros that aren't imported."""

from __future__ import annotations

import re

from pyhelm._dataclass import dataclass
from pyhelm._lazy import lazy_pattern
from pyhelm._suggestion import nearest
from pyhelm._typing import Any, Iterable, Iterator, Mapping

_MAPPINGS = {
    "copy": "values never change, so none is needed",
    "get": 'write {path}["KEY"] | default(…)',
    "items": "write {path} | items",
    "keys": "write {path} | list",
    "pop": 'write omit({path}, "KEY")',
    "setdefault": 'write {path}["KEY"] | default(…)',
    "update": "values never change; write merge({{…}}, {path})",
    "values": "write values({path})",
}
"""What stands for Python's methods of mappings."""

_CHANGED = "values never change; write LIST + [VALUE]"
_LISTS = {
    **dict.fromkeys(("append", "extend", "insert"), _CHANGED),
    **dict.fromkeys(("pop", "remove", "clear"), "values never change; write LIST | reject(…)"),
    "copy": "values never change, so none is needed",
    "get": "write LIST[NUMBER] | default(…)",
    "items": "a list has no keys; loop over it, or | batch it",
    "reverse": "write LIST | reverse",
    "sort": "write LIST | sort",
}
_TEXTS = {
    "center": "write TEXT | center(…)",
    "encode": "write b64enc(TEXT)",
    "format": 'write printf("%s-%d", …), or join with ~',
    "format_map": 'write printf("%s-%d", …), or join with ~',
    "join": "write LIST | join(TEXT)",
    "ljust": 'write printf("%-9s", TEXT)',
    "replace": "write TEXT | replace(…)",
    "rjust": 'write printf("%9s", TEXT)',
    "zfill": 'write printf("%09d", NUMBER)',
}
_TAGS = ("if", "elif", "else", "endif", "endfor", "endmacro", "endset", "endcall", "endwith")
_PYTHONS = {
    "enumerate": "loop.index0 in a loop",
    "float": "VALUE | float",
    "int": "VALUE | int",
    "isinstance": "VALUE is string, is mapping or is number",
    "open": "Files.Get(NAME)",
    "print": "{{ VALUE }}",
    "sorted": "LIST | sort",
    "str": "VALUE | string",
    "sum": "LIST | sum",
    "tuple": "[…]",
    "zip": "loop.index0 in a loop",
}
"""What stands for Python's functions."""
_NOTHING = dict.fromkeys(("null", "nil", "undefined", "None_"), "none")


def of_mapping(name: str, path: str) -> str:
    """The end of an error for one of Python's methods, on a mapping; empty if it is none."""
    hint = _MAPPINGS.get(name, "").format(path=path or "MAPPING")
    return f"; {hint}" if hint else ""


def of_method(name: str, value: Any) -> str:
    """The same for text and lists."""
    hint = (_TEXTS if isinstance(value, str) else _LISTS).get(name)
    return f"; {hint}" if hint else ""


@dataclass(frozen=True, slots=True)
class Names:
    """What a template could mean: globals, filters, and macros by name with their file."""

    functions: Iterable[str]
    filters: Iterable[str]
    macros: Mapping[str, str]


def of_name(name: str, source: str, names: Names) -> str:
    """The end of an error for a name that is not known in a template of this source."""
    if name in _NOTHING:
        return f"; write {_NOTHING[name]}"
    if name in _PYTHONS:
        return f"; write {_PYTHONS[name]}"
    if name in _TAGS:
        return f"; it is a tag: {{% {name} %}}"
    if name in names.macros:
        file = names.macros[name]
        return f'; it must be imported: {{% from "{file}" import {name} %}}'
    if name in names.filters and not name.startswith("__"):
        return f"; it is a filter: VALUE | {name}"
    if name == "loop":
        return "; it is there inside of {% for %} only"
    if name == "caller":
        return "; it is there in a macro that {% call %} calls"
    if re.search(rf"\{{%[-+]?\s*(from|import|include|extends)\s+{name}\b", source):
        return "; a template's name is in quotes"
    # A function of three letters is near to any other.
    functions = names.functions if len(name) > 3 else ()
    known = (*_own(source), *functions, *names.macros)
    close = nearest(name, [each for each in known if each != name])
    # The function `values` is rarely meant.
    close = "Values" if close == "values" else close
    if not close:
        return ""
    where = f', a macro of "{names.macros[close]}"' if close in names.macros else ""
    return f"; did you mean '{close}'{where}?"


_BINDING = lazy_pattern(r"\{%[-+]?\s*(?:for|set|macro|import|from|with|call)\b(.*?)%\}")
_NAME = lazy_pattern(r"""(?s)"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[.|]\s*\w+|([A-Za-z_]\w*)""")
_WORDS = frozenset(
    (
        *("in", "if", "else", "import", "from", "as", "with", "without", "context"),
        *("not", "and", "or", "is"),
    )
)


def _own(source: str) -> Iterator[str]:
    """Names that a template's tags give to things, and names that they use."""
    for tag in _BINDING.finditer(source):
        for match in _NAME.finditer(tag[1]):
            if match[1] and match[1] not in _WORDS:
                yield match[1]
