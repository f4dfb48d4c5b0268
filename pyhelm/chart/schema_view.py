"""What of the values a schema looks at: where that is the same, its verdict is the same.

A schema that wants text under a key says the same of every text. So most new values need not be
checked again, which alone would take as long as rendering a small chart. A view is True where
only the type of a value counts, None where all of it does, else says what counts of a mapping's
keys and a list's items.
"""

from __future__ import annotations

from pyhelm._typing import Any

KNOWN = frozenset(
    (
        *("$schema", "$comment", "title", "description", "default", "examples"),
        *("form", "render", "hidden", "sliderMin", "sliderMax", "sliderUnit"),
        *("type", "properties", "required", "items"),
    )
)
"""The keywords that are understood here; any other one may look at everything."""

KEYS, ITEMS = "keys", "items"


def view(schema: Any) -> Any:
    """What a schema looks at, in types that marshal knows."""
    if schema is True:
        return True
    if not isinstance(schema, dict) or not schema.keys() <= KNOWN:
        return None
    properties, required = schema.get("properties", {}), schema.get("required", [])
    if not isinstance(properties, dict) or not isinstance(required, list):
        return None
    if not {*map(str, required)} <= properties.keys():
        return None
    known: dict[str, Any] = {}
    if properties:
        known[KEYS] = {name: view(each) for name, each in properties.items()}
    if "items" in schema:
        known[ITEMS] = view(schema["items"])
    return known or True


def seen(known: Any, value: Any) -> Any:
    """The part of a value that counts."""
    if known is None or isinstance(value, float):
        return value
    if known is not True and isinstance(value, list) and ITEMS in known:
        return [seen(known[ITEMS], each) for each in value]
    if known is not True and isinstance(value, dict) and KEYS in known:
        return {
            name: seen(each, value[name]) for name, each in known[KEYS].items() if name in value
        }
    return type(value).__name__
