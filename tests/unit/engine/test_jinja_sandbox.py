"""Jinja templates of strangers: what they may call, and what stops those that want too much."""

import json

import pytest

from pyhelm.errors import BudgetError, RenderError
from pyhelm.settings import Budget
from tests.unit.engine.rendering import chart, rendered, text

SMALL = Budget(steps=200_000, output=1_000_000, memory=100_000, seconds=60)
LARGE = "a value of more than 100000 characters or items"
LONG = "more than 200000 steps; is a loop endless? If not, PYHELM_RENDER_STEPS raises this limit"
VALUES = {"list": [2, 1], "map": {"a": 1}, "with-dash": 1, "text": "a b"}


def problem(template, partials="", values=VALUES):
    with pytest.raises(RenderError) as caught:
        text(template, values, partials=partials, budget=SMALL)
    return caught.value.problem


def over(template):
    with pytest.raises(BudgetError) as caught:
        text(template, VALUES, budget=SMALL)
    return caught.value.problem.removeprefix("the template takes too much: ")


def again(name, expression, start, times=60):
    """A namespace's `v`, made anew from itself."""
    return (
        f"{{% set {name} = namespace(v={start}) %}}{{% for i in range({times}) %}}"
        f"{{% set {name}.v = {expression.replace('V', name + '.v')} %}}{{% endfor %}}"
    )


SHARED = again("a", "[V, V]", "'x'") + again("b", "[V, V]", "'x'")
"""Two lists, each sixty deep, that hold the same list twice: equal, and 2^60 long when written."""


@pytest.mark.parametrize(
    "template",
    [
        again("a", "V + V", "'x'"),
        again("a", "V + V", "[1]"),
        again("a", "V + V", "(1,)"),
        again("a", "V ~ V", "'x'"),
        again("a", "V * 2", "'x'"),
        again("a", "2 * V", "[1]"),
        again("a", "V * 2", "(1,)"),
        again("a", "V|replace('x', 'xx')", "'x'"),
        again("a", "[V, V]|join", "'x'"),
        "{% set a = namespace(v='x') %}{% for i in range(60) %}"
        "{% set a.v %}{{ a.v }}{{ a.v }}{% endset %}{% endfor %}",
        pytest.param(
            "{% macro m(n) %}{{ m(n - 1) if n else 'x' }}{{ m(n - 1) if n else 'x' }}{% endmacro %}"
            "a: {{ m(17) }}",
            marks=[pytest.mark.slow, pytest.mark.unmeasured],
        ),
        "a: {{ 'x' * 10**9 }}",
        "a: {{ 10**9 * [1] }}",
        "a: {{ (1,) * 10**9 }}",
        "a: {{ 'x'|center(10**9) }}",
        "a: {{ 'x'|indent(10**9, true) }}",
        "a: {{ [1]|batch(10**9, 'x')|list }}",
        "a: {{ [1]|slice(10**9)|list }}",
    ],
)
def test_a_value_has_bounds(template):
    assert over(template) in (LARGE, LONG)


@pytest.mark.parametrize(
    "use",
    [
        *("a: {{ a.v }}", "a: x{{ a.v ~ '' }}", "a: {{ a.v|string }}", "a: {{ a.v|upper }}"),
        *("a: {{ a.v|tojson }}", "a: {{ a.v|toYaml }}", "a: {{ a.v|join }}", "# {{ a.v }}"),
        *("a: {{ a.v == b.v }}", "a: {{ a.v != b.v }}", "a: {{ a.v < b.v }}"),
        *("a: {{ a.v in [b.v] }}", "a: {{ a.v is eq(b.v) }}", "a: {{ a.v is in([b.v]) }}"),
        *("a: {{ [b.v] is contains(a.v) }}", "a: {{ [a.v]|select('eq', b.v)|list }}"),
        *("a: {{ [a.v, b.v]|sort }}", "a: {{ [a.v, b.v]|max }}", "a: {{ a.v[:1] }}"),
        *("a: {{ {'k': a.v}|dictsort }}", "a: {{ [{'k': a.v}, {'k': b.v}]|groupby('k')|list }}"),
        *("a: {{ dict([(a.v, 1)]) }}", "a: {{ deepEqual(a.v, b.v) }}", "[{{ a.v }}]"),
    ],
)
def test_what_is_shared_counts_each_time(use):
    assert over(SHARED + use) == LARGE


