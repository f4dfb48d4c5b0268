"""The `--set` language, against what helm 4.3.1 made of the same flags (set_flags.json)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pyhelm.chart import strvals
from pyhelm.chart.model import Values
from pyhelm.chart.sources import ValueSources
from pyhelm.chart.values import merge_sources
from pyhelm.errors import ValuesError

FACTS = json.loads(Path(__file__).with_name("set_flags.json").read_text(encoding="utf-8"))


def read(path: str) -> bytes:
    return {"cert.pem": b"a\nb\n"}[path]


def merged(flags: list[str]) -> dict[str, Any]:
    chosen: dict[str, list[str]] = {}
    for flag, text in zip(flags[::2], flags[1::2], strict=True):
        chosen.setdefault(flag.removeprefix("--").replace("-", "_"), []).append(text)
    sources = ValueSources(**{name: tuple(texts) for name, texts in chosen.items()})
    return merge_sources(sources, read)


def without_nulls(values: dict[str, Any]) -> dict[str, Any]:
    """Helm's rendering drops a null that no chart's default answers."""
    return {key: value for key, value in values.items() if value is not None}


@pytest.mark.parametrize("fact", FACTS, ids=[" ".join(fact["flags"]) for fact in FACTS])
def test_flags_say_what_they_say_to_helm(fact: dict[str, Any]) -> None:
    if "values" in fact:
        found = merged(fact["flags"])
        assert fact["values"] in (found, without_nulls(found))
        return
    with pytest.raises(ValuesError) as caught:
        merged(fact["flags"])
    assert str(caught.value).startswith(f"failed parsing {fact['flags'][-2]} data: ")
    assert re.search(r"\(at character \d+ of ", str(caught.value))


@pytest.mark.parametrize("text", ["a[", "a[0", "a[=1", "b.a[=1"])
def test_a_text_that_ends_within_an_index_says_nothing(text: str) -> None:
    assert strvals.parse(text) == {}


def test_what_stands_before_an_unclosed_index_counts() -> None:
    assert strvals.parse("c=1,a[") == {"c": 1}


def test_bytes_that_are_no_utf8_are_replaced() -> None:
    assert strvals.parse("\udce9=\udcff") == {"\ufffd": "\ufffd"}


@pytest.mark.parametrize(
    ("text", "value"), [('"x\\ud83dy"', "x\ufffdy"), ('"\\ud83d\\ude00"', "\U0001f600")]
)
def test_half_a_surrogate_pair_is_replaced(text: str, value: str) -> None:
    found: Values = {}
    strvals.parse_json_into(f"s={text}", found)
    assert found == {"s": value}


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "-Infinity"])
def test_python_s_own_numbers_are_no_json(text: str) -> None:
    with pytest.raises(ValuesError, match="not JSON"):
        strvals.parse_json_into(f"s={text}", {})


def test_an_error_never_shows_a_value() -> None:
    with pytest.raises(ValuesError) as caught:
        strvals.parse("password=hunter2,b")
    assert "hunter2" not in str(caught.value)


def test_set_file_takes_the_content_as_text() -> None:
    assert merge_sources(ValueSources(set_file=("tls.cert=cert.pem",)), read) == {
        "tls": {"cert": "a\nb\n"}
    }


def test_sources_have_helms_precedence(tmp_path: Path) -> None:
    first, second = tmp_path / "1.yaml", tmp_path / "2.yaml"
    first.write_text("a: 1\nb: 1\nc: 1\nd: {x: 1, z: 1}\n", encoding="utf-8")
    second.write_text("b: 2\nc: 2\nd: {z: 2}\n", encoding="utf-8")
    sources = ValueSources(
        files=(str(first), str(second)),
        set_json=("c=3", "e=3"),
        set=("e=4", "f=4"),
        set_string=("f=5", "g=5"),
        set_literal=("g=6",),
    )
    assert merge_sources(sources, lambda path: Path(path).read_bytes()) == {
        "a": 1,
        "b": 2,
        "c": 3,
        "d": {"x": 1, "z": 2},
        "e": 4,
        "f": "5",
        "g": "6",
    }


def test_depth_is_bounded() -> None:
    with pytest.raises(ValuesError, match="nested"):
        strvals.parse(".".join("a" * 40) + "=1")


def test_lists_nested_too_deeply_are_an_error() -> None:
    with pytest.raises(ValuesError, match="nested too deeply"):
        strvals.parse("a" + "[0]" * 20_000 + "=1")
