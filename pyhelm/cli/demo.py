"""`pyhelm demo`: the whole way once, from a repository to a rollback, each command run for real.

The commands run in processes of their own, as a person would type them, on the simulator and with
a web server over the example charts that lives as long as the demo.
"""

from __future__ import annotations

import base64
import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Iterator
from pyhelm.cli.call import Call
from pyhelm.cli.simulator import running
from pyhelm.cli.terminal import Terminal
from pyhelm.errors import NotFound, PyHelmError, SimulatorError

PORT = 8879
"""The repository's port, where it is free: the one that Helm's own server had."""

NEWER = "8.4.7"
"""The MySQL that the demo upgrades to."""

_NAME = lazy_pattern(r"(?m)^NAME: (\S+)$")


def run(call: Call) -> None:
    """`pyhelm demo`."""
    terminal = call.terminal
    terminal.line("# A Kubernetes API without a cluster: the simulator. No container runs in it.")
    _Demo(terminal, dict(os.environ)).command("simulator", "start")
    simulator = running(call.settings)
    if simulator is None:
        raise SimulatorError("the simulator did not start; see 'pyhelm simulator status'")
    demo = _Demo(terminal, {**os.environ, "KUBECONFIG": str(simulator.kubeconfig)})
    with _repository() as url:
        terminal.line(f"\n# A chart repository: these files on a web server, now at {url}")
        name = _releases(demo, url)
        _password(call, terminal, name, str(simulator.kubeconfig))
        _upgrade_and_back(demo, name)
    _what_next(terminal, name)


def _releases(demo: _Demo, url: str) -> str:
    """From the repository to an installed release; returns its name."""
    demo.command("repo", "add", "demo", url, "--force-update")
    demo.command("repo", "update")
    demo.command("search", "repo", "mysql")
    installed = demo.command("install", "demo/mysql", "--generate-name", "--wait")
    found = _NAME.search(installed)
    if found is None:
        raise PyHelmError("the demo's install did not print the release's name")
    demo.command("list")
    demo.command("get", "values", found[1])
    return found[1]


def _password(call: Call, terminal: Terminal, name: str, kubeconfig: str) -> None:
    """The root password in clear text, by kubectl if it is here, else by PyHelm's own client."""
    path = "{.data.mysql-root-password}"
    terminal.line(f'\n$ kubectl get secret {name} -o jsonpath="{path}" | base64 --decode')
    encoded = _by_kubectl(name, path, kubeconfig)
    if encoded is None:
        terminal.line("(no kubectl here: read through PyHelm's own client)")
        encoded = _by_client(call, name, kubeconfig)
    terminal.line(base64.b64decode(encoded).decode())


def _by_kubectl(name: str, path: str, kubeconfig: str) -> str | None:
    program = shutil.which("kubectl")
    if program is None:
        return None
    command = [program, "--kubeconfig", kubeconfig, "get", "secret", name, "-o", f"jsonpath={path}"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    return done.stdout if done.returncode == 0 else None


def _by_client(call: Call, name: str, kubeconfig: str) -> str:
    from pyhelm._dataclass import replace
    from pyhelm.client import Client
    from pyhelm.kube.cluster import ObjectRef

    with Client(replace(call.settings, kubeconfig=kubeconfig)) as client:
        try:
            secret = client.session.cluster.get(ObjectRef("v1", "Secret", name, client.namespace))
        except NotFound as exc:
            raise PyHelmError(f"the demo's Secret {name} is not there") from exc
    return str(secret["data"]["mysql-root-password"])


def _upgrade_and_back(demo: _Demo, name: str) -> None:
    demo.command("upgrade", name, "demo/mysql", "--set", f"imageTag={NEWER}", "--wait")
    demo.command("history", name)
    demo.command("rollback", name, "1", "--wait")
    demo.command("status", name)


def _what_next(terminal: Terminal, name: str) -> None:
    terminal.line(
        f"""
# The simulator and the release are still there. What to try next:
#   eval "$(pyhelm simulator env)"         point this shell's tools at the simulator
#                                          (PowerShell: pyhelm simulator env | Invoke-Expression)
#   pyhelm get manifest {name}
#   pyhelm test {name}
#   kubectl get all                        kubectl works on it, too
#   pyhelm show values demo/mysql
#   pyhelm create mychart                  a chart of your own, in Jinja
#   pyhelm uninstall {name}
#   pyhelm simulator stop                  stop it and keep everything
#   pyhelm simulator reset                 stop it and forget everything"""
    )


class _Demo:
    """Shows commands as they are typed, runs them, and stops at the first that fails."""

    def __init__(self, terminal: Terminal, env: dict[str, str]) -> None:
        self.terminal = terminal
        # Python's own encoding where the console has a smaller one.
        self.env = {**env, "PYTHONIOENCODING": "utf-8"}

    def command(self, *arguments: str) -> str:
        """Run one pyhelm command; returns what it printed."""
        self.terminal.line(f"\n$ pyhelm {' '.join(arguments)}")
        self.terminal.out.flush()
        done = subprocess.run(
            [sys.executable, "-m", "pyhelm", *arguments],
            env=self.env,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            check=False,
        )
        self.terminal.write(done.stdout)
        if done.returncode:
            raise PyHelmError(f"the demo stops here: 'pyhelm {' '.join(arguments)}' failed")
        return done.stdout


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """The demo shows the commands, not the requests."""


@contextmanager
def _repository() -> Iterator[str]:
    """The example repository on a loopback web server; yields its address."""
    handler = functools.partial(_Quiet, directory=str(example_repository()))
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), handler)
    except OSError:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def example_repository() -> Path:
    """The repository in the package, or in the checkout that the package is used from."""
    package = Path(__file__).parent.parent
    for place in (package / "example_repository", package.parent / "repo-index"):
        if (place / "index.yaml").is_file():
            return place
    raise PyHelmError("the example charts are missing; run 'make repo-index' in the checkout")
