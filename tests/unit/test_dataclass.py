"""Our dataclasses are dataclasses to everything that knows the standard library's."""

import copy
import dataclasses
import inspect
import pickle
from typing import ClassVar

import pytest

from pyhelm._dataclass import dataclass, field, names, replace


@dataclass(frozen=True, slots=True)
class Point:
    """Two numbers."""

    x: int
    y: int = 2
    tags: list[str] = field(default_factory=list)
    secret: str = field(default="", repr=False)
    known: "ClassVar[int]" = 7

    @property
    def sum(self):
        return self.x + self.y


@dataclass(frozen=True, slots=True)
class Deep(Point):
    """A field more, and another default."""

    y: int = 5
    z: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """By name only."""

    a: object
    b: int = 1


@dataclass(frozen=True, slots=True, order=True)
class Ordered:
    """Ordered as tuples are."""

    a: int
    b: str = ""


@dataclass(slots=True)
class Open:
    """Changes."""

    a: int = 1


def test_values_and_defaults():
    assert (Point(1).x, Point(1).y, Point(1).tags) == (1, 2, [])
    assert Point(1).tags is not Point(1).tags
    assert (Deep(1).y, Deep(1).z, Deep(1, 2, [], "", 9).z, Deep(1).sum) == (5, 3, 9, 6)
    assert Point.known == 7
    assert not hasattr(Point(1), "__dict__")


@pytest.mark.parametrize(
    ("cls", "positional", "named"),
    [
        (Point, (), {}),
        (Point, (1, 2, [], "", 5), {}),
        (Point, (1,), {"x": 2}),
        (Point, (1,), {"nope": 2}),
        (Named, (1,), {}),
    ],
)
def test_wrong_arguments(cls, positional, named):
    with pytest.raises(TypeError, match=rf"{cls.__name__}\(\)"):
        cls(*positional, **named)


def test_frozen():
    point = Point(1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del point.x
    opened = Open()
    opened.a = 2
    assert opened == Open(2)


def test_equality_hash_and_order():
    assert Point(1) == Point(1) != Point(2)
    assert Point(1) != Deep(1, 2)
    assert hash(Ordered(1, "x")) == hash(Ordered(1, "x"))
    assert sorted([Ordered(2), Ordered(1, "b"), Ordered(1, "a")])[0] == Ordered(1, "a")
    with pytest.raises(TypeError):
        hash(Point(1))
    with pytest.raises(TypeError):
        hash(Open())
    with pytest.raises(TypeError):
        assert Point(1) < Point(2)  # type: ignore[operator]


def test_repr_keeps_secrets():
    assert repr(Point(1, secret="s3cret")) == "Point(x=1, y=2, tags=[])"


def test_copies():
    point = Point(1, tags=["a"])
    for other in (copy.copy(point), copy.deepcopy(point), pickle.loads(pickle.dumps(point))):
        assert other == point
    assert replace(point, y=9) == Point(1, 9, ["a"]) == dataclasses.replace(point, y=9)
    assert names(Deep) == ("x", "y", "tags", "secret", "z")


def test_the_standard_library_knows_them():
    assert dataclasses.is_dataclass(Point)
    assert [each.name for each in dataclasses.fields(Deep)] == list(names(Deep))
    assert dataclasses.asdict(Named(a=Ordered(1))) == {"a": {"a": 1, "b": ""}, "b": 1}
    assert list(inspect.signature(Deep).parameters) == list(names(Deep))
    assert str(inspect.signature(Named)).startswith("(*, a")


def test_patterns():
    match Point(1, 5):
        case Point(1, y):
            assert y == 5
        case _:
            pytest.fail("no match")
