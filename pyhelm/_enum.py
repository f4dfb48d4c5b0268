"""`StrEnum` without importing `enum`, which takes as long as a small chart takes to render.

Type checkers read `_enum.pyi`, where it is the real one. Members are strings; a class goes through
its members, `Status("deployed")` finds one and raises ValueError for what is none;
`unlisted(Status, "new")` stands for what later versions may know.
"""

from __future__ import annotations

from pyhelm._typing import Any, Iterator


def unlisted(cls: Any, value: str) -> Any:
    """What is no member of a class, but a string of it all the same."""
    return _made(cls, "", value)


def _made(cls: Any, name: str, value: str) -> Any:
    member = str.__new__(cls, value)
    member.__dict__.update(name=name, value=value)
    return member


class _Members(type):
    """A class whose upper-case strings are its instances."""

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> _Members:
        values = {key: value for key, value in body.items() if key.isupper()}
        made = super().__new__(cls, name, bases, {k: v for k, v in body.items() if k not in values})
        members = {}
        for key, value in values.items():
            member = members[value] = _made(made, key, value)
            setattr(made, key, member)
        made.__members = members
        return made

    def __call__(cls, value: str) -> Any:
        try:
            return cls.__members[value]
        except KeyError:
            raise ValueError(f"{value!r} is not a valid {cls.__name__}") from None

    def __iter__(cls) -> Iterator[Any]:
        return iter(cls.__members.values())

    def __len__(cls) -> int:
        return len(cls.__members)

    def __contains__(cls, value: object) -> bool:
        return value in cls.__members


class StrEnum(str, metaclass=_Members):
    """The base of such classes."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}.{self.name}: {self.value!r}>"

    def __reduce__(self) -> Any:
        return (type(self), (self.value,)) if self.name else (unlisted, (type(self), self.value))

    def __copy__(self) -> StrEnum:
        return self

    def __deepcopy__(self, memo: object) -> StrEnum:
        return self

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} members can't be changed")
