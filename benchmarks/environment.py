"""The programs, and the variables that they are given: what users have, and nothing else."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.control_plane import build

PYHELM = str(Path(sys.executable).with_name("pyhelm"))
UNWANTED = ("HELM_", "KUBE", "PYHELM_", "PYTHONDONTWRITEBYTECODE")
CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
"""Real charts, where they lie beside the project."""


def helm() -> str:
    """The path of helm."""
    return str(build.build() / "helm")


def variables(home: str | Path, **more: str) -> dict[str, str]:
    """The environment of a user whose directories are under `home`."""
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith(UNWANTED)},
        **{f"HELM_{kind}_HOME": f"{home}/{kind}" for kind in ("CONFIG", "CACHE", "DATA")},
        **more,
    }
