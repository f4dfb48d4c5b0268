"""Case: functions with arguments, and what helm's own gave for them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.engine.functions.table import check

CASES: list[tuple[str, tuple[Any, ...], Any]] = [
    ("camelcase", (" ",), "  "),
    ("camelcase", ("A",), "A"),
    ("camelcase", ("A1",), "A1"),
    ("camelcase", ("Ab",), "Ab"),
    ("camelcase", ("GO PATH",), "GoPath"),
    ("camelcase", ("GO-PATH",), "GoPath"),
    ("camelcase", ("\u2177 \u2167 x\xb2",), "\u2167\u2167X\xb2"),
    ("camelcase", ("\xfcn\xef \xe7ode \xdftra\xdfe",), "\xdcn\xef\xc7ode\xdftra\xdfe"),
    ("camelcase", ("foo/bar/baz",), "Foo/bar/baz"),
    ("camelcase", ("http2xx",), "Http2xx"),
    ("camelcase", ("it's Big O'Neil",), "It'sBigO'Neil"),
    ("camelcase", ("some words",), "SomeWords"),
    ("kebabcase", ("  lead and trail  ",), "--lead-and-trail--"),
    ("kebabcase", ("",), ""),
    ("kebabcase", ("$100 ${x}",), "$100-${x}"),
    ("kebabcase", ("---",), "---"),
    ("kebabcase", ("<b>&'\"=</b>\x00\x7f\u200b",), "<-b->&'\"=</b->\x00\x7f\u200b"),
    ("kebabcase", ("AB",), "ab"),
    ("kebabcase", ("Duration2m3s",), "duration-2m3s"),
    ("kebabcase", ("FirstName",), "first-name"),
    ("kebabcase", ("GO PATH",), "go-path"),
    ("kebabcase", ("GO_PATH",), "go-path"),
    ("kebabcase", ("aB",), "a-b"),
    ("kebabcase", ("hello world",), "hello-world"),
    ("snakecase", ("  lead and trail  ",), "__lead_and_trail__"),
    ("snakecase", ("",), ""),
    ("snakecase", ("$100 ${x}",), "$100_${x}"),
    ("snakecase", ("12",), "12"),
    ("snakecase", ("Ab",), "ab"),
    ("snakecase", ("FirstName",), "first_name"),
    ("snakecase", ("GO PATH",), "go_path"),
    ("snakecase", ("\u2028z",), "_z"),
    ("snakecase", ("\u2177 \u2167 x\xb2",), "\u2177_\u2167_x\xb2"),
    ("snakecase", ("_complex__case_",), "_complex__case_"),
    ("snakecase", ("a--b__c",), "a__b__c"),
    ("snakecase", ("some words",), "some_words"),
    ("swapcase", ("  ",), "  "),
    ("swapcase", ("  lead and trail  ",), "  LEAD AND TRAIL  "),
    ("swapcase", ("---",), "---"),
    ("swapcase", ("Ab",), "aB"),
    ("swapcase", ("GO PATH",), "go path"),
    ("swapcase", ("HTTPServer",), "httpsERVER"),
    ("swapcase", ("\u2177 \u2167 x\xb2",), "\u2177 \u2167 X\xb2"),
    ("swapcase", ("a",), "A"),
    ("swapcase", ("a--b__c",), "A--B__C"),
    ("swapcase", ("h\xe9llo w\xf6rld",), "H\xc9LLO W\xd6RLD"),
    ("swapcase", ("http2xx",), "HTTP2XX"),
    ("swapcase", ("x1y2 Z3",), "X1Y2 z3"),
    ("title", ("  ",), "  "),
    ("title", ("---",), "---"),
    ("title", ("1a",), "1a"),
    ("title", ("ABC def1GHI2jk.L,M!n",), "ABC Def1GHI2jk.L,M!N"),
    ("title", ("Ab",), "Ab"),
    ("title", ("FirstName",), "FirstName"),
    ("title", ("\u2028z",), "\u2028Z"),
    ("title", ("_complex__case_",), "_complex__case_"),
    ("title", ("hello world",), "Hello World"),
    ("title", ("it's Big O'Neil",), "It'S Big O'Neil"),
    ("title", ("some words",), "Some Words"),
    ("title", ("tab\tnl\nx\r\x0b\x85\xa0y",), "Tab\tNl\nX\r\x0b\x85\xa0Y"),
    ("untitle", ("  lead and trail  ",), "  lead and trail  "),
    ("untitle", ("",), ""),
    ("untitle", ("12",), "12"),
    ("untitle", ("1a",), "1a"),
    ("untitle", ("ABC def1GHI2jk.L,M!n",), "aBC def1GHI2jk.L,M!n"),
    ("untitle", ("NoHTTPS",), "noHTTPS"),
    ("untitle", ("\u2177 \u2167 x\xb2",), "\u2177 \u2177 x\xb2"),
    ("untitle", ("a--b__c",), "a--b__c"),
    ("untitle", ("aB",), "aB"),
    ("untitle", ("h\xe9llo w\xf6rld",), "h\xe9llo w\xf6rld"),
    ("untitle", ("hello world",), "hello world"),
    ("untitle", ("http2xx",), "http2xx"),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), CASES)
def test_case(name: str, arguments: tuple[Any, ...], expected: Any) -> None:
    check(name, arguments, expected)
