"""YAML and JSON in templates; a fault goes into what is returned, as Helm has it."""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._lazy import lazy_pattern
from pyhelm._typing import TYPE_CHECKING, Any, Callable, Mapping
from pyhelm.engine import gotypes
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.encoding import b64enc
from pyhelm.engine.functions.limits import nested
from pyhelm.engine.functions.quoting import from_octets
from pyhelm.engine.gotypes import NilList, NilMap
from pyhelm.errors import YAMLError

if TYPE_CHECKING:
    import re

_CONTROLS = lazy_pattern("[\x7f-\x84\x86-\x9f\ufffe\uffff]")
_NEXT_LINES = lazy_pattern(" *\x85[ \x85]*")


def plain(value: Any, depth: int = 0) -> Any:
    """A value with Go's objects as JSON has them: structs as mappings, bytes as base64."""
    nested(depth, "toJson")
    if hasattr(value, "go_json"):
        made = plain(value.go_json(), depth + 1)
        return _yaml.Fields(made) if isinstance(made, dict) else made
    if isinstance(value, bytes):
        return b64enc(from_octets(value))
    if isinstance(value, Mapping):
        items = {key: plain(each, depth + 1) for key, each in value.items()}
        return NilMap() if isinstance(value, NilMap) else items
    if isinstance(value, list) and not hasattr(value, "is_nil"):
        return [plain(each, depth + 1) for each in value]
    if hasattr(value, "go_fields"):
        return _yaml.Fields((name, plain(each, depth + 1)) for name, each in value.go_fields())
    return value


def _written(write: Callable[[Any], str], value: Any) -> str:
    """A value written; raises ValueError for what can't be."""
    try:
        return write(value)
    except RecursionError:
        raise FunctionError("json: unsupported value: encountered a cycle") from None
    except ValueError as exc:
        if "unsupported type" not in str(exc):
            raise
    return write(plain(value))


def _pretty(value: Any) -> str:
    return _yaml.to_json(value, indent="  ")


def _raw(value: Any) -> str:
    return _yaml.to_json(value, escape_html=False)


def _or_empty(write: Callable[[Any], str]) -> Callable[[Any], str]:
    """Nothing for what can't be written."""

    def written(value: Any) -> str:
        try:
            return _written(write, value)
        except ValueError:
            return ""

    return written


def _or_fail(write: Callable[[Any], str], doing: str = "") -> Callable[[Any], str]:
    def written(value: Any) -> str:
        try:
            return _written(write, value)
        except ValueError as exc:
            unread = str(exc).startswith("yaml: ")  # it was written as JSON
            raise FunctionError(str(exc) if unread else doing + str(exc)) from exc

    return written


def _dump(value: Any) -> str:
    text = _yaml.dump(value)
    if '"<<":' in text or "\\N" in text:
        text = _yaml.dump(_as_helm_writes(value))
    if "\\x" in text or "\\uFFF" in text:
        _refuse_controls(value)
    return text.removesuffix("\n")


def _refuse_controls(value: Any) -> None:
    """Refuse what Helm's way by JSON leaves as it is, and go-yaml doesn't read."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            _refuse_controls(key)
            _refuse_controls(each)
    elif isinstance(value, list | tuple):
        for each in value:
            _refuse_controls(each)
    elif isinstance(value, str) and _CONTROLS.search(value):
        raise ValueError("yaml: control characters are not allowed")


def _as_helm_writes(value: Any) -> Any:
    """What Helm's way by JSON and go-yaml loses: quotes of `<<`, U+0085 (a line break to YAML)."""
    if isinstance(value, Mapping):
        return {
            _yaml.Plain("<<") if key == "<<" else key: _as_helm_writes(each)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_as_helm_writes(each) for each in value]
    return _NEXT_LINES.sub(_folded, value) if isinstance(value, str) else value


def _folded(breaks: re.Match[str]) -> str:
    return "\n" * (breaks[0].count("\x85") - 1) or " "


def _dump_pretty(value: Any) -> str:
    from pyhelm._yaml.pretty import dump_pretty

    return dump_pretty(_shown(value)).removesuffix("\n")


