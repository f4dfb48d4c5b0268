"""Every block and every row of the guide to Jinja charts is what PyHelm does."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from pyhelm.client import Client
from pyhelm.kube.client import KubeClient
from pyhelm.testing.transport import SimulatorTransport
from tests.guide import LONE, examples, failed, given, rendered, write

ALL = list(examples())


def of(*kinds: str) -> list[Any]:
    return [pytest.param(each, id=each.label) for each in ALL if each.kind in kinds]


@pytest.mark.parametrize("each", of("result", "error", "console"))
def test_a_block_gives_what_follows_it(tmp_path, each):
    assert given(tmp_path, each) == each.wanted


@pytest.mark.parametrize("each", of("row"))
def test_a_row_gives_what_it_says(tmp_path, each):
    assert rendered(tmp_path, each.files, LONE) == each.wanted


@pytest.mark.parametrize("each", of("go"))
def test_a_row_gives_the_same_in_go_and_in_jinja(tmp_path, each):
    go = rendered(tmp_path / "go", each.files, LONE, "gotpl")
    jinja = rendered(tmp_path / "jinja", {**each.files, LONE: each.wanted}, LONE)
    assert yaml.safe_load(go) == yaml.safe_load(jinja) is not None


@pytest.mark.parametrize("each", of("mistake"))
def test_a_mistake_is_told_and_has_its_remedy(tmp_path, each):
    first = failed(tmp_path, each.files, LONE).splitlines()[0]
    assert first.partition("t.yaml:")[2].partition(": ")[2] == each.wanted.strip()
    rendered(tmp_path, {**each.files, LONE: each.extra}, LONE)


def test_the_guide_has_examples_of_every_kind():
    kinds = {each.kind for each in ALL}
    assert kinds == {"file", "result", "error", "row", "go", "mistake", "console"}
    assert len(of("mistake")) >= 20


def test_a_secret_stays_when_the_release_is_upgraded(tmp_path):
    written = [each for each in ALL if each.section == "Secrets that stay"]
    chart = write(tmp_path, written[-1].files)
    with KubeClient(SimulatorTransport(), namespace="default") as cluster:
        client = Client(Client.from_env().settings, cluster=cluster)
        first = client.install("shop", chart)
        assert "password: " in first.manifest
        assert client.upgrade("shop", chart).manifest == first.manifest
