"""Which language a template is written in, whatever its chart says."""

from __future__ import annotations

from pyhelm._lazy import lazy_pattern

JINJA = "this is Jinja, and rendered where Chart.yaml has `engine: jinja`"

_TAG = lazy_pattern(
    r"(?m)^\s*\{%[-+]?\s*(?:if|for|set|macro|from|import|include|extends|with)\s[^%\n]*%\}"
)


def has_jinja_tags(source: str) -> bool:
    """Whether it is a template in Jinja beyond doubt: one of its tags starts a line."""
    return bool(_TAG.search(source))


def hint(source: str) -> str:
    """The end of an error about a text that was not read as Jinja, and is; empty if it isn't."""
    return f"; {JINJA}" if has_jinja_tags(source) else ""
