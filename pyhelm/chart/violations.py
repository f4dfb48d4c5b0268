"""What a schema finds wrong with values, in the rules, the words and the order of Helm's library.

No library for Python has these: which keywords end the search at a place, which faults are nested
below others, formats, and patterns in Go's dialect. Where Helm's order is a matter of chance (its
maps have none), names are sorted.
"""

from __future__ import annotations

from fractions import Fraction

from pyhelm._dataclass import dataclass, field
from pyhelm._lazy import named
from pyhelm._typing import Any, Callable, Iterable, Iterator
from pyhelm.chart import schema_formats
from pyhelm.chart import violation_words as words
from pyhelm.chart.schema_documents import Documents, Place, dynamic
from pyhelm.chart.violation_words import pointer_text

FAILED = "validation failed"

PLAIN, GROUP, REFERENCE = "", "group", "reference"


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong at a place of the values, and what that is made of.

    `names` are the keys of the mapping there that it is about.
    """

    path: tuple[str | int, ...]
    text: str
    below: tuple[Violation, ...] = ()
    kind: str = PLAIN
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Visit:
    """A value at a schema: how both were reached, and what of the value was looked at.

    `trails` are the schemas that this very value has been held against on the way here, `scope`
    all resources. `seen` are the names or indices that any keyword knows, for `unevaluated…`.
    """

    documents: Documents
    place: Place
    value: Any
    path: tuple[str | int, ...] = ()
    trail: str = ""
    trails: dict[tuple[str, str], str] = field(default_factory=dict)
    scope: tuple[Place, ...] = ()
    formats: bool = False
    seen: set[Any] = field(default_factory=set)

    @property
    def schema(self) -> dict[str, Any]:
        found: dict[str, Any] = self.place.schema
        return found

    @property
    def draft(self) -> int:
        return self.place.document.draft

    def fault(
        self, text: str, below: Iterable[Violation] = (), names: Iterable[str] = ()
    ) -> Violation:
        return Violation(self.path, text, tuple(below), names=tuple(names))

    def below(self, part: str | int, *steps: str | int) -> list[Violation]:
        """A part of the value, held against a schema inside of this one."""
        inner = _Visit(
            self.documents,
            self.place.child(*steps),
            self.value[part],
            (*self.path, part),
            f"{self.trail}{pointer_text(steps)}",
            {},
            _scope(self),
            self.formats,
        )
        return _one(inner)

    def same(self, place: Place, step: str) -> list[Violation]:
        """This value, held against another schema; what that has looked at counts here, too."""
        inner = _Visit(
            self.documents,
            place,
            self.value,
            self.path,
            f"{self.trail}{step}",
            {**self.trails, (self.place.document.url, self.place.pointer): self.trail},
            _scope(self),
            self.formats,
        )
        found = _one(inner)
        if not found:
            self.seen.update(inner.seen)
        return found

    def inner(self, *steps: str | int) -> list[Violation]:
        """This value, held against a schema inside of this one."""
        return self.same(self.place.child(*steps), pointer_text(steps))


def _scope(visit: _Visit) -> tuple[Place, ...]:
    return (*visit.scope, visit.place) if visit.place.is_resource else visit.scope


def violations(
    place: Place, value: Any, documents: Documents, *, formats: bool = False
) -> list[Violation]:
    """All that is wrong with a value; with `formats`, what newer drafts only note is asked for.

    Raises BadSchema for a reference that leads nowhere.
    """
    found = _one(_Visit(documents, place, value, formats=formats))
    return list(found[0].below) if found and found[0].kind == GROUP else found


def lines(found: Iterable[Violation], indent: str = "") -> Iterator[str]:
    """Violations as Helm prints them, by place."""
    for each in found:
        if each.kind == REFERENCE and len(each.below) == 1:
            yield from lines(each.below, indent)
            continue
        yield f"{indent}- at {words.quoted(pointer_text(each.path))}: {each.text}"
        yield from lines(each.below, f"{indent}  ")


def paths(found: Iterable[Violation]) -> Iterator[tuple[str | int, ...]]:
    """The places that violations are about in the end, with repetitions."""
    for each in found:
        if each.names:
            yield from ((*each.path, name) for name in each.names)
        elif each.below:
            yield from paths(each.below)
        else:
            yield each.path


def _one(visit: _Visit) -> list[Violation]:
    """One violation for all that is wrong at a place, or none."""
    found = _all(visit)
    if len(found) < 2:
        return found
    return [Violation(visit.path, FAILED, tuple(found), GROUP)]


def _all(visit: _Visit) -> list[Violation]:
    schema = visit.place.schema
    if schema is False:
        return [visit.fault("false schema")]
    if not isinstance(schema, dict) or not schema:
        return []
    key = (visit.place.document.url, visit.place.pointer)
    if key in visit.trails:
        said = f"both {visit.trail} and {visit.trails[key]} resolve to "
        url = named("pyhelm.engine.functions.quoting:quote")(visit.place.location)
        return [visit.fault(f"{said}{url} causing reference cycle")]
    if visit.draft < 2019 and "$ref" in schema:
        # The standards say that all beside it is ignored. Helm: but for `const`.
        return _const(visit) or list(_reference(visit, "$ref"))
    return _decisive(visit) or [*_keywords(visit)]


def _decisive(visit: _Visit) -> list[Violation]:
    """Where one of these fails, Helm's library looks no further."""
    schema, value = visit.schema, visit.value
    if "type" in schema and not _is_of(value, schema["type"]):
        return [visit.fault(words.wrong_type(value, _types(schema["type"])))]
    wrong = _const(visit)
    if wrong:
        return wrong
    if "enum" in schema and not any(equal(value, each) for each in schema["enum"]):
        return [visit.fault(words.not_one_of(schema["enum"]))]
    if "format" in schema and (visit.formats or visit.draft < 2019):
        reason = schema_formats.fault(str(schema["format"]), value)
        if reason:
            shown = words.scalar(value)
            return [visit.fault(f"{shown} is not valid {schema['format']}: {reason}")]
    return []


