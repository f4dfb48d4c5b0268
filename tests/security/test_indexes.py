"""Hostile indexes: each bounded in time and memory, each one clear error, nothing else harmed."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest

from pyhelm._cache import Cache
from pyhelm.errors import ChartNotFound, DigestError, PyHelmError, RepositoryError
from pyhelm.repo import repositories
from pyhelm.repo.index import parse, read
from pyhelm.repo.options import ChartOptions, PullOptions, RepoAddOptions, SearchOptions
from pyhelm.repo.pull import pull
from pyhelm.repo.resolve import load_chart
from pyhelm.repo.search import search
from pyhelm.repo.summary import summary
from pyhelm.settings import Settings
from tests.unit.repo.archives import archive
from tests.unit.repo.site import site

HEAD = "apiVersion: v1\nentries:\n"
GOOD = "  db:\n  - name: db\n    version: 1.0.0\n    urls: [db-1.0.0.tgz]\n"


@pytest.fixture(params=[parse, read], ids=["whole", "lines"])
def reader(request):
    return request.param


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings.under(tmp_path / "home")


def add(settings, index, files=None):
    """Add a repository whose server has this index; returns the context of its site."""

    def answer(path, headers):
        found = {"/index.yaml": index, **(files or {})}.get(path)
        return (404, {}, b"") if found is None else (200, {}, found)

    return site(answer)


@pytest.mark.parametrize(
    "entry",
    [
        "  - null\n",
        "  -\n",
        "  - {}\n",
        "  - 3\n",
        "  - text\n",
        "  - []\n",
        "  - name: web\n",
        "  - version: 1.0.0\n",
        "  - name: [web]\n    version: 1.0.0\n",
        "  - name: web\n    version: {a: b}\n",
        "  - name: web\n    version: 1.0.0\n    maintainers:\n    - null\n",
        "  - name: web\n    version: 1.0.0\n    maintainers: 3\n",
        "  - name: web\n    version: 1.0.0\n    dependencies:\n    - null\n",
        "  - name: web\n    version: 1.0.0\n    dependencies:\n    - 3\n",
        "  - name: web\n    version: 1.0.0\n    annotations: []\n",
        "  - name: ../web\n    version: 1.0.0\n",
        "  - name: ..\n    version: 1.0.0\n",
        "  - name: we\\\\b\n    version: 1.0.0\n",
        "  - name: web\n    version: ../../1.0.0\n",
        "  - name: web\n    version: ''\n",
    ],
)  # fmt: skip
def test_entries_without_sense_cve_2022_23525_cve_2024_26147_cve_2025_55198(reader, entry):
    """No crash: the entry is left out, its neighbours stay."""
    index = reader(f"{HEAD}  web:\n{entry}{GOOD}".encode(), "index.yaml")
    assert index.entries["web"] == ()
    assert index.find("db").version == "1.0.0"
    with pytest.raises(ChartNotFound):
        index.find("web")
    found = summary(index, "index.yaml", Cache())
    assert [row[0] for row in found["db"]] == ["1.0.0"]


def test_an_entry_of_another_format_is_found_as_helm_finds_it(reader):
    """What it names is refused when it is rendered."""
    text = f"{HEAD}  web:\n  - name: web\n    version: 1.0.0\n    apiVersion: v9\n{GOOD}"
    assert reader(text.encode(), "index.yaml").find("web").version == "1.0.0"


@pytest.mark.parametrize(
    "data",
    [
        b"", b"   \n", b"null", b"[]", b"3", b"text", b"{}", b"entries: {}",
        b"apiVersion: v1\nentries: 3", b"apiVersion: v1\nentries: []\n", b"\x00\x01", b"\xff\xfe",
        b"apiVersion: v1\nentries:\n  a: [",
        b'{"apiVersion": "v1", "entries": {', b"apiVersion: v1\nentries:\n  ? [a]\n  : b\n",
    ],
)  # fmt: skip
def test_documents_that_are_no_index_cve_2024_26147(reader, data):
    with pytest.raises(RepositoryError, match=r"^error loading index\.yaml"):
        reader(data, "index.yaml")


TWICE = "  web:\n  - name: web\n    version: 1.0.0\n    urls: [evil.tgz]\n"


@pytest.mark.parametrize(
    "data",
    [
        HEAD + TWICE + GOOD + TWICE,
        HEAD + TWICE + GOOD + "  'web':\n  - name: web\n    version: 1.0.0\n",
        HEAD + GOOD + "entries:\n" + TWICE,
        json.dumps({"apiVersion": "v1", "entries": {}})[:-1] + ', "entries": {}}',
        '{"apiVersion": "v1", "entries": {"a": [], "a": []}}',
    ],
)
def test_what_is_there_twice_overrides_nothing_cve_2020_15185(reader, data):
    with pytest.raises(RepositoryError, match="already set in map"):
        reader(data.encode(), "index.yaml")


def test_terminal_escapes_are_gone_cve_2021_21303(reader):
    text = "a \\e[31mred\\e[0m \\a\\b\\r\\x9b2J \\u202egnp.\\u2066x"
    data = f'{HEAD}  web:\n  - name: web\n    version: 1.0.0\n    description: "{text}"\n'
    index = reader(data.encode(), "index.yaml")
    for shown in (
        index.find("web").metadata.description,
        summary(index, "i", Cache())["web"][0][3],
    ):
        assert shown.isprintable()
        assert "red" in shown


def test_versions_are_semantic_cve_2021_21303(reader):
    data = f'{HEAD}  web:\n  - name: web\n    version: "1.0.0\\e[2J"\n'
    assert reader(data.encode(), "index.yaml").entries["web"] == ()


@pytest.mark.unmeasured
def test_alias_bombs_deep_nesting_and_huge_scalars_end(reader):
    bomb = "".join(
        f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9) if n else '1'}]\n" for n in range(12)
    )
    for data in (
        f"apiVersion: v1\n{bomb}entries: {{a: *x11}}\n",
        f"apiVersion: v1\nentries:\n  a: {'[' * 100_000}{']' * 100_000}\n",
        f"apiVersion: v1\nentries:\n  a: {'{a: ' * 20_000}1{'}' * 20_000}\n",
        '{"apiVersion": "v1", "entries": {"a": ' + "[" * 200_000 + "]" * 200_000 + "}}",
    ):
        tracemalloc.start()
        assert charts(reader, data) == ()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 200_000_000


def charts(reader, data):
    """The versions of the chart `a`, none where the index is refused."""
    try:
        return reader(data.encode(), "index.yaml").entries["a"]
    except RepositoryError:
        return ()


def test_a_huge_scalar_is_text(reader):
    data = f"{HEAD}  web:\n  - name: web\n    version: 1.0.0\n    home: {'x' * 5_000_000}\n"
    assert len(reader(data.encode(), "index.yaml").find("web").metadata.home) == 5_000_000
    huge = f"{HEAD}  web:\n  - name: web\n    version: {'1' * 1_000_000}.0.0\n"
    assert reader(huge.encode(), "index.yaml").entries["web"] == ()


@pytest.mark.parametrize("name", ["../../evil", "..%2f..%2fevil.tgz", "/etc/evil", "..\\evil.tgz"])
def test_archives_land_where_they_must(settings, tmp_path, name):
    out = tmp_path / "out"
    out.mkdir()
    rows = f"  web:\n  - name: web\n    version: 1.0.0\n    urls: ['{name}']\n"
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    with add(settings, (HEAD + rows).encode()) as web:
        web.answer = lambda path, headers: (
            (200, {}, (HEAD + rows).encode()) if path == "/index.yaml" else (200, {}, archive())
        )
        repositories.add(settings, "demo", web.url, RepoAddOptions())
        try:
            made = pull(settings, "demo/web", PullOptions(destination=str(out)))
        except PyHelmError:
            made = None
    after = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    outside = {path for path in after if not path.is_relative_to(tmp_path / "home")}
    assert outside == ({made} if made else set())
    assert all(path.parent == out for path in outside)


def test_credentials_do_not_follow_a_foreign_url_cve_2021_32690(settings):
    with site(lambda *_: (200, {}, archive())) as foreign:
        url = f"{foreign.url}/web-1.0.0.tgz"
        rows = f"  web:\n  - name: web\n    version: 1.0.0\n    urls: ['{url}']\n"
        with add(settings, (HEAD + rows).encode()) as web:
            options = RepoAddOptions(username="me", password="secret")
            repositories.add(settings, "demo", web.url, options)
            assert load_chart(settings, "demo/web", ChartOptions()).name == "web"
            assert web.sent("Authorization")[0] is not None
        assert foreign.sent("Authorization") == [None]


def test_a_wrong_digest_lets_nothing_through(settings):
    rows = f"  web:\n  - name: web\n    version: 1.0.0\n    urls: [w.tgz]\n    digest: {'f' * 64}\n"
    with add(settings, (HEAD + rows).encode(), {"/w.tgz": archive()}) as web:
        repositories.add(settings, "demo", web.url, RepoAddOptions())
        with pytest.raises(DigestError):
            load_chart(settings, "demo/web", ChartOptions())
    assert not [*Path(settings.content_cache).rglob("*.chart")]


def test_an_https_repository_gives_a_digest_for_what_is_fetched_by_http():
    from pyhelm.repo.resolve import check_origin

    with pytest.raises(RepositoryError, match="gives no digest for it"):
        check_origin("http://a/web.tgz", "https://a", "")
    check_origin("http://a/web.tgz", "https://a", "0" * 64)
    check_origin("http://a/web.tgz", "http://a", "")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://a/b.tgz", "gopher://a", "http:///x"])
def test_urls_of_other_kinds_are_refused(settings, url):
    rows = f"  web:\n  - name: web\n    version: 1.0.0\n    urls: ['{url}']\n"
    with add(settings, (HEAD + rows).encode()) as web:
        repositories.add(settings, "demo", web.url, RepoAddOptions())
        with pytest.raises(RepositoryError):
            load_chart(settings, "demo/web", ChartOptions())


def test_searching_says_nothing_that_moves_the_cursor_cve_2021_21303(settings):
    rows = '  "we\\eb":\n  - name: web\n    version: 1.0.0\n    description: "\\e]0;owned\\a"\n'
    with add(settings, (HEAD + rows).encode()) as web:
        repositories.add(settings, "demo", web.url, RepoAddOptions())
        (found,) = search(settings, "", SearchOptions())
    assert found.description.isprintable()
