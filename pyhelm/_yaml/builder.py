"""Building values from libyaml's events: go-yaml v2's, within bounds that no text can pass."""

from __future__ import annotations

from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Any, Iterator
from pyhelm._yaml.numbers import float32_text
from pyhelm._yaml.scalars import copied, resolve
from pyhelm.errors import YAMLError

MAX_DEPTH = 200
"""Levels of nesting; real values files have about ten."""

MAX_ALIASED = 1_000_000
"""Nodes that aliases may stand for in one document, against alias bombs."""

TAG = "tag:yaml.org,2002:"
_SURROGATE = lazy_pattern("[\udc80-\udcff]")


class OtherGrammar(Exception):
    """go-yaml's parser makes something else of the tokens: grammar.py has what."""


class Misread(Exception):
    """go-yaml reads something else; `text` says that so that libyaml reads it, too."""

    def __init__(self, text: str, at: int, instead: str) -> None:
        self.text = f"{text[:at]}{instead}{text[at + 1 :]}"


class _Frame:
    """A collection that is being filled; `key` waits for its value in a mapping."""

    # Written out: a large chart makes thousands of them.
    __slots__ = ("anchor", "has_key", "in_brackets", "key", "merge", "seen", "size", "value")

    def __init__(self, value: Any, anchor: str | None, in_brackets: bool) -> None:
        self.value, self.anchor, self.in_brackets = value, anchor, in_brackets
        self.key: Any = None
        self.has_key = self.merge = False
        self.seen: set[str] = set()
        self.size = 1


