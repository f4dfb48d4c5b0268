"""`repo index` over directories: what is read again, and what is kept."""

import os
import time

import pytest

from pyhelm.chart import load
from pyhelm.repo.directory import index_directory, write_index
from tests.unit.repo.archives import archive

OLD = time.time() - 3600


def put(path, data):
    path.write_bytes(data)
    os.utime(path, (OLD, OLD))


def test_archives_that_did_not_change_are_not_read_again(tmp_path, monkeypatch):
    charts, cache = tmp_path / "charts", str(tmp_path / "cache")
    charts.mkdir()
    for version in ("1.0.0", "1.1.0"):
        put(charts / f"web-{version}.tgz", archive(version=version))
    (charts / "broken.tgz").write_bytes(b"no archive")
    first = index_directory(charts, cache=cache, now="x")
    read = []
    real = load.load_archive

    def noted(data, name, **more):
        read.append(name)
        return real(data, name)

    monkeypatch.setattr(load, "load_archive", noted)
    assert index_directory(charts, cache=cache, now="x") == first
    assert read == [str(charts / "broken.tgz")]
    put(charts / "web-1.1.0.tgz", archive(version="1.1.0", description="another"))
    again = index_directory(charts, "https://x", cache=cache, now="y")
    assert read[1:] == [str(charts / "broken.tgz"), str(charts / "web-1.1.0.tgz")]
    newest, older = again.entries["web"]
    assert newest.metadata.description == "another"
    assert older.urls == ("https://x/web-1.0.0.tgz",)
    assert older.digest == first.entries["web"][1].digest
    (charts / "web-1.1.0.tgz").unlink()
    assert [v.version for v in index_directory(charts, cache=cache).entries["web"]] == ["1.0.0"]


def test_what_was_written_just_now_is_looked_at_again(tmp_path):
    """A second writing within the clock's tick would not be seen."""
    cache = str(tmp_path / "cache")
    path = tmp_path / "web-1.0.0.tgz"
    path.write_bytes(archive(description="one"))
    status = path.stat()
    index_directory(tmp_path, cache=cache)
    path.write_bytes(archive(description="two"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    index = index_directory(tmp_path, cache=cache)
    assert index.entries["web"][0].metadata.description == "two"


def test_the_page_is_made_of_the_archives(tmp_path):
    put(tmp_path / "web-1.0.0.tgz", archive(description="A <web> site"))
    write_index(tmp_path, html=True)
    html = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "A &lt;web&gt; site" in html
    assert 'href="web-1.0.0.tgz"' in html


def times(index):
    """By chart and version, when an archive was created."""
    return {f"{v.name}-{v.version}": v.created for each in index.entries.values() for v in each}


def test_what_did_not_change_keeps_its_time(tmp_path):
    """Helm's issue 7363."""
    for version in ("1.0.0", "1.1.0"):
        (tmp_path / f"web-{version}.tgz").write_bytes(archive(version=version))
    first = times(write_index(tmp_path))
    (tmp_path / "web-1.1.0.tgz").write_bytes(archive(version="1.1.0", description="another"))
    (tmp_path / "web-1.2.0.tgz").write_bytes(archive(version="1.2.0"))
    kept = (tmp_path / "index.yaml").rename(tmp_path / "old.yaml")
    second = times(write_index(tmp_path, merge=str(kept)))
    third = times(write_index(tmp_path, as_json=True))
    assert second["web-1.0.0"] == first["web-1.0.0"]
    assert second["web-1.1.0"] > first["web-1.1.0"]
    assert third == second
    (tmp_path / "index.yaml").write_text("no index", encoding="utf-8")
    assert times(write_index(tmp_path))["web-1.0.0"] > first["web-1.0.0"]


@pytest.mark.parametrize(
    ("url", "made"),
    [
        ("http://h/x?y=z", "http://h/x/{}?y=z"),
        ("http://h?y", "http://h/{}?y"),
        ("http://h/x//", "http://h/x/{}"),
        ("http://h/x/../y", "http://h/y/{}"),
        ("http://h/a b%2Fc", "http://h/a%20b/c/{}"),
        ("//h/x", "//h/x/{}"),
        ("a/../b", "b/{}"),
        ("%zz", "%zz/{}"),
        ("", "{}"),
    ],
)
def test_urls_are_joined_as_helm_joins_them(tmp_path, url, made):
    (tmp_path / "sub").mkdir()
    for name, version in (("web-1.0.0+a.tgz", "1.0.0+a"), ("sub/web-0.1.0.tgz", "0.1.0")):
        (tmp_path / name).write_bytes(archive(version=version))
    newest, older = index_directory(tmp_path, url).entries["web"]
    assert newest.urls == (made.format("web-1.0.0+a.tgz"),)
    assert older.urls == (made.format("sub/web-0.1.0.tgz"),)


def test_entries_without_an_address_or_a_version(tmp_path):
    (tmp_path / "web-1.0.0.tgz").write_bytes(archive())
    rows = "[{name: db, version: 1.0.0, urls: null}, {name: db, version: 0.1.0, urls: [null]}]"
    old = tmp_path / "old.yaml"
    old.write_text(f"apiVersion: v1\nentries: {{db: {rows}, none: []}}\n", encoding="utf-8")
    index = write_index(tmp_path, merge=str(old), html=True)
    assert [version.urls for version in index.entries["db"]] == [(), ()]
    assert sorted(index.entries) == ["db", "web"]
