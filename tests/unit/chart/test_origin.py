"""Which line of a template a rendered line came from."""

from __future__ import annotations

from pyhelm.chart.model import Chart, File, Metadata
from pyhelm.chart.origin import template_line

SOURCE = "web/templates/a.yaml"


def chart(templates, *children):
    files = tuple(File(f"templates/{name}", text.encode()) for name, text in templates.items())
    return Chart(Metadata(name="web"), templates=files, dependencies=children)


def line_of(templates, rendered, number):
    return template_line(chart(templates), SOURCE, rendered.split("\n"), number)


def test_a_line_that_is_alike_is_it():
    text = "a: 1\n{{- if .b }}\nb: {{ .b }}\n{{- end }}\n"
    assert line_of({"a.yaml": text}, "a: 1\nb: 2", 2) == f"{SOURCE}:3"


def test_jinja_lines_are_known_too():
    text = "{# what #}a: 1\n{% if b %}\nb: {{ b }}{% endif %}\n"
    assert line_of({"a.yaml": text}, "a: 1\nb: 2", 2) == f"{SOURCE}:3"


def test_what_stands_before_tells_alike_lines_apart():
    text = "one:\n  {{- range .x }}\n  k: {{ . }}\n  {{- end }}\ntwo:\n  k: {{ .y }}\n"
    assert line_of({"a.yaml": text}, "one:\n  k: 1\ntwo:\n  k: 2", 2) == f"{SOURCE}:3"
    assert line_of({"a.yaml": text}, "one:\n  k: 1\ntwo:\n  k: 2", 4) == f"{SOURCE}:6"


def test_two_that_could_be_it_are_none():
    text = "{{ if .x }}\nk: {{ .y }}\n{{ else }}\nk: {{ .z }}\n{{ end }}\n"
    assert line_of({"a.yaml": text}, "k: 1", 1) == ""


def test_helpers_are_looked_through_where_the_template_has_no_such_line():
    helper = '{{ define "l" }}\nv: {{ .v }}\n{{ end }}'
    templates = {"_helpers.tpl": helper, "a.yaml": 'a:\n  {{ include "l" . | nindent 2 }}'}
    assert line_of(templates, "a:\n  v: 1", 2) == "web/templates/_helpers.tpl:2"


def test_subcharts_have_templates_too():
    sub = Chart(Metadata(name="sub"), templates=(File("templates/b.yaml", b"b: {{ .b }}\n"),))
    found = template_line(chart({}, sub), "web/charts/sub/templates/b.yaml", ["b: 1"], 1)
    assert found == "web/charts/sub/templates/b.yaml:1"


def test_what_comes_from_values_alone_has_no_line():
    assert line_of({"a.yaml": "{{ toYaml .Values }}\n"}, "a: 1", 1) == ""
