"""From a reference to a chart, and who sees the credentials on the way."""

import base64
import hashlib
from pathlib import Path

import pytest

from pyhelm.errors import ChartNotFound, DigestError, RepositoryError
from pyhelm.repo import cache, repositories
from pyhelm.repo.options import ChartOptions, PullOptions, RepoAddOptions
from pyhelm.repo.pull import pull
from pyhelm.repo.resolve import load_chart, locate
from tests.unit.repo.archives import archive

ANY = ChartOptions()
SECRET = "Basic " + base64.b64encode(b"me:secret").decode()


@pytest.fixture
def added(settings, repository):
    """The repository, added as `demo`."""
    repositories.add(settings, "demo", repository.url, RepoAddOptions())
    repository.requests.clear()
    return repository


@pytest.mark.parametrize(
    ("options", "version"),
    [
        (ChartOptions(), "1.2.0"),
        (ChartOptions(version="1.0.0"), "1.0.0"),
        (ChartOptions(version="~1.0"), "1.0.0"),
        (ChartOptions(version=">=1.0.0 <2"), "1.2.0"),
        (ChartOptions(devel=True), "2.0.0-rc.1"),
        (ChartOptions(version="1.0.0", devel=True), "1.0.0"),
    ],
)
def test_by_name_and_version(settings, added, options, version):
    assert load_chart(settings, "demo/web", options).metadata.version == version


def test_a_shorter_version_falls_back_with_a_warning(settings, added, caplog):
    assert load_chart(settings, "demo/web", ChartOptions(version="1.2")).metadata.version == "1.2.0"
    assert "unable to find exact version requested" in caplog.text


@pytest.mark.parametrize(
    ("reference", "version", "message"),
    [
        (
            "demo/nope",
            "",
            "chart \"nope\" matching  not found in demo index. (try 'pyhelm repo update'): "
            "no chart name found",
        ),
        (
            "demo/web",
            "9.9.9",
            "chart \"web\" matching 9.9.9 not found in demo index. (try 'pyhelm repo update'): "
            "no chart version found for web-9.9.9",
        ),
        ("other/web", "", "repo other not found"),
        (
            "web",
            "",
            "non-absolute URLs should be in form of repo_name/path_to_chart, got: web",
        ),
        ("./web", "", 'path "./web" not found'),
    ],
)
def test_what_is_not_there(settings, added, reference, version, message):
    with pytest.raises(RepositoryError) as caught:
        load_chart(settings, reference, ChartOptions(version=version))
    assert str(caught.value) == message


def test_by_repository_url(settings, repository):
    options = ChartOptions(repo=repository.url)
    assert load_chart(settings, "web", options).metadata.version == "1.2.0"
    with pytest.raises(ChartNotFound) as caught:
        load_chart(settings, "nope", ChartOptions(repo=repository.url, version="1"))
    assert str(caught.value) == (
        f'chart "nope" version "1" not found in {repository.url} repository'
    )


def test_what_may_have_been_meant(settings, added):
    for reference, said in (
        ("demo/wep", "no chart name found; did you mean 'web'?"),
        ("demoo/web", "repo demoo not found; did you mean 'demo'?"),
    ):
        with pytest.raises(RepositoryError) as caught:
            load_chart(settings, reference, ANY)
        assert str(caught.value).endswith(said)
    for reference, version, said in (
        ("wep", "", "repository; did you mean 'web'?"),
        ("web", "latest", 'repository: improper constraint: "latest"'),
    ):
        options = ChartOptions(repo=added.url, version=version)
        with pytest.raises(ChartNotFound) as caught:
            load_chart(settings, reference, options)
        assert str(caught.value).endswith(said)


def test_a_registry_is_no_repository(settings):
    with pytest.raises(RepositoryError, match="no index; ask for oci://host/charts/web itself"):
        load_chart(settings, "web", ChartOptions(repo="oci://host/charts/"))


def test_kept_credentials_are_for_the_same_url_alone(settings, repository):
    """Helm's issue 9599."""
    repository.password = "me:secret"
    repository.files["/below/index.yaml"] = repository.files["/index.yaml"]
    options = RepoAddOptions(username="me", password="secret")
    repositories.add(settings, "demo", repository.url, options)
    repository.requests.clear()
    load_chart(settings, "web", ChartOptions(repo=f"{repository.url}/"))
    assert repository.requests == [("/index.yaml", SECRET), ("/web-1.2.0.tgz", SECRET)]
    with pytest.raises(RepositoryError, match="401"):
        load_chart(settings, "web", ChartOptions(repo=f"{repository.url}/below"))
    with pytest.raises(RepositoryError, match="401"):
        load_chart(settings, "web", ChartOptions(repo=repository.url, username="a", password="b"))


