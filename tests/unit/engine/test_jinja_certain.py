"""What has one meaning is written so; what has none is an error at its place."""

from __future__ import annotations

from typing import Any

import pytest

from pyhelm.errors import RenderError
from tests.unit.engine.rendering import chart, rendered, text

VALUES: dict[str, Any] = {
    "c": {"a": 1, "b": "yes"},
    "list": ["x", 1],
    "text": "a: b",
    "empty": {},
    "nothing": None,
    "big": {"id": 2**53 + 1, "ratio": 8.0},
    "port": 8080,
    "lines": "x: 1\ny: 2\n",
    "true": 1,
    "binary": b"\xff\x00".decode("utf-8", "surrogateescape"),
}
FILES = {"a.txt": b"x: 1\ny: 2\n", "files/b.txt": b"b", "files/c.bin": b"\xff", "t.txt": b"{{ 1 }}"}
PARTIALS = {
    "_inc.jinja": "a: 1\nb: 2\n",
    "_n.jinja": "abc\n",
    "_n.conf": "server {\n{% if true %}\n  name {{ Values.text }};\n{% endif %}\n}\n",
    "m.jinja": "{% macro e(x) %}\n- b: 1\n{{ x }}\n{% endmacro %}\n",
    "_m.jinja": (
        "{% macro labels(v) %}\na: {{ v }}\nb: {{ omit }}\n{% endmacro %}\n"
        "{% macro port() %}{{ '8080' }}{% endmacro %}\n"
        "{% macro maybe(v) %}{{ v or omit }}{% endmacro %}\n"
        "{% macro empty() %}{% if false %}a: 1{% endif %}{% endmacro %}\n"
        "{% macro note() %}\n# a note\n{% endmacro %}\n"
    ),
}


def made(template: str) -> str:
    templates = {"t.yaml": template, **PARTIALS}
    return rendered(chart(templates, files=FILES), VALUES)["web/templates/t.yaml"]


