"""A document's value in Go's syntax (`%#v`), as go-yaml quotes it in errors."""

from __future__ import annotations

import json

from pyhelm._typing import Any
from pyhelm._yaml.numbers import Int64, float_text


class BadKey(str):
    """A mapping's key that JSON can't have: null (empty here), or beyond int64.

    No text is the same key, though it has the same letters.
    """

    line = column = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BadKey) and str.__eq__(self, other)

    def __hash__(self) -> int:
        return hash((BadKey, str(self)))

    @property
    def what(self) -> str:
        """For people."""
        return "too large a number" if self else "empty or null"

    @property
    def go(self) -> str:
        """Its type and itself, in sigs.k8s.io/yaml's words."""
        return f"uint64, key: {int(self):#x}" if self else "%!s(<nil>), key: <nil>"


def has_bad_key(value: Any) -> bool:
    """Whether a mapping with such a key is left: a repeated key may have replaced it."""
    if isinstance(value, dict):
        return any(isinstance(key, BadKey) or has_bad_key(value[key]) for key in value)
    return isinstance(value, list) and any(map(has_bad_key, value))


def go_text(value: Any) -> str:
    """A JSON value as Go's `%v` has it: `[1 map[a:x]]`."""
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{go_text(each)}' for key, each in sorted(value.items()))}]"
    if isinstance(value, list):
        return f"[{' '.join(map(go_text, value))}]"
    if isinstance(value, bool) or value is None:
        return "<nil>" if value is None else str(value).lower()
    if isinstance(value, Int64):
        return str(value)
    return float_text(float(value)) if isinstance(value, int | float) else str(value)


def go_syntax(value: Any) -> str:
    """`map[interface {}]interface {}{"a":1}` for `{a: 1}`."""
    if value is None or isinstance(value, BadKey):
        return "interface {}(nil)"
    if isinstance(value, dict):
        inside = (f"{go_syntax(key)}:{go_syntax(each)}" for key, each in sorted(value.items()))
        return f"map[interface {{}}]interface {{}}{{{', '.join(inside)}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(map(go_syntax, value))}}}"
    if isinstance(value, int) and value >= 2**63:
        return f"{value:#x}"
    if isinstance(value, float):
        return float_text(value)
    return json.dumps(value, ensure_ascii=False)
