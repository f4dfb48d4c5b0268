"""Reading YAML: libyaml's events, go-yaml v2's values, and bounds that hostile text can't pass."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

from pyhelm._yaml.numbers import float_text
from pyhelm._yaml.scalars import resolve
from pyhelm.errors import YAMLError

MAX_DEPTH = 200
"""Levels of nesting; real values files have about ten."""

MAX_ALIASED = 1_000_000
"""Nodes that aliases may stand for in one document, against alias bombs."""

TAG = "tag:yaml.org,2002:"
_FULL_WIDTH = {
    "\u3000": "a full-width space",
    "\uff1a": "a full-width colon (：)",
    "\uff0d": "a full-width minus (－)",
    "\uff03": "a full-width number sign (＃)",
}
_WIDE = re.compile("[\u3000\uff1a\uff0d\uff03]")


def load(text: str | bytes, source: str = "", *, strict: bool = False) -> Any:
    """The first document's value; None when there is none.

    `source` names the text in errors; `strict` refuses repeated keys, of which else the last
    wins, as in Helm. Raises YAMLError with line and column.
    """
    return next(_documents(text, source, strict), None)


def load_all(text: str | bytes, source: str = "", *, strict: bool = False) -> list[Any]:
    """Every document's value; raises YAMLError."""
    return list(_documents(text, source, strict))


def decode(data: bytes, source: str = "") -> str:
    """Bytes as text: UTF-8, or UTF-16 as PowerShell writes it; a byte-order mark is dropped.

    Raises YAMLError for anything else, with the line of the first bad byte.
    """
    encoding = "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif data[:2].count(0) == 1 and len(data) % 2 == 0:
        encoding = "utf-16-be" if data[0] == 0 else "utf-16-le"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        raise YAMLError(
            "invalid UTF-8 text",
            source=source,
            line=line,
            hint="save the file as UTF-8",
        ) from exc


def _documents(text: str | bytes, source: str, strict: bool) -> Iterator[Any]:
    text = decode(text, source) if isinstance(text, bytes) else text.removeprefix("\ufeff")
    import yaml

    parser = _parser(yaml, text)
    try:
        builder = _Builder(yaml, parser, source, strict)
        yield from builder.documents()
    except yaml.MarkedYAMLError as exc:
        raise _syntax_error(yaml, exc, text, source) from exc
    except yaml.reader.ReaderError as exc:
        line = text.count("\n", 0, exc.position) + 1
        problem = (
            f"control characters are not allowed (#x{ord(str(exc.character)[0]):04x})"
            if isinstance(exc.character, str)
            else "control characters are not allowed"
        )
        raise YAMLError(problem, source=source, line=line) from exc
    except yaml.YAMLError as exc:
        raise YAMLError(str(exc), source=source) from exc
    finally:
        parser.dispose()


def _parser(yaml: Any, text: str) -> Any:
    """The C parser where PyYAML has it (everywhere but on odd platforms), else the Python one."""
    if yaml.__with_libyaml__:
        return yaml.cyaml.CParser(text)

    class Parser(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):  # type: ignore[misc]
        def __init__(self, stream: str) -> None:
            yaml.reader.Reader.__init__(self, stream)
            yaml.scanner.Scanner.__init__(self)
            yaml.parser.Parser.__init__(self)

    return Parser(text)


def _syntax_error(yaml: Any, error: Any, text: str, source: str) -> YAMLError:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    scanner = isinstance(error, yaml.scanner.ScannerError)
    problem = error.problem or "unknown problem parsing YAML content"
    go = f"yaml: {_go_line(error, scanner)}{problem}"
    hint = _hint(text, line)
    return YAMLError(problem, source=source, line=line, column=column, hint=hint, go=go)


def _go_line(error: Any, scanner: bool) -> str:
    """go-yaml's line, which is one too small unless the scanner found the fault."""
    mark, context = error.problem_mark, error.context_mark
    line = mark.line + scanner if mark and mark.line else context.line if context else 0
    return f"line {line}: " if line else ""


def _hint(text: str, line: int) -> str:
    """What people most often did, judged by the line itself and the one before it."""
    lines = text.splitlines()
    for number in (line, line - 1):
        if not 0 < number <= len(lines):
            continue
        content = lines[number - 1]
        wide = _WIDE.search(content)
        if wide is not None:
            return f"line {number} has {_FULL_WIDTH[wide[0]]} where YAML wants the ASCII one"
        if "\t" in content[: len(content) - len(content.lstrip())]:
            return f"line {number} is indented with a tab; use spaces"
        if content.lstrip().partition(": ")[2][:1] in ("@", "`", "%"):
            return f"line {number}: quote a value that starts with a special character"
    return ""


class _Frame:
    """A collection that is being filled; `key` waits for its value in a mapping."""

    # Written out: a large chart makes thousands of them.
    __slots__ = ("anchor", "has_key", "key", "line", "merge", "seen", "size", "value")

    def __init__(self, value: Any, anchor: str | None, line: int) -> None:
        self.value, self.anchor, self.line = value, anchor, line
        self.key: Any = None
        self.has_key = self.merge = False
        self.seen: set[str] = set()
        self.size = 1


