"""Urls: functions with arguments, and what helm's own gave for them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.engine.functions.table import Fails, check

CASES: list[tuple[str, tuple[Any, ...], Any]] = [
    ("urlJoin", ({"fragment": "a:b/c", "userinfo": "a=b"},), "//a=b@#a:b/c"),
    ("urlJoin", ({"fragment": "u:p"},), "#u:p"),
    ("urlJoin", ({"host": "/p q", "path": "/p q", "opaque": "a:b/c"},), "a:b/c"),
    ("urlJoin", ({"host": "[::1]", "fragment": "a=b"},), "//[::1]#a=b"),
    ("urlJoin", ({"host": "[::1]", "opaque": "*", "hostname": "*"},), "*"),
    ("urlJoin", ({"host": "\xe9", "hostname": ""},), "//%C3%A9"),
    ("urlJoin", ({"host": "\xe9", "path": "u:p", "opaque": "http"},), "http"),
    ("urlJoin", ({"host": "a.b:80", "path": "/p q", "query": "%41"},), "//a.b:80/p%20q?%41"),
    ("urlJoin", ({"host": "a=b", "path": "a=b", "query": "rel"},), "//a=b/a=b?rel"),
    ("urlJoin", ({"host": "http", "opaque": "u:p:q", "userinfo": ""},), "u:p:q"),
    ("urlJoin", ({"host": "u@v", "fragment": "%41", "hostname": "http"},), "//u%40v#%2541"),
    ("urlJoin", ({"opaque": "", "fragment": "a.b:80", "hostname": ""},), "#a.b:80"),
    ("urlJoin", ({"opaque": "a.b:80", "fragment": "/p q", "hostname": "/p q"},), "a.b:80#/p%20q"),
    ("urlJoin", ({"path": "", "query": "%41", "fragment": "x y"},), "?%41#x%20y"),
    ("urlJoin", ({"path": "*", "opaque": "x y", "userinfo": "", "hostname": "%41"},), "x y"),
    ("urlJoin", ({"path": "*", "query": "a:b/c"},), "*?a:b/c"),
    ("urlJoin", ({"path": "/p q", "query": "", "userinfo": "rel"},), "//rel@/p%20q"),
    ("urlJoin", ({"path": "a=b", "fragment": "", "hostname": "u:p"},), "a=b"),
    ("urlJoin", ({"path": "rel", "opaque": "a=b", "hostname": "u:p"},), "a=b"),
    ("urlJoin", ({"path": "rel", "query": "/p q"},), "rel?/p q"),
    ("urlJoin", ({"path": "u:p", "hostname": "/p q"},), "./u:p"),
    ("urlJoin", ({"path": "u:p", "opaque": "\xe9", "fragment": "http"},), "\xe9#http"),
    ("urlJoin", ({"path": "u:p", "opaque": "\xe9"},), "\xe9"),
    ("urlJoin", ({"path": "u:p", "opaque": "a:b/c", "hostname": "u:p"},), "a:b/c"),
    ("urlJoin", ({"path": "u:p:q", "opaque": "[::1]", "userinfo": "*"},), "[::1]"),
    ("urlJoin", ({"path": "x y", "opaque": "[::1]", "userinfo": "*"},), "[::1]"),
    ("urlJoin", ({"query": "", "hostname": "[::1]"},), ""),
    ("urlJoin", ({"query": "[::1]", "fragment": "*"},), "?[::1]#*"),
    ("urlJoin", ({"query": "a.b:80", "hostname": "u:p"},), "?a.b:80"),
    ("urlJoin", ({"query": "a=b", "opaque": "u@v"},), "u@v?a=b"),
    ("urlJoin", ({"query": "u@v", "opaque": "a=b", "fragment": "http"},), "a=b?u@v#http"),
    ("urlJoin", ({"scheme": "", "host": "u:p:q", "query": "*", "opaque": "a=b"},), "a=b?*"),
    ("urlJoin", ({"scheme": "/p q", "query": "u:p"},), "/p q:?u:p"),
    ("urlJoin", ({"scheme": "[::1]", "path": "\xe9", "opaque": "x y"},), "[::1]:x y"),
    ("urlJoin", ({"scheme": "[::1]", "userinfo": "*"},), "[::1]://%2A@"),
    ("urlJoin", ({"scheme": "\xe9", "path": "http", "query": "u@v"},), "\xe9://http?u@v"),
    ("urlJoin", ({"scheme": "rel", "query": "[::1]"},), "rel:?[::1]"),
    ("urlJoin", ({"scheme": "u:p:q", "path": "rel", "hostname": "u:p:q"},), "u:p:q://rel"),
    ("urlJoin", ({"scheme": "x y", "path": "a.b:80", "opaque": "a.b:80"},), "x y:a.b:80"),
    ("urlJoin", ({"userinfo": "*", "hostname": ""},), "//%2A@"),
    ("urlParse", (":x",), Fails('unable to parse url: parse ":x": missing protocol scheme')),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), CASES)
def test_urls(name: str, arguments: tuple[Any, ...], expected: Any) -> None:
    check(name, arguments, expected)
