"""A Client on a simulator of its own, and a small chart to install."""

from __future__ import annotations

import contextlib
import os
import time
import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from pyhelm.client import Client
from pyhelm.errors import NotFound
from pyhelm.kube.client import KubeClient
from pyhelm.kube.cluster import ObjectRef
from pyhelm.kube.http import HTTPTransport
from pyhelm.kube.kubeconfig import access_for
from pyhelm.settings import Settings
from pyhelm.testing.transport import SimulatorTransport

TWIN = Path(__file__).parent.parent / "cluster" / "charts" / "jinja"


def pytest_generate_tests(metafunc):
    """Tests marked `verified` run on a real API server, too, where there is one to be used."""
    if "server" in metafunc.fixturenames:
        verified = metafunc.definition.get_closest_marker("verified") is not None
        real = os.environ.get("PYHELM_TEST_CLUSTER") == "1" and os.environ.get("KUBECONFIG")
        servers = ["simulator", "real"] if verified and real else ["simulator"]
        metafunc.parametrize("server", servers, indirect=True)


@pytest.fixture
def server(request):
    """A connection to the simulator, or to the real thing in a namespace of the test's own."""
    if request.param == "simulator":
        with KubeClient(SimulatorTransport(), namespace="default") as simulated:
            yield simulated
        return
    name = f"t-{uuid.uuid4().hex[:8]}"
    access = access_for(replace(Settings.under("nowhere"), kubeconfig=os.environ["KUBECONFIG"]))
    with KubeClient(HTTPTransport(access), namespace=name) as client:
        client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        account = ObjectRef("v1", "ServiceAccount", "default", name)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with contextlib.suppress(NotFound):
                client.get(account)
                break
            time.sleep(0.05)
        yield client
        client.delete(ObjectRef("v1", "Namespace", name))


@pytest.fixture
def cluster(server):
    return server


@pytest.fixture
def said():
    """What the reporter was told."""
    return []


@pytest.fixture
def client(cluster, tmp_path, said):
    return Client(Settings.under(tmp_path), cluster=cluster, reporter=said.append)


@pytest.fixture
def get(cluster):
    """A live object."""
    versions = {"Deployment": "apps/v1", "Job": "batch/v1"}

    def read(kind, name, namespace=""):
        where = namespace or cluster.namespace
        return cluster.get(ObjectRef(versions.get(kind, "v1"), kind, name, where))

    return read


@pytest.fixture
def make_chart(tmp_path):
    """Makes Jinja charts from template texts."""

    def make(templates, name="web", values="", crds=None):
        root = tmp_path / "charts" / name
        (root / "templates").mkdir(parents=True, exist_ok=True)
        head = f"apiVersion: v2\nname: {name}\nversion: 1.0.0\nengine: jinja\n"
        (root / "Chart.yaml").write_text(head, encoding="utf-8")
        (root / "values.yaml").write_text(values, encoding="utf-8")
        for path, text in templates.items():
            (root / "templates" / path).write_text(text, encoding="utf-8")
        for path, text in (crds or {}).items():
            (root / "crds").mkdir(exist_ok=True)
            (root / "crds" / path).write_text(text, encoding="utf-8")
        return root

    return make
