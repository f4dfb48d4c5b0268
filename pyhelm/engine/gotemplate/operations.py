"""What compiled templates call: fields, comparisons, checks of arguments, printing."""

from __future__ import annotations

from pyhelm._typing import Any, Callable, Mapping, NoReturn
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.fmt import show as go_text
from pyhelm.engine.functions.fmt import sprintf
from pyhelm.engine.functions.limits import TEXT
from pyhelm.engine.gotemplate.errors import Fault
from pyhelm.engine.gotemplate.objects import (
    METHODS,
    Given,
    GoObject,
    KubeVersion,
    Method,
    bound_method,
)
from pyhelm.engine.gotypes import (
    Byte,
    Int64,
    StringMap,
    TemplateValues,
    kind_name,
    type_name,
)
from pyhelm.engine.meter import OverBudget, weight
from pyhelm.engine.objects import Exposed

ANY = "interface {}"

NO_TYPE = "reflect: call of reflect.Value.Type on zero Value"


def show(value: Any) -> str:
    """A value as an action prints it."""
    if type(value) is str:
        return value
    if isinstance(value, KubeVersion):
        return str(value)
    if value is None:
        return "<no value>"
    text = go_text(_printable(value))
    # An action shows what a pointer points to.
    return text.removeprefix("&") if hasattr(value, "go_fields") else text


def _printable(value: Any) -> Any:
    if weight(value, TEXT) > TEXT:
        raise OverBudget(f"a value of more than {TEXT} characters")
    return value


def chain(value: Any, names: tuple[str, ...]) -> Any:
    """Fields of a value, one after the other; of nothing there is nothing."""
    if value is None:
        return None
    base, shown = value, ""
    for name in names:
        kind = type(value)
        if kind is dict:
            value = value.get(name)
        elif kind is TemplateValues and name not in METHODS:
            value = value.map.get(name)
        else:
            found = _member(value, name, type_name(value) if value is base else shown or ANY)
            value, shown = found, _type(found, value)
    if type(value) is TemplateValues:
        value.sync()
    return value


def range_chain(value: Any, names: tuple[str, ...], shown: str = ANY) -> Any:
    """The same for an element of a loop, whose nil is an interface; `shown` is its type."""
    if value is None:
        raise Fault(f"nil pointer evaluating {ANY}.{names[0]}")
    for name in names:
        kind = type(value)
        if kind is dict:
            value = value.get(name)
        elif kind is TemplateValues and name not in METHODS:
            value = value.map.get(name)
        else:
            found = _member(value, name, shown)
            value, shown = found, _type(found, value)
    return value


def _type(value: Any, parent: Any) -> str:
    """The type of what a field or method gave: an interface, but where Go says more."""
    is_known = isinstance(value, Exposed) or isinstance(parent, StringMap)
    return type_name(value) if is_known else ANY


def _member(value: Any, name: str, shown: str) -> Any:
    """A field of what is no plain map."""
    if value is None:
        raise Fault(f"nil pointer evaluating {ANY}.{name}")
    if isinstance(value, GoObject):
        return value.member(name, shown)
    if isinstance(value, Exposed):
        found = _exposed(value, name, shown, ())
        return found() if callable(found) else found
    if isinstance(value, TemplateValues) and name in METHODS:
        return bound_method(METHODS[name], value, name, ())()
    if isinstance(value, StringMap):
        return value.get(name, "")
    if isinstance(value, Mapping):
        return value.get(name)
    raise Fault(f"can't evaluate field {name} in type {shown}")


def method(receiver: Any, is_interface: bool, name: str, given: Given) -> Callable[..., Any]:
    """A method that arguments are about to be made for; raises Fault where there is none."""
    if receiver is None:
        if is_interface:
            raise Fault(f"nil pointer evaluating {ANY}.{name}")
        return _nothing
    if isinstance(receiver, GoObject):
        return receiver.method(name, given)
    if isinstance(receiver, Exposed):
        made: Callable[..., Any] = _exposed(receiver, name, type_name(receiver), given)
        return made
    if isinstance(receiver, TemplateValues) and name in METHODS:
        return bound_method(METHODS[name], receiver, name, given)
    if isinstance(receiver, Mapping):
        raise Fault(f"{name} is not a method but has arguments")
    raise Fault(f"can't evaluate field {name} in type {type_name(receiver)}")


