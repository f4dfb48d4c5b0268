"""What is wrong with a template that Jinja can't read, told of the source as written.

Jinja sees it rewritten, with brackets around values and each tag on a line of its own, and what it
says is of that. So the tag where it stopped is looked at again, and the blocks that are open.
"""

from __future__ import annotations

from pyhelm._dataclass import dataclass
from pyhelm._lazy import lazy_pattern
from pyhelm._suggestion import suggestion
from pyhelm._typing import TypeAlias
from pyhelm.engine.jinja import goisms
from pyhelm.engine.jinja.lines import OPENERS, opens
from pyhelm.engine.jinja.scan import Segment, scan

Found: TypeAlias = "tuple[Segment, str] | None"
"""The tag that is at fault, and how."""

_PIECE = lazy_pattern(
    r"""(?s)"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|["']|\{\{|\{%|%\}|\}\}|[][(){}]"""
)
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_MIDDLES = {"else": ("if", "for"), "elif": ("if",)}
_SINGLE = ("include", "import", "from", "extends", "do", "set", "break", "continue", "print")
_OTHERS = {"elseif": "elif", "elsif": "elif", "elsefor": "else", "foreach": "for", "range": "for"}

_STATEMENTS = ("if", "elif", "for", "set", "macro", "from", "import", "do")
_OPERATORS = (
    (lazy_pattern(r"(?<![\w.])0\d+(?!\w)"), "a number has no 0 before it; text is in quotes"),
    (lazy_pattern(r"&&"), "write `and` for &&"),
    (lazy_pattern(r"\|\|"), "write `or` for ||"),
    (lazy_pattern(r"!(?!=)"), "write `not` for !"),
    (lazy_pattern(r"\?"), "write `A if CONDITION else B` for CONDITION ? A : B"),
)
_EQUALS = lazy_pattern(r"[^=!<>]=(?!=)")
_STRINGS = lazy_pattern(r"""(?s)"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'""")
_OCTAL = lazy_pattern(r"(?<![\w.])0([0-7]+)(?!\w)")
_GOT = lazy_pattern(r"expected token '(.*)', got '(.*)'\Z")
_CHARACTER = lazy_pattern(r"unexpected char '(.*)' at \d+\Z")
_NO_VALUE = ("Expected an expression", "unexpected ')'", "unexpected 'end of ")
_TOKENS = {"name": "a name", "integer": "a number", "float": "a number", "string": "a text"}


def explained(source: str, line: int, column: int, message: str) -> tuple[int, int, str]:
    """The line, the column and the words for what Jinja said of a place in a source."""
    tags = [each for each in scan(source) if each.kind != "text"]
    before = [each for each in tags if (each.line, each.column) <= (line, column)]
    here = before[-1] if before else None
    found = _of_blocks(tags) if _is_of_blocks(message) else None
    if found is None and here is not None:
        looks = (_of_go, _of_brackets, _of_operators, _of_arguments)
        found = next(filter(None, (look(here) for look in looks)), None)
    found = found or next(filter(None, map(_of_go, before)), None)
    if found is not None:
        segment, text = found
        return segment.line, segment.column, text
    return line, column, _reworded(here, message)


def unended(source: str) -> tuple[int, int, str] | None:
    """A comment or raw text that goes on to the end, of which Jinja says nothing once rewritten."""
    is_raw, last = False, None
    for segment in scan(source):
        last = last if segment.kind == "text" else segment
        is_raw = segment.name == "raw" if segment.kind == "tag" else is_raw
    if last is not None and last.kind == "comment" and not last.text.endswith("#}"):
        return last.line, last.column, "this comment is not closed: #} is missing"
    if last is not None and is_raw:
        return last.line, last.column, "{% raw %} is not closed: {% endraw %} is missing"
    return None


def go_hint(source: str, line: int, column: int) -> str:
    """What stands at a place, in Jinja, if it is Go's; empty if it isn't."""
    for segment in scan(source):
        if (segment.line, segment.column) == (line, column) and segment.kind != "text":
            found = _of_go(segment)
            return found[1] if found else ""
    return ""


def _of_go(tag: Segment) -> Found:
    is_tag = tag.kind == "tag"
    if tag.kind == "comment":
        return None
    if not goisms.is_go(tag.inner, is_tag=is_tag):
        return None
    jinja = goisms.tag_in_jinja(tag.name, tag.inner) if is_tag else goisms.in_jinja(tag.inner)
    way = f"; write {jinja}" if jinja else ""
    return tag, f"this is Go's template language, and the chart's is Jinja{way}"


def _of_arguments(tag: Segment) -> Found:
    """Go's way to call: `Values.name | trunc 63`."""
    if tag.kind != "expression" or not goisms.is_applied(tag.inner):
        return None
    jinja = goisms.in_jinja(tag.inner)
    return (tag, f"arguments stand in brackets; write {jinja}") if jinja else None


def _is_of_blocks(message: str) -> bool:
    return message.startswith(("Unexpected end of template", "Encountered unknown tag"))


@dataclass(frozen=True, slots=True)
class _Open:
    """A block that is open: its tag and name."""

    tag: Segment
    name: str


