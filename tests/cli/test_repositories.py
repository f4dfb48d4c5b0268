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


def test_an_unknown_repository_is_refused_before_anything_is_said(cli, tmp_path):
    shutil.copytree(HOME, tmp_path, dirs_exist_ok=True)
    result = cli("repo update nobody")
    assert (result.code, result.out) == (1, "")
    assert "no repositories found matching 'nobody'" in result.err
