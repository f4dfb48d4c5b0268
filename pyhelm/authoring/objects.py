"""What lint says of rendered objects: names, selectors, lists, and APIs on their way out."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from pyhelm._dataclass import dataclass
from pyhelm._typing import Any, Iterator, Mapping
from pyhelm.authoring import stream, structs
from pyhelm.chart.capabilities import parse_kube_version
from pyhelm.engine.functions.quoting import quote

_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_SERVICE = r"[a-z]([-a-z0-9]*[a-z0-9])?"


@dataclass(frozen=True, slots=True)
class _NameRule:
    """What a kind's names must look like, how long they may be, and how the server says so."""

    pattern: str
    longest: int
    words: str

    def faults(self, name: str) -> Iterator[str]:
        if len(name) > self.longest:
            yield f"must be no more than {self.longest} characters"
        if not re.fullmatch(self.pattern, name):
            yield f"{self.words}, regex used for validation is '{self.pattern}')"


SUBDOMAIN = _NameRule(
    _SUBDOMAIN,
    253,
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com'",
)
LABEL = _NameRule(
    _LABEL,
    63,
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc'",
)
SERVICE = _NameRule(
    _SERVICE,
    63,
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
    "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or "
    "'abc-123'",
)
RULES = {"service": SERVICE, "namespace": LABEL}
"""The rule for a kind's names; all others have subdomains, but for these:"""

RBAC = ("role", "clusterrole", "rolebinding", "clusterrolebinding")
"""Kinds whose names may be anything that a path can hold."""

FREE = "certificatesigningrequest"
"""The kind whose names nobody checks."""

SELECTING = ("Deployment", "ReplicaSet", "DaemonSet", "StatefulSet")


def field_text(obj: Mapping[str, Any], key: str) -> str:
    """A field's text; Go reads JSON's keys in any case, and numbers where text is wanted."""
    return structs.text(structs.member(obj, key))


def _name(obj: Mapping[str, Any]) -> str:
    return field_text(structs.member(obj, "metadata") or {}, "name")


def name_fault(obj: Mapping[str, Any]) -> str:
    """What is wrong with an object's name, in Helm's words; empty when nothing is."""
    name = _name(obj)
    found = list(_name_faults(field_text(obj, "kind").lower(), name))
    if not found:
        return ""
    shown = quote(name)
    faults = [f"metadata.name: Invalid value: {shown}: {fault}" for fault in found]
    text = faults[0] if len(faults) == 1 else f"[{', '.join(faults)}]"
    return f"object name does not conform to Kubernetes naming requirements: {shown}: {text}"


def _name_faults(kind: str, name: str) -> Iterator[str]:
    if kind == FREE:
        return
    if kind in RBAC:
        if name in (".", ".."):
            yield f"may not be '{name}'"
        else:
            yield from (f"may not contain '{char}'" for char in "/%" if char in name)
    elif kind == "namespace" and "." in name:
        yield "must not contain dots"
    else:
        yield from RULES.get(kind, SUBDOMAIN).faults(name)


def selector_fault(obj: Mapping[str, Any], text: str) -> str:
    """A workload without a selector."""
    kind = field_text(obj, "kind")
    if kind not in SELECTING or "matchLabels" in text or "matchExpressions" in text:
        return ""
    return (
        f"a {kind} must contain matchLabels or matchExpressions, and {quote(_name(obj))} does not"
    )


def list_fault(obj: Mapping[str, Any], text: str) -> str:
    """Annotations of Helm in a List's items, where Helm does not see them.

    Helm: the items are those of the template's first document, whichever the List is.
    """
    if field_text(obj, "kind") != "List":
        return ""
    try:
        first = stream.decoded(text, structs.LIST)
    except stream.StreamError as exc:
        return f"unable to parse YAML: {exc}"
    items = structs.member(first or {}, "items") or ()
    if any("helm.sh/resource-policy" in _annotations(item or {}) for item in items):
        return "annotation 'helm.sh/resource-policy' within List objects are ignored"
    return ""


def _annotations(item: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = structs.member(structs.member(item, "metadata") or {}, "annotations")
    return found or {}


def deprecation(obj: Mapping[str, Any], kube_version: str = "") -> str:
    """That an object's API is deprecated in a Kubernetes version, and what replaces it."""
    name = f"{field_text(obj, 'apiVersion')} {field_text(obj, 'kind')}"
    row = _table().get(name)
    if row is None or _minor(kube_version) < _number(row["deprecated"]):
        return ""
    text = f"{name} is deprecated in v{row['deprecated']}+"
    if "removed" in row:
        text += f", unavailable in v{row['removed']}+"
    return f"{text}; use {row['replacement']}" if "replacement" in row else text


def _minor(version: str) -> tuple[int, int]:
    if not version:
        from pyhelm.openapi import kubernetes_version

        version = kubernetes_version()
    parsed = parse_kube_version(version)
    return int(parsed.major), int(parsed.minor)


def _number(text: str) -> tuple[int, int]:
    major, _, minor = text.partition(".")
    return int(major), int(minor)


def is_known(api_version: str, kind: str) -> bool:
    """Whether a kind is, or was, in Kubernetes' own APIs and is on its way out."""
    return f"{api_version} {kind}" in _table()


@cache
def _table() -> dict[str, dict[str, str]]:
    path = Path(__file__).with_name("deprecations.json")
    table: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return table
