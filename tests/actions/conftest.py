"""A Client on a simulator of its own, and a small chart to install."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyhelm.client import Client
from pyhelm.kube.client import KubeClient
from pyhelm.kube.cluster import ObjectRef
from pyhelm.settings import Settings
from pyhelm.testing.transport import SimulatorTransport

TWIN = Path(__file__).parent.parent / "cluster" / "charts" / "jinja"


@pytest.fixture
def cluster():
    return KubeClient(SimulatorTransport(), namespace="default")


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

    def read(kind, name, namespace="default"):
        return cluster.get(ObjectRef(versions.get(kind, "v1"), kind, name, namespace))

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
