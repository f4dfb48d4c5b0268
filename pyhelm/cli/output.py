"""`-o json` and `-o yaml`, byte for byte as Helm writes them."""

from __future__ import annotations

from typing import Any

_ESCAPES = {
    "<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029",
}  # fmt: skip


def to_json(value: Any) -> str:
    """Go's encoding/json on one line; keys keep their order (see `sorted_keys`)."""
    import json

    text = json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))
    for char, escape in _ESCAPES.items():
        text = text.replace(char, escape)
    return text + "\n"


def to_yaml(value: Any) -> str:
    """Helm's YAML: keys sorted, as it goes through JSON."""
    from pyhelm import _yaml

    return _yaml.dump(_plain(value))


def sorted_keys(value: Any) -> Any:
    """A copy whose mappings, at any depth, are sorted as Go prints a map."""
    if isinstance(value, dict):
        return {key: sorted_keys(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, list | tuple):
        return [sorted_keys(item) for item in value]
    return value


def encoded(value: Any, form: str) -> str:
    """A value as `json` or `yaml`."""
    return to_json(value) if form == "json" else to_yaml(value)


def _plain(value: Any) -> Any:
    # Go has one kind of number here: 1.0 is written as 1.
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return int(value)
    return value
