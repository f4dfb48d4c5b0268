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
