"""What using the client costs before the first request."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("asyncio", "cryptography", "kubernetes", "requests", "ssl", "urllib3", "yaml")


def test_nothing_heavy_is_imported_before_a_request():
    modules = ("client", "credentials", "discovery", "http", "kubeconfig", "patch", "wait")
    program = (
        "import sys\n"
        + "".join(f"import pyhelm.kube.{name}\n" for name in modules)
        + f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )

    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True
    )

    assert run.stdout.strip() == "[]"
