"""The examples of the documentation run, one after the other, on a simulated cluster."""

from __future__ import annotations

import functools
import http.server
import re
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


@pytest.mark.parametrize("page", ["README.md", "docs/diff.md", "docs/oci.md", "docs/python.md"])
def test_examples(
    page: str,
    repository: str,
    cluster: KubeClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)

    def from_env(cls: type[Client], /, **given: Any) -> Client:
        return cls(Settings.under(tmp_path), cluster=cluster, **given)

    monkeypatch.setattr(Client, "from_env", classmethod(from_env))
    Client.from_env().repo_add("demo", repository)
    found = examples(page)
    assert found
    for number, code in enumerate(found):
        exec(compile(code, f"{page}#{number}", "exec"), {"repository_url": repository})


def test_all_that_is_public_is_there() -> None:
    for name in pyhelm.__all__:
        assert getattr(pyhelm, name) is not None
