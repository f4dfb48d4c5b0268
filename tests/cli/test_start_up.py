"""Start-up is a feature: what is not needed is not imported."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "cryptography", "google", "jinja2", "jsonschema_rs", "kubernetes", "pydantic", "re2",
    "requests", "rich", "starlette", "typer", "urllib3", "uvicorn", "yaml",
}  # fmt: skip

PROGRAM = """
import sys
from pyhelm.cli.run import run
code = run({argv})
names = sorted({{name.partition(".")[0] for name in sys.modules}})
import json
sys.stderr.write(json.dumps([code, names]))
"""


def modules(*argv: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(argv=list(argv))],
        capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    code, names = json.loads(done.stderr.splitlines()[-1])
    assert code == 0
    return set(names)


@pytest.mark.parametrize("argv", [("version",), ("version", "--short"), (), ("repo", "list", "-h")])
def test_only_help_imports_typer(argv):
    loaded = modules(*argv)
    assert loaded & HEAVY == ({"typer", "pydantic"} & loaded if "-h" in argv else set())


def test_version_loads_no_other_layer():
    program = "import sys; from pyhelm.cli.run import run; run(['version']); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    loaded = {name.split(".")[1] for name in done.stdout.split() if name.startswith("pyhelm.")}
    assert loaded == {"_dataclass", "_lazy", "_typing", "_version", "cli", "errors", "settings"}
    tables = [name for name in done.stdout.split() if name.startswith("pyhelm.cli.tables.")]
    assert tables == ["pyhelm.cli.tables.program"]


SLOW = {
    *("datetime", "enum", "functools", "hashlib", "importlib", "json", "logging", "pathlib", "re"),
    *("tarfile", "tempfile", "types", "typing", "warnings", "yaml"),
}
"""What takes milliseconds to import, and a chart that was rendered before does without."""

CHART = {
    "Chart.yaml": "apiVersion: v2\nname: quick\nversion: 1.2.3\nkubeVersion: '>=1.20-0'\n",
    "values.yaml": "# Ours.\nimage: &i {name: web, tag: '1'}\ncopy: *i\nlabels: {a: b-1}\n",
    ".helmignore": "# none\n.git/\n*.swp\n*~\n",
    "templates/_helpers.tpl": '{{ define "name" }}{{ .Release.Name | trunc 63 }}{{ end }}',
    "templates/a.yaml": """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "name" . }}
  labels: {{- toYaml .Values.labels | nindent 4 }}
data:
  image: {{ printf "%s:%v" .Values.image.name .Values.image.tag | quote }}
""",
}


def test_a_chart_that_was_rendered_before_needs_little(tmp_path, monkeypatch):
    path = written(tmp_path / "quick", CHART)
    monkeypatch.setenv("HELM_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    line = ("template", "r", path, "--set", "labels.c=d")
    assert modules(*line) & SLOW
    assert modules(*line) & SLOW == set()


JINJA = {
    "Chart.yaml": "apiVersion: v2\nname: quick\nversion: 1.2.3\nengine: jinja\n",
    "values.yaml": "image: {name: web, tag: '1'}\n",
    "templates/a.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ Release.Name }}
spec:
  selector: &labels
    matchLabels: {app: {{ Chart.Name }}}
  template:
    metadata: {labels: {app: {{ Chart.Name }}}}
    spec: {containers: [{name: a, image: {{ Values.image.name }}:{{ Values.image.tag }}}]}
""",
    "templates/b.yaml": """\
apiVersion: v1
kind: Secret
metadata:
  name: {{ Release.Name }}
data:
  password: {{ 9 | randAlphaNum | b64enc }}
""",
}
"""Where a password is another one each time."""

KINDS = PROGRAM.replace("names = ", "print('pyhelm.openapi' in sys.modules)\nnames = ")


def test_a_jinja_chart_that_passed_before_is_not_looked_at_again(tmp_path, monkeypatch):
    path = written(tmp_path / "quick", JINJA)
    monkeypatch.setenv("HELM_CACHE_HOME", str(tmp_path / "cache"))
    line = ("template", "r", path)
    assert looked_at_kinds(*line)
    assert not looked_at_kinds(*line)
    assert "yaml" not in modules(*line)


def looked_at_kinds(*argv: str) -> bool:
    done = subprocess.run(
        [sys.executable, "-c", KINDS.format(argv=list(argv))],
        capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    return done.stdout.splitlines()[-1] == "True"


def written(root: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return str(root)


def test_asking_the_cluster_needs_no_urllib3(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("KUBECONFIG", raising=False)
    program = PROGRAM.replace("run({argv})", "run(['list', '--kube-apiserver', {server!r}])")
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        server = f"https://127.0.0.1:{deaf.getsockname()[1]}"
        done = subprocess.run(
            [sys.executable, "-c", program.format(server=server)],
            capture_output=True, text=True, encoding="utf-8", check=True,
        )  # fmt: skip
    code, names = json.loads(done.stderr.splitlines()[-1])
    assert code == 1
    assert {"httptools", "ssl"} <= set(names)
    assert set(names) & (HEAVY | {"concurrent", "email", "gzip", "http", "logging"}) == set()
