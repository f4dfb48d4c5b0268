"""What is not well formed is refused in Helm's words, with Helm's exit codes."""

from __future__ import annotations

import pytest

from tests.cli.transcripts import transcripts

HELM = transcripts("errors")


@pytest.mark.parametrize("line", HELM)
def test_answers_as_helm_does(cli, line):
    assert cli(line).transcript == HELM[line]
