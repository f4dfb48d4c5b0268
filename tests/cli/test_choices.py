"""What is offered for releases, repositories and charts."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from pyhelm.cli import choices
from pyhelm.errors import ClusterUnreachable
from tests.cli.fake_client import FakeClient


@pytest.fixture
def repositories(monkeypatch):
    found = [SimpleNamespace(name=name, description="x") for name in ("demo/mysql", "other/nginx")]
    entries = [SimpleNamespace(name="demo", url="https://x"), SimpleNamespace(name="other", url="")]
    client = SimpleNamespace(repo_list=lambda: entries, search_repo=lambda: found)
    monkeypatch.setattr(choices, "_client", lambda: client)


def test_releases_are_described(monkeypatch):
    settings = SimpleNamespace(namespace="")
    monkeypatch.setattr(choices, "_client", lambda: FakeClient(settings, None))
    assert next(choices.releases("")) == ("db", "mysql-1.0.1 -> deployed")


def test_a_repository_first_and_then_its_charts(repositories):
    offered = [word for word, _ in choices.charts("")]
    assert offered == ["demo/", "other/", "https://", "http://", "file://"]
    assert list(choices.charts("demo/my")) == [("demo/mysql", "x")]
    assert list(choices.repositories("")) == [("demo", "https://x"), ("other", "")]


def test_what_can_not_be_asked_is_not_offered(monkeypatch):
    def unreachable(incomplete):
        yield from refuse()

    def refuse():
        raise ClusterUnreachable("no")

    assert choices.described(unreachable)("") == []
