"""`-o json` and `-o yaml`, byte for byte as Helm writes them."""

from __future__ import annotations

from pyhelm._typing import Any


def to_json(value: Any) -> str:
    """Go's encoding/json on one line; keys keep their order (see `sorted_keys`)."""
    from pyhelm import _yaml

    return _yaml.to_json(value, sort_keys=False) + "\n"


def to_yaml(value: Any) -> str:
    """Helm's YAML, with sorted keys."""
    from pyhelm import _yaml

    return _yaml.dump(value)


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
