"""The names of `typing` and `collections.abc` for annotations, without the time of importing them.

Those two modules bring a dozen others with them and cost a short command a tenth of its time.
Type checkers read `_typing.pyi`, where every name is the real one; when PyHelm runs, names that
stand only in annotations need only be there.
"""

from __future__ import annotations

from _collections_abc import (
    AsyncIterator,
    Callable,
    Container,
    Generator,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    Sequence,
    Sized,
)

__all__ = [
    "TYPE_CHECKING",
    "Any",
    "AsyncIterator",
    "Callable",
    "ClassVar",
    "Container",
    "Final",
    "Generator",
    "Iterable",
    "Iterator",
    "Literal",
    "Mapping",
    "MutableMapping",
    "NoReturn",
    "Protocol",
    "Sequence",
    "Sized",
    "TextIO",
    "TypeAlias",
    "TypeVar",
    "cast",
    "dataclass_transform",
]

TYPE_CHECKING = False

Any = NoReturn = TextIO = TypeAlias = object


class _Form:
    """What can be written with brackets."""

    __slots__ = ()

    def __class_getitem__(cls, item: object) -> type[object]:
        return object


ClassVar = Final = Literal = _Form


class Protocol(_Form):
    """The base of a class that says only what others can do."""

    __slots__ = ()


def TypeVar(name: str, **options: object) -> object:
    """A type that is not known yet: any."""
    return object


def cast(kind: object, value: object) -> object:
    """The value as it is."""
    return value


def dataclass_transform(**options: object) -> Callable[[object], object]:
    """Says something to type checkers alone."""
    return lambda decorator: decorator
