"""Functions as Jinja filters and globals: Sprig's under their names where Jinja has none itself.

As a filter the piped value becomes the last argument, as in Go's pipelines: `x | trunc(63)` is
`trunc(63, x)`. Where Jinja has the name already its meaning wins, and Sprig's is `sprig.NAME`.
"""

from __future__ import annotations

from collections.abc import Iterator

from jinja2.filters import FILTERS

from pyhelm._typing import Any, Callable, Mapping
from pyhelm.engine import functions
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.jinja import bounds, write
from pyhelm.engine.jinja.arguments import called, need, shown
from pyhelm.engine.jinja.omission import OMIT
from pyhelm.engine.jinja.text import Indented, TemplateText, Written, indent_rest
from pyhelm.engine.jinja.undefined import Missing
from pyhelm.engine.meter import Meter

TEMPLATE_TEXT = frozenset(
    (
        *("quote", "squote", "toYaml", "mustToYaml", "toJson", "mustToJson", "toRawJson"),
        *("mustToRawJson", "toPrettyJson", "mustToPrettyJson", "toYamlPretty"),
        *("indent", "nindent"),
    )
)
"""Functions whose result is YAML that the template wrote, not text to be quoted."""

WRITERS = TEMPLATE_TEXT - {"quote", "squote", "indent", "nindent"} | {"toToml", "mustToToml"}
"""Functions that write a value as YAML, JSON or TOML."""

KEEPS_TEXT = frozenset(("trim", "trimSuffix", "trimPrefix", "replace", "lower", "upper", "trunc"))
"""String functions that give template text when the text they are given is some."""

REMOVED = ("pprint", "xmlattr", "urlize", "filesizeformat", "wordwrap", "striptags", "attr")
"""Jinja's filters that have no place in a manifest, or that reach into Python."""


def table(meter: Meter, *, enable_dns: bool = False) -> dict[str, Callable[..., Any]]:
    """All filters by name: Jinja's (bounded), Sprig's, and ours."""
    found, guarded = bounds.table(meter), _Guarded(meter, enable_dns)
    found.update({n: _piped(n, meter, guarded) for n in functions.NAMES if n not in FILTERS})
    own = _own(meter, guarded)
    found.update({name: bounds.bounded(name, call, meter) for name, call in own.items()})
    return {**found, "default": default, "d": default, **dict.fromkeys(REMOVED, _refused)}


def globals_(meter: Meter, *, enable_dns: bool = False) -> dict[str, Any]:
    """Functions by name for calls: `trunc(63, x)`; `sprig` holds all of them."""
    guarded = _Guarded(meter, enable_dns)
    called = {name: _called(name, meter, guarded) for name in functions.NAMES}
    called["squote"] = squote
    named = {name: call for name, call in called.items() if name not in ("dict", "list", "range")}
    # Called, it is Sprig's: `omit(mapping, "key")`.
    return {**named, "list": called["list"], "sprig": called, "omit": OMIT}


def squote(*values: Any) -> TemplateText:
    """Each value in single quotes, nulls left out; double ones where single ones can't hold it."""
    _refuse_missing(*values)
    return TemplateText(" ".join(map(write.single_quoted, (v for v in values if v is not None))))


def default(value: Any, fallback: Any = "", boolean: bool = False) -> Any:
    """The fallback for what is missing or null; `0`, `false` and `""` stay."""
    if isinstance(value, Missing) or value is None or (boolean and not value):
        return fallback
    return value


class _Guarded(dict[str, "Callable[..., Any]"]):
    """Functions by name, metered; each is loaded, and its family imported, when first needed."""

    def __init__(self, meter: Meter, enable_dns: bool) -> None:
        super().__init__()
        self._meter = meter
        if not enable_dns:
            # A stranger's chart asks no name server.
            self["getHostByName"] = lambda name: ""

    def __missing__(self, name: str) -> Callable[..., Any]:
        self[name] = made = self._meter.guarded(name, functions.load(name))
        return made


def _piped(name: str, meter: Meter, guarded: _Guarded) -> Callable[..., Any]:
    def call(value: Any, *arguments: Any, **named: Any) -> Any:
        meter.step()
        _refuse_missing(value, *arguments)
        given = _given(name, (*arguments, value), named, meter)
        return _finished(name, called(name, guarded[name], given), value, meter)

    return call


def _called(name: str, meter: Meter, guarded: _Guarded) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        _refuse_missing(*arguments)
        last = arguments[-1] if arguments else None
        given = _given(name, arguments, named, meter)
        return _finished(name, called(name, guarded[name], given), last, meter)

    call.__name__ = name
    return call


