"""What was wrong with a call that failed: its arguments, or the function.

Functions take for Jinja what they can make sense of, so nothing is checked before a call. Where one
fails, its arguments tell whose fault that was: the template's, if one of them is not of the kind
that the function is for; else ours.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from jinja2.runtime import Macro

from pyhelm._suggestion import suggestion
from pyhelm._typing import Any, Callable, Mapping
from pyhelm.engine.functions import FAMILIES, FunctionError
from pyhelm.engine.functions.signatures import SIGNATURES
from pyhelm.engine.jinja.omission import OMIT
from pyhelm.engine.jinja.undefined import Missing
from pyhelm.engine.objects import Exposed

PYTHONS = (TypeError, AttributeError, LookupError, ValueError, ArithmeticError)
"""What Python raises of values that don't fit."""

_WANTED = {
    **dict.fromkeys(("append", "prepend", "push"), "list any"),
    **dict.fromkeys(("compact", "first", "initial", "last", "rest", "reverse", "uniq"), "list"),
    **dict.fromkeys(("ceil", "floor", "add1"), "number"),
    **dict.fromkeys(FAMILIES["decimals"].split(), "number ...number"),
    "add1f": "number",
    **dict.fromkeys(("max", "min", "maxf", "minf", "biggest", "mul"), "number ...number"),
    **dict.fromkeys(("div", "mod", "sub"), "number number"),
    "add": "...number",
    "chunk": "int list",
    "concat": "...list",
    "dig": "any any any ...any",
    "has": "any list",
    "join": "string any",
    "keys": "...map[string]any",
    "len": "sized",
    "mustToDuration": "any",
    "round": "number int ...number",
    "slice": "list ...int",
    "sortAlpha": "list",
    "toToml": "map[string]any",
    "values": "...map[string]any",
    "without": "list ...any",
}
"""The parameters of functions that take less than Go declares, or are called otherwise."""


_MOST = {"round": 3, "slice": 3, "mustSlice": 3}
"""How many arguments functions take that take more than their fixed ones, but not any number."""


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


_FITS: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "any": ("a value", lambda value: True),
    "bool": ("a boolean", lambda value: True),
    "float64": ("a number", _is_number),
    "int": ("an integer", lambda value: isinstance(value, int)),
    "items": ("a list", lambda value: hasattr(value, "__iter__")),
    "list": ("a list", lambda value: isinstance(value, list | tuple)),
    "map[string]any": ("a mapping", lambda value: isinstance(value, Mapping)),
    "number": ("a number", _is_number),
    "sized": ("text, a list or a mapping", lambda value: hasattr(value, "__len__")),
    "string": ("text", lambda value: isinstance(value, str)),
}
"""What a kind is called, and whether a value is of it."""

_VALUES = (str, int, float, Mapping, list, tuple, type(None))

_DEPTH = 20
"""Levels of lists and mappings that are looked through for what is wrong in them."""

_OTHERS = {"[]any": "list", "uint32": "int"}
"""Go's kinds that are among those."""


