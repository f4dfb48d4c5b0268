"""Go templates that want too much: each ends soon, with one error that says where."""

import pytest

from pyhelm.errors import BudgetError, RenderError
from pyhelm.settings import Budget
from tests.unit.engine.rendering import go_text as rendered

GROWING = {
    "print": "print $s $s",
    "println": "println $s $s",
    "printf": 'printf "%s%s" $s $s',
    "cat": "cat $s $s",
    "join": 'join "" (list $s $s)',
    "replace": 'replace "x" $s $s',
    "quote": "quote $s $s",
    "squote": "squote $s $s",
    "html": 'html $s "<" $s',
    "js": "js $s $s",
    "urlquery": 'urlquery (print $s $s "  ")',
    "regexReplaceAll": 'regexReplaceAll "" $s $s',
    "wrapWith": "wrapWith 1 $s $s",
    "toJson": "toJson (list $s $s)",
    "toYaml": "toYaml (list $s $s)",
    "toYamlPretty": "toYamlPretty (list $s $s)",
    "toToml": 'toToml (dict "a" $s "b" $s)',
    "b32enc": "b32enc (b32enc $s)",
    "toString": "toString (toStrings (list $s $s))",
    "urlJoin": 'urlJoin (dict "scheme" $s "host" $s "path" $s)',
    "htpasswd": 'htpasswd (print $s $s) "x"',
    "date": "print $s (date $s now)",
}
"""A text that is made from itself, again and again."""

SHARED = {
    "action": "$l",
    "toJson": "toJson $l",
    "toYaml": "toYaml $l",
    "toToml": 'toToml (dict "a" $l)',
    "print": "print $l",
    "printf": 'printf "%#v" $l',
    "quote": "quote $l",
    "eq": "eq $l $m",
    "deepCopy": "deepCopy $l",
    "uniq": "uniq (list $l $m)",
    "merge": 'merge (dict "a" (dict "x" $l)) (dict "a" (dict "x" $m))',
    "mergeOverwrite": "mergeOverwrite $d $e",
}
"""Lists and dicts that hold the same one twice, sixty deep."""

SMALL = Budget(steps=200_000, output=1_000_000, memory=100_000, seconds=10_000)
"""Counts that a test reaches soon, and a clock that it never reaches."""


FEW_STEPS = Budget(steps=5000, output=1_000_000, memory=100_000, seconds=10_000)


def refused(template, budget=SMALL):
    with pytest.raises(RenderError) as caught:
        rendered(template, budget=budget)
    return caught.value


@pytest.mark.parametrize("call", GROWING.values(), ids=GROWING)
def test_a_text_cannot_grow_without_end(call):
    error = refused(
        f'{{{{ $s := "xxxxxxxxxx" }}}}{{{{ range 60 }}}}{{{{ $s = {call} }}}}{{{{ end }}}}'
    )
    assert "t.yaml:1:" in str(error)


@pytest.mark.parametrize("call", SHARED.values(), ids=SHARED)
def test_a_value_cannot_be_more_than_there_is_memory_for(call):
    setup = (
        "{{ $l := list 1 }}{{ $m := list 1 }}{{ $d := dict }}{{ $e := dict }}{{ range 60 }}"
        "{{ $l = list $l $l }}{{ $m = list $m $m }}"
        '{{ $d = dict "a" $d "b" $d }}{{ $e = dict "a" $e "b" $e }}{{ end }}'
    )
    assert "t.yaml:1:" in str(refused(setup + f"{{{{ {call} }}}}"))


COMPARED = ["deepEqual $d $e", "has $d (list $e)", "not (without (list $d) $e)", "deepEqual $d $d"]


@pytest.mark.parametrize("call", COMPARED)
def test_what_is_shared_is_compared_once(call):
    shared = '{{ $d = dict "a" $d "b" $d }}{{ $e = dict "a" $e "b" $e }}'
    start = "{{ $d := dict }}{{ $e := dict }}{{ range 60 }}" + shared + "{{ end }}"
    assert rendered(f"{start}{{{{ {call} }}}}") == "true"


@pytest.mark.parametrize("call", ["uniq $l", "without $l (dict)", "has (dict) $l", "merge $m $m"])
def test_comparisons_are_steps(call):
    made = "{{ $l := list }}{{ $m := dict }}{{ range $i := until 150 }}"
    made += '{{ $l = append $l (dict "i" $i) }}{{ $_ := set $m (toString $i) $i }}{{ end }}'
    error = refused(
        f"{made}{{{{ range until 100 }}}}{{{{ $_ := {call} }}}}{{{{ end }}}}", FEW_STEPS
    )
    assert "steps" in str(error)


def test_a_turn_of_a_loop_is_a_step():
    assert rendered("{{ range 4000 }}{{ end }}a", budget=FEW_STEPS) == "a"
    refused("{{ range 6000 }}{{ end }}", FEW_STEPS)


@pytest.mark.parametrize("call", ["toYaml $d", "toJson $d", "print $d", "deepCopy $d", "$d"])
def test_a_value_within_itself_is_refused(call):
    refused(f'{{{{ $d := dict }}}}{{{{ $_ := set $d "d" $d }}}}{{{{ {call} }}}}')


@pytest.mark.parametrize(
    "template",
    [
        "{{ range 1000000000 }}x{{ end }}",
        "{{ range 10000 }}{{ range 10000 }}{{ range 10000 }}x{{ end }}{{ end }}{{ end }}",
        "{{ range until 100000 }}{{ $x := repeat 1000 `x` }}{{ range until 10 }}{{ end }}{{ end }}",
        "{{ range until 1000 }}" + "x" * 2000 + "{{ end }}",
        "{{ $x := repeat 10000 `x` }}{{ range 1000 }}{{ $x }}{{ end }}",
    ],
)
def test_loops_have_a_budget(template):
    assert isinstance(refused(template), BudgetError)


