"""TOML, written as BurntSushi's library does: tables indented, whole floats with `.0`."""

from __future__ import annotations

import math

from pyhelm import _yaml
from pyhelm._typing import Any, Callable, Mapping
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.limits import nested
from pyhelm.engine.gotypes import Int64

_ESCAPES = str.maketrans(
    {code: f"\\u{code:04x}" for code in (*range(0x20), 0x7F)}
    | {34: '\\"', 92: "\\\\", 8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r"}
)
_NOTHING = "reflect: call of reflect.Value.Type on zero Value"
_BARE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


def dump(value: Any) -> str:
    """A value as TOML; raises FunctionError for what TOML can't hold."""
    if value is None:
        raise FunctionError(_NOTHING)
    writer = _Writer()
    writer.entry((), value)
    return "".join(writer.out)


class _Writer:
    """One run of the writer: the text so far."""

    def __init__(self) -> None:
        self.out: list[str] = []

    def entry(self, path: tuple[str, ...], value: Any) -> None:
        """A key and its value, or a table; nothing for null."""
        nested(len(path), "toToml")
        if isinstance(value, Mapping):
            self.table(path, value)
        elif _is_tables(value):
            self.tables(path, value)
        elif not path:
            self.out.append(_value(value))
        elif value is not None:
            self.out.append(f"{_indent(path)}{_key(path[-1])} = {_value(value)}\n")

    def table(self, path: tuple[str, ...], value: Mapping[str, Any]) -> None:
        if hasattr(value, "is_nil"):
            return
        if len(path) == 1:
            self.newline()
        if path:
            self.out.append(f"{_indent(path)}[{'.'.join(map(_key, path))}]\n")
        self.entries(path, value)

    def tables(self, path: tuple[str, ...], items: list[Any]) -> None:
        if not path:
            raise FunctionError("toml: top-level values must be Go maps or structs")
        for item in items:
            self.newline()
            self.out.append(f"{_indent(path)}[[{'.'.join(map(_key, path))}]]\n")
            self.entries(path, item)

    def entries(self, path: tuple[str, ...], value: Mapping[str, Any]) -> None:
        for key in _ordered(value):
            if value[key] is not None:
                self.entry((*path, key), value[key])

    def newline(self) -> None:
        if self.out:
            self.out.append("\n")


def _ordered(value: Mapping[str, Any]) -> list[str]:
    """Keys sorted, those of tables last."""
    return sorted(value, key=lambda key: (_is_table(value[key]), key))


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) or _is_tables(value)


def _is_tables(value: Any) -> bool:
    if not isinstance(value, list) or not value:
        return False
    if any(each is None for each in value):
        raise FunctionError("toml: cannot encode array with nil element")
    kinds = [_is_table(each) for each in value]  # Helm: nil is looked for in every list
    return all(kinds) and all(isinstance(each, Mapping) for each in value)


def _indent(path: tuple[str, ...]) -> str:
    return "  " * (len(path) - 1)


def _key(name: str) -> str:
    return name if name and _BARE.issuperset(name) else _quoted(name)


def _quoted(text: str) -> str:
    return '"' + text.translate(_ESCAPES) + '"'


def _value(value: Any, depth: int = 0) -> str:
    nested(depth, "toToml")
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if hasattr(value, "go_toml"):
        return str(value.go_toml())
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, bytes):
        return "[" + ", ".join(map(str, value)) + "]"
    if isinstance(value, Mapping):
        items = (f"{_key(k)} = {_value(value[k], depth + 1)}" for k in _inline(value))
        return "{" + ", ".join(items) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(each, depth + 1) for each in value) + "]"
    raise FunctionError(f"unexpected type: {type(value).__name__}")


def _inline(value: Mapping[str, Any]) -> list[str]:
    return [key for key in _ordered(value) if value[key] is not None]


def _float(value: float) -> str:
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    text = _yaml.float_text(value)
    return text if "e" in text or "." in text else text + ".0"


def to_toml(value: Any) -> str:
    """A value as TOML; the error's text for what TOML can't hold (as in Helm)."""
    try:
        return dump(value)
    except FunctionError as exc:
        if str(exc) == _NOTHING:
            raise
        return str(exc)


def from_toml(text: str) -> dict[str, Any]:
    """The table in a TOML text, with Go's types; a fault goes into the key `Error`."""
    import tomllib

    try:
        return {key: _go(value) for key, value in tomllib.loads(text).items()}
    except (tomllib.TOMLDecodeError, RecursionError) as exc:
        return {"Error": f"toml: {exc}"}


def _go(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _go(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_go(each) for each in value]
    if type(value) is int:
        return Int64(value)
    return value if isinstance(value, str | bool | float) else _time(value)


def _time(value: Any) -> Any:
    from pyhelm.engine.functions.dates import from_toml_value

    return from_toml_value(value)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "fromToml": from_toml,
    "mustToToml": dump,
    "toToml": to_toml,
}
