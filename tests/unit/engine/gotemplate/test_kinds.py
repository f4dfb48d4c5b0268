"""Small templates of each kind that PyHelm once answered otherwise, with helm 4.3.1's answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.commands import homes, run_here

CASES = yaml.safe_load(Path(__file__).with_name("kinds.yaml").read_text(encoding="utf-8"))
FILES = {
    "Chart.yaml": b"apiVersion: v2\nname: c\nversion: 0.1.0\n",
    "values.yaml": b"s: str\nm: {a: 1, b: {c: 2}}\nl: [1,null,x]\nn: null\n",
    "a.txt": b"a\n",
    "three.txt": b"x\ny\n\n\n",
    "files/two.txt": b"x\n\n",
    "files/none.txt": b"x",
    "files/only.txt": b"\n\n",
    "bin.dat": bytes(range(256)),
}


@pytest.mark.parametrize("case", CASES, ids=[case["t"] for case in CASES])
def test_kind(case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_chart(tmp_path / "c", case)
    monkeypatch.chdir(tmp_path / "c")
    assert answer(Path(), home=tmp_path) == (case["exit"], case["printed"])


def write_chart(where: Path, case: dict[str, Any]) -> None:
    """A chart with the case's template, whose characters are its bytes where it says so."""
    text = case["t"].encode("latin-1" if case.get("bytes") else "utf-8") + b"\n"
    for name, data in {**FILES, "templates/x.yaml": text}.items():
        path = where / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def answer(chart: Path, home: Path) -> tuple[int, str]:
    """The exit code, and the manifest or the error without what all have in common."""
    done = run_here(["template", "r", str(chart)], homes(home))
    text = done.err if done.code else done.out
    text = text.removeprefix("---\n# Source: c/templates/x.yaml\n").removeprefix("Error: ")
    return done.code, text.removesuffix("\n\nUse --debug flag to render out invalid YAML\n")


def test_a_loop_over_what_a_pointer_leads_to(tmp_path: Path) -> None:
    write_chart(tmp_path / "c", {"t": "{{ range .Capabilities }}{{ end }}"})
    _, printed = answer(tmp_path / "c", home=tmp_path)
    assert "range can't iterate over {{v1." in printed
