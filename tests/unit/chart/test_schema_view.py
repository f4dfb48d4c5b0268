"""What a schema does not look at makes no difference to it."""

from __future__ import annotations

from random import Random
from typing import Any

import jsonschema_rs
import pytest

from pyhelm.chart.schema_view import seen, view

LEAVES: tuple[Any, ...] = (
    {"type": "string"}, {"type": "integer"}, {"type": ["string", "null"]}, {"enum": ["a", 1]}, {},
    {"type": "number", "minimum": 2}, {"type": "array"}, {"type": "object"}, True, False,
    {"type": "boolean", "title": "t", "form": True}, {"pattern": "^a"}, {"not": {"type": "string"}},
)  # fmt: skip
SCALARS = ("a", "b", "", 1, 2, 2.0, 1.5, True, False, None)
NAMES = ("x", "y", "z")


def schema(chance: Random, depth: int = 0) -> Any:
    if depth > 2 or chance.random() < 0.3:
        return chance.choice(LEAVES)
    made: dict[str, Any] = {}
    if chance.random() < 0.8:
        made["properties"] = {
            name: schema(chance, depth + 1) for name in NAMES if chance.random() < 0.6
        }
    if chance.random() < 0.4:
        made["items"] = schema(chance, depth + 1)
    if chance.random() < 0.4:
        made["required"] = [chance.choice(NAMES)]
    if chance.random() < 0.2:
        made["additionalProperties"] = schema(chance, depth + 1)
    if chance.random() < 0.5:
        made["type"] = chance.choice(("object", "array", ["object", "string"]))
    return made


def value(chance: Random, depth: int = 0) -> Any:
    kind = chance.random()
    if depth > 2 or kind < 0.4:
        return chance.choice(SCALARS)
    if kind < 0.8:
        return {name: value(chance, depth + 1) for name in NAMES if chance.random() < 0.7}
    return [value(chance, depth + 1) for _ in range(chance.randint(0, 2))]


@pytest.mark.parametrize("seed", range(3))
def test_where_it_sees_the_same_its_verdict_is_the_same(seed: int) -> None:
    chance, shared = Random(seed), 0
    for _ in range(300):
        made = schema(chance)
        checker, known = jsonschema_rs.validator_for(made), view(made)
        verdicts: dict[str, bool] = {}
        for _ in range(60):
            values = value(chance)
            part, fits = repr(seen(known, values)), checker.is_valid(values)
            shared += part in verdicts
            assert verdicts.setdefault(part, fits) == fits, (made, values)
    assert shared > 1000


def test_most_of_a_chart_s_values_make_no_difference() -> None:
    known = view(
        {
            "$schema": "http://json-schema.org/schema#",
            "type": "object",
            "properties": {
                "name": {"type": "string", "title": "Name", "form": True},
                "size": {"type": "integer", "minimum": 1},
                "list": {"type": "array", "items": {"type": "string"}},
            },
        }
    )
    first = seen(known, {"name": "a", "size": 1, "list": ["x"], "other": 1})
    assert first == seen(known, {"name": "b", "size": 1, "list": ["y"], "more": {}})
    assert first != seen(known, {"name": "a", "size": 2, "list": ["x"], "other": 1})
    assert first != seen(known, {"name": 1, "size": 1, "list": ["x"]})
    assert first != seen(known, {"name": "a", "size": 1, "list": ["x", 1]})
