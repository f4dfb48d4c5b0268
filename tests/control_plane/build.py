"""Builds the control plane, KWOK and the reference helm once, into a cache keyed by what is pinned.

Everything comes as Go modules by name and version; `python -m tests.control_plane.build` does it
alone. The first build takes about a quarter of an hour on two cores, later calls nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
KUBERNETES = "v1.37.2"
KWOK = "sigs.k8s.io/kwok/cmd/kwok@v0.7.0"
HELM = "helm.sh/helm/v4/cmd/helm@v4.3.1"
COMPONENTS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
PROGRAMS = (*COMPONENTS, "etcd", "kwok", "helm")


def directory() -> Path:
    """Where the binaries are kept; another pin means another directory."""
    pins = (HERE / "go.mod").read_bytes() + (HERE / "go.sum").read_bytes()
    key = hashlib.sha256(pins + f"{KUBERNETES}{KWOK}{HELM}".encode()).hexdigest()[:16]
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "pyhelm-tests" / key


def built() -> Path | None:
    """The directory with all binaries, or None before the first build."""
    where = directory()
    return where if all((where / program).exists() for program in PROGRAMS) else None


def needed() -> Path:
    """The directory with all binaries, for those who can't do without."""
    where = built()
    assert where is not None, "build the control plane and helm first: make control-plane"
    return where


def build() -> Path:
    """Build what is missing, and say what is going on, since it takes minutes."""
    where = directory()
    where.mkdir(parents=True, exist_ok=True)
    if shutil.which("go") is None:
        raise SystemExit("building the control plane needs Go 1.26 or newer: install 'golang'")
    packages = [f"k8s.io/kubernetes/cmd/{component}" for component in COMPONENTS]
    _go(where, COMPONENTS, "build", "-ldflags", f"-s -w {_stamp()}", *packages)
    _go(where, ("etcd",), "build", "-ldflags", "-s -w", "go.etcd.io/etcd/server/v3")
    _go(where, ("kwok",), "install", "-ldflags", "-s -w", KWOK)
    _go(where, ("helm",), "install", "-ldflags", "-s -w", HELM)
    return where


def _stamp() -> str:
    """Without it `/version` says v0.0.0-master and charts' `kubeVersion` checks fail."""
    version = "k8s.io/component-base/version"
    minor = KUBERNETES.split(".")[1]
    numbers = {"gitVersion": KUBERNETES, "gitMajor": "1", "gitMinor": minor}
    return " ".join(f"-X {version}.{name}={value}" for name, value in numbers.items())


def _go(where: Path, programs: tuple[str, ...], verb: str, *arguments: str) -> None:
    """Build into a directory of this process and rename, so that a broken build leaves nothing."""
    if all((where / program).exists() for program in programs):
        return
    sys.stderr.write(f"building {', '.join(programs)} …\n")
    staging = where / f"building-{os.getpid()}"
    staging.mkdir(exist_ok=True)
    output = ["-o", f"{staging}/"] if verb == "build" else []
    env = {**os.environ, "CGO_ENABLED": "0", "GOBIN": str(staging)}
    subprocess.run(["go", verb, "-trimpath", *output, *arguments], cwd=HERE, env=env, check=True)
    for built_file in staging.iterdir():
        name = "etcd" if built_file.name == "server" else built_file.name
        built_file.replace(where / name)
    staging.rmdir()


if __name__ == "__main__":
    sys.stdout.write(f"{build()}\n")
