"""Bodies in protobuf, as helm writes its Secrets."""

from __future__ import annotations

import base64

import pytest

from pyhelm.simulator.protobuf import MAGIC, ProtobufError, load


def varint(value):
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def envelope(api_version, kind, raw):
    about = field(1, api_version) + field(2, kind)
    return MAGIC + field(1, about) + field(2, raw) + field(3, "") + field(4, "")


def entry(key, value):
    return field(1, key) + field(2, value)


METADATA = field(1, "s") + field(2, "") + field(11, entry("owner", "helm")) + field(8, b"")
SECRET = field(1, METADATA) + field(2, entry("release", b"\x00\xff")) + field(3, "Opaque")


def test_secret():
    assert load(envelope("v1", "Secret", SECRET)) == {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s", "labels": {"owner": "helm"}},
        "data": {"release": base64.b64encode(b"\x00\xff").decode()},
        "type": "Opaque",
    }


def test_inlined_messages_numbers_and_times():
    port = field(1, "h") + field(3, 80) + field(4, field(1, 0) + field(2, 8080)) + field(5, 0)
    metadata = field(1, "s") + field(8, field(1, 1_800_000_000))
    body = field(1, metadata) + field(2, field(1, port))
    assert load(envelope("v1", "Service", body)) == {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "s", "creationTimestamp": "2027-01-15T08:00:00Z"},
        "spec": {"ports": [{"name": "h", "port": 80, "targetPort": 8080}]},
    }


@pytest.mark.parametrize(
    "body", [b"", b"k8s", MAGIC + b"\x0a\xff", envelope("v1", "None", b""), MAGIC + b"\x0f"]
)
def test_broken_bodies(body):
    with pytest.raises(ProtobufError):
        load(body)


@pytest.mark.verified
def test_secret_is_written(api):
    body = envelope("v1", "Secret", SECRET)
    media = "application/vnd.kubernetes.protobuf"
    code, obj = api("POST", api.path("Secret"), body, media=media)
    assert (code, obj["metadata"]["labels"]) == (201, {"owner": "helm"})
