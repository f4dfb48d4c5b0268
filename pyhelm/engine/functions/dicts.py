"""Dicts. `set`, `unset` and `merge` change them in Go's templates; for Jinja they make new ones."""

from __future__ import annotations

from pyhelm._typing import Any, Callable
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.limits import Step, nested, uncounted
from pyhelm.engine.functions.text import strval, to_text
from pyhelm.engine.functions.types import empty
from pyhelm.engine.functions.verbs import go_type
from pyhelm.engine.gotypes import NilMap, Strings

Dict = dict[str, Any]


def go_dict(*items: Any) -> Dict:
    """A dict of keys and values in turn; a last key alone gets empty text."""
    if len(items) % 2:
        items = (*items, "")
    keys = items[::2]
    if not all(type(key) is str for key in keys):
        keys = tuple(map(strval, keys))
    return dict(zip(keys, items[1::2], strict=True))


def get(mapping: Dict | None, key: str) -> Any:
    """A key's value; empty text when it isn't there."""
    return "" if mapping is None else mapping.get(key, "")


def put(mapping: Dict | None, key: str, value: Any) -> Dict:
    """The dict itself with the key set."""
    if mapping is None or isinstance(mapping, NilMap):
        raise FunctionError("assignment to entry in nil map")
    mapping[key] = value
    return mapping


def drop(mapping: Dict | None, key: str) -> Dict:
    """The dict itself without the key."""
    if mapping is None:
        return NilMap()
    mapping.pop(key, None)
    return mapping


def pick(mapping: Dict | None, *names: str) -> Dict:
    """Only these keys."""
    return {name: mapping[name] for name in names if name in mapping} if mapping else {}


def omit(mapping: Dict | None, *names: str) -> Dict:
    """All but these keys."""
    return {name: value for name, value in (mapping or {}).items() if name not in names}


def pluck(key: str, *mappings: Dict | None) -> list[Any]:
    """The key's value in each dict that has it."""
    return [mapping[key] for mapping in mappings if mapping and key in mapping]


def keys(*mappings: Dict | None) -> Strings:
    """The dicts' keys, sorted in each (Helm's order changes from run to run)."""
    return Strings([key for mapping in mappings for key in sorted(mapping or ())])


def values(mapping: Dict | None) -> list[Any]:
    """The values in the order of their keys (Helm's order changes from run to run)."""
    return [mapping[key] for key in sorted(mapping)] if mapping else []


def dig(*arguments: Any) -> Any:
    """`dig(key, key, …, default, dict)`: a nested value, or the default."""
    if len(arguments) < 3:
        raise FunctionError("dig needs at least three arguments")
    *names, default, found = arguments
    found = _as_dict(found)
    for name in names:
        if type(name) is not str:
            raise FunctionError(f"interface conversion: interface {{}} is {_is(name)}, not string")
    for index, name in enumerate(names):
        if name not in found:
            return default
        found = found[name] if index == len(names) - 1 else _as_dict(found[name])
    return found


def _as_dict(value: Any) -> Dict:
    if isinstance(value, dict) and go_type(value) == "map[string]interface {}":
        return value
    raise FunctionError(
        f"interface conversion: interface {{}} is {_is(value)}, not map[string]interface {{}}"
    )


def _is(value: Any) -> str:
    return "nil" if value is None else go_type(value)


def merge(target: Dict | None, *sources: Dict | None, step: Step = uncounted) -> Dict:
    """The first dict itself, with what the others have where it has nothing or what is empty."""
    return _merge_all(target, sources, False, step)


def merge_overwrite(target: Dict | None, *sources: Dict | None, step: Step = uncounted) -> Dict:
    """The first dict itself, with all that the others have; the last wins."""
    return _merge_all(target, sources, True, step)


def _merge_all(
    target: Dict | None, sources: tuple[Dict | None, ...], overwrite: bool, step: Step
) -> Dict:
    if target is None or isinstance(target, NilMap):
        target = {} if any(_is_map(source) for source in sources) else NilMap()
    for source in sources:
        if source is not None:
            _merge(target, source, overwrite, step, 0)
    return target


def _is_map(source: Dict | None) -> bool:
    return source is not None and not isinstance(source, NilMap)


def _merge(target: Dict, source: Dict, overwrite: bool, step: Step, depth: int) -> None:
    nested(depth, "merge")
    step(len(source))
    for key, value in list(source.items()):
        if value is None:
            if overwrite:
                target[key] = None
            continue
        own = target.get(key)
        if isinstance(value, dict) and isinstance(own, dict):
            _merge(own, value, overwrite, step, depth + 1)
            if own:
                continue
        if overwrite or key not in target or empty(own):
            target[key] = value


def _lenient_pairs(*items: Any) -> Dict:
    padded = [*items, ""] if len(items) % 2 else items
    return {to_text(key): value for key, value in zip(padded[::2], padded[1::2], strict=True)}


def _lenient_dig(*arguments: Any) -> Any:
    if len(arguments) < 3:
        raise FunctionError("dig needs at least three arguments")
    *names, default, found = arguments
    for name in names:
        if not isinstance(found, dict) or name not in found:
            return default
        found = found[name]
    return found


def merged(first: Dict, *others: Dict) -> Dict:
    """A new dict; the first that has a value wins, empty ones not counting."""
    return _merged(first, others, overwrite=False, depth=0)


def merged_overwrite(first: Dict, *others: Dict) -> Dict:
    """A new dict; the last wins."""
    return _merged(first, others, overwrite=True, depth=0)


def _merged(first: Dict, others: tuple[Dict, ...], *, overwrite: bool, depth: int) -> Dict:
    nested(depth, "merge")
    made = dict(first)
    for other in others:
        for key, value in other.items():
            own = made.get(key)
            if isinstance(own, dict) and isinstance(value, dict):
                made[key] = _merged(own, (value,), overwrite=overwrite, depth=depth + 1)
            elif overwrite or not own:
                made[key] = value
    return made


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "dict": _lenient_pairs,
    "dig": _lenient_dig,
    "get": lambda mapping, key: mapping.get(key, ""),
    "hasKey": lambda mapping, key: key in mapping,
    "keys": lambda *mappings: [key for mapping in mappings for key in sorted(mapping)],
    "merge": merged,
    "mergeOverwrite": merged_overwrite,
    "mustMerge": merged,
    "mustMergeOverwrite": merged_overwrite,
    "omit": omit,
    "pick": pick,
    "pluck": pluck,
    "set": lambda mapping, key, value: {**mapping, key: value},
    "unset": lambda mapping, key: {name: mapping[name] for name in mapping if name != key},
    "values": lambda *mappings: [mapping[key] for mapping in mappings for key in sorted(mapping)],
}

GO_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "dict": go_dict,
    "dig": dig,
    "get": get,
    "hasKey": lambda mapping, key: mapping is not None and key in mapping,
    "keys": keys,
    "merge": merge,
    "mergeOverwrite": merge_overwrite,
    "mustMerge": merge,
    "mustMergeOverwrite": merge_overwrite,
    "set": put,
    "unset": drop,
    "values": values,
}
