"""Objects made fit to be compared and shown: no bookkeeping of the server's, no secrets."""

from __future__ import annotations

import binascii

from pyhelm import _yaml
from pyhelm._typing import Any, Mapping
from pyhelm.kube.cluster import Object

BOOKKEEPING = (
    *("creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "generation"),
    *("managedFields", "resourceVersion", "selfLink", "uid"),
)
"""What the server writes into `metadata` for itself."""

NOTED = ("deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration")
"""Annotations that programs keep their own notes in; one repeats the whole object, secrets too."""


def bare(obj: Object) -> Object:
    """A copy without status and bookkeeping."""
    made: Object = _yaml.copied(obj)
    made.pop("status", None)
    metadata = made.get("metadata") or {}
    uid = metadata.get("uid")
    made["metadata"] = {key: value for key, value in metadata.items() if key not in BOOKKEEPING}
    annotations = made["metadata"].get("annotations") or {}
    kept = {key: value for key, value in annotations.items() if key not in NOTED}
    if kept:
        made["metadata"]["annotations"] = kept
    elif annotations:
        del made["metadata"]["annotations"]
    return made if uid is None else _without(made, uid)


def as_created(stored: Object, wanted: Object) -> Object:
    """A new object as the server would store it, without what it makes up anew each time."""
    made = bare(stored)
    if made.get("kind") != "Service" or not isinstance(made.get("spec"), dict):
        return made
    spec, asked = made["spec"], wanted.get("spec") or {}
    for name in ("clusterIP", "clusterIPs", "healthCheckNodePort"):
        if name not in asked and spec.get(name) not in ("None", ["None"]):
            spec.pop(name, None)
    if not any("nodePort" in port for port in asked.get("ports") or ()):
        for port in spec.get("ports") or ():
            port.pop("nodePort", None)
    return made


def _without(value: Any, unwanted: str) -> Any:
    """A value without the fields that hold a text: an object's own uid, say."""
    if isinstance(value, dict):
        return {k: _without(v, unwanted) for k, v in value.items() if v != unwanted}
    return [_without(each, unwanted) for each in value] if isinstance(value, list) else value


def is_secret(obj: Mapping[str, Any] | None) -> bool:
    """Whether an object's data must not be shown."""
    return obj is not None and (obj.get("apiVersion"), obj.get("kind")) == ("v1", "Secret")


def masked(before: Object | None, after: Object | None) -> tuple[Object | None, Object | None]:
    """A Secret before and after without its values, so that one still sees which of them change.

    The marks are those of helm-diff.
    """
    old, new = _data(before), _data(after)
    return _with(before, old, new, "--------"), _with(after, new, old, "++++++++")


def _data(obj: Object | None) -> dict[str, Any]:
    """A Secret's values as the server keeps them, `stringData` among them."""
    if obj is None:
        return {}
    data, texts = obj.get("data"), obj.get("stringData")
    found = dict(data) if isinstance(data, dict) else {}
    return {**found, **_encoded(texts if isinstance(texts, dict) else {})}


def _encoded(texts: Mapping[str, Any]) -> dict[str, str]:
    from base64 import b64encode

    return {key: b64encode(str(text).encode()).decode() for key, text in texts.items()}


def stored_secret(obj: Object) -> Object:
    """A Secret as the server keeps it: `stringData` is written into `data`."""
    if not is_secret(obj) or "stringData" not in obj:
        return obj
    rest = {key: value for key, value in obj.items() if key != "stringData"}
    return {**rest, "data": _data(obj)}


def _with(
    obj: Object | None, mine: Mapping[str, Any], theirs: Mapping[str, Any], mark: str
) -> Object | None:
    if obj is None:
        return None
    rest = {key: value for key, value in obj.items() if key not in ("data", "stringData")}
    if not mine:
        return rest
    return {**rest, "data": {key: _mask(mine[key], theirs.get(key), mark) for key in mine}}


def _mask(value: Any, other: Any, mark: str) -> str:
    same = value == other and other is not None
    return f"{'REDACTED' if same else mark} # ({_size(value)} bytes)"


def _size(value: Any) -> int:
    from base64 import b64decode

    text = str(value)
    try:
        return len(b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return len(text)
