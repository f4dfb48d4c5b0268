"""A render's templates and what they share: including each other, loops, limits."""

from __future__ import annotations

import sys

from pyhelm._lazy import logger_of
from pyhelm._shelf import Shelf
from pyhelm._typing import TYPE_CHECKING, Any, Callable, Iterable, Mapping
from pyhelm.engine import functions
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.fmt import show as go_text
from pyhelm.engine.gotemplate.compiled import Shape, Unit, kept_unit
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
from pyhelm.engine.gotypes import Byte, Int64, kind_name
from pyhelm.engine.meter import Meter, OverBudget

if TYPE_CHECKING:
    from pyhelm.engine.context import Include, RenderContext

logger = logger_of(__name__)

FunctionType: Any = type(logger_of)
"""As `types` has it, which is one import more."""

FAILURES = (GoError, Fault, FunctionError, OverBudget, RecursionError, MemoryError)
"""What is raised on purpose of what a template does; anything else is a fault of PyHelm's own."""

Template = Callable[["Runtime", Any, Callable[[str], Any]], None]

RECURSION = 1000
"""How often a template may include itself, and how deep a `tpl` may be in others."""

FRAMES = 60_000
"""Python's frames while templates include each other: three for each of Helm's 1000 levels."""

NO_VALUE = "<no value>"


class DeepStack:
    """Room for templates that include each other, and for what is nested in one of them: how deep
    in its own calls the caller is must not matter."""

    def __enter__(self) -> None:
        self.limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(self.limit, FRAMES))

    def __exit__(self, *error: object) -> None:
        sys.setrecursionlimit(self.limit)


class Shared:
    """What a render and every `tpl` in it have in common."""

    def __init__(self, context: RenderContext, others: Include, kept: Shelf) -> None:
        self.context = context
        self.others = others
        self.included: dict[str, int] = {}
        self.within = 0
        self.kept = kept
        self.texts: dict[str, Unit] = {}
        self.meter = Meter(context.budget)
        self._functions: dict[str, Callable[..., Any]] = {}

    def function(self, name: str) -> Callable[..., Any]:
        """One of Helm's functions, so that its calls are counted."""
        if name not in self._functions:
            self._functions[name] = self.meter.guarded_go(name, function(name))
        return self._functions[name]

    def save(self) -> None:
        """Keep what was compiled of texts that `tpl` was given."""
        for text, unit in self.texts.items():
            if unit.has_grown:
                self.kept.put(text, unit.row())
        self.kept.save()


class Parts:
    """The functions of a template's bodies, each made when it is first reached: most never are."""

    __slots__ = ("_file", "_made", "_name", "_shared", "_unit")

    def __init__(self, name: str, file: str, unit: Unit, shared: Shared) -> None:
        self._name, self._file, self._unit, self._shared = name, file, unit, shared
        self._made: dict[int, Template] = {}

    def __call__(self, shape: Shape) -> Template:
        """The function of a body; compiled code calls this, too."""
        return self._made.get(shape[0]) or self._make(shape)

    def _make(self, shape: Shape) -> Template:
        code = self._unit.code(shape)
        origin = Origin(self._name, self._file, self._unit, shape[0], shape[1])
        known: dict[str, Any] = {"__builtins__": {}, ORIGIN: origin, "part": self, **OPERATIONS}
        for name in code.uses:
            known[f"f_{name}"] = self._shared.function(name)
        made: Template = FunctionType(code.made, known)
        self._made[shape[0]] = made
        return made


class Unmade:
    """A template whose function is made when it is first used."""

    __slots__ = ("parts", "shape")

    def __init__(self, parts: Parts, shape: Shape) -> None:
        self.parts, self.shape = parts, shape

    def make(self) -> Template:
        """The function."""
        return self.parts(self.shape)


class Runtime:
    """A set of templates by their names, and the functions that need it."""

    def __init__(self, shared: Shared, templates: dict[str, Template | Unmade]) -> None:
        self.shared = shared
        self.templates = templates

    def add(self, file: str, unit: Unit) -> None:
        """Define a source's templates; a blank one replaces none."""
        for each in unit.templates:
            name = each.name or file
            if not each.is_empty or name not in self.templates:
                self.templates[name] = Unmade(Parts(name, file, unit, self.shared), each.shape)

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
            return located(error)
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
            found = self.templates[name] = found.make()
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
        shared = self.shared
        if shared.within >= RECURSION:
            raise RecursionError  # Helm's stack overflows, after half a minute
        shared.within += 1
        try:
            return self._tpl(text, data)
        finally:
            shared.within -= 1

    def _tpl(self, text: str, data: Any) -> str:
        inner = Runtime(self.shared, dict(self.templates))
        inner.add("gotpl", self._unit(text))
        try:
            return inner.execute("gotpl", data).replace(NO_VALUE, "")
        except GoError as error:
            raise GoError(
                f"error during tpl function execution for {quote(text)}: ", error
            ) from None

    def _unit(self, text: str) -> Unit:
        """A text's templates: of this run, kept from another, or found now."""
        texts = self.shared.texts
        if text not in texts:
            row = self.shared.kept.get(text)
            texts[text] = kept_unit(text, row) if row else _new_unit(text)
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

    def elements(self, value: Any, size: int) -> Any:
        """What a loop with one variable goes over."""
        if isinstance(value, list | tuple):
            found: Any = value
        elif isinstance(value, Mapping):
            found = [value[key] for key in sorted(value)]
        else:
            found = self._counted(value)
        self._turns(len(found), size)
        return list(map(Int64, found)) if isinstance(value, Int64) else found

    def pairs(self, value: Any, size: int) -> list[tuple[Any, Any]]:
        """What a loop with two variables goes over."""
        if isinstance(value, list | tuple):
            found: list[tuple[Any, Any]] = list(enumerate(value))
        elif isinstance(value, Mapping):
            found = [(key, value[key]) for key in sorted(value)]
        elif isinstance(value, int) and not isinstance(value, bool):
            raise Fault(f"can't use {int(value)} to iterate over more than one variable")
        else:
            found = list(enumerate(self._counted(value)))
        self._turns(len(found), size)
        return found

    def _turns(self, count: int, size: int) -> None:
        """A loop that writes at least `size` characters at each turn."""
        self.shared.meter.step(count)
        self.shared.meter.writable(size * count)

    def _counted(self, value: Any) -> Any:
        if value is None:
            return []
        if isinstance(value, bytes):
            return list(map(Byte, value))
        if isinstance(value, int) and not isinstance(value, bool):
            return range(value)
        # Unlike in an action, an object's own text is not asked for, and a pointer was followed.
        show = go_text if hasattr(value, "go_fields") else OPERATIONS["show"]
        shown = show(value).removeprefix("&" if kind_name(value) == "ptr" else "")
        raise Fault(f"range can't iterate over {shown}")


def _new_unit(text: str) -> Unit:
    from pyhelm.engine.gotemplate.compiler import new_unit
    from pyhelm.engine.gotemplate.parser import ParseError

    try:
        return new_unit("gotpl", text)
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


def names_of(values: Iterable[str]) -> str:
    """Names for a message."""
    return ", ".join(sorted(values))