def _shown(value: Any) -> Any:
    """A value as go-yaml v3 takes it: structs as mappings, times and durations as text."""
    if hasattr(value, "go_yaml"):
        return value.go_yaml()
    if isinstance(value, Mapping):
        return {key: _shown(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_shown(each) for each in value]
    if hasattr(value, "go_fields"):
        return {name.lower(): _shown(each) for name, each in value.go_fields()}
    return value


def load_yaml(text: str) -> Any:
    """A YAML text's first document with Go's types; raises ValueError in Helm's words."""
    try:
        return _yaml.load(text)
    except YAMLError as exc:
        raise ValueError(f"error converting YAML to JSON: {exc.go}") from exc


def load_json(text: str) -> Any:
    """A JSON text's value with Go's types; raises ValueError in Go's words."""
    from pyhelm.engine.functions.json import loads

    return loads(text)


def _misfit(value: Any, wanted: str) -> str:
    names = {str: "string", bool: "bool", dict: "object", list: "array"}
    return (
        f"json: cannot unmarshal {names.get(type(value), 'number')} into Go value of type {wanted}"
    )


def _mapping(load: Callable[[str], Any], doing: str = "") -> Callable[[str], dict[str, Any]]:
    """A reader of mappings; a fault goes into the key `Error`. JSON's null is nil, YAML's isn't."""

    def read(text: str) -> dict[str, Any]:
        try:
            found = load(text)
        except ValueError as exc:
            return {"Error": str(exc)}
        if found is None:
            return {} if doing else NilMap()
        if isinstance(found, dict):
            return found
        return {"Error": doing + _misfit(found, "map[string]interface {}")}

    return read


def _array(load: Callable[[str], Any], doing: str = "") -> Callable[[str], list[Any]]:
    """A reader of lists; a fault is the one item."""

    def read(text: str) -> list[Any]:
        try:
            found = load(text)
        except ValueError as exc:
            return [str(exc)]
        if found is None:
            return [] if doing else NilList()
        return found if isinstance(found, list) else [doing + _misfit(found, "[]interface {}")]

    return read


def must_from_json(text: str) -> Any:
    """Any JSON value; raises FunctionError."""
    try:
        return load_json(text)
    except ValueError as exc:
        raise FunctionError(str(exc)) from exc


def _natural(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """For Jinja: plain mappings and lists, whole numbers natural."""

    def call(text: str) -> Any:
        found = read(text)
        return type(found).__mro__[1](found) if isinstance(found, NilMap | NilList) else found

    return call


def _json_natural(text: str) -> Any:
    load_json(text)
    return _yaml.from_json(text)


def _go_yaml(text: str) -> Any:
    return gotypes.from_json(load_yaml(text))


YAML_INTO = "error unmarshaling JSON: while decoding JSON: "

GO_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "fromJson": _mapping(load_json),
    "fromJsonArray": _array(load_json),
    "fromYaml": _mapping(_go_yaml, YAML_INTO),
    "fromYamlArray": _array(_go_yaml, YAML_INTO),
    "mustFromJson": must_from_json,
    "mustToJson": _or_fail(_yaml.to_json),
    "mustToPrettyJson": _or_fail(_pretty),
    "mustToRawJson": _or_fail(_raw),
    "mustToYaml": _or_fail(_dump, "error marshaling into JSON: "),
    "toJson": _or_empty(_yaml.to_json),
    "toPrettyJson": _or_empty(_pretty),
    "toRawJson": _or_fail(_raw),
    "toYaml": _or_empty(_dump),
    "toYamlPretty": _or_empty(_dump_pretty),
}


def _checked(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """For Jinja: fails where the other hands out the error."""

    def strict(text: str) -> Any:
        try:
            return read(text)
        except ValueError as exc:
            raise FunctionError(str(exc)) from exc

    return strict


FUNCTIONS: dict[str, Callable[..., Any]] = GO_FUNCTIONS | {
    "fromJson": _natural(_mapping(_json_natural)),
    "fromJsonArray": _natural(_array(_json_natural)),
    "fromYaml": _natural(_mapping(load_yaml, YAML_INTO)),
    "fromYamlArray": _natural(_array(load_yaml, YAML_INTO)),
    "mustFromJson": _checked(_json_natural),
    "mustToYaml": _or_fail(_dump),
}
