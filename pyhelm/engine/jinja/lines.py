"""The lines of a template's source, as tags, expressions and literal text."""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field, replace
from pyhelm.engine.jinja.scan import Segment, scan

DEFINERS = {"macro", "endmacro", "set", "endset", "block", "endblock", "import", "from", "extends"}
"""Tags that name things, which must not happen inside the filter around a scalar."""

OPENERS = {"if", "for", "filter", "call", "with", "macro", "block", "autoescape", "raw"}


@dataclass(slots=True)
class Line:
    """One line of source; a tag with newlines inside belongs to the line where it starts."""

    parts: list[Segment] = field(default_factory=list)
    ended: bool = False
    last: int = 0
    """The source's line in which it ends: tags and comments may go on over several."""

    @property
    def only_tags(self) -> bool:
        """Whether it holds tags or comments and nothing but blanks."""
        solid = [p for p in self.parts if p.kind != "text" or p.text.strip()]
        return bool(solid) and all(p.kind in ("tag", "comment") for p in solid)

    def drop_comments(self) -> None:
        """Leave out comments in the line, unless they trim what stands around them."""
        if self.only_tags:
            return
        last = self.parts[-1] if self.parts else None
        self.parts = [p for p in self.parts if p.kind != "comment" or p.text[2:3] == "-"]
        if last is not None and last not in self.parts and self.parts:
            end = self.parts[-1]
            if end.kind == "text":
                self.parts[-1] = replace(end, text=end.text.rstrip(" \t"))

    @property
    def only_names(self) -> bool:
        """Whether it only names things: text stands in its macros and set blocks alone."""
        depth = 0
        for part in self.parts:
            if part.kind != "tag":
                if not depth and (part.kind == "expression" or is_solid(part)):
                    return False
            elif part.name not in DEFINERS and not depth:
                return False
            else:
                depth += (part.name == "macro" or is_set_block(part)) - (
                    part.name in ("endmacro", "endset")
                )
        return not depth and bool(self.parts)

    @property
    def indent(self) -> int:
        """Blanks at its start."""
        if not self.parts or self.parts[0].kind != "text":
            return 0
        text = self.parts[0].text
        return len(text) - len(text.lstrip(" \t"))

    @property
    def is_blank(self) -> bool:
        return all(part.kind == "text" and not part.text.strip() for part in self.parts)

    @property
    def starts_with_expression(self) -> bool:
        """Whether nothing but blanks stands before its first expression, which keeps them."""
        solid = [p for p in self.parts if p.kind != "text" or p.text.strip()][:1]
        return bool(solid) and solid[0].kind == "expression" and "-" not in solid[0].opening


def split_lines(source: str) -> list[Line]:
    lines = [Line()]
    for segment in scan(source):
        if segment.kind != "text":
            lines[-1].parts.append(segment)
            continue
        pieces = segment.text.split("\n")
        for number, piece in enumerate(pieces):
            if number:
                lines[-1].ended = True
                lines[-1].last = segment.line + number - 1
                lines.append(Line())
            if piece:
                column = segment.column if not number else 1
                lines[-1].parts.append(Segment("text", piece, segment.line + number, column))
    for line in lines:
        line.drop_comments()
    return lines if lines[-1].parts else lines[:-1]


def opens(part: Segment) -> bool:
    """Whether it is a tag that another one closes."""
    return part.kind == "tag" and (part.name in OPENERS or is_set_block(part))


def is_set_block(part: Segment) -> bool:
    return part.name == "set" and "=" not in part.inner


def balanced(region: list[Segment]) -> tuple[list[Segment], list[Segment], list[Segment]]:
    """The part of a region whose block tags close each other, and what stands around it."""
    start, end = 0, len(region)
    while start < end and not is_balanced(region[start:end]):
        if region[start].kind == "tag":
            start += 1
        elif region[end - 1].kind == "tag":
            end -= 1
        else:
            return [], [], region
    return region[:start], region[start:end], region[end:]


def is_balanced(parts: list[Segment]) -> bool:
    depth = 0
    for part in parts:
        if part.kind != "tag":
            continue
        name = part.name
        if opens(part):
            depth += 1
        elif name.startswith("end"):
            depth -= 1
        elif name in ("else", "elif") and depth < 1:
            return False
        if depth < 0:
            return False
    return depth == 0


def is_solid(part: Segment) -> bool:
    """Whether it is literal text that is more than blanks."""
    return part.kind == "text" and bool(part.text.strip())
