"""`dependency update|build|list`: what lies in `charts/` and in the lock afterwards."""

from __future__ import annotations

import base64
import tarfile
from contextlib import ExitStack
from dataclasses import replace

import pytest
import yaml
from pysequoia import Tsk

from pyhelm import ChartOptions, Client, Settings
from pyhelm._yaml import dump
from pyhelm.chart import dependencies
from pyhelm.chart.model import Dependency
from pyhelm.errors import (
    ChartError,
    DependencyError,
    DigestError,
    ProvenanceError,
    RepositoryError,
)
from pyhelm.repo.directory import write_index
from pyhelm.repo.options import AccessOptions, RepoAddOptions
from pyhelm.repo.provenance.charts import sign
from pyhelm.repo.registry import charts as registry_charts
from tests.unit.repo.archives import archive
from tests.unit.repo.registry.fake import FakeRegistry, running
from tests.unit.repo.site import site

HEAD = "apiVersion: v2\nname: umbrella\nversion: 0.1.0\n"


@pytest.fixture
def client(tmp_path):
    return Client(Settings.under(tmp_path / "home"))


@pytest.fixture
def chart(tmp_path):
    """Writes the parent chart with these dependencies; returns its directory."""

    def write(*wanted, head=HEAD, name="umbrella"):
        root = tmp_path / name
        root.mkdir(exist_ok=True)
        (root / "Chart.yaml").write_text(
            head + dump({"dependencies": list(wanted)}), encoding="utf-8"
        )
        return root

    return write


@pytest.fixture
def local(tmp_path):
    """Writes a chart's directory beside the parent's."""

    def write(name="web", version="1.0.0", where=""):
        root = tmp_path / (where or name)
        root.mkdir(parents=True, exist_ok=True)
        (root / "Chart.yaml").write_text(
            f"apiVersion: v2\nname: {name}\nversion: {version}\n", encoding="utf-8"
        )
        return root

    return write


@pytest.fixture
def serve():
    """Starts a web server of these files, which a test may change."""
    with ExitStack() as stack:

        def start(files):
            def answer(path, headers):
                found = files.get(path)
                return (404, {}, b"not here") if found is None else (200, {}, found)

            return stack.enter_context(site(answer))

        yield start


