"""Label and field selectors, as text in requests and as objects in specs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pyhelm.simulator import statuses

Object = Mapping[str, Any]
Test = Callable[[Mapping[str, str]], bool]

TERM = re.compile(
    r"""\s*(?:
      (?P<not>!)\s*(?P<absent>[^\s,=!<>()]+)
    | (?P<key>[^\s,=!<>()]+)\s*(?:
          (?P<op>==|=|!=|>|<)\s*(?P<value>[^\s,()]*)
        | \s(?P<set>in|notin)\s*\((?P<values>[^)]*)\)
      )?
    )\s*(?:,|$)""",
    re.VERBOSE,
)

COMMON_FIELDS = ("metadata.name", "metadata.namespace")
FIELDS = {
    "pods": (
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.schedulerName",
        "spec.serviceAccountName",
        "spec.hostNetwork",
        "status.phase",
        "status.podIP",
        "status.podIPs",
        "status.nominatedNodeName",
    ),
    "events": (
        "involvedObject.kind",
        "involvedObject.namespace",
        "involvedObject.name",
        "involvedObject.uid",
        "involvedObject.apiVersion",
        "involvedObject.resourceVersion",
        "involvedObject.fieldPath",
        "reason",
        "reportingComponent",
        "source",
        "type",
    ),
    "secrets": ("type",),
    "namespaces": ("status.phase",),
    "nodes": ("spec.unschedulable",),
    "services": ("spec.clusterIP", "spec.type"),
    "replicasets.apps": ("status.replicas",),
    "jobs.batch": ("status.successful",),
    "replicationcontrollers": ("status.replicas",),
    "certificatesigningrequests.certificates.k8s.io": ("spec.signerName",),
}
"""The fields that may be selected by, per resource."""


def parse_labels(text: str) -> Test | None:
    """A label selector; None when it selects everything. Raises the server's 400."""
    if not text.strip():
        return None
    tests: list[Test] = []
    position = 0
    while position < len(text):
        match = TERM.match(text, position)
        if match is None or match.end() == position:
            rest = text[position:].split()
            found = rest[1] if len(rest) > 1 else rest[0]
            raise statuses.bad_request(
                f"unable to parse requirement: found '{found}', "
                "expected: in, notin, =, ==, !=, gt, lt"
            )
        tests.append(_label_test(match))
        position = match.end()
    return lambda labels: all(test(labels) for test in tests)


def _label_test(match: re.Match[str]) -> Test:
    if match["not"]:
        absent = match["absent"]
        return lambda labels: absent not in labels
    key = match["key"]
    if match["set"]:
        values = {value.strip() for value in match["values"].split(",")}
        if match["set"] == "in":
            return lambda labels: labels.get(key) in values
        return lambda labels: labels.get(key) not in values
    operator, value = match["op"], match["value"]
    if operator is None:
        return lambda labels: key in labels
    if operator == "!=":
        return lambda labels: labels.get(key) != value
    if operator in ("<", ">"):
        return lambda labels: _ordered(labels.get(key), operator, value)
    return lambda labels: labels.get(key) == value


def _ordered(have: str | None, operator: str, value: str) -> bool:
    try:
        return have is not None and (
            int(have) > int(value) if operator == ">" else int(have) < int(value)
        )
    except ValueError:
        return False


def parse_fields(
    text: str, resource: str, *, custom: bool = False
) -> Callable[[Object], bool] | None:
    """A field selector on a resource's objects; raises the server's 400 for other fields."""
    if not text.strip():
        return None
    allowed = COMMON_FIELDS + FIELDS.get(resource, ())
    wanted: list[tuple[str, bool, str]] = []
    for term in filter(None, (part.strip() for part in text.split(","))):
        name, operator, value = re.match(r"([^=!]*)(==|=|!=|)(.*)", term).groups()  # type: ignore[union-attr]
        if not operator:
            raise statuses.bad_request(f"invalid selector: '{term}'; can't understand '{term}'")
        if name not in allowed and not custom:
            raise statuses.bad_request(_unknown_field(name, resource))
        wanted.append((name, operator != "!=", value))
    return lambda obj: all((field_text(obj, name) == value) is same for name, same, value in wanted)


def _unknown_field(name: str, resource: str) -> str:
    if resource in FIELDS:
        return f"field label not supported: {name}"
    known = ", ".join(f'"{each}"' for each in COMMON_FIELDS)
    return f'"{name}" is not a known field selector: only {known}'


def field_text(obj: Any, path: str) -> str:
    """A field as a selector compares it: text, empty when it isn't there."""
    if path == "source":
        return str((obj.get("source") or {}).get("component", ""))
    for part in path.split("."):
        obj = obj.get(part) if isinstance(obj, Mapping) else None
    if obj is None:
        return ""
    return str(obj).lower() if isinstance(obj, bool) else str(obj)


def matches(selector: Mapping[str, Any] | None, labels: Mapping[str, str]) -> bool:
    """Whether a LabelSelector object selects these labels; None selects nothing."""
    if selector is None:
        return False
    wanted = selector.get("matchLabels") or {}
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_expression(e, labels) for e in selector.get("matchExpressions") or ())


def _expression(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, operator = expression.get("key", ""), expression.get("operator")
    values = expression.get("values") or ()
    if operator == "In":
        return labels.get(key) in values
    if operator == "NotIn":
        return labels.get(key) not in values
    return (key in labels) is (operator == "Exists")
