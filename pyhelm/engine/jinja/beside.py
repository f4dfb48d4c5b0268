"""What certainly stands beside a line that is one expression: what its value has to fit."""

from __future__ import annotations

from pyhelm._lazy import lazy_pattern
from pyhelm.engine.jinja.lines import Line, is_set_block, opens
from pyhelm.engine.jinja.unfold import BRANCHES, KEPT, is_entry, shown

_DASHES = lazy_pattern(r" *(?:[-?] +)+")

_BOUNDS = KEPT.union(("block", "endblock", "endset"))
"""Tags beyond which nothing stands beside a line."""


def beside(lines: list[Line], index: int, column: int) -> str:
    """What stands at the same column in the nearest lines, if that is certain.

    `entries`, `items`, `either`, or the `key` whose value comes next.
    """
    above, below = (_neighbour(lines, index, step) for step in (-1, 1))
    if _is_open(above, column):
        return "key"
    has_below = below is not None and below.indent == column
    found, next_one = _begun(above, column), _begun(below, column) if has_below else ""
    # Items can be those of a key at this column, which the next entry ends.
    is_unknown = above is not None and above.indent == column and not found
    is_list = found == "items" or (is_unknown and next_one == "entries")
    return "either" if is_list else found or next_one


def _neighbour(lines: list[Line], index: int, step: int) -> Line | None:
    """The nearest line of YAML above or below that can stand beside a line.

    That is none of another branch of the same `if`.
    """
    at, skipping = index + step, 0
    while 0 <= at < len(lines):
        line = lines[at]
        if line.only_tags:
            if any(part.name in _BOUNDS or is_set_block(part) for part in line.parts):
                return None
            skipping = _skipping(line, step, skipping)
        elif not skipping and not line.is_blank and not _is_comment(line):
            return line
        at += step
    return None


def _begun(line: Line | None, column: int) -> str:
    """What a line certainly begins at a column: `entries`, `items` or nothing."""
    if line is None or not is_entry(line.parts):
        return ""
    text = "".join(map(shown, line.parts))
    dashes = _DASHES.match(text)
    if dashes and column == line.indent:
        return "items"
    return "entries" if column == (dashes.end() if dashes else line.indent) else ""


def _is_open(line: Line | None, column: int) -> bool:
    """Whether a line ends with a key at a column, without its value."""
    if line is None or _begun(line, column) != "entries":
        return False
    last = line.parts[-1]
    return last.kind == "text" and last.text.rstrip().endswith(":")


def _skipping(line: Line, step: int, depth: int) -> int:
    """How many blocks deep what is to be left out of sight is, behind a line of tags."""
    for part in line.parts[::step]:
        if part.kind != "tag":
            continue
        is_opener, is_end = opens(part), part.name.startswith("end")
        if depth:
            depth += (is_end - is_opener) * -step
        elif part.name in BRANCHES:
            depth = 1
    return depth


def _is_comment(line: Line) -> bool:
    return line.parts[0].text.lstrip()[:1] == "#" if line.parts else False
