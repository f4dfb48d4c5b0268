"""The `console` blocks of a page of the documentation, run, and compared with what the page shows.

A line `$ …` is a command, what follows is its output, standard error included; `…` in it stands for
anything, and a digest for any digest.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
_DIGEST = re.compile(r"[0-9a-f]{64}")


def commands(page: str) -> list[tuple[str, str]]:
    """Each command of a page with the output that the page shows."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found: list[tuple[str, str]] = []
    for block in re.findall(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            while command.endswith("\\"):
                more, _, output = output.partition("\n")
                command = f"{command[:-1]}{more.strip()}"
            found.append((command, output))
    return found


def check(page: str, folder: Path, replaced: dict[str, str], path: str = "") -> None:
    """Run a page's commands one after the other in a folder; fails where the output differs.

    `replaced` has what the page says for what the test has instead.
    """
    environment = _environment(folder, path)
    for command, expected in commands(page):
        for word, own in replaced.items():
            command, expected = command.replace(word, own), expected.replace(word, own)
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
        )
        output = done.stdout.decode()
        assert _fits(expected, output), f"$ {command}\n{output}\n--- the page shows\n{expected}"


def _fits(expected: str, output: str) -> bool:
    parts = _DIGEST.sub("D", expected).split("…")
    pattern = ".*".join(re.escape(part) for part in parts)
    return re.fullmatch(pattern, _DIGEST.sub("D", output), re.DOTALL) is not None


def _environment(folder: Path, path: str) -> dict[str, str]:
    """A home of its own, and `pyhelm` in PATH."""
    programs = folder.parent / "bin"
    programs.mkdir(exist_ok=True)
    script = programs / "pyhelm"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pyhelm "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("HELM_", "KUBE"))}
    own = {"HOME": str(folder.parent / "home"), "NO_COLOR": "1", "TZ": "UTC"}
    paths = os.pathsep.join(filter(None, (str(programs), path, os.environ["PATH"])))
    return {**kept, **own, "PATH": paths, "PYTHONPATH": str(ROOT)}