def _of_blocks(tags: list[Segment]) -> Found:
    """The block that isn't closed, or the tag that belongs to none."""
    opened: list[_Open] = []
    for tag in tags:
        name = tag.name
        if tag.kind != "tag":
            continue
        if opens(tag):
            opened.append(_Open(tag, name))
        elif name in _MIDDLES:
            if not opened or opened[-1].name not in _MIDDLES[name]:
                return tag, f"{{% {name} %}} stands in no {_either(_MIDDLES[name])}"
        elif name.startswith("end") and name.removeprefix("end") in (*OPENERS, "set"):
            if not opened:
                return tag, f"{{% {name} %}} closes nothing: no {{% {name[3:]} %}} is open"
            if opened[-1].name != name[3:]:
                return _unclosed(opened[-1], f" before {{% {name} %}} in line {tag.line}")
            opened.pop()
        elif name not in _SINGLE and tag.inner.rstrip().endswith(")"):
            return tag, f"what is called stands in {{{{ }}}}: {{{{ {tag.inner.strip()} }}}}"
        elif name not in _SINGLE:
            return tag, _unknown(name, opened)
    return _unclosed(opened[-1], "") if opened else None


def _unclosed(block: _Open, end: str) -> Found:
    inner = " ".join(block.tag.inner.split())
    return block.tag, f"{{% {inner} %}} is not closed: {{% end{block.name} %}} is missing{end}"


def _either(names: tuple[str, ...]) -> str:
    return " or ".join(f"{{% {name} %}}" for name in names)


def _unknown(name: str, opened: list[_Open]) -> str:
    known = [*OPENERS, *_SINGLE, *_MIDDLES, *(f"end{each}" for each in OPENERS), "endset"]
    meaning = f"end{opened[-1].name}" if name == "end" and opened else _OTHERS.get(name, "")
    hint = f"; did you mean '{meaning}'?" if meaning else suggestion(name, known)
    return f"there is no tag '{name}'{hint}" if name else f"a tag's name is missing{hint}"


def _of_brackets(tag: Segment) -> Found:
    """A tag, a bracket or a text that isn't closed."""
    opening, close = tag.text[:2], "}}" if tag.kind == "expression" else "%}"
    opened: list[str] = []
    at = len(tag.opening)
    while (piece := _PIECE.search(tag.text, at)) is not None:
        mark, at = piece[0], piece.end()
        if mark == "}}" and opened:
            mark, at = "}", at - 1
        if mark in ("{{", "{%", "}}", "%}") and not opened:
            if mark == close:
                return None
            wrong = f", not {mark}" if mark in ("}}", "%}") else ""
            return tag, f"{opening} is not closed: {close} is missing{wrong}"
        fault = _of_mark(mark, opened, close)
        if fault:
            return tag, fault
    return tag, f"{opened[-1] if opened else opening} is not closed"


def _of_mark(mark: str, opened: list[str], close: str) -> str:
    """What is wrong with a quote or a bracket; those that are open are kept."""
    if mark in ("'", '"'):
        return f"a text is not closed: {mark} is missing"
    if mark in _PAIRS:
        opened.append(mark)
    elif mark == "}" and not opened:
        return f"the tag is closed with {close}, not {mark}"
    elif mark in _PAIRS.values() and not opened:
        return f"{mark} closes nothing"
    elif mark in _PAIRS.values():
        bracket = opened.pop()
        return "" if _PAIRS[bracket] == mark else f"{bracket} is not closed before {mark}"
    return ""


def _of_operators(tag: Segment) -> Found:
    """Other languages' operators and numbers."""
    bare = _STRINGS.sub('""', tag.inner)
    octal = _OCTAL.search(bare)
    if octal:
        return tag, f'write 0o{octal[1]} for an octal number, or "0{octal[1]}" for a text'
    for pattern, text in _OPERATORS:
        if pattern.search(bare):
            return tag, text
    if tag.kind == "expression" and tag.name in _STATEMENTS:
        return tag, f"{tag.name} is a tag: {{% {' '.join(tag.inner.split())} %}}"
    if tag.name in ("if", "elif") and _EQUALS.search(bare):
        return tag, "write == to compare"
    if tag.name == "else" and tag.inner.split()[1:2] == ["if"]:
        return tag, "write {% elif … %} for else if"
    return None


def _reworded(tag: Segment | None, message: str) -> str:
    """Jinja's words, without the brackets that stand around values once rewritten."""
    end = "}}" if tag is not None and tag.kind == "expression" else "%}"
    got = _GOT.match(message)
    if got:
        wanted, found = got.groups()
        found = _TOKENS.get(found, "the tag's end" if found.startswith("end of ") else found)
        if wanted.startswith("end of ") or (wanted == ")" and end == "}}"):
            return f"{found} is unexpected here; is an operator or {end} missing?"
        return f"{_TOKENS.get(wanted, wanted)} is expected here, not {found}"
    if message.startswith(_NO_VALUE):
        return f"a value is missing before {end}"
    character = _CHARACTER.match(message)
    return f"unexpected {character[1]}" if character else message
