"""From whatever went wrong in a template to one RenderError with its place and the way there."""

from __future__ import annotations

from types import TracebackType

from jinja2 import TemplateError, TemplateSyntaxError
from jinja2.exceptions import SecurityError

from pyhelm._typing import Callable, TypeAlias
from pyhelm.engine.excerpt import excerpt
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.jinja.arguments import PYTHONS
from pyhelm.engine.jinja.loader import source_line
from pyhelm.engine.meter import OverBudget
from pyhelm.errors import BudgetError, RenderError

Spot: TypeAlias = tuple[str, int, int]
"""A template's path, line and column."""

Locate: TypeAlias = Callable[[str, int], tuple[int, int]]
"""From a template and a line of its rewritten source to the line and column as written."""


ON_PURPOSE = (
    *(TemplateError, FunctionError, OverBudget, RecursionError, MemoryError),
    # Of the code that Jinja makes: twenty loops in each other, and the like.
    SyntaxError,
)
"""What templates, and functions that refuse, raise; Python's own errors may be anyone's."""


def is_of_chart(error: BaseException) -> bool:
    """Whether a chart is to blame: for what it asks of Python's operators and of Jinja, it is."""
    if isinstance(error, ON_PURPOSE):
        return True
    is_chart, frame = False, error.__traceback__
    while frame is not None:
        module = str(frame.tb_frame.f_globals.get("__name__", ""))
        if "__jinja_template__" in frame.tb_frame.f_globals or module.startswith("jinja2."):
            is_chart = True
        elif module.startswith("pyhelm."):
            is_chart = False
        frame = frame.tb_next
    return is_chart and isinstance(error, (*PYTHONS, AssertionError))


def place_of(error: BaseException, template: str, locate: Locate) -> str:
    """Where in a template an error came up."""
    return _place((_spots(error, locate) or [(template, 0, 0)])[-1])


def render_error(
    error: BaseException, template: str, locate: Locate, sources: dict[str, str]
) -> RenderError:
    """The error to raise for `error`, which came up while `template` was rendered."""
    spots = _spots(error, locate)
    if not spots:
        spots = [(template, 0, 0)]
    name, line, column = spots[-1]
    problem = _problem(error)
    shown = source_line(sources.get(name, ""), line)
    over = isinstance(error, OverBudget | RecursionError | MemoryError)
    kind = BudgetError if over else RenderError
    return kind(
        _message(spots, problem, shown),
        problem=problem,
        template=name,
        line=line,
        column=column,
        source_line=shown,
    )


def _spots(error: BaseException, locate: Locate) -> list[Spot]:
    """Where the error came up, behind the places that led there."""
    found: list[Spot] = []
    if isinstance(error, TemplateSyntaxError) and error.name:
        return [(error.name, *locate(error.name, error.lineno))]
    frame: TracebackType | None = error.__traceback__
    while frame is not None:
        template = frame.tb_frame.f_globals.get("__jinja_template__")
        if template is not None and template.name:
            line = template.get_corresponding_lineno(frame.tb_lineno)
            spot = (template.name, *locate(template.name, line))
            if not found or found[-1] != spot:
                found.append(spot)
        frame = frame.tb_next
    return _without_repeats(found)


def _without_repeats(spots: list[Spot]) -> list[Spot]:
    """An endless recursion names each of its places once."""
    return spots if len(spots) < 50 else list(dict.fromkeys(spots))[-50:]


def _problem(error: BaseException) -> str:
    if isinstance(error, RecursionError):
        return "macros or includes call each other without end"
    if isinstance(error, OverBudget):
        return f"the template takes too much: {error}"
    if isinstance(error, MemoryError):
        return "the template takes too much memory"
    if isinstance(error, SecurityError):
        return f"not allowed in a chart: {error}"
    if isinstance(error, TemplateSyntaxError):
        return error.message or "syntax error"
    if isinstance(error, SyntaxError):
        # Python's own, of the code that Jinja makes: twenty loops in each other, and the like.
        return f"the template is nested too deeply: {error.msg}"
    return str(error) or type(error).__name__


def _message(spots: list[Spot], problem: str, shown: str) -> str:
    lines = [f"{_place(spots[-1])}: {problem}"]
    _, line, column = spots[-1]
    if shown.strip():
        lines.append(excerpt(line, shown, column - 1))
    lines += [f"  called from {_place(spot)}" for spot in reversed(spots[:-1])]
    return "\n".join(lines)


def _place(spot: Spot) -> str:
    name, line, column = spot
    return f"{name}:{line}:{column}" if line else name