def _nothing(*arguments: Any) -> None:
    """Any method of nothing."""


def _exposed(value: Exposed, name: str, shown: str, given: Given) -> Any:
    """A field, or a method, of what a function made: a certificate, a version, a time."""
    if name in value.hidden:
        raise Fault(f"{name} is an unexported field of struct type {shown}")
    try:
        found = value.lookup(name)
    except KeyError:
        raise Fault(f"can't evaluate field {name} in type {shown}") from None
    if callable(found):
        takes = value.parameters.get(name, "")
        return bound_method(Method(takes, lambda self, *args: found(*args)), value, name, given)
    if given:
        raise Fault(f"{name} has arguments but cannot be invoked as function")
    return found


def fault(message: str, *before: Any) -> NoReturn:
    """Fail, as the template was known to when it was compiled."""
    raise Fault(message)


def second(first: Any, value: Any) -> Any:
    """The second of two, the first being made before it."""
    return value


def need_string(value: Any, is_interface: bool) -> str:
    """The value, if it is a string."""
    if type(value) is str:
        return value
    _refuse(value, is_interface, "string")


_NIL = frozenset(("map[string]any", "[]any", "[]string"))


def need(value: Any, is_interface: bool, wanted: str) -> Any:
    """The value, if it is of the type."""
    kind = type(value)
    if wanted == "map[string]any" and kind in (dict, TemplateValues):
        return value.map if kind is TemplateValues else value
    shown = wanted.replace("any", ANY)
    if value is None and wanted in _NIL and not is_interface:
        return {} if wanted.startswith("map") else []
    if value is not None and type_name(value) == shown:
        return value
    _refuse(value, is_interface, shown)


def _refuse(value: Any, is_interface: bool, wanted: str) -> NoReturn:
    if value is None and not is_interface:
        raise Fault(f"invalid value; expected {wanted}")
    got = ANY if value is None else type_name(value)
    raise Fault(f"wrong type for value; expected {wanted}; got {got}")


# text/template's own functions

_KINDS = {
    bool: "bool",
    int: "int",
    Int64: "int",
    float: "float",
    str: "string",
    Byte: "uint",
    complex: "complex",
}


def eq(first: Any, *others: Any) -> bool:
    """Whether the first is equal to any of the others."""
    if not others:
        raise FunctionError("missing argument for comparison")
    return any(_equal(first, other) for other in others)


def _equal(one: Any, other: Any) -> bool:
    if type(one) is str and type(other) is str:
        return one == other
    kind, kind2 = _kind(one), _kind(other)
    if kind != kind2:
        if {kind, kind2} == {"int", "uint"}:
            return bool(one == other)
        if one is not None and other is not None:
            names = f"{type_name(one)} and {type_name(other)}"
            raise FunctionError(f"incompatible types for comparison: {names}")
        return False
    if kind:
        return bool(one == other)
    if one is None or other is None:
        return one is other
    return _equal_objects(one, other)


def _equal_objects(one: Any, other: Any) -> bool:
    """Pointers are equal to themselves, structs of a type to those with the same fields."""
    kind, kind2 = kind_name(one), kind_name(other)
    if kind != kind2:
        shown = _printable(one), type_name(one), type_name(other), _printable(other)
        raise FunctionError(sprintf("non-comparable types %s: %v, %s: %v", shown))
    if kind == "ptr":
        return one is other
    if kind == "struct":
        return type_name(one) == type_name(other) and _content(one) == _content(other)
    raise FunctionError(
        sprintf("non-comparable type %s: %v", (_printable(other), type_name(other)))
    )


def _content(value: Any) -> Any:
    return value.go_fields() if hasattr(value, "go_fields") else value


