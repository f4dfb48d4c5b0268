"""The artifact's bytes are those of helm 4.3.1 (`helm push` of these charts, then read back)."""

from __future__ import annotations

import pytest

from pyhelm.chart.metadata import from_dict
from pyhelm.errors import RegistryError
from pyhelm.repo.registry import artifact

FULL = {
    "apiVersion": "v2",
    "name": "full",
    "version": "1.2.3",
    "description": "A <b>chart</b> & more",
    "home": "https://example.com/?a=1&b=2",
    "sources": ["https://example.com/src", "https://example.com/second"],
    "maintainers": [
        {"name": "Ann", "email": "ann@example.com"},
        {"name": "Bob"},
        {"email": "c@example.com", "name": ""},
    ],
    "annotations": {
        "z": "last",
        "a": "first",
        "org.opencontainers.image.title": "not taken",
        "org.opencontainers.image.description": "taken",
        "empty": "",
    },
    "engine": "jinja",
    "dependencies": [{"name": "sub", "version": "^1", "repository": "", "tags": ["x"]}],
}


def test_the_config_is_helms():
    text = artifact.config_of(from_dict(FULL)).decode()
    assert text == (
        '{"name":"full","home":"https://example.com/?a=1\\u0026b=2",'
        '"sources":["https://example.com/src","https://example.com/second"],"version":"1.2.3",'
        '"description":"A \\u003cb\\u003echart\\u003c/b\\u003e \\u0026 more",'
        '"maintainers":[{"name":"Ann","email":"ann@example.com"},{"name":"Bob"},'
        '{"email":"c@example.com"}],"apiVersion":"v2",'
        '"annotations":{"a":"first","empty":"","org.opencontainers.image.description":"taken",'
        '"org.opencontainers.image.title":"not taken","z":"last"},'
        '"dependencies":[{"name":"sub","version":"^1","repository":"","tags":["x"]}]}'
    )


def test_the_annotations_are_helms():
    found = artifact.annotations_of(from_dict(FULL), "2026-01-02T03:04:05Z")
    assert found == {
        "org.opencontainers.image.description": "taken",
        "org.opencontainers.image.title": "full",
        "org.opencontainers.image.version": "1.2.3",
        "org.opencontainers.image.url": "https://example.com/?a=1&b=2",
        "org.opencontainers.image.created": "2026-01-02T03:04:05Z",
        "org.opencontainers.image.source": "https://example.com/src",
        "org.opencontainers.image.authors": "Ann (ann@example.com), Bob,  (c@example.com)",
        "z": "last",
        "a": "first",
        "empty": "",
    }


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<html>", "its manifest is not JSON"),
        (b"[" * 100_000, "its manifest is not JSON"),
        (b"[]", "its manifest is not a mapping"),
        (b"{}", "its manifest has no layers: this is no chart"),
        (b'{"layers": [], "config": null}', "a descriptor without type, digest or size"),
        (
            b'{"layers": [{"mediaType": "a", "digest": "b", "size": -1}], "config": {}}',
            "a descriptor without type, digest or size",
        ),
        (b'{"manifests": [7]}', "a descriptor without type, digest or size"),
    ],
)
def test_a_manifest_that_is_none(data, said):
    with pytest.raises(RegistryError) as caught:
        artifact.parse_manifest(data, "h/x:1")
    assert str(caught.value).startswith("h/x:1: ")
    assert said in str(caught.value)
