"""Real charts, byte for byte, where the corpus of helm's answers lies beside the project."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.commands import homes, run_here

pytestmark = pytest.mark.unmeasured

CORPUS = Path(__file__).parents[5] / "shared" / "corpus"
FOLDERS = [each for each in (CORPUS / "stable", CORPUS / "modern") if each.is_dir()]
ANY, ANY_LINES = "<<NONDET>>", "<<NONDET-LINES>>"


def cases(folder: Path) -> Iterator[dict[str, Any]]:
    yield from json.loads((folder / "cases.json").read_text(encoding="utf-8"))


def pattern(golden: str) -> str:
    """A golden file as a regular expression; its marks stand for what changes from run to run."""
    text = re.escape(golden).replace(re.escape(ANY), r"[^\n]+")
    return re.sub(re.escape(re.escape(ANY_LINES)) + r"(?:\\\n)?", r"(?:[^\\n]*\\n)*?", text)


def outcome(folder: Path, case: dict[str, Any], home: Path) -> tuple[int, str, str]:
    words = ["template", case["name"], str(folder / case["tgz"])]
    words += ["--namespace", "default", "--kube-version", "1.37.0"]
    for path in case["values"]:
        words += ["--values", str(folder / path)]
    done = run_here(words + case.get("args", []), homes(home))
    # What to run next is a command of ours.
    told = done.err.replace(f"{folder}{os.sep}", "").replace("'pyhelm dep", "'helm dep")
    return done.code, done.out, told


def difference(folder: Path, case: dict[str, Any], home: Path) -> str:
    """What is wrong with one case, in a line; nothing if all is well."""
    code, out, err = outcome(folder, case, home)
    golden = (folder / case["file"]).read_bytes().decode("utf-8", "surrogateescape")
    if case["kind"] == "error":
        # A schema's findings come in no fixed order.
        told = sorted(golden.partition("\n")[2].splitlines())
        return "" if code and sorted(err.splitlines()) == told else f"{case['id']}: {err[-200:]}"
    if code == 0 and (out == golden or re.fullmatch(pattern(golden), out)):
        return ""
    return f"{case['id']}: {err[-200:] or 'other text'}"


if FOLDERS:

    @pytest.mark.slow
    @pytest.mark.parametrize("folder", FOLDERS, ids=[each.name for each in FOLDERS])
    def test_corpus(folder: Path, tmp_path: Path) -> None:
        found = [difference(folder, case, tmp_path) for case in cases(folder)]
        assert len(found) > 100
        assert [each for each in found if each] == []
