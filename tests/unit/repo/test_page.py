"""The page for people: what charts say can't leave its place."""

from pyhelm.chart.model import Metadata
from pyhelm.repo.index import ChartVersion, RepoIndex
from pyhelm.repo.page import page


def test_page_shows_charts_and_escapes_them():
    metadata = Metadata(name="web", version="1.0.0", description="<script>alert(1)</script>")
    version = ChartVersion(metadata, urls=("javascript:alert(1)",))
    html = page(RepoIndex({"web": (version,)}), title="T", url="https://example.com", name="demo")
    assert "pyhelm repo add demo https://example.com" in html
    assert "pyhelm install demo/web --generate-name --wait" in html
    assert "<script>" not in html
    assert 'href="javascript' not in html
