"""The quickstart of Helm tutorials: stable/mysql, in Go templates, from a static repository."""

from __future__ import annotations

import base64
import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.commands import Run, Runner

STABLE = Path(__file__).parents[3] / "shared" / "corpus" / "stable"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def repository() -> Iterator[str]:
    """A web server over the corpus' folder of stable charts."""
    handler = functools.partial(Quiet, directory=str(STABLE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def ok(run: Run) -> str:
    assert run.code == 0, run.err
    return run.out


@pytest.mark.skipif(not STABLE.is_dir(), reason="the corpus is not here")
def test_the_quickstart(
    pyhelm_program: Runner, repository: str, get: Callable[[str, str], dict[str, Any]]
) -> None:
    assert "has been added" in ok(pyhelm_program("repo", "add", "stable", repository))
    assert "Update Complete" in ok(pyhelm_program("repo", "update"))
    assert "stable/mysql" in ok(pyhelm_program("search", "repo", "mysql"))

    shown = ok(pyhelm_program("install", "stable/mysql", "--generate-name"))
    name = next(line.split()[1] for line in shown.splitlines() if line.startswith("NAME:"))
    assert name in ok(pyhelm_program("list"))
    assert "STATUS: deployed" in ok(pyhelm_program("status", name))
    password = base64.b64decode(get("secret", name)["data"]["mysql-root-password"])
    assert len(password) == 10

    ok(pyhelm_program("upgrade", name, "stable/mysql", "--set", "imageTag=5.7.44"))
    assert image(get, name) == "mysql:5.7.44"
    ok(pyhelm_program("rollback", name, "1"))
    assert image(get, name) == "mysql:5.7.30"
    assert "Rollback to 1" in ok(pyhelm_program("history", name))
    assert "uninstalled" in ok(pyhelm_program("uninstall", name))


def image(get: Callable[[str, str], dict[str, Any]], name: str) -> str:
    """What the release's Deployment runs."""
    containers = get("deployment", name)["spec"]["template"]["spec"]["containers"]
    found: str = containers[0]["image"]
    return found