class Builder:
    """Builds values from a parser's events, without recursion."""

    def __init__(self, yaml: Any, parser: Any, text: str, source: str, strict: bool) -> None:
        self.yaml = yaml
        self.parser = parser
        self.text = text
        self.source = source
        self.strict = strict
        self.reads_as_go = getattr(parser, "reads_as_go", False)
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.aliased = 0
        self.repeated: list[tuple[int, str]] = []
        self.undecodable: YAMLError | None = None
        self.bad_key: YAMLError | None = None

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
                self.refuse(value)
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
                value, size = self.scalar(event, stack), 1
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
                value, size = self.alias(event, stack)
            else:
                return root
            if stack:
                self.add(stack[-1], value, size, event)
            else:
                root = value

    def descend(self, stack: list[_Frame], event: Any, value: Any) -> None:
        if len(stack) >= MAX_DEPTH:
            raise self.error(event, f"nested deeper than {MAX_DEPTH} levels")
        stack.append(_Frame(value, event.anchor, event.flow_style))

    def scalar(self, event: Any, stack: list[_Frame]) -> Any:
        text, tag = event.value, event.tag
        if "?" in text and not event.style and stack and stack[-1].in_brackets:
            self.end_before_question_mark(event)
        if tag is None:
            return resolve(text) if event.implicit[0] else text
        if not text and not event.style:
            self.go_on_after_comma(event)
        if tag == "!":
            return text
        return self.tagged(event, text, tag.removeprefix(TAG) if tag.startswith(TAG) else "")

    def end_before_question_mark(self, event: Any) -> None:
        """`[a?b]`: `a`, and a key where none can be, as it was to libyaml before 0.2.5."""
        # From the last to the first: before the scalar may be a tag, which may have one, too.
        at = self.text.rindex("?", event.start_mark.index, event.end_mark.index)
        raise Misread(self.text, at, "{}")

    def go_on_after_comma(self, event: Any) -> None:
        """`[!!str, a]`: the comma is the tag's, as it was to libyaml before 0.2.5."""
        end = event.end_mark.index
        anchor = f"&{event.anchor}"
        if self.text[end : end + 1] == "," and not self.text.endswith(anchor, 0, end):
            raise Misread(self.text, end, "%2C")

    def tagged(self, event: Any, text: str, tag: str) -> Any:
        """A scalar with a tag; tags that are not YAML's own are ignored, as in go-yaml."""
        if tag == "binary":
            return self.binary(event, text)
        if tag not in ("int", "float", "bool", "null"):
            return text
        value = resolve(text)
        if tag == "float" and type(value) is int and value < 2**63:
            return float(value)
        if _tag_of(value) != tag:
            self.cannot_decode(event, f"cannot decode !!{_tag_of(value)} `{text}` as a !!{tag}")
        return value

    def binary(self, event: Any, text: str) -> str:
        from base64 import b64decode

        try:
            data = b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
        except ValueError:
            self.cannot_decode(event, "!!binary value contains invalid base64 data")
            return text
        # Go replaces each byte that is no UTF-8, Python each sequence of them.
        return _SURROGATE.sub("\ufffd", data.decode("utf-8", "surrogateescape"))

    def alias(self, event: Any, stack: list[_Frame]) -> tuple[Any, int]:
        """A copy of what the anchor names: values are trees, and templates may change one place."""
        if any(frame.anchor == event.anchor for frame in stack):
            self.cannot_decode(event, f"anchor '{event.anchor}' value contains itself")
            return None, 1
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
                if frame.key.__class__ is not str:
                    self.refuse_key(frame.key, value)
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
        if isinstance(value, int) and value < 2**63:
            return str(value)
        if isinstance(value, float):
            text = float32_text(value)
            return {"+Inf": ".inf", "-Inf": "-.inf", "NaN": ".nan"}.get(text, text)
        if value is None and self.is_bracket_next(event):
            raise OtherGrammar
        if value is None or isinstance(value, int):
            return _bad_key(value, event)
        if not value and not self.reads_as_go:
            raise OtherGrammar
        self.cannot_decode(event, f"invalid map key: {_go_syntax(value)}")
        return ""

    def is_bracket_next(self, event: Any) -> bool:
        """Whether an empty key is libyaml's for `[?]`; go-yaml's lies behind the bracket."""
        place, last = event.start_mark.index, event.end_mark.index
        before, after = self.text[place - 1 : place], self.text[place : place + 1]
        return place == last and after == "]" and before not in (",", ":", "]")

    def merge(self, frame: _Frame, value: Any, event: Any) -> None:
        """`<<`: the keys of one mapping or of several, the first of which wins."""
        maps = value if isinstance(value, list) else [value]
        if not all(isinstance(each, dict) for each in maps):
            self.cannot_decode(event, "map merge requires map or sequence of maps as the value")
            return
        for each in reversed(maps):
            frame.value.update(each)

    def cannot_decode(self, event: Any, problem: str) -> None:
        """Remember the first; go-yaml decodes only what it could parse to the end."""
        self.undecodable = self.undecodable or self.error(event, problem)

    def refuse(self, value: Any) -> None:
        """Raise what was wrong with a document that could be parsed, in go-yaml's order."""
        if self.undecodable:
            raise self.undecodable
        if self.repeated:
            raise self.repetition()
        if self.bad_key and _has_bad_key(value):
            raise self.bad_key

    def refuse_key(self, key: Any, value: Any) -> None:
        """Remember the outermost; JSON has no such key, says sigs.k8s.io/yaml at the very end."""
        # Go's syntax for nothing depends on whether something holds it.
        shown = "<nil>" if value is None else _go_syntax(value)
        self.bad_key = YAMLError(
            f"a mapping's key is {key.what}",
            source=self.source,
            line=key.line,
            column=key.column,
            go=f"unsupported map key of type: {key.go}, value: {shown}",
        )

    def repetition(self) -> YAMLError:
        lines = "".join(
            f'\n  line {line}: key "{key}" already set in map' for line, key in self.repeated
        )
        return YAMLError(
            f'key "{self.repeated[0][1]}" already set in map',
            source=self.source,
            line=self.repeated[0][0],
            go=f"yaml: unmarshal errors:{lines}",
        )

    def error(self, event: Any, problem: str) -> YAMLError:
        mark = event.start_mark
        return YAMLError(problem, source=self.source, line=mark.line + 1, column=mark.column + 1)


def _bad_key(value: Any, event: Any) -> str:
    from pyhelm._yaml.go_syntax import BadKey

    key = BadKey("" if value is None else value)
    key.line, key.column = event.start_mark.line + 1, event.start_mark.column + 1
    return key


def _has_bad_key(value: Any) -> bool:
    from pyhelm._yaml.go_syntax import has_bad_key

    return has_bad_key(value)


def _go_syntax(value: Any) -> str:
    from pyhelm._yaml.go_syntax import go_syntax

    return go_syntax(value)


def _tag_of(value: Any) -> str:
    if value is None:
        return "null"
    names = {bool: "bool", int: "int", float: "float"}
    return names.get(type(value), "str")


def _is_merge(event: Any, value: Any) -> bool:
    # An alias has no tag, and is no merge whatever it stands for.
    if value != "<<" or not hasattr(event, "tag"):
        return False
    return event.implicit[0] is True or event.tag == f"{TAG}merge"
