"""Which fault of a text go-yaml meets first, where libyaml meets another."""

from __future__ import annotations

from itertools import islice, takewhile

from pyhelm._lazy import lazy_pattern
from pyhelm._typing import TYPE_CHECKING, Any, Callable, Iterator

if TYPE_CHECKING:
    Maker = Callable[[Any, str], Any]
    """Of PyYAML and a text it makes the text's parser, which is its scanner, too."""

MAX_GUESSES = 3
"""Places at which an error may have been found sooner, as far as they are looked at."""

# Each place is looked at once, whatever the text: comments end where the next bracket may begin.
_NOTHING = r"(?:\s|#[^\n#\[\]{}]*\n)*"
_NOTHING_IN_BRACKETS = lazy_pattern(rf"\[{_NOTHING}\]|{{{_NOTHING}}}")
_MORE = lazy_pattern(r"[ \t]*(?![\s#]|[-?:]\s|\Z)")
"""Something else on the line."""
_NO_TOKEN = ("\t", "@", "`")
_ENDS = lazy_pattern(r"\A['\"\[{!&*]|\s#")
"""A key that can't go on in the next line; a plain one can, where no comment ends it."""
_ASKED = "a: {? "


def is_before_brackets(error: Any, text: str) -> bool:
    """`-` and on the next line `{} a: b`: a key without a mapping, but only to libyaml."""
    mark = error.problem_mark
    return error.problem == "did not find expected node content" and bool(
        mark and _NOTHING_IN_BRACKETS.match(text, mark.index)
    )


def refused_sooner(yaml: Any, make: Maker, error: Any, text: str) -> str:
    """The text with a fault where go-yaml's parser refuses `{}`, before its scanner goes on.

    libyaml's looks for the colon of a key first, as far as to this error.
    """
    if not isinstance(error, yaml.scanner.ScannerError) or not error.problem_mark:
        return ""
    end = error.problem_mark.index
    begin = text.rfind("\n", 0, error.context_mark.index if error.context_mark else end) + 1
    found = _NOTHING_IN_BRACKETS.finditer(text, begin)
    near = takewhile(lambda each: each.start() < end, found)
    for each in islice(near, MAX_GUESSES):
        for changed, place in _with_a_fault(text, each.start(), each.end()):
            if _is_no_key(yaml, make, changed, place):
                return changed
    return ""


def _with_a_fault(text: str, start: int, end: int) -> Iterator[tuple[str, int]]:
    """The text with a stray bracket, and where: in place of these, or of what is behind them.

    Brackets that are further in than what is around them need no colon.
    """
    yield f"{text[:start]}]{text[start + 1 :]}", start
    begins_line = not text[text.rfind("\n", 0, start) + 1 : start].strip(" ")
    if begins_line and _MORE.match(text, end):
        yield f"{text[:start]} {text[start:end]}]{text[end + 1 :]}", end + 1


def _is_no_key(yaml: Any, make: Maker, text: str, place: int) -> bool:
    """Whether the parser wants a key or an item, and not any node, where a bracket is."""
    parser = make(yaml, text)
    try:
        while not isinstance(parser.get_event(), yaml.events.StreamEndEvent):
            pass
    except yaml.parser.ParserError as exc:
        return exc.problem_mark.index == place and not exc.problem.endswith("node content")
    except yaml.YAMLError:
        pass
    finally:
        parser.dispose()
    return False


def one_token_later(yaml: Any, make: Maker, error: Any, text: str) -> Any:
    """What go-yaml's scanner meets behind a key without a colon, which it looks for last.

    That may be a character that begins no token. Of brackets that begin a line and go on in the
    next, another token is wanted first, which may end lines later.
    """
    if error.problem != "could not find expected ':'":
        return error
    start, end = error.context_mark, error.problem_mark
    key, found = text[start.index : end.index], text[end.index : end.index + 1]
    if found in _NO_TOKEN and _ENDS.search(key):
        problem = "found character that cannot start any token"
        return yaml.scanner.ScannerError(None, None, problem, end)
    return _behind_brackets(yaml, make, error, text) if text[start.index] in "[{" else error


def _behind_brackets(yaml: Any, make: Maker, error: Any, text: str) -> Any:
    start = error.context_mark
    # Behind `?`, in brackets of our own, they can't be a key, whose colon is looked for.
    scanner = make(yaml, f"{_ASKED}{text[start.index :]}")
    place = error.problem_mark.index - start.index + len(_ASKED)
    tokens = [scanner.get_token()]
    problem = error.problem
    try:
        while tokens[-1].start_mark.index < place:
            tokens.append(scanner.get_token())
        mark = tokens.pop().end_mark
    except yaml.scanner.ScannerError as exc:
        problem, mark = exc.problem, exc.problem_mark
    finally:
        scanner.dispose()
    if not _goes_on(yaml, tokens, error):
        return error
    return yaml.scanner.ScannerError(None, None, problem, _below(yaml, mark, start))


def _goes_on(yaml: Any, tokens: list[Any], error: Any) -> bool:
    """Whether a bracket after ours is open, and its last token so far ends on the line before."""
    kinds, last = yaml.tokens, tokens[-1]
    opened = kinds.FlowSequenceStartToken, kinds.FlowMappingStartToken
    closed = kinds.FlowSequenceEndToken, kinds.FlowMappingEndToken
    depth = sum(isinstance(each, opened) - isinstance(each, closed) for each in tokens)
    line = error.problem_mark.line - error.context_mark.line
    return depth > 1 and not getattr(last, "plain", False) and bool(last.end_mark.line < line)


def _below(yaml: Any, mark: Any, start: Any) -> Any:
    """A place in the text that begins at another one."""
    return yaml.Mark(mark.name, mark.index, start.line + mark.line, mark.column, None, None)
