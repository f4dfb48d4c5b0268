"""What lint says of real charts, as helm says it, where the corpus lies beside the project."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.commands import UNFIT, homes, run_here

pytestmark = pytest.mark.unmeasured

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
FOLDERS = [each for each in (CORPUS / "stable", CORPUS / "modern") if each.is_dir()]


def said(archive: str, home: Path) -> str:
    """Our answer, written as the corpus writes helm's."""
    done = run_here(["lint", archive, "--kube-version", "1.37.0"], homes(home))
    out = UNFIT.sub("", done.out)
    return f"exit: {done.code}\n--- stdout\n{out}--- stderr\n{done.err}"


def plain(text: str, archive: str) -> str:
    """Without warnings of the log, and with our path for that of helm's temporary folder."""
    lines = (line for line in text.strip().split("\n") if not line.startswith("level="))
    return re.sub(r"<TMP>/[^:]*", archive, "\n".join(lines))


if FOLDERS:

    @pytest.mark.parametrize("folder", FOLDERS, ids=[each.name for each in FOLDERS])
    def test_lint_says_what_helm_says(
        folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(folder)
        charts = json.loads(Path("charts.json").read_text(encoding="utf-8"))
        different = []
        for chart in charts:
            golden = Path("lint", f"{chart['id']}.txt").read_text(encoding="utf-8")
            theirs, ours = (plain(t, chart["tgz"]) for t in (golden, said(chart["tgz"], tmp_path)))
            if ours != theirs:
                different.append(f"{chart['id']}: {ours}")
        assert len(charts) > 50
        assert different == []
