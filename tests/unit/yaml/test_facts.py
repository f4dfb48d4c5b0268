"""Reading and writing YAML as helm does, text by text; helm's answers are in facts.json."""

from __future__ import annotations

import json

import pytest

from tests.unit.engine.rendering import go_text
from tests.unit.yaml.record import FACTS, MADE

ANSWERS: dict[str, str] = json.loads(FACTS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", ANSWERS)
def test_a_text_is_what_helm_takes_it_for(text: str) -> None:
    template = f"{{{{ with .Values.t }}}}{{{{ {MADE} }}}}{{{{ end }}}}"
    assert go_text(template, {"t": text}) == ANSWERS[text]
