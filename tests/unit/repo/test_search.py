"""`search repo`: what matches, in helm's order."""

import pytest

from pyhelm.errors import RepositoryError
from pyhelm.repo import repositories
from pyhelm.repo.options import RepoAddOptions, SearchOptions
from pyhelm.repo.search import search


@pytest.fixture
def added(settings, repository):
    repositories.add(settings, "demo", repository.url, RepoAddOptions())
    return settings


def found(settings, keyword, **options):
    results = search(settings, keyword, SearchOptions(**options))
    return [(result.name, result.version) for result in results]


def test_everything_without_a_keyword(added):
    assert found(added, "") == [("demo/db", "0.1.0"), ("demo/web", "1.2.0")]


def test_a_name_ranks_above_a_description(added):
    assert found(added, "WEB") == [("demo/web", "1.2.0"), ("demo/db", "0.1.0")]


def test_versions_and_prereleases(added):
    assert found(added, "demo/web", versions=True) == [
        ("demo/web", "1.2.0"),
        ("demo/web", "1.0.0"),
    ]
    assert found(added, "demo/web", version=">0.0.0-0", versions=True)[0] == (
        "demo/web",
        "2.0.0-rc.1",
    )
    assert found(added, "demo/web", version="<1.1") == [("demo/web", "1.0.0")]


def test_expressions_mind_the_case(added):
    assert found(added, "^w.b", regexp=True) == [("demo/web", "1.2.0")]
    assert found(added, "^W", regexp=True) == []
    with pytest.raises(RepositoryError, match="error parsing regexp"):
        found(added, "(", regexp=True)


def test_nothing_to_search(settings):
    with pytest.raises(RepositoryError, match="no repositories configured"):
        found(settings, "web")


def test_a_missing_index_is_passed_over(added, caplog, tmp_path):
    (tmp_path / "home" / "cache" / "repository" / "demo-index.yaml").unlink()
    assert found(added, "") == []
    assert "repo is corrupt or missing" in caplog.text


def test_a_bad_constraint(added):
    with pytest.raises(RepositoryError, match="an invalid version/constraint format"):
        found(added, "", version="!!")
