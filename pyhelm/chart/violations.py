"""What a schema finds wrong with values, in the words and the order of Helm's library.

jsonschema-rs reports a flat list; Helm's library (santhosh-tekuri's) a tree, where reasons stand
below the reference or combination that failed with them. The way from the schema's top to each
error (`evaluation_path`) tells the tree.
"""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field
from pyhelm._typing import Any, Iterable, Iterator
from pyhelm.chart import violation_words
from pyhelm.chart.violation_words import FALSE_SCHEMA, pointer_text

FAILED = "validation failed"

NAMED = frozenset(("dependencies", "dependentSchemas", "patternProperties", "properties"))
"""Keywords that hold a schema for each of some names."""

COUNTED = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
"""Keywords that hold a list of schemas."""

DIRECT = frozenset(
    (
        *("$dynamicRef", "$recursiveRef", "$ref", "additionalItems", "additionalProperties"),
        *("contains", "else", "if", "items", "then", "unevaluatedItems", "unevaluatedProperties"),
    )
)
"""Keywords that hold one schema (`items` once held a list, too)."""

REFERENCES = frozenset(("$dynamicRef", "$recursiveRef", "$ref"))

DESCENDING = frozenset(
    (
        *("additionalItems", "additionalProperties", "items", "patternProperties", "prefixItems"),
        *("properties", "unevaluatedItems", "unevaluatedProperties"),
    )
)
"""Keywords whose schemas are for a part of the value."""

DECISIVE = ("type", "const", "enum", "format")
"""Where one of these fails, Helm's library looks no further at that place."""


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong at a place of the values (a JSON pointer), and what that is made of."""

    pointer: str
    text: str
    below: tuple[Violation, ...] = field(default=())
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class _Documents:
    """What was checked by what."""

    schema: Any
    values: Any

    def value_at(self, path: Iterable[Any]) -> Any:
        value = self.values
        for step in path:
            value = value[step]
        return value


class _Place:
    """A schema that a value was held against: the errors of its keywords, and those further in."""

    __slots__ = ("children", "errors", "path")

    def __init__(self, path: tuple[Any, ...] = ()) -> None:
        self.path = path
        self.errors: list[Any] = []
        self.children: dict[tuple[Any, ...], _Place] = {}

    def child(self, keyword: str, name: Any, part: tuple[Any, ...]) -> _Place:
        return self.children.setdefault((keyword, name, part), _Place((*self.path, *part)))


def lines(errors: Iterable[Any], schema: Any, values: Any) -> list[str]:
    """jsonschema-rs' errors, of `values` by `schema`, as Helm prints them, by place."""
    found = _violations(_tree(errors, 0, ()), _Documents(schema, values))
    return [line for each in _opened(found) for line in _shown(each, "")]


def _opened(found: list[Violation]) -> list[Violation]:
    """What a lone group is made of, else what was found."""
    return list(found[0].below) if len(found) == 1 and found[0].is_group else found


def _shown(violation: Violation, indent: str) -> Iterator[str]:
    yield f"{indent}- at {violation_words.quoted(violation.pointer)}: {violation.text}"
    for each in violation.below:
        yield from _shown(each, f"{indent}  ")


def _tree(errors: Iterable[Any], start: int, path: tuple[Any, ...]) -> _Place:
    """The errors by where they came up, from the schema on that lies `start` steps in."""
    root = _Place(path)
    for error in errors:
        _insert(root, error, list(error.evaluation_path)[start:], list(error.instance_path))
    return root


def _insert(place: _Place, error: Any, steps: list[Any], instance: list[Any]) -> None:
    at = 0
    while at < len(steps):
        keyword, rest = steps[at], len(steps) - at - 1
        named = keyword in NAMED or keyword in COUNTED
        if keyword == "items" and rest and isinstance(steps[at + 1], int):
            named = True
        if not ((named and rest) or (keyword in DIRECT and (rest or _is_false(error)))):
            break
        deeper = len(place.path)
        part = tuple(instance[deeper : deeper + 1]) if keyword in DESCENDING else ()
        place = place.child(keyword, steps[at + 1] if named else None, part)
        at += 2 if named else 1
    place.errors.append(error)


