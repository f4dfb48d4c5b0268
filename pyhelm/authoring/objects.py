"""What lint says of rendered objects: names, selectors, lists, and APIs on their way out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pyhelm.chart.versions import parse_version

_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\Z")
_LABEL = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?\Z")

SUBDOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
LABEL_RULE = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
    "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or "
    "'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
)
RBAC = ("role", "clusterrole", "rolebinding", "clusterrolebinding", "certificatesigningrequest")
"""Kinds whose names may be more than DNS allows."""

SELECTING = ("Deployment", "ReplicaSet", "DaemonSet", "StatefulSet")


def name_fault(obj: Mapping[str, Any]) -> str:
    """What is wrong with an object's name, in Helm's words; empty when nothing is."""
    metadata = obj.get("metadata")
    name = str(metadata.get("name") or "") if isinstance(metadata, dict) else ""
    kind = str(obj.get("kind") or "").lower()
    if kind in RBAC:
        return ""
    is_label = kind == "service"
    rule = LABEL_RULE if is_label else SUBDOMAIN_RULE
    if (_LABEL if is_label else _SUBDOMAIN).match(name) and len(name) <= (63 if is_label else 253):
        return ""
    shown = json.dumps(name, ensure_ascii=False)
    return (
        f"object name does not conform to Kubernetes naming requirements: {shown}: "
        f"metadata.name: Invalid value: {shown}: {rule}"
    )


def selector_fault(obj: Mapping[str, Any], text: str) -> str:
    """A workload without a selector."""
    kind = obj.get("kind")
    if kind not in SELECTING or "matchLabels" in text or "matchExpressions" in text:
        return ""
    name = (obj.get("metadata") or {}).get("name")
    return f'a {kind} must contain matchLabels or matchExpressions, and "{name}" does not'


def list_fault(obj: Mapping[str, Any]) -> str:
    """Annotations of Helm in a List's items, where Helm does not see them."""
    if obj.get("kind") != "List":
        return ""
    for item in obj.get("items") or ():
        annotations = (item.get("metadata") or {}).get("annotations") or {}
        if "helm.sh/resource-policy" in annotations:
            return "annotation 'helm.sh/resource-policy' within List objects are ignored"
    return ""


def deprecation(obj: Mapping[str, Any], kube_version: str = "") -> str:
    """That an object's API is deprecated in a Kubernetes version, and what replaces it."""
    name = f"{obj.get('apiVersion')} {obj.get('kind')}"
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
    parsed = parse_version(version).semver
    return parsed.major, parsed.minor


def _number(text: str) -> tuple[int, int]:
    major, _, minor = text.partition(".")
    return int(major), int(minor)


@cache
def _table() -> dict[str, dict[str, str]]:
    path = Path(__file__).with_name("deprecations.json")
    table: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return table
