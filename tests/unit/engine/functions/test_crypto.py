"""Passwords and keys: functions with arguments, and what helm's own gave for them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.engine.functions.table import Fails, check

CASES: list[tuple[str, tuple[Any, ...], Any]] = [
    ("buildCustomCert", ("!", "x"), Fails("unable to decode base64 certificate")),
    ("buildCustomCert", ("eA==", "!"), Fails("unable to decode base64 private key")),
    ("buildCustomCert", ("eA==", "eA=="), Fails("unable to decode certificate")),
    ("decryptAES", ("k", "!!"), Fails("illegal base64 data at input byte 0")),
    ("decryptAES", ("k", ""), ""),
    ("derivePassword", (1, "long", "pw", "user", "site.com"), "Riwq7.GexeMupa"),
    ("derivePassword", (1, "medium", "pw", "user", "site.com"), "RiwQiw1-"),
    ("derivePassword", (1, "short", "pw", "user", "site.com"), "Riw1"),
    ("encryptAES", ("k", ""), ""),
    ("genCAWithKey", ("c", 1, "x"), Fails("parsing private key: no PEM data in input")),
    ("genPrivateKey", ("x",), "Unknown type x"),
    ("genSelfSignedCert", ("c", ["x"], None, 1), Fails("error parsing ip: x")),
    ("genSelfSignedCert", ("c", [1], None, 1), Fails("error parsing ip: 1 is not a string")),
    ("htpasswd", ("a:b", "x"), "invalid username: a:b"),
    ("randAlpha", (-1,), ""),
    ("randAlpha", (0,), ""),
    ("randBytes", (-1,), Fails("runtime error: makeslice: len out of range")),
    ("randInt", (3, 3), Fails("invalid argument to Intn")),
    ("randInt", (5, 1), Fails("invalid argument to Intn")),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), CASES)
def test_crypto(name: str, arguments: tuple[Any, ...], expected: Any) -> None:
    check(name, arguments, expected)
