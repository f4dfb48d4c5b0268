"""Errors of Go templates: which node failed, in Go's words, and Helm's form of them."""

from __future__ import annotations

from pyhelm._dataclass import dataclass
from pyhelm._lazy import lazy_pattern
from pyhelm._typing import TYPE_CHECKING, TypeVar
from pyhelm.engine.gotemplate.quoting import quote
from pyhelm.engine.meter import OverBudget

if TYPE_CHECKING:
    from types import TracebackType

    from pyhelm.engine.gotemplate import nodes
    from pyhelm.engine.gotemplate.compiled import Unit

START, END = "HELM_ERR_START", "HELM_ERR_END"
"""Marks around the message of `fail` and `required`, as Helm sets and removes them."""

ORIGIN = " origin"
"""The global under which compiled code has its Origin; no other module has such a name."""

MANY = 50
"""Calls in each other, from which on those that come again are left out of an error."""

Call = TypeVar("Call")

_EXECUTING = lazy_pattern(r'((?s:.*?)): executing "([^"]*)" at <((?s:.*?))>: ((?s:.*))\Z')
_WARNED = lazy_pattern(f"{START}((?s:.*)){END}")


class Fault(Exception):
    """What text/template itself refuses; `node` is where, if not where it was called."""

    def __init__(self, message: str, node: int | None = None) -> None:
        super().__init__(message)
        self.message, self.node = message, node


class GoError(Exception):
    """An error as Go prints it, the error that it wraps, and the node of which source it met."""

    def __init__(
        self,
        text: str,
        cause: GoError | None = None,
        *,
        is_exec: bool = False,
        is_over_budget: bool = False,
        where: tuple[Origin, nodes.Node] | None = None,
    ) -> None:
        super().__init__(text)
        self.text, self.cause, self.is_exec, self.where = text, cause, is_exec, where
        self.is_over_budget: bool = is_over_budget or (cause is not None and cause.is_over_budget)

    @property
    def full(self) -> str:
        """The text with those of all wrapped errors."""
        parts = []
        error: GoError | None = self
        while error is not None:
            parts.append(error.text)
            error = error.cause
        texts, left = without_repeats(parts)
        return "".join([*texts[:-1], _left_out(left), texts[-1]])


def without_repeats(calls: list[Call]) -> tuple[list[Call], int]:
    """The calls that led to an error, of an endless recursion each once; how many are left out."""
    if len(calls) < MANY:
        return calls, 0
    *led, last = calls
    once = list(dict.fromkeys(led))
    return [*once, last], len(led) - len(once)


def _left_out(count: int) -> str:
    return f"({count} more of these calls) " if count else ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where compiled code comes from: the template, the file, and the body in the file's unit."""

    template: str
    file: str
    unit: Unit
    start: int
    stop: int

    @property
    def source(self) -> str:
        """The file's text."""
        return self.unit.source

    def nodes(self) -> list[nodes.Node]:
        """The body's nodes, by their ids: parsed again for an error's sake."""
        return self.unit.part(self.start, self.stop)[1]


def located(error: BaseException) -> GoError:
    """An error with the place in the template that failed: the innermost one on its traceback."""
    found = _innermost(error.__traceback__)
    if found is None:
        return GoError(_message(error))
    origin, line = found
    by_id = origin.nodes()
    node = by_id[line - 1]
    if isinstance(error, Fault):
        node = node if error.node is None else by_id[error.node]
        return GoError(f"{_at(origin, node)}: {error.message}", is_exec=True, where=(origin, node))
    if isinstance(error, OverBudget | RecursionError | MemoryError):
        text = f"{_at(origin, node)}: {_message(error)}"
        return GoError(text, is_exec=True, is_over_budget=True, where=(origin, node))
    text = f"{_at(origin, node)}: error calling {_called(node)}: "
    cause = error if isinstance(error, GoError) else GoError(_message(error))
    return GoError(text, cause, is_exec=True, where=(origin, node))


def where_of(error: BaseException) -> str:
    """Where in a template an error came up that is no template's fault; empty if in none."""
    found = _innermost(error.__traceback__)
    if found is None:
        return ""
    origin, line = found
    return _at(origin, origin.nodes()[line - 1]).removeprefix("template: ")


def _innermost(traceback: TracebackType | None) -> tuple[Origin, int] | None:
    found = None
    while traceback is not None:
        origin = traceback.tb_frame.f_globals.get(ORIGIN)
        if origin is not None:
            found = origin, traceback.tb_lineno
        traceback = traceback.tb_next
    return found


def _at(origin: Origin, node: nodes.Node) -> str:
    before = origin.source[: node.pos]
    line = before.count("\n") + 1
    column = len(before[before.rfind("\n") + 1 :].encode("utf-8", "surrogateescape"))
    return (
        f"template: {origin.file}:{line}:{column}: executing {quote(origin.template)} at <{node}>"
    )


def _called(node: nodes.Node) -> str:
    """The function's or method's name, of a node that calls one."""
    from pyhelm.engine.gotemplate import nodes

    first = node.args[0] if isinstance(node, nodes.Command) else node
    if isinstance(first, nodes.Field | nodes.Variable | nodes.Chain) and first.names:
        return first.names[-1]
    return str(first)


def _message(error: BaseException) -> str:
    if isinstance(error, RecursionError):
        return "exceeded maximum template depth (100000)"
    if isinstance(error, OverBudget | MemoryError):
        return f"the template takes too much: {error or 'memory'}"
    return str(error)


def reformatted(error: GoError, file: str) -> str:
    """An error of executing a template as Helm prints it."""
    text = error.full
    if not error.is_exec:
        return text
    tokens = text.split(": ", 2)
    if len(tokens) != 3:
        return f"execution error in ({file}): {text}"
    warned = _WARNED.search(tokens[2])
    if warned:
        return f"execution error at ({tokens[1]}): {warned[1]}"
    found: list[tuple[str, str, str]] = []
    current: GoError | None = error
    while current is not None:
        trace = _trace(current.full)
        if trace is None:
            return text
        if not found or found[-1] != trace:
            found.append(trace)
        current = current.cause
    shown, left = without_repeats(found)
    lines = [*map(_lines, shown)]
    return "".join([*lines[:-1], f"{_left_out(left)}\n" if left else "", lines[-1]]).strip()


def _trace(text: str) -> tuple[str, str, str] | None:
    """Location, what was executed, and the message of an error of text/template."""
    if not text.startswith("template: "):
        return None
    rest = text.removeprefix("template: ")
    if rest.startswith("no template "):
        return "", "", text
    executing = _EXECUTING.match(rest)
    if executing:
        location, name, node, message = executing.groups()
        return location, f'executing "{name}" at <{node}>:', message.partition(" template:")[0]
    location, separator, message = rest.rpartition(": ")
    return (location, "", message.partition(" template:")[0]) if separator else None


def _lines(trace: tuple[str, str, str]) -> str:
    location, executed, message = trace
    return "".join(
        (
            f"{location}\n  " if location else "",
            f"{executed}\n    " if executed else "",
            f"{message}\n" if message else "",
        )
    )


def parse_failure(file: str, line: int, message: str) -> str:
    """An error of parsing a template as Helm prints it."""
    return f"parse error at ({file}:{line}): {message.rpartition(': ')[2]}"
