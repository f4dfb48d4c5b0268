"""What may have been meant by a name that nobody knows."""

from __future__ import annotations

from pyhelm._typing import Iterable


def suggestion(name: str, known: Iterable[str]) -> str:
    """The end of an error for such a name: `; did you mean 'image'?`, if a known one is near."""
    close = nearest(name, known)
    return f"; did you mean '{close}'?" if close else ""


def nearest(name: str, known: Iterable[str]) -> str:
    """The nearest of the known names, its case apart; empty if none is near."""
    from difflib import get_close_matches

    names = list(dict.fromkeys(known))
    alike = [each for each in names if each.lower() == name.lower()]
    close = alike or get_close_matches(name, names, 1)
    return close[0] if close else ""
