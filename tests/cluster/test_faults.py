"""Every operation, disturbed at its requests in turn, on a real API server behind a proxy.

A sample of the points runs by default; PYHELM_ALL=1 runs them all.
"""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from pyhelm.actions import recovery
from pyhelm.client import Client
from pyhelm.errors import PyHelmError
from pyhelm.kube import retries
from pyhelm.kube.client import KubeClient
from pyhelm.kube.holder import Holder
from pyhelm.kube.http import HTTPTransport
from pyhelm.kube.kubeconfig import access_for
from pyhelm.settings import Settings
from tests.commands import stranger
from tests.control_plane import build, plane
from tests.faults import proxy
from tests.faults.scenario import NAME, OPERATIONS, check, write_charts
from tests.samples import ALL

DISTURBANCES = (
    *("cut", "cut-after", "cut-within"),
    *("delay", "gone"),
    *("409", "429", "500", "503"),
)
KILLS = ("call", "call-after")
"""How requests fail."""

TALLY = {"points": 0}


@pytest.fixture(scope="module")
def own_plane(control_plane):
    """The run's control plane; where the run uses another cluster, one of this module's own."""
    with contextlib.ExitStack() as stack:
        yield control_plane or stack.enter_context(plane.running(build.needed()))


@pytest.fixture(scope="module")
def through(own_plane):
    with proxy.running(own_plane) as running:
        yield running


@pytest.fixture(scope="module")
def charts(tmp_path_factory):
    return write_charts(tmp_path_factory.mktemp("charts"))


@pytest.fixture(scope="module")
def proxied(own_plane, through, tmp_path_factory):
    """A kubeconfig that goes through the proxy."""
    config = yaml.safe_load(own_plane.kubeconfig.read_text(encoding="utf-8"))
    config["clusters"][0]["cluster"]["server"] = f"https://127.0.0.1:{through.server_port}"
    path = tmp_path_factory.mktemp("proxied") / "kubeconfig"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path


