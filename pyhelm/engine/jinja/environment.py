"""Jinja's environment for one chart: sandboxed, strict, metered, and writing values as YAML."""

from __future__ import annotations

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError, UndefinedError
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pyhelm._typing import Any, Callable, Mapping
from pyhelm.engine.jinja import filters, write
from pyhelm.engine.jinja.text import TemplateText, join
from pyhelm.engine.jinja.tree import Tree
from pyhelm.engine.jinja.undefined import Missing
from pyhelm.engine.meter import Meter
from pyhelm.engine.objects import Exposed

STRING_METHODS = frozenset(
    (
        *("capitalize", "casefold", "count", "endswith", "find", "index", "isalnum", "isalpha"),
        *("isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric", "isspace"),
        *("istitle", "isupper", "lower", "lstrip", "partition", "removeprefix", "removesuffix"),
        *("rfind", "rindex", "rpartition", "rsplit", "rstrip", "split", "splitlines"),
        *("startswith", "strip", "swapcase", "title", "upper"),
    )
)
"""Python's string methods that templates may call: none of them makes text that grows."""


class _Generator(CodeGenerator):
    """Works nothing out beforehand: code is kept, and `{{ 9 | randAlphaNum }}` is new each time."""

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        if isinstance(node, nodes.TemplateData):
            return super()._output_child_to_const(node, frame, finalize)
        raise nodes.Impossible()


