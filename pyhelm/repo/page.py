"""The page for people beside `index.yaml`: which charts there are and the lines that install them.

One HTML file that asks nobody for anything, so that any static host shows it, from any path,
without a build step. All text is there without scripts; they search and copy. Everything that comes
from charts is escaped, READMEs are rendered with their HTML taken out, and the page's policy lets
no other script run.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from pathlib import Path
from urllib.parse import quote, urlsplit

from pyhelm._typing import Mapping
from pyhelm.chart.model import Chart
from pyhelm.repo.index import ChartVersion, RepoIndex
from pyhelm.repo.readme import render
from pyhelm.repo.values_table import ValueRow, rows

MOST_VERSIONS = 20
"""Versions shown at once; the older ones are behind a line to click on."""

STYLE, SCRIPT = (
    Path(__file__).with_name(name).read_bytes().decode().replace("\r\n", "\n")
    for name in ("page.css", "page.js")
)
HERE = "https://example.com/charts"
"""What stands for the page's own address where it isn't known when the page is made."""


def page(
    index: RepoIndex,
    *,
    title: str,
    url: str = "",
    name: str = "",
    charts: Mapping[str, Chart] | None = None,
) -> str:
    """The HTML of a repository.

    `url` is where it is reached (the page fills in its own place if that is not known yet), `name`
    what people are told to call it, `charts` the newest chart of each name, whose README and values
    are shown. Everything that comes from charts is escaped.
    """
    shown = [versions for versions in index.entries.values() if versions]
    known = charts or {}
    name = name or "charts"
    articles = "\n".join(_article(each, name, known.get(each[0].name)) for each in shown)
    add = _command(f"pyhelm repo add {name} {url or HERE}\npyhelm repo update", here=not url)
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{escape(title)}</title>
<link rel="icon" href="data:,">
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>{escape(title)}</h1>
<p>A chart repository for pyhelm and helm. Add it once:</p>
{add}
<div class="search" role="search" hidden>
<label for="search">Search charts</label>
<input id="search" type="search" autocomplete="off" spellcheck="false">
<p class="dim" id="count" role="status"></p>
</div>
{articles}
</main>
<footer class="dim"><p><a href="index.yaml">index.yaml</a></p></footer>
<script>{SCRIPT}</script>
</body>
</html>
"""


def _policy() -> str:
    """What the page may do: its own style and script, and nothing from anywhere."""
    style, script = (_sum(text) for text in (STYLE, SCRIPT))
    return (
        f"default-src 'none'; style-src '{style}'; script-src '{script}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _sum(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _article(versions: tuple[ChartVersion, ...], repo: str, chart: Chart | None) -> str:
    newest = versions[0].metadata
    words = " ".join((newest.name, newest.description, *newest.keywords)).lower()
    app = f"app {escape(newest.app_version)}" if newest.app_version else ""
    gone = " · deprecated" if newest.deprecated else ""
    parts = [
        f'<article id="{escape(newest.name)}" data-words="{escape(words)}">',
        f"<header><h2>{escape(newest.name)}</h2>",
        f'<span class="dim">{escape(newest.version)} {app}{gone}</span></header>',
        f"<p>{escape(newest.description)}</p>",
        _command(f"pyhelm install {repo}/{newest.name} --generate-name --wait"),
        _links(newest.home, newest.sources),
        _versions(versions),
        *(_inside(chart) if chart else ()),
        "</article>",
    ]
    return "\n".join(part for part in parts if part)


def _command(text: str, *, here: bool = False) -> str:
    mark = f' data-here="{escape(HERE)}"' if here else ""
    first = text.partition("\n")[0]
    return (
        f'<div class="command"><pre tabindex="0"{mark}>{escape(text)}</pre>'
        f'<button type="button" aria-label="Copy: {escape(first)}" hidden>Copy</button></div>'
    )


def _links(home: str, sources: tuple[str, ...]) -> str:
    found = [(home, "Home page"), *((each, each) for each in sources[:3])]
    links = [_link(url, text) for url, text in found if is_safe(url)]
    return f"<p>{' · '.join(links)}</p>" if links else ""


def _versions(versions: tuple[ChartVersion, ...]) -> str:
    first = _table(versions[:MOST_VERSIONS])
    more = versions[MOST_VERSIONS:]
    older = (
        f"<details><summary>{len(more)} older versions</summary>{_table(more)}</details>"
        if more
        else ""
    )
    return f"<details><summary>Versions ({len(versions)})</summary>\n{first}{older}</details>"


def _table(versions: tuple[ChartVersion, ...]) -> str:
    head = "".join(
        f'<th scope="col">{text}</th>' for text in ("Chart", "App", "Created", "Archive")
    )
    body = "\n".join(_row(version) for version in versions)
    return f'<div class="wide" tabindex="0"><table><tr>{head}</tr>\n{body}</table></div>'


def _row(version: ChartVersion) -> str:
    url = version.urls[0] if version.urls else ""
    name = urlsplit(url).path.rpartition("/")[2] if url else ""
    link = _link(url, name) if is_safe(url, relative=True) else escape(name)
    created = escape(version.created[:10])
    cells = (escape(version.version), escape(version.metadata.app_version), created, link)
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def is_safe(url: str, *, relative: bool = False) -> bool:
    """Whether a URL leads to the web, or (`relative`) to a file below this page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if not url.isprintable() or "\\" in url:
        return False
    if parts.scheme.lower() in ("http", "https"):
        return bool(parts.hostname)
    return relative and not parts.scheme and not parts.netloc and bool(parts.path)


def _link(url: str, text: str) -> str:
    target = url if urlsplit(url).scheme else quote(url, safe="/?&=%+~@,;-._")
    return f'<a href="{escape(target)}" rel="noreferrer nofollow">{escape(text)}</a>'


def _inside(chart: Chart) -> list[str]:
    """A chart's values and its README."""
    found, text = rows(chart), render(chart)
    parts = []
    if found:
        table = "\n".join(_value(row) for row in found)
        head = "".join(f'<th scope="col">{x}</th>' for x in ("Value", "Default", "What it is"))
        parts.append(
            f"<details><summary>Values ({len(found)})</summary>\n"
            f'<div class="wide" tabindex="0"><table><tr>{head}</tr>\n{table}</table></div>'
            "</details>"
        )
    if text:
        parts.append(
            f'<details><summary>README</summary>\n<div class="readme">{text}</div></details>'
        )
    return parts


def _value(row: ValueRow) -> str:
    return (
        f"<tr><td><code>{escape(row.path)}</code></td><td><code>{escape(row.default)}</code></td>"
        f"<td>{escape(row.text)}</td></tr>"
    )
