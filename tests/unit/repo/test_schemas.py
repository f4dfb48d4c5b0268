"""What schemas refer to is fetched within limits, and without credentials."""

from dataclasses import replace

import pytest

from pyhelm.errors import RepositoryError
from pyhelm.repo import schemas
from pyhelm.repo.fetch import Answer, Seen
from pyhelm.repo.schemas import SchemaFetcher
from pyhelm.settings import Settings

URL = "https://a.b/c.json"


@pytest.fixture
def asked(monkeypatch):
    """What a server was asked for, which answers that nothing changed when it is known."""
    found: list[dict[str, object]] = []

    def get(url, access, **options):
        found.append({"url": url, "access": access, **options})
        return Answer(b"" if options["seen"] else b"{}", Seen("tag"), bool(options["seen"]))

    monkeypatch.setattr(schemas, "get", get)
    return found


def test_a_document_is_fetched_once_and_asked_for_again_in_another_run(tmp_path, asked):
    settings = Settings.under(tmp_path)
    fetch = SchemaFetcher(settings)
    assert [fetch(URL), fetch(URL), SchemaFetcher(settings)(URL)] == [b"{}"] * 3
    assert [each["seen"] for each in asked] == [None, Seen("tag")]


def test_the_limits(tmp_path, asked):
    fetch = SchemaFetcher(Settings.under(tmp_path))
    for number in range(schemas.MOST):
        fetch(f"{URL}?{number}")
    with pytest.raises(RepositoryError, match="more than 32 documents"):
        fetch(URL)
    assert {each["limit"] for each in asked} == {schemas.LARGEST}
    assert max(each["access"].timeout for each in asked) <= schemas.LONGEST
    assert {each["base"] for each in asked} == {schemas.NOBODY}


def test_there_is_an_end_to_all_fetching(tmp_path, asked, monkeypatch):
    passed = iter(range(0, 1000, 40))
    monkeypatch.setattr("time.monotonic", lambda: next(passed))
    fetch = SchemaFetcher(Settings.under(tmp_path))
    fetch(f"{URL}?1")
    fetch(f"{URL}?2")
    with pytest.raises(RepositoryError, match="took more than 60 s"):
        fetch(URL)


def test_what_is_not_fetched(tmp_path, asked):
    settings = Settings.under(tmp_path)
    with pytest.raises(RepositoryError, match="over https alone"):
        SchemaFetcher(settings)("http://a.b/c.json")
    with pytest.raises(RepositoryError, match="PYHELM_NO_REMOTE_SCHEMAS turns"):
        SchemaFetcher(replace(settings, no_remote_schemas=True))(URL)
    assert Settings.from_env({"HOME": "/x", "PYHELM_NO_REMOTE_SCHEMAS": "1"}).no_remote_schemas
    assert asked == []


def test_a_refused_connection_is_told_in_helms_words(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    url = "https://127.0.0.1:1/x.json"
    with pytest.raises(RepositoryError) as caught:
        SchemaFetcher(Settings.under(tmp_path))(url)
    reason = f'Get "{url}": dial tcp 127.0.0.1:1: connect: connection refused'
    assert str(caught.value) == f"HTTP request failed for {url}: {reason}"
