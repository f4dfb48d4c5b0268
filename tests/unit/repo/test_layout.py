"""Reading a chart's lines alone says what reading the whole index says."""

import itertools

import pytest

from pyhelm._cache import Cache
from pyhelm.errors import RepositoryError, YAMLError
from pyhelm.repo.index import Entries, parse, read
from pyhelm.repo.layout import layout
from pyhelm.repo.summary import summary

HEAD = "apiVersion: v1\nentries:\n"
TAIL = 'generated: "2026-01-02T00:00:00Z"\n'

PLAIN = {
    "usual": """\
  - annotations:
      category: x
      changes: |
        - "text: [
        'and {
    apiVersion: v2
    appVersion: "1.10"
    created: "2026-01-01T00:00:00Z"
    dependencies:
    - name: common
      repository: ""
      version: 2.x.x
    description: It's a server (the best of#1) a:b and long
      enough for a second line.
    keywords:
    - one
    - "two"
    name: {name}
    urls:
    - {name}-1.0.0.tgz
    version: 1.0.0
  - name: {name}
    version: 1.2.0-rc.1
""",
    "deeper": """\
    - name: {name}
      version: 1.2.3
      appVersion: 8.4.6
      keywords:
        - db
      description: 'quoted'
""",
    "folded": """\
  - name: {name}
    version: "1.2.3"
    description: "a text that
      goes on \\
      and on
  
      to here"
    home: 'one

      two'
""",
    "block": """\
  - description: >-
      text: "open
        'deeper
    name: {name}
    version: v1.2
    appVersion: 1.10
""",
    "odd": """\
  - name: {name}
    version: 1.2.3
    appVersion: 1.20
    description: 0x10
    keywords: []
    maintainers: []
  - name: {name}
    version: 1.2.4
    appVersion: yes
    description: a # comment
    keywords:
    - 1.50
    - null
  - name: {name}
    version: 1.2.5
    description:
""",
    "invalid": """\
  - name: {name}
    version: nonsense
  - name: a/b
    version: 1.0.0
  - null
  - name: {name}
    version: 1.0.0
    maintainers:
    - null
  - name: {name}
    version: 1.0.1
    apiVersion: v9
  - name: {name}
    version: 1.0.2
    type: other
  - name: {name}
    version: 1.0.3
""",
    "empty": "  []\n",
}  # fmt: skip


def document(*kinds):
    parts = [HEAD]
    for number, kind in enumerate(kinds):
        name = f"chart-{number}"
        text = PLAIN[kind].replace("{name}", name)
        parts.append(f"  {name}: []\n" if kind == "empty" else f"  {name}:\n{text}")
    return "".join((*parts, TAIL)).encode()


def rows(versions):
    return [(v.version, v.name, v.metadata.app_version, v.metadata.description,
             " ".join(v.metadata.keywords)) for v in versions]  # fmt: skip


@pytest.mark.parametrize("kinds", [*itertools.permutations(PLAIN, 2)])
def test_by_lines_as_by_yaml(kinds, tmp_path):
    data = document(*kinds)
    assert layout(data) is not None
    whole, quick = parse(data, "index.yaml"), read(data, "index.yaml")
    assert isinstance(quick.entries, Entries)
    assert dict(quick.entries) == dict(whole.entries)
    assert quick.generated == whole.generated
    found = summary(quick, "index.yaml", Cache())
    assert found == {name: rows(each) for name, each in whole.entries.items()}
    cache = Cache(str(tmp_path / "kept"))
    for _ in range(2):
        assert summary(read(data, "index.yaml", cache), "index.yaml", cache) == found


