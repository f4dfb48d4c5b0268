"""Lists. Go's functions refuse what is no list and mind types; Jinja's are lenient."""

from __future__ import annotations

from pyhelm._typing import Any, Callable, Sequence
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.cast import integer
from pyhelm.engine.functions.limits import Step, listed, uncounted
from pyhelm.engine.functions.types import deep_equal, empty, go_kind, same
from pyhelm.engine.gotypes import Byte, Lists, NilList

NIL = "runtime error: invalid memory address or nil pointer dereference"


def items_of(value: Any, refusal: str) -> list[Any]:
    """A list's items; raises FunctionError with `refusal` and the kind of what is none."""
    if isinstance(value, list):
        return value
    if isinstance(value, bytes):
        return [Byte(each) for each in value]
    if value is None:
        raise FunctionError(NIL)
    raise FunctionError(f"{refusal} {go_kind(value)}")


def append(items: Any, item: Any) -> list[Any]:
    """With an item behind."""
    found = [*items_of(items, "Cannot push on type"), item]
    listed(len(found))
    return found


def prepend(items: Any, item: Any) -> list[Any]:
    """With an item in front."""
    found = [item, *items_of(items, "Cannot prepend on type")]
    listed(len(found))
    return found


def first(items: Any) -> Any:
    """The first item; null of an empty list."""
    found = items_of(items, "Cannot find first on type")
    return found[0] if found else None


def last(items: Any) -> Any:
    """The last item; null of an empty list."""
    found = items_of(items, "Cannot find last on type")
    return found[-1] if found else None


def rest(items: Any) -> list[Any]:
    """All but the first."""
    found = items_of(items, "Cannot find rest on type")
    return list(found[1:]) if found else NilList()


def initial(items: Any) -> list[Any]:
    """All but the last."""
    found = items_of(items, "Cannot find initial on type")
    return list(found[:-1]) if found else NilList()


def reverse(items: Any) -> list[Any]:
    """From the end."""
    return list(reversed(items_of(items, "Cannot find reverse on type")))


def compact(items: Any) -> list[Any]:
    """Without empty items."""
    return [item for item in items_of(items, "Cannot compact on type") if not empty(item)]


def uniq(items: Any, *, step: Step = uncounted) -> list[Any]:
    """Each item once, the first of equal ones."""
    found: list[Any] = []
    seen: set[tuple[type, Any]] = set()
    for item in items_of(items, "Cannot find uniq on type"):
        if isinstance(item, str | int | float | bool):
            mark = (type(item), item)
            if mark in seen and item == item:
                continue
            seen.add(mark)
        elif _is_in(found, item, step):
            continue
        found.append(item)
    return found


def without(items: Any, *omitted: Any, step: Step = uncounted) -> list[Any]:
    """Without these items."""
    found = items_of(items, "Cannot find without on type")
    return [item for item in found if not _is_in(omitted, item, step)]


def has(item: Any, items: Any, *, step: Step = uncounted) -> bool:
    """Whether a list holds an item of the same type and value."""
    return items is not None and _is_in(items_of(items, "Cannot find has on type"), item, step)


def _is_in(items: Sequence[Any], item: Any, step: Step) -> bool:
    step(len(items))
    if type(item) is str:
        return item in items  # nothing else is equal to text
    return any(deep_equal(item, each, step=step) for each in items)


def slice_(items: Any, *bounds: Any) -> Any:
    """From one index to before another; nothing of an empty list."""
    found = items_of(items, "list should be type of slice or array but")
    if not found:
        return None
    start = integer(bounds[0]) if bounds else 0
    end = integer(bounds[1]) if len(bounds) > 1 else len(found)
    if not 0 <= start <= end <= len(found):
        raise FunctionError("reflect.Value.Slice: slice index out of bounds")
    part = found[start:end]
    return part if type(items) is list else _like(items, part)


def _like(items: Any, part: list[Any]) -> Any:
    return bytes(part) if isinstance(items, bytes) else type(items)(part)


def concat(*lists: Any) -> list[Any]:
    """The items of all lists."""
    found: list[Any] = []
    for items in lists:
        if items is None:
            raise FunctionError(NIL)
        if not isinstance(items, list | bytes):
            raise FunctionError(f"Cannot concat type {go_kind(items)} as list")
        found += items_of(items, "")
        listed(len(found))
    return found or NilList()


def chunk(size: int, items: Any) -> Lists:
    """Lists of at most `size` items."""
    found = items_of(items, "Cannot chunk type")
    count = (len(found) - 1) // size + 1 if size else -1
    if size < -1 and len(found) == 1:  # Sprig: its arithmetic lets this one through
        return Lists([list(found)])
    if count < 0 or (count and size < 0):
        raise FunctionError("runtime error: makeslice: len out of range")
    return Lists([list(found[at * size : (at + 1) * size]) for at in range(count)])


def _lenient_has(item: Any, items: Any) -> bool:
    return any(same(each, item) for each in items or ())


def _lenient_uniq(items: list[Any]) -> list[Any]:
    found: list[Any] = []
    for item in items:
        if not _lenient_has(item, found):
            found.append(item)
    return found


def _lenient_chunk(size: int, items: list[Any]) -> list[list[Any]]:
    if size < 1:
        raise FunctionError("chunk needs a size of at least 1")
    return [items[at : at + size] for at in range(0, len(items), size)]


def _lenient_slice(items: list[Any], start: int = 0, end: int | None = None) -> list[Any]:
    return items[start:end]


def _lenient_without(items: list[Any], *omitted: Any) -> list[Any]:
    return [item for item in items if not _lenient_has(item, omitted)]


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "append": lambda items, item: [*items, item],
    "chunk": _lenient_chunk,
    "compact": lambda items: [item for item in items if item],
    "concat": lambda *lists: [item for items in lists for item in items],
    "first": lambda items: items[0] if items else None,
    "has": _lenient_has,
    "initial": lambda items: list(items[:-1]),
    "last": lambda items: items[-1] if items else None,
    "list": lambda *items: list(items),
    "prepend": lambda items, item: [item, *items],
    "push": lambda items, item: [*items, item],
    "rest": lambda items: list(items[1:]),
    "reverse": lambda items: list(reversed(items)),
    "slice": _lenient_slice,
    "tuple": lambda *items: list(items),
    "uniq": _lenient_uniq,
    "without": _lenient_without,
}

GO_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "append": append,
    "chunk": chunk,
    "compact": compact,
    "concat": concat,
    "first": first,
    "has": has,
    "initial": initial,
    "last": last,
    "prepend": prepend,
    "push": append,
    "rest": rest,
    "reverse": reverse,
    "slice": slice_,
    "uniq": uniq,
    "without": without,
}

MUST = (
    *("append", "chunk", "compact", "first", "has", "initial", "last", "prepend", "push", "rest"),
    *("reverse", "slice", "uniq", "without"),
)
"""The names that have a variant that fails; it fails with the same words."""

for _table in (FUNCTIONS, GO_FUNCTIONS):
    _table |= {f"must{name[0].upper()}{name[1:]}": _table[name] for name in MUST}
