"""Makes `repo-index/` from `charts/`: archives, index.yaml, and the page for people.

A chart that did not change keeps its archive and its date, so that a second run changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pyhelm.actions.package import PackageOptions, package
from pyhelm.chart.load import load
from pyhelm.repo.directory import index_directory
from pyhelm.repo.index import RepoIndex, parse
from pyhelm.repo.page import page

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "repo-index"
URL = "https://example.com/charts"
EPOCH = 1767225600
"""2026-01-01: the files' time in the archives, since a checkout has none of its own."""


def main() -> None:
    """Package every chart, then write what a static host needs."""
    for chart in sorted(ROOT.glob("charts/*/Chart.yaml")):
        package(chart.parent, PackageOptions(destination=str(TARGET), source_date_epoch=EPOCH))
    old = TARGET / "index.yaml"
    before = parse(old.read_bytes(), str(old)) if old.exists() else RepoIndex()
    index = with_known_dates(index_directory(TARGET), before)
    (TARGET / "index.yaml").write_bytes(index.dump())
    folders = [path.parent for path in ROOT.glob("charts/*/Chart.yaml")]
    charts = {folder.name: load(folder) for folder in folders}
    html = page(index, title="PyHelm's example charts", url=URL, name="demo", charts=charts)
    (TARGET / "index.html").write_text(html, encoding="utf-8", newline="\n")
    print(f"{TARGET.name}: {sum(len(v) for v in index.entries.values())} archives")


def with_known_dates(index: RepoIndex, before: RepoIndex) -> RepoIndex:
    """The index with the dates that the same archives had before."""
    known = {v.digest: v.created for versions in before.entries.values() for v in versions}
    entries = {
        name: tuple(replace(v, created=known.get(v.digest, v.created)) for v in versions)
        for name, versions in index.entries.items()
    }
    digests = {v.digest for versions in entries.values() for v in versions}
    generated = before.generated if digests == set(known) else index.generated
    return replace(index, entries=entries, generated=generated)


if __name__ == "__main__":
    main()
