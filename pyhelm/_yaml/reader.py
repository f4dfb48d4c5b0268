"""Reading YAML: libyaml's events, go-yaml v2's values, and bounds that hostile text can't pass."""

from __future__ import annotations

from itertools import islice

from pyhelm._lazy import lazy_pattern
from pyhelm._typing import TYPE_CHECKING, Any, Callable, Iterator
from pyhelm._yaml import simple
from pyhelm._yaml.numbers import float_text
from pyhelm._yaml.scalars import INFINITIES
from pyhelm.errors import YAMLError

MAX_REPAIRS = 100
"""Places at which libyaml and go-yaml part: each makes the parser start again."""

_FULL_WIDTH = {
    "\u3000": "a full-width space",
    "\uff1a": "a full-width colon (：)",
    "\uff0d": "a full-width minus (－)",
    "\uff03": "a full-width number sign (＃)",
}
_WIDE = lazy_pattern("[\u3000\uff1a\uff0d\uff03]")
_OF_TAGS = {",": "%2C", "[": "%5B", "]": "%5D"}
"""Characters of tags in go-yaml, which libyaml wants escaped."""

if TYPE_CHECKING:
    # Of PyYAML and a text.
    _Maker = Callable[[Any, str], Any]


def load(text: str | bytes, source: str = "", *, strict: bool = False) -> Any:
    """The first document's value; None when there is none.

    `source` names the text in errors; `strict` refuses repeated keys, of which else the last
    wins, as in Helm. Raises YAMLError with line and column.
    """
    text = _text(text, source)
    found = simple.read(text, only_first=True)
    if found is simple.UNSURE:
        found = next(_documents(text, source, strict), None)
    return _in_json(found, text, source)


def load_simple(text: str) -> Any:
    """The value of a document in the plainest style; None for all others, valid or not."""
    found = simple.read(text)
    return None if found is simple.UNSURE or _odd_in(found, text) else found


def load_all(text: str | bytes, source: str = "", *, strict: bool = False) -> list[Any]:
    """Every document's value; raises YAMLError."""
    text = _text(text, source)
    found = simple.read(text)
    if found is simple.UNSURE:
        return [_in_json(each, text, source) for each in _documents(text, source, strict)]
    return [] if found is None else [_in_json(found, text, source)]


def decode(data: bytes, source: str = "") -> str:
    """Bytes as text: UTF-8, or UTF-16 as PowerShell writes it; a byte-order mark is dropped.

    Raises YAMLError for anything else, with the line of the first bad byte.
    """
    encoding = "utf-8"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif data[:2].count(0) == 1 and len(data) % 2 == 0:
        encoding = "utf-16-be" if data[0] == 0 else "utf-16-le"
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        hint = "save the file as UTF-8"
        raise _not_utf8(data[exc.start :], line, source, hint) from exc


def _not_utf8(data: bytes, line: int, source: str, hint: str = "") -> YAMLError:
    go = f"yaml: {_octet_fault(data)}"
    return YAMLError("invalid UTF-8 text", source=source, line=line, hint=hint, go=go)


def _octet_fault(data: bytes) -> str:
    """What go-yaml says of bytes that begin with no character."""
    leads = ((0xE0, 0xC0), (0xF0, 0xE0), (0xF8, 0xF0))
    width = next((n for n, (mask, lead) in enumerate(leads, 2) if data[0] & mask == lead), 0)
    if not width:
        return "invalid leading UTF-8 octet"
    if len(data) < width:
        return "incomplete UTF-8 octet sequence"
    value = data[0] & (0x7F >> width)
    for octet in data[1:width]:
        if octet & 0xC0 != 0x80:
            return "invalid trailing UTF-8 octet"
        value = value << 6 | octet & 0x3F
    overlong = value < (0x80, 0x800, 0x10000)[width - 2]
    return "invalid length of a UTF-8 sequence" if overlong else "invalid Unicode character"


def _text(text: str | bytes, source: str) -> str:
    return decode(text, source) if isinstance(text, bytes) else text.removeprefix("\ufeff")


def _in_json(value: Any, text: str, source: str) -> Any:
    """The value, if JSON can have all of it: sigs.k8s.io/yaml makes JSON of every document."""
    odd = _odd_in(value, text)
    if odd:
        problem = f"json: unsupported value: {odd}"
        raise YAMLError(problem, source=source, go=problem)
    return value


def _odd_in(value: Any, text: str) -> str:
    """What JSON hasn't, in the value of a text; most texts can't have it, which is quick to see."""
    return _unsupported(value) if any(each in text for each in INFINITIES) else ""


