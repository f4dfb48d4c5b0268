"""Adding, updating, removing: texts as helm 4.3.1 gives them."""

import os
import stat
import sys

import pytest

from pyhelm.errors import RepositoryError
from pyhelm.repo import cache, file, repositories
from pyhelm.repo.options import RepoAddOptions

PLAIN = RepoAddOptions()


def test_add_fetches_the_index_and_remembers(settings, repository):
    assert repositories.add(settings, "demo", repository.url, PLAIN) is True
    (entry,) = repositories.entries(settings)
    assert (entry.name, entry.url) == ("demo", repository.url)
    assert list(cache.load_index(settings.repository_cache, "demo").entries) == ["db", "web"]
    names = cache.charts_path(settings.repository_cache, "demo").read_text(encoding="utf-8")
    assert names.split() == ["db", "web"]


def test_repositories_yaml_is_helms(settings, repository):
    options = RepoAddOptions(username="u", password="p", pass_credentials=True)
    repositories.add(settings, "demo", repository.url, options)
    with open(settings.repository_config, encoding="utf-8") as stream:
        lines = stream.read().splitlines()
    assert lines[0] == "apiVersion: v1"
    assert lines[1].startswith("generated: ")
    assert lines[2:] == [
        "repositories:",
        '- caFile: ""',
        '  certFile: ""',
        "  insecure_skip_tls_verify: false",
        '  keyFile: ""',
        "  name: demo",
        "  pass_credentials_all: true",
        "  password: p",
        f"  url: {repository.url}",
        "  username: u",
    ]
    if sys.platform != "win32":
        assert stat.S_IMODE(os.stat(settings.repository_config).st_mode) == 0o600


def test_add_again(settings, repository):
    repositories.add(settings, "demo", repository.url, PLAIN)
    assert repositories.add(settings, "demo", repository.url, PLAIN) is False
    other = repository.url.replace("127.0.0.1", "localhost")
    with pytest.raises(RepositoryError) as caught:
        repositories.add(settings, "demo", other, PLAIN)
    assert str(caught.value) == (
        "repository name (demo) already exists, please specify a different name"
    )
    repositories.add(settings, "demo", other, RepoAddOptions(force_update=True))
    assert [entry.url for entry in repositories.entries(settings)] == [other]


def test_add_keeps_the_others(settings, repository):
    for name in ("one", "two", "three"):
        repositories.add(settings, name, repository.url, PLAIN)
    repositories.add(settings, "two", repository.url, RepoAddOptions(force_update=True))
    assert [entry.name for entry in repositories.entries(settings)] == ["one", "two", "three"]


@pytest.mark.parametrize(
    ("url", "new"),
    [
        ("https://kubernetes-charts.storage.googleapis.com", "https://charts.helm.sh/stable"),
        (
            "https://kubernetes-charts-incubator.storage.googleapis.com/",
            "https://charts.helm.sh/incubator",
        ),
    ],
)
def test_retired_repositories(settings, url, new):
    with pytest.raises(RepositoryError) as caught:
        repositories.add(settings, "stable", url, PLAIN)
    assert str(caught.value) == f'repo "{url}" is no longer available; try "{new}" instead'


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("./charts", "; a directory needs a web server for that: pyhelm repo serve ./charts"),
        ("file:///c", "file; a directory needs a web server for that: pyhelm repo serve /c"),
        (
            "oci://host/c/",
            "oci; a registry is not added: name its charts, as in oci://host/c/CHART",
        ),
        (
            "example.com/c",
            "; a repository's URL begins with https:// or http://, and this one is example.com/c",
        ),
        (
            "x://u:secret@h",
            "x; a repository's URL begins with https:// or http://, and this one is x://u:xxxxx@h",
        ),
    ],
)
def test_what_is_no_address(settings, url, said):
    with pytest.raises(RepositoryError) as caught:
        repositories.add(settings, "demo", url, PLAIN)
    assert str(caught.value) == f"could not find protocol handler for: {said}"