def _const(visit: _Visit) -> list[Violation]:
    schema = visit.schema
    if "const" not in schema or visit.draft < 6 or equal(visit.value, schema["const"]):
        return []
    return [visit.fault(words.not_the(schema["const"]))]


def _types(wanted: Any) -> list[str]:
    return [wanted] if isinstance(wanted, str) else wanted


def _is_of(value: Any, wanted: Any) -> bool:
    known = [each for each in _types(wanted) if each in words.TYPES]
    kind = words.type_of(value)
    if not known or kind in known:
        return True
    return kind == "number" and "integer" in known and exact(value).denominator == 1


def exact(value: Any) -> Fraction:
    """A number as it is written, with nothing lost."""
    return Fraction(int(value)) if isinstance(value, int) else Fraction(repr(float(value)))


def equal(one: Any, other: Any) -> bool:
    """Equality as JSON has it, where true is no 1."""
    if words.type_of(one) != words.type_of(other):
        return False
    if isinstance(one, dict):
        same = one.keys() == other.keys()
        return same and all(equal(each, other[key]) for key, each in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return bool(one == other)


def _keywords(visit: _Visit) -> Iterator[Violation]:
    """The other keywords, in the order in which Helm's library has them."""
    yield from _reference(visit, "$ref")
    if isinstance(visit.value, dict):
        yield from _mapping(visit)
    elif isinstance(visit.value, list):
        yield from _sequence(visit)
    elif isinstance(visit.value, str):
        yield from _text(visit)
    elif words.type_of(visit.value) == "number":
        yield from _number(visit)
    if visit.draft == 2019:
        yield from _reference(visit, "$recursiveRef")
    if visit.draft >= 2020:
        yield from _reference(visit, "$dynamicRef")
    yield from _combined(visit)
    if visit.draft >= 2019:
        yield from _unevaluated(visit)


def _reference(visit: _Visit, keyword: str) -> Iterator[Violation]:
    reference = visit.schema.get(keyword)
    if not isinstance(reference, str):
        return
    target = visit.documents.resolve(visit.place, reference)
    if keyword != "$ref":
        target = _outermost(visit, target, reference)
    for each in visit.same(target, f"/{keyword}"):
        below = each.below if each.kind == GROUP else (each,)
        yield Violation(visit.path, FAILED, below, REFERENCE)


def _outermost(visit: _Visit, target: Place, reference: str) -> Place:
    """Where a dynamic reference leads: the first resource on the way here that has its anchor."""
    scope = _scope(visit)
    schema = target.schema if isinstance(target.schema, dict) else {}
    if reference == "#":
        outer = (each for each in scope if each.schema.get("$recursiveAnchor") is True)
        return next(outer, target) if schema.get("$recursiveAnchor") is True else target
    anchor = reference.partition("#")[2]
    if not anchor or schema.get("$dynamicAnchor") != anchor:
        return target
    found = (dynamic(each, anchor) for each in scope)
    return next((each for each in found if each is not None), target)


def _sizes(visit: _Visit, least: str, most: str) -> Iterator[Violation]:
    size = len(visit.value)
    if least in visit.schema and size < visit.schema[least]:
        yield visit.fault(words.count(least, size, int(visit.schema[least])))
    if most in visit.schema and size > visit.schema[most]:
        yield visit.fault(words.count(most, size, int(visit.schema[most])))


def _mapping(visit: _Visit) -> Iterator[Violation]:
    schema, value = visit.schema, visit.value
    yield from _sizes(visit, "minProperties", "maxProperties")
    absent = [name for name in schema.get("required", ()) if name not in value]
    if absent:
        yield visit.fault(words.missing(absent))
    yield from _dependencies(visit, "dependencies")
    yield from _members(visit)
    if "propertyNames" in schema and visit.draft >= 6:
        for name in sorted(value):
            yield from _name(visit, name)
    if visit.draft >= 2019:
        yield from _dependencies(visit, "dependentSchemas")
        yield from _dependencies(visit, "dependentRequired")


def _dependencies(visit: _Visit, keyword: str) -> Iterator[Violation]:
    """What some names ask of a mapping that has them: other names, or a whole schema."""
    for name, wanted in sorted(visit.schema.get(keyword, {}).items()):
        if name not in visit.value:
            continue
        if not isinstance(wanted, list):
            yield from visit.inner(keyword, name)
            continue
        absent = [each for each in wanted if each not in visit.value]
        if absent:
            yield visit.fault(words.dependent(absent, name))


def _members(visit: _Visit) -> Iterator[Violation]:
    schema = visit.schema
    own, patterns = schema.get("properties", {}), sorted(schema.get("patternProperties", {}))
    others = schema.get("additionalProperties")
    unwanted = []
    for name in sorted(visit.value):
        ways = [("properties", name)] if name in own else []
        ways += [("patternProperties", each) for each in patterns if _matches(each, name)]
        if ways or others is not None:
            visit.seen.add(name)
        for keyword, each in ways:
            yield from visit.below(name, keyword, each)
        if not ways and others is False:
            unwanted.append(name)
        elif not ways and others is not None:
            yield from visit.below(name, "additionalProperties")
    if unwanted:
        yield visit.fault(words.additional(unwanted), names=unwanted)


def _name(visit: _Visit, name: str) -> Iterator[Violation]:
    place = visit.place.child("propertyNames")
    found = violations(place, name, visit.documents, formats=visit.formats)
    if found:
        yield visit.fault(f"invalid propertyName {words.quoted(name)}", found, (name,))


def _matches(pattern: str, text: str) -> bool:
    octets = text.encode("utf-8", "surrogateescape")
    expression = named("pyhelm.engine.functions.regex:compiled")(pattern, text)
    return expression.compiled.search(octets) is not None


def _sequence(visit: _Visit) -> Iterator[Violation]:
    yield from _sizes(visit, "minItems", "maxItems")
    if visit.schema.get("uniqueItems") is True:
        yield from _unique(visit)
    yield from _items(visit)
    if "contains" in visit.schema and visit.draft >= 6:
        yield from _contained(visit)


def _unique(visit: _Visit) -> Iterator[Violation]:
    items = visit.value
    for last in range(1, len(items)):
        for first in range(last):
            if equal(items[first], items[last]):
                yield visit.fault(f"items at {first:,} and {last:,} are equal")
                return


def _items(visit: _Visit) -> Iterator[Violation]:
    """Items that have schemas of their own, then the others."""
    schema, count = visit.schema, len(visit.value)
    first, rest = "prefixItems", "items"
    if visit.draft < 2020:
        first, rest = "items", "additionalItems"
        if not isinstance(schema.get("items"), list):
            first, rest = "", "items"
    known = min(count, len(schema.get(first, ())))
    for index in range(known):
        yield from visit.below(index, first, index)
    visit.seen.update(range(count if rest in schema else known))
    if schema.get(rest) is False and rest == "additionalItems" and known < count:
        yield visit.fault(f"last {count - known:,} additionalItem(s) not allowed")
    elif rest in schema and not (schema[rest] is False and rest == "additionalItems"):
        for index in range(known, count):
            yield from visit.below(index, rest)


def _contained(visit: _Visit) -> Iterator[Violation]:
    verdicts = [visit.below(index, "contains") for index in range(len(visit.value))]
    fitting = [index for index, found in enumerate(verdicts) if not found]
    reasons = [each for found in verdicts for each in found]
    bounds = visit.schema if visit.draft >= 2019 else {}
    if visit.draft >= 2020:
        visit.seen.update(fitting)
    if "minContains" in bounds:
        if len(fitting) < bounds["minContains"]:
            yield visit.fault(words.too_few(fitting, int(bounds["minContains"])), reasons)
    elif not fitting:
        yield visit.fault("no items match contains schema", reasons)
    if "maxContains" in bounds and len(fitting) > bounds["maxContains"]:
        yield visit.fault(words.too_many(fitting, int(bounds["maxContains"])))


def _text(visit: _Visit) -> Iterator[Violation]:
    yield from _sizes(visit, "minLength", "maxLength")
    pattern = visit.schema.get("pattern")
    if isinstance(pattern, str) and not _matches(pattern, visit.value):
        shown = f"{words.quoted(visit.value)} does not match pattern {words.quoted(pattern)}"
        yield visit.fault(shown)


def _number(visit: _Visit) -> Iterator[Violation]:
    value = exact(visit.value)
    for name, wanted in _bounds(visit.schema):
        limit = exact(wanted)
        if LIMITS[name](value, limit):
            yield visit.fault(words.bound(name, visit.value, wanted))


def _bounds(schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The limits of a number; in draft 4 a true `exclusiveMinimum` sharpens the `minimum`."""
    for end in ("Minimum", "Maximum"):
        exclusive = f"exclusive{end}"
        if end.lower() in schema and schema.get(exclusive) is not True:
            yield end.lower(), schema[end.lower()]
    for end in ("Minimum", "Maximum"):
        exclusive = f"exclusive{end}"
        if schema.get(exclusive) is True and end.lower() in schema:
            yield exclusive, schema[end.lower()]
        elif exclusive in schema and not isinstance(schema[exclusive], bool):
            yield exclusive, schema[exclusive]
    if "multipleOf" in schema:
        yield "multipleOf", schema["multipleOf"]


LIMITS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "minimum": lambda value, limit: value < limit,
    "maximum": lambda value, limit: value > limit,
    "exclusiveMinimum": lambda value, limit: value <= limit,
    "exclusiveMaximum": lambda value, limit: value >= limit,
    "multipleOf": lambda value, limit: (value / limit).denominator != 1,
}
"""Whether a number breaks a limit."""


def _combined(visit: _Visit) -> Iterator[Violation]:
    schema = visit.schema
    if "not" in schema and not visit.inner("not"):
        yield visit.fault("'not' failed")
    if "allOf" in schema:
        verdicts = [visit.inner("allOf", number) for number in range(len(schema["allOf"]))]
        if any(verdicts):
            yield visit.fault("'allOf' failed", (each for found in verdicts for each in found))
    if "anyOf" in schema:
        verdicts = [visit.inner("anyOf", number) for number in range(len(schema["anyOf"]))]
        if all(verdicts):
            yield visit.fault("'anyOf' failed", (each for found in verdicts for each in found))
    if "oneOf" in schema:
        yield from _one_of(visit)
    if "if" in schema and visit.draft >= 7:
        branch = "else" if visit.inner("if") else "then"
        if branch in schema:
            yield from visit.inner(branch)


def _one_of(visit: _Visit) -> Iterator[Violation]:
    verdicts = [visit.inner("oneOf", number) for number in range(len(visit.schema["oneOf"]))]
    fitting = [number for number, found in enumerate(verdicts) if not found]
    if not fitting:
        reasons = (each for found in verdicts for each in found)
        yield visit.fault("'oneOf' failed, none matched", reasons)
    elif len(fitting) > 1:
        shown = f"'oneOf' failed, subschemas {fitting[0]:,}, {fitting[1]:,} matched"
        yield visit.fault(shown)


def _unevaluated(visit: _Visit) -> Iterator[Violation]:
    parts: Iterable[Any] = ()
    if isinstance(visit.value, dict) and "unevaluatedProperties" in visit.schema:
        keyword, parts = "unevaluatedProperties", sorted(visit.value)
    elif isinstance(visit.value, list) and "unevaluatedItems" in visit.schema:
        keyword, parts = "unevaluatedItems", range(len(visit.value))
    for part in parts:
        if part not in visit.seen:
            yield from visit.below(part, keyword)
    visit.seen.update(parts)