@pytest.mark.parametrize(
    "call", ["bcrypt `x`", "htpasswd `a` `b`", "derivePassword 1 `long` `a` `b` `c`"]
)
def test_slow_functions_have_a_budget(call):
    budget = Budget(steps=50_000, memory=100_000, seconds=10_000)
    error = refused(f"{{{{ range 1000 }}}}{{{{ {call} }}}}{{{{ end }}}}", budget)
    assert "more than 50000 steps" in str(error)


def test_a_render_has_a_deadline():
    error = str(refused("{{ range 100000 }}{{ end }}", Budget(seconds=-1)))
    assert "more than -1 seconds of the processor's time; PYHELM_RENDER_SECONDS raises" in error


def test_a_good_chart_can_be_given_more():
    template = "{{ range 300000 }}{{ end }}fine"
    assert "PYHELM_RENDER_STEPS raises this limit" in str(refused(template))
    assert rendered(template, budget=Budget(steps=700_000)) == "fine"
    text = "{{ range 1100 }}" + "x" * 1000 + "{{ end }}"
    assert "PYHELM_RENDER_OUTPUT raises this limit" in str(refused(text))
    assert len(rendered(text, budget=Budget(output=1_200_000))) == 1_100_000


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ('{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}', "nested reference"),
        ('{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}', "maximum template"),
        pytest.param(
            '{{ $t := "{{ tpl . . }}" }}{{ tpl $t $t }}',
            "maximum template depth",
            marks=pytest.mark.slow,
        ),
        ("{{" + "(" * 5000 + "1" + ")" * 5000 + "}}", "max expression depth"),
        ("{{ if 1 }}" * 3000 + "x" + "{{ end }}" * 3000, "max expression depth"),
        ("{{ if 0 }}" + "{{ else if 0 }}" * 3000 + "{{ end }}", "max expression depth"),
        ("{{ 1" + " | add 1" * 5000 + " }}", "max expression depth"),
        ("{{ 1" + " | add 1" * 201 + " }}", "max expression depth"),
        ("{{ " + "(" * 60 + "1" + " | add 1 | add 1 | add 1 | add 1)" * 60 + " }}", "max expr"),
        ("".join(f'{{{{ block "{n}" . }}}}' for n in range(3000)), "max expression depth"),
        ("{{ range 3000 }}{{ $ = list $ }}{{ end }}{{ toJson $ }}", "deeper than 1000 levels"),
        ("{{ range 3000 }}{{ $ = list $ }}{{ end }}{{ $ }}", "deeper than 1000 levels"),
        ("{{ repeat 2000000000 `x` }}", "limit of"),
        ("{{ until 100000000 }}", "limit of"),
        ("{{ untilStep 0 2147483647 1 }}", "limit of"),
        ("{{ seq 1 1000000000 }}", "limit of"),
        ("{{ randAlphaNum 2000000000 }}", "limit of"),
    ],
)
def test_depth_and_counts_have_limits(template, says):
    assert says in str(refused(template, Budget()))


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ " + "(" * 199 + "1" + ")" * 199 + " }}", "1"),
        ("{{ if 1 }}" * 199 + "x" + "{{ end }}" * 199, "x"),
        ("{{ 1" + " | add 1" * 200 + " }}", "201"),
        ("{{ " + "(trunc (int 5) " * 198 + "`a`" + " | print (print))" * 198 + " }}", "a"),
        ("{{ range 900 }}{{ $ = list $ }}{{ end }}{{ $ | toJson | fromJsonArray | len }}", "1"),
    ],
)
def test_what_is_less_deep_works_however_deep_the_caller_is(template, text):
    """Python's own limit differs by its version, and counts its caller's calls."""

    def deeper(calls):
        return deeper(calls - 1) if calls else rendered(template, budget=Budget())

    assert deeper(700) == text


@pytest.mark.parametrize(("depth", "says"), [(1000, "["), (1001, '"exceeded max depth"')])
def test_json_may_be_nested_so_deeply(depth, says):
    text = f'{{{{ print (repeat {depth} "[") (repeat {depth} "]") | fromJsonArray | toJson }}}}'
    assert says in rendered(text)


def test_brackets_in_texts_nest_nothing():
    text = "{{ printf `[%q, %s[]]` (repeat 2000 `[{`) (repeat 2000 `[],`) | fromJsonArray | len }}"
    assert rendered(text) == "2002"


def test_names_and_texts_are_never_code():
    name = "x'\\\"\\n); __import__('os').abort() #"
    template = (
        f'{{{{ define "{name}" }}}}{{{{ "{name}" }}}}{{{{ end }}}}{{{{ include "{name}" . }}}}'
    )
    assert rendered(template) == name.replace('\\"', '"').replace("\\n", "\n")


def test_many_variables_and_arguments_are_fine():
    variables = "".join(f"{{{{ $v{i} := {i} }}}}" for i in range(2000))
    assert rendered(variables + "{{ $v1999 }}") == "1999"
    assert rendered("{{ add " + "1 " * 2000 + "}}") == "2000"


RECURSIVE = {
    "include": '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
    "in turn": '{{ define "a" }}{{ include "b" . }}{{ end }}'
    '{{ define "b" }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
    "tpl": "{{ tpl .Values.s . }}",
}


@pytest.mark.parametrize("template", RECURSIVE.values(), ids=RECURSIVE)
def test_an_endless_recursion_tells_of_each_call_once(template):
    with pytest.raises(RenderError) as caught:
        rendered(template, {"s": "{{ tpl .Values.s . }}"}, budget=SMALL)
    assert len(str(caught.value)) < 2000
    assert "more of these calls" in str(caught.value)