@pytest.fixture
def place(own_plane, request):
    """A namespace of the test's own."""
    name = request.node.name.replace("_", "-").replace("[", "-").replace("]", "")[:60]
    own_plane.make_namespace(name)
    return name


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """What is kept between runs, so that only the first of all asks what the server has."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def client_of(home, place):
    """Makes Clients, each with connections of its own."""
    with contextlib.ExitStack() as stack:

        def make(kubeconfig):
            settings = replace(Settings.under(home), kubeconfig=str(kubeconfig), namespace=place)
            transport = HTTPTransport(access_for(settings, environ={}), environ={})
            stack.callback(transport.close)
            return Client(settings, cluster=KubeClient(transport, place))

        yield make


@pytest.fixture
def straight(client_of, own_plane):
    return client_of(own_plane.kubeconfig)


@pytest.fixture(scope="module")
def counted():
    """How many requests each operation sends, as far as that is known."""
    return {}


def requests_of(operation, straight, through, run, counted):
    """How many requests an operation sends when nothing disturbs it, not for the first time."""
    if (key := (operation, run.__qualname__)) not in counted:
        undisturbed(operation, straight, through, run)
        counted[key] = undisturbed(operation, straight, through, run)
    return counted[key]


def undisturbed(operation, straight, through, run):
    prepare(operation, straight)
    through.fault = proxy.Fault()
    run()
    check(straight, straight._session.cluster, straight.namespace, operation.result, 1)
    clear(straight)
    return through.fault.count


def prepare(operation, straight):
    for step in operation.before:
        step(straight, straight.charts, "")


def clear(straight):
    with contextlib.suppress(PyHelmError):
        straight.uninstall(NAME)
    check(straight, straight._session.cluster, straight.namespace, "", 0)


def points_of(kind, operation, requests):
    """All, or one: what fails otherwise, or in another operation, fails elsewhere."""
    if ALL:
        return range(1, requests + 1)
    kinds = DISTURBANCES if kind in DISTURBANCES else KILLS
    place = kinds.index(kind) + list(OPERATIONS).index(operation) / len(OPERATIONS)
    return [1 + int(place / len(kinds) * requests)]


def told(name, kind, points, requests):
    TALLY["points"] += len(points)
    print(
        f"{name}: {kind} at {len(points)} of {requests} requests: nothing lost "
        f"({TALLY['points']} fault points so far)"
    )
    assert points


@pytest.mark.parametrize("kind", DISTURBANCES)
@pytest.mark.parametrize("name", OPERATIONS)
def test_disturbed(name, kind, client_of, straight, through, proxied, charts, counted, monkeypatch):
    """In this process: a request fails, and the operation goes on, or fails and is repeated."""
    operation = OPERATIONS[name]
    straight.charts = charts
    if kind == "gone":
        monkeypatch.setattr(retries, "PATIENCE", 0.3)
        ended = Holder("", "alice", "ci-7", "999999999", "this machine", "1")
        monkeypatch.setattr(
            recovery, "this_process", lambda: replace(ended, id=os.urandom(4).hex())
        )

    def run():
        operation.run(client_of(proxied), charts, "")

    requests = requests_of(operation, straight, through, run, counted)
    points = points_of(kind, name, requests)
    for at in points:
        prepare(operation, straight)
        through.fault = proxy.Fault(kind, at)
        revisions = len(operation.before)
        with contextlib.suppress(PyHelmError):
            run()
            revisions += 1
        assert through.fault.struck, (kind, at)
        through.fault = proxy.Fault()
        go_on(operation, straight, at, revisions)
    told(name, kind, points, requests)


def go_on(operation, straight, at, revisions):
    wanted = operation.wanted[at % len(operation.wanted)]
    operation.retry(straight, straight.charts, wanted)
    check(straight, straight._session.cluster, straight.namespace, wanted, revisions)
    clear(straight)


COMMANDS = {
    "install": ("install", NAME, "{one}"),
    "upgrade": ("upgrade", NAME, "{two}"),
    "rollback": ("rollback", NAME, "1"),
    "uninstall": ("uninstall", NAME),
}


@pytest.fixture
def start(proxied, place, home, charts):
    """Start pyhelm in a process of its own, through the proxy."""
    environment = {**stranger(home), "KUBECONFIG": str(proxied), "HELM_NAMESPACE": place}

    def run(*arguments):
        paths = [each.format(**charts) for each in arguments]
        return subprocess.Popen(
            [sys.executable, "-m", "pyhelm", *paths],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=Path(__file__).parent.parent.parent,
        )

    return run


def kill_first(victims):
    """Of those that will have been started by then."""
    victims[0].kill()


@pytest.mark.parametrize("kind", KILLS)
@pytest.mark.parametrize("name", OPERATIONS)
def test_killed(name, kind, start, straight, through, charts, counted):
    """SIGKILL when a request arrives, or when the server has answered it."""
    operation = OPERATIONS[name]
    straight.charts = charts

    def run():
        process = start(*COMMANDS[name])
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err

    requests = requests_of(operation, straight, through, run, counted)
    points = points_of(kind, name, requests)
    for at in points:
        prepare(operation, straight)
        victims: list[subprocess.Popen[str]] = []
        through.fault = proxy.Fault(kind, at, functools.partial(kill_first, victims))
        victims.append(start(*COMMANDS[name]))
        victims[0].communicate(timeout=60)
        assert victims[0].returncode == -signal.SIGKILL, at
        through.fault = proxy.Fault()
        go_on(operation, straight, at, len(operation.before))
    told(name, kind, points, requests)


def test_every_watch_is_cut_within_its_first_event(start, straight, through, charts):
    straight.charts = charts
    through.fault = proxy.Fault("watch")
    process = start("install", NAME, "{one}", "--wait", "--timeout", "60s")
    _, err = process.communicate(timeout=90)
    assert process.returncode == 0, err
    assert through.streams_cut > 0
    check(straight, straight._session.cluster, straight.namespace, "one", 1)
    through.fault = proxy.Fault()
    clear(straight)
