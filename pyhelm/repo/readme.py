"""A chart's README as HTML that is fit for a page of somebody else.

Markdown is rendered by markdown-it, which lets no dangerous link through; HTML inside of it becomes
its text, and pictures, which would have a browser ask their servers, become links.
"""

from __future__ import annotations

from html import escape

from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Any
from pyhelm.chart.model import Chart

MOST_BYTES = 512 * 1024
NAMES = ("readme.md", "readme.txt", "readme")

_TAG = lazy_pattern(r"(?s)<!--.*?-->|<[^>]*>")


def render(chart: Chart) -> str:
    """The HTML of a chart's README; nothing where it has none, or one beyond reason."""
    found = next((file for file in chart.files if file.name.lower() in NAMES), None)
    if found is None or len(found.data) > MOST_BYTES:
        return ""
    if not found.name.lower().endswith(".md"):
        return f"<pre>{escape(found.text)}</pre>"
    html: str = _markdown().render(found.text)
    return html


def _markdown() -> Any:
    # Imported on use: only making a page needs it.
    from markdown_it import MarkdownIt

    made: Any = MarkdownIt("commonmark", {"html": True, "maxNesting": 20}).enable("table")
    for name, rule in _RULES.items():
        made.add_render_rule(name, rule)
    return made


def _text_of_html(self: Any, tokens: Any, place: int, options: Any, env: Any) -> str:
    return escape(_TAG.sub("", str(tokens[place].content)))


def _picture(self: Any, tokens: Any, place: int, options: Any, env: Any) -> str:
    token = tokens[place]
    url = str(token.attrGet("src") or "")
    text = escape(str(token.content) or "picture")
    if not url.startswith(("https://", "http://")):
        return text
    return f'<a href="{escape(url)}" rel="noreferrer nofollow">{text}</a>'


def _link(self: Any, tokens: Any, place: int, options: Any, env: Any) -> str:
    """A link to the web; one inside the chart leads nowhere from here."""
    url = str(tokens[place].attrGet("href") or "")
    if not url.startswith(("https://", "http://", "mailto:")):
        return "<a>"
    return f'<a href="{escape(url)}" rel="noreferrer nofollow">'


def _heading(self: Any, tokens: Any, place: int, options: Any, env: Any) -> str:
    """Two levels below those of the page itself."""
    token = tokens[place]
    level = min(int(token.tag[1:]) + 2, 6)
    return f"<{'/' if token.nesting < 0 else ''}h{level}>"


_RULES = {
    "html_block": _text_of_html,
    "html_inline": _text_of_html,
    "image": _picture,
    "link_open": _link,
    "heading_open": _heading,
    "heading_close": _heading,
}
