"""Go's types as Python's: what a value is called, and values as Go templates hold them.

    nil None            float64 float       map[string]interface {} dict
    bool bool           int int             []interface {} list
    string str          int64 Int64         []byte bytes

The rest are subclasses here, so that functions written for plain values work on them too. Text
that is not UTF-8 has surrogate escapes. Values and parsed YAML hold Python's natural numbers;
`from_json` makes Go's of them: every number of a document is a float64.
"""

from __future__ import annotations

from pyhelm._typing import Any, Final, Mapping
from pyhelm._yaml import Int64

__all__ = [
    "Byte",
    "Int64",
    "Ints",
    "Lists",
    "NilList",
    "NilMap",
    "NilStringMap",
    "NilStrings",
    "StringMap",
    "Strings",
    "TemplateValues",
    "from_json",
    "from_values",
    "kind_name",
    "natural",
    "type_name",
]


class Byte(int):
    """Go's uint8: one byte of a text, by its index."""

    __slots__ = ()


class Strings(list[str]):
    """Go's []string."""

    __slots__ = ()


class Ints(list[int]):
    """Go's []int."""

    __slots__ = ()


class Lists(list[list[Any]]):
    """Go's [][]interface {}."""

    __slots__ = ()


class StringMap(dict[str, str]):
    """Go's map[string]string: a missing key is empty text."""

    __slots__ = ()


class NilStringMap(StringMap):
    """A nil map[string]string."""

    __slots__ = ()
    go_type, go_kind, is_nil = "map[string]string", "map", True


class NilList(list[Any]):
    """A nil []interface {}: an empty list that JSON and YAML show as null."""

    __slots__ = ()
    go_type, go_kind, is_nil = "[]interface {}", "slice", True


class NilStrings(Strings):
    """A nil []string."""

    __slots__ = ()
    go_type, go_kind, is_nil = "[]string", "slice", True


class NilMap(dict[str, Any]):
    """A nil map[string]interface {}: it reads as an empty one, and nothing can be set in it."""

    __slots__ = ()
    go_type, go_kind, is_nil = "map[string]interface {}", "map", True


class TemplateValues(dict[str, Any]):
    """Helm's common.Values: a map with methods, which shadow keys of their names.

    In Go it is another view of a map that is a plain one elsewhere (a subchart's values in its
    parent's); so `map` is that one, and the content here follows it by `sync`.
    """

    __slots__ = ("map",)

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.map = values

    def sync(self) -> None:
        """Take over what templates have changed."""
        self.clear()
        self.update(self.map)


TYPES: Final[dict[type, tuple[str, str]]] = {
    type(None): ("<nil>", "invalid"),
    bool: ("bool", "bool"),
    str: ("string", "string"),
    int: ("int", "int"),
    float: ("float64", "float64"),
    complex: ("complex128", "complex128"),
    Int64: ("int64", "int64"),
    Byte: ("uint8", "uint8"),
    bytes: ("[]uint8", "slice"),
    dict: ("map[string]interface {}", "map"),
    TemplateValues: ("common.Values", "map"),
    StringMap: ("map[string]string", "map"),
    list: ("[]interface {}", "slice"),
    Strings: ("[]string", "slice"),
    Ints: ("[]int", "slice"),
    Lists: ("[][]interface {}", "slice"),
}
"""Go's type and kind of each class; others have them as `go_type` and `go_kind`."""


def type_name(value: Any) -> str:
    """The type as Go's `%T` prints it."""
    known = TYPES.get(type(value))
    return known[0] if known else str(getattr(value, "go_type", type(value).__name__))


def kind_name(value: Any) -> str:
    """The kind as Go's reflect names it."""
    known = TYPES.get(type(value))
    return known[1] if known else str(getattr(value, "go_kind", "struct"))


def from_json(value: Any) -> Any:
    """A deep copy with Go's types: integers of documents become float64, int64 stays.

    Mappings become dicts and sequences lists of their own, so that templates may change them.
    """
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is int:
        return float(value)
    if isinstance(value, Mapping):
        return {key: from_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [from_json(each) for each in value]
    return value


def from_values(value: Any, known: dict[int, Any]) -> Any:
    """As `from_json`, for a values tree: a mapping that stands in two places stays one.

    Charts share what is deep in `global`, so that `set` in one shows in the other. `known` are the
    mappings that were met, by their identity.
    """
    if not isinstance(value, dict):
        return from_json(value)
    if id(value) not in known:
        made = known[id(value)] = {}
        made.update((key, from_values(each, known)) for key, each in value.items())
    return known[id(value)]


def natural(value: Any) -> Any:
    """A deep copy with Python's numbers again, for templates of another engine."""
    if type(value) is float:
        return int(value) if value.is_integer() else value
    if isinstance(value, Mapping):
        return {key: natural(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [natural(each) for each in value]
    return value
