"""The page for people beside `index.yaml`: which charts there are and the lines that install them.

Plain HTML in one file, so that any static host shows it, from any path, without a build step.
"""

from __future__ import annotations

from html import escape

from pyhelm.repo.index import ChartVersion, RepoIndex

STYLE = """\
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
pre { padding: .75rem; overflow-x: auto; background: color-mix(in srgb, currentColor 8%, Canvas);
  border-radius: .375rem; user-select: all; }
article { margin: 2.5rem 0; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: .125rem 1.5rem .125rem 0; }
"""


def page(index: RepoIndex, *, title: str, url: str, name: str) -> str:
    """The HTML of a repository.

    `url` is where the repository is, or will be, reached; `name` what people are told to call it.
    Everything that comes from charts is escaped.
    """
    charts = "\n".join(_chart(versions, name) for versions in index.entries.values() if versions)
    add = f"pyhelm repo add {name} {url}\npyhelm repo update"
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>
{STYLE}</style>
</head>
<body>
<h1>{escape(title)}</h1>
<p>A chart repository. Add it once:</p>
<pre>{escape(add)}</pre>
{charts}
<p><a href="index.yaml">index.yaml</a></p>
</body>
</html>
"""


def _chart(versions: tuple[ChartVersion, ...], repo: str) -> str:
    newest = versions[0].metadata
    install = f"pyhelm install {repo}/{newest.name} --generate-name --wait"
    rows = "\n".join(_row(version) for version in versions)
    return f"""\
<article id="{escape(newest.name)}">
<h2>{escape(newest.name)}</h2>
<p>{escape(newest.description)}</p>
<pre>{escape(install)}</pre>
<table>
<tr><th>Chart version</th><th>App version</th><th>Archive</th></tr>
{rows}
</table>
</article>"""


def _row(version: ChartVersion) -> str:
    link = _link(version.urls[0]) if version.urls else ""
    cells = (escape(version.version), escape(version.metadata.app_version), link)
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _link(url: str) -> str:
    """A link to an archive; other schemes than the web's (`javascript:`) stay text."""
    name = escape(url.rpartition("/")[2])
    scheme, colon, _ = url.partition(":")
    if colon and scheme.lower() not in ("http", "https"):
        return name
    return f'<a href="{escape(url)}">{name}</a>'