@pytest.mark.parametrize(
    "template",
    [
        "{% for i in range(1000) %}{% for j in range(1000) %}{% endfor %}{% endfor %}",
        "{% for c in 'x' * 99000 recursive %}{% if loop.first and loop.depth0 < 3 %}"
        "{{ loop('x' * 99000) }}{% endif %}{% endfor %}",
        "{% for i in range(300)|map('string') %}{% for j in range(1000)|map('string') %}"
        "{% endfor %}{% endfor %}",
        again("a", "V + [('x' * 90000) ~ i]", "[]", 500),
        "{% set big = [1] * 15000 %}" + again("a", "V + [big[1:]]", "[]", 500),
        "{% set big = 'x' * 99000 %}" + again("a", "big.find('y')", "0", 500),
        "{% set big = 'x' * 99000 %}" + again("a", "big|upper|length", "0", 500),
        "{% set big = 'x' * 99000 %}" + again("a", "'y' in big", "0", 500),
        "{% set big = ['x'] * 15000 %}" + again("a", "big|list|length", "0", 500),
        "{% for i in range(500) %}{{ tpl('{{ 1 }}' ~ 'x' * 1000) }}{% endfor %}",
    ],
)
def test_large_values_count_as_steps(template):
    assert over(template) == LONG


def test_output_has_bounds():
    line = "{% for i in range(100) %}\n- {{ 'x' * 20000 }}\n{% endfor %}"
    assert (
        over(line)
        == "more than 1000000 characters of output; PYHELM_RENDER_OUTPUT raises this limit"
    )


@pytest.mark.parametrize(
    "expression",
    [
        *("3 ** 400000", "2 ** 5000", "(2 ** 2000) ** 3", "(2 ** 4000) * (2 ** 4000)"),
        *("9 ** (9 ** (9 ** 9))", "(-2) ** (10 ** 9)"),
    ],
)
def test_integers_have_bounds(expression):
    assert over(f"a: {{{{ ({expression}) > 1 }}}}") == "a number of more than 4096 bits"


