"""`search hub` against a server that answers as Artifact Hub's Monocular search does."""

import json

import pytest

from pyhelm.errors import RepositoryError
from pyhelm.repo.hub import HubResult, search
from tests.unit.repo.site import site

ROW = {
    "id": "bitnami/mysql",
    "artifactHub": {"packageUrl": "https://artifacthub.io/packages/helm/bitnami/mysql"},
    "attributes": {"description": "A database", "repo": {"name": "bitnami", "url": "https://x"}},
    "relationships": {"latestChartVersion": {"data": {"version": "1.0.0", "app_version": "8"}}},
}


def answer(document):
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return lambda path, headers: (200, {}, body)


def test_what_a_hub_finds():
    monocular = {**ROW, "artifactHub": {}}
    with site(answer({"data": [ROW, monocular, {"id": "x"}]})) as hub:
        found = search(f"{hub.url}/base", "my sql&more")
        assert hub.requests[0][0] == "/base/api/chartsvc/v1/charts/search?q=my+sql%26more"
    package = "https://artifacthub.io/packages/helm/bitnami/mysql"
    assert found[0] == HubResult(package, "1.0.0", "8", "A database", "https://x", "bitnami")
    assert found[1].url == f"{hub.url}/base/charts/bitnami/mysql"
    assert found[2] == HubResult(f"{hub.url}/base/charts/x")


@pytest.mark.parametrize(
    "document",
    [b"", b"<html>", b"[]", {"data": 3}, {"data": [3]}, {"data": [{"attributes": [1]}]},
     {"data": [{"id": {}}]}, {}, b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_hub(document):
    with (
        site(answer(document)) as hub,
        pytest.raises(RepositoryError, match="is not that of a hub"),
    ):
        search(hub.url, "x")


def test_no_answer():
    with pytest.raises(RepositoryError, match="no hostname provided"):
        search("nonsense", "x")
    with site(lambda *_: (404, {}, b"")) as hub, pytest.raises(RepositoryError, match="404"):
        search(hub.url, "x")
