"""A render's templates and what they share: including each other, loops, limits."""

from __future__ import annotations

import marshal
from types import FunctionType

from pyhelm._lazy import logger_of
from pyhelm._shelf import Shelf
from pyhelm._typing import TYPE_CHECKING, Any, Callable, Iterable, Mapping
from pyhelm.engine import functions
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.gotemplate.compiled import Compiled
from pyhelm.engine.gotemplate.errors import (
    END,
    ORIGIN,
    START,
    Fault,
    GoError,
    Origin,
    located,
)
from pyhelm.engine.gotemplate.operations import BUILTINS, OPERATIONS
from pyhelm.engine.gotemplate.quoting import quote
from pyhelm.engine.gotypes import Int64
from pyhelm.engine.meter import Meter, OverBudget

if TYPE_CHECKING:
    from pyhelm.engine.context import Include, RenderContext
    from pyhelm.engine.gotemplate import nodes

logger = logger_of(__name__)

FAILURES = (
    *(GoError, Fault, FunctionError, OverBudget, RecursionError, MemoryError, ArithmeticError),
    *(TypeError, ValueError, LookupError, AttributeError),
)
"""What a template can make happen; anything else is a fault of PyHelm's own."""

Template = Callable[["Runtime", Any, Callable[[str], Any]], None]

RECURSION = 1000
"""How often a template may include itself."""

NO_VALUE = "<no value>"


class Shared:
    """What a render and every `tpl` in it have in common."""

    def __init__(self, context: RenderContext, others: Include, kept: Shelf) -> None:
        self.context = context
        self.others = others
        self.included: dict[str, int] = {}
        self.kept = kept
        self.texts: dict[str, tuple[Compiled, ...]] = {}
        self.meter = Meter(context.budget)


class Unmade:
    """A template whose function is made when it is first used; most of a library's never are."""

    __slots__ = ("compiled", "origin")

    def __init__(self, origin: Origin, compiled: Compiled) -> None:
        self.origin, self.compiled = origin, compiled

    def make(self, meter: Meter) -> Template:
        """The function."""
        known: dict[str, Any] = {"__builtins__": {}, ORIGIN: self.origin, **OPERATIONS}
        for name in self.compiled.uses:
            known[f"f_{name}"] = meter.guarded(name, function(name))
        return FunctionType(marshal.loads(self.compiled.code), known)


