"""Jinja's environment for one chart: sandboxed, strict, metered, and writing values as YAML."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import nodes
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError, UndefinedError
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from pyhelm._suggestion import suggestion
from pyhelm._typing import Any, Callable, Iterable, Mapping
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.jinja import bounds, compiling, filters, hints, write
from pyhelm.engine.jinja.arguments import check_macro, check_writable, refuse_missing, shown
from pyhelm.engine.jinja.compiling import Generator
from pyhelm.engine.jinja.omission import OMIT
from pyhelm.engine.jinja.text import Part, TemplateText, TextFile, join, refuse_nodes
from pyhelm.engine.jinja.tree import Tree
from pyhelm.engine.jinja.undefined import Missing
from pyhelm.engine.meter import CHARACTERS, Meter
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

LIST_METHODS = frozenset(("count", "index"))
"""The methods of lists that templates may call: those that change nothing."""

OPEN = (BlockReference, LoopContext, Macro, Namespace, TemplateModule, TemplateReference)
"""Jinja's own objects, whose attributes templates read; of all others Python's stay hidden."""


class ChartEnvironment(ImmutableSandboxedEnvironment):
    """The environment of one chart's templates."""

    code_generator_class = Generator
    intercepted_binops = frozenset(("+", "*", "**", "%", "//", "-", "/"))

    def __init__(self, meter: Meter, *, enable_dns: bool = False, **options: Any) -> None:
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
        self.before_code: Callable[[nodes.Template, str | None], None] = _nothing_more
        self.concat = self._concat  # type: ignore[method-assign]
        for name in ("lipsum", "cycler", "joiner"):
            self.globals.pop(name, None)
        self.filters.update(filters.table(meter, enable_dns=enable_dns))
        self.filters.update({name: self._place(write) for name, write in PLACES.items()})
        self.filters["__textfile"] = TextFile
        self.filters["__loop"] = self._looped
        self.filters["__nothing"] = _nothing
        self.filters["__walked"] = self._walked
        self.filters["__dictkey"] = bounds.key
        self.filters["__joined"] = self._joined
        self.tests["contains"] = _contains
        for name in bounds.COMPARING:
            self.tests[name] = bounds.bounded(name, self.tests[name], meter)

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,
    ) -> str:
        compiling.check(source, name, self)
        self.before_code(source, name)
        return super()._generate(compiling.metered(source), name, filename, defer_init)

    def exporting(self, names: tuple[str, ...], module: TemplateModule) -> TemplateModule:
        """A module that names are imported from; UndefinedError for one that isn't in it."""
        for name in names:
            if not hasattr(module, name):
                raise UndefinedError(_no_macro(name, module))
        return module

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`a.b`: a mapping's keys are all that it sees; methods of strings and loops as usual."""
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self._no_key(obj, attribute)
        if isinstance(obj, Missing):
            return obj[attribute]
        if isinstance(obj, Exposed):
            return self._exposed(obj, attribute)
        if isinstance(obj, str):
            return self._method(obj, attribute, STRING_METHODS, "text")
        if isinstance(obj, list | tuple):
            # `groupby` makes tuples whose parts have names.
            known = LIST_METHODS.union(getattr(obj, "_fields", ()))
            return self._method(obj, attribute, known, "a list")
        if isinstance(obj, TemplateModule) and not attribute.startswith("_"):
            found = vars(obj).get(attribute)
            return self.undefined(hint=_no_macro(attribute, obj)) if found is None else found
        if isinstance(obj, OPEN):
            return super().getattr(obj, attribute)
        if obj is None:
            hint = f"what stands before .{attribute} is null here; give it a default"
            return self.undefined(hint=hint, name=attribute)
        return self._other(obj, attribute)

    def _method(self, obj: Any, attribute: str, known: frozenset[str], what: str) -> Any:
        if attribute in known:
            return getattr(obj, attribute)
        return self._hidden(attribute, what, hints.of_method(attribute, obj))

    def _other(self, obj: Any, attribute: str) -> Any:
        hint = "; add | list" if isinstance(obj, range | Iterator) else ""
        if obj is self.globals.get("values"):
            # Sprig's function, whose name is the one that is meant in lower case.
            hint = "; did you mean 'Values'?"
        return self._hidden(attribute, f"a value of type {type(obj).__name__}", hint)

    def _hidden(self, attribute: str, what: str, hint: str = "") -> Any:
        text = f"{what} has no attribute {attribute!r} here{hint}"
        return self.undefined(hint=text, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """`a[b]`: keys and indices; of what has neither, what `a.b` would give."""
        if isinstance(obj, Missing):
            return obj[argument]
        if isinstance(obj, Mapping):
            # A list has no hash, and a tuple's goes through all that is in it.
            known = isinstance(argument, str | int | float) and argument in obj
            return obj[argument] if known else self._no_key(obj, argument)
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        if isinstance(obj, list | tuple | str | range):
            try:
                return obj[argument]
            except (IndexError, TypeError):
                return self.undefined(hint=f"no item {argument!r} here", name=str(argument))
        return self._other(obj, str(argument))

    def _no_key(self, obj: Mapping[str, Any], name: Any) -> Missing:
        part = f".{name}" if str(name).isidentifier() else f'["{name}"]'
        parent = obj.path if isinstance(obj, Tree) else ""
        path = parent + part if parent else str(name)
        method = hints.of_mapping(str(name), parent)
        if method:
            return Missing(hint=f"{path}: no such value{method}", name=str(name), path=path)
        return Missing(name=str(name), path=path, siblings=list(obj))

    def _exposed(self, obj: Exposed, name: str) -> Any:
        try:
            return obj.lookup(name)
        except KeyError:
            path = f"{type(obj).__name__}.{name}"
            return Missing(name=name, path=path, siblings=list(obj._exposed))

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """A call from a template: counted, and what it makes is measured."""
        self.meter.step()
        if isinstance(obj, Missing):
            obj._refuse()
        if obj is OMIT:
            sprig: Any = self.globals["sprig"]
            obj = sprig["omit"]
        if obj is dict and len(args) > 1:
            raise FunctionError('write {"a": 1} for dict("a", 1); Helm\'s function is sprig.dict')
        if isinstance(obj, Macro):
            check_macro(obj, args, kwargs)
        elif not callable(obj):
            raise FunctionError(f"{shown(obj)} is no function, and can't be called")
        if isinstance(obj, LoopContext) and args:
            # What a recursive loop goes on with passes no `for`.
            args = (self.meter.loop(args[0]), *args[1:])
        elif obj is dict or isinstance(getattr(obj, "__self__", None), str):
            self.meter.walked(getattr(obj, "__self__", ""), *args)
        try:
            return self.meter.made(super().call(context, obj, *args, **kwargs))
        except (TypeError, AttributeError) as exc:
            # Nothing says which types the methods of our objects take.
            if args and isinstance(getattr(obj, "__self__", None), Exposed):
                raise FunctionError(f"wrong arguments for {obj.__name__}") from exc
            raise

    def is_safe_callable(self, obj: Any) -> bool:
        """Macros, this engine's functions and harmless methods; of types, two that Jinja offers."""
        if isinstance(obj, type):
            return obj in (Namespace, dict)
        return isinstance(obj, Macro) or super().is_safe_callable(obj)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic, with the size of what it makes looked at first."""
        for side in (left, right):
            if isinstance(side, Missing):
                dashed = _subtracted(operator, left, right)
                raise UndefinedError(dashed) if dashed else side._error()
        if isinstance(left, int) and isinstance(right, int):
            bounds.check_integers(operator, left, right)
        elif operator == "*":
            self._check_product(left, right)
        elif operator == "+" and isinstance(left, str | list | tuple):
            self._check_sum(left, right)
        elif operator == "%" and isinstance(left, str):
            raise SecurityError("text % values is not allowed; use printf(text, values)")
        try:
            return super().call_binop(context, operator, left, right)
        except TypeError:
            way = "; ~ joins texts" if isinstance(left, str) or isinstance(right, str) else ""
            text = f"{shown(left)} {operator} {shown(right)} can't be worked out"
            raise FunctionError(f"{text}{way}") from None

    def _check_product(self, left: Any, right: Any) -> None:
        for items, count in ((left, right), (right, left)):
            if isinstance(items, str | list | tuple) and isinstance(count, int):
                each = CHARACTERS if isinstance(items, str) else 1
                self.meter.room(len(items) * max(count, 0), each)

    def _check_sum(self, left: Any, right: Any) -> None:
        if isinstance(right, str | list | tuple):
            each = CHARACTERS if isinstance(left, str) else 1
            self.meter.room(len(left) + len(right), each)

    def _looped(self, value: Any) -> Any:
        """What a loop goes over, counted."""
        if isinstance(value, Missing):
            value._refuse()
        if not hasattr(value, "__iter__"):
            raise FunctionError(f"a loop goes over a list or a mapping, not {shown(value)}")
        return self.meter.loop(value)

    def _walked(self, value: Any) -> Any:
        """A value that is about to be compared, copied or written."""
        self.meter.walked(value)
        return value

    def _concat(self, pieces: Iterable[Any]) -> Any:
        """What a macro, a block or a `{% set %}` gives, measured."""
        parts = list(pieces)
        length = sum(len(part) for part in parts if isinstance(part, str))
        self.meter.room(length, CHARACTERS)
        return join(parts)

    def text(self, pieces: Iterable[Any]) -> Any:
        """What a text that is a template gives: its only expression's value, else a text."""
        parts = list(pieces)
        self.meter.room(sum(map(len, parts)), CHARACTERS)
        if len(parts) == 1 and isinstance(parts[0], Part):
            return parts[0].value
        refuse_nodes(parts)
        return "".join(parts)

    def _place(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A place's filter, that refuses what isn't there and what is too much."""

        def checked(value: Any, *args: Any) -> Any:
            if isinstance(value, Missing):
                value._refuse()
            self.meter.walked(value)
            check_writable(value)
            try:
                return function(value, *args)
            except write.PlaceError:
                refuse_missing(value)
                raise

        return checked

    def _joined(self, values: list[Any]) -> Any:
        """`a ~ b`: template text stays template text."""
        for value in values:
            if isinstance(value, Missing):
                value._refuse()
            self.meter.walked(value)
            check_writable(value)
        texts = [value if isinstance(value, str) else write.plain(value) for value in values]
        self.meter.size(sum(map(len, texts)))
        made = any(isinstance(text, TemplateText) for text in texts)
        text = "".join(texts)
        return TemplateText(text) if made else text


def _nothing_more(source: nodes.Template, name: str | None) -> None:
    """A template is compiled as it is."""


def _no_macro(name: str, module: TemplateModule) -> str:
    known = [each for each in vars(module) if not each.startswith("_")]
    return f"{name}: no such macro in {module.__name__}{suggestion(name, known)}"


def _nothing(value: None) -> Missing:
    """What an `if` without `else` gives where its condition is false."""
    return Missing(hint="the condition is false, and there is no else: add `else VALUE`")


def _contains(whole: Any, part: Any) -> bool:
    try:
        return part in whole
    except TypeError:
        raise FunctionError(f"contains: {shown(part)} can't be in {shown(whole)}") from None


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
