"""`python -m tests.unit.chart.record_schemas`: helm's words for what random schemas refuse."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from random import Random
from typing import Any

from tests.control_plane import build
from tests.differential.referee import Referee, write_chart
from tests.differential.schemas import NAMES, Grammar

FACTS = Path(__file__).with_name("schema_facts.json")
KINDS = Path(__file__).with_name("schema_kinds.json")
"""Formats, patterns, order, and schemas that are none: written by hand, answered by helm 4.3.1."""

COUNT = 80


def main() -> None:
    """Write the facts anew: those schemas that refuse their values, and how helm says it."""
    grammar = Grammar(Random(2026))
    facts: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as home:
        referee = Referee(build.build() / "helm", Path(home))
        while len(facts) < COUNT:
            schema = grammar.document()
            values = known({name: grammar.value() for name in NAMES})
            said = answer(referee, Path(home) / "fuzz", schema, values)
            if said and said == answer(referee, Path(home) / "fuzz", schema, values):
                facts.append({"schema": schema, "values": values, "lines": said})
    text = json.dumps(facts, ensure_ascii=False, indent=1)
    FACTS.write_text(f"{text}\n", encoding="utf-8", newline="\n")


def known(values: dict[str, Any]) -> dict[str, Any]:
    """Without nulls, which a chart's own values lose before they are checked."""
    inner = {k: known(v) if isinstance(v, dict) else v for k, v in values.items()}
    return {key: value for key, value in inner.items() if value is not None}


def answer(referee: Referee, where: Path, schema: Any, values: Any) -> list[str]:
    """The sorted lines of helm's refusal; none where the values fit or the schema is none."""
    texts = {"values.schema.json": json.dumps(schema), "values.yaml": json.dumps(values)}
    said = referee.theirs("template", "r", str(write_chart(where, texts)))
    if not said.code or "metaschema" in said.text:
        return []
    return [line for line in said.text.split("\n") if line.lstrip().startswith("- at ")]


if __name__ == "__main__":
    main()
