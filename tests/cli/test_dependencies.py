"""What `dependency update|build` and `--dependency-update` print, which a real helm printed too."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyhelm._yaml import dump
from pyhelm.repo.directory import write_index
from tests.unit.repo.archives import archive
from tests.unit.repo.site import site


@pytest.fixture
def repository(tmp_path):
    """A repository of `web` 1.0.0, at `/`, and at `/lost/` without its archive."""
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "web-1.0.0.tgz").write_bytes(archive("web", "1.0.0"))
    write_index(folder)
    files = {f"/{path.name}": path.read_bytes() for path in folder.iterdir()}
    files["/lost/index.yaml"] = files["/index.yaml"]

    def answer(path, headers):
        return (200, {}, files[path]) if path in files else (404, {}, b"")

    with site(answer) as running:
        yield running


@pytest.fixture
def chart(tmp_path, monkeypatch):
    """Writes the chart `up` with these dependencies into the working directory."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)

    def write(*wanted):
        head = {"apiVersion": "v2", "name": "up", "version": "0.1.0"}
        put(work / "up" / "Chart.yaml", dump({**head, "dependencies": list(wanted)}))
        return work / "up"

    return write


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def wants(repository, name="web", **more):
    return {"name": name, "version": "*", "repository": repository, **more}


def test_repositories_that_only_the_chart_names(cli, chart, repository):
    url = repository.url
    put(Path("own/Chart.yaml"), "apiVersion: v2\nname: own\nversion: 1.0.0\n")
    put(chart() / "charts" / "sub" / "Chart.yaml", "apiVersion: v2\nname: sub\nversion: 1.0.0\n")
    chart(wants(url), wants(url, alias="two"), wants("file://../own", "own"), wants("", "sub"))
    put(Path("up/charts/_README"), "text")
    result = cli("dependency update up")
    lines = [
        "Getting updates for unmanaged Helm repositories...",
        f'...Successfully got an update from the "{url}" chart repository',
        "Saving 4 charts",
        f"Downloading web from repo {url}",
        f"Already downloaded web from repo {url}",
        "Dependency sub did not declare a repository. Assuming it exists in the charts directory",
        "Deleting outdated charts",
        "Could not verify up/charts/_README for deletion: file 'up/charts/_README' does not appear "
        "to be a gzipped archive; got 'application/octet-stream' (Skipping)",
    ]
    assert (result.code, result.out.splitlines(), result.err) == (0, lines, "")
    # What is said of them is said again, but of a repository that is not asked.
    assert cli("dependency build up --skip-refresh").out.splitlines() == lines[2:]


def test_repositories_that_were_added(cli, chart, repository):
    url = repository.url
    for name, place in (("s", url), ("a", f"{url}/lost"), ("t", f"{url}/")):
        cli(f"repo add {name} {place}")
    chart(wants("@s"))
    lines = [
        "Hang tight while we grab the latest from your chart repositories...",
        '...Successfully got an update from the "t" chart repository',
        '...Successfully got an update from the "a" chart repository',
        "Update Complete. ⎈Happy Helming!⎈",
        "Saving 1 charts",
        f"Downloading web from repo {url}",
        "Deleting outdated charts",
    ]
    assert cli("dependency update up").out.splitlines() == lines
    assert cli("dependency build up").out.splitlines() == lines


def test_what_can_not_be_saved(cli, chart, repository):
    url = f"{repository.url}/lost"
    chart(wants(url))
    result = cli("dependency update up")
    why = (
        f"could not download {url}/web-1.0.0.tgz: failed to fetch {url}/web-1.0.0.tgz : "
        "404 Not Found"
    )
    assert (result.code, result.err) == (1, f"Error: {why}\n")
    assert result.out.splitlines()[2:] == [
        "Saving 1 charts",
        f"Downloading web from repo {url}",
        f"Save error occurred:  {why}",
    ]
    assert not Path("up/charts").exists()


def test_a_repository_that_is_gone(cli, chart, repository):
    cli(f"repo add s {repository.url}")
    repository.answer = lambda path, headers: (404, {}, b"")
    chart(wants("@s"))
    result = cli("dependency update up")
    address = f"{repository.url}/index.yaml"
    assert result.out.splitlines() == [
        "Hang tight while we grab the latest from your chart repositories...",
        f'...Unable to get an update from the "s" chart repository ({repository.url}):',
        f"\tfailed to fetch {address} : 404 Not Found",
        "Update Complete. ⎈Happy Helming!⎈",
    ]
    assert result.code == 1
    assert "is not a valid chart repository or cannot be reached" in result.err


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("template r up --dependency-update", "err"),
        ("install r up --dry-run=client --dependency-update", "out"),
        ("install r up --dry-run=client --dependency-update -o json", "err"),
        ("package up --dependency-update", ""),
    ],
)
def test_dependencies_that_are_missing(cli, chart, repository, command, told):
    put(Path("own/Chart.yaml"), "apiVersion: v2\nname: own\nversion: 1.0.0\n")
    chart(wants("file://../own", "own"))
    lines = "Saving 1 charts\nDeleting outdated charts\n"
    result = cli(command)
    assert result.code == 0
    assert [name for name in ("out", "err") if lines in getattr(result, name)] == (
        [told] if told else []
    )
    # What is there is not fetched again, but for a package.
    assert lines not in cli(command).out
