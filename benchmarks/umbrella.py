"""A chart with many subcharts, as large platforms have them."""

from __future__ import annotations

from pathlib import Path

SUBCHARTS, TEMPLATES = 50, 20

HELPERS = """\
{{- define "NAME.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end -}}
"""

TEMPLATE = """\
{{- if .Values.enabled }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ printf "%s-%s-INDEX" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}
  labels:
    {{- include "NAME.labels" . | nindent 4 }}
data:
  {{- range $key, $value := .Values.data }}
  {{ $key }}: {{ tpl $value $ | quote }}
  {{- end }}
{{- end }}
"""

VALUES = """\
enabled: true
labels:
  team: platform
  tier: backend
data:
  first: "one {{ .Release.Name }}"
  second: two
  third: "3"
"""


def write(root: Path) -> Path:
    """Write the chart below `root`; returns its directory."""
    chart = root / "umbrella"
    _chart(chart, "umbrella")
    for number in range(SUBCHARTS):
        name = f"sub{number:02d}"
        _chart(chart / "charts" / name, name)
        for index in range(TEMPLATES):
            text = TEMPLATE.replace("NAME", name).replace("INDEX", str(index))
            _write(chart / "charts" / name / "templates" / f"cm{index:02d}.yaml", text)
        _write(chart / "charts" / name / "templates" / "_h.tpl", HELPERS.replace("NAME", name))
        _write(chart / "charts" / name / "values.yaml", VALUES)
    return chart


def _chart(directory: Path, name: str) -> None:
    text = f"apiVersion: v2\nname: {name}\nversion: 1.0.0\nappVersion: '1'\n"
    _write(directory / "Chart.yaml", text)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
