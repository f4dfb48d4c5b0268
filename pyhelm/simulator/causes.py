"""The causes of a refusal, in the API server's words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pyhelm.simulator.statuses import Cause

SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
LABEL_1123 = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
LABEL_1035 = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
NAME_PART = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
LABEL_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")

SUBDOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
LABEL_1123_RULE = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex "
    "used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
LABEL_1035_RULE = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
    "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or "
    "'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
)
NAME_PART_RULE = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
    "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
LABEL_VALUE_RULE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or "
    "'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)


def required(field: str, detail: str = "") -> Cause:
    """A field that must be there."""
    text = f"Required value: {detail}" if detail else "Required value"
    return Cause("FieldValueRequired", text, field)


def wrong(field: str, value: Any, detail: str) -> Cause:
    """A value that won't do."""
    shown = json.dumps(_in_order(value), separators=(",", ":"), ensure_ascii=False)
    return Cause("FieldValueInvalid", f"Invalid value: {shown}: {detail}", field)


def _in_order(value: Any) -> Any:
    """A value as Go writes it: the fields of structs as they stand, the keys of maps sorted."""
    if not isinstance(value, Mapping):
        return value
    if all(isinstance(child, str) for child in value.values()) and "kind" not in value:
        return dict(sorted(value.items()))
    return {name: _in_order(child) for name, child in value.items()}


def unsupported(field: str, value: Any, supported: tuple[str, ...]) -> Cause:
    """A value that isn't one of those that are known."""
    listed = ", ".join(json.dumps(each) for each in supported)
    text = f"Unsupported value: {json.dumps(value)}: supported values: {listed}"
    return Cause("FieldValueNotSupported", text, field)


def forbidden(field: str, detail: str) -> Cause:
    """What may not be said, or not be changed."""
    return Cause("FieldValueForbidden", f"Forbidden: {detail}", field)


def duplicate(field: str, value: Any) -> Cause:
    """A value that stands there already."""
    shown = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return Cause("FieldValueDuplicate", f"Duplicate value: {shown}", field)


def subdomain(field: str, name: str) -> Iterator[Cause]:
    """A name that is no DNS subdomain."""
    if not SUBDOMAIN.fullmatch(name):
        yield wrong(field, name, SUBDOMAIN_RULE)


def negative(value: Any, field: str) -> list[Cause]:
    """A number below zero."""
    if isinstance(value, int) and value < 0:
        return [wrong(field, value, "must be greater than or equal to 0")]
    return []


def label_causes(labels: Mapping[str, Any] | None, field: str) -> Iterator[Cause]:
    """Keys and values of labels."""
    for key, value in sorted((labels or {}).items()):
        yield from qualified_causes(key, field, shown=key)
        if len(value) > 63:
            yield wrong(field, value, "must be no more than 63 bytes")
        elif not LABEL_VALUE.fullmatch(value):
            yield wrong(field, value, LABEL_VALUE_RULE)


def qualified_causes(key: str, field: str, *, shown: str) -> Iterator[Cause]:
    """A key of labels or annotations."""
    prefix, slash, name = key.rpartition("/")
    if slash and not SUBDOMAIN.fullmatch(prefix):
        text = "prefix part must be non-empty" if not prefix else f"prefix part {SUBDOMAIN_RULE}"
        yield wrong(field, shown, text)
    if not name:
        yield wrong(field, shown, "name part must be non-empty")
    elif len(name) > 63:
        yield wrong(field, shown, "name part must be no more than 63 bytes")
    if not NAME_PART.fullmatch(name):
        yield wrong(field, shown, NAME_PART_RULE)