WRITTEN = {
    "keys that are no text": (
        "a: {{ {true: 1, 2: 3} }}\nb: {{ {false: 1} | toJson }}\n",
        'a:\n  "2": 3\n  "true": 1\nb: {"false":1}\n',
    ),
    "tpl of a text": (
        'a: {{ tpl(Files.Get("a.txt")) }}\nb: {{ tpl("p={{ Values.port }}") }}\n'
        'c: {{ tpl("{{ Values.port }}") }}\nd: {{ tpl("{{ Values.c }}") }}\n'
        'e: {{ tpl(Files.Get("t.txt")) }}\n',
        'a: |\n  x: 1\n  y: 2\nb: p=8080\nc: 8080\nd:\n  a: 1\n  b: "yes"\ne: 1\n',
    ),
    "tpl of what holds texts": (
        'a: {{ tpl({"x": "{{ Values.port }}!", "z": ["{{ Values.port }}", 2]}) }}\n'
        "b:\n  {{ tpl({'x': '{{ Values.port }}'} | toYaml) }}\nc: {{ tpl(3) }}\n",
        "a:\n  x: 8080!\n  z:\n  - 8080\n  - 2\nb:\n  x: '8080'\nc: 3\n",
    ),
    "a macro of quoted text": (
        "{% from '_m' import port %}\na: {{ port() }}\n{% macro p() %}{{ '1' }}{% endmacro %}\n"
        "b: {{ p() }}\n",
        'a: "8080"\nb: "1"\n',
    ),
    "files as data": (
        'data:\n  {{ Files.Glob("files/b*").AsConfig() }}\n'
        'secret: {{ Files.Glob("files/*").AsSecrets() }}\nnone: {{ Files.Get("x", default="") }}\n'
        'enc: {% for n, t in Files.Glob("files/c*") %}{{ t | b64enc }}{% endfor %}\n',
        'data:\n  b.txt: b\nsecret:\n  b.txt: Yg==\n  c.bin: /w==\nnone: ""\nenc: /w==\n',
    ),
    "includes are values": (
        'labels: {% include "_inc.jinja" %}\nl:\n  - {% include "_inc.jinja" %}\n'
        'n: x-{% include "_n" %}-y\nq: "{% include "_n" %}"\nf: [{% include "_inc" %}]\n'
        '# {% include "_inc" %}\nb: |\n  {% include "_inc" %}\nz: 1\n',
        'labels:\n  a: 1\n  b: 2\nl:\n  - a: 1\n    b: 2\nn: x-abc-y\nq: "abc"\n'
        "f: [{a: 1, b: 2}]\n# a: 1 b: 2\nb: |\n  a: 1\n  b: 2\nz: 1\n",
    ),
    "entries on the line of their tag": (
        "a:\n  {% for k, v in Values.c | dictsort %}{{ k }}: {{ v }}\n  {% endfor %}\n"
        "b:\n  {% for v in Values.list %}- {{ v }}{% endfor %}\n"
        "c:\n  {% if Values.empty %}x: 1{% else %}y: 2{% endif %}\n"
        "{% if Values.c %}d: 1\n{% endif %}e: 2\n{% set x = 1 %}f: {{ x }}\n",
        'a:\n  a: 1\n  b: "yes"\nb:\n  - x\n  - 1\nc:\n  y: 2\nd: 1\ne: 2\nf: 1\n',
    ),
    "tags behind a key": (
        "a: {% for v in Values.list %}\n  - {{ v }}\n{% endfor %}\n"
        "b: {% if Values.empty %}\n  k: v\n{% endif %}\nc: {% if true -%}\nx\n{%- endif %}\n",
        "a:\n  - x\n  - 1\nb:\nc: x\n",
    ),
    "texts of loops": (
        "a: {% for v in Values.list %}{{ v }},{% endfor %}\n"
        'b: "{% for v in [1] %}- {{ v }}{% endfor %}"\n',
        'a: x,1,\nb: "- 1"\n',
    ),
    "an indented macro": (
        "x:\n  {% macro p() %}1{% endmacro %}\n  y: {{ p() }}\n",
        'x:\n  y: "1"\n',
    ),
    "numbers": (
        "m: {{ Values.big }}\nj: {{ Values.big | toJson }}\nf: [{{ Values.big.id + 1 }}]\n"
        "y: {{ toYaml(Values.big) }}\nr: {{ Values.big.ratio }}\n",
        'm:\n  id: 9007199254740993\n  ratio: 8.0\nj: {"id":9007199254740993,"ratio":8.0}\n'
        "f: [9007199254740994]\ny:\n  id: 9007199254740993\n  ratio: 8.0\nr: 8.0\n",
    ),
    "squote": (
        'a: {{ "it\'s" | squote }}\nb: {{ squote("a\\nb") }}\nc: {{ squote(none) }}\n',
        "a: 'it''s'\nb: \"a\\nb\"\nc: \"\"\n",
    ),
    "null": (
        "a: {{ Values.nothing }}\nb: {{ Values.nothing | default(1) }}\n"
        "c:\n  x: 1\n  {{ Values.nothing }}\nd:\n  {{ Values.nothing }}\n"
        "{% if Values.nothing %}\ne: 1\n{% endif %}\n",
        "a: null\nb: 1\nc:\n  x: 1\nd:\n  null\n",
    ),
    "a block scalar in a list": (
        "a:\n- {{ Values.lines }}\n- {{ Values.lines }} # n\nb:\n  - c: {{ Values.lines }}\n",
        'a:\n- |\n  x: 1\n  y: 2\n- "x: 1\\ny: 2\\n" # n\nb:\n  - c: |\n      x: 1\n      y: 2\n',
    ),
    "no names are looked up": (
        'a: {{ getHostByName("localhost") }}\nb: {{ "localhost" | getHostByName }}\n'
        'c: {{ sprig.getHostByName("localhost") }}\n',
        'a: ""\nb: ""\nc: ""\n',
    ),
    "a macro that writes nothing": (
        "{% from '_m' import empty %}\na:\n  {{ empty() }}\nb:\n  x: 1\n  {{ empty() }}\n",
        "a:\nb:\n  x: 1\n",
    ),
    "omit alone, twice": (
        "a:\n  {{ omit }}\n  {{ omit }}\nb:\n  {{ omit }}\n  {{ omit }}\n  - 1\n",
        "b:\n  - 1\n",
    ),
    "parts of a mapping": (
        'a: {{ Values.c | omit("a") }}\nb: {{ Values.c | pick("a") }}\n'
        'c: {{ pick(Values.c, "a") }}\n',
        'a:\n  b: "yes"\nb:\n  a: 1\nc:\n  a: 1\n',
    ),
    "a file of macros without _": (
        "{% from 'm.jinja' import e %}\na: {{ e([]) }}\nb: {{ e(['1']) }}\n",
        'a:\n  - b: 1\nb:\n  - b: 1\n  - "1"\n',
    ),
    "files that are no YAML": (
        'a: {% include "_n.conf" %}\nb: |\n  {% include "_n.conf" %}\n'
        'c: "{% include "_n.conf" %}"\n',
        "a: |\n  server {\n    name a: b;\n  }\nb: |\n  server {\n    name a: b;\n  }\n"
        'c: "server {\\n  name a: b;\\n}\\n"\n',
    ),
    "durations": ('a: {{ durationRoundTo("100m", "1h") }}\n', "a: 2h0m0s\n"),
    "quotes in a quoted key": (
        '"{{ Values.port }} \'": {{ Values.c }}\n',
        '"8080 \'":\n  a: 1\n  b: "yes"\n',
    ),
    "omit": (
        "a: {{ omit }}\nb: {{ Values.empty or omit }} # note\n"
        "c:\n  d: {{ Values.nothing or omit }}\n"
        "e: [1, {{ omit }}, {{ Values.c or omit }}]\nf: {x: {{ omit }}, z: 1}\n"
        "g:\n  - a: {{ omit }}\n    b: 1\n  - {{ omit }}\n  - {{ 2 or omit }}\n",
        'c: {}\ne: [1, {a: 1, b: "yes"}]\nf: {z: 1}\ng:\n  - b: 1\n  - 2\n',
    ),
    "omit as a key's whole value": (
        "a:\n  {{ omit }}\nb:\n  x: 1\n  {{ omit }}\nc:\n  - {{ omit }}\n"
        "d:\n- - {{ omit }}\n  - 1\n",
        "b:\n  x: 1\nc: []\nd:\n- - 1\n",
    ),
    "omit from macros and in data": (
        "{% from '_m' import labels, maybe, empty, note %}\na: {{ maybe(0) }}\nb: {{ maybe(1) }}\n"
        "c: {{ labels(omit) }}\nd:\n  {{ labels(1) }}\n  {{ empty() }}\n  {{ note() }}\n"
        'e: {{ {"x": omit, "y": [omit, 1]} }}\nf: {{ {"x": omit} | toJson }}\n'
        'g: {{ omit({"x": 1, "y": 2}, "x") }}\nh: "{{ labels(1) }}"\n',
        'b: 1\nc: {}\nd:\n  a: 1\n  # a note\ne:\n  "y":\n  - 1\nf: {}\ng:\n  "y": 2\nh: "a: 1"\n',
    ),
    "joining": (
        "a:\n  {{ Values.empty }}\n  {{ Values.empty }}\n"
        "b:\n  {{ Values.c }}\n  {{ Values.empty }}\n"
        "c:\n{{ [] }}\nd:\n{{ Values.list }}\ne:\n  - 0\n  {{ Values.list }}\n",
        'a:\n  {}\nb:\n  a: 1\n  b: "yes"\nc: []\nd:\n- x\n- 1\ne:\n  - 0\n  - x\n  - 1\n',
    ),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_certain(name: str) -> None:
    template, wanted = WRITTEN[name]
    assert made(template) == wanted


NODE = "can't stand here, among the entries of a mapping"
REFUSED = {
    'a: {{ Files.Get("typo.txt") }}\n': 'Files.Get: the chart has no file "typo.txt"',
    'a: {{ Files.Get("b.txt") }}\n': "\"b.txt\"; did you mean 'files/b.txt'?",
    'a: {{ Files.Lines("x") }}\n': 'Files.Lines: the chart has no file "x"',
    'a: {{ Files.GetBytes("x") }}\n': 'Files.GetBytes: the chart has no file "x"',
    'a: {{ Files.Get("files/c.bin") }}\n': "this is no text in UTF-8; use b64enc, or AsSecrets()",
    'a: {{ Files.Glob("files/*").AsConfig() }}\n': "this is no text in UTF-8",
    "a: {{ Values.binary }}\n": "this is no text in UTF-8",
    'a: |\n  {{ "x\\u2028y" }}\n': "characters that no block scalar can hold; put it in quotes",
    'a: |\n  b\n  {{ "x\\x07" }}\n': "characters that no block scalar can hold",
    "a:\n  b: 1\n  {{ Values.text }}\n": f"a text {NODE}",
    "a:\n  {{ Values.list }}\n  b: 1\n": f"a list {NODE}",
    "a:\n  {{ 1 }}\n  b: 1\n": f"a number or boolean {NODE}",
    "a:\n  - b\n  {{ Values.text }}\n": "a text can't stand here, among items or entries",
    "a:\n  {{ Values.c }}\n  - b\n": "a mapping can't stand here, among the items of a list",
    "a:\n{{ Values.c }}\n": "a mapping can't stand here, at the column of the key that it is for",
    "a: x{{ omit }}\n": "the value is omit here, and can't be part of a text",
    'a: "{{ omit }}"\n': "the value is omit here, where text must stand; omit leaves out a whole",
    "{{ omit }}: 1\n": "omit leaves out a whole entry or item, and is no value by itself",
    "a: {{ omit | quote }}\n": "omit leaves out a whole entry or item",
    "a: {{ 'x' ~ omit }}\n": "omit leaves out a whole entry or item",
    "a: {{ omit | toYaml }}\n": "omit leaves out a whole entry or item",
    "a: {{ omit | trunc(3) }}\n": "omit leaves out a whole entry or item",
    "a: b {% if true %}{{ omit }}{% endif %}\n": "the value is omit here",
    'a: {{ tpl("x{{ Values.c }}") }}\n': "the value is a mapping here",
    'a: {{ tpl("x{{ Values.nothing }}") }}\n': "the value is null here",
    "a: {{ 1e308 * 10 }}\n": "inf is no number that a manifest can hold",
    "a: {{ [1e308 * 10] }}\n": "inf is no number that a manifest can hold",
    "k: {[{{ omit }}, {x) }}]\n": "the YAML around it can't be read: did not find expected",
    "a: {{ Values.nothing.x }}\n": "what stands before .x is null here; give it a default",
    'a: {{ dict("a", 1) }}\n': 'write {"a": 1} for dict("a", 1); Helm\'s function is sprig.dict',
    "a: {{ Values.on }}\n": "YAML reads the key on as true: put it in quotes",
    'a: {{ "\\0" | safe }}\n': "the character U+0000 can't stand in YAML",
    "a: b\nc: \0\n": "t.yaml:2:4: the character U+0000 can't stand in a template",
    "{% from '_m' import labels %}\na: x{{ labels(1) }}\n": "entries of YAML here, and can't be",
    "{% from 'templates/_m.jinja' import port %}\n": 'write "_m.jinja"',
    "{% from '_n.tpl' import port %}\n": "did you mean '_n.jinja'?",
    "{% extends 'base.yaml' %}\n": "base.yaml: no such template in this chart\n",
    "a: {{ str(1) }}\n": "str: no such value; write VALUE | string",
    "a: {{ who }}\n": "who: no such value\n",
    "a: {{ vales.x }}\n": "vales: no such value; did you mean 'Values'?",
    "a: {% port() %}\n": "what is called stands in {{ }}: {{ port() }}",
    "a: {{ Values.text | omit }}\n": "a mapping is needed, not text; VALUE or omit leaves an entry",
    "a: {{ 1 | pick('a') }}\n": "pick: a mapping is needed, not an integer\n",
    "a: {{ now() }}\n": "a time is no text yet; use date(",
}


@pytest.mark.parametrize("template", REFUSED)
def test_what_is_not_certain(template: str) -> None:
    with pytest.raises(RenderError) as caught:
        made(template)
    assert REFUSED[template] in str(caught.value)


def test_a_missing_file_in_a_chart_without_files() -> None:
    with pytest.raises(RenderError, match=r'the chart has no file "x"\n'):
        text('a: {{ Files.Get("x") }}')
