"""Kubernetes' strategic merge patch: maps and keyed lists are merged, directives say otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from pyhelm.simulator import statuses
from pyhelm.simulator.schema import ANY, Type

Object = dict[str, Any]

DIRECTIVE = "$patch"
RETAIN = "$retainKeys"
DELETED = "$deleteFromPrimitiveList"
ORDER = "$setElementOrder"


def strategic_patch(target: Mapping[str, Any], patch: Mapping[str, Any], type_: Type) -> Object:
    """A map after a patch; neither is changed. Raises the server's Status."""
    if DIRECTIVE in patch:
        return _directed(patch)
    out, rest = dict(target), dict(patch)
    _retain(out, rest)
    for name in [name for name in rest if name.startswith(ORDER)]:
        _patch_ordered(out, rest, name, type_)
    for name, value in rest.items():
        if name.startswith(DELETED):
            _delete_from_list(out, _field_of(name, "primitive"), value)
        else:
            _patch_field(out, name, value, type_)
    return out


def _fail(message: str) -> NoReturn:
    """An error that the server has no code for."""
    raise statuses.StatusError(500, "", message)


def _bad_format(what: str) -> NoReturn:
    raise statuses.bad_request(f"invalid patch format of {what}")


def _directed(patch: Mapping[str, Any]) -> Object:
    directive = patch[DIRECTIVE]
    if directive == "replace":
        return {name: value for name, value in patch.items() if name != DIRECTIVE}
    if directive != "delete":
        _unknown(directive, patch)
    return {}


def _unknown(directive: Any, patch: Mapping[str, Any]) -> NoReturn:
    told = directive if isinstance(directive, str) else f"%!s({_go_type(directive)}={directive})"
    _fail(f"unknown patch type: {told} in map: {shown(patch)}")


def _retain(out: Object, patch: Object) -> None:
    """Drop the fields that `$retainKeys` doesn't name; a patch may set none of them."""
    if RETAIN not in patch:
        return
    kept = patch.pop(RETAIN)
    if not isinstance(kept, list):
        _bad_format("retainKeys")
    for name, value in patch.items():
        if value is not None and not name.startswith((DELETED, ORDER)) and name not in kept:
            _bad_format("retainKeys")
    for name in [name for name in out if name not in kept]:
        del out[name]


def _field_of(name: str, what: str) -> str:
    directive, slash, field = name.partition("/")
    if not slash or directive not in (DELETED, ORDER):
        _bad_format(f"{what} list")
    return field


def _delete_from_list(out: Object, name: str, deleted: Any) -> None:
    current = out.get(name)
    if deleted is None:
        out.pop(name, None)
    elif isinstance(current, list) and isinstance(deleted, list):
        _check_alike(current, deleted)
        out[name] = [item for item in current if item not in deleted]


def _patch_field(out: Object, name: str, value: Any, type_: Type) -> None:
    current = out.get(name)
    if value is None:
        out.pop(name, None)
    elif isinstance(value, Mapping) and isinstance(current, Mapping):
        below = _declared(type_, name)
        replaced = "replace" in below.strategies
        out[name] = dict(value) if replaced else strategic_patch(current, value, below)
    elif isinstance(value, list) and isinstance(current, list):
        out[name] = _merge(current, value, _declared(type_, name))
    elif isinstance(value, Mapping) and DIRECTIVE in value:
        # What isn't there can't be merged with; what stands there in another form goes.
        out.pop(name, None)
    else:
        out[name] = _fresh(value)


def _declared(type_: Type, name: str) -> Type:
    found = type_.field(name)
    if found is None and not type_.is_open:
        struct = type_.name.rpartition(".")[2]
        _fail(f'unable to find api field in struct {struct} for the json field "{name}"')
    return found or ANY


def _fresh(value: Any) -> Any:
    """What a patch adds: without nulls, and without maps that hold a directive."""
    if isinstance(value, Mapping):
        kept = {name: child for name, child in value.items() if _stays(child)}
        return {name: _fresh(child) for name, child in kept.items() if child is not None}
    if isinstance(value, list):
        return [_fresh(item) for item in value if _stays(item)]
    return value


def _stays(value: Any) -> bool:
    return not (isinstance(value, Mapping) and DIRECTIVE in value)


def _merge(current: list[Any], patch: list[Any], type_: Type) -> list[Any]:
    """A list after a patch of it, in the patch's order."""
    if "merge" not in type_.strategies:
        return patch
    if not current and not patch:
        return current
    if not isinstance(_check_alike(current, patch), Mapping):
        return _in_order(_distinct([*current, *patch]), patch, current, "")
    key = type_.merge_key
    if not key:
        _fail(f"cannot merge lists without merge key for {type_.name.rpartition('.')[2]}")
    current, patch = _with_directives(current, patch, key)
    return _in_order(_merge_items(current, patch, type_), patch, current, key)