def copied(value: Any) -> Any:
    """A copy of a document's value: mappings and sequences are new, the rest can't change."""
    if isinstance(value, dict):
        return {key: copied(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [copied(each) for each in value]
    return value


class _Builder:
    """Builds values from a parser's events, without recursion."""

    def __init__(self, yaml: Any, parser: Any, source: str, strict: bool) -> None:
        self.yaml = yaml
        self.parser = parser
        self.source = source
        self.strict = strict
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.aliased = 0
        self.repeated: list[tuple[int, str]] = []

    def documents(self) -> Iterator[Any]:
        events = self.yaml.events
        get = self.parser.get_event
        while True:
            event = get()
            if isinstance(event, events.StreamEndEvent):
                return
            if isinstance(event, events.DocumentStartEvent):
                self.anchors = {}
                value = self.document()
                self.refuse_repeated()
                yield value

    def document(self) -> Any:
        """One document's value, up to its end event."""
        kinds = self.yaml.events
        scalar_event, mapping_start = kinds.ScalarEvent, kinds.MappingStartEvent
        sequence_start, mapping_end = kinds.SequenceStartEvent, kinds.MappingEndEvent
        sequence_end = kinds.SequenceEndEvent
        get = self.parser.get_event
        stack: list[_Frame] = []
        root: Any = None
        while True:
            event = get()
            kind = type(event)
            if kind is scalar_event:
                value, size = self.scalar(event), 1
                if event.anchor:
                    self.anchors[event.anchor] = (value, 1)
            elif kind is mapping_start or kind is sequence_start:
                self.descend(stack, event, {} if kind is mapping_start else [])
                continue
            elif kind is mapping_end or kind is sequence_end:
                frame = stack.pop()
                value, size = frame.value, frame.size
                if frame.anchor:
                    self.anchors[frame.anchor] = (value, size)
            elif kind is kinds.AliasEvent:
                value, size = self.alias(event)
            else:
                return root
            if stack:
                self.add(stack[-1], value, size, event)
            else:
                root = value

    def descend(self, stack: list[_Frame], event: Any, value: Any) -> None:
        if len(stack) >= MAX_DEPTH:
            raise self.error(event, f"nested deeper than {MAX_DEPTH} levels")
        stack.append(_Frame(value, event.anchor, event.start_mark.line))

    def scalar(self, event: Any) -> Any:
        text, tag = event.value, event.tag
        if tag is None or tag == "!":
            return resolve(text) if event.implicit[0] else text
        return self.tagged(event, text, tag.removeprefix(TAG) if tag.startswith(TAG) else "")

    def tagged(self, event: Any, text: str, tag: str) -> Any:
        """A scalar with a tag; tags that are not YAML's own are ignored, as in go-yaml."""
        if tag == "binary":
            try:
                return base64.b64decode(text).decode("utf-8", "replace")
            except binascii.Error:
                raise self.error(event, "!!binary value contains invalid base64 data") from None
        if tag not in ("int", "float", "bool", "null"):
            return text
        value = resolve(text)
        if tag == "float" and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if _tag_of(value) != tag:
            problem = f"cannot decode !!{_tag_of(value)} `{text}` as a !!{tag}"
            raise self.error(event, problem)
        return value

    def alias(self, event: Any) -> tuple[Any, int]:
        """A copy of what the anchor names: values are trees, and templates may change one place."""
        if event.anchor not in self.anchors:
            raise self.error(event, f"unknown anchor '{event.anchor}' referenced")
        value, size = self.anchors[event.anchor]
        self.aliased += size
        if self.aliased > MAX_ALIASED:
            raise self.error(event, "document contains excessive aliasing")
        return (copied(value) if size > 1 else value), size

    def add(self, frame: _Frame, value: Any, size: int, event: Any) -> None:
        frame.size += size
        if isinstance(frame.value, list):
            frame.value.append(value)
        elif frame.has_key:
            frame.has_key = False
            if frame.merge:
                self.merge(frame, value, event)
            else:
                frame.value[frame.key] = value
        else:
            frame.has_key = True
            frame.merge = _is_merge(event, value)
            frame.key = value if type(value) is str else self.key(value, event)
            if not frame.merge:
                self.note(frame, event)

    def note(self, frame: _Frame, event: Any) -> None:
        """Remember a key that the mapping had already, apart from merged ones."""
        if not self.strict:
            return
        if frame.key in frame.seen:
            self.repeated.append((event.start_mark.line + 1, frame.key))
        frame.seen.add(frame.key)

    def key(self, value: Any, event: Any) -> str:
        """A key as JSON has it: sigs.k8s.io/yaml makes text of booleans and numbers."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return str(value)
        if isinstance(value, float):
            text = float_text(value)
            return {"+Inf": ".inf", "-Inf": "-.inf", "NaN": ".nan"}.get(text, text)
        if value is None:
            raise self.error(event, "a mapping's key is empty or null")
        raise self.error(event, "a mapping's key is itself a mapping or a list")

    def merge(self, frame: _Frame, value: Any, event: Any) -> None:
        """`<<`: the keys of one mapping or of several, the first of which wins."""
        maps = value if isinstance(value, list) else [value]
        if not all(isinstance(each, dict) for each in maps):
            raise self.error(event, "map merge requires map or sequence of maps as the value")
        for each in reversed(maps):
            frame.value.update(each)

    def refuse_repeated(self) -> None:
        if not self.repeated:
            return
        lines = "".join(
            f'\n  line {line}: key "{key}" already set in map' for line, key in self.repeated
        )
        raise YAMLError(
            f'key "{self.repeated[0][1]}" already set in map',
            source=self.source,
            line=self.repeated[0][0],
            go=f"yaml: unmarshal errors:{lines}",
        )

    def error(self, event: Any, problem: str) -> YAMLError:
        mark = event.start_mark
        return YAMLError(problem, source=self.source, line=mark.line + 1, column=mark.column + 1)


def _tag_of(value: Any) -> str:
    if value is None:
        return "null"
    names = {bool: "bool", int: "int", float: "float"}
    return names.get(type(value), "str")


def _is_merge(event: Any, value: Any) -> bool:
    return value == "<<" and getattr(event, "implicit", (False,))[0] is True