@pytest.mark.parametrize(
    "text",
    [
        '  a:\n  - name: a\n    version: 1.0.0\n    description: "open\n  b:\n  - name: b"\n',
        "  a:\n  - name: a\n    version: 1.0.0\n    description: 'open\n  b:\n  - name: b'\n",
        "  a:\n  - name: a\n    version: 1.0.0\n    urls: [x,\n  b:\n  ]\n",
        "  a:\n    - name: a\n      version: 1.0.0\n      description: \"x\n  b:\n  - c\"\n",
        "  a:\n  - description: \"x\n  b:\n  - c\"\n    name: a\n    version: 1.0.0\n",
        "  a:\n  - keywords:\n    - \"x\n  b:\n  - c\"\n    name: a\n    version: 1.0.0\n",
        "  a: [{name: a, version: 1.0.0}]\n",
        "  a: &x\n  - name: a\n    version: 1.0.0\n  b: *x\n",
        "  a:\n  - name: a\n    version: 1.0.0\n    description: !!str \"open\n  b:\"\n",
        "  123:\n  - name: a\n    version: 1.0.0\n",
        "  yes:\n  - name: a\n    version: 1.0.0\n",
        "  ? a\n  : - name: a\n      version: 1.0.0\n",
        "  \"a\":\n  - name: a\n    version: 1.0.0\n    \"description\": x\n",
        "   a:\n    - name: a\n      version: 1.0.0\n",
    ],
)  # fmt: skip
def test_anything_unusual_is_read_as_a_whole(text):
    data = (HEAD + text + TAIL).encode()
    assert layout(data) is None
    assert outcome(read, data) == outcome(parse, data)


def outcome(reader, data):
    try:
        return dict(reader(data, "index.yaml").entries)
    except RepositoryError as exc:
        return str(exc)


def test_a_chart_that_is_there_twice_is_refused_without_reading_it_cve_2020_15185():
    one = "  web:\n  - name: web\n    version: 1.0.0\n"
    data = (HEAD + one + "  db:\n  - name: db\n    version: 1.0.0\n" + one + TAIL).encode()
    with pytest.raises(YAMLError, match='key "web" already set in map'):
        layout(data)
    with pytest.raises(RepositoryError) as lazy:
        read(data, "index.yaml")
    with pytest.raises(RepositoryError) as whole:
        parse(data, "index.yaml")
    assert str(lazy.value) == str(whole.value)


@pytest.mark.parametrize("extra", ["entries:\n", "apiVersion: v1\n"])
def test_keys_at_the_top_are_refused_twice_cve_2020_15185(extra):
    data = (HEAD + "  web:\n  - name: web\n    version: 1.0.0\n" + TAIL + extra).encode()
    with pytest.raises(RepositoryError, match="already set in map"):
        read(data, "index.yaml")


def test_keys_of_an_entry_are_refused_twice_where_the_chart_is_read_cve_2020_15185():
    entry = "  web:\n  - name: web\n    version: 1.0.0\n    version: 2.0.0\n"
    data = (HEAD + "  a:\n  - name: a\n    version: 1.0.0\n" + entry + TAIL).encode()
    index = read(data, "index.yaml")
    assert index.find("a").version == "1.0.0"
    with pytest.raises(RepositoryError, match=r'index.yaml:9: key "version" already set in map'):
        index.find("web")
    found = summary(index, "index.yaml", Cache())
    assert found["web"] == []


@pytest.mark.parametrize(
    "data",
    [
        b'apiVersion: v1\nx: "\nentries:\n  web:\n  - name: web\n    version: 1.0.0\ny"\n',
        b"apiVersion: v1\nx: [\nentries:\n  web:\n  - name: web\n    version: 1.0.0\ny: ]\n",
        (HEAD + "  a:\n  - name: a\n    version: 1.0.0\n    home: a\u2028  b:\n").encode(),
        (HEAD + "  a:\n  - name: a\r  b:\n    version: 1.0.0\n").encode(),
    ],
)
def test_entries_inside_of_a_text_are_none(data):
    assert layout(data) is None
    assert outcome(read, data) == outcome(parse, data)


def test_json_is_kept_by_chart(tmp_path):
    data = b'{"apiVersion": "v1", "entries": {"web": [{"name": "web", "version": "1.0.0"}]}}'
    cache = Cache(str(tmp_path / "kept"))
    for _ in range(2):
        assert read(data, "index.yaml", cache).find("web").version == "1.0.0"
