"""`repo serve`: a directory as a repository, which is seen to change."""

import urllib.error
import urllib.request

import pytest

from pyhelm import Client
from pyhelm.actions.serve import serve
from pyhelm.errors import RepositoryError
from pyhelm.repo.options import ServeOptions
from pyhelm.settings import Settings
from tests.unit.repo.archives import archive

FREE = ServeOptions(port=0)


@pytest.fixture
def client(tmp_path):
    return Client(Settings.under(tmp_path / "home"))


def chart(folder, version):
    folder.mkdir(exist_ok=True)
    text = f"apiVersion: v2\nname: {folder.name}\nversion: {version}\n"
    (folder / "Chart.yaml").write_text(text, encoding="utf-8")


def test_archives_and_directories_are_served_as_they_change(tmp_path, client):
    charts = tmp_path / "charts"
    charts.mkdir()
    (charts / "web-1.0.0.tgz").write_bytes(archive())
    chart(charts / "db", "0.1.0")
    with client.repo_serve(charts, FREE) as serving:
        assert serving.url.startswith("http://127.0.0.1:")
        client.repo_add("local", serving.url)
        found = {each.name: each.version for each in client.search_repo()}
        assert found == {"local/web": "1.0.0", "local/db": "0.1.0"}
        assert client.load("local/db").metadata.version == "0.1.0"
        chart(charts / "db", "0.2.0")
        (charts / "web-1.0.0.tgz").unlink()
        client.repo_update()
        found = {each.name: each.version for each in client.search_repo()}
        assert found == {"local/db": "0.2.0"}
        assert client.load("local/db").metadata.version == "0.2.0"


def test_only_what_the_index_names_is_given_out(tmp_path):
    (tmp_path / "secret.txt").write_text("x", encoding="utf-8")
    (tmp_path / "web-1.0.0.tgz").write_bytes(archive())
    with serve(tmp_path, FREE) as serving:
        assert b"<title>" in urllib.request.urlopen(f"{serving.url}/").read()
        for path in ("secret.txt", "../secret.txt", "%2e%2e/secret.txt", "web-1.0.0.tgz/.."):
            with pytest.raises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(f"{serving.url}/{path}")
            assert caught.value.code == 404
            caught.value.close()


def test_what_can_not_be_served(tmp_path):
    with pytest.raises(RepositoryError, match="no such directory"), serve(tmp_path / "no", FREE):
        pass
    with serve(tmp_path, FREE) as serving:
        port = int(serving.url.rpartition(":")[2])
        again = ServeOptions(port=port)
        with (
            pytest.raises(RepositoryError, match="another one with --port"),
            serve(tmp_path, again),
        ):
            pass
