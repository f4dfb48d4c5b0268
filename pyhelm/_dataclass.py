"""Dataclasses that cost next to nothing to define.

The standard library writes six functions for each class as source and compiles them: with a
hundred classes that was a third of the time of a short command. Here a class's methods are shared
functions over its slots; `repr` leaves users and passwords out of URLs. To everything else it is a
dataclass: `dataclasses.replace`, `fields` and `asdict`, `inspect.signature`, pattern matching and
type checkers work on it as on any other.
"""

from __future__ import annotations

from pyhelm._typing import Any, Callable, Iterator, TypeVar, dataclass_transform

T = TypeVar("T")

MISSING: Any = object()
"""The default of a field that has none."""


class Field:
    """What a class says of one of its fields."""

    __slots__ = ("annotation", "default", "factory", "kw_only", "repr")

    def __init__(
        self,
        default: Any = MISSING,
        factory: Callable[[], Any] | None = None,
        repr: bool = True,
        kw_only: bool = False,
        annotation: str = "",
    ) -> None:
        self.default = default
        self.factory = factory
        self.repr = repr
        self.kw_only = kw_only
        self.annotation = annotation


def field(
    *,
    default: Any = MISSING,
    default_factory: Callable[[], Any] | None = None,
    repr: bool = True,
) -> Any:
    """A field whose default is made anew each time, or that no repr shows."""
    return Field(default, default_factory, repr)


@dataclass_transform(field_specifiers=(field,))
def dataclass(
    *, slots: bool, frozen: bool = False, kw_only: bool = False, order: bool = False
) -> Callable[[type[T]], type[T]]:
    """As `dataclasses.dataclass` with the same arguments; `slots` must be true."""
    assert slots

    def made(cls: type[T]) -> type[T]:
        own = dict(_own(cls, kw_only=kw_only))
        inherited = getattr(cls, "__fields__", {})
        fields: dict[str, Field] = {**inherited, **own}
        slotted = {
            "__slots__": tuple(name for name in own if name not in inherited),
            "__fields__": fields,
            "__match_args__": tuple(name for name in fields if not fields[name].kw_only),
            "__qualname__": cls.__qualname__,
        }
        methods = _METHODS | (_FROZEN if frozen else {}) | (_ORDER if order else {})
        dropped = ("__dict__", "__weakref__", *own)
        written = {name: value for name, value in vars(cls).items() if name not in dropped}
        again: Any = type(cls)
        found: type[T] = again(cls.__name__, cls.__bases__, {**methods, **written, **slotted})
        return found

    return made


def replace(obj: T, /, **changes: Any) -> T:
    """A copy with other values; as `dataclasses.replace`."""
    cls: Any = type(obj)
    for name in cls.__fields__:
        if name not in changes:
            changes[name] = getattr(obj, name)
    found: T = cls(**changes)
    return found


def names(cls: Any) -> tuple[str, ...]:
    """The fields of a class."""
    return tuple(cls.__fields__)


def _own(cls: type, *, kw_only: bool) -> Iterator[tuple[str, Field]]:
    # Not by `vars`: from Python 3.14 on they are made when they are asked for.
    for name, annotation in cls.__annotations__.items():
        if not str(annotation).startswith("ClassVar"):
            value = vars(cls).get(name, MISSING)
            known = value if isinstance(value, Field) else Field(value)
            yield name, Field(known.default, known.factory, known.repr, kw_only, annotation)


def _init(self: Any, *args: Any, **given: Any) -> None:
    cls = type(self)
    positional = cls.__match_args__
    if len(args) == len(cls.__fields__) == len(positional) and not given:
        for name, value in zip(positional, args, strict=True):
            object.__setattr__(self, name, value)
    else:
        _fill(self, cls, _bound(cls, args, given))
    post = getattr(self, "__post_init__", None)
    if post is not None:
        post()


def _bound(cls: Any, args: tuple[Any, ...], given: dict[str, Any]) -> dict[str, Any]:
    """The arguments by their fields' names; raises TypeError."""
    positional = cls.__match_args__
    if len(args) > len(positional):
        raise TypeError(
            f"{cls.__name__}() takes {len(positional)} positional arguments, got {len(args)}"
        )
    values = dict(zip(positional, args, strict=False))
    for name in given:
        if name in values or name not in cls.__fields__:
            raise TypeError(f"{cls.__name__}() got an argument {name!r} that it doesn't take")
    values.update(given)
    return values


def _fill(self: Any, cls: Any, values: dict[str, Any]) -> None:
    for name, known in cls.__fields__.items():
        if name in values:
            value = values[name]
        elif known.default is not MISSING:
            value = known.default
        elif known.factory is not None:
            value = known.factory()
        else:
            raise TypeError(f"{cls.__name__}() misses the argument {name!r}")
        object.__setattr__(self, name, value)


def _values(obj: Any) -> tuple[Any, ...]:
    return tuple(getattr(obj, name) for name in obj.__fields__)


def _repr(self: Any) -> str:
    fields = self.__fields__.items()
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name, each in fields if each.repr)
    return f"{type(self).__qualname__}({_without_users(shown)})"


def _without_users(text: str) -> str:
    """The text without the names and passwords that its URLs have in them."""
    if "://" not in text or "@" not in text:
        return text
    import re

    return re.sub(r"://[^/\s'\"]*@", "://***@", text)


def _eq(self: Any, other: object) -> Any:
    return _values(self) == _values(other) if type(other) is type(self) else NotImplemented


def _compared(name: str) -> Callable[[Any, Any], Any]:
    def compare(self: Any, other: Any) -> Any:
        if type(other) is not type(self):
            return NotImplemented
        return getattr(_values(self), name)(_values(other))

    return compare


def _refuse(self: Any, name: str, value: Any = None) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot change field {name!r}")


def _restore(self: Any, values: tuple[Any, ...]) -> None:
    for name, value in zip(self.__fields__, values, strict=True):
        object.__setattr__(self, name, value)


class _OnDemand:
    """What the standard library's functions ask a dataclass for, made when they ask."""

    def __init__(self, make: Callable[[type], Any]) -> None:
        self._make = make

    def __get__(self, obj: object, cls: type) -> Any:
        return self._make(cls)


def _twin(cls: Any) -> Any:
    """The same class, as the standard library makes it."""
    import dataclasses

    def standard(known: Field) -> Any:
        given: dict[str, Any] = {"repr": known.repr, "kw_only": known.kw_only}
        if known.default is not MISSING:
            given["default"] = known.default
        if known.factory is not None:
            given["default_factory"] = known.factory
        return dataclasses.field(**given)

    rows = [(n, f.annotation, standard(f)) for n, f in cls.__fields__.items()]
    return dataclasses.make_dataclass(cls.__name__, rows, frozen=True)


def _signature(cls: type) -> Any:
    import inspect

    return inspect.signature(_twin(cls))


_METHODS = {
    "__init__": _init,
    "__repr__": _repr,
    "__eq__": _eq,
    "__hash__": None,
    "__getstate__": _values,
    "__setstate__": _restore,
    "__dataclass_fields__": _OnDemand(lambda cls: _twin(cls).__dataclass_fields__),
    "__dataclass_params__": _OnDemand(lambda cls: _twin(cls).__dataclass_params__),
    "__signature__": _OnDemand(_signature),
}

_FROZEN = {
    "__hash__": lambda self: hash(_values(self)),
    "__setattr__": _refuse,
    "__delattr__": _refuse,
}

_ORDER = {name: _compared(name) for name in ("__lt__", "__le__", "__gt__", "__ge__")}
