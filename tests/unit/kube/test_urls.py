"""Requests' URLs, as the standard library would write and read them."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import pytest

from pyhelm.kube.urls import query_of, quoted, split


@pytest.mark.parametrize("text", ["", "web", "a b", "ü&=/?#%", "日本", "system:node", "a+b~c"])
def test_quoting(text):
    assert quoted(text) == quote(text, safe="")
    assert quoted(text, ":") == quote(text, safe=":")


def test_queries():
    assert query_of(()) == ""
    assert query_of((("labelSelector", "owner=helm"), ("limit", "5"))) == (
        "?labelSelector=owner%3Dhelm&limit=5"
    )


@pytest.mark.parametrize(
    "url",
    [
        *("https://10.0.0.1:6443", "https://Example.com", "http://localhost:8080/k8s/clusters/c-1"),
        *("https://[::1]:6443/x", "https://user:pw@host:1/", "https://host/a%20b", "HTTPS://h:1"),
    ],
)
def test_splitting(url):
    parts = urlsplit(url)
    assert split(url) == (parts.scheme, parts.hostname, parts.port, parts.path)


def test_ports_that_are_none():
    for url in ("https://h:99999", "https://h:x"):
        with pytest.raises(ValueError, match="Port"):
            split(url)
