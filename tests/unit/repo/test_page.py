"""The page for people: what charts say can't leave its place."""

import re
from html.parser import HTMLParser

import pytest

from pyhelm.chart.model import Chart, File, Metadata
from pyhelm.repo.index import ChartVersion, RepoIndex
from pyhelm.repo.page import is_safe, page
from pyhelm.repo.readme import render
from pyhelm.repo.values_table import ValueRow, rows

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><svg/onload=alert(1)>"


def readme(text, name="README.md"):
    return Chart(Metadata(name="web", version="1.0.0"), files=(File(name, text.encode()),))


def test_page_shows_charts_and_escapes_them():
    metadata = Metadata(
        name="web", version="1.0.0", description=EVIL, app_version=EVIL, home="javascript:alert(1)",
        keywords=(EVIL,), sources=(f"https://x/{EVIL}",),
    )  # fmt: skip
    version = ChartVersion(metadata, urls=("javascript:alert(1)",), created=EVIL)
    values = Chart(metadata, values={EVIL: EVIL}, files=(File("README.md", EVIL.encode()),))
    html = page(
        RepoIndex({"web": (version,)}),
        title=EVIL, url="https://example.com", name="demo", charts={"web": values},
    )  # fmt: skip
    assert "pyhelm repo add demo https://example.com" in html
    assert "pyhelm install demo/web --generate-name --wait" in html
    tags = Tags()
    tags.feed(html)
    names = [name for name, _ in tags.found]
    assert names.count("script") == 1
    assert not {"img", "svg", "iframe", "object", "embed", "form", "base"} & set(names)
    attributes = [each for _, given in tags.found for each in given]
    assert not [key for key, _ in attributes if key.startswith("on")]
    targets = {value for key, value in attributes if key in ("href", "src")}
    assert targets == {"data:,", "index.yaml", f"https://x/{EVIL}"}


class Tags(HTMLParser):
    """The tags of a page with their attributes, as a browser would see them."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, attrs))


def test_the_page_asks_nobody_for_anything():
    html = page(RepoIndex(), title="T")
    assert "default-src 'none'" in html
    assert not re.search(r"(?:src|@import|url\()\s*=?\s*[\"']?(?:https?:)?//", html)


@pytest.mark.parametrize(
    ("url", "relative", "safe"),
    [
        ("https://example.com/x", False, True),
        ("web-1.0.0.tgz", True, True),
        ("web-1.0.0.tgz", False, False),
        ("javascript:alert(1)", True, False),
        ("JaVaScRiPt:alert(1)", True, False),
        ("java\nscript:alert(1)", True, False),
        ("//evil.example/x", True, False),
        ("\\\\evil.example/x", True, False),
        ("data:text/html,x", True, False),
        ("http://[bad", True, False),
        ("", True, False),
    ],
)
def test_where_links_may_lead(url, relative, safe):
    assert is_safe(url, relative=relative) is safe


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# Title\n\ntext", "<h3>Title</h3><p>text</p>\n"),
        ("a <b onclick=x>bold</b><!-- c -->", "<p>a bold</p>\n"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](data:text/html,y)", "<p>[x](data:text/html,y)</p>\n"),
        ("[x](values.yaml)", "<p><a>x</a></p>\n"),
        ("![alt](https://a/b.png)",
         '<p><a href="https://a/b.png" rel="noreferrer nofollow">alt</a></p>\n'),
        ("`<i>`", "<p><code>&lt;i&gt;</code></p>\n"),
    ],
)  # fmt: skip
def test_readmes(text, html):
    assert render(readme(text)) == html


def test_readmes_that_are_no_markdown_or_too_long():
    assert render(readme("<b>", "README.txt")) == "<pre>&lt;b&gt;</pre>"
    assert render(readme("x" * 600_000)) == ""
    assert render(readme("", "NOTES.md")) == ""


def test_deeply_nested_markdown_ends():
    assert len(render(readme("> " * 20_000 + "x"))) < 1_000_000
    assert len(render(readme("[" * 20_000))) < 1_000_000


def test_values_with_their_comments():
    source = """\
# Licence of the file.

# -- How many.
replicas: 1
image:
  # The registry
  # without a slash.
  repository: docker.io
  tag: ""
empty: {}
"""
    values = {"replicas": 1, "image": {"repository": "docker.io", "tag": ""}, "empty": {}}
    raw = (File("values.yaml", source.encode()),)
    assert rows(Chart(Metadata(name="web"), values=values, raw=raw)) == [
        ValueRow("replicas", "1", "How many."),
        ValueRow("image.repository", '"docker.io"', "The registry without a slash."),
        ValueRow("image.tag", '""'),
        ValueRow("empty", "{}"),
    ]
