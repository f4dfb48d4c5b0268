"""How the tables of cases are held to Go's answers: types count, and floats to the last bit."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from pyhelm.engine.functions import FunctionError, load_go
from pyhelm.engine.functions.layouts import parsed
from pyhelm.engine.functions.times import Time

INF = float("inf")
NAN = float("nan")


class Fails(str):
    """The text of the error that a function fails with."""

    __slots__ = ()


class Shown(str):
    """A time or another object, as Go prints it."""

    __slots__ = ()


def moment(text: str) -> Time:
    """A time as RFC 3339 has it."""
    return parsed("2006-01-02T15:04:05.999999999Z07:00", text)


def check(name: str, arguments: tuple[Any, ...], expected: Any) -> None:
    """Call a function as Go's templates do, and compare what it gives."""
    given = [copy.deepcopy(argument) for argument in arguments]
    if isinstance(expected, Fails):
        with pytest.raises(FunctionError) as caught:
            load_go(name)(*given)
        assert str(caught.value) == expected
        return
    found = load_go(name)(*given)
    if isinstance(expected, Shown):
        found = Shown(found.go_format())
    assert same(found, expected), f"{found!r} is not {expected!r}"


def same(one: Any, other: Any) -> bool:
    """Equal in value and type, all the way down."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return repr(one) == repr(other)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return bool(one == other)
