"""Lines that hold both tags and YAML, taken apart so that tags repeat or leave out whole lines.

`{% for k, v in c %}{{ k }}: {{ v }}` has its entry on the line of the tag. Jinja takes it as it
stands: the second entry begins at column 0. Here the tag gets a line of its own, and the entry the
indentation that the line has.
"""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field
from pyhelm._lazy import lazy_pattern
from pyhelm.engine.jinja.lines import Line, is_set_block, opens
from pyhelm.engine.jinja.scan import Segment

_ENTRY = lazy_pattern(
    r"""(?x)\s*(?: [-?](?:\s|\Z)
    | (?: "(?:\\.|[^"\\])*" | '(?:[^']|'')*' | [^\s"'\[{&*!|>%@`#] (?: [^\s] | \s(?!\#) )*? )
      \s* : (?:\s|\Z) )"""
)
"""The beginning of an entry of a mapping or a list."""

BRANCHES = ("else", "elif")
"""Tags between the parts of a block."""

KEPT = frozenset(("raw", "endraw", "macro", "endmacro", "call", "endcall", "filter", "endfilter"))
"""Tags whose lines stay as they are: what stands in them is not the template's own text."""


def unfold(line: Line, below: Line) -> list[Line]:
    """The line as one or more lines; `below` is the one that follows it."""
    tags = [part for part in line.parts if part.kind == "tag"]
    if not tags or line.only_tags or line.only_names or any(p.name in KEPT for p in tags):
        return [line]
    loose = _loose(line.parts)
    start, stop = _leading(line.parts, loose), _trailing(line.parts, loose, below)
    middle = line.parts[start:stop]
    found = [_tag_line(line, part) for part in line.parts[:start] if part.kind == "tag"]
    found += _entries(line, middle) or [_content(line, middle, is_split=start > 0)]
    found += [_tag_line(line, part) for part in line.parts[stop:] if part.kind == "tag"]
    if len(found) == 1:
        return [line]
    if not line.ended:
        _without_end(found)
    return found


def _without_end(lines: list[Line]) -> None:
    """The last of a file's lines has no newline, unless tags follow that may repeat it."""
    if not lines[-1].only_tags:
        lines[-1].ended = False


def _loose(parts: list[Segment]) -> set[int]:
    """The indices of block tags whose other half is on another line."""
    blocks: list[list[int]] = []
    closed: set[int] = set()
    for index, part in enumerate(parts):
        if opens(part):
            blocks.append([index])
        elif part.kind == "tag" and part.name.startswith("end") and blocks:
            blocks.pop()
        elif part.kind == "tag" and part.name in BRANCHES and blocks:
            blocks[-1].append(index)
        elif part.kind == "tag" and (part.name.startswith("end") or part.name in BRANCHES):
            closed.add(index)
    return closed.union(*blocks)


def _is_apart(part: Segment, index: int, loose: set[int]) -> bool:
    """Whether a part of a line can go to a line of its own."""
    if part.kind == "text":
        return not part.text.strip()
    if part.kind != "tag":
        return False
    is_statement = part.name in ("set", "do", "import", "from") and not is_set_block(part)
    return is_statement or index in loose


def _leading(parts: list[Segment], loose: set[int]) -> int:
    """How many parts stand before the line's own text."""
    at = 0
    while at < len(parts) and _is_apart(parts[at], at, loose):
        at += 1
    return at if any(part.kind == "tag" for part in parts[:at]) else 0


def _trailing(parts: list[Segment], loose: set[int], below: Line) -> int:
    """Where the tags behind the line's own text begin."""
    at = len(parts)
    while at and _is_apart(parts[at - 1], at - 1, loose):
        at -= 1
    tags = [part for part in parts[at:] if part.kind == "tag"]
    if not tags or (tags[-1].closing[:1] == "-" and not is_entry(below.parts)):
        # The author joins the next line to this one.
        return len(parts)
    return at


def _tag_line(line: Line, part: Segment) -> Line:
    return Line([Segment("text", " " * line.indent, part.line, 1), part], True, line.last)


def _content(line: Line, parts: list[Segment], *, is_split: bool) -> Line:
    """A line of what stands between tags, at the indentation of the line."""
    own = _stripped(parts, start=is_split)
    if is_split and line.indent and own:
        own.insert(0, Segment("text", " " * line.indent, own[0].line, 1))
    return Line(own, True, line.last)


def _stripped(parts: list[Segment], *, start: bool) -> list[Segment]:
    """Without blanks around it."""
    found = list(parts)
    if found and found[-1].kind == "text":
        last = found.pop()
        if text := last.text.rstrip(" \t"):
            found.append(Segment("text", text, last.line, last.column))
    if start and found and found[0].kind == "text":
        first = found.pop(0)
        if text := first.text.lstrip(" \t"):
            column = first.column + len(first.text) - len(text)
            found.insert(0, Segment("text", text, first.line, column))
    return found


def is_entry(parts: list[Segment]) -> bool:
    """Whether parts begin an entry of a mapping or a list, by their literal text."""
    return _ENTRY.match("".join(map(shown, parts))) is not None


def shown(part: Segment) -> str:
    """A part as the literal text around it needs it: of an expression, that it is one."""
    return part.text if part.kind == "text" else "x" if part.kind == "expression" else ""


@dataclass(slots=True)
class _Block:
    """A block on one line: its tags, and what stands behind each but the last."""

    tags: list[Segment] = field(default_factory=list)
    bodies: list[list[Segment]] = field(default_factory=list)


def _entries(line: Line, parts: list[Segment]) -> list[Line]:
    """Blocks of entries, with a line for each tag and each entry; empty where it is not so."""
    blocks = _blocks(parts)
    found: list[Line] = []
    for block in blocks or ():
        for tag, body in zip(block.tags, [*block.bodies, []], strict=True):
            found.append(_tag_line(line, tag))
            own = _stripped(body, start=True)
            if own:
                lines = _entries(line, own)
                if not lines and not is_entry(own):
                    return []
                found += lines or [_content(line, own, is_split=True)]
    return found


def _blocks(parts: list[Segment]) -> list[_Block] | None:
    """Blocks with nothing but blanks between them; None where there is more."""
    found: list[_Block] = []
    depth = 0
    for part in parts:
        is_opener = opens(part)
        is_end = part.kind == "tag" and part.name.startswith("end")
        if not depth and is_opener:
            found.append(_Block([part], [[]]))
        elif not depth:
            if part.kind != "text" or part.text.strip():
                return None
        elif depth == 1 and (is_end or (part.kind == "tag" and part.name in BRANCHES)):
            found[-1].tags.append(part)
            if not is_end:
                found[-1].bodies.append([])
        else:
            found[-1].bodies[-1].append(part)
        depth += is_opener - is_end
    return found
