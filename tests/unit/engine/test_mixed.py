"""Charts of both engines in one release: each renders its own, and `include` reaches across."""

from __future__ import annotations

import pytest

from pyhelm.actions.prepare import default_capabilities
from pyhelm.chart.load import load_files
from pyhelm.chart.model import Chart, File
from pyhelm.chart.values import render_values
from pyhelm.engine import render
from pyhelm.engine.context import ReleaseInfo, RenderContext
from pyhelm.errors import RenderError

GO_HELPERS = """\
{{- define "go.labels" -}}
app: {{ .name }}
n: {{ .n }}
{{- end }}
{{- define "go.name" }}{{ .name }}-x{{ end }}
{{- define "go.fails" }}{{ .a.b }}{{ end }}
"""

JINJA_HELPERS = """\
{% macro box(given) %}
k: {{ given.k }}
w: {{ Values.w }}
{% endmacro %}
{% macro word(text) %}{{ text }}!{% endmacro %}
{% macro fails() %}{{ Values.nope }}{% endmacro %}
"""


def chart(go: str, jinja: str, *, parent: str) -> Chart:
    """A parent of one engine with a child of the other."""
    head = "apiVersion: v2\nname: {}\nversion: 0.1.0\n"
    folders = ("", "charts/child/") if parent == "go" else ("charts/child/", "")
    files = {
        f"{folders[0]}templates/go.yaml": go,
        f"{folders[0]}templates/_go.tpl": GO_HELPERS,
        f"{folders[0]}values.yaml": "v: 7\n",
        f"{folders[1]}templates/jinja.yaml": jinja,
        f"{folders[1]}templates/_jinja.jinja": JINJA_HELPERS,
        f"{folders[1]}values.yaml": "w: 3\n",
    }
    for folder, engine in zip(folders, ("gotpl", "jinja"), strict=True):
        name = "child" if folder else "top"
        files[f"{folder}Chart.yaml"] = head.format(name) + f"engine: {engine}\n"
    return load_files([File(name, text.encode()) for name, text in files.items()])


def texts(go: str, jinja: str, parent: str = "go") -> dict[str, str]:
    processed, values = render_values(chart(go, jinja, parent=parent), {})
    info = ReleaseInfo("r", "default")
    found = render(RenderContext(processed, values, info, default_capabilities()))
    return {path.rpartition("/")[2]: text for path, text in found.items()}


@pytest.mark.parametrize("parent", ["go", "jinja"])
def test_each_engine_renders_its_own(parent: str) -> None:
    found = texts("v: {{ .Values.v }}\n", "w: {{ Values.w }}\n", parent)
    assert found == {"go.yaml": "v: 7\n", "jinja.yaml": "w: 3\n"}


@pytest.mark.parametrize("parent", ["go", "jinja"])
def test_go_includes_a_macro(parent: str) -> None:
    go = 'j: {{ include "box" (dict "k" .Values.v) | nindent 2 }}\ns: {{ include "word" "hey" }}\n'
    assert texts(go, "", parent)["go.yaml"] == "j: \n  k: 7\n  w: 3\ns: hey!\n"


@pytest.mark.parametrize("parent", ["go", "jinja"])
def test_jinja_includes_a_define(parent: str) -> None:
    jinja = (
        'labels:\n  {{ include("go.labels", {"name": "a", "n": Values.w}) }}\n'
        'name: {{ include("go.name", {"name": "b"}) }}\n'
    )
    assert texts("", jinja, parent)["jinja.yaml"] == "labels:\n  app: a\n  n: 3\nname: b-x\n"


def test_errors_cross_with_their_places() -> None:
    with pytest.raises(RenderError, match=r'_go\.tpl:6:\d+\n +executing "go\.fails"'):
        texts("", 'x: {{ include("go.fails", {}) }}\n')
    with pytest.raises(RenderError, match=r"_jinja\.jinja:6:\d+.*nope"):
        texts('x: {{ include "fails" . }}\n', "")


def test_a_name_that_nobody_has() -> None:
    with pytest.raises(RenderError, match='no template "nowhere" associated with template "gotpl"'):
        texts('{{ include "nowhere" . }}', "")
    with pytest.raises(RenderError, match='no macro named "nowhere"'):
        texts("", 'x: {{ include("nowhere") }}\n')