def _is_false(error: Any) -> bool:
    return bool(error.kind.name == FALSE_SCHEMA)


def _violations(place: _Place, documents: _Documents) -> list[Violation]:
    """What failed at a place, in a fixed order (helm's own is a matter of chance)."""
    pointer = pointer_text(place.path)
    for decisive in DECISIVE:
        found = [error for error in place.errors if error.kind.name == decisive]
        if found:
            return [Violation(pointer, violation_words.text(found[0]))]
    own = [*_own(place, documents), *_inner(place, documents)]
    return sorted(own, key=lambda each: each.pointer)


def _inner(place: _Place, documents: _Documents) -> Iterator[Violation]:
    """What failed further in."""
    pointer = pointer_text(place.path)
    branches = []
    for (keyword, _, _), child in place.children.items():
        found = _violations(child, documents)
        if keyword == "allOf":
            branches.append(_one(child, found))
        elif keyword in REFERENCES and len(_opened(found)) > 1:
            yield Violation(pointer, FAILED, tuple(_opened(found)))
        else:
            yield _one(child, found)
    if branches:
        yield Violation(pointer, "'allOf' failed", tuple(branches))


def _one(place: _Place, found: list[Violation]) -> Violation:
    """One violation for all that was found at a place."""
    if len(found) == 1:
        return found[0]
    return Violation(pointer_text(place.path), FAILED, tuple(found), is_group=True)


def _own(place: _Place, documents: _Documents) -> Iterator[Violation]:
    """What a place's own keywords found."""
    pointer = pointer_text(place.path)
    missing: list[str] = []
    unwanted: list[str] = []
    names: dict[str, list[Any]] = {}
    for error in place.errors:
        kind, keyword = error.kind.name, list(error.evaluation_path)[-1:]
        if kind == "required" and keyword == ["required"]:
            missing.append(error.kind.property)
        elif kind == FALSE_SCHEMA and keyword == ["additionalProperties"]:
            unwanted = list(documents.value_at(place.path))
        elif kind == "propertyNames":
            names.setdefault(error.kind.error.instance, []).append(error.kind.error)
        elif kind in ("anyOf", "oneOf"):
            yield Violation(
                pointer, violation_words.text(error), _branches(error, place, documents)
            )
        elif kind == "unevaluatedProperties":
            unexpected = sorted(error.kind.unexpected)
            yield from (
                Violation(f"{pointer}{pointer_text([n])}", "false schema") for n in unexpected
            )
        elif kind != "required":
            yield Violation(pointer, violation_words.text(error))
    if unwanted:
        yield Violation(pointer, violation_words.additional(unwanted))
    if missing:
        yield Violation(pointer, violation_words.missing(missing))
    dependent = [error for error in place.errors if error.kind.name == "required"]
    yield from (
        Violation(pointer, text) for text in violation_words.dependent(dependent, documents.schema)
    )
    for name, inner in names.items():
        yield _name_violation(pointer, name, inner, documents)


def _branches(error: Any, place: _Place, documents: _Documents) -> tuple[Violation, ...]:
    """Why each of the schemas of `anyOf` or `oneOf` did not fit; nothing where several did."""
    start = len(list(error.evaluation_path)) + 1
    context = error.kind.context
    if not all(context):
        return ()
    places = [_tree(branch, start, place.path) for branch in context]
    return tuple(_one(each, _violations(each, documents)) for each in places)


def _name_violation(pointer: str, name: str, errors: list[Any], documents: _Documents) -> Violation:
    place = _Place()
    place.errors.extend(errors)
    below = tuple(_violations(place, documents))
    return Violation(pointer, f"invalid propertyName {violation_words.quoted(name)}", below)