def _unsupported(value: Any) -> str:
    """The number that JSON hasn't, infinity or none at all: the first in the order of keys."""
    if isinstance(value, float):
        text = float_text(value)
        return text if text in ("NaN", "+Inf", "-Inf") else ""
    within: Any = ()
    if isinstance(value, dict):
        within = (value[key] for key in sorted(value))
    elif isinstance(value, list):
        within = value
    return next(filter(None, map(_unsupported, within)), "")


def _documents(text: str, source: str, strict: bool) -> Iterator[Any]:
    _refuse_bytes(text, source)
    given = 0
    parser: _Maker = _parser
    for _ in range(MAX_REPAIRS):
        try:
            for value in islice(_parsed(parser, text, source, strict), given, None):
                given += 1
                yield value
        except _Again as found:
            text, parser = found.text, found.parser
        else:
            return
    raise YAMLError("found unexpected ':'", source=source, hint="quote values that end in a colon")


def _refuse_bytes(text: str, source: str) -> None:
    """Refuse what stands for bytes that are no UTF-8: a file's in a template, say."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as exc:
        data = text[exc.start :].encode("utf-8", "surrogateescape")
        raise _not_utf8(data, text.count("\n", 0, exc.start) + 1, source) from exc


class _Again(Exception):
    """What to read instead, and with which parser: it is to any libyaml what go-yaml reads."""

    def __init__(self, text: str, parser: _Maker) -> None:
        self.text, self.parser = text, parser


def _parsed(make: _Maker, text: str, source: str, strict: bool) -> Iterator[Any]:
    import yaml

    from pyhelm._yaml.builder import Builder, Misread, OtherGrammar

    parser = make(yaml, text)
    try:
        builder = Builder(yaml, parser, text, source, strict)
        yield from builder.documents()
    except OtherGrammar:
        raise _Again(text, _go_parser) from None
    except Misread as exc:
        raise _Again(exc.text, make) from None
    except yaml.MarkedYAMLError as exc:
        from pyhelm._yaml import faults

        if make is _parser and faults.is_before_brackets(exc, text):
            raise _Again(text, _go_parser) from None
        repaired = _repaired(exc, text) or faults.refused_sooner(yaml, make, exc, text)
        if repaired:
            raise _Again(repaired, make) from None
        met = faults.one_token_later(yaml, _parser, exc, text)
        raise _syntax_error(yaml, met, text, source) from exc
    except yaml.reader.ReaderError as exc:
        raise _character_error(exc, text, source) from exc
    except yaml.YAMLError as exc:
        raise YAMLError(str(exc), source=source) from exc
    finally:
        parser.dispose()


def _repaired(error: Any, text: str) -> str:
    """The text as every libyaml reads it, if the error is one that go-yaml doesn't know."""
    start, end = error.context_mark, error.problem_mark
    if error.problem == "found unexpected ':'" and start and end:
        # `[a:]`, which is the text `a:`.
        scalar = text[start.index : end.index + 1].replace("'", "''")
        return f"{text[: start.index]}'{scalar}'{text[end.index + 1 :]}"
    if error.problem == "exceeded maximum nesting depth":
        # 0.2.6's scanner, which runs ahead of the builder, has a bound as well, and a higher one.
        # Without the brackets beyond it the builder's is met, or what is wrong before that.
        rest = text[end.index :]
        beyond = len(rest) - len(rest.lstrip("[{, "))
        return f"{text[: end.index]}{',' * beyond}{rest[beyond:]}"
    found = text[end.index : end.index + 1] if end else ""
    if found in _OF_TAGS and str(error.context).endswith(" a tag"):
        # `!a[b]`, which was a tag to libyaml before 0.2.5.
        return f"{text[: end.index]}{_OF_TAGS[found]}{text[end.index + 1 :]}"
    return ""


def _character_error(error: Any, text: str, source: str) -> YAMLError:
    line = text.count("\n", 0, error.position) + 1
    problem = "control characters are not allowed"
    if isinstance(error.character, str):
        problem += f" (#x{ord(error.character[0]):04x})"
    return YAMLError(problem, source=source, line=line)


def _parser(yaml: Any, text: str) -> Any:
    """The C parser where PyYAML has it (everywhere but on odd platforms), else the Python one."""
    if yaml.__with_libyaml__:
        # libyaml drops one byte-order mark without counting it; what it tells of places counts.
        return yaml.cyaml.CParser(f"\ufeff{text}" if text.startswith("\ufeff") else text)

    class Parser(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):  # type: ignore[misc]
        def __init__(self, stream: str) -> None:
            yaml.reader.Reader.__init__(self, stream)
            yaml.scanner.Scanner.__init__(self)
            yaml.parser.Parser.__init__(self)

    return Parser(text)


def _go_parser(yaml: Any, text: str) -> Any:
    from pyhelm._yaml.grammar import parser

    return parser(yaml, _parser(yaml, text))


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