def called(name: str, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """What one of Helm's functions gives.

    Raises FunctionError where the arguments are at fault, UndefinedError where one of them holds
    what isn't there, and what Python raised where neither is so.
    """
    try:
        return function(*arguments)
    except (FunctionError, *PYTHONS) as exc:
        refuse_missing(arguments)
        refusal = "" if isinstance(exc, FunctionError) else _refusal(name, arguments)
        if refusal:
            raise FunctionError(refusal) from exc
        raise


def bound(name: str, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """What a function of another kind gives; FunctionError where it takes no such arguments."""
    try:
        return function(*arguments, **named)
    except TypeError as exc:
        # Raised in this very frame: the function never began, or is one of Python's own.
        if exc.__traceback__ is None or exc.__traceback__.tb_next is None:
            # Python names a function by where it stands.
            text = str(exc).rpartition("<locals>.")[2]
            text = f"{name}{text[text.find('()') :]}" if ">()" in text else text
            raise FunctionError(text if text.startswith(name) else f"{name}: {text}") from exc
        raise


_OF_JINJA = ("_loop_vars", "_block_vars")
"""Arguments that Jinja adds to each call in a loop or a block."""


def check_macro(macro: Macro, arguments: tuple[Any, ...], named: Mapping[str, Any]) -> None:
    """Raise FunctionError for arguments that a macro doesn't take."""
    takes = f"it takes ({', '.join(macro.arguments)})" if macro.arguments else "it takes none"
    if len(arguments) > len(macro.arguments) and not macro.catch_varargs:
        # The block of a `{% call %}` has no name.
        which = f"the macro {macro.name}" if macro.name else "caller()"
        raise FunctionError(f"too many arguments for {which}: {takes}")
    for name in named:
        if name in _OF_JINJA:
            continue
        if name == "caller" and not macro.caller:
            raise FunctionError(f"the macro {macro.name} uses no caller(): write no call block")
        if name not in (*macro.arguments, "caller") and not macro.catch_kwargs:
            hint = suggestion(name, macro.arguments)
            raise FunctionError(f"the macro {macro.name} has no argument {name}: {takes}{hint}")


def check_writable(value: Any) -> None:
    """Raise FunctionError for what is no value, and has a way to one."""
    if isinstance(value, _VALUES):
        return
    if isinstance(value, range | Iterator):
        raise FunctionError("this is no list yet: add `| list`")
    if isinstance(value, Macro):
        raise FunctionError(f"{value.name} is a macro: call it, {value.name}(…)")
    if callable(value):
        name = getattr(value, "__name__", "this")
        hint = "; did you mean 'Values'?" if name == "values" else ""
        raise FunctionError(f"{name} is a function: call it, {name}(…){hint}")


def need(name: str, kind: str, value: Any) -> None:
    """Raise FunctionError for a value that is not of the kind that a function takes."""
    what, fits = _FITS[kind]
    if not fits(value):
        raise FunctionError(f"{name}: {what} is needed, not {shown(value)}")


def refuse_missing(value: Any, depth: int = 0) -> None:
    """Raise UndefinedError for what isn't there, however deep in lists and mappings."""
    if isinstance(value, Missing):
        value._refuse()
    if isinstance(value, list | tuple | Mapping) and depth < _DEPTH:
        for each in value.values() if isinstance(value, Mapping) else value:
            refuse_missing(each, depth + 1)


def _refusal(name: str, arguments: tuple[Any, ...]) -> str:
    """What is wrong with the arguments; empty if nothing is."""
    fixed, rest = _parameters(name)
    count = len(arguments)
    if count < len(fixed) or (count > len(fixed) and not rest):
        return f"{name} takes {_counted(fixed, rest)}, not {count}"
    if count > _MOST.get(name, count):
        return f"{name} takes at most {_MOST[name]} arguments, not {count}"
    if any(map(_has_odd_keys, arguments)):
        return f"{name}: the keys of a mapping must be text"
    for at, value in enumerate(arguments):
        kind = fixed[at] if at < len(fixed) else rest
        what, fits = _FITS[_OTHERS.get(kind, kind)]
        if not fits(value):
            return f"{name}: argument {at + 1} must be {what}, not {shown(value)}"
    return ""


def _counted(fixed: list[str], rest: str) -> str:
    """Parameters in words: `2 arguments (an integer, text)`."""
    words = [_FITS[_OTHERS.get(kind, kind)][0] for kind in fixed]
    listed = f" ({', '.join([*words, *(['…'] if rest else [])])})" if words else ""
    least = "at least " if rest else ""
    return f"{least}{len(fixed)} argument{'' if len(fixed) == 1 else 's'}{listed}"


def _parameters(name: str) -> tuple[list[str], str]:
    """The kinds of its parameters, and that of any more; empty where there are no more."""
    kinds = _kinds(name)
    if kinds and kinds[-1].startswith("..."):
        return kinds[:-1], kinds[-1][3:]
    return kinds, ""


def _has_odd_keys(value: Any, depth: int = 0) -> bool:
    """Whether a mapping in it has keys that a template wrote as numbers, say."""
    if depth > _DEPTH or not isinstance(value, list | tuple | Mapping):
        return False
    parts = value.values() if isinstance(value, Mapping) else value
    odd = isinstance(value, Mapping) and not all(isinstance(key, str) for key in value)
    return odd or any(_has_odd_keys(each, depth + 1) for each in parts)


def _kinds(name: str) -> list[str]:
    plain = name.removeprefix("must")
    plain = plain[:1].lower() + plain[1:]
    found = _WANTED.get(name) or _WANTED.get(plain) or SIGNATURES.get(name) or SIGNATURES[plain]
    return [_known(each) for each in found.split()]


def _known(kind: str) -> str:
    bare = kind.removeprefix("...")
    return kind if bare in _FITS or bare in _OTHERS else "any"


def shown(value: Any) -> str:
    """What a value is, in words: never Python's."""
    if value is None:
        return "null"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, range | Iterator):
        return "a sequence that needs `| list`"
    for kind, what in _NAMES:
        if isinstance(value, kind):
            return what
    if value is OMIT:
        return "omit"
    return "an object" if isinstance(value, Exposed) else "a value of another kind"


_NAMES: tuple[tuple[Any, str], ...] = (
    (bool, "a boolean"),
    (int, "an integer"),
    (float, "a number"),
    (str, "text"),
    (bytes, "bytes"),
    (Mapping, "a mapping"),
    (list | tuple, "a list"),
)
