"""What a real helm prints of releases, we print to the byte."""

from __future__ import annotations

import pytest

from tests.cli.fake_client import FakeClient
from tests.cli.transcripts import transcripts

HELM = transcripts("releases")


@pytest.mark.parametrize("line", HELM)
def test_prints_as_helm_does(cli, line):
    assert cli(line, connect=FakeClient).transcript == HELM[line]
