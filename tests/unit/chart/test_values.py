"""What each chart of a tree sees as `.Values`, against helm 4.3.1 (values_facts.json)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pyhelm import _yaml
from pyhelm.chart.load import load_files
from pyhelm.chart.model import Chart, File, Values
from pyhelm.chart.sources import ValueSources
from pyhelm.chart.values import merge_sources, render_values
from pyhelm.errors import PyHelmError, SchemaError, ValuesError

FACTS = json.loads(Path(__file__).with_name("values_facts.json").read_text(encoding="utf-8"))


def files(name: str, chart: dict[str, Any], prefix: str = "") -> list[File]:
    metadata = {"apiVersion": "v2", "name": name, "version": "1.0.0"}
    metadata["dependencies"] = chart["dependencies"]
    found = [
        File(f"{prefix}Chart.yaml", json.dumps(metadata).encode()),
        File(f"{prefix}values.yaml", json.dumps(chart["values"]).encode()),
    ]
    if "schema" in chart:
        found.append(File(f"{prefix}values.schema.json", json.dumps(chart["schema"]).encode()))
    for child, inner in chart["charts"].items():
        found += files(child, inner, f"{prefix}charts/{child}/")
    return found


def seen(chart: Chart, values: Values, path: str = "") -> dict[str, Any]:
    here = f"{path}/charts/{chart.name}" if path else chart.name
    found = {here: json.loads(_yaml.to_json(values))}
    for child in chart.dependencies:
        found |= seen(child, values[child.name], here)
    return found


def rendered(fact: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    path = tmp_path / "values.json"
    path.write_text(json.dumps(fact["user"]), encoding="utf-8")
    sources = ValueSources(files=(str(path),), set=tuple(fact["set"]))
    user = merge_sources(sources, lambda name: Path(name).read_bytes())
    chart = load_files(files("root", fact["chart"]))
    return seen(*render_values(chart, user))


@pytest.mark.parametrize("fact", FACTS, ids=[fact["name"] for fact in FACTS])
def test_values_are_those_of_helm(fact: dict[str, Any], tmp_path: Path) -> None:
    if "values" in fact:
        assert rendered(fact, tmp_path) == fact["values"]
        return
    with pytest.raises(PyHelmError) as caught:
        rendered(fact, tmp_path)
    if isinstance(caught.value, SchemaError):
        # Helm prints what a schema finds in no fixed order.
        found = f"Error: {caught.value}".splitlines()
        assert sorted(found) == sorted(fact["refused"])


def user_file(data: bytes) -> Values:
    return merge_sources(ValueSources(files=("my-values.yaml",)), lambda path: data)


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfa: 1\r\nb: \xe6\x97\xa5\xe6\x9c\xac # \xe3\x82\xb3\r\n",
        "\ufeffa: 1\nb: 日本\n".encode("utf-16-le"),
        "\ufeffa: 1\r\nb: 日本\r\n".encode("utf-16-be"),
    ],
    ids=["utf-8 with a mark", "utf-16 little", "utf-16 big"],
)
def test_files_of_windows_are_read(data: bytes) -> None:
    assert user_file(data) == {"a": 1, "b": "日本"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a:\u30001\nb: 1\n", "full-width space"),
        ("a\uff1a 1\nb: 1\n", "full-width colon"),
        ("a:\n\uff0d x\n- y\n", "full-width"),
        ("a: 1\n\tb: 1\n", "tab"),
    ],
)
def test_what_the_eye_misses_gets_a_hint(text: str, says: str) -> None:
    with pytest.raises(ValuesError) as caught:
        user_file(text.encode())
    assert "my-values.yaml" in str(caught.value)
    assert says in str(caught.value)


def test_a_broken_file_is_named_with_its_line() -> None:
    with pytest.raises(ValuesError, match=r"my-values\.yaml:2:5: "):
        user_file(b"a: 1\nb: c: d\n")


def test_a_file_that_is_no_mapping_is_refused() -> None:
    with pytest.raises(ValuesError, match=r"my-values\.yaml"):
        user_file(b"- 1\n")


def test_charts_and_values_are_left_as_they_were() -> None:
    chart = load_files(files("root", FACTS[0]["chart"]))
    user = {"b": {"x": None}}
    before = json.dumps(chart.values)
    render_values(chart, user)
    assert json.dumps(chart.values) == before
    assert user == {"b": {"x": None}}
