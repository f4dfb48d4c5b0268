"""What lint looks at, where that is not what was packed."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from pyhelm.authoring.lint import LintOptions, lint

CHART = "apiVersion: v2\nname: web\nversion: 0.1.0\nicon: https://example.com/i.svg\n"


def archive(where: Path, **files: str) -> Path:
    path = where / "web-0.1.0.tgz"
    with tarfile.open(path, "w:gz") as tar:
        for name, text in {"Chart.yaml": CHART, "values.yaml": "", **files}.items():
            entry = tarfile.TarInfo(f"web/{name}")
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
    return path


def said(path: Path) -> list[str]:
    return [str(message) for message in lint(path, {}, LintOptions()).messages]


def test_an_archives_helmignore_counts_as_it_does_for_helm(tmp_path):
    files = {"templates/crds/README.md": "# CRDs"}
    assert ["README.md" in each for each in said(archive(tmp_path, **files))] == [True]
    ignored = {
        **files,
        "templates/old/a.txt": "{{ nothing }}",
        ".helmignore": "templates/crds/README.md\nold/\n",
    }
    assert said(archive(tmp_path, **ignored)) == []


def test_the_engine_that_helm_dropped_is_unknown_to_it(tmp_path):
    unknown = (
        "[WARNING] Chart.yaml: failed to strictly parse chart metadata file\n"
        '\terror unmarshaling JSON: while decoding JSON: json: unknown field "engine"'
    )
    texts = {"templates/a.txt": "", "Chart.yaml": f"{CHART}engine: gotpl\n"}
    assert said(archive(tmp_path, **texts)) == [unknown]
    texts["Chart.yaml"] = f"{CHART}engine: jinja\n"
    assert said(archive(tmp_path, **texts)) == []