class Runtime:
    """A set of templates by their names, and the functions that need it."""

    def __init__(self, shared: Shared, templates: dict[str, Template | Unmade]) -> None:
        self.shared = shared
        self.templates = templates

    def add(self, file: str, source: str, compiled: Iterable[Compiled]) -> None:
        """Define a source's templates; a blank one replaces none."""
        for each in compiled:
            name = each.name or file
            if not each.is_empty or name not in self.templates:
                self.templates[name] = Unmade(Origin(name, file, source), each)

    def execute(self, name: str, data: Any) -> str:
        """A template's text; raises GoError."""
        parts: list[str] = []
        try:
            self._named(name)(self, data, parts.append)
            self.shared.meter.step()
        except FAILURES as error:
            raise self.located(error) from None
        self._count(name, parts)
        return "".join(parts)

    def _count(self, name: str, parts: list[str]) -> None:
        try:
            self.shared.meter.written(sum(map(len, parts)))
        except OverBudget as error:
            raise GoError(f"{name}: {error}", is_over_budget=True) from None

    def located(self, error: BaseException) -> BaseException:
        """The error with its place in the template, if the stack has room to find it."""
        try:
            return located(error, nodes_of)
        except (RecursionError, ValueError):
            # Too deep to parse the template again: who included this one has more room.
            return error

    def _named(self, name: str) -> Template:
        found = self._made(name)
        if found is None:
            quoted = quote(name)
            raise GoError(f'template: no template {quoted} associated with template "gotpl"')
        return found

    def _made(self, name: str) -> Template | None:
        found = self.templates.get(name)
        if type(found) is Unmade:
            found = self.templates[name] = found.make(self.shared.meter)
        return found  # type: ignore[return-value]

    # Called by compiled code

    def template(self, name: str, data: Any, out: Callable[[str], Any]) -> None:
        """`{{template}}`: another one's text, straight to this one's output."""
        found = self._made(name)
        if found is None:
            raise Fault(f"template {quote(name)} not defined")
        self.shared.meter.step()
        found(self, data, out)

    def include(self, name: str, data: Any) -> str:
        """`include`: another one's text, as a string."""
        included = self.shared.included
        depth = included.get(name, 0)
        if depth > RECURSION:
            raise FunctionError(
                "rendering template has a nested reference name: "
                f"{name}: unable to execute template"
            )
        if name not in self.templates:
            text = self.shared.others(name, data)
            if text is not None:
                return text
        included[name] = depth + 1
        try:
            return self.execute(name, data)
        finally:
            included[name] = depth

    def tpl(self, text: str, data: Any) -> str:
        """`tpl`: a text as a template, which may define others for itself."""
        if "{{" not in text:
            return text.replace(NO_VALUE, "")
        inner = Runtime(self.shared, dict(self.templates))
        inner.add("gotpl", text, self._compiled(text))
        try:
            return inner.execute("gotpl", data).replace(NO_VALUE, "")
        except GoError as error:
            raise GoError(
                f"error during tpl function execution for {quote(text)}: ", error
            ) from None

    def _compiled(self, text: str) -> tuple[Compiled, ...]:
        """A text's templates: of this run, kept from another, or made now."""
        texts = self.shared.texts
        if text not in texts:
            rows = self.shared.kept.get(text)
            texts[text] = tuple(Compiled(*row) for row in rows) if rows else _compile(text)
            if not rows:
                self.shared.kept.put(text, [each.row() for each in texts[text]])
        return texts[text]

    def lookup(self, api_version: str, kind: str, namespace: str, name: str) -> Any:
        """`lookup`: what the cluster has; integers of its objects are int64."""
        found = self.shared.context.lookup(api_version, kind, namespace, name)
        return _unstructured(found)

    def required(self, message: str, value: Any) -> Any:
        """`required`: the value, unless it is missing."""
        if value is None or value == "":
            if self.shared.context.lint:
                # Helm says "values" where the value is empty text.
                plural = "" if value is None else "s"
                logger.warning(f"missing required value{plural}", message=message)
                return ""
            raise FunctionError(f"{START}{message}{END}")
        return value

    def fail(self, message: str) -> str:
        """`fail`"""
        if self.shared.context.lint:
            logger.info("funcMap fail", message=message)
            return ""
        raise FunctionError(f"{START}{message}{END}")

    def getHostByName(self, name: str) -> str:
        """`getHostByName`: empty unless DNS is allowed."""
        if not self.shared.context.enable_dns:
            return ""
        return str(functions.load_go("getHostByName")(name))

    def elements(self, value: Any, size: int) -> list[Any]:
        """What a loop with one variable goes over."""
        if isinstance(value, list | tuple):
            found: Any = value
        elif isinstance(value, Mapping):
            found = [value[key] for key in sorted(value)]
        else:
            found = self._counted(value)
        self._turns(len(found), size)
        return found  # type: ignore[no-any-return]

    def pairs(self, value: Any, size: int) -> list[tuple[Any, Any]]:
        """What a loop with two variables goes over."""
        if isinstance(value, list | tuple):
            found: list[tuple[Any, Any]] = list(enumerate(value))
        elif isinstance(value, Mapping):
            found = [(key, value[key]) for key in sorted(value)]
        elif isinstance(value, int) and not isinstance(value, bool):
            raise Fault(f"can't use {int(value)} to iterate over more than one variable")
        else:
            found = self._counted(value)
        self._turns(len(found), size)
        return found

    def _turns(self, count: int, size: int) -> None:
        """A loop that writes at least `size` characters at each turn."""
        self.shared.meter.step(count)
        if size * count > self.shared.context.budget.output:
            raise OverBudget(f"more than {self.shared.context.budget.output} characters of output")

    def _counted(self, value: Any) -> Any:
        if value is None:
            return []
        if isinstance(value, bytes):
            return list(value)
        if isinstance(value, int) and not isinstance(value, bool):
            self.shared.meter.step(max(value, 0))
            kind = Int64 if isinstance(value, Int64) else int
            return [kind(each) for each in range(value)]
        raise Fault(f"range can't iterate over {OPERATIONS['show'](value)}")


def _compile(text: str) -> tuple[Compiled, ...]:
    from pyhelm.engine.gotemplate.compiler import compile_templates
    from pyhelm.engine.gotemplate.parser import ParseError, parse
    from pyhelm.engine.gotemplate.signatures import PARAMETERS

    try:
        return compile_templates(parse("gotpl", text, PARAMETERS))
    except ParseError as error:
        cause = GoError(f"template: gotpl:{error.line}: {error.message}")
        raise GoError(f"cannot parse template {quote(text)}: ", cause) from None


def _unstructured(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return Int64(value)
    if isinstance(value, Mapping):
        return {key: _unstructured(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_unstructured(each) for each in value]
    return value


def function(name: str) -> Callable[..., Any]:
    """A function that compiled code calls by its name."""
    return BUILTINS.get(name) or functions.load_go(name)


def nodes_of(origin: Origin) -> list[nodes.Node]:
    """The nodes of a template's source, by their ids: parsed again for an error's sake."""
    from pyhelm.engine.gotemplate.parser import parse
    from pyhelm.engine.gotemplate.signatures import PARAMETERS

    return parse(origin.file, origin.source, PARAMETERS).by_id


def names_of(values: Iterable[str]) -> str:
    """Names for a message."""
    return ", ".join(sorted(values))