@pytest.fixture
def files(tmp_path):
    """A repository's files: `web` 1.0.0, 1.2.0 and 2.0.0-rc.1, and `db` 0.1.0."""
    folder = tmp_path / "repository"
    folder.mkdir()
    for name, version in (
        ("web", "1.0.0"),
        ("web", "1.2.0"),
        ("web", "2.0.0-rc.1"),
        ("db", "0.1.0"),
    ):
        (folder / f"{name}-{version}.tgz").write_bytes(archive(name, version))
    write_index(folder)
    return {f"/{path.name}": path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def repository(serve, files):
    return serve(files)


def wants(repository, version="^1", name="web", **more):
    return {"name": name, "version": version, "repository": repository, **more}


def inside(root):
    """The names below `charts/`."""
    return sorted(path.name for path in (root / "charts").iterdir())


def lock(root, name="Chart.lock"):
    return yaml.safe_load((root / name).read_text(encoding="utf-8"))


def locked(root):
    return {each["name"]: each["version"] for each in lock(root)["dependencies"]}


def out_of_sync(client, root):
    with pytest.raises(DependencyError, match="is out of sync with the dependencies file"):
        client.dependency_build(root)


def test_nothing_to_do(client, chart):
    root = chart()
    assert client.dependency_update(root) == []
    assert client.dependency_build(root) == []
    assert client.dependency_list(root) == []
    # Helm: no dependencies are locked, too, where Chart.yaml says that there are none.
    assert locked(root) == {}
    nothing = chart(name="nothing")
    (nothing / "Chart.yaml").write_text(HEAD, encoding="utf-8")
    assert client.dependency_update(nothing) == []
    assert [path.name for path in nothing.iterdir()] == ["Chart.yaml"]


def test_the_newest_that_fits_is_fetched_and_locked(client, chart, repository):
    root = chart(wants(repository.url), wants(repository.url, "*", "db", alias="store"))
    made = client.dependency_update(root)
    assert made == [root / "charts" / "web-1.2.0.tgz", root / "charts" / "db-0.1.0.tgz"]
    assert inside(root) == ["db-0.1.0.tgz", "web-1.2.0.tgz"]
    assert locked(root) == {"web": "1.2.0", "db": "0.1.0"}
    assert [(row.name, row.status) for row in client.dependency_list(root)] == [
        ("web", "ok"),
        ("db", "ok"),
    ]
    # One index for both, and each archive once.
    assert [path for path, _ in repository.requests] == [
        "/index.yaml",
        "/web-1.2.0.tgz",
        "/db-0.1.0.tgz",
    ]


def test_the_lock_is_helms(client, chart, local):
    local("alpine", "0.1.0")
    root = chart(wants("file://../alpine", "0.1.0", "alpine"))
    client.dependency_update(root)
    text = (root / "Chart.lock").read_text(encoding="utf-8")
    head, _, rest = text.partition("digest: sha256:")
    assert (
        head == "dependencies:\n- name: alpine\n  repository: file://../alpine\n  version: 0.1.0\n"
    )
    assert rest.partition("\n")[2].startswith('generated: "20')


def test_digests_are_helms(client, chart, local):
    """Those of helm's own tests: internal/resolver, and testdata of issue 7233 (Helm 2's)."""
    asked = Dependency("alpine", "0.1.0", "http://localhost:8879/charts")
    made = dependencies.digest([asked], [asked])
    assert made == "sha256:fb239e836325c5fa14b29d1540a13b7d3ba13151b67fe719f820e0ef6d66aaaf"
    assert dependencies.digest([replace(asked, version="^0.1.0")], [asked]) != made
    local("alpine", "0.1.0")
    root = chart(head="apiVersion: v1\nname: old\nversion: 0.1.0\n", name="old")
    wanted = {"dependencies": [wants("file://../alpine", "0.1.0", "alpine")]}
    old = "sha256:7b380b1a826e7be1eecb089f66209d6d3df54be4bf879d4a8e6f8a9e871710e5"
    stamp = {"digest": old, "generated": "2020-01-31T11:30:21.911547651Z"}
    (root / "requirements.yaml").write_text(dump(wanted), encoding="utf-8")
    (root / "requirements.lock").write_text(dump(wanted | stamp), encoding="utf-8")
    assert client.dependency_build(root) == [root / "charts" / "alpine-0.1.0.tgz"]
    # Helm: only an old chart's lock may be Helm 2's.
    new = chart(*wanted["dependencies"], name="new")
    (new / "Chart.lock").write_text(dump(wanted | stamp), encoding="utf-8")
    out_of_sync(client, new)


def test_an_old_chart_keeps_its_own_lock(client, chart, local):
    local()
    root = chart(head="apiVersion: v1\nname: old\nversion: 0.1.0\n")
    wanted = root / "requirements.yaml"
    wanted.write_text(dump({"dependencies": [wants("file://../web")]}), encoding="utf-8")
    client.dependency_update(root)
    assert lock(root, "requirements.lock")["dependencies"][0]["version"] == "1.0.0"
    assert not (root / "Chart.lock").exists()
    wanted.write_text(dump({"dependencies": [wants("file://../web", "~1")]}), encoding="utf-8")
    with pytest.raises(DependencyError) as caught:
        client.dependency_build(root)
    assert str(caught.value) == (
        "the lock file (requirements.lock) is out of sync with the dependencies file "
        "(requirements.yaml). Please update the dependencies"
    )


def test_build_fetches_what_is_locked_whatever_is_newer(client, chart, files, repository):
    root = chart(wants(repository.url, "1.0.0"))
    client.dependency_update(root)
    # The lock says 1.0.0 for a range, as when it was made before 1.2.0 came out.
    found = lock(root)
    chart(wants(repository.url, "^1"))
    out_of_sync(client, root)
    asked = [Dependency("web", "^1", repository.url)]
    found["digest"] = dependencies.digest(asked, [replace(asked[0], version="1.0.0")])
    (root / "Chart.lock").write_text(dump(found), encoding="utf-8")
    (root / "charts" / "web-1.0.0.tgz").unlink()
    before = (root / "Chart.lock").read_bytes()
    assert client.dependency_build(root) == [root / "charts" / "web-1.0.0.tgz"]
    assert (root / "Chart.lock").read_bytes() == before
    assert client.dependency_update(root) == [root / "charts" / "web-1.2.0.tgz"]
    assert inside(root) == ["web-1.2.0.tgz"]
    assert locked(root) == {"web": "1.2.0"}


def test_build_without_a_lock_updates(client, chart, repository):
    root = chart(wants(repository.url))
    client.dependency_build(root)
    assert inside(root) == ["web-1.2.0.tgz"]
    assert locked(root) == {"web": "1.2.0"}


def test_a_lock_that_says_the_same_is_not_written(client, chart, repository):
    root = chart(wants(repository.url))
    client.dependency_update(root)
    before = (root / "Chart.lock").read_bytes()
    client.dependency_update(root)
    assert (root / "Chart.lock").read_bytes() == before


@pytest.mark.parametrize("by", ["@demo", "alias:demo"])
def test_an_added_repository_by_its_name(client, chart, repository, by):
    client.repo_add("other", f"{repository.url}/", RepoAddOptions())
    client.repo_add("demo", repository.url, RepoAddOptions())
    root = chart(wants(by))
    client.dependency_update(root)
    # Helm: the lock has the URL, so that it means the same where the name is another.
    assert lock(root)["dependencies"][0]["repository"] == repository.url
    asked = [Dependency("web", "^1", repository.url)]
    assert lock(root)["digest"] == dependencies.digest(asked, [replace(asked[0], version="1.2.0")])
    (root / "charts" / "web-1.2.0.tgz").unlink()
    client.dependency_build(root)
    assert inside(root) == ["web-1.2.0.tgz"]


def test_repositories_that_nobody_knows(client, chart, repository):
    client.repo_add("demo", repository.url)
    root = chart(wants("@one"), wants("alias:two", name="db"), wants("@demo", name="third"))
    with pytest.raises(DependencyError) as caught:
        client.dependency_update(root)
    assert str(caught.value) == (
        "no repository definition for @one, alias:two. Please add them via 'pyhelm repo add'"
    )
    root = chart(wants("stable"))
    with pytest.raises(DependencyError, match="no repository definition for stable") as caught:
        client.dependency_build(root)
    assert 'use "https://charts.example.com/" or "@example" instead' in str(caught.value)


def test_skipping_the_refresh(client, chart, files, repository):
    client.repo_add("demo", repository.url)
    del files["/index.yaml"]
    repository.requests.clear()
    root = chart(wants(f"{repository.url}/"))
    client.dependency_update(root, refresh=False)
    assert [path for path, _ in repository.requests] == ["/web-1.2.0.tgz"]
    assert locked(root) == {"web": "1.2.0"}


def test_a_refresh_that_fails_is_no_guess(client, chart, files, repository):
    client.repo_add("demo", repository.url)
    del files["/index.yaml"]
    root = chart(wants("@demo"))
    with pytest.raises(
        RepositoryError, match="is not a valid chart repository or cannot be reached"
    ):
        client.dependency_update(root)
    assert not (root / "charts").exists()


def test_credentials_are_those_of_the_repository_that_was_added(client, chart, serve, files):
    known, stranger = serve(files), serve(files)
    options = RepoAddOptions(username="u", password="kept")
    client.repo_add("known", known.url, options)
    known.requests.clear()
    root = chart(wants(known.url), wants(stranger.url, "*", "db"))
    client.dependency_update(root, ChartOptions(username="me", password="typed"))
    mine = "Basic " + base64.b64encode(b"u:kept").decode()
    assert known.sent("Authorization") == [mine, mine]
    # The chart says which repositories it wants: a stranger's gets nobody's password.
    assert stranger.sent("Authorization") == [None, None]


def test_no_version_fits(client, chart, repository, local):
    local()
    root = chart(
        wants(repository.url, "^3"),
        wants(repository.url, "*", "db"),
        wants("file://../web", ">1", alias="own"),
    )
    with pytest.raises(DependencyError) as caught:
        client.dependency_update(root)
    assert str(caught.value) == (
        f'can\'t get a valid version for 2 subchart(s): "web" (repository "{repository.url}", '
        'version "^3"), "web" (repository "file://../web", version ">1"). Make sure a matching '
        "chart version exists in the repo, or change the version constraint in Chart.yaml "
        "(newest: web 2.0.0-rc.1, web 1.0.0)"
    )
    assert sorted(path.name for path in root.iterdir()) == ["Chart.yaml"]


def test_no_such_chart(client, chart, repository):
    root = chart(wants(repository.url, "1", "webb"))
    with pytest.raises(DependencyError) as caught:
        client.dependency_update(root)
    assert str(caught.value) == (
        f"webb chart not found in repo {repository.url}; did you mean 'web'?"
    )


@pytest.mark.parametrize("repository", ["", "file://../web", "http://127.0.0.1:1", "oci://x"])
def test_a_dependency_asks_for_a_version(client, chart, local, repository):
    local()
    local(where="umbrella/charts/web")
    root = chart({"name": "web", "repository": repository})
    with pytest.raises(DependencyError) as caught:
        client.dependency_update(root)
    assert str(caught.value) == (
        'dependency "web" has an invalid version/constraint format: improper constraint: ""; '
        'give it one, e.g. version: ">=0"'
    )
    assert not (root / "Chart.lock").exists()


def test_a_registry_without_a_name(client, chart):
    root = chart(wants("oci://"))
    with pytest.raises(DependencyError, match='the repository "oci://" names no registry; write'):
        client.dependency_update(root)


def test_what_is_not_refreshed_must_be_known(client, chart, files, repository):
    root = chart(wants(repository.url))
    with pytest.raises(RepositoryError, match="found; try it without --skip-refresh"):
        client.dependency_update(root, refresh=False)
    client.dependency_update(root)
    del files["/index.yaml"]
    # Helm keeps it under a name of its own.
    client.dependency_update(root, refresh=False)
    assert locked(root) == {"web": "1.2.0"}


def test_a_chart_without_an_address(client, chart, files, repository):
    files["/index.yaml"] = b"apiVersion: v1\nentries:\n  web:\n  - {name: web, version: 1.0.0}\n"
    root = chart(wants(repository.url))
    with pytest.raises(RepositoryError, match="chart web has no downloadable URLs in"):
        client.dependency_update(root)


def test_no_archive_on_the_way_can_be_exchanged(client, chart, tmp_path):
    """An https index that sends us to http without a digest proves nothing."""
    from tests.unit.repo.site import authority

    made = authority(tmp_path / "ca")
    index = (
        "apiVersion: v1\nentries:\n  web:\n"
        "  - {name: web, version: 1.0.0, urls: ['http://127.0.0.1:1/web-1.0.0.tgz']}\n"
    )
    with site(lambda path, headers: (200, {}, index.encode()), made.server()) as secure:
        root = chart(wants(secure.url))
        with pytest.raises(RepositoryError, match="gives no digest for it"):
            client.dependency_update(root, ChartOptions(ca_file=made.ca_file))


def test_what_fails_leaves_everything_as_it_was(client, chart, files, repository):
    root = chart(wants(repository.url, "1.0.0"))
    client.dependency_update(root)
    before = (root / "Chart.lock").read_bytes()
    chart(wants(repository.url, "^1"), wants(repository.url, "*", "db"))
    files["/db-0.1.0.tgz"] = archive("db", "0.1.0", description="another")
    with pytest.raises(DigestError, match="but the archive has"):
        client.dependency_update(root)
    assert inside(root) == ["web-1.0.0.tgz"]
    assert (root / "Chart.lock").read_bytes() == before
    assert sorted(path.name for path in root.iterdir()) == ["Chart.lock", "Chart.yaml", "charts"]


def test_charts_on_disk(client, chart, local, tmp_path):
    local("web", "1.0.0")
    absolute = local("db", "2.0.0", "elsewhere/db")
    root = chart(wants("file://../web"), wants(f"file://{absolute}", "*", "db"))
    client.dependency_update(root)
    assert inside(root) == ["db-2.0.0.tgz", "web-1.0.0.tgz"]
    assert locked(root) == {"web": "1.0.0", "db": "2.0.0"}
    with tarfile.open(root / "charts" / "web-1.0.0.tgz") as tar:
        assert tar.getnames() == ["web/Chart.yaml"]
    local("web", "1.1.0")
    # The lock is for 1.0.0, and that is no more.
    with pytest.raises(DependencyError, match=r'version "1\.0\.0"\)\. Make sure .*web 1\.1\.0'):
        client.dependency_build(root)
    client.dependency_update(root)
    assert inside(root) == ["db-2.0.0.tgz", "web-1.1.0.tgz"]


def test_a_chart_on_disk_that_is_none(client, chart):
    root = chart(wants("file://../none"))
    with pytest.raises(DependencyError, match=r"directory .*none not found \(of dependency web\)"):
        client.dependency_update(root)


def test_a_chart_that_is_in_the_parent_already(client, chart, local, repository):
    root = chart({"name": "own", "version": "^1"}, wants(repository.url))
    with pytest.raises(DependencyError, match="dependency own has no repository, and is not in"):
        client.dependency_update(root)
    local("own", "1.1.0", "umbrella/charts/own")
    # An archive of its name is not a dependency's that was fetched.
    (root / "charts" / "own-0.9.0.tgz").write_bytes(archive("own", "0.9.0"))
    assert client.dependency_update(root) == [root / "charts" / "web-1.2.0.tgz"]
    assert inside(root) == ["own", "own-0.9.0.tgz", "web-1.2.0.tgz"]
    # Helm: what nobody chose is locked as it was asked for.
    assert locked(root) == {"own": "^1", "web": "1.2.0"}
    client.dependency_build(root)
    local("own", "2.0.0", "umbrella/charts/own")
    for work in (client.dependency_build, client.dependency_update):
        with pytest.raises(DependencyError) as caught:
            work(root)
        assert str(caught.value) == (
            "dependency own at version 2.0.0 does not satisfy the constraint ^1"
        )


def test_old_archives_go_and_all_else_stays(client, chart, repository):
    root = chart(wants(repository.url, "1.0.0"), wants(repository.url, "*", "db"))
    client.dependency_update(root)
    folder = root / "charts"
    (folder / "sub").mkdir()
    (folder / "sub" / "Chart.yaml").write_text(
        "apiVersion: v2\nname: sub\nversion: 1.0.0\n", encoding="utf-8"
    )
    (folder / "_README.md").write_text("by hand", encoding="utf-8")
    (folder / "v9.tgz").write_bytes(archive("gone", "9.0.0"))
    chart(wants(repository.url, "^1"))
    client.dependency_update(root)
    # Also what Chart.yaml names no more: it would be installed with the rest.
    assert inside(root) == ["_README.md", "sub", "web-1.2.0.tgz"]


@pytest.mark.parametrize("version", ["1.0.0", "1.2.0"])
def test_aliases_of_one_chart_are_one_archive(client, chart, repository, version):
    root = chart(
        wants(repository.url, "1.2.0", alias="a", condition="a.enabled"),
        wants(repository.url, version, alias="b"),
    )
    client.dependency_update(root)
    assert inside(root) == sorted({"web-1.2.0.tgz", f"web-{version}.tgz"})
    assert [each["version"] for each in lock(root)["dependencies"]] == ["1.2.0", version]


@pytest.mark.parametrize("name", ["../../evil", "a/b", "..\\evil", ".evil"])
def test_nothing_is_written_outside_of_charts(client, chart, local, tmp_path, name):
    local()
    root = chart(wants("file://../web", "*", name))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(DependencyError, match="can't be the name of a file"):
        client.dependency_update(root)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("repository", ["", "file://../web", "http://127.0.0.1:1", "oci://x"])
def test_a_version_that_is_none(client, chart, local, repository):
    local()
    root = chart(wants(repository, "1.0.0+/../../evil"))
    with pytest.raises(DependencyError) as caught:
        client.dependency_update(root)
    assert str(caught.value) == (
        'dependency "web" has an invalid version/constraint format: '
        'improper constraint: "1.0.0+/../../evil"'
    )


def test_links_are_not_followed(client, chart, local, tmp_path):
    local()
    root = chart(wants("file://../web"))
    (tmp_path / "other").mkdir()
    (root / "charts").symlink_to(tmp_path / "other")
    with pytest.raises(DependencyError, match="charts is not a directory"):
        client.dependency_update(root)
    (root / "charts").unlink()
    (tmp_path / "mine").write_text("{digest: none}", encoding="utf-8")
    (root / "Chart.lock").symlink_to(tmp_path / "mine")
    # CVE-2025-53547; nothing else was done before either.
    with pytest.raises(DependencyError, match=r"Chart\.lock is a link; remove it"):
        client.dependency_update(root)
    assert (tmp_path / "mine").read_text(encoding="utf-8") == "{digest: none}"
    assert not (root / "charts").exists()


def test_a_file_where_the_directory_should_be(client, chart, local):
    local()
    root = chart(wants("file://../web"))
    (root / "charts").write_text("", encoding="utf-8")
    with pytest.raises(DependencyError, match="charts is not a directory"):
        client.dependency_update(root)


def test_only_directories_are_updated(client, tmp_path):
    path = tmp_path / "umbrella-0.1.0.tgz"
    path.write_bytes(archive("umbrella", "0.1.0"))
    for work in (client.dependency_update, client.dependency_build):
        with pytest.raises(DependencyError, match="only unpacked charts can be updated"):
            work(path)
        with pytest.raises(ChartError, match="no such file or directory"):
            work(tmp_path / "none")


def test_charts_in_a_registry(client, chart, tmp_path):
    plain = AccessOptions(plain_http=True, timeout=5)
    with running(FakeRegistry()) as registry:
        for version in ("1.0.0", "1.2.0+build.7", "2.0.0"):
            path = tmp_path / f"web-{version}.tgz"
            path.write_bytes(archive("web", version))
            registry_charts.push(client.settings, path, f"oci://{registry.host}/charts", plain)
        root = chart(wants(f"oci://{registry.host}/charts/"))
        options = ChartOptions(plain_http=True, timeout=5)
        client.dependency_update(root, options)
        assert inside(root) == ["web-1.2.0+build.7.tgz"]
        assert locked(root) == {"web": "1.2.0+build.7"}
        (root / "charts" / "web-1.2.0+build.7.tgz").unlink()
        client.dependency_build(root, options)
        assert inside(root) == ["web-1.2.0+build.7.tgz"]


def test_verified(client, chart, files, repository, tmp_path):
    key = Tsk.generate("Ann <ann@example.com>")
    for name, data in (
        ("secret.gpg", bytes(key)),
        ("public.gpg", bytes(key.extract_certificate())),
    ):
        (tmp_path / name).write_bytes(data)
    options = ChartOptions(verify=True, keyring=str(tmp_path / "public.gpg"))
    root = chart(wants(repository.url))
    with pytest.raises(ProvenanceError, match="failed to fetch provenance"):
        client.dependency_update(root, options)
    assert not (root / "charts").exists()
    made = sign(
        files["/web-1.2.0.tgz"], "web-1.2.0.tgz", str(tmp_path / "secret.gpg"), "ann@", lambda o: ""
    )
    files["/web-1.2.0.tgz.prov"] = made
    client.dependency_update(root, options)
    assert inside(root) == ["web-1.2.0.tgz"]


@pytest.mark.parametrize(
    ("archives", "version", "status"),
    [
        ({}, "^1", "missing"),
        ({"web-1.2.0.tgz": archive("web", "1.2.0")}, "^1", "ok"),
        ({"web-1.2.0.tgz": archive("web", "1.2.0")}, "1.2.0", "ok"),
        ({"web-1.2.0.tgz": archive("web", "1.2.0")}, "^2", "wrong version"),
        ({"web-1.2.0.tgz": archive("web", "1.2.0")}, "one", "invalid version"),
        ({"web-1.2.0.tgz": archive("other", "1.2.0")}, "^1", "misnamed"),
        (
            {"web-1.2.0.tgz": archive("web", "1.2.0"), "web-1.3.0.tgz": archive("web", "1.3.0")},
            "^1",
            "too many matches",
        ),
        (
            {"web-1.2.0.tgz": archive("web", "1.2.0"), "web-2.0.0.tgz": archive("web", "2.0.0")},
            "^1",
            "too many matches",
        ),
        (
            {"web-1.2.0.tgz": archive("web", "1.2.0"), "web-new.tgz": archive("web", "2.0.0")},
            "^1",
            "ok",
        ),
        (
            {"web-1.tgz": archive("web", "1.2.0"), "web-new.tgz": archive("web", "1.2.0")},
            "^1",
            "unpacked",
        ),
        ({"web-admin-1.2.0.tgz": archive("web-admin", "1.2.0")}, "^1", "misnamed"),
        ({"web-1.2.0.tgz": archive("web", "1.2.0")}, "", "invalid version"),
        ({}, "one", "missing"),
    ],
)
def test_listing(client, chart, archives, version, status):
    root = chart(wants("https://example.com", version))
    (root / "charts").mkdir()
    for name, data in archives.items():
        (root / "charts" / name).write_bytes(data)
    (row,) = client.dependency_list(root)
    assert (row.name, row.version, row.repository, row.status) == (
        "web",
        version,
        "https://example.com",
        status,
    )


def test_listing_what_is_no_pattern(client, chart):
    root = chart(wants("", "^1", name="we[b"))
    assert [row.status for row in client.dependency_list(root)] == ["bad pattern"]


@pytest.mark.parametrize(("version", "status"), [("1.0.0", "unpacked"), ("2.0.0", "wrong version")])
def test_listing_what_is_unpacked(client, chart, local, version, status):
    root = chart(wants("", "^1"))
    local("web", version, "umbrella/charts/web")
    assert [row.status for row in client.dependency_list(root)] == [status]
