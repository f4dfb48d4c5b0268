"""Starts and stops one control plane on free loopback ports, in a directory of its own."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

AUDIT_POLICY = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    # No bodies: to write them down takes the server as long as to answer.
    "rules": [{"level": "Metadata"}],
}
NODE = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {"name": "kwok-node", "annotations": {"kwok.x-k8s.io/node": "fake"}},
}
HERE = Path(__file__).parent
# Nothing ever runs on the node, and most tests leave their Pods to it.
CAPACITY = {"cpu": "10k", "memory": "64Ti", "pods": "10k", "ephemeral-storage": "64Ti"}
THRIFTY = {"GOGC": "400"}
"""Variables for Go's programs: collect garbage seldom, a fifth of a short helm command's time."""
TOKENS = {"admin": "system:masters", "nobody": "", "developer": ""}


@dataclass(slots=True)
class Plane:
    """A running control plane.

    `kubeconfig` is the admin's; `kubeconfig_for(user)` makes one for `nobody` or `developer`,
    who have no rights but those that a test grants. `audit_log` holds every request.
    """

    directory: Path
    binaries: Path
    port: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def kubeconfig(self) -> Path:
        return self.kubeconfig_for("admin")

    @property
    def audit_log(self) -> Path:
        return self.directory / "audit.log"

    def requests(self, since: int = 0) -> list[Any]:
        """What the API server was asked, from a size of the log on; a half-written line is none."""
        with self.audit_log.open("rb") as log:
            log.seek(since)
            return [json.loads(line) for line in log if line.endswith(b"\n")]

    def kubeconfig_for(self, user: str) -> Path:
        path = self.directory / f"{user}.kubeconfig"
        if not path.exists():
            path.write_text(yaml.safe_dump(self._config(user)), encoding="utf-8")
        return path

    def _config(self, user: str) -> dict[str, object]:
        cluster = {
            "server": self.url,
            "certificate-authority": str(self.directory / "certs" / "apiserver.crt"),
        }
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "plane",
            "clusters": [{"name": "plane", "cluster": cluster}],
            "users": [{"name": user, "user": {"token": f"{user}token"}}],
            "contexts": [{"name": "plane", "context": {"cluster": "plane", "user": user}}],
        }

    def request(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """One request as admin, without any client that is under test."""
        data = None if body is None else json.dumps(body).encode()
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        headers = {"Authorization": "Bearer admintoken", "Content-Type": kind}
        request = urllib.request.Request(self.url + path, data=data, headers=headers, method=method)
        trust = ssl.create_default_context(cafile=str(self.directory / "certs" / "apiserver.crt"))
        with urllib.request.urlopen(request, context=trust, timeout=10) as answer:
            return json.loads(answer.read() or b"{}")

    def make_namespace(self, name: str) -> None:
        self.request("POST", "/api/v1/namespaces", {"metadata": {"name": name}})

    def spawn(self, program: str, *arguments: str) -> None:
        log = (self.directory / f"{program}.log").open("wb")
        with log:
            self.processes.append(
                subprocess.Popen(
                    [str(self.binaries / program), *arguments],
                    env={**os.environ, **THRIFTY},
                    stdout=log,
                    stderr=log,
                    stdin=subprocess.DEVNULL,
                )
            )

    def stop(self) -> None:
        """At once: what they hold is thrown away, and their own way takes ten seconds."""
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()


@contextlib.contextmanager
def running(binaries: Path) -> Iterator[Plane]:
    """A control plane with one node, ready for requests; gone afterwards."""
    directory = Path(tempfile.mkdtemp(prefix="pyhelm-plane-"))
    ports = _free_ports(4)
    plane = Plane(directory, binaries, ports[2])
    try:
        _start(plane, ports)
        yield plane
    finally:
        plane.stop()
        shutil.rmtree(directory, ignore_errors=True)


def _start(plane: Plane, ports: list[int]) -> None:
    here = plane.directory
    _write_inputs(here)
    etcd, peer, secure, kubelet = ports
    store = f"http://127.0.0.1:{etcd}"
    plane.spawn(
        "etcd",
        *("--data-dir", str(here / "etcd"), "--unsafe-no-fsync"),
        *("--listen-client-urls", store, "--advertise-client-urls", store),
        *("--listen-peer-urls", f"http://127.0.0.1:{peer}"),
    )
    plane.spawn(
        "kube-apiserver",
        *("--etcd-servers", store, "--secure-port", str(secure), "--bind-address", "127.0.0.1"),
        *("--endpoint-reconciler-type=none", "--advertise-address", "10.255.255.1"),
        *("--cert-dir", str(here / "certs"), "--token-auth-file", str(here / "tokens.csv")),
        *("--service-account-issuer", "https://kubernetes.default.svc"),
        *("--service-account-key-file", str(here / "sa.key")),
        *("--service-account-signing-key-file", str(here / "sa.key")),
        *("--service-cluster-ip-range", "10.96.0.0/12"),
        *("--authorization-mode", "RBAC", "--allow-privileged"),
        *(
            "--audit-policy-file",
            str(here / "audit.yaml"),
            "--audit-log-path",
            str(plane.audit_log),
        ),
    )
    _wait_for("the API server", lambda: _ready(plane))
    admin = str(plane.kubeconfig)
    plane.spawn(
        "kube-controller-manager",
        *("--kubeconfig", admin, "--service-account-private-key-file", str(here / "sa.key")),
        # Nobody asks these two anything.
        *("--use-service-account-credentials", "--secure-port=0", "--leader-elect=false"),
        # A busy machine's node may be late with its heartbeat.
        "--node-monitor-grace-period=1h",
    )
    plane.spawn(
        "kube-scheduler",
        *("--kubeconfig", admin, "--authentication-kubeconfig", admin),
        *("--authorization-kubeconfig", admin, "--leader-elect=false", "--secure-port=0"),
    )
    plane.spawn(
        "kwok",
        *("--kubeconfig", admin, "--manage-all-nodes=true", "--config", str(here / "kwok.yaml")),
        *("--node-ip", "127.0.0.1", "--cidr", "10.244.0.0/16"),
        *("--node-port", str(kubelet), "--server-address", f"127.0.0.1:{kubelet}"),
        *("--tls-cert-file", str(here / "certs" / "apiserver.crt")),
        *("--tls-private-key-file", str(here / "certs" / "apiserver.key")),
    )
    plane.request("POST", "/api/v1/nodes", NODE)
    status = {"status": {"allocatable": CAPACITY, "capacity": CAPACITY}}
    plane.request("PATCH", "/api/v1/nodes/kwok-node/status", status)
    account = "/api/v1/namespaces/default/serviceaccounts/default"
    _wait_for("the controllers", lambda: _exists(plane, account))
    _check_all_run(plane)


def _check_all_run(plane: Plane) -> None:
    """Without one of them, tests would wait for what nobody does."""
    for process in plane.processes:
        if process.poll() is not None:
            program = Path(str(process.args[0])).name  # type: ignore[index]
            said = (plane.directory / f"{program}.log").read_text(encoding="utf-8")
            raise RuntimeError(f"{program} ended: {said[-500:]}")


def _write_inputs(here: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    (here / "sa.key").write_bytes(pem)
    rows = [f'{user}token,{user},{user}-uid,"{group}"\n' for user, group in TOKENS.items()]
    (here / "tokens.csv").write_text("".join(rows), encoding="utf-8")
    (here / "audit.yaml").write_text(json.dumps(AUDIT_POLICY), encoding="utf-8")
    stages = (HERE / "kwok.yaml").read_text(encoding="utf-8")
    stages = stages.replace("LOGS", str(HERE / "container.log"))
    (here / "kwok.yaml").write_text(stages, encoding="utf-8")


def _ready(plane: Plane) -> bool:
    trust = ssl._create_unverified_context()
    with urllib.request.urlopen(f"{plane.url}/readyz", context=trust, timeout=2) as answer:
        return bool(answer.read() == b"ok")


def _exists(plane: Plane, path: str) -> bool:
    return bool(plane.request("GET", path))


def _wait_for(what: str, check: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, urllib.error.URLError):
            if check():
                return
        time.sleep(0.1)
    raise TimeoutError(f"{what} did not answer within {seconds:.0f} s")


def _free_ports(count: int) -> list[int]:
    """Below those that systems give to connections: one may take such a port before it is used.

    Each process begins elsewhere, so that workers don't look at the same ones.
    """
    first = 20_000 + os.getpid() % 600 * 20
    return list(itertools.islice(filter(_is_free, range(first, 32_768)), count))


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
