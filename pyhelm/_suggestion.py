"""What may have been meant by a name that nobody knows."""

from __future__ import annotations

from pyhelm._typing import Iterable


def suggestion(name: str, known: Iterable[str]) -> str:
    """The end of an error for such a name: the nearest one that is known, if any is near."""
    from difflib import get_close_matches

    close = get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""
