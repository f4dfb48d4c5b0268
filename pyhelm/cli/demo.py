"""`pyhelm demo`: the whole way once, from a repository to a rollback, each command run for real.

The commands run in processes of their own, as a person would type them, on a simulator and with
a web server over the example charts that lives as long as the demo. All that they keep lies below
one directory, and no setting of the user's reaches them: neither a cluster nor a list of
repositories of the user's is touched.
"""

from __future__ import annotations

import base64
import functools
import http.server
import os
import shutil
import subprocess
import sys
import sysconfig
import threading
from contextlib import contextmanager
from pathlib import Path

from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Iterator, Mapping
from pyhelm.cli.call import Call
from pyhelm.cli.shells import pointed
from pyhelm.cli.simulator import directory
from pyhelm.cli.terminal import Terminal
from pyhelm.errors import NotFound, PyHelmError
from pyhelm.settings import Settings

PORT = 8879
"""The repository's port, where it is free: the one that Helm's own server had."""

NEWER = "8.4.7"
"""The MySQL that the demo upgrades to."""

_NAME = lazy_pattern(r"(?m)^NAME: (\S+)$")


def run(call: Call) -> None:
    """`pyhelm demo`."""
    terminal, home = call.terminal, _home(call.settings)
    own = _variables(home)
    terminal.line("# A Kubernetes API without a cluster: a simulator. No container runs in it.")
    terminal.line(f"# It and all else of the demo's lies in {home}")
    demo = _Demo(terminal, own)
    demo.command("simulator", "start")
    with _repository() as url:
        terminal.line(f"\n# A chart repository: these files on a web server, now at {url}")
        name = _releases(demo, url)
        _password(terminal, name, home)
        _upgrade_and_back(demo, name)
        terminal.line("\n# The web server ends with the demo.")
        demo.command("repo", "remove", "demo")
    _what_next(terminal, name, own)


def _home(settings: Settings) -> Path:
    """Where the demo keeps all that is its own; the same in a shell that was pointed at it."""
    data = Path(settings.data_home)
    if data.parts[-3:] == ("pyhelm", "demo", "data"):
        return data.parent
    return data / "pyhelm" / "demo"


def _variables(home: Path) -> dict[str, str]:
    """What makes a command the demo's."""
    settings = Settings.under(home)
    return {
        "HELM_CONFIG_HOME": settings.config_home,
        "HELM_CACHE_HOME": settings.cache_home,
        "HELM_DATA_HOME": settings.data_home,
        "KUBECONFIG": str(directory(settings) / "kubeconfig"),
    }


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


def _password(terminal: Terminal, name: str, home: Path) -> None:
    """The root password in clear text, by kubectl if it is here, else by PyHelm's own client."""
    settings = Settings.under(home)
    kubeconfig = _variables(home)["KUBECONFIG"]
    path = "{.data.mysql-root-password}"
    terminal.line(f'\n$ kubectl get secret {name} -o jsonpath="{path}" | base64 --decode')
    encoded = _by_kubectl(settings, name, path, kubeconfig)
    if encoded is None:
        terminal.line("(no kubectl here: read through PyHelm's own client)")
        encoded = _by_client(settings, name, kubeconfig)
    terminal.line(base64.b64decode(encoded).decode())


def _by_kubectl(settings: Settings, name: str, path: str, kubeconfig: str) -> str | None:
    program = shutil.which("kubectl")
    if program is None:
        return None
    flags = ["--kubeconfig", kubeconfig, "--cache-dir", f"{settings.cache_home}/kubectl"]
    command = [program, *flags, "get", "secret", name, "-o", f"jsonpath={path}"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    return done.stdout if done.returncode == 0 else None


def _by_client(settings: Settings, name: str, kubeconfig: str) -> str:
    from pyhelm._dataclass import replace
    from pyhelm.client import Client
    from pyhelm.kube.cluster import ObjectRef

    with Client(replace(settings, kubeconfig=kubeconfig)) as client:
        try:
            secret = client.cluster.get(ObjectRef("v1", "Secret", name, client.namespace))
        except NotFound as exc:
            raise PyHelmError(f"the demo's Secret {name} is not there") from exc
    return str(secret["data"]["mysql-root-password"])


def _upgrade_and_back(demo: _Demo, name: str) -> None:
    demo.command("upgrade", name, "demo/mysql", "--set", f"imageTag={NEWER}", "--wait")
    demo.command("history", name)
    demo.command("rollback", name, "1", "--wait")
    demo.command("status", name)


def _what_next(terminal: Terminal, name: str, own: Mapping[str, str]) -> None:
    foreign, programs = _foreign(own), _programs()
    # Without words beside the commands: zsh takes a "#" that is typed for an argument.
    for line in (
        "\n# The simulator and the release are still there. To try more, point a shell at them.",
        "# In bash or zsh:\n",
        *pointed("sh", own, foreign, programs),
        "\n# In PowerShell:\n",
        *pointed("powershell", own, foreign, programs),
        "\n# Then, for example:\n",
        *_suggestions(name),
        "\n# 'pyhelm simulator reset' stops the simulator and forgets everything in it, and that",
        "# shell's end is the end of these settings.",
    ):
        terminal.line(line)


def _suggestions(name: str) -> list[str]:
    """Commands that run as they stand, in this order and in every shell."""
    lines = f"""pyhelm list
pyhelm get manifest {name}
pyhelm test {name}
kubectl get all
pyhelm create mychart
pyhelm install web ./mychart --wait
pyhelm uninstall web {name}
pyhelm simulator stop"""
    return [line for line in lines.splitlines() if shutil.which("kubectl") or "kubectl" not in line]


def _foreign(own: Mapping[str, str]) -> list[str]:
    """The user's settings that would change what a command of the demo does, such as a context."""
    return sorted(name for name in os.environ if name.startswith("HELM_") and name not in own)


def _programs() -> str:
    """The directory of the `pyhelm` that runs."""
    program = Path(sys.argv[0]).absolute()
    return str(program.parent) if program.stem == "pyhelm" else sysconfig.get_path("scripts")


class _Demo:
    """Shows commands as they are typed, runs them, and stops at the first that fails."""

    def __init__(self, terminal: Terminal, own: Mapping[str, str]) -> None:
        self.terminal = terminal
        foreign = _foreign(own)
        theirs = {name: value for name, value in os.environ.items() if name not in foreign}
        # Python's own encoding where the console has a smaller one.
        self.env = {**theirs, **own, "PYTHONIOENCODING": "utf-8"}

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
