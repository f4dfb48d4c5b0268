"""The command lines of docs/diff.md, one after the other, print what stands below them.

    pytest tests/cli --update-golden

writes what they print into the page.
"""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from pyhelm.client import Client
from pyhelm.kube.client import KubeClient
from pyhelm.kube.cluster import ObjectRef
from pyhelm.testing.transport import SimulatorTransport

PAGE = Path(__file__).parents[2] / "docs" / "diff.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^```yaml\n# (web/\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}")
NOW = {"T": "2026-01-02T03:04:05Z", " ": "Fri Jan  2 03:04:05 2026"}


@pytest.fixture
def cluster():
    with KubeClient(SimulatorTransport(), namespace="default") as found:
        yield found


def test_the_page(cli, cluster, tmp_path, monkeypatch, request):
    text = PAGE.read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    _write_chart(tmp_path, text)

    def connect(settings, reporter):
        return Client(settings, cluster=cluster, reporter=reporter)

    def ran(match):
        lines = [line for line in match[1].splitlines() if line.startswith("$ ")]
        shown = "".join(f"{line}\n{_output(cli, connect, cluster, line[2:])}" for line in lines)
        return f"```console\n{shown}```"

    found = BLOCK.sub(ran, text)
    if request.config.getoption("--update-golden"):
        PAGE.write_text(found, encoding="utf-8", newline="\n")
    assert found == PAGE.read_text(encoding="utf-8")


def _write_chart(root, text):
    head = "apiVersion: v2\nname: web\nversion: 1.0.0\nengine: jinja\n"
    for path, body in [("web/Chart.yaml", head), *FILE.findall(text)]:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(body, encoding="utf-8")


def _output(cli, connect, cluster, line):
    """What a command prints, times and long answers of the server's aside."""
    program, *words = shlex.split(line)
    if program == "kubectl":
        ref = ObjectRef("v1", "ConfigMap", words[2], "default")
        cluster.patch(ref, json.loads(words[-1]), field_manager="kubectl-edit")
        return f"configmap/{words[2]} patched\n"
    result = cli(line.removeprefix("pyhelm "), connect=connect)
    code = f"[exit code {result.code}]\n" if result.code else ""
    return TIME.sub(
        lambda found: NOW[found[0][10] if "T" in found[0] else " "],
        (result.out + result.err + code),
    )
