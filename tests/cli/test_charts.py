"""What a real helm prints of charts, we print to the byte."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.transcripts import HERE, transcripts

HELM = transcripts("charts")


@pytest.mark.parametrize("line", HELM)
def test_prints_as_helm_does(cli, monkeypatch, line):
    monkeypatch.chdir(HERE)
    text = re.sub(r"(?m)^LAST DEPLOYED: .*", "LAST DEPLOYED: NOW", cli(line).transcript)
    assert text == HELM[line]


def test_create_package_show(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli("create shop").transcript == "exit 0\n--- out\nCreating shop\n--- err\n"
    archive = Path(tmp_path, "shop-0.2.0.tgz")
    packaged = cli("package shop --version 0.2.0 --app-version 7")
    assert packaged.out == f"Successfully packaged chart and saved it to: {archive}\n"
    first = archive.read_bytes()
    cli("package shop --version 0.2.0 --app-version 7")
    assert archive.read_bytes() == first
    shown = cli("show chart shop-0.2.0.tgz").out
    assert "version: 0.2.0\n" in shown
    assert 'appVersion: "7"\n' in shown
    assert cli("lint --strict shop").out.endswith("1 chart(s) linted, 0 chart(s) failed\n")


PARENT = """\
apiVersion: v2
name: c
version: 1.0.0
dependencies:
- name: sub
  version: 1.0.0
  condition: sub.number,sub.table,sub.word
  tags: [t, u, n]
  import-values: [a, {child: x, parent: y}]
"""
VALUES = """\
tags: {t: yes please, u: [1], n: null}
sub: {number: 3, table: {a: 1}, word: x}
"""
HOOK = """\
apiVersion: v1
kind: A
metadata: {name: a, annotations: {helm.sh/hook: "pre-install, Foo"}}
"""


def test_what_is_no_boolean_no_table_and_no_hook_is_logged_as_helm_logs_it(
    cli, tmp_path, monkeypatch
):
    files = {
        "Chart.yaml": PARENT,
        "values.yaml": VALUES,
        "templates/a.yaml": HOOK,
        "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert cli(f"template x {tmp_path}").err.splitlines() == [
        'level=WARN msg="returned non-bool value" tag=t chart=sub',
        'level=WARN msg="returned non-bool value" tag=u chart=sub',
        'level=WARN msg="returned non-bool value" path=sub.number chart=sub',
        'level=WARN msg="returned non-bool value" path=sub.word chart=sub',
        'level=WARN msg="ImportValues missing table" error="\\"exports\\" is not a table"',
        'level=WARN msg="ImportValues missing table from chart" chart=sub '
        'error="\\"x\\" is not a table"',
        'level=INFO msg="skipping unknown hooks" hookTypes="pre-install, Foo"',
    ]