def test_an_archive_of_nothing(settings, added, tmp_path):
    added.files["/web-1.2.0.tgz"] = b""
    url = f"{added.url}/web-1.2.0.tgz"
    for reference in ("demo/web", url):
        with pytest.raises(RepositoryError) as caught:
            pull(settings, reference, PullOptions(destination=str(tmp_path)))
        assert str(caught.value) == f"failed to fetch {url} : the answer is empty"
    assert not list(tmp_path.glob("*.tgz"))


def test_by_url_and_path(settings, repository, tmp_path):
    url = f"{repository.url}/web-1.0.0.tgz"
    assert load_chart(settings, url, ANY).metadata.version == "1.0.0"
    path = tmp_path / "web.tgz"
    path.write_bytes(archive())
    assert load_chart(settings, str(path), ANY).name == "web"


def test_an_unknown_scheme(settings):
    with pytest.raises(RepositoryError, match="could not find protocol handler for: gopher"):
        load_chart(settings, "gopher://host/web.tgz", ANY)


def test_an_archive_is_fetched_once(settings, added):
    load_chart(settings, "demo/web", ANY)
    load_chart(settings, "demo/web", ANY)
    assert [path for path, _ in added.requests] == ["/web-1.2.0.tgz"]


def test_a_spoiled_cache_is_fetched_anew(settings, added):
    digest = locate(settings, "demo/web", ANY).digest
    load_chart(settings, "demo/web", ANY)
    kept = next(p for p in cache._content_path(settings.content_cache, digest).parent.iterdir())
    kept.write_bytes(b"spoiled")
    assert load_chart(settings, "demo/web", ANY).name == "web"
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == digest


def test_other_bytes_than_promised(settings, added):
    added.files["/web-1.2.0.tgz"] = archive("web", "1.2.0", description="changed")
    with pytest.raises(DigestError, match="the repository's index promises sha256"):
        load_chart(settings, "demo/web", ANY)


def test_a_cache_that_cannot_be_written_costs_a_warning(settings, added, caplog):
    (settings_dir := Path(settings.content_cache)).parent.mkdir(parents=True, exist_ok=True)
    settings_dir.write_text("a file where the cache should be", encoding="utf-8")
    assert load_chart(settings, "demo/web", ANY).name == "web"
    assert "the chart is not kept" in caplog.text


def test_credentials_stay_with_their_origin(settings, repository, web_server):
    """CVE-2021-32690: neither an absolute URL in the index nor a redirect takes them elsewhere."""
    elsewhere = web_server()
    elsewhere.files = {"/web-1.2.0.tgz": repository.files["/web-1.2.0.tgz"]}
    repository.password = "me:secret"
    index = repository.files["/index.yaml"].decode()
    absolute = index.replace("- web-1.2.0.tgz", f"- {elsewhere.url}/web-1.2.0.tgz")
    repository.files["/index.yaml"] = absolute.encode()
    repository.redirects["/web-1.0.0.tgz"] = f"{elsewhere.url}/web-1.2.0.tgz"
    options = RepoAddOptions(username="me", password="secret")
    repositories.add(settings, "demo", repository.url, options)
    assert repository.requests == [("/index.yaml", SECRET)]
    load_chart(settings, "demo/web", ANY)
    with pytest.raises(DigestError):
        load_chart(settings, "demo/web", ChartOptions(version="1.0.0"))
    assert [authorization for _, authorization in elsewhere.requests] == ["", ""]


def test_pass_credentials(settings, repository, web_server):
    elsewhere = web_server()
    elsewhere.password = "me:secret"
    elsewhere.files = {"/web-1.2.0.tgz": repository.files["/web-1.2.0.tgz"]}
    repository.redirects["/web-1.2.0.tgz"] = f"{elsewhere.url}/web-1.2.0.tgz"
    options = RepoAddOptions(username="me", password="secret", pass_credentials=True)
    repositories.add(settings, "demo", repository.url, options)
    assert load_chart(settings, "demo/web", ANY).name == "web"
    assert elsewhere.requests == [("/web-1.2.0.tgz", SECRET)]


def test_pull(settings, added, tmp_path):
    path = pull(settings, "demo/web", PullOptions(destination=str(tmp_path)))
    assert path == tmp_path / "web-1.2.0.tgz"
    assert path.read_bytes() == added.files["/web-1.2.0.tgz"]


def test_pull_and_unpack(settings, added, tmp_path):
    options = PullOptions(destination=str(tmp_path), untar=True, untardir="charts")
    path = pull(settings, "demo/web", options)
    assert path == tmp_path / "charts" / "web"
    assert (path / "Chart.yaml").is_file()
    with pytest.raises(RepositoryError, match="failed to untar: a file or directory with the name"):
        pull(settings, "demo/web", options)
