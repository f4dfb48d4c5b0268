"""Which documents a manifest holds for lint, and at which fault it ends; as helm 4.3.1 shows."""

from __future__ import annotations

import pytest

from pyhelm.authoring.stream import StreamError, objects
from pyhelm.authoring.structs import OBJECT

DECODING = "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal"
TYPE = "rules.k8sYamlStruct"
KEY = "looking for beginning of object key string"


def read(text: str) -> tuple[list[str], str]:
    """The kinds of the objects, and what ended the stream."""
    found = []
    try:
        for each in objects(text, OBJECT):
            found.append(each.get("kind", ""))
    except StreamError as exc:
        return found, str(exc)
    return found, ""


STREAMS = {
    "nothing": ("", [], ""),
    "documents of nothing": ("---\n# a\n---\nnull\n--- # b\nkind: A\n---", ["A"], ""),
    "words after a separator": (
        "kind: A\n---kind: B\n",
        [],
        "invalid Yaml document separator: kind: B",
    ),
    "separator in a text": ("a: |\n  b\n--- c\n", [], "invalid Yaml document separator: c"),
    "separator that is indented": ("kind: A\na: |\n  b\n  ---c\n", ["A"], ""),
    "carriage returns": ("kind: A\r\n---\r\nkind: B\r\n", ["A", "B"], ""),
    "text": ("text", [], f"{DECODING} string into Go value of type {TYPE}"),
    "number": ("3", [], f"{DECODING} number into Go value of type {TYPE}"),
    "boolean": ("yes", [], f"{DECODING} bool into Go value of type {TYPE}"),
    "list": ("[]", [], f"{DECODING} array into Go value of type {TYPE}"),
    "metadata": (
        "metadata: x",
        [],
        f"{DECODING} string into Go struct field k8sYamlStruct.Metadata of type "
        "rules.k8sYamlMetadata",
    ),
    "kind": (
        "kind: [1]",
        [],
        f"{DECODING} array into Go struct field k8sYamlStruct.Kind of type string",
    ),
    "name": (
        "metadata: {name: {}}",
        [],
        f"{DECODING} object into Go struct field k8sYamlMetadata.Metadata.Name of type string",
    ),
    "first key of two": (
        "kind: []\napiVersion: []",
        [],
        f"{DECODING} array into Go struct field k8sYamlStruct.apiVersion of type string",
    ),
    "numbers and booleans for text": ("kind: 1\nmetadata: {name: yes}", [1], ""),
    "JSON": ('{"kind": "A"}{"kind": "B"}\n{"kind": "C"}', ["A", "B", "C"], ""),
    "JSON, then YAML": ('{"kind": "A"}\n---\nkind: B\n', ["A", "B"], ""),
    "JSON twice, then YAML": (
        '{"kind": "A"}{"kind": "B"}\n---\nkind: C\n',
        ["A", "B"],
        "invalid character '-' in numeric literal",
    ),
    "YAML in its flow style": ("{kind: A}\n---\n{kind: B}\n", ["A", "B"], ""),
    "a template": ("{{ if a }}\n", [], f"json: offset 2: invalid character '{{' {KEY}"),
    "JSON that ends": ('{"kind": ', [], "unexpected EOF"),
    "JSON that wants text": (
        '{"kind": []}',
        [],
        "json: cannot unmarshal array into Go struct field k8sYamlStruct.Kind of type string",
    ),
    "JSON with a number, which YAML takes": ('{"kind": 1}', [1], ""),
    "a few bytes after JSON": (
        '{"kind": "A"}\nx',
        ["A"],
        "json: offset 15: invalid character 'x' looking for beginning of value",
    ),
    "bytes that are no text": (
        "a: \udce9\nkind: A\n",
        [],
        "error converting YAML to JSON: yaml: invalid trailing UTF-8 octet",
    ),
    "a character in too many bytes": (
        "a: \udcc0\udc80 x y z\nkind: A\n",
        [],
        "error converting YAML to JSON: yaml: invalid length of a UTF-8 sequence",
    ),
    "half a surrogate pair in bytes": (
        "a: \udced\udca0\udc80 x y z\nkind: A\n",
        [],
        "error converting YAML to JSON: yaml: invalid Unicode character",
    ),
    "a character beyond the last": (
        "a: \udcf4\udc90\udc80\udc80 x y z\nkind: A\n",
        [],
        "error converting YAML to JSON: yaml: invalid Unicode character",
    ),
    "a byte that ends": (
        "a: \udce9",
        [],
        "error converting YAML to JSON: yaml: incomplete UTF-8 octet sequence",
    ),
}


@pytest.mark.parametrize(("text", "kinds", "fault"), STREAMS.values(), ids=STREAMS)
def test_streams(text, kinds, fault):
    assert read(text) == (kinds, fault)
