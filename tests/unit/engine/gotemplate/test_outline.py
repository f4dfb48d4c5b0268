"""What is known of a source before it is parsed, held to the parser."""

import random
import re

import pytest

from pyhelm.engine.gotemplate import compiler
from pyhelm.engine.gotemplate.compiler import new_unit
from pyhelm.engine.gotemplate.forms import forms_of
from pyhelm.engine.gotemplate.outline import outline
from pyhelm.engine.gotemplate.parser import ParseError, parse
from pyhelm.engine.gotemplate.signatures import PARAMETERS
from pyhelm.errors import RenderError
from tests.unit.engine.gotemplate.test_cases import CASES
from tests.unit.engine.rendering import go_text

SOURCES = sorted(
    {
        text
        for case in CASES
        for name, text in case["files"].items()
        if "templates/" in name and "{{" in text
    }
)
PIECES = re.compile(r'\{\{-?|-?\}\}|"[^"\n]*"|\w+|\s+|.', re.DOTALL)
EXTRA = [
    *("{{", "}}", "{{- ", " -}}", "(", ")", "|", " ", "", ".", "$", "$x", "$x := 1", "$x = 2", ","),
    *("{{ end }}", "{{ else }}", "{{ if . }}", "{{ else if . }}", "{{ range $i, $e := . }}"),
    *("{{ break }}", '{{ define "x" }}', "{{/* c */}}", "nil", "1", "08", "1.5", '"a"', "`}}`"),
    *(".a.b", "$.a", "upper", "nosuch", "end", "not", '"\\q"', "'c'", "1e3", "-1"),
]


def templates_of(source):
    """As the parser sees them, or None where it refuses."""
    try:
        return {each.name: each.is_empty for each in parse("t", source, PARAMETERS).templates}
    except ParseError:
        return None


def changed(source, chance):
    """The source with a few pieces left out, doubled, or put in."""
    pieces = PIECES.findall(source)
    for _ in range(chance.randint(0, 3)):
        at = chance.randrange(len(pieces))
        pieces[at] = chance.choice(["", pieces[at] * 2, chance.choice(EXTRA)])
    return "".join(pieces)


@pytest.mark.parametrize("seed", range(20))
def test_what_has_an_outline_can_be_parsed_and_has_the_same_templates(seed):
    chance = random.Random(seed)
    forms = forms_of(None)
    outlined = 0
    for _ in range(400):
        source = changed(chance.choice(SOURCES), chance)
        found = outline(source, forms)
        if found is not None:
            outlined += 1
            names = {each.name: each.is_empty for each in found.templates}
            assert names == templates_of(source), source
    assert outlined > 100


def test_usual_sources_have_an_outline():
    usual = [outline(source, forms_of(None)) is not None for source in SOURCES]
    assert sum(usual) > 0.9 * sum(templates_of(source) is not None for source in SOURCES)


UNREACHED = """\
{{ define "used" }}u{{ end }}{{ define "unused" }}{{ upper "a" }}{{ lower "b" }}{{ end -}}
{{ if .no }}{{ upper "a" }}{{ lower "b" }}{{ else }}{{ include "used" . }}{{ "z" }}{{ end }}"""


def test_a_body_is_compiled_when_it_is_reached():
    unit = new_unit("t", UNREACHED)
    main = unit.templates[-1]
    assert [each.name for each in unit.templates] == ["used", "unused", ""]
    assert "upper" not in unit.code(main.shape).uses
    assert sorted(unit.codes) == [main.start]
    assert go_text(UNREACHED) == "uz"


BODIES = {
    "outer variables": "{{$a := 1}}{{$b := 2}}{{if true}}{{$a}}{{$b}}{{$.Release.Name}}{{end}}",
    "a variable is changed": "{{$a := 1}}{{if true}}{{$a = 2}}{{$a}}{{end}}{{$a}}",
    "a loop ends inside": "{{range until 5}}{{if eq . 2}}{{.}}{{.}}{{break}}{{end}}{{.}}{{end}}",
    "dot of a loop": '{{range list "a" "b"}}{{if .}}{{. | upper}}{{.}}{{end}}{{end}}',
    "dot of with": '{{with dict "a" "x"}}{{.a}}{{if .a}}{{.a}}{{.a | quote}}{{end}}{{end}}',
    "else of a loop": "{{range $i, $e := list}}x{{else}}{{if true}}a{{1}}{{2}}{{end}}{{3}}{{end}}",
    "trimmed": "a {{- if true -}}  b {{- 1 -}} {{- 2 -}}  {{- end -}}  c",
    "delimiters in texts": '{{if true}}{{ "}}" }}{{ `{{ "` }}{{/* }} */}}{{ "{{" }}{{end}}',
    "a chain": "{{if false}}{{1}}{{2}}{{else if true}}{{3}}{{4}}{{else}}{{5}}{{6}}{{end}}",
    "nil in a loop": "{{range list nil}}\n{{if true}}{{1}}\n  {{.x}}{{end}}{{end}}",
    "an argument of the wrong type": "{{if true}}\n{{1}}\n{{1}} {{upper 1 | quote}}{{end}}",
    "nil in the middle": '{{define "x"}}{{if .}}{{1}}\n {{.a.b.c}}{{end}}{{end}}{{include "x" .}}',
    "a failure in a helper": '{{if 1}}{{1}}\n{{include "f" .}}{{end}}'
    '{{define "f"}}{{if 1}}{{2}}\n\n {{fail "no"}}{{end}}{{end}}',
}


def outcome(template):
    try:
        return go_text(template)
    except RenderError as error:
        return str(error), error.line, error.column


@pytest.mark.parametrize("template", BODIES.values(), ids=BODIES)
def test_bodies_that_are_left_for_later_behave_as_if_they_were_not(template, monkeypatch):
    lazy = outcome(template)
    monkeypatch.setattr(compiler, "outline", lambda source, forms: None)
    assert outcome(template) == lazy
