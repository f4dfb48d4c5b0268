"""`create`: a new chart from the starter in this package, or from one of the user's."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from pyhelm.chart import load
from pyhelm.chart.model import File
from pyhelm.errors import ChartError

STARTER = Path(__file__).with_name("starter")
PLACEHOLDER = b"<CHARTNAME>"
MAX_NAME = 250

_NAME = re.compile(r"[a-zA-Z0-9._-]+\Z")

GO_TEMPLATES = {
    "templates/configmap.yaml": b"""\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-<CHARTNAME>
  labels:
    app.kubernetes.io/name: {{ .Chart.Name }}
    app.kubernetes.io/instance: {{ .Release.Name }}
data:
  greeting: {{ .Values.greeting | quote }}
""",
    "templates/NOTES.txt": b"{{ .Release.Name }} says: {{ .Values.greeting }}\n",
    "values.yaml": b"# Default values of <CHARTNAME>.\ngreeting: hello\n",
    "Chart.yaml": b"""\
apiVersion: v2
name: <CHARTNAME>
description: A chart for Kubernetes, with Go templates
type: application
version: 0.1.0
appVersion: "1.0"
""",
}
"""The starter for those who want Go templates: the smallest chart that shows how."""


def create(
    name: str, directory: str | Path = ".", *, engine: str = "jinja", starter: str | Path = ""
) -> Path:
    """Make the chart `name` in `directory`; returns its directory. Raises ChartError.

    Files that are there already stay as they are, as in Helm. In a starter's files the text
    `<CHARTNAME>` becomes the chart's name.
    """
    check_name(name)
    parent = Path(directory)
    if not parent.is_dir():
        raise ChartError(f"create chart {name}: {parent} is no directory")
    root = parent / name
    if root.exists() and not root.is_dir():
        raise ChartError(f"file {root} already exists and is not a directory")
    for file in _files(engine, starter):
        _write(root / file.name, file.data.replace(PLACEHOLDER, name.encode()))
    (root / "charts").mkdir(parents=True, exist_ok=True)
    return root


def check_name(name: str) -> None:
    """Refuse names that a chart can't have, in Helm's words; raises ChartError."""
    if not 1 <= len(name) <= MAX_NAME:
        raise ChartError(f"chart name must be between 1 and {MAX_NAME} characters")
    if not _NAME.match(name) or name in (".", ".."):
        raise ChartError('chart name must match the regular expression "^[a-zA-Z0-9._-]+$"')


def _files(engine: str, starter: str | Path) -> Iterator[File]:
    if starter:
        yield from _starter_files(Path(starter))
    elif engine == "gotpl":
        yield from (File(name, data) for name, data in GO_TEMPLATES.items())
        yield File(".helmignore", (STARTER / ".helmignore").read_bytes())
    else:
        yield from _tree(STARTER)


def _starter_files(starter: Path) -> Iterator[File]:
    """A user's starter: a chart, whose name is replaced as well."""
    try:
        chart = load.load(starter)
    except ChartError as exc:
        raise ChartError(f"could not load {starter}: {exc}") from exc
    name = re.compile(rb"^name:.*$", re.MULTILINE)
    for file in chart.raw:
        if file.name == "Chart.yaml":
            yield File(file.name, name.sub(b"name: " + PLACEHOLDER, file.data, count=1))
        else:
            yield file


def _tree(root: Path) -> Iterator[File]:
    for folder, _, names in sorted(os.walk(root)):
        for name in sorted(names):
            path = Path(folder, name)
            yield File(path.relative_to(root).as_posix(), path.read_bytes())


def _write(path: Path, data: bytes) -> None:
    if path.exists():
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as exc:
        raise ChartError(f"write {path}: {exc.strerror or exc}") from exc
