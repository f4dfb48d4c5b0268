"""Reading, making and merging index.yaml."""

import json

import pytest

from pyhelm.errors import ChartNotFound, RepositoryError
from pyhelm.repo.directory import index_directory, write_index
from pyhelm.repo.index import parse
from tests.unit.repo.archives import archive

INDEX = b"""\
apiVersion: v1
entries:
  web:
  - apiVersion: v2
    name: web
    version: 1.0.0
    urls: [web-1.0.0.tgz]
    created: "2026-01-01T00:00:00Z"
    digest: abc
  - apiVersion: v2
    name: web
    version: 1.10.0
    urls: [web-1.10.0.tgz]
    created: "2026-01-01T00:00:00Z"
generated: "2026-01-02T00:00:00Z"
"""


def test_versions_run_from_the_newest():
    index = parse(INDEX, "index.yaml")
    assert [version.version for version in index.entries["web"]] == ["1.10.0", "1.0.0"]
    assert index.generated == "2026-01-02T00:00:00Z"


def test_json_is_read_too():
    document = {"apiVersion": "v1", "entries": {"web": [{"name": "web", "version": "1.0.0"}]}}
    index = parse(json.dumps(document).encode(), "index.yaml")
    assert index.find("web").version == "1.0.0"


@pytest.mark.parametrize(
    "data",
    [
        INDEX.replace(b"generated", b"  web: []\ngenerated"),
        INDEX.replace(b"    digest: abc\n", b"    digest: abc\n    digest: def\n"),
        b'{"apiVersion": "v1", "entries": {}, "entries": {}}',
    ],
)
def test_repeated_keys_are_refused(data):
    """CVE-2020-15185."""
    with pytest.raises(RepositoryError, match=r"already set|repeated"):
        parse(data, "index.yaml")


@pytest.mark.parametrize(
    "rows",
    [
        "[null]",
        "[{}]",
        "[3, text]",
        "[{name: web}]",
        "[{name: web, version: not-a-version}]",
        "[{name: ../web, version: 1.0.0}]",
        "[{name: web, version: 1.0.0, maintainers: [null]}]",
        "[{name: web, version: 1.0.0, dependencies: 3}]",
        "3",
        "null",
    ],
)
def test_entries_that_are_no_charts_are_left_out(rows, caplog):
    """CVE-2022-23525, CVE-2024-26147, CVE-2025-55198: a warning, never a crash."""
    data = f"apiVersion: v1\nentries:\n  web: {rows}\n  db: [{{name: db, version: 1.0.0}}]\n"
    index = parse(data.encode(), "index.yaml")
    assert index.entries["web"] == ()
    assert index.find("db").version == "1.0.0"
    assert "skipping" in caplog.text


@pytest.mark.parametrize(
    "data",
    [b"[]", b"3", b"a: [", b"entries: 3\napiVersion: v1", b"\xff\xfe\xff"],
)
def test_what_is_no_index(data):
    with pytest.raises(RepositoryError, match=r"^error loading index\.yaml"):
        parse(data, "index.yaml")


def test_find_names_what_is_missing():
    index = parse(INDEX, "index.yaml")
    with pytest.raises(ChartNotFound, match="no chart name found"):
        index.find("nope")
    with pytest.raises(ChartNotFound, match="no chart version found for web-3"):
        index.find("web", "3")
    with pytest.raises(ChartNotFound, match='improper constraint: "nonsense"'):
        index.find("web", "nonsense")


def test_index_of_a_directory(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "web-1.0.0.tgz").write_bytes(archive())
    (tmp_path / "sub" / "web-1.1.0.tgz").write_bytes(archive(version="1.1.0"))
    (tmp_path / "broken.tgz").write_bytes(b"no archive")
    index = index_directory(tmp_path, "https://example.com/charts/")
    assert [version.urls for version in index.entries["web"]] == [
        ("https://example.com/charts/sub/web-1.1.0.tgz",),
        ("https://example.com/charts/web-1.0.0.tgz",),
    ]
    assert index_directory(tmp_path).entries["web"][1].urls == ("web-1.0.0.tgz",)


def test_written_and_read_again(tmp_path):
    (tmp_path / "web-1.0.0.tgz").write_bytes(archive(engine="jinja"))
    written = write_index(tmp_path)
    text = (tmp_path / "index.yaml").read_bytes()
    assert b"engine" not in text
    read = parse(text, "index.yaml")
    assert read.entries["web"][0].digest == written.entries["web"][0].digest
    write_index(tmp_path, as_json=True)
    assert json.loads((tmp_path / "index.yaml").read_text(encoding="utf-8"))["apiVersion"] == "v1"


def test_merge_prefers_the_directory(tmp_path):
    (tmp_path / "web-1.0.0.tgz").write_bytes(archive())
    older = tmp_path / "older.yaml"
    older.write_bytes(INDEX)
    index = write_index(tmp_path, merge=str(older))
    assert [version.version for version in index.entries["web"]] == ["1.10.0", "1.0.0"]
    assert index.find("web", "1.0.0").digest != "abc"


def test_merge_into_a_missing_index_makes_it(tmp_path):
    missing = tmp_path / "older.yaml"
    write_index(tmp_path, merge=str(missing))
    assert parse(missing.read_bytes(), "older.yaml").entries == {}