def _given(
    name: str, arguments: tuple[Any, ...], named: Mapping[str, Any], meter: Meter
) -> tuple[Any, ...]:
    """The arguments of one of Helm's functions, with what `map` and `range` give as lists."""
    if named:
        raise FunctionError(f"{name} takes no named arguments, such as {next(iter(named))}=")
    given = tuple(list(each) if isinstance(each, range | Iterator) else each for each in arguments)
    if name not in WRITERS:
        return given
    meter.walked(*given)
    return tuple(map(write.exact, given))


def _finished(name: str, result: Any, value: Any, meter: Meter) -> Any:
    meter.made(result)
    made = name in TEMPLATE_TEXT or (name in KEEPS_TEXT and isinstance(value, TemplateText))
    return TemplateText(result) if made and isinstance(result, str) else result


def _refuse_missing(*values: Any) -> None:
    for value in values:
        if isinstance(value, Missing):
            value._refuse()


def _own(meter: Meter, guarded: _Guarded) -> dict[str, Callable[..., Any]]:
    """Jinja's filters whose results can grow, and those that mean something else for YAML."""

    def indent(value: Any, width: Any = 4, first: bool = False, blank: bool = False) -> Any:
        """Jinja's: all lines but the first, unless asked."""
        _refuse_missing(value)
        if not isinstance(width, str):
            need("indent", "number", width)
        spaces = len(width) if isinstance(width, str) else int(width)
        text = write.plain(value)
        meter.size(spaces * (text.count("\n") + 1) + len(text))
        lead = " " * spaces if first else ""
        shown = lead + indent_rest(text, spaces)
        return TemplateText(shown) if first else Indented(shown, text)

    def replace(text: Any, old: str, new: str, count: int | None = None) -> Any:
        _refuse_missing(text, old, new)
        for each in (old, new):
            need("replace", "string", each)
        need("replace", "int", -1 if count is None else count)
        shown = write.plain(text)
        meter.size((shown.count(old) + 1) * len(new) + len(shown))
        made = shown.replace(old, new, -1 if count is None else count)
        return TemplateText(made) if isinstance(text, TemplateText) else made

    def join(values: Any, separator: str = "", attribute: Any = None) -> Any:
        _refuse_missing(values)
        need("join", "items", values)
        need("join", "string", separator)
        items = list(values) if attribute is None else _each(attribute, values)
        texts = [write.plain(each) for each in items]
        meter.size(sum(map(len, texts)) + len(separator) * len(texts))
        return separator.join(texts)

    def center(text: Any, width: int = 80) -> str:
        need("center", "int", width)
        meter.size(width)
        return write.plain(text).center(width)

    def items(mapping: Any) -> list[tuple[Any, Any]]:
        _refuse_missing(mapping)
        if not isinstance(mapping, Mapping):
            raise FunctionError("items: the value is no mapping")
        return list(mapping.items())

    def tojson(value: Any, indent: int | None = None) -> TemplateText:
        name = "toPrettyJson" if indent else "toRawJson"
        _refuse_missing(value)
        return TemplateText(guarded[name](write.exact(value)))

    def to_text(value: Any) -> str:
        _refuse_missing(value)
        return write.plain(value)

    def parted(name: str, value: Any, keys: tuple[Any, ...]) -> Any:
        """Sprig's takes the mapping first; so `mapping | omit("key")` reads here."""
        if not isinstance(value, Mapping):
            way = "; VALUE or omit leaves an entry out" if name == "omit" else ""
            raise FunctionError(f"{name}: a mapping is needed, not {shown(value)}{way}")
        return called(name, guarded[name], (value, *keys))

    return {
        "center": center,
        "format": lambda text, *values: called("printf", guarded["printf"], (text, *values)),
        "indent": indent,
        "items": items,
        "join": join,
        "replace": replace,
        "squote": squote,
        "omit": lambda value, *keys: parted("omit", value, keys),
        "pick": lambda value, *keys: parted("pick", value, keys),
        "safe": lambda value: TemplateText(write.plain(value)),
        "string": to_text,
        "tojson": tojson,
    }


def _each(attribute: Any, values: Any) -> list[Any]:
    """What stands under a name in each of the values."""
    try:
        return [value[attribute] for value in values]
    except (LookupError, TypeError):
        raise FunctionError(f"join: not every item has {attribute!r}") from None


def _refused(*values: Any, **options: Any) -> Written:
    raise FunctionError("this filter is not available in charts")
