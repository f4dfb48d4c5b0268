"""The line of a template that failed, as a person sees it: marked, with notes below."""

from __future__ import annotations

import unicodedata

from pyhelm._typing import Iterable

TAB = 4
"""Columns that a tab takes in an excerpt."""


def excerpt(number: int, line: str, start: int, length: int = 1, notes: Iterable[str] = ()) -> str:
    """A line by its number from 1, with carets below `length` characters from `start` on.

    `start` counts characters from 0; each of `notes` takes a line of its own below.
    """
    blank = " " * len(f"{number:>5}")
    before, marked = _shown(line[:start]), _shown(line[start : start + length])
    carets = f"{' ' * _width(before)}{'^' * max(_width(marked), 1)}"
    found = [f"{number:>5} | {_shown(line)}", f"{blank} | {carets}"]
    return "\n".join([*found, *(f"{blank} | {note}" for note in notes)])


def _shown(text: str) -> str:
    return text.replace("\t", " " * TAB).rstrip("\r\n")


def _width(text: str) -> int:
    """Columns that text takes on a terminal: East Asian wide characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
