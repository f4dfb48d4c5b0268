"""A real control plane for the whole run, a namespace for each test, pyhelm and helm on it."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.commands import Run, Runner, run_here, stranger
from tests.control_plane import build, plane

pytest.register_assert_rewrite("tests.cluster.pairs")
from tests.cluster.pairs import Pair  # noqa: E402 (a failure there shows what differed)

CHARTS = Path(__file__).parent / "charts"
ROOT = Path(__file__).parent.parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a cluster."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.cluster)


@pytest.fixture(scope="session")
def control_plane() -> Iterator[plane.Plane | None]:
    """The control plane of this run; None where KUBECONFIG names the cluster to use."""
    if os.environ.get("PYHELM_TEST_CLUSTER") == "1":
        yield None
        return
    with plane.running(build.needed()) as running:
        yield running


@pytest.fixture(scope="session")
def kubeconfig(control_plane: plane.Plane | None) -> str:
    """The kubeconfig of someone who may do everything."""
    return str(control_plane.kubeconfig) if control_plane else os.environ["KUBECONFIG"]


@pytest.fixture(scope="session")
def helm_program() -> str:
    """The reference: real helm 4.3.1."""
    return str(build.needed() / "helm")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is known of the cluster, for the whole run: each test would ask for all of it anew."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def environment(kubeconfig: str, tmp_path: Path, cache: Path) -> dict[str, str]:
    """A user with nothing but a kubeconfig, and repositories of the test's own."""
    own = {"KUBECONFIG": kubeconfig, "NO_COLOR": "1", "HELM_CACHE_HOME": str(cache)}
    for name in ("REPOSITORY", "CONTENT"):
        own[f"HELM_{name}_CACHE"] = str(tmp_path / "cache" / name.lower())
    return {**stranger(tmp_path), **plane.THRIFTY, **own}


@pytest.fixture
def kubectl(environment: Mapping[str, str]) -> Runner:
    """Real kubectl."""
    program = Path(sys.executable).with_name("kubectl")
    return lambda *arguments: _run([str(program), *arguments], environment)


@pytest.fixture
def make_namespace(
    control_plane: plane.Plane | None, kubectl: Runner
) -> Iterator[Callable[[str], None]]:
    """Makes namespaces, which are gone after the test where they are in another's cluster.

    A control plane of the run's own is gone soon itself, and emptying a namespace (a request or
    two for each kind) costs its server more than most tests.
    """
    made = []

    def make(name: str) -> None:
        if control_plane is not None:
            control_plane.make_namespace(name)
            return
        created = kubectl("create", "namespace", name)
        assert created.code == 0, created.err
        made.append(name)

    yield make
    for name in made:
        kubectl("delete", "namespace", name, "--wait=false")


@pytest.fixture
def namespace(make_namespace: Callable[[str], None], request: pytest.FixtureRequest) -> str:
    """A namespace of the test's own."""
    name = re.sub("[^a-z0-9]+", "-", request.node.name.lower())[:60].strip("-")
    make_namespace(name)
    return name


@pytest.fixture
def pyhelm(environment: Mapping[str, str], namespace: str) -> Runner:
    """The pyhelm under test, in the test's namespace and process."""
    environment = {**environment, "HELM_NAMESPACE": namespace}
    return lambda *arguments: run_here(arguments, environment)


@pytest.fixture
def pyhelm_program(environment: Mapping[str, str], namespace: str) -> Runner:
    """The same as a user starts it, which takes twice as long."""
    environment = {**environment, "HELM_NAMESPACE": namespace}
    return lambda *arguments: _run([sys.executable, "-m", "pyhelm", *arguments], environment)


@pytest.fixture
def helm(environment: Mapping[str, str], namespace: str, helm_program: str) -> Runner:
    """Real helm, in the test's namespace."""
    environment = {**environment, "HELM_NAMESPACE": namespace}
    return lambda *arguments: _run([helm_program, *arguments], environment)


@pytest.fixture
def pair(
    environment: Mapping[str, str],
    namespace: str,
    make_namespace: Callable[[str], None],
    kubectl: Runner,
    helm_program: str,
) -> Pair:
    """Helm and PyHelm, each in a namespace of its own."""
    theirs = f"{namespace[:58]}-h"
    make_namespace(theirs)
    homes = {**environment, "HELM_NAMESPACE": theirs}, {**environment, "HELM_NAMESPACE": namespace}
    return Pair(
        lambda *arguments: _run([helm_program, *arguments], homes[0]),
        lambda *arguments: run_here(arguments, homes[1]),
        kubectl,
        (theirs, namespace),
    )


@pytest.fixture
def get(kubectl: Runner, namespace: str) -> Callable[[str, str], dict[str, Any]]:
    """An object of the test's namespace as the server stores it, managedFields included."""

    def read(kind: str, name: str) -> dict[str, Any]:
        found = kubectl(
            *("get", kind, name, "--namespace", namespace),
            *("--output", "json", "--show-managed-fields"),
        )
        assert found.code == 0, found.err
        return found.json

    return read


def record(secret: Mapping[str, Any]) -> dict[str, Any]:
    """The release record in a Secret, decoded without any code that is under test."""
    helms = base64.b64decode(secret["data"]["release"])
    return json.loads(gzip.decompress(base64.b64decode(helms)))


def _run(command: list[str], environment: Mapping[str, str]) -> Run:
    done = subprocess.run(
        command, env=dict(environment), capture_output=True, timeout=120, stdin=subprocess.DEVNULL
    )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())
