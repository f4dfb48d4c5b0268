"""Jinja templates that were compiled in an earlier run."""

from __future__ import annotations

import pytest

from pyhelm.engine.jinja import engine, places
from pyhelm.errors import RenderError
from tests.unit.engine.rendering import chart, rendered

TEMPLATES = {
    "a.yaml": """\
{% from "_p.jinja" import label %}
name: {{ label(Values.name) }}
secret: {{ 16 | randAlphaNum }}
{% for item in Values.items %}
- {{ item + 1 }}
{% endfor %}
""",
    "_p.jinja": "{% macro label(name) %}x-{{ name }}{% endmacro %}\n",
}


@pytest.fixture
def known(tmp_path, monkeypatch):
    """A directory that knows the code of TEMPLATES; nothing is compiled from here on."""
    cache = str(tmp_path / "cache")
    rendered(chart(TEMPLATES), {"name": "n", "items": [1]}, cache=cache)

    def refuse(*args, **options):
        raise AssertionError("compiled again")

    monkeypatch.setattr(places, "rewrite", refuse)
    return cache


def test_other_values_need_no_compiling(known):
    made = rendered(chart(TEMPLATES), {"name": "other", "items": [1, 2]}, cache=known)
    text = made["web/templates/a.yaml"]
    assert text.startswith("name: x-other\nsecret: ")
    assert text.endswith("\n- 2\n- 3\n")


def test_what_is_random_is_new_each_time(known):
    texts = {
        rendered(chart(TEMPLATES), {"name": "n", "items": []}, cache=known)["web/templates/a.yaml"]
        for _ in range(3)
    }
    assert len(texts) == 3


def test_another_text_is_another_template(known):
    changed = {**TEMPLATES, "_p.jinja": TEMPLATES["_p.jinja"].replace("x-", "y-")}
    with pytest.raises(AssertionError, match="compiled again"):
        rendered(chart(changed), {"name": "n", "items": []}, cache=known)


def test_code_made_by_other_modules_is_another(known, monkeypatch):
    monkeypatch.setattr(engine, "_state", lambda path: f"changed {path}")
    with pytest.raises(AssertionError, match="compiled again"):
        rendered(chart(TEMPLATES), {"name": "n", "items": [1]}, cache=known)


def test_errors_have_the_same_place(tmp_path):
    cache = str(tmp_path / "cache")
    told = []
    for _ in range(2):
        with pytest.raises(RenderError) as caught:
            rendered(chart(TEMPLATES), {"name": "n", "items": ["text"]}, cache=cache)
        told.append((str(caught.value), caught.value.line, caught.value.column))
    assert told[0] == told[1]
    assert told[0][1:] == (5, 3)
