"""Charts and what helm 4.3.1 made of each: every case was run twice with the real binary."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.commands import homes, run_here

CASES = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: dict[str, Any], tmp_path: Path) -> None:
    for name, text in case["files"].items():
        path = tmp_path / "c" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    code, out, err = template(case["command"], tmp_path)
    if "stdout" in case:
        assert (out, code) == (case["stdout"], 0), err
        return
    assert code == 1
    wanted = case["error_contains"]
    for each in wanted if isinstance(wanted, list) else [wanted]:
        assert each in err


def template(command: str, directory: Path) -> tuple[int, str, str]:
    """Run `helm template …` as PyHelm's, split at blanks; the chart is `c` in the directory."""
    words = [str(directory / "c") if word == "c" else word for word in command.split()[1:]]
    done = run_here(words, {**os.environ, **homes(directory)})
    return done.code, done.out, done.err
