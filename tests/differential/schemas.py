"""Random schemas, and values that mostly don't fit them."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

from tests.differential.referee import Referee, Tally, write_chart

DRAFTS = (
    None,
    None,
    "http://json-schema.org/draft-07/schema#",
    "http://json-schema.org/draft-04/schema#",
)
NAMES = ("a", "b", "it's", "x/y")
TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 1234567, 2.5, "", "text", "a/b", 'it\'s "so"', "日本", [], [1]),
    *([1, 1], [1, True, 1.0], ["a", {"a": 1}], {}, {"a": 1}, {"a": {"b": "x"}, "b": []}),
    *({"a": 1, "b": 2, "it's": 3, "x/y": None}, [{"a": 1}, {"a": "x"}], 1000, -1234.5),
)
UNEQUAL: tuple[Any, ...] = (None, True, 0, 1, 2.5, "text", "it's", [], {"a": 1})


class Grammar:
    """Schemas and values, drawn from one source of chance."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.pick = chance.choice

    def value(self) -> Any:
        return self.pick(VALUES)

    def schemas(self, depth: int, count: int = 2) -> list[Any]:
        return [self.schema(depth) for _ in range(self.chance.randint(1, count))]

    def by_name(self, depth: int) -> dict[str, Any]:
        return {name: self.schema(depth) for name in NAMES if self.chance.random() < 0.5}

    def keyword(self, depth: int) -> tuple[str, Any]:
        simple: dict[str, Any] = {
            "type": lambda: self.pick((self.pick(TYPES), self.chance.sample(TYPES, 2))),
            "enum": lambda: self.chance.sample(UNEQUAL, self.chance.randint(1, 3)),
            "const": self.value,
            "required": lambda: self.chance.sample(NAMES, self.chance.randint(1, 3)),
            "minimum": lambda: self.pick((0, 10, 2500, 2.5)),
            "maximum": lambda: self.pick((0, -10, 2.5, 1000)),
            "multipleOf": lambda: self.pick((2, 1000, 0.5)),
            "minLength": lambda: self.pick((1, 3, 1000)),
            "maxLength": lambda: self.pick((0, 1)),
            "pattern": lambda: self.pick(("^a", "\\d+", "'")),
            "minItems": lambda: self.pick((1, 3)),
            "maxItems": lambda: 0,
            "uniqueItems": lambda: True,
            "minProperties": lambda: self.pick((1, 3)),
            "maxProperties": lambda: self.pick((0, 1)),
        }
        nested: dict[str, Any] = {
            "properties": lambda: self.by_name(depth + 1),
            "patternProperties": lambda: {"^[ab]": self.schema(depth + 1)},
            "additionalProperties": lambda: self.pick((False, False, self.schema(depth + 1))),
            "propertyNames": lambda: {"maxLength": 1, "pattern": "^[ab]"},
            "items": lambda: self.schema(depth + 1),
            "allOf": lambda: self.schemas(depth + 1, 3),
            "anyOf": lambda: self.schemas(depth + 1, 3),
            "oneOf": lambda: self.schemas(depth + 1, 3),
            "not": lambda: self.schema(depth + 1),
            "if": lambda: self.schema(depth + 1),
            "then": lambda: self.schema(depth + 1),
            "else": lambda: self.schema(depth + 1),
            "$ref": lambda: f"#/definitions/{self.pick('pq')}",
        }
        table = simple if depth > 2 or self.chance.random() < 0.4 else nested
        name = self.pick(list(table))
        return name, table[name]()

    def schema(self, depth: int = 0) -> dict[str, Any]:
        made = dict(self.keyword(depth) for _ in range(self.chance.randint(1, 3)))
        # What stands beside `$ref` counts or not, by the draft; below a name's place helm's
        # library shows the wrong one of several.
        if depth and "propertyNames" in made:
            del made["propertyNames"]
        return {"$ref": made["$ref"]} if "$ref" in made else made

    def document(self) -> dict[str, Any]:
        made = self.schema()
        made["definitions"] = {"p": self.schema(3), "q": self.schema(3)}
        draft = self.pick(DRAFTS)
        return made if draft is None else {"$schema": draft, **made}


def fuzz(referee: Referee, where: Path, seed: int, count: int) -> Tally:
    """Compare what is said of `count` schemas and values."""
    grammar, tally = Grammar(Random(seed)), Tally()
    for _ in range(count):
        schema = grammar.document()
        values = {name: grammar.value() for name in NAMES}
        texts = {"values.schema.json": json.dumps(schema), "values.yaml": json.dumps(values)}
        what = f"{texts['values.schema.json']} {texts['values.yaml']}"
        referee.compare(tally, what, "template", "r", str(write_chart(where, texts)))
    return tally
