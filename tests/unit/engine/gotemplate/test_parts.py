"""Bodies read by their actions' forms, held to what the parser makes of them."""

import pytest

from pyhelm.engine.gotemplate import nodes
from pyhelm.engine.gotemplate.compiled import MAIN
from pyhelm.engine.gotemplate.forms import forms_of
from pyhelm.engine.gotemplate.outline import outline
from pyhelm.engine.gotemplate.parser import parse
from pyhelm.engine.gotemplate.parts import read_part
from pyhelm.engine.gotemplate.signatures import PARAMETERS
from tests.unit.engine.gotemplate.test_outline import SOURCES

MORE = [
    "{{ $a := . }}{{ $a.b.c }}",
    '{{range $k, $v := .Values.m}}{{$k}}={{$v.x.y}}{{else}}none{{end}}',
    "{{range $i, $e = list 1 2}}{{$i}}{{end}}",
    '{{ (index .Values "a").b.c | default (dict "x" (list 1 -2 3.5 010 true nil)).x }}',
    '{{- with (printf "%s" .a) -}} {{ . }} {{- else with $.b }} {{ .c }} {{- end -}}',
    "{{ if not (and .a (or $.b false)) }}{{ template `x` }}{{ else if eq .a \"b\\n\" }}{{ end }}",
    '{{ define "x" -}} a {{- end }} {{ template "x" (dict "a" . ) }}{{/* c */}}',
]  # fmt: skip


def shown(node):
    """A node and all within: kinds, places, and what is in them."""
    if isinstance(node, list | tuple):
        return [shown(each) for each in node]
    if not isinstance(node, nodes.Node):
        return node
    pos = None if isinstance(node, nodes.Body) else node.pos
    names = [name for name in type(node).__slots__ if name != "id"]
    return type(node).__name__, pos, [shown(getattr(node, name)) for name in names]


@pytest.mark.parametrize("source", [*SOURCES, *MORE])
def test_nodes_are_those_of_the_parser(source):
    found = outline(source, forms_of(None))
    if found is None:
        assert source not in MORE
        return
    found.parts.clear()
    trees = parse("t", source, PARAMETERS).trees
    for each in found.templates:
        body, by_id = read_part(source, forms_of(None), found, each.start, each.stop)
        assert shown(body) == shown(trees[each.name])
        assert [node.id for node in by_id] == list(range(len(by_id)))
    assert found.templates[-1].name == MAIN
