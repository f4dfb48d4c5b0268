"""What `{{ }}` and tags leave in the text: layout, to the letter."""

from __future__ import annotations

from typing import Any

import pytest

from pyhelm import _yaml
from tests.unit.engine.rendering import text

PARTIALS = """\
{% macro labels(name) %}
app: {{ name }}
"q": "{{ name }}"
{% endmacro %}
{% macro fullname() %}{{ Release.Name }}-x{% endmacro %}
{% macro box() %}
a: {{ caller() }}
{% endmacro %}
"""

VALUES: dict[str, Any] = {
    "a": "1",
    "b": 2,
    "no": "no",
    "lines": "x\ny\n",
    "blanks": " x\ny",
    "empty": {},
    "nothing": None,
    "map": {"p": 1, "q": [1, {"r": "yes"}]},
    "list": ["x", 1],
    "quotes": 'say "hi" it\'s',
    "zero": 0,
}

LAYOUTS = {
    "the design's example": (
        'labels:\n  {{ include("labels", "x") }}\nmap: {{ Values.map }}\n'
        'list: {{ Values.list }}\nargs: ["{{ Values.quotes }}"]\n',
        'labels:\n  app: x\n  "q": "x"\nmap:\n  p: 1\n  q:\n  - 1\n  - r: "yes"\n'
        'list:\n  - x\n  - 1\nargs: ["say \\"hi\\" it\'s"]\n',
    ),
    "tags alone leave no line": (
        "a:\n  {% if Values.zero %}\n  b: 1\n  {% else %}\n  c: 2\n  {% endif %}\nd: 1\n",
        "a:\n  c: 2\nd: 1\n",
    ),
    "trimming tags alone too": (
        "a: 1\n  {%- if true -%}\nb: 2\n  {%- endif %}\n\nc: 3\n",
        "a: 1\nb: 2\n\nc: 3\n",
    ),
    "loop": ("a:\n  {% for i in [1, 2] %}\n  - {{ i }}\n  {% endfor %}\n", "a:\n  - 1\n  - 2\n"),
    "inline tags keep the line's end": (
        "a: {% if true %}1{% endif %}\nb: 2{% if true %} # x{% endif %}\nc: 3\n",
        "a: 1\nb: 2 # x\nc: 3\n",
    ),
    "trimming expressions": ("c: {{- ' 3' }}\nd: {{ 1 -}}  \ne: 2\n", "c: ' 3'\nd: 1e: 2\n"),
    "nothing after a trimmed newline": (
        "m:\n  {{- Values.map|toYaml|nindent(2) }}\n",
        'm:\n  p: 1\n  q:\n  - 1\n  - r: "yes"\n',
    ),
    "comments": (
        "{# c #}\na: 1 {# d #}\n  {# e\n f #}\nb: 1{# g #}\n# {{ Values.map }}\n",
        'a: 1\nb: 1\n# {p: 1, q: [1, {r: "yes"}]}\n',
    ),
    "raw": (
        "{% raw %}\na: '{{ x }}'\n{% endraw %}\nb: '{% raw %}{{ y }}{% endraw %}'\nc: 1\n",
        "a: '{{ x }}'\nb: '{{ y }}'\nc: 1\n",
    ),
    "expression over lines": ("a: {{\n  Values.a\n  }}\nb: 1\n", 'a: "1"\nb: 1\n'),
    "several expressions": (
        "x: {{ Values.a }}:{{ Values.b }}\ny: {{ Values.a }}: {{ Values.b }}\n"
        "{{ Values.a }}{{ Values.b }}: 3\nz: {{ Values.a }} {{ Values.b }}\n",
        'x: "1:2"\ny: "1": 2\n"12": 3\nz: 1 2\n',
    ),
    "inline if": ("x: {% if Values.no %}{{ Values.no }}{% else %}y{% endif %}\n", 'x: "no"\n'),
    "inline if of a mapping": (
        "x: {% if true %}{{ Values.map }}{% endif %}\n",
        'x:\n  p: 1\n  q:\n  - 1\n  - r: "yes"\n',
    ),
    "empty among siblings": (
        "a:\n  x: 1\n  {{ Values.empty }}\n  y: 2\nb:\n  {{ Values.empty }}\n"
        "c: {{ Values.empty }}\n",
        "a:\n  x: 1\n  y: 2\nb:\n  {}\nc: {}\n",
    ),
    "folded block": ("a: >\n  x {{ Values.lines }}\n  z\n", "a: >\n  x x\n  y\n  z\n"),
    "block of an item": ("- |\n  {{ Values.blanks }}\n- 1\n", "- |2\n   x\n  y\n- 1\n"),
    "block with tags": (
        "a: |\n  {% if true %}\n  x {{ Values.a }}\n  {% endif %}\nb: 1\n",
        "a: |\n  x 1\nb: 1\n",
    ),
    "block scalar made": ("a:\n  b: {{ Values.lines }}\n", "a:\n  b: |\n    x\n    y\n"),
    "no block scalar before a comment": ("b: {{ Values.lines }} # n\n", 'b: "x\\ny\\n" # n\n'),
    "a macro is a string": (
        'k: {{ include("fullname") }}-z\nl: "{{ include("fullname") }}"\n'
        'm: {{ include("fullname") | upper }}\nn: {{ include("fullname") ~ ": y" }}\n',
        "k: rel-x-z\nl: \"rel-x\"\nm: REL-X\nn: 'rel-x: y'\n",
    ),
    "macro text in quotes and blocks": (
        'a: |\n  {{ include("labels", "x") }}\nb: "{{ include("labels", "x") }}"\n',
        'a: |\n  app: x\n  "q": "x"\nb: "app: x\\n\\"q\\": \\"x\\""\n',
    ),
    "call": (
        "{% from '_p' import box %}\nk:\n  {% call box() %}\n  x: {{ Values.list }}\n"
        "  {% endcall %}\nz: 1\n",
        "k:\n  a:\n    x:\n      - x\n      - 1\nz: 1\n",
    ),
    "included file": ("a:\n  {% include '_q' %}\nb: 1\n", "a:\n  x: 1\n  y: 2\nb: 1\n"),
    "quote, toJson": (
        "a: {{ Values.quotes | quote }}\nb: {{ Values.map | toJson }}\nc: {{ Values.no|squote }}\n",
        'a: "say \\"hi\\" it\'s"\nb: {"p":1,"q":[1,{"r":"yes"}]}\nc: \'no\'\n',
    ),
    "indent after toYaml": (
        "a:\n  {{ Values.map | toYaml | indent(2) }}\n"
        "b:\n{{ Values.map|toYaml|indent(2, true) }}\n",
        'a:\n  p: 1\n  q:\n  - 1\n  - r: "yes"\nb:\n  p: 1\n  q:\n  - 1\n  - r: "yes"\n',
    ),
    "tpl": (
        'a: {{ tpl("{{ Release.Name }}") }}\nb: {{ tpl("{{ Values.map }}") }}\n'
        'c: {{ tpl("x: 1") }}\n',
        "a: rel\nb:\n  p: 1\n  q:\n  - 1\n  - r: \"yes\"\nc: 'x: 1'\n",
    ),
    "zero stays": (
        "replicas: {{ Values.zero | default(3) }}\nx: {{ Values.w | d(3) }}\n",
        "replicas: 0\nx: 3\n",
    ),
    "null": ("a: {{ Values.nothing }}\n", "a: null\n"),
    "tabs inside": ("a:\tb {{ Values.b }}\n", "a:\tb 2\n"),
    "crlf": ("a: {{ Values.a }}\r\nb: 1\r\n", 'a: "1"\nb: 1\n'),
    "unicode": ("日本: {{ '値: x' }} # 語\n", "日本: '値: x' # 語\n"),
    "empty": ("", ""),
    "only a newline": ("\n", "\n"),
    "single quotes": ("a: 'it''s {{ Values.quotes }}'\n", "a: 'it''s say \"hi\" it''s'\n"),
    "single quotes over lines": ("a: 'x {{ Values.a }}\n  y'\nb: 1\n", "a: 'x 1\n  y'\nb: 1\n"),
    "set": ("{% set x = Values.list %}{% set y %}a{{ x[1] }}{% endset %}\nk: {{ y }}\n", "k: a1\n"),
    "separator": (
        "---\n{{ Values.map }}\n---\na: 1\n",
        '---\np: 1\nq:\n- 1\n- r: "yes"\n---\na: 1\n',
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layout(name: str) -> None:
    template, wanted = LAYOUTS[name]
    partials = PARTIALS if "_q" not in template else "x: 1\ny: 2\n"
    template = template.replace("_q", "_p")
    assert text(template, VALUES, partials=partials) == wanted


def test_notes_are_plain_text() -> None:
    template = "Hi {{ Values.no }}: {{ Values.nothing }}.\n  {% if true %}\n  x\n  {% endif %}\n"
    assert text(template, VALUES, name="NOTES.txt") == "Hi no: .\n  x\n"


KEYS = ("'", 'a"b', "it's", "a#b", "? ", "a: b", "-", "", "a b", "{x", "日本", "'\"'")


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("filter_", ["toYaml", "toJson"])
def test_a_mapping_written_by_a_filter_after_a_key_stays_a_mapping(key: str, filter_: str) -> None:
    shown = text(f"k: {{{{ Values.v | {filter_} }}}}\n", {"v": {key: ""}})
    assert _yaml.load(shown) == {"k": {key: ""}}
