"""Where in a manifest's text a field of an object stands."""

from __future__ import annotations

from pyhelm._typing import Any, Sequence
from pyhelm._yaml.places import lines
from pyhelm.release.model import Manifest


def lines_of(manifest: Manifest, obj: Any, path: Sequence[str | int]) -> list[int]:
    """The lines, from 1, of a field of an object in a manifest, and of all around it, inner first.

    `obj` is what the manifest holds, or an item of its List. Empty where that can't be told.
    """
    before = _path_to(obj, manifest.object)
    return lines(manifest.text, (*before, *path))[len(before) :][::-1]


def _path_to(obj: Any, within: Any) -> tuple[str | int, ...]:
    """The steps from a List to one of its items."""
    items = within.get("items") if isinstance(within, dict) and within is not obj else None
    for place, item in enumerate(items if isinstance(items, list) else ()):
        if item == obj or (
            isinstance(item, dict) and isinstance(obj, dict) and _is_item(item, obj)
        ):
            return ("items", place)
        below = _path_to(obj, item)
        if below:
            return ("items", place, *below)
    return ()


def _is_item(item: Any, obj: Any) -> bool:
    """Whether an object is this item, with its list's kind added."""
    both = isinstance(item, dict) and isinstance(obj, dict)
    return both and item == {key: obj[key] for key in obj if key in item}
