"""What a real helm prints of repositories and their indexes, we print to the byte."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.transcripts import transcripts

HELM = transcripts("repositories")
HOME = Path(__file__).parent / "helm" / "home"


@pytest.mark.parametrize("line", HELM)
def test_prints_as_helm_does(cli, tmp_path, line):
    shutil.copytree(HOME, tmp_path, dirs_exist_ok=True)
    assert cli(line).transcript == HELM[line]
