"""A quick reader for the plain block style in which nearly all manifests are written.

Mappings and lists by indentation, scalars that are plain, quoted on one line or literal, comments:
what is certainly that is read here several times as fast as from libyaml's events, and without
importing PyYAML. Everything else is left to the real reader, by returning UNSURE; wherever this one
gives an answer, it is the same.
"""

from __future__ import annotations

from pyhelm._typing import Any
from pyhelm._yaml.scalars import resolve

UNSURE: Any = object()
"""Not the style that is read here; perhaps not even YAML."""

_KEY = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-"
_LONGEST_KEY = 128
_DEPTH = 50
_INDICATORS = frozenset(",[]{}#&*!|>%@`")
_EMPTY: tuple[str, ...] = ("[]", "{}")
_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\r": "\r"}


def read(text: str, *, only_first: bool = False) -> Any:
    """The value of one document; None for comments alone, UNSURE where another must look.

    With `only_first` others may follow, at which nobody looks.
    """
    # Tabs, carriage returns and byte-order marks are not printable either.
    if not text.replace("\n", "").isprintable():
        return UNSURE
    if text == "{}":
        return {}
    reader = _Reader(text.split("\n"), only_first)
    return reader.root if reader.run() else UNSURE


class _Reader:
    """The collections that are open, outermost first, and the entry that waits for its value."""

    __slots__ = (
        "at",
        "begun",
        "key",
        "last",
        "lines",
        "next",
        "only_first",
        "root",
        "stack",
        "waiting",
    )

    def __init__(self, lines: list[str], only_first: bool) -> None:
        self.lines = lines
        self.only_first = only_first
        self.begun = False
        self.next = 0
        self.root: Any = None
        self.stack: list[tuple[int, Any]] = []
        self.waiting: Any = None
        self.key: Any = None
        self.at = -1
        # The scalar that was read last: where it is, its text and column, and the line after it.
        self.last: tuple[Any, Any, str, int, int] = ({}, "", "#", 0, 0)

    def run(self) -> bool:
        """Take all lines; whether it is sure what they mean."""
        lines, count = self.lines, len(self.lines)
        while self.next < count:
            line = lines[self.next]
            self.next += 1
            body = line.strip(" ")
            if body and body[0] != "#" and not self.line(len(line) - len(line.lstrip(" ")), body):
                return False
        return True

    def line(self, indent: int, body: str) -> bool:
        """Take one line."""
        if body[0] == "-" and (len(body) == 1 or body[1] == " "):
            return self.item(indent, body)
        if ": " not in body and body[-1] != ":":
            return self.text(indent, body)
        if not self.enter(indent, dict):
            return False
        return self.entry(indent, body)

    def text(self, indent: int, body: str) -> bool:
        """A line without a key: the value that is waited for, or more of the last plain scalar."""
        if body == "---" and not indent:
            return self.mark()
        if self.waiting is None:
            return self.more(indent, body)
        if indent <= self.at:
            return False
        value = self.waiting[self.key] = _scalar(body)
        self.last = self.waiting, self.key, body, self.at, self.next
        self.waiting = None
        return value is not UNSURE

    def mark(self) -> bool:
        """`---`: the first document begins, or ends."""
        if self.begun or self.root is not None:
            self.next = len(self.lines)
        self.begun = True
        return self.only_first

    def more(self, indent: int, body: str) -> bool:
        """Another line of a plain scalar: a break is a blank, a blank line is a break."""
        collection, key, text, column, line = self.last
        between = self.lines[line : self.next - 1]
        if indent <= column or not _is_plain(text) or not _is_plain(body) or " #" in text + body:
            return False
        if any(each.strip(" ") for each in between):
            return False
        whole = f"{text}{chr(10) * len(between) or ' '}{body}"
        collection[key] = resolve(whole)
        self.last = collection, key, whole, column, self.next
        return True

    def item(self, indent: int, body: str) -> bool:
        """`- …`: a scalar, the first entry of a mapping, or what the next lines say."""
        if not self.enter(indent, list):
            return False
        items = self.stack[-1][1]
        rest = body[1:].lstrip(" ")
        if not rest or rest[0] == "#":
            items.append(None)
            self.wait(items, len(items) - 1, indent)
            return True
        if rest[0] == "-" and rest[1:2] in ("", " "):
            return False
        if _colon(rest) > 0:
            mapping: dict[str, Any] = {}
            items.append(mapping)
            column = indent + len(body) - len(rest)
            self.stack.append((column, mapping))
            return self.entry(column, rest)
        self.last = items, len(items), rest, indent, self.next
        value = self.literal(rest, indent) if rest[0] == "|" else _scalar(rest)
        items.append(value)
        return value is not UNSURE

    def entry(self, indent: int, body: str) -> bool:
        """`key: …`, the mapping being the innermost collection."""
        colon = _colon(body)
        key = _key(body[:colon]) if colon > 0 else ""
        mapping = self.stack[-1][1]
        if not key or key in mapping:
            return False
        rest = body[colon + 1 :].lstrip(" ")
        if not rest or rest[0] == "#":
            mapping[key] = None
            self.wait(mapping, key, indent)
            return True
        self.last = mapping, key, rest, indent, self.next
        value = self.literal(rest, indent) if rest[0] == "|" else _scalar(rest)
        mapping[key] = value
        return value is not UNSURE

    def literal(self, header: str, parent: int) -> Any:
        """`|` and `|-`: the lines below that stand deeper than the `parent`."""
        lines, start = self.lines, self.next
        first = start
        while first < len(lines) and not lines[first].strip(" "):
            first += 1
        if header not in ("|", "|-"):
            return UNSURE
        indent = len(lines[first]) - len(lines[first].lstrip(" ")) if first < len(lines) else 0
        if indent <= parent:
            # Nothing in it; the line may be the next key, or a comment.
            return UNSURE if any(lines[start:first]) else ""
        end = first
        while end < len(lines) and (lines[end][:indent].strip(" ") == ""):
            end += 1
        if any(len(line) > indent for line in lines[start:first]):
            return UNSURE
        self.next = end
        rows = [line[indent:] for line in lines[start:end]]
        while rows and not rows[-1]:
            rows.pop()
        # The last line of a text has no line break to keep.
        whole = header == "|" and start + len(rows) < len(lines)
        return "\n".join(rows) + ("\n" if whole else "")

    def wait(self, collection: Any, key: Any, indent: int) -> None:
        """Let the next line say what the value is; nothing deeper means null."""
        self.waiting, self.key, self.at = collection, key, indent

    def enter(self, indent: int, kind: type[Any]) -> bool:
        """Make the collection to which a line belongs the innermost one."""
        waiting, self.waiting = self.waiting, None
        if waiting is not None:
            # A list may stand at the column of its key.
            level = kind is list and indent == self.at and type(waiting) is dict
            if indent > self.at or level:
                made = waiting[self.key] = kind()
                self.stack.append((indent, made))
                return len(self.stack) < _DEPTH
        stack = self.stack
        if not stack:
            if self.root is not None:
                return False
            self.root = kind()
            stack.append((indent, self.root))
            return True
        while stack and (
            stack[-1][0] > indent or (stack[-1][0] == indent and type(stack[-1][1]) is not kind)
        ):
            stack.pop()
        return bool(stack) and stack[-1][0] == indent


