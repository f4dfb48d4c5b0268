"""What is told of mistakes in Jinja charts: the place as written, the line, and what was meant."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest

from pyhelm.engine.jinja.goisms import in_jinja
from pyhelm.errors import RenderError
from tests.unit.engine.rendering import chart, rendered

HELPERS = """\
{# helpers #}
{% macro labels() %}
app: {{ Values.name }}
{% endmacro %}
{% macro selector(x) %}
sel: {{ Values.nme }}
{% endmacro %}
{% macro pair(a, b="2") %}
{{ a }}: {{ b }}
{% endmacro %}
"""
VALUES = {"name": "n", "l": [1, 2], "m": {"a": 1}, "s": "t", "e": {}, "i": 3}

# Each: a template, the place, and what is said of it.
NAMES = [
    (
        '{% import "_helpers.jinja" as h %}\nb:\n  {{ h.selectr(1) }}\n',
        "3:3",
        "selectr: no such macro in web/templates/_helpers.jinja; did you mean 'selector'?",
    ),
    (
        '{% from "_helpers.jinja" import selectr %}\nb: 1\n',
        "1:1",
        "selectr: no such macro in web/templates/_helpers.jinja; did you mean 'selector'?",
    ),
    (
        '{% from "_helper.jinja" import selector %}\nb: 1\n',
        "1:1",
        "_helper.jinja: no such template in this chart; did you mean '_helpers.jinja'?",
    ),
    (
        "a: {{ labels() }}\n",
        "1:4",
        'labels: no such value; it must be imported: {% from "_helpers.jinja" import labels %}',
    ),
    (
        "a: {{ lables() }}\n",
        "1:4",
        "lables: no such value; did you mean 'labels', a macro of \"_helpers.jinja\"?",
    ),
    ("a: {{ Valuse.x }}\n", "1:4", "Valuse: no such value; did you mean 'Values'?"),
    (
        "a: {{ values.name }}\n",
        "1:4",
        "a value of type function has no attribute 'name' here; did you mean 'Values'?",
    ),
    (
        "a: {{ values }}\n",
        "1:4",
        "values is a function: call it, values(…); did you mean 'Values'?",
    ),
    ("a: {{ release.Name }}\n", "1:4", "release: no such value; did you mean 'Release'?"),
    ("a: {{ Values.name | uper }}\n", "1:4", "there is no filter 'uper'; did you mean 'upper'?"),
    (
        "a: 1\n{% if Values.e %}\nb: {{ Values.name | uper }}\n{% endif %}\n",
        "3:4",
        "there is no filter 'uper'; did you mean 'upper'?",
    ),
    (
        "a: {{ 1 if Values.i is devisibleby(3) else 2 }}\n",
        "1:4",
        "there is no test 'devisibleby'; did you mean 'divisibleby'?",
    ),
    ('a: {{ nidnent(3, "x") }}\n', "1:4", "nidnent: no such value; did you mean 'nindent'?"),
    (
        'a: {{ include("labls") }}\n',
        "1:4",
        "include: no macro named \"labls\"; did you mean 'labels'?",
    ),
    (
        "{% for itm in Values.l %}\n- {{ item }}\n{% endfor %}\n",
        "2:3",
        "item: no such value; did you mean 'itm'?",
    ),
    ("a: {{ Release.Nme }}\n", "1:4", "Release.Nme: no such value; did you mean 'Name'?"),
    ('a: {{ Files.Gett("a") }}\n', "1:4", "Files.Gett: no such value; did you mean 'Get'?"),
    ("a: {{ loop.index }}\n", "1:4", "loop: no such value; it is there inside of {% for %} only"),
    (
        "a: {{ caller() }}\n",
        "1:4",
        "caller: no such value; it is there in a macro that {% call %} calls",
    ),
    ("a: {{ null }}\n", "1:4", "null: no such value; write none"),
    (
        "{% from _helpers.jinja import labels %}\n",
        "1:1",
        "_helpers: no such value; a template's name is in quotes",
    ),
]

BLOCKS = [
    (
        "a: 1\n{% if Values.name %}\nb: 1\n",
        "2:1",
        "{% if Values.name %} is not closed: {% endif %} is missing",
    ),
    (
        "{% for x in Values.l %}\n{% if x %}\n- 1\n{% endfor %}\n",
        "2:1",
        "{% if x %} is not closed: {% endif %} is missing before {% endfor %} in line 4",
    ),
    ("a: 1\n{% endif %}\n", "2:1", "{% endif %} closes nothing: no {% if %} is open"),
    ("a: 1\n{% esle %}\n", "2:1", "there is no tag 'esle'; did you mean 'else'?"),
    ("{% fi Values.x %}\na: 1\n{% endif %}\n", "1:1", "there is no tag 'fi'"),
    (
        "a: {% if Values.name %}{{ Values.name }}\nb: 2\n",
        "1:4",
        "{% if Values.name %} is not closed: {% endif %} is missing",
    ),
    ("a: 1\n{% else %}\nb: 1\n", "2:1", "{% else %} stands in no {% if %} or {% for %}"),
    ("{% macro x() %}\na: 1\n", "1:1", "{% macro x() %} is not closed: {% endmacro %} is missing"),
    ("{% raw %}\n", "1:1", "{% raw %} is not closed: {% endraw %} is missing"),
    ("{# foo\n", "1:1", "this comment is not closed: #} is missing"),
    ("a: 1\n{{ endif }}\n", "2:1", "endif: no such value; it is a tag: {% endif %}"),
    ("{{ set x = 1 }}\n", "1:1", "set is a tag: {% set x = 1 %}"),
    ("{% end %}\n", "1:1", "there is no tag 'end'; did you mean 'endif'?"),
    ("{% if 1 %}\n{% end %}\n", "2:1", "there is no tag 'end'; did you mean 'endif'?"),
]

TAGS = [
    ("a: {{ Values.x }\nb: 1\n", "1:4", "the tag is closed with }}, not }"),
    ("a: {{ Values.x }\nb: {{ Values.name }}\n", "1:4", "the tag is closed with }}, not }"),
    ("a: {{ 0644 }}\n", "1:4", 'write 0o644 for an octal number, or "0644" for a text'),
    ("a: {{ }}\n", "1:4", "a value is missing between {{ and }}"),
    ("a: {{ Values.name\nb: 1\n", "1:4", "{{ is not closed"),
    ("a: {% if Values.x }}\nb: 1\n{% endif %}\n", "1:4", "{% is not closed: %} is missing, not }}"),
    ("a: {{ Values.name %}\n", "1:4", "{{ is not closed: }} is missing, not %}"),
    ('a: {{ "x }}\nb: 1\n', "1:4", 'a text is not closed: " is missing'),
    ("a: {{ foo( }}\n", "1:4", "( is not closed before }"),
    (
        "a: {{ Values.name Values.s }}\n",
        "1:4",
        "Values is unexpected here; is an operator or }} missing?",
    ),
    ('a: {{ Values.m["a" }}\n', "1:4", "[ is not closed before }"),
    ("{% if %}\n{% endif %}\n", "1:1", "a value is missing before %}"),
    ("{% for x Values.l %}\n{% endfor %}\n", "1:1", "in is expected here, not Values"),
    ('{% if Values.name = "a" %}\n{% endif %}\n', "1:1", "write == to compare"),
    ("a: {{ Values.a && Values.b }}\n", "1:4", "write `and` for &&"),
    ("a: {{ !Values.a }}\n", "1:4", "write `not` for !"),
    ("a: {{ Values.a || Values.b }}\n", "1:4", "write `or` for ||"),
    ("a: {{ Values.a ? 1 : 2 }}\n", "1:4", "write `A if CONDITION else B` for CONDITION ? A : B"),
    (
        "a: {{ Values.x | trunc 63 }}\n",
        "1:4",
        "arguments stand in brackets; write {{ Values.x | trunc(63) }}",
    ),
    ("{% if x == %}\n{% endif %}\n", "1:1", "a value is missing before %}"),
    ('{% import "_helpers.jinja" %}\n', "1:1", "as is expected here, not the tag's end"),
]

GO = [
    ("a: {{ .Values.x }}\n", "1:4", "{{ Values.x }}"),
    ("a: 1\n{{- if .Values.a }}\nb: 2\n{{- end }}\n", "2:1", "{% if Values.a %}"),
    ("{{ end }}\n", "1:1", "{% endif %}, {% endfor %} or {% endmacro %}"),
    ("{{ range .Values.l }}\n", "1:1", "{% for item in Values.l %}"),
    ('a: {{ include "x" . | nindent 4 }}\n', "1:4", "{{ x() }}"),
    ("{{ $x := .Values.name }}\n", "1:1", "{% set x = Values.name %}"),
    ('{{ define "x" }}\n', "1:1", "{% macro x() %}"),
    ("{{/* comment */}}\n", "1:1", "{# comment #}"),
    (
        "{{- range $i, $e := .Values.l }}\n- {{ $e }}\n{{- end }}\n",
        "1:1",
        "{% for i, e in Values.l | items %}",
    ),
    ("{{- with .Values.m }}\n", "1:1", "{% if Values.m %}"),
    ("a: {{ toYaml .Values.m | nindent 2 }}\n", "1:4", "{{ Values.m }}"),
    ('a: {{ .Values.x | default "a" | quote }}\n', "1:4", '{{ Values.x | default("a") | quote }}'),
    (
        '{{- if and .Values.a (eq .Values.b "c") }}\n',
        "1:1",
        '{% if Values.a and (Values.b == "c") %}',
    ),
    ("{{- else if .Values.a }}\n", "1:1", "{% elif Values.a %}"),
    ('{{ template "x" . }}\n', "1:1", "{{ x() }}"),
    ("a: {{ $.Values.x }}\n", "1:4", "{{ Values.x }}"),
    (
        'a: {{ printf "%s-%s" .Release.Name .Chart.Name | trunc 63 }}\n',
        "1:4",
        '{{ printf("%s-%s", Release.Name, Chart.Name) | trunc(63) }}',
    ),
    ("{% if .Values.a %}\n{% endif %}\n", "1:1", "{% if Values.a %}"),
    ("{{- range until 3 }}\n", "1:1", "{% for item in until(3) %}"),
    ("a: {{ tpl .Values.x . }}\n", "1:4", "{{ tpl(Values.x) }}"),
    ('{% if eq .Values.y "a" %}\n{% endif %}\n', "1:1", '{% if Values.y == "a" %}'),
    (
        'a: {{ .Values.y | default (include "web.name" .) }}\n',
        "1:4",
        "{{ Values.y | default(name()) }}",
    ),
]

METHODS = [
    (
        "{% for k, v in Values.m.items() %}\n{{ k }}: {{ v }}\n{% endfor %}\n",
        "1:1",
        "Values.m.items: no such value; write Values.m | items",
    ),
    ("a: {{ Values.m.keys() }}\n", "1:4", "Values.m.keys: no such value; write Values.m | list"),
    (
        "a: {{ Values.m.values() }}\n",
        "1:4",
        "Values.m.values: no such value; write values(Values.m)",
    ),
    (
        'a: {{ Values.m.get("a", 1) }}\n',
        "1:4",
        'Values.m.get: no such value; write Values.m["KEY"] | default(…)',
    ),
    (
        'a: {{ "{}-x".format(1) }}\n',
        "1:4",
        "text has no attribute 'format' here; write printf(\"%s-%d\", …), or join with ~",
    ),
    (
        "{% do Values.l.append(1) %}\n",
        "1:1",
        "a list has no attribute 'append' here; values never change; write LIST + [VALUE]",
    ),
    (
        '{% do Values.m.update({"a": 1}) %}\n',
        "1:1",
        "Values.m.update: no such value; values never change; write merge({…}, Values.m)",
    ),
    (
        'a: {{ ",".join(Values.l) }}\n',
        "1:4",
        "text has no attribute 'join' here; write LIST | join(TEXT)",
    ),
    (
        'a: {{ Values.s.replace("a", "b") }}\n',
        "1:4",
        "text has no attribute 'replace' here; write TEXT | replace(…)",
    ),
    (
        "a: {{ Values.l.items() }}\n",
        "1:4",
        "a list has no attribute 'items' here; a list has no keys; loop over it, or | batch it",
    ),
]

WRITTEN = [
    ("a: {{ range(3) }}\n", "1:4", "this is no list yet: add `| list`"),
    ('a: {{ Values.l | map("string") }}\n', "1:4", "this is no list yet: add `| list`"),
    ("a: x-{{ Values.l | select }}\n", "1:6", "this is no list yet: add `| list`"),
    ('a: "{{ range(3) }}"\n', "1:5", "this is no list yet: add `| list`"),
    (
        'a: {{ (Values.l | map("string")).x }}\n',
        "1:4",
        "a value of type generator has no attribute 'x' here; add | list",
    ),
    (
        'a: {{ (Values.l | map("string")) | length }}\n',
        "1:4",
        "length: a sequence that needs `| list` has no length",
    ),
    (
        "a: {{ Values.l + range(3) }}\n",
        "1:4",
        "a list + a sequence that needs `| list` can't be worked out",
    ),
    (
        '{% from "_helpers.jinja" import labels %}\nb: {{ labels }}\n',
        "2:4",
        "labels is a macro: call it, labels(…)",
    ),
    (
        'a: {{ "x" if false }}\n',
        "1:4",
        "the condition is false, and there is no else: add `else VALUE`",
    ),
    (
        'a: {{ ("x" if false) ~ "y" }}\n',
        "1:4",
        "the condition is false, and there is no else: add `else VALUE`",
    ),
    (
        "a:\n  - {{ [\n    Values.nme,\n  ] }}\n",
        "2:5",
        "Values.nme: no such value; did you mean 'name'?",
    ),
    (
        "{% for x in Values.i %}\n{% endfor %}\n",
        "1:1",
        "a loop goes over a list or a mapping, not an integer",
    ),
    (
        "{% for k, v in Values.m %}\n{% endfor %}\n",
        "1:1",
        "the items have not as many parts as the loop has names; write | items for a mapping",
    ),
    ('a: {{ Values.i + "a" }}\n', "1:4", "an integer + text can't be worked out; ~ joins texts"),
    ("a: {{ Values.s < 3 }}\n", "1:4", "text < an integer can't be compared"),
    ('a: {{ [1, "b"] | sum }}\n', "1:4", "an integer + text can't be worked out"),
    ("a: {{ -Values.s }}\n", "1:4", "- text can't be worked out"),
    ("a: {{ 1 in Values.i }}\n", "1:4", "nothing can be in an integer"),
    ("a: {{ Values.i | list }}\n", "1:4", "a list is needed, not an integer"),
    ("a: {{ Values.i | dictsort }}\n", "1:4", "a mapping is needed, not an integer"),
    ("a: {{ range(Values.s) }}\n", "1:4", "an integer is needed, not text"),
]

ARGUMENTS = [
    ('a: {{ trunc("a") }}\n', "1:4", "trunc takes 2 arguments (an integer, text), not 1"),
    ('a: {{ "a" | trunc("a") }}\n', "1:4", "trunc: argument 1 must be an integer, not text"),
    ("a: {{ printf() }}\n", "1:4", "printf takes at least 1 argument (text, …), not 0"),
    ('a: {{ "a" | replace("b") }}\n', "1:4", "replace: an argument is missing, 'new'"),
    ('a: {{ trunc("a", n=1) }}\n', "1:4", "trunc takes no named arguments, such as n="),
    ("a: {{ include() }}\n", "1:4", "include: an argument is missing, 'name'"),
    (
        'a: {{ include("3") }}\n',
        "1:4",
        'include: no macro named "3"; there are: labels, pair, selector',
    ),
    ("a: {{ include([]) }}\n", "1:4", "include: text is needed, not a list"),
    ('a: {{ tpl("{{ b }}", 2) }}\n', "1:4", "tpl: a mapping is needed, not an integer"),
    ("a: {{ Values.m | string }}\n", "1:4", "a mapping is no text; use toJson for its text"),
    ("a: {{ {none: 1} }}\n", "1:4", "null can't be a key"),
    ("a: {{ {none: 1} | toJson }}\n", "1:4", "null can't be a key"),
    ("a: {{ -1e400 }}\n", "1:4", "this number is too large"),
    (
        "{% import Values.i as b %}\na: 1\n",
        "1:1",
        "a template's name: text is needed, not an integer",
    ),
    ("a:\n{% if 1 %}\n{% break %}\n{% endif %}\n", "3:1", "{% break %} stands in no {% for %}"),
    (
        "a:\n{% for b in [] %}\n{% else %}\n{% continue %}\n{% endfor %}\n",
        "4:1",
        "{% continue %} stands in no {% for %}",
    ),
    ("a: {{ Values.s(1) }}\n", "1:4", "text is no function, and can't be called"),
    (
        '{% from "_helpers.jinja" import labels %}\nb:\n  {{ labels(1, 2) }}\n',
        "3:3",
        "too many arguments for the macro labels: it takes none",
    ),
    (
        '{% from "_helpers.jinja" import pair %}\nb:\n  {{ pair(1, c=2) }}\n',
        "3:3",
        "the macro pair has no argument c: it takes (a, b)",
    ),
    (
        "{% macro f(a, a) %}{% endmacro %}\na: 1\n",
        "1:1",
        "the macro f has two arguments of one name",
    ),
    ('a: {{ include("pair", x=4) }}\n', "1:4", "the macro pair has no argument x: it takes (a, b)"),
]


GO_SAID = "this is Go's template language, and the chart's is Jinja"


def told(cache, template, **partials):
    """The message of a template's error, the same where its code was kept by an earlier run."""
    made = chart({"t.yaml": template, "_helpers.jinja": HELPERS, **partials})
    messages = []
    for _ in range(2):
        with pytest.raises(RenderError) as caught:
            rendered(made, VALUES, cache=str(cache))
        messages.append(str(caught.value))
    assert messages[0] == messages[1]
    return messages[0]


def shown(template, place):
    """A template's line with a caret below the column."""
    line, column = map(int, place.split(":"))
    source = template.split("\n")[line - 1]
    return f"{line:>5} | {source}\n      | {' ' * (column - 1)}^"


@pytest.mark.parametrize(
    ("template", "place", "problem"),
    [
        *NAMES,
        *BLOCKS,
        *TAGS,
        *((each, place, f"{GO_SAID}; write {way}") for each, place, way in GO),
        *METHODS,
        *WRITTEN,
        *ARGUMENTS,
    ],
)
def test_a_mistake_is_told_where_it_was_made(tmp_path, template, place, problem):
    expected = f"web/templates/t.yaml:{place}: {problem}\n{shown(template, place)}"
    assert told(tmp_path, template) == expected


CHAINS = [
    (
        '{% from "_helpers.jinja" import selector %}\nb:\n  {{ selector(1) }}\n',
        """\
web/templates/_helpers.jinja:6:6: Values.nme: no such value; did you mean 'name'?
    6 | sel: {{ Values.nme }}
      |      ^
  called from web/templates/t.yaml:3:3""",
    ),
    (
        '{% from "_helpers.jinja" import pair %}\nb:\n  {{ pair() }}\n',
        """\
web/templates/_helpers.jinja:9:1: parameter 'a' was not provided
    9 | {{ a }}: {{ b }}
      | ^
  called from web/templates/t.yaml:3:3""",
    ),
    (
        "x:\n  {% include '_filter.jinja' %}\n",
        """\
web/templates/_filter.jinja:3:4: there is no filter 'uper'; did you mean 'upper'?
    3 | b: {{ Values.name | uper }}
      |    ^
  called from web/templates/t.yaml:2:3""",
    ),
    (
        "{% include '_outer.jinja' %}\n",
        """\
web/templates/_helpers.jinja:6:6: Values.nme: no such value; did you mean 'name'?
    6 | sel: {{ Values.nme }}
      |      ^
  called from web/templates/_outer.jinja:2:1
  called from web/templates/t.yaml:1:1""",
    ),
    (
        'a: {{ include("selector") }}\n',
        """\
web/templates/_helpers.jinja:6:6: Values.nme: no such value; did you mean 'name'?
    6 | sel: {{ Values.nme }}
      |      ^
  called from web/templates/t.yaml:1:4""",
    ),
    (
        'a: {{ tpl("b: {{ Values.nme }}\\n") }}\n',
        """\
the text given to tpl:1:4: Values.nme: no such value; did you mean 'name'?
    1 | b: {{ Values.nme }}
      |    ^
  called from web/templates/t.yaml:1:4""",
    ),
    (
        'a: {{ tpl("{% if x %}") }}\n',
        """\
the text given to tpl:1:1: {% if x %} is not closed: {% endif %} is missing
    1 | {% if x %}
      | ^
  called from web/templates/t.yaml:1:4""",
    ),
]


@pytest.mark.parametrize(("template", "expected"), CHAINS)
def test_what_led_to_a_mistake_is_told(tmp_path, template, expected):
    partials = {
        "_filter.jinja": "a: 1\n\nb: {{ Values.name | uper }}\n",
        "_outer.jinja": "{% from '_helpers.jinja' import selector %}\n{{ selector(1) }}\n",
    }
    assert told(tmp_path, template, **partials) == expected


def test_a_call_block_that_is_given_too_much_is_told(tmp_path):
    template = "{% macro f() %}{{ caller(1) }}{% endmacro %}\na: {% call f() %}b{% endcall %}\n"
    start = "web/templates/t.yaml:1:16: too many arguments for caller(): it takes none\n"
    assert told(tmp_path, template).startswith(start)


def test_text_given_to_tpl_that_does_not_end_is_told(tmp_path):
    start = "the text given to tpl:1:1: {% raw %} is not closed: {% endraw %} is missing\n"
    assert told(tmp_path, "a: {{ tpl('{% raw %}b') }}\n").startswith(start)


def test_a_macro_that_is_gone_is_told_although_the_importing_code_was_kept(tmp_path):
    template = '{% from "_helpers.jinja" import labels %}\na: 1\n'
    cache = str(tmp_path)
    rendered(chart({"t.yaml": template, "_helpers.jinja": HELPERS}), VALUES, cache=cache)
    renamed = HELPERS.replace("labels", "tags")
    with pytest.raises(
        RenderError, match=r"t\.yaml:1:1: labels: no such macro in web/templates/_h"
    ):
        rendered(chart({"t.yaml": template, "_helpers.jinja": renamed}), VALUES, cache=cache)


RIGHT = {
    "a not before a text": ('a: {{ not "a" in Values.l }}', "a: true"),
    "a variable called end": ("{% for a, end in [[1, 2]] %}\n- {{ end }}\n{% endfor %}", "- 2\n"),
    "a dot on the next line": ("a: {{ Values\n  .name }}", "a: n"),
    "what no else gives, by default": ('a: {{ ("x" if false) | default("y") }}', 'a: "y"'),
    "mappings in each other": ('a: {{ {"b": {"c": 1}} }}', "a:\n  b:\n    c: 1"),
    "a sequence for a function": ('a: {{ toJson(Values.l | map("string")) }}', 'a: ["1","2"]'),
    "a raw text in a comment": ("{# {% raw %} #}\na: 1", "a: 1"),
    "an unknown name that is asked about": ("a: {{ Valuse.x is defined }}", "a: false"),
}


@pytest.mark.parametrize("case", RIGHT)
def test_what_is_no_mistake(case):
    template, expected = RIGHT[case]
    values = {**VALUES, "name": "n1"}
    made = rendered(chart({"t.yaml": template}), values)["web/templates/t.yaml"]
    assert made == expected.replace("a: n", "a: n1")


@pytest.mark.parametrize(
    "action",
    [
        *(
            "",
            "|",
            "a |",
            "(",
            ")",
            "( ( )",
            ".a..b",
            "$",
            "$x :=",
            "define",
            'define "9"',
            "range",
        ),
        *("eq .a", "and .a", "eq .a 1 2", "tpl .", "tpl $ ."),
    ],
)
def test_what_is_not_clear_is_not_translated(action):
    assert in_jinja(action) == ""


def test_without_a_translation_go_is_named_all_the_same(tmp_path):
    template = "a: {{ (index .Values.l 0).name }}\n"
    assert told(tmp_path, template).startswith(f"web/templates/t.yaml:1:4: {GO_SAID}\n")


PIECES = (
    *("{{", "}}", "{%", "%}", "{#", "#}", "{{-", "-%}", " ", "\n", "a: "),
    *("(", ")", "[", "]", "{", "}", "'", '"', ".", "$", "$x", ":=", "|", "/*", "*/"),
    *(".Values.a", "Values.i", "trunc", " 63 ", "0644", "x in Values.l", "not ", "and "),
    *("if ", "else", "elif ", "endif", "for ", "end", "range ", "with ", "include "),
    *("macro m()", "endmacro", "call ", "raw", "endraw", "set x", "set x = 1", "endset"),
)


@pytest.mark.parametrize("seed", range(8))
def test_no_template_is_more_than_a_mistake(seed):
    random = Random(seed)
    for _ in range(150):
        template = "".join(random.choices(PIECES, k=random.randrange(1, 12)))
        with suppress(RenderError):
            rendered(chart({"t.yaml": template}), VALUES)


def test_raw_text_of_go_keeps_what_it_says():
    assert in_jinja('regexMatch `^\\d"` .Values.a') == '{{ regexMatch("^\\\\d\\"", Values.a) }}'