def _check_alike(*lists: list[Any]) -> Any:
    """The first item; raises where items are not all maps, or all of one scalar type."""
    items = [item for each in lists for item in each]
    if any(isinstance(item, list) for item in items):
        message = "lists of lists are not supported"
        raise statuses.StatusError(422, "Invalid", message, details={})
    if len({_go_type(item) for item in items}) > 1:
        _fail(f"list element types are not identical: {shown(list(lists))}")
    return items[0] if items else None


def _distinct(items: list[Any]) -> list[Any]:
    return [item for index, item in enumerate(items) if item not in items[:index]]


def _with_directives(current: list[Any], patch: list[Any], key: str) -> tuple[list[Any], list[Any]]:
    """The items that stay, and those to merge into them: items may say delete or replace."""
    plain, replaced = [item for item in patch if DIRECTIVE not in item], False
    for item in patch:
        directive = item.get(DIRECTIVE, "")
        if directive == "delete":
            value = _key_of(item, key)
            current = [have for have in current if have.get(key) != value]
        elif directive == "merge":
            _fail("merging lists cannot yet be specified in the patch")
        elif directive not in ("", "replace"):
            _unknown(directive, item)
        replaced = replaced or directive == "replace"
    return (plain, []) if replaced else (current, plain)


def _key_of(item: Mapping[str, Any], key: str) -> Any:
    if key not in item:
        _fail(f"map: {shown(item)} does not contain declared merge key: {key}")
    return item[key]


def _merge_items(current: list[Any], patch: list[Any], type_: Type) -> list[Any]:
    items, key = list(current), type_.merge_key
    for item in patch:
        value = _key_of(item, key)
        index = next((i for i, have in enumerate(items) if have.get(key) == value), None)
        if index is None:
            items.append(item)
        else:
            items[index] = strategic_patch(items[index], item, type_.items or ANY)
    return items


def _patch_ordered(out: Object, patch: Object, directive: str, type_: Type) -> None:
    """A list whose order the patch tells; its items are taken out of the patch."""
    order, name = patch.pop(directive), _field_of(directive, "setElementOrder")
    current, change = out.get(name), patch.get(name)
    for value in (order, current, change):
        if value is not None and not isinstance(value, list):
            _fail(f"expected a []interface {{}}, but received a {_go_type(value)}")
    below = _declared(type_, name)
    _check_order(change or [], order, below.merge_key)
    if current is None and change is None:
        return
    merged = _fresh(change) if current is None else current
    if current is not None and change is not None:
        merged = _merge(current, change, below)
    out[name] = _in_order(merged, order, current or [], below.merge_key)
    patch.pop(name, None)


def _check_order(change: list[Any], order: list[Any], key: str) -> None:
    """Whether the items that are no directives come in the order, one after the other."""
    if not change or not order:
        return
    rest = iter(_identity(item, key) for item in order)
    for item in change:
        if _stays(item) and _identity(item, key) not in rest:
            _fail(
                f"The order in patch list:\n{shown(change)}\n doesn't match {ORDER} list:\n"
                f"{shown(order)}\n"
            )


def _identity(item: Any, key: str) -> Any:
    return _key_of(item, key) if key else item


def _in_order(items: list[Any], order: list[Any], before: list[Any], key: str) -> list[Any]:
    """Items that an order names, in it; each other one before the next that it stood before."""
    ranks = [_identity(item, key) for item in order]
    known = [_identity(item, key) for item in before]

    def place(item: Any) -> int:
        identity = _identity(item, key)
        return known.index(identity) if identity in known else -1

    named = sorted(
        (item for item in items if _identity(item, key) in ranks),
        key=lambda item: ranks.index(_identity(item, key)),
    )
    others = sorted((item for item in items if _identity(item, key) not in ranks), key=place)
    out = []
    for item in named:
        while others and 0 <= place(others[0]) < place(item):
            out.append(others.pop(0))
        out.append(item)
    return out + others


def _go_type(value: Any) -> str:
    names = {bool: "bool", str: "string", int: "int64", float: "float64", list: "[]interface {}"}
    return names.get(type(value), "map[string]interface {}")


def shown(value: Any) -> str:
    """A value as Go prints it."""
    if isinstance(value, Mapping):
        pairs = (f"{name}:{shown(child)}" for name, child in sorted(value.items()))
        return f"map[{' '.join(pairs)}]"
    if isinstance(value, list):
        return f"[{' '.join(shown(item) for item in value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    return "<nil>" if value is None else str(value)
