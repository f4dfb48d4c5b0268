"""From whatever went wrong in a template to one RenderError with its place and the way there."""

from __future__ import annotations

from types import TracebackType

from jinja2 import TemplateError, TemplateSyntaxError
from jinja2.exceptions import SecurityError, UndefinedError

from pyhelm._dataclass import dataclass
from pyhelm._typing import TYPE_CHECKING, Callable, Mapping, TypeAlias
from pyhelm.engine.excerpt import excerpt
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.jinja.arguments import PYTHONS
from pyhelm.engine.jinja.hints import Names, of_name
from pyhelm.engine.jinja.loader import Unended, source_line
from pyhelm.engine.jinja.undefined import UnknownName
from pyhelm.engine.jinja.words import in_words
from pyhelm.engine.meter import OverBudget
from pyhelm.errors import BudgetError, RenderError

if TYPE_CHECKING:
    from pyhelm.engine.jinja.scan import Segment

Spot: TypeAlias = tuple[str, int, int]
"""A template's path, line and column."""

TPL = "tpl:"
"""What the names of texts given to `tpl` start with; the text follows."""

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


@dataclass(frozen=True, slots=True)
class Templates:
    """The templates that may be named in an error: sources, places in them, and known names."""

    sources: Mapping[str, str]
    locate: Locate
    names: Callable[[], Names]


def place_of(error: BaseException, template: str, templates: Templates) -> str:
    """Where in a template an error came up."""
    return _place((_spots(error, templates) or [(template, 0, 0)])[-1])


def render_error(error: BaseException, template: str, templates: Templates) -> RenderError:
    """The error to raise for `error`, which came up while `template` was rendered."""
    spots = _spots(error, templates) or [(template, 0, 0)]
    spot, problem = _told(error, spots[-1], templates)
    name, line, column = spot
    shown = source_line(templates.sources.get(name, ""), line)
    over = isinstance(error, OverBudget | RecursionError | MemoryError)
    kind = BudgetError if over else RenderError
    found = kind(
        _message([*spots[:-1], spot], problem, shown),
        problem=problem,
        template=_title(name),
        line=line,
        column=column,
        source_line=shown,
    )
    found.is_jinja = True
    return found


def _told(error: BaseException, spot: Spot, templates: Templates) -> tuple[Spot, str]:
    """What is wrong, and where: of what can't be read that may be elsewhere than Jinja says."""
    name, line, column = spot
    source = templates.sources.get(name, "")
    if isinstance(error, Unended):
        return spot, error.message or ""
    if isinstance(error, TemplateSyntaxError):
        from pyhelm.engine.jinja.syntax import explained

        line, column, text = explained(source, line, column, error.message or "")
        return (name, line, column), text
    if isinstance(error, UndefinedError):
        from pyhelm.engine.jinja.syntax import go_hint

        hint = go_hint(source, line, column)
        if hint:
            return spot, hint
    if isinstance(error, UnknownName):
        return spot, f"{error}{of_name(error.name, source, templates.names())}"
    return spot, _problem(error)


def _spots(error: BaseException, templates: Templates) -> list[Spot]:
    """Where the error came up, behind the places that led there."""
    found: list[Spot] = []
    frame: TracebackType | None = error.__traceback__
    while frame is not None:
        template = frame.tb_frame.f_globals.get("__jinja_template__")
        if template is not None and template.name:
            line = template.get_corresponding_lineno(frame.tb_lineno)
            spot = _spot(template.name, line, templates, whole=True)
            if not found or found[-1] != spot:
                found.append(spot)
        frame = frame.tb_next
    if isinstance(error, Unended):
        found.append((str(error.name), *error.place))
    elif isinstance(error, TemplateSyntaxError) and error.name:
        found.append(_spot(error.name, error.lineno, templates))
    return _without_repeats(found)


def _spot(name: str, line: int, templates: Templates, *, whole: bool = False) -> Spot:
    """A line of a rewritten template, as written; where only the line is known, its first word.

    Of a tag over several lines Jinja tells any; with `whole` it is the tag's start.
    """
    line, column = templates.locate(name, line)
    source = templates.sources.get(name, "")
    if column > 1 or not source:
        return name, line, column
    tag = _tag_over(source, line) if whole else None
    if tag is not None:
        return name, tag.line, tag.column
    shown = source_line(source, line)
    return name, line, 1 + len(shown) - len(shown.lstrip())


def _tag_over(source: str, line: int) -> Segment | None:
    """The tag that starts before a line and goes on in it."""
    from pyhelm.engine.jinja.scan import scan

    for each in scan(source):
        if each.line < line <= each.line + each.text.count("\n") and each.kind != "text":
            return each
    return None


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
    if isinstance(error, SyntaxError):
        # Python's own, of the code that Jinja makes: twenty loops in each other, and the like.
        return f"the template is nested too deeply: {error.msg}"
    return in_words(str(error)) or type(error).__name__


def _message(spots: list[Spot], problem: str, shown: str) -> str:
    lines = [f"{_place(spots[-1])}: {problem}"]
    _, line, column = spots[-1]
    if shown.strip():
        lines.append(excerpt(line, shown, column - 1))
    lines += [f"  called from {_place(spot)}" for spot in reversed(spots[:-1])]
    return "\n".join(lines)


def _place(spot: Spot) -> str:
    name, line, column = spot
    return f"{_title(name)}:{line}:{column}" if line else _title(name)


def _title(name: str) -> str:
    """A template's path; the text given to `tpl` has none."""
    return "the text given to tpl" if name.startswith(TPL) else name
