"""Each message in docs/troubleshooting.md is the program's own, and each link leads somewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
MESSAGES = [
    line
    for block in re.findall(r"^```text\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]
APART = {
    # libyaml says it.
    "mapping values are not allowed in this context": (),
    "annotation validation error": ("annotation", "validation error"),
    "is a number where a string is needed": ("a number", " where ", " is needed"),
    "Please update the dependencies with": ("Please update the dependencies", " with "),
}
"""Parts that the program puts together, and of what."""


@cache
def texts() -> str:
    """All texts in the program's source, as the parser joins them."""
    return "\n".join(
        node.value
        for path in (ROOT / "pyhelm").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def fixed(message: str) -> Iterator[str]:
    """The parts of a message that never differ and are long enough to be looked for."""
    for part in re.split(r"<[^>]*>|[:;,.()\[\]\"']", message):
        if len(part.strip()) > 3:
            yield part.strip()


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_is_the_programs_own(message):
    parts = [each for part in fixed(message) for each in APART.get(part, (part,))]
    assert parts
    assert [part for part in parts if part not in texts()] == []


def test_a_message_that_nobody_says_is_found():
    assert "this is said by nobody at all" not in texts()
    assert len(MESSAGES) >= 25


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)]+)\)", TEXT))
def test_a_link_leads_somewhere(link):
    page, _, anchor = link.partition("#")
    target = (ROOT / "docs" / page) if page else ROOT / "docs" / "troubleshooting.md"
    headings = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings}
    assert not anchor or anchor in anchors
