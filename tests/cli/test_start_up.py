"""Start-up is a feature: what is not needed is not imported."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {
    "cryptography", "google", "jinja2", "jsonschema_rs", "kubernetes", "pydantic", "re2",
    "requests", "rich", "starlette", "typer", "urllib3", "uvicorn", "yaml",
}  # fmt: skip

PROGRAM = """
import json, sys
from pyhelm.cli.run import run
code = run({argv})
sys.stderr.write(json.dumps([code, sorted({{name.partition(".")[0] for name in sys.modules}})]))
"""


def modules(*argv: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(argv=list(argv))],
        capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    code, names = json.loads(done.stderr.splitlines()[-1])
    assert code == 0
    return set(names)


@pytest.mark.parametrize("argv", [("version",), ("version", "--short"), (), ("repo", "list", "-h")])
def test_only_help_imports_typer(argv):
    loaded = modules(*argv)
    assert loaded & HEAVY == ({"typer", "rich", "pydantic"} & loaded if "-h" in argv else set())


def test_version_loads_no_other_layer():
    program = "import sys; from pyhelm.cli.run import run; run(['version']); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    loaded = {name.split(".")[1] for name in done.stdout.split() if name.startswith("pyhelm.")}
    assert loaded == {"_dataclass", "_lazy", "_typing", "_version", "cli", "errors", "settings"}