def _colon(body: str) -> int:
    """Where the key's colon is, or -1."""
    if body[0] == '"' or body[0] == "'":
        end = body.find(body[0], 1) + 1
        return end if end and body[end : end + 2] in (":", ": ") else -1
    found = body.find(": ")
    return found if found >= 0 else len(body) - 1 if body[-1] == ":" else -1


def _key(text: str) -> str:
    """A key that is text for certain; empty if it is not."""
    if text[0] == '"' or text[0] == "'":
        text = text[1:-1]
        return text if text and not text.strip(_KEY) and len(text) < _LONGEST_KEY else ""
    if text.strip(_KEY) or text[0] == "-" or len(text) > _LONGEST_KEY:
        return ""
    return text if type(resolve(text)) is str else ""


def _scalar(text: str) -> Any:
    """What stands in the rest of a line."""
    first = text[0]
    if first == '"' or first == "'":
        return _quoted(text, first)
    if text[:2] in _EMPTY and _is_over(text[2:]):
        return [] if text[0] == "[" else {}
    if first == "[" and text[-1] == "]":
        return _flow(text[1:-1])
    if first in _INDICATORS or (first in "-:?" and text[1:2] in ("", " ")):
        return UNSURE
    if ": " in text or text[-1] == ":":
        return UNSURE
    if " #" in text:
        text = text[: text.index(" #")].rstrip(" ")
        if text[-1] == ":":
            return UNSURE
    return resolve(text)


def _quoted(text: str, quote: str) -> Any:
    """A scalar between quotes, perhaps with a comment after it."""
    inner = text[1:-1]
    if len(text) > 1 and text[-1] == quote and quote not in inner and "\\" not in inner:
        return inner
    end = text.find(quote, 1) + 1
    if end and end < len(text) and _is_over(text[end:]):
        return _quoted(text[:end], quote)
    if len(text) < 2 or text[-1] != quote:
        return UNSURE
    return _unescaped(inner) if quote == '"' else _undoubled(inner)


def _is_over(rest: str) -> bool:
    """Whether nothing follows in a line, or a comment."""
    return not rest or (rest[0] == " " and rest.lstrip(" ")[:1] == "#")


def _undoubled(inner: str) -> Any:
    """`it''s`"""
    return UNSURE if "'" in inner.replace("''", "") else inner.replace("''", "'")


def _unescaped(inner: str) -> Any:
    """The commonest escapes; NUL and its neighbour stand in no text that is read here."""
    inner = inner.replace("\\\\", "\0").replace('\\"', "\1")
    if '"' in inner:
        return UNSURE
    for written, meant in _ESCAPES.items():
        inner = inner.replace(written, meant)
    if "\\" in inner:
        return UNSURE
    return inner.replace("\1", '"').replace("\0", "\\")


def _is_plain(text: str) -> bool:
    """Whether text goes on in a line, or begins one, as a plain scalar."""
    return text[0] not in _INDICATORS and text[0] not in "-?:'\""


def _flow(inner: str) -> Any:
    """A list of scalars within brackets."""
    items = []
    for part in inner.split(","):
        item = part.strip(" ")
        quoted = len(item) > 1 and item[0] in "\"'" and item[-1] == item[0]
        if quoted and item[0] not in item[1:-1] and "\\" not in item:
            items.append(item[1:-1])
        elif item and not item.strip(_KEY) and item[0] != "-":
            items.append(resolve(item))
        else:
            return UNSURE
    return items
