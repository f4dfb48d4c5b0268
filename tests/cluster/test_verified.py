"""What tests say of the simulator, and of releases on it, holds on the real API server as well.

The tests marked `verified` take the server to be used from PYHELM_TEST_CLUSTER and KUBECONFIG.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.cluster.conftest import ROOT


@pytest.mark.parametrize("folder", ["actions", "simulator"])
def test_on_the_real_server(kubeconfig, folder):
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-m", "verified", "-k", "real"),
            *("-p", "no:cacheprovider", str(ROOT / "tests" / folder)),
        ],
        env={**os.environ, "PYHELM_TEST_CLUSTER": "1", "KUBECONFIG": kubeconfig},
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