@pytest.mark.parametrize("operator", ["+", "-", "*", "**", "%", "//", "/"])
def test_no_arithmetic_on_a_number_that_is_too_large(operator):
    values = {"n": 1 << 5000}
    for sides in (f"Values.n {operator} 3", f"3 {operator} Values.n"):
        with pytest.raises(BudgetError, match="a number of more than 4096 bits"):
            text(f"a: {{{{ {sides} }}}}", values)


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("2 ** 64", "18446744073709551616"),
        ("(-1) ** 100001", "-1"),
        ("0 ** 100000", "0"),
        ("2 ** -1", "0.5"),
        ("1.5 * 2", "3.0"),
        ("7 // 2 + 7 % 4 - 1", "5"),
        ("'ab' * -3", '""'),
        ("('a' + 'b') * 2", "abab"),
        ("(1, 2) + (3,)", "\n  - 1\n  - 2\n  - 3"),
        ("[1] + [2] * 2", "\n  - 1\n  - 2\n  - 2"),
        ("'0x1f'|int(0, 16)", "31"),
        ("2.567|round(1)", "2.6"),
        ("[1, 2]|sum", "3"),
        ("[{'n': 2}, {'n': 3}]|sum(attribute='n')", "5"),
        ("range(4)|slice(2)|map('join')|list", '\n  - "01"\n  - "23"'),
        ("range(3)|batch(2, 9)|map('join')|list", '\n  - "01"\n  - "29"'),
        ("[3, 1, 1]|unique|sort|first", "1"),
        ("'ab'|reverse", "ba"),
        ("[none, 1]|map('default', 2)|list", "\n  - 2\n  - 1"),
        ("[{'a': 1}]|selectattr('a', 'eq', 1)|map(attribute='a')|list", "\n  - 1"),
        ("[{'a': 1}]|groupby('a')|map(attribute='grouper')|list", "\n  - 1"),
        ("dict(a=1)", "\n  a: 1"),
        ("namespace(a=1).a", "1"),
        ("1 < 2 < 3 and 'b' in 'abc' and 'abc' is contains('b')", "true"),
        ("'A b'.lower().split()|join('-')", "a-b"),
        ("[1, 2, 1].count(1) + [1, 2].index(2)", "3"),
        ("Values.list[:1][0] + Values.list[1] + range(5)[2]", "5"),
        ("Values['text']['upper']()", "A B"),
        ("'abc'[1:]", "bc"),
        ("Files['Get']('none', '')", '""'),
        ("Values.map[(1, 2)]|default('none')", "none"),
        ("Values.none.at.all|default('none')", "none"),
        ("Values['none']['at']|default('none')", "none"),
        ("'x' ~ 1 ~ true", "x1true"),
    ],
)
def test_what_charts_need_works(expression, shown):
    made = text(f"a: {{{{ {expression} }}}}", VALUES, budget=SMALL)
    assert made == f"a: {shown}".replace(": \n", ":\n")


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("'x'.__class__", "text has no attribute '__class__' here"),
        ("'x'['__class__']", "text has no attribute '__class__' here"),
        ("'{0.__class__}'.format(1)", "text has no attribute 'format' here"),
        ("('{0.__class__}'|e).format(1)", "text has no attribute 'format' here"),
        ("'{a}'.format_map({'a': 1})", "text has no attribute 'format_map' here"),
        ("'x'.ljust(10 ** 9)", "text has no attribute 'ljust' here"),
        ("'x'.encode().decode('zip')", "text has no attribute 'encode' here"),
        ("[].__class__.__mro__", "a list has no attribute '__class__' here"),
        ("[]['__class__']", "a list has no attribute '__class__' here"),
        ("(5).to_bytes(10 ** 9, 'big')", "a value of type int has no attribute 'to_bytes' here"),
        ("5['real']", "a value of type int has no attribute 'real' here"),
        ("5[0]", "a value of type int has no attribute '0' here"),
        ("none.x", "what stands before .x is null here"),
        ("lookup.args[0].budget", "a value of type partial has no attribute 'args' here"),
        ("lookup['func']", "a value of type partial has no attribute 'func' here"),
        ("include.__self__", "a value of type method has no attribute '__self__' here"),
        ("trunc.__globals__", "a value of type function has no attribute '__globals__' here"),
        ("namespace.__init__", "a value of type type has no attribute '__init__' here"),
        ("([1]|map('string')).gi_frame", "a value of type generator has no attribute 'gi_frame'"),
        ("now().__class__", "__class__: no such value"),
        ("Values.__class__", "Values.__class__: no such value"),
        ("Values['__class__']", "Values.__class__: no such value"),
        ("Values.none", "Values.none: no such value"),
        ("Files._files", "_files: no such value"),
        ("Files['__class__']", "__class__: no such value"),
        ("cycler('a')", "cycler: no such value"),
        ("lipsum()", "lipsum: no such value"),
        ("joiner()", "joiner: no such value"),
        ("environment", "environment: no such value"),
        ("context", "context: no such value"),
        ("self._TemplateReference__context", "is unsafe"),
        ("self['_TemplateReference__context']", "is unsafe"),
        ("namespace(a=1)._Namespace__attrs", "is unsafe"),
        ("'%s' % 1", "text % values is not allowed; use printf(text, values)"),
        ("('%' ~ 's') % (1,)", "text % values is not allowed; use printf(text, values)"),
        ("'x'|attr('__class__')", "this filter is not available in charts"),
        ("['x']|map('attr', '__class__')|list", "this filter is not available in charts"),
        ("('<!---->' * 9)|striptags", "this filter is not available in charts"),
        ("{(1, 2): 3}", "a list can't be a key"),
        ("{[1]: 3}", "unhashable type: 'list'"),
        ("[[1], [2]]|sum(start=[])", "sum: only numbers are added; use concat for lists"),
        ("1|round(-10 ** 9)", "round: the precision is -1000000000, and may be 308 at most"),
        ("1|round(10 ** 9, 'ceil')", "round: the precision is 1000000000, and may be 308 at most"),
        ("('f' * 9000)|int(0, 16)", "a number of more than 4096 digits"),
        ("'x'|repeat(10 ** 9)", "repeat: 1000000000 characters are more than the limit"),
        ("range(10 ** 9)", "Range too big"),
        ("[1](2)", "a list is no function, and can't be called"),
        ("[].__len__()", "a list has no attribute '__len__' here"),
        ("Values.none()", "Values.none: no such value"),
        ("Values.none + 1", "Values.none: no such value"),
        ("[1] + 2", "a list + an integer can't be worked out"),
        ("1 * Values.none", "Values.none: no such value"),
        ("'x' ~ Values.none", "Values.none: no such value"),
        ("Values.list[9]", "no item 9 here"),
        ("Values.with-dash", 'a name with a dash is written Values["with-dash"]'),
        ("Values.map-a", 'a: no such value; a name with a dash is written ["…-a"]'),
        ("1 // 0", "by zero"),
        ("10.0 ** 1000", "Numerical result out of range"),
        ("(-8) ** 0.5", "complex is no value that YAML can hold"),
        ("include('__class__')", 'include: no macro named "__class__"'),
    ],
)
def test_what_is_refused(expression, said):
    # Over a line, so that what an attribute gives is asked for.
    assert said in problem(f"a: {{{{ {expression} }}}}")


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{% do Values.list.append(1) %}", "a list has no attribute 'append' here"),
        ("{% do Values.list.sort() %}", "a list has no attribute 'sort' here"),
        ("{% do Values.update({'a': 1}) %}", "Values.update: no such value"),
        ("{% set Values.x = 1 %}", "cannot assign attribute on non-namespace object"),
        ("{% for x in [1] %}{{ loop._iterable }}{% endfor %}", "is unsafe"),
        (
            "{% for x in [1] recursive %}{{ loop() }}{% endfor %}",
            "this call: an argument is missing",
        ),
        ("{% macro m() %}{% endmacro %}{{ m._func }}", "is unsafe"),
        ("{% import '_p' as p %}{{ p._body_stream }}", "is unsafe"),
        ("{% import '/etc/passwd' as p %}", "/etc/passwd: no such template in this chart"),
        ("{% include '../../../etc/passwd' %}", "no such template in this chart"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "call each other without end"),
        ("{% include 't.yaml' %}", "call each other without end"),
        ("a: {{ " + "[" * 400 + "]" * 400 + " }}", "call each other without end"),
        (again("a", "[V]", "'x'", 3000) + "a: {{ a.v }}", "call each other without end"),
        (
            "{% for x in [1] %}" * 25 + "x" + "{% endfor %}" * 25,
            "the template is nested too deeply: too many statically nested blocks",
        ),
    ],
)
def test_templates_that_are_refused(template, said):
    assert said in problem(template)


def test_values_stay_as_they_were():
    values = {"list": [2, 1], "map": {"a": {"b": 1}}}
    template = (
        "{% set l = Values.list + [3] %}{% set m = set(Values.map, 'a', 2) %}"
        "{% set n = merge({}, Values.map) %}{% set s = Values.list|sort %}"
        "a: {{ Values.list|tojson }}\nb: {{ Values.map|tojson }}"
    )
    assert text(template, values) == 'a: [2,1]\nb: {"a":{"b":1}}'
    assert json.dumps(values) == '{"list": [2, 1], "map": {"a": {"b": 1}}}'


def test_a_recursive_loop_of_modest_size():
    template = (
        "{% for x in [[1, 2], 3] recursive %}\n{% if x is number %}\n- {{ x }}\n"
        "{% else %}\n{{ loop(x) }}\n{% endif %}\n{% endfor %}\n"
    )
    assert text(template) == "- 1\n- 2\n- 3"


def test_a_file_of_the_chart_is_all_that_a_template_reads():
    made = rendered(
        chart({"t.yaml": "a: {{ Files.Get('../t', '') }}{{ Files.Get('f') }}"}, files={"f": b"x"})
    )
    assert made == {"web/templates/t.yaml": "a: x"}
