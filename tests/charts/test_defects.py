"""Charts with one defect each (defects.json): what `pyhelm template` says of them.

The verdicts are those of helm 4.3.1; the words are its own where they say enough.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.commands import homes, run_here

DEFECTS = json.loads(Path(__file__).with_name("defects.json").read_text(encoding="utf-8"))

SOUND = {
    "Chart.yaml": "apiVersion: v2\nname: c\nversion: 0.1.0\n",
    "values.yaml": "a: 1\n",
    "templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n",
}


def write(directory: Path, files: dict[str, str | None]) -> None:
    for name, text in {**SOUND, **files}.items():
        if text is not None:
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("defect", DEFECTS, ids=[defect["name"] for defect in DEFECTS])
def test_defect(defect: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "c", defect["files"])
    monkeypatch.chdir(tmp_path)
    done = run_here(["template", "r", "c"], homes(tmp_path))
    said = done.err.replace(f"{tmp_path}{os.sep}", "").replace(os.sep, "/")
    assert (done.code, said.rstrip("\n")) == (defect["code"], defect["says"].rstrip("\n"))
