"""Where rendered lines were written, which errors about them name."""

from __future__ import annotations

import re

import pytest

from pyhelm.engine import render
from pyhelm.engine.context import ReleaseInfo, RenderContext
from pyhelm.engine.origins import Origins
from tests.unit.engine.rendering import CAPABILITIES, chart

SOURCE = "web/templates/t.yaml"
HELPERS = "web/templates/_h.jinja"
# Where a line is written, it says so: `t7` in line 7 of the template, `h3` of the helpers.
PARTIAL = """\
{# What all have. #}
{% macro labels() %}
h3: {{ name() }}
{% if true %}
h5: x
{% endif %}
{{ more() }}
{% endmacro %}
{% macro name() %}
{{ Values.n }}
{% endmacro %}
{% macro more() %}
"h13": y
- h14
{% endmacro %}
"""
TEMPLATE = """\
{% from "_h.jinja" import labels, name %}
t2: {{ Values.n }}
{# a comment
   of two lines #}
t5: a
  {% if Values.n %}
  {% set a = [
    1] %}
  t9: {{ name() }}
  {% endif %}
t11:
  {{ labels() }}
{% for i in range(3) %}
- t14: {{ i }}
  t15:
{% endfor %}
{% if not Values.n %}
t18: a
{% else %}
t20: {a: b}
{% endif %}
t22: |
  text of t23

  # t25
---
t27: {{ randAlphaNum(8) }}
"t28": {{ Values.m }}
t29: 'x
  y t30'
{%- if true %}
t32: 1
{%- endif %}
{% for k in ["a", "b"] %}{{ k }}: t34
{% endfor %}
"""
VALUES = {"n": 5, "m": {"one": 1, "two": [1, 2]}, "extra": {"x": 1}}


def made(template, partial=PARTIAL):
    """The origins of what a template makes, and its lines."""
    web = chart({"t.yaml": template, "_h.jinja": partial})
    context = RenderContext(web, VALUES, ReleaseInfo("rel", "ns"), CAPABILITIES)
    return Origins(web, context), render(context)[SOURCE].split("\n")


def test_every_line_that_a_template_wrote():
    origins, lines = made(TEMPLATE)
    told = 0
    for number, line in enumerate(lines, 1):
        found = re.search(r"\b([th])(\d+)\b", line)
        if found:
            path = SOURCE if found[1] == "t" else HELPERS
            assert origins.place(SOURCE, lines, number) == f"{path}:{found[2]}", line
            told += 1
    assert told == 25


EXPRESSIONS = {
    "a value's further lines": ("a: {{ Values.m }}\nb: 1\n", "  one: 1", 1),
    "alone on its line": ("a:\n  b: 1\n  {{ Values.extra }}\nc: 1\n", "  x: 1", 3),
    "the whole": ("{{ Values.extra }}\n", "x: 1", 1),
    "of one that writes nothing": ("a:\n  {{ {} }}\n  # b\n  {{ Values.extra }}\n", "  x: 1", 4),
}


@pytest.mark.parametrize("case", EXPRESSIONS)
def test_lines_that_an_expression_made(case):
    template, line, expected = EXPRESSIONS[case]
    origins, lines = made(template)
    assert origins.place(SOURCE, lines, lines.index(line) + 1) == f"{SOURCE}:{expected}"


def test_which_of_two_expressions_made_a_line_is_not_guessed():
    origins, lines = made("a:\n  {{ Values.m }}\n  {{ Values.extra }}\n")
    assert origins.place(SOURCE, lines, lines.index("  x: 1") + 1) == ""


def test_a_document_of_several():
    origins, lines = made("a: 1\n---\nb: 1\n---\na: 1\nb: 2\n")
    assert lines
    assert origins.place(SOURCE, ["a: 1", "b: 2"], 1) == f"{SOURCE}:5"


def test_a_macro_whose_text_is_compared_is_no_other_with_marks():
    partial = "{% macro kind() %}\n{% if true %}a: b{% endif %}\n{% endmacro %}\n"
    template = '{% from "_h.jinja" import kind %}\n{% if kind() == "a: b" %}\nx: 1\n{% endif %}\n'
    origins, lines = made(template, partial)
    assert lines[0] == "x: 1"
    # What comes out otherwise says nothing; the lines' texts do.
    assert origins.place(SOURCE, lines, 1) == f"{SOURCE}:3"


def test_go_templates_are_told_by_their_texts():
    web = chart({"t.yaml": "a: 1\nb: {{ .x }}\n"}, engine="gotpl")
    assert Origins(web).place(SOURCE, ["a: 1", "b: 2"], 2) == f"{SOURCE}:2"
    assert not Origins(web).is_jinja(SOURCE)


def test_each_chart_has_its_own_language():
    sub = chart({"a.yaml": ""}, name="sub", engine="gotpl")
    web = chart({"a.yaml": ""}, sub)
    assert Origins(web).is_jinja("web/templates/a.yaml")
    assert not Origins(web).is_jinja("web/charts/sub/templates/a.yaml")
    assert not Origins(web).is_jinja("made/by/a/post-renderer.yaml")


def test_a_line_is_shown_with_its_mark():
    origins, _ = made("a:\n  bb: 2\n")
    assert origins.shown(f"{SOURCE}:2") == ["    2 |   bb: 2\n      |   ^^^^^"]
    assert origins.shown(f"{SOURCE}:2", 5) == ["    2 |   bb: 2\n      |     ^"]
    assert origins.shown("") == []