def test_a_name_with_a_slash(settings):
    with pytest.raises(RepositoryError) as caught:
        repositories.add(settings, "a/b", "http://127.0.0.1:1", PLAIN)
    assert str(caught.value) == (
        "repository name (a/b) contains '/', please specify a different name without '/'"
    )


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "failed to fetch {url}/index.yaml : 404 Not Found"),
        ({"/index.yaml": b""}, "error loading {url}/index.yaml: empty index.yaml file"),
        ({"/index.yaml": b"a: b"}, "error loading {url}/index.yaml: no API version specified"),
    ],
)
def test_what_is_no_repository_is_not_added(settings, web, files, reason):
    web.files = files
    with pytest.raises(RepositoryError) as caught:
        repositories.add(settings, "demo", web.url, PLAIN)
    assert str(caught.value) == (
        f'looks like "{web.url}" is not a valid chart repository or cannot be reached: '
        + reason.format(url=web.url)
    )
    assert repositories.entries(settings) == ()


def test_nobody_listens(settings):
    with pytest.raises(RepositoryError, match=r"cannot be reached: .*connection refused"):
        repositories.add(settings, "demo", "http://127.0.0.1:1", PLAIN)


def test_a_password_is_never_shown(settings, web):
    url = web.url.replace("://", "://me:secret@")
    with pytest.raises(RepositoryError) as caught:
        repositories.add(settings, "demo", url, PLAIN)
    assert "secret" not in str(caught.value)
    assert "secret" not in repr(file.Entry("a", "b", password="secret"))


def test_update_reports_every_repository(settings, repository, web_server):
    other = web_server()
    other.files = dict(repository.files)
    repositories.add(settings, "good", repository.url, PLAIN)
    repositories.add(settings, "bad", other.url, PLAIN)
    other.files = {}
    seen: list[tuple[str, ...]] = []
    good, bad = repositories.update(settings, report=seen.append)
    assert (good.name, good.error) == ("good", "")
    assert bad.error == f"failed to fetch {other.url}/index.yaml : 404 Not Found"
    assert seen[0] == ("good", "bad")
    assert sorted(map(len, seen)) == [0, 1, 2]
    assert seen[-1] == ()


def test_update_of_what_is_not_there(settings, repository):
    with pytest.raises(RepositoryError, match=r"no repositories found\. You must add one"):
        repositories.update(settings)
    repositories.add(settings, "demo", repository.url, PLAIN)
    with pytest.raises(RepositoryError) as caught:
        repositories.update(settings, "other")
    assert str(caught.value) == ("no repositories found matching 'other'.  Nothing will be updated")


def test_remove(settings, repository):
    with pytest.raises(RepositoryError, match="no repositories configured"):
        repositories.remove(settings, "demo")
    repositories.add(settings, "demo", repository.url, PLAIN)
    with pytest.raises(RepositoryError, match='no repo named "other" found'):
        repositories.remove(settings, "demo", "other")
    assert len(repositories.entries(settings)) == 1
    repositories.remove(settings, "demo")
    assert repositories.entries(settings) == ()
    assert not cache.index_path(settings.repository_cache, "demo").exists()


def test_a_broken_repositories_yaml_names_the_line(settings, tmp_path):
    path = tmp_path / "repositories.yaml"
    path.write_text("apiVersion: v1\nrepositories: [\n", encoding="utf-8")
    with pytest.raises(RepositoryError, match=r"couldn't load repositories file .*:\d"):
        file.load(path)


def test_a_failed_edit_leaves_the_file(tmp_path):
    path = tmp_path / "repositories.yaml"
    file.change(path, lambda entries: (*entries, file.Entry("a", "http://a")))
    before = path.read_bytes()

    def fail(entries):
        raise RepositoryError("no")

    with pytest.raises(RepositoryError):
        file.change(path, fail)
    assert path.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "repositories.lock",
        "repositories.yaml",
    ]
