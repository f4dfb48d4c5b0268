"""Encoding: functions with arguments, and what helm's own gave for them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.engine.functions.table import check

CASES: list[tuple[str, tuple[Any, ...], Any]] = [
    ("adler32sum", ("",), "1"),
    ("adler32sum", ("\n",), "720907"),
    ("adler32sum", ("\xe9",), "36766061"),
    ("adler32sum", ("a",), "6422626"),
    ("adler32sum", ("a\udcffb",), "59113923"),
    ("adler32sum", ("ab",), "19267780"),
    ("adler32sum", ("abc",), "38600999"),
    ("adler32sum", ("hello",), "103547413"),
    ("b32dec", ("",), ""),
    ("b32dec", ("=1=E",), "illegal base32 data at input byte 0"),
    ("b32dec", ("AB=C",), "illegal base32 data at input byte 4"),
    ("b32dec", ("ARMMRMMA1\nR\nR=M\n=",), "illegal base32 data at input byte 8"),
    ("b32dec", ("A\n\n1R1R\n1RR1",), "illegal base32 data at input byte 1"),
    ("b32dec", ("EAMAMERE",), " \x18\x06\x12$"),
    ("b32dec", ("EEMEA1M",), "illegal base32 data at input byte 5"),
    ("b32dec", ("MAE1RA\n=AER11A=R1",), "illegal base32 data at input byte 3"),
    ("b32dec", ("MAMM\n\nAM",), "illegal base32 data at input byte 0"),
    ("b32dec", ("MA\nE\nM=EAERR111RM",), "illegal base32 data at input byte 4"),
    ("b32dec", ("RARER=RRM1",), "illegal base32 data at input byte 5"),
    ("b32dec", ("R\nMR\nE1",), "illegal base32 data at input byte 4"),
    ("b32dec", ("\n=R",), "illegal base32 data at input byte 0"),
    ("b32dec", ("\nR1A\nM\n\n\nM\n",), "illegal base32 data at input byte 1"),
    ("b32enc", ("",), ""),
    ("b32enc", ("\n",), "BI======"),
    ("b32enc", ("\xe9",), "YOUQ===="),
    ("b32enc", ("a",), "ME======"),
    ("b32enc", ("a\udcffb",), "MH7WE==="),
    ("b32enc", ("ab",), "MFRA===="),
    ("b32enc", ("abc",), "MFRGG==="),
    ("b32enc", ("hello",), "NBSWY3DP"),
    ("b64dec", ("",), ""),
    ("b64dec", ("*",), "illegal base64 data at input byte 0"),
    ("b64dec", ("*Y",), "illegal base64 data at input byte 0"),
    ("b64dec", ("*YY**\nQ",), "illegal base64 data at input byte 0"),
    ("b64dec", ("A\nx*Y=",), "illegal base64 data at input byte 3"),
    ("b64dec", ("Q\nYAA\nxA",), "illegal base64 data at input byte 6"),
    ("b64dec", ("Y*x=Y",), "illegal base64 data at input byte 1"),
    ("b64dec", ("YQx*=\nx",), "illegal base64 data at input byte 3"),
    ("b64dec", ("YR==",), "a"),
    ("b64dec", ("\n",), ""),
    ("b64dec", ("x**",), "illegal base64 data at input byte 1"),
    ("b64dec", ("x=x**QQ\n",), "illegal base64 data at input byte 1"),
    ("b64dec", ("xYA*",), "illegal base64 data at input byte 3"),
    ("b64dec", ("x\nA==Q",), "illegal base64 data at input byte 5"),
    ("b64enc", ("",), ""),
    ("b64enc", ("\n",), "Cg=="),
    ("b64enc", ("\xe9",), "w6k="),
    ("b64enc", ("a",), "YQ=="),
    ("b64enc", ("a\udcffb",), "Yf9i"),
    ("b64enc", ("ab",), "YWI="),
    ("b64enc", ("abc",), "YWJj"),
    ("b64enc", ("hello",), "aGVsbG8="),
    ("sha1sum", ("",), "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    ("sha1sum", ("\n",), "adc83b19e793491b1c6ea0fd8b46cd9f32e592fc"),
    ("sha1sum", ("\xe9",), "bf15be717ac1b080b4f1c456692825891ff5073d"),
    ("sha1sum", ("a",), "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"),
    ("sha1sum", ("a\udcffb",), "2b962856b5d3a293cc64cbfaf1e1580c7cefeba7"),
    ("sha1sum", ("ab",), "da23614e02469a0d7c7bd1bdab5c9c474b1904dc"),
    ("sha1sum", ("abc",), "a9993e364706816aba3e25717850c26c9cd0d89d"),
    ("sha1sum", ("hello",), "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"),
    ("sha256sum", ("",), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("sha256sum", ("\n",), "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b"),
    ("sha256sum", ("\xe9",), "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"),
    ("sha256sum", ("a",), "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"),
    ("sha256sum", ("ab",), "fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603"),
    ("sha256sum", ("abc",), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ("sha256sum", ("hello",), "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), CASES)
def test_encoding(name: str, arguments: tuple[Any, ...], expected: Any) -> None:
    check(name, arguments, expected)
