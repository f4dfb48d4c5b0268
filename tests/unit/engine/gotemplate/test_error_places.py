"""What a terminal shows below Helm's message: the line, marked, and the values that it reads."""

from __future__ import annotations

from typing import Any

import pytest

from pyhelm.chart.language import JINJA
from pyhelm.errors import RenderError
from tests.unit.engine.rendering import chart, rendered

FAILURES = {
    "a missing value": (
        "a: {{ .Values.a.b.c }}",
        [
            "    1 | a: {{ .Values.a.b.c }}",
            "      |       ^^^^^^^^^^^^^",
            "      | in the values: web.a.b.c",
        ],
    ),
    "below with and range": (
        "{{ with .Values.q }}{{ range .ports }}\n{{ .name.x.y }}{{ end }}{{ end }}",
        [
            "    2 | {{ .name.x.y }}{{ end }}{{ end }}",
            "      |    ^^^^^^^^^",
            "      | in the values: web.q.ports[].name.x.y",
        ],
    ),
    "in an else": (
        "{{ with .Values.no }}{{ else }}{{ .Values.no.x.y }}{{ end }}",
        [
            "    1 | {{ with .Values.no }}{{ else }}{{ .Values.no.x.y }}{{ end }}",
            "      |                                   ^^^^^^^^^^^^^^",
            "      | in the values: web.no.x.y",
        ],
    ),
    "required of an index, after a tab and a wide character": (
        '\t世: {{ required "set it" (index $.Values "z" "y") }}',
        [
            '    1 |     世: {{ required "set it" (index $.Values "z" "y") }}',
            "      |                               ^^^^^^^^^^^^^^^^^^^^^^",
            "      | in the values: web.z.y",
        ],
    ),
    "in a helper": (
        '{{ define "h" }}\n{{ .Values.no.x }}{{ end }}\n{{ include "h" . }}',
        [
            "    2 | {{ .Values.no.x }}{{ end }}",
            "      |    ^^^^^^^^^^^^",
            "      | in the values: web.no.x",
        ],
    ),
    "in a text given to tpl": (
        '{{ tpl "{{ .Values.no.x }}" . }}',
        [
            "    1 | {{ .Values.no.x }}",
            "      |    ^^^^^^^^^^^^",
            "      | in the values: web.no.x",
        ],
    ),
    "what can't be parsed": ("ok\n  {{ if }}", ["    2 |   {{ if }}", "      |   ^^^^^^^^"]),
    "a value of Jinja": (
        "a: {{ Values.x }}",
        ["    1 | a: {{ Values.x }}", "      | ^^^^^^^^^^^^^^^^^", f"      | {JINJA}"],
    ),
}


def test_a_template_in_jinja_is_told_behind_helms_message() -> None:
    template = "{% if Values.x %}\na: {{ Values.x }}\n{% endif %}\n"
    with pytest.raises(RenderError) as caught:
        rendered(chart({"t.yaml": template}, engine="gotpl"))
    helms = 'parse error at (web/templates/t.yaml:2): function "Values" not defined'
    assert str(caught.value) == f"{helms}; {JINJA}"
    assert JINJA not in caught.value.excerpt


@pytest.mark.parametrize("case", FAILURES)
def test_the_line_is_marked_and_its_values_are_named(case: str) -> None:
    template, expected = FAILURES[case]
    subchart = chart({"t.yaml": template}, engine="gotpl")
    values: dict[str, Any] = {"web": {"a": {}, "q": {"ports": [{"name": {}}]}}}
    with pytest.raises(RenderError) as caught:
        rendered(chart({}, subchart, name="all", engine="gotpl"), values)
    assert caught.value.excerpt.split("\n")[1:] == expected
    assert caught.value.line == int(expected[0][:5])
    assert caught.value.source_line.strip() in template
    assert "^" not in str(caught.value)
