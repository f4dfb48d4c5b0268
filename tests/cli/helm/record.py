"""Records what a real helm answers, as the expectations of the tests beside this file.

    python tests/cli/helm/record.py HELM

Run it with the helm version that `pyhelm._version.HELM_VERSION` names. The releases are read by
helm's memory driver from releases.json, so no cluster is needed.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    """Write a transcript beside each list of command lines."""
    helm = sys.argv[1]
    with tempfile.TemporaryDirectory() as home:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "TZ": "UTC",
            "KUBECONFIG": str(Path(home, "none")),
        }
        memory = {"HELM_DRIVER": "memory", "HELM_MEMORY_DRIVER_DATA": str(HERE / "releases.json")}
        record(helm, "errors", environment)
        record(helm, "charts", environment)
        record(helm, "releases", {**environment, **memory})
        shutil.copytree(HERE / "home", home, dirs_exist_ok=True)
        homes = {"HELM_CONFIG_HOME": f"{home}/config", "HELM_CACHE_HOME": f"{home}/cache"}
        record(helm, "repositories", {**environment, **homes})


def record(helm: str, name: str, environment: dict[str, str]) -> None:
    """Run each line of NAME.commands; write NAME.transcript."""
    blocks = []
    for line in (HERE / f"{name}.commands").read_text(encoding="utf-8").splitlines():
        done = subprocess.run(
            [helm, *shlex.split(line)],
            env=environment, capture_output=True, text=True, encoding="utf-8",
            cwd=HERE, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        text = f"exit {done.returncode}\n--- out\n{done.stdout}--- err\n{done.stderr}"
        text = re.sub(r'(?<![./])\bhelm(?=[ "])', "pyhelm", text)
        if name == "charts":
            text = re.sub(r"(?m)^LAST DEPLOYED: .*", "LAST DEPLOYED: NOW", text)
        blocks.append(f"$ {line}\n{text}\n")
    (HERE / f"{name}.transcript").write_text("".join(blocks), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
