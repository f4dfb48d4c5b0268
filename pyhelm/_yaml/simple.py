"""A quick reader for the plain block style in which nearly all manifests are written.

One scalar a line, mappings and lists by indentation, comments: what is certainly that is read here
several times as fast as from libyaml's events, and without importing PyYAML. Everything else is
left to the real reader, by returning UNSURE; wherever this one gives an answer, it is the same.
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


def read(text: str) -> Any:
    """The value of one document; None for comments alone, UNSURE where another must look."""
    # Tabs, carriage returns and byte-order marks are not printable either.
    if not text.replace("\n", "").isprintable():
        return UNSURE
    if text == "{}":
        return {}
    reader = _Reader(text.split("\n"))
    return reader.root if reader.run() else UNSURE


class _Reader:
    """The collections that are open, outermost first, and the entry that waits for its value."""

    __slots__ = ("at", "key", "lines", "next", "root", "stack", "waiting")

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.next = 0
        self.root: Any = None
        self.stack: list[tuple[int, Any]] = []
        self.waiting: Any = None
        self.key: Any = None
        self.at = -1

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
        if body in _EMPTY and self.waiting is not None and indent > self.at:
            self.waiting[self.key] = [] if body == "[]" else {}
            self.waiting = None
            return True
        if body[0] == "-" and (len(body) == 1 or body[1] == " "):
            return self.item(indent, body)
        if not self.enter(indent, dict):
            return False
        return self.entry(indent, body)

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
        value = self.literal(rest, indent) if rest[0] == "|" else _scalar(rest)
        mapping[key] = value
        return value is not UNSURE

    def literal(self, header: str, parent: int) -> Any:
        """`|` and `|-`: the lines below that stand deeper than the `parent`."""
        lines, start = self.lines, self.next
        first = start
        while first < len(lines) and not lines[first].strip(" "):
            first += 1
        if header not in ("|", "|-") or first == len(lines):
            return UNSURE
        indent = len(lines[first]) - len(lines[first].lstrip(" "))
        end = first
        while end < len(lines) and (lines[end][:indent].strip(" ") == ""):
            end += 1
        after = lines[end].lstrip(" ") if end < len(lines) else ""
        before = any(len(line) > indent for line in lines[start:first])
        if indent <= parent or before or after[:1] == "#":
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
        inner = text[1:-1]
        closed = len(text) > 1 and text[-1] == first and first not in inner
        return inner if closed and "\\" not in inner else UNSURE
    if text in _EMPTY:
        return [] if text == "[]" else {}
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
