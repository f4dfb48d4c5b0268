"""The examples of the documentation run, one after the other, on a simulated cluster."""

from __future__ import annotations

import functools
import http.server
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pyhelm
from pyhelm.client import Client
from pyhelm.kube.client import KubeClient
from pyhelm.settings import Settings
from pyhelm.testing.transport import SimulatorTransport

ROOT = Path(__file__).parents[2]


def examples(page: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def repository() -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(ROOT / "repo-index"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def cluster() -> Iterator[KubeClient]:
    with KubeClient(SimulatorTransport(), namespace="default") as found:
        yield found


@pytest.fixture
def checkout(cluster: KubeClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What of a checkout examples use, as the working directory, and its own homes and cluster."""
    for name in ("charts", "repo-index"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)

    def from_env(cls: type[Client], /, **given: Any) -> Client:
        return cls(Settings.under(tmp_path), cluster=cluster, **given)

    monkeypatch.setattr(Client, "from_env", classmethod(from_env))


def run(page: str) -> None:
    found = examples(page)
    assert found
    for number, code in enumerate(found):
        exec(compile(code, f"{page}#{number}", "exec"), {})


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize("page", ["README.md", "docs/python.md"])
def test_examples_run_as_they_stand(page: str) -> None:
    run(page)


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize("page", ["docs/diff.md", "docs/oci.md"])
def test_examples_with_the_repository_of_the_readme(page: str, repository: str) -> None:
    Client.from_env().repo_add("demo", repository)
    run(page)


def test_the_wheel_that_the_readme_installs_is_this_version() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"pyhelm_charts-(.*)-py3-none-any\.whl", text) == [pyhelm.__version__]


def test_all_that_is_public_is_there() -> None:
    for name in pyhelm.__all__:
        assert getattr(pyhelm, name) is not None
