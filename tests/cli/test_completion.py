"""What a shell is offered while a person types."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def offers(line: str, home: Path) -> list[str]:
    words = line.split(" ")
    done = subprocess.run(
        [sys.executable, "-m", "pyhelm"],
        env={
            **os.environ,
            "_PYHELM_COMPLETE": "complete_bash",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
            "HELM_CONFIG_HOME": str(home),
            "HELM_CACHE_HOME": str(home),
            "KUBECONFIG": str(home / "none"),
        },
        capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("pyhelm ins", ["install"]),
        ("pyhelm repo ", ["add", "list", "remove", "update", "index", "serve"]),
        ("pyhelm list --out", ["--output"]),
        ("pyhelm list -o ", ["table", "json", "yaml"]),
        ("pyhelm install a b --server-side fal", []),
        ("pyhelm rollback a --server-side f", ["false"]),
        ("pyhelm uninstall --cascade o", ["orphan"]),
        ("pyhelm -n shop stat", ["status"]),
    ],
)
def test_offers(line, expected, tmp_path):
    assert offers(line, tmp_path) == expected
