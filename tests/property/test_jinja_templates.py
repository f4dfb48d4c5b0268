"""Templates made at random give the objects that the same choices give in Python."""

from __future__ import annotations

import pytest

from pyhelm import _yaml
from tests.property.jinja_templates import case, same
from tests.unit.engine.rendering import chart, rendered

BATCHES = 16
EACH = 25


@pytest.mark.parametrize("batch", range(BATCHES))
def test_templates_make_the_objects_that_python_makes(batch: int) -> None:
    for seed in range(batch * EACH, batch * EACH + EACH):
        wanted = case(seed)
        templates = {"t.yaml": wanted.template, **wanted.files}
        shown = rendered(chart(templates), wanted.values)["web/templates/t.yaml"]
        # What is printed and stored ends in a newline, as block scalars do.
        found = _yaml.load(f"{shown}\n", strict=True)
        assert same(found, wanted.made), f"{seed}\n{templates}\n{shown}"