def _kind(value: Any) -> str:
    """Go's basic kind; empty for what has none."""
    known = _KINDS.get(type(value))
    return known if known is not None else str(getattr(value, "basic_kind", ""))


def lt(one: Any, other: Any) -> bool:
    """Whether the first is less."""
    kind, kind2 = _kind(one), _kind(other)
    if not kind or not kind2 or (kind == kind2 and kind in ("bool", "complex")):
        raise FunctionError("invalid type for comparison")
    if kind != kind2 and {kind, kind2} != {"int", "uint"}:
        names = f"{type_name(one)} and {type_name(other)}"
        raise FunctionError(f"incompatible types for comparison: {names}")
    return bool(one < other)


def ne(one: Any, other: Any) -> bool:
    """Whether they differ."""
    return not _equal(one, other)


def le(one: Any, other: Any) -> bool:
    """Whether the first is less or equal."""
    return lt(one, other) or _equal(one, other)


def gt(one: Any, other: Any) -> bool:
    """Whether the first is greater."""
    return not le(one, other)


def ge(one: Any, other: Any) -> bool:
    """Whether the first is greater or equal."""
    return not lt(one, other)


def index(item: Any, *indexes: Any) -> Any:
    """What stands in a map or list under an index, and in that under the next."""
    if item is None:
        raise FunctionError("index of untyped nil")
    for at in indexes:
        if item is None:
            raise FunctionError("index of nil pointer")
        item = _indexed(item, at)
    return item


def _indexed(item: Any, at: Any) -> Any:
    if isinstance(item, Mapping):
        if type(at) is str:
            return item.get(at, "") if isinstance(item, StringMap) else item.get(at)
        if at is None:
            raise FunctionError("value is nil; should be of type string")
        raise FunctionError(f"value has type {type_name(at)}; should be string")
    if isinstance(item, str):
        data = item.encode("utf-8", "surrogateescape")
        return Byte(data[_place(at, len(data))])
    if isinstance(item, bytes):
        return Byte(item[_place(at, len(item))])
    if isinstance(item, list):
        return item[_place(at, len(item))]
    raise FunctionError(f"can't index item of type {_pointed(item)}")


def _place(at: Any, length: int) -> int:
    if at is None:
        raise FunctionError("cannot index slice/array with nil")
    if _kind(at) not in ("int", "uint"):
        raise FunctionError(f"cannot index slice/array with type {type_name(at)}")
    if not 0 <= at <= length:
        raise FunctionError(f"index out of range: {int(at)}")
    if at == length:
        raise FunctionError("reflect: slice index out of range")
    return int(at)


def length(item: Any, is_interface: bool = True) -> int:
    """How many elements, keys or bytes there are."""
    if type(item) is str:
        return len(item) if item.isascii() else len(item.encode("utf-8", "surrogateescape"))
    if item is None:
        message = "len of nil pointer" if is_interface else NO_TYPE
        raise FunctionError(message)
    if isinstance(item, list | Mapping | bytes):
        return len(item)
    raise FunctionError(f"len of type {_pointed(item)}")


def _pointed(item: Any) -> str:
    """The type of what a pointer leads to, which is where Go looks for items."""
    return type_name(item).removeprefix("*")


def call(name: str, function: Any, *args: Any) -> Any:
    """`call`: no value of a chart is a function."""
    if function is None:
        raise FunctionError("call of nil")
    raise FunctionError(f"non-function {name} of type {type_name(function)}")


BUILTINS: dict[str, Callable[..., Any]] = {
    "call": call,
    "eq": eq,
    "ge": ge,
    "gt": gt,
    "index": index,
    "le": le,
    "len": length,
    "lt": lt,
    "ne": ne,
}
"""text/template's functions that the compiler doesn't write out."""

OPERATIONS: dict[str, Any] = {
    "Int64": Int64,
    "chain": chain,
    "fault": fault,
    "method": method,
    "need": need,
    "need_string": need_string,
    "range_chain": range_chain,
    "second": second,
    "show": show,
}
"""What compiled code finds under these names."""
