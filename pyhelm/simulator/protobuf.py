"""Bodies in Kubernetes' protobuf, as client-go's typed clients (helm's Secrets) send them.

Only reading is needed: every client that writes protobuf reads JSON too. The field numbers are
in `protobuf.json`, distilled from the API's own `generated.proto` files.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pyhelm.simulator.clock import micro_stamp, stamp

Object = dict[str, Any]

MEDIA_TYPE = "application/vnd.kubernetes.protobuf"
MAGIC = b"k8s\x00"
POINTERS = frozenset(
    """replicas partition minReplicas backoffLimit completions parallelism revisionHistoryLimit
    terminationGracePeriodSeconds successfulJobsHistoryLimit failedJobsHistoryLimit
    ttlSecondsAfterFinished runAsUser runAsGroup fsGroup defaultMode mode tolerationSeconds
    gracePeriodSeconds activeDeadlineSeconds progressDeadlineSeconds deletionGracePeriodSeconds
    startingDeadlineSeconds expirationSeconds priority automountServiceAccountToken optional
    allowPrivilegeEscalation readOnlyRootFilesystem runAsNonRoot privileged enableServiceLinks
    shareProcessNamespace allowVolumeExpansion controller blockOwnerDeletion immutable suspend
    allocateLoadBalancerNodePorts orphanDependents setHostnameAsFQDN hostUsers attachRequired
    podInfoOnMount ready serving terminating""".split()  # noqa: SIM905
)
"""Fields that Go holds by pointer: here 0 and false were meant, elsewhere they say nothing."""


class ProtobufError(ValueError):
    """The bytes are no such message."""


@cache
def _types() -> Mapping[str, Mapping[str, list[str]]]:
    text = Path(__file__).with_name("protobuf.json").read_text(encoding="utf-8")
    table: dict[str, dict[str, list[str]]] = json.loads(text)
    return table


def load(body: bytes) -> Object:
    """The object in a body; raises ProtobufError."""
    if not body.startswith(MAGIC):
        raise ProtobufError("the body does not begin with Kubernetes' protobuf header")
    envelope = _message(body[len(MAGIC) :], "runtime.Unknown", raw=True)
    about = envelope.get("typeMeta") or {}
    api_version, kind = about.get("apiVersion", ""), about.get("kind", "")
    obj = _message(envelope.get("raw", b""), _type_name(api_version, kind))
    return {"apiVersion": api_version, "kind": kind, **obj}


def _type_name(api_version: str, kind: str) -> str:
    group, _, version = api_version.rpartition("/")
    for name in (f"{group.partition('.')[0] or 'core'}.{version}.{kind}", f"meta.v1.{kind}"):
        if name in _types():
            return name
    raise ProtobufError(f"no protobuf message is known for {api_version}, Kind={kind}")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise ProtobufError("unexpected end of the message")
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """Field numbers and their raw values."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        wire = tag & 7
        if wire == 0:
            value, at = _varint(data, at)
            yield tag >> 3, value
            continue
        if wire == 2:
            size, at = _varint(data, at)
        elif wire in (1, 5):
            size = 8 if wire == 1 else 4
        else:
            raise ProtobufError(f"unknown wire type {wire}")
        if at + size > len(data):
            raise ProtobufError("unexpected end of the message")
        yield tag >> 3, data[at : at + size]
        at += size


def _message(data: bytes, type_name: str, *, raw: bool = False) -> Object:
    known = _types().get(type_name, {})
    out: Object = {}
    for number, value in _fields(data):
        declared = known.get(str(number))
        if declared is None:
            continue
        name, how, kind = declared
        if how == "map":
            key, item = _entry(value, kind)
            out.setdefault(name, {})[key] = item
        elif how == "list":
            out.setdefault(name, []).append(_value(value, kind))
        elif how == "inline":
            out.update(_message(value, kind))
        elif raw and kind == "bytes":
            out[name] = value
        else:
            read = _value(value, kind)
            if _is_meant(name, read):
                out[name] = read
    return out


def _is_meant(name: str, value: Any) -> bool:
    if value is None or value == "":
        return False
    return not (isinstance(value, int) and not value) or name in POINTERS


def _entry(data: bytes, kind: str) -> tuple[str, Any]:
    key, item = "", _value(b"", kind) if kind not in ("int", "bool") else 0
    for number, value in _fields(data):
        if number == 1:
            key = value.decode()
        elif number == 2:
            item = _value(value, kind)
    return key, item


def _value(value: Any, kind: str) -> Any:
    if kind == "bool":
        return bool(value)
    if kind == "int":
        return value - (1 << 64) if value >= 1 << 63 else value
    if kind == "string":
        return value.decode()
    if kind == "bytes":
        return base64.b64encode(value).decode()
    if kind == "double":
        return struct.unpack("<d", value)[0]
    special = SPECIAL.get(kind)
    return special(value) if special else _message(value, kind)


def _time(data: bytes) -> str | None:
    parts = dict(_fields(data))
    return stamp(parts[1]) if parts.get(1) else None


def _micro_time(data: bytes) -> str | None:
    parts = dict(_fields(data))
    return micro_stamp(parts[1] + parts.get(2, 0) / 1e9) if parts.get(1) else None


def _quantity(data: bytes) -> str:
    return str(dict(_fields(data)).get(1, b"0").decode())


def _int_or_string(data: bytes) -> int | str:
    parts = dict(_fields(data))
    return str(parts.get(3, b"").decode()) if parts.get(1) else int(_value(parts.get(2, 0), "int"))


def _json(data: bytes) -> Any:
    raw = dict(_fields(data)).get(1, b"")
    return json.loads(raw) if raw else None


SPECIAL = {
    "meta.v1.Time": _time,
    "meta.v1.MicroTime": _micro_time,
    "api.resource.Quantity": _quantity,
    "util.intstr.IntOrString": _int_or_string,
    "meta.v1.FieldsV1": _json,
    "runtime.RawExtension": _json,
}
