"""Reads the transcripts that helm/record.py wrote: command lines, and what a real helm answered."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent / "helm"


def transcripts(name: str) -> dict[str, str]:
    """Command line to `exit N`, output and errors."""
    text = (HERE / f"{name}.transcript").read_bytes().decode("utf-8")
    lines = (HERE / f"{name}.commands").read_text(encoding="utf-8").splitlines()
    blocks = re.split(r"(?m)^\$ (?=.*\nexit \d)", text)[1:]
    found = dict(block.split("\n", 1) for block in blocks)
    assert list(found) == lines
    return {line: block.removesuffix("\n") for line, block in found.items()}
