"""Any value at any kind of place comes back from the rendered YAML as it went in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyhelm import _yaml
from tests.unit.engine.rendering import text

TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.text("ab :#-'\"\\{}[],&*!|>%@`?\n\t=~<.0123eE+_日　\r", max_size=8),
    st.sampled_from(
        [
            *("yes", "0123", "1e3", "a: b", "", "null", "~", "- a", "#", "a #b", "1:30", "a\n"),
            *("\na", "2001-01-02", "0x1F", "a\n\n", " a", "a ", "{{ x }}", "<<", "=", "---"),
            *("a\n b\nc", "...", "---\na", "a\n---\nb", "a\nb: c", "\ta", "key:", "y", ".5"),
            *("0o7", "\n", "\x7f", "\r", "a\r\nb", "\x85", "\u2028", "\ufeff", "😀", "  a\nb"),
        ]
    ),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.sampled_from((0.5, -1.25, 1e-7, 1e21, 123456.75)),
    TEXT,
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)

NODES: dict[str, tuple[str, list[Any]]] = {
    "key": ("k: {{ Values.v }}\n", ["k"]),
    "key blanks": ("k:   {{ Values.v }}\n", ["k"]),
    "tight": ("k: {{Values.v}}\n", ["k"]),
    "item": ("- {{ Values.v }}\n", [0]),
    "item, nested": ("- - {{ Values.v }}\n  - z\n", [0, 0]),
    "item of key": ("a:\n- {{ Values.v }}\n- z\n", ["a", 0]),
    "key in item": ("a:\n  - b: {{ Values.v }}\n    c: 1\n", ["a", 0, "b"]),
    "second key in item": ("a:\n  - c: 1\n    b: {{ Values.v }}\n", ["a", 0, "b"]),
    "nested": ("a:\n  b:\n      c: {{ Values.v }}\n  d: 1\n", ["a", "b", "c"]),
    "alone": ("k:\n  {{ Values.v }}\n", ["k"]),
    "alone, deep": ("a:\n  k:\n    {{ Values.v }}\n  z: 1\n", ["a", "k"]),
    "alone, root": ("{{ Values.v }}\n", []),
    "anchor": ("k: &a {{ Values.v }}\nl: *a\n", ["l"]),
    "item anchor": ("- &a {{ Values.v }}\n- *a\n", [1]),
    "comment follows": ("k: {{ Values.v }}  # note\nz: 1\n", ["k"]),
    "no final newline": ("k: {{ Values.v }}", ["k"]),
    "crlf": ("a: 1\r\nk: {{ Values.v }}\r\nz: 1\r\n", ["k"]),
    "quoted key": ('"k": {{ Values.v }}\n', ["k"]),
    "flow list": ("k: [1, {{ Values.v }}, 2]\n", ["k", 1]),
    "flow map": ("k: {a: {{ Values.v }}, b: 1}\n", ["k", "a"]),
    "flow lines": ("k: [\n  {{ Values.v }},\n  2,\n]\n", ["k", 0]),
    "flow nested": ("k: {a: [{{ Values.v }}]}\n", ["k", "a", 0]),
    "inline if": ("k: {% if true %}{{ Values.v }}{% endif %}\n", ["k"]),
    "inline else": ("k: {% if false %}1{% else %}{{ Values.v }}{% endif %}\nz: 1\n", ["k"]),
    "block if": ("k:\n  {% if true %}\n  a: {{ Values.v }}\n  {% endif %}\n", ["k", "a"]),
    "loop": ("{% for v in [Values.v] %}\n- {{ v }}\n{% endfor %}\n", [0]),
    "loop keys": ("{% for n in ['k'] %}\n{{ n }}: {{ Values.v }}\n{% endfor %}\n", ["k"]),
    "set": ("{% set x = Values.v %}\nk: {{ x }}\n", ["k"]),
    "set block": ("{% set x %}{{ Values.v }}{% endset %}\nk: {{ x }}\n", ["k"]),
    "macro": ("{% import '_p' as p %}\nk: {{ p.one(Values.v) }}\n", ["k"]),
    "macro lines": ("{% import '_p' as p %}\nk: {{ p.lines(Values.v) }}\n", ["k"]),
    "include": ("k: {{ include('one', Values.v) }}\n", ["k"]),
    "entries macro": ("k:\n  {{ include('entry', Values.v) }}\n", ["k", "m"]),
    "entries macro at key": ("k: {{ include('entry', Values.v) }}\n", ["k", "m"]),
    "items macro": ("k:\n  {{ include('item', Values.v) }}\n  - z\n", ["k", 0]),
    "deep macro": ("k:\n  {{ include('deep', Values.v) }}\n", ["k", "a", "b", "c"]),
    "line break": ("k: {{\n  Values.v\n}}\nz: 1\n", ["k"]),
}
PARTIALS = """\
{% macro one(v) %}{{ v }}{% endmacro %}
{% macro lines(v) %}
{{ v }}
{% endmacro %}
{% macro entry(v) %}
m: {{ v }}
{% endmacro %}
{% macro item(v) %}
- {{ v }}
{% endmacro %}
{% macro deep(v) %}
a:
  b:
    {{ entry2(v) }}
{% endmacro %}
{% macro entry2(v) %}
c: {{ v }}
{% endmacro %}
{% macro wrap() %}{{ caller() }}{% endmacro %}
"""


def at(value: Any, path: list[Any]) -> Any:
    for step in path:
        value = value[step]
    return value


@pytest.mark.parametrize("place", NODES)
@given(value=VALUES)
def test_a_value_comes_back_from_every_node(place: str, value: Any) -> None:
    template, path = NODES[place]
    shown = text(template, {"v": value}, partials=PARTIALS)
    found = at(_yaml.load(shown, strict=True), path)
    assert json.dumps(found, sort_keys=True) == json.dumps(value, sort_keys=True), shown


FILTERED: dict[str, tuple[str, list[Any]]] = {
    "toYaml": ("k:\n  {{ Values.v | toYaml | nindent(2) }}\n", ["k"]),
    "toYaml alone": ("k:\n  {{ Values.v | toYaml }}\n", ["k"]),
    "toYaml at key": ("a:\n  k: {{ Values.v | toYaml }}\n", ["a", "k"]),
    "toJson": ("k: {{ Values.v | toJson }}\n", ["k"]),
    "toJson in flow": ("k: [{{ Values.v | toJson }}]\n", ["k", 0]),
}
PRINTABLE = st.text("ab :#-'\"\\{}[],&*!|>%@`?~<0123e日", max_size=6) | st.sampled_from(
    ("yes", "", "a\nb", "a\n", "1e3")
)
COLLECTIONS = st.dictionaries(PRINTABLE, PRINTABLE | st.lists(PRINTABLE | st.integers(-9, 9)))


@pytest.mark.parametrize("place", FILTERED)
@given(value=COLLECTIONS | st.lists(COLLECTIONS, max_size=2))
def test_yaml_and_json_made_by_the_author_are_inserted(place: str, value: Any) -> None:
    template, path = FILTERED[place]
    assert at(_yaml.load(text(template, {"v": value})), path) == value


TEXTS: dict[str, tuple[str, list[Any]]] = {
    "single quotes": ("k: 'a{{ Values.v }}b'\n", ["k"]),
    "double quotes": ('k: "a{{ Values.v }}b"\n', ["k"]),
    "quotes in flow": ('k: [1, "a{{ Values.v }}b"]\n', ["k", 1]),
    "plain, inside": ("k: a{{ Values.v }}b\n", ["k"]),
    "plain, item": ("- a{{ Values.v }}b\n", [0]),
    "plain, several": ("k: {{ 'a' }}{{ Values.v }}b\n", ["k"]),
    "plain, comment": ("k: a{{ Values.v }}b # note\n", ["k"]),
    "plain, inline if": ("k: a{% if true %}{{ Values.v }}{% endif %}b\n", ["k"]),
    "flow": ("k: [a{{ Values.v }}b, 2]\n", ["k", 0]),
    "flow map": ("k: {x: a{{ Values.v }}b, y: 2}\n", ["k", "x"]),
    "tilde": ("k: {{ 'a' ~ Values.v ~ 'b' }}\n", ["k"]),
    "macro": ("k: {{ include('name', Values.v) }}\n", ["k"]),
}


@pytest.mark.parametrize("place", TEXTS)
@given(value=TEXT)
def test_a_text_comes_back_as_part_of_a_longer_one(place: str, value: str) -> None:
    template, path = TEXTS[place]
    macro = "{% macro name(v) %}a{{ v }}b{% endmacro %}"
    shown = text(template, {"v": value}, partials=macro)
    assert at(_yaml.load(shown), path) == f"a{value}b", shown


KEYS: dict[str, tuple[str, list[Any]]] = {
    "key": ("{{ Values.v }}: 1\n", []),
    "key in item": ("a:\n  - {{ Values.v }}: 1\n    z z: 2\n", ["a", 0]),
    "part of a key": ("a{{ Values.v }}b: 1\n", []),
    "key in flow": ("k: { {{ Values.v }}: 1}\n", ["k"]),
    "quoted key": ('"{{ Values.v }}": 1\n', []),
}


@pytest.mark.parametrize("place", KEYS)
@given(value=TEXT.filter(lambda text: text != "z z"))
def test_a_text_comes_back_as_a_key(place: str, value: str) -> None:
    template, path = KEYS[place]
    found = at(_yaml.load(text(template, {"v": value})), path)
    assert (f"a{value}b" if "part" in place else value) in found


@given(value=st.text("ab :#-'\"\\{}[]\n日", max_size=9))
def test_a_text_comes_back_from_a_block_scalar(value: str) -> None:
    shown = text("k: |\n  a{{ Values.v }}b\n  c\nz: 1\n", {"v": value})
    assert _yaml.load(shown) == {"k": f"a{value}b\nc\n", "z": 1}


@given(value=VALUES)
def test_nothing_gets_out_of_a_comment(value: Any) -> None:
    shown = text("a: 1 # {{ Values.v }} x\n# {{ Values.v }}\nz: 1\n", {"v": value})
    assert _yaml.load(shown) == {"a": 1, "z": 1}
