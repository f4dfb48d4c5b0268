"""JSON paths of printer columns, as the API server's own little language reads them.

Names (`.a.b`, `.a\\.b`, `['a']`), indexes and slices (`[0]`, `[-1]`, `[1:3]`, `[*]`), unions of
them (`[0,2]`), `.*`, `..`, and filters (`[?(@.type=="Ready")]`).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

Step = Callable[[list[Any]], list[Any]]
Path = tuple[Step, ...]


class NoValueError(Exception):
    """A path that does not fit what it is asked of; the server shows nothing then."""


_NAME = re.compile(r"\.((?:\\.|[^\\\s.,\[\]$@{}])*)", re.DOTALL)
_HERE = re.compile(r"([ @$])")
_WORD = re.compile(r"(\w[^\s.,\[\]$@{}]*)")
_KEY = re.compile(r"'([^']*)'")
_INDEX = re.compile(r"\[([^\]\n]*)\]")
_SLICE = re.compile(r"(-?\d*)(:-?\d*)?(:-?\d*)?")
_FILTER = re.compile(r"\[\?\(((?:[^\"')]|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')+)\)\]")
_COMPARISON = re.compile(r"([^!<>=]+)([!<>=]+)(.+)", re.DOTALL)
_QUOTED = re.compile(r"\s*(\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')\s*\Z")
_NUMBER = re.compile(r"[-+]?\d+(\.\d*)?")
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def parse(text: str) -> Path:
    """The steps of a path; ValueError where it can't be read."""
    steps: list[Step] = []
    place = 0
    while place < len(text):
        step, place = _step(text, place)
        steps.append(step)
    return tuple(steps)


def find(path: Path, value: Any) -> list[Any]:
    """What a path leads to, from a value."""
    found = [value]
    for step in path:
        found = step(found)
    return found


def _step(text: str, place: int) -> tuple[Step, int]:
    if text.startswith("..", place):
        # The second dot begins the name that is looked for, if there is one.
        is_named = _WORD.match(text, place + 2)
        return _descend, place + (1 if is_named else 2)
    for pattern, make in _STEPS:
        match = pattern.match(text, place)
        if match:
            return make(match[1]), match.end()
    raise ValueError(f"{text!r} can't be read at {text[place:]!r}")


def _here(_: str) -> Step:
    return lambda values: values


def _word(_: str) -> Step:
    """A word where none belongs: the server reads it, and finds nothing by it."""

    def fail(_: list[Any]) -> list[Any]:
        raise NoValueError

    return fail


def _name(text: str) -> Step:
    if text == "*":
        return _wildcard
    name = text.replace("\\", "")
    return lambda values: [v[name] for v in values if isinstance(v, dict) and name in v]


def _wildcard(values: list[Any]) -> list[Any]:
    return [child for value in values for child in _children(value)]


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _descend(values: list[Any]) -> list[Any]:
    """Everything that has something below it, from the top."""
    found: list[Any] = []
    for value in values:
        children = _children(value)
        found += [value, *_descend(children)] if children else []
    return found


def _union(text: str) -> Step:
    steps = [_element(part.strip()) for part in text.split(",")]
    return lambda values: [item for step in steps for item in step(values)]


def _element(text: str) -> Step:
    """What stands between brackets: a key, an index or a slice."""
    key = _KEY.fullmatch(text)
    if key:
        # The server reads a quoted key as a path, too, so that a dot in it needs a backslash.
        path = parse(f".{key[1]}")
        return lambda values: [item for value in values for item in find(path, value)]
    match = _SLICE.fullmatch(":" if text == "*" else text)
    if match is None:
        raise ValueError(f"invalid array index {text}")
    first, last, step = (_bound(part) for part in match.groups())
    if match[2] is None:
        last = None if first == -1 else (first or 0) + 1
    return lambda values: [i for v in values if v is not None for i in _cut(v, first, last, step)]


def _bound(text: str | None) -> int | None:
    digits = (text or "").lstrip(":")
    return int(digits) if digits else None


def _cut(items: Any, first: int | None, last: int | None, step: int | None) -> list[Any]:
    """Items from one index to another, negative ones from the end; none may lie outside."""
    if not isinstance(items, list):
        raise NoValueError
    size = len(items)
    start, end = first or 0, size if last is None else last
    start, end = start + size * (start < 0), end + size * (end < 0)
    if start == end:
        return []
    if not 0 <= start < end <= size or (step is not None and step <= 0):
        raise NoValueError
    return items[start:end:step]


def _filter(text: str) -> Step:
    test = _test(text)

    def keep(values: list[Any]) -> list[Any]:
        if not all(isinstance(value, list) for value in values):
            raise NoValueError
        return [item for value in values for item in value if test(item)]

    return keep


def _test(text: str) -> Callable[[Any], bool]:
    match = _COMPARISON.fullmatch(text)
    if match is None:
        path = _operand(text)
        return lambda item: bool(path(item))
    left, right = _operand(match[1]), _operand(match[3])
    compare = _OPERATORS.get(match[2])

    def holds(item: Any) -> bool:
        pairs = [(a, b) for a in left(item) for b in right(item)]
        if len(pairs) > 1 or compare is None:
            raise NoValueError
        return all(_compared(compare, *pair) for pair in pairs) and bool(pairs)

    return holds


def _compared(compare: Callable[[Any, Any], bool], left: Any, right: Any) -> bool:
    is_ordered = compare not in (operator.eq, operator.ne)
    if type(left) is not type(right) or isinstance(left, dict | list):
        raise NoValueError
    if isinstance(left, bool) and is_ordered:
        raise NoValueError
    return compare(left, right)


def _operand(text: str) -> Callable[[Any], list[Any]]:
    """One side of a comparison: a path from the item, or a constant."""
    quoted = _QUOTED.match(text)
    if quoted:
        constant: Any = re.sub(r"\\(.)", r"\1", quoted[1][1:-1])
        return lambda _: [constant]
    word = text.strip()
    if word in ("true", "false"):
        return lambda _: [word == "true"]
    if _NUMBER.fullmatch(word):
        number = float(word) if "." in word else int(word)
        return lambda _: [number]
    path = parse(word)
    return lambda item: find(path, item)


_STEPS: tuple[tuple[re.Pattern[str], Callable[[str], Step]], ...] = (
    (_NAME, _name),
    (_FILTER, _filter),
    (_INDEX, _union),
    (_HERE, _here),
    (_WORD, _word),
)
