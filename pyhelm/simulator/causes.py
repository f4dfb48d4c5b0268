"""The causes of a refusal, in the API server's words."""

from __future__ import annotations

import json
from typing import Any

from pyhelm.simulator.statuses import Cause


def required(field: str, detail: str = "") -> Cause:
    """A field that must be there."""
    text = f"Required value: {detail}" if detail else "Required value"
    return Cause("FieldValueRequired", text, field)


def wrong(field: str, value: Any, detail: str) -> Cause:
    """A value that won't do."""
    shown = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return Cause("FieldValueInvalid", f"Invalid value: {shown}: {detail}", field)


def unsupported(field: str, value: Any, supported: tuple[str, ...]) -> Cause:
    """A value that isn't one of those that are known."""
    listed = ", ".join(json.dumps(each) for each in supported)
    text = f"Unsupported value: {json.dumps(value)}: supported values: {listed}"
    return Cause("FieldValueNotSupported", text, field)


def forbidden(field: str, detail: str) -> Cause:
    """What may not be said, or not be changed."""
    return Cause("FieldValueForbidden", f"Forbidden: {detail}", field)


def negative(value: Any, field: str) -> list[Cause]:
    """A number below zero."""
    if isinstance(value, int) and value < 0:
        return [wrong(field, value, "must be greater than or equal to 0")]
    return []
