"""Where in a YAML text the parts of its value stand."""

from __future__ import annotations

from pyhelm._typing import Any, Iterator, Sequence


def lines(text: str, path: Sequence[str | int]) -> list[int]:
    """The line, from 1, of each step of a path into the value, as far as the steps are written.

    What `<<` merges is not. Of several documents it is the last that has most of the path. Empty
    for text that is no YAML.
    """
    import yaml

    try:
        nodes = [*yaml.compose_all(text, Loader=yaml.CSafeLoader)]
    except yaml.YAMLError:
        return []
    found = [[*_lines(path, node)] for node in reversed(nodes)]
    return max(found, key=len, default=[])


def _lines(path: Sequence[str | int], node: Any) -> Iterator[int]:
    for step in path:
        found = _step(node, step)
        if found is None:
            return
        line, node = found
        yield line


def _step(node: Any, step: str | int) -> tuple[int, Any] | None:
    """The line and the node of a key or an item; of a key that is repeated the last counts."""
    if node is None or node.id == "scalar":
        return None
    if node.id == "sequence":
        items = dict(enumerate(node.value))
        return (items[step].start_mark.line + 1, items[step]) if step in items else None
    for key, value in reversed(node.value):
        if key.value == step:
            return key.start_mark.line + 1, value
    return None