class ChartEnvironment(ImmutableSandboxedEnvironment):
    """The environment of one chart's templates."""

    code_generator_class = _Generator
    intercepted_binops = frozenset(("+", "*", "**", "%", "//", "-", "/"))

    def __init__(self, meter: Meter, **options: Any) -> None:
        super().__init__(
            undefined=Missing,
            trim_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,
            auto_reload=False,
            optimized=False,
            cache_size=-1,
            extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
            **options,
        )
        self.meter = meter
        self.concat = join  # type: ignore[method-assign]
        for name in ("lipsum", "cycler", "joiner"):
            self.globals.pop(name, None)
        self.filters.update(filters.table(meter))
        self.filters.update(PLACES)
        self.filters["__loop"] = meter.loop
        self.filters["__joined"] = self._joined
        self.tests["contains"] = lambda text, part: part in text

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,
    ) -> str:
        return super()._generate(_metered(source), name, filename, defer_init)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`a.b`: a mapping's keys are all that it sees; methods of strings and loops as usual."""
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self._no_key(obj, attribute)
        if isinstance(obj, Missing):
            return obj[attribute]
        if isinstance(obj, Exposed):
            return self._exposed(obj, attribute)
        if isinstance(obj, str) and attribute not in STRING_METHODS:
            return self.undefined(hint=f"text has no attribute {attribute!r} here", name=attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """`a[b]`: keys and indices."""
        if isinstance(obj, Missing):
            return obj[argument]
        if isinstance(obj, Mapping):
            return obj[argument] if argument in obj else self._no_key(obj, argument)
        if isinstance(obj, Exposed):
            return self._exposed(obj, str(argument))
        if isinstance(obj, list | tuple | str):
            try:
                return obj[argument]
            except (IndexError, TypeError):
                return self.undefined(hint=f"no item {argument!r} here", name=str(argument))
        return super().getitem(obj, argument)

    def _no_key(self, obj: Mapping[str, Any], name: Any) -> Missing:
        part = f".{name}" if str(name).isidentifier() else f'["{name}"]'
        parent = obj.path if isinstance(obj, Tree) else ""
        path = parent + part if parent else str(name)
        return Missing(name=str(name), path=path, siblings=list(obj))

    def _exposed(self, obj: Exposed, name: str) -> Any:
        try:
            return obj.lookup(name)
        except KeyError:
            return Missing(name=name, path=name, siblings=list(obj._exposed))

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """A call from a template: counted, and what it makes is measured."""
        self.meter.step()
        if isinstance(obj, Missing):
            raise UndefinedError(obj._undefined_message)
        return self.meter.made(super().call(context, obj, *args, **kwargs))

    def is_safe_callable(self, obj: Any) -> bool:
        """Macros, this engine's functions and harmless string methods; no types or Python's own."""
        if isinstance(obj, type):
            return obj.__name__ in ("Namespace",)
        return isinstance(obj, Macro) or super().is_safe_callable(obj)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic, with the size of what it makes looked at first."""
        for side in (left, right):
            if isinstance(side, Missing):
                raise UndefinedError(_subtracted(operator, left, right) or side._undefined_message)
        if operator == "*":
            self._check_product(left, right)
        elif operator == "+" and isinstance(left, str | list) and isinstance(right, str | list):
            self.meter.size(len(left) + len(right))
        elif operator == "**":
            self._check_power(left, right)
        elif operator == "%" and isinstance(left, str):
            raise SecurityError("text % values is not allowed; use printf(text, values)")
        return super().call_binop(context, operator, left, right)

    def _check_product(self, left: Any, right: Any) -> None:
        for items, count in ((left, right), (right, left)):
            if isinstance(items, str | list | tuple) and isinstance(count, int):
                self.meter.size(len(items) * max(count, 0))
        if isinstance(left, int) and isinstance(right, int):
            self.meter.size((left.bit_length() + right.bit_length()) // 8)

    def _check_power(self, left: Any, right: Any) -> None:
        if isinstance(left, int) and isinstance(right, int) and right > 0:
            self.meter.size(left.bit_length() * right // 8)

    def _joined(self, values: list[Any]) -> Any:
        """`a ~ b`: template text stays template text."""
        for value in values:
            if isinstance(value, Missing):
                raise UndefinedError(value._undefined_message)
        texts = [value if isinstance(value, str) else write.plain(value) for value in values]
        self.meter.size(sum(map(len, texts)))
        made = any(isinstance(text, TemplateText) for text in texts)
        text = "".join(texts)
        return TemplateText(text) if made else text


PLACES: dict[str, Callable[..., Any]] = {
    "__line": write.line,
    "__node": write.node,
    "__scalar": write.scalar,
    "__key": write.key,
    "__part": write.part,
    "__lone": write.lone_part,
    "__single": write.single,
    "__singlequoted": write.single_quoted,
    "__double": write.double,
    "__block": write.block,
    "__blockstart": write.block_start,
    "__comment": write.comment,
    "__flow": write.flow,
    "__flowscalar": write.flow_scalar,
    "__text": write.text,
}
"""The filters that `places` puts in."""


def _strict(function: Callable[..., Any]) -> Callable[..., Any]:
    """A place's filter that refuses what isn't there."""

    def checked(value: Any, *args: Any) -> Any:
        if isinstance(value, Missing):
            raise UndefinedError(value._undefined_message)
        return function(value, *args)

    return checked


PLACES = {name: _strict(function) for name, function in PLACES.items()}


def _metered(template: nodes.Template) -> nodes.Template:
    """Loops counted and concatenations measured, by filters around what the author wrote."""
    for loop in template.find_all(nodes.For):
        loop.iter = nodes.Filter(loop.iter, "__loop", [], [], None, None, lineno=loop.lineno)
    for output in list(template.find_all(nodes.Concat)):
        output.nodes[:] = [_joined(list(output.nodes), output.lineno)]
    return template


def _joined(items: list[nodes.Expr], lineno: int) -> nodes.Filter:
    values = nodes.List(items, lineno=lineno)
    return nodes.Filter(values, "__joined", [], [], None, None, lineno=lineno)


def _subtracted(operator: str, left: Any, right: Any) -> str:
    """`Values.a-b` is read as a subtraction; say what was meant."""
    if operator != "-" or not isinstance(right, Missing):
        return ""
    name = right._path
    if isinstance(left, Missing):
        parent, _, last = left._path.rpartition(".")
        dashed = f"{last}-{name}"
        return f'{left._path}-{name}: a name with a dash is written {parent}["{dashed}"]'
    return f'{name}: no such value; a name with a dash is written ["…-{name}"]'
