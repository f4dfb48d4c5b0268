"""The simulator as a person uses it: a real background process, in a directory of its own."""

from __future__ import annotations

import io
import json
import shlex
from dataclasses import replace
from types import SimpleNamespace

import pytest

from pyhelm.cli.commands import needs_cluster
from pyhelm.cli.parse import parse
from pyhelm.cli.simulator import settings_of_simulator
from pyhelm.cli.terminal import Terminal
from pyhelm.client import Client
from pyhelm.errors import ClusterUnreachable
from pyhelm.kube.kubeconfig import configured
from pyhelm.kube.simulated import Simulated, offer, simulator_of
from pyhelm.settings import Settings
from tests.commands import homes


@pytest.fixture
def simulator(cli):
    yield cli
    cli("simulator reset")


def test_from_start_to_reset(simulator, tmp_path):
    assert simulator("simulator status").transcript == (
        "exit 1\n--- out\n"
        "The simulator does not run; 'pyhelm simulator start' starts it.\n--- err\n"
    )
    started = simulator("simulator start")
    assert (started.code, started.err) == (0, "")
    assert "No container runs in it" in started.out
    facts = json.loads(simulator("simulator status -o json").out)
    assert facts["status"] == "running"
    assert facts["address"] in started.out
    assert f"KUBECONFIG: {facts['kubeconfig']}\n" in simulator("simulator status").out
    assert simulator("simulator env sh").out == f"export KUBECONFIG='{facts['kubeconfig']}'\n"
    assert simulator("simulator env pwsh").out == f"$env:KUBECONFIG = '{facts['kubeconfig']}'\n"
    assert simulator("simulator env tcsh").err.startswith('Error: unknown shell "tcsh": must be')
    assert "objects are kept" in simulator("simulator stop").out
    assert simulator("simulator stop").out == "The simulator does not run.\n"
    assert simulator("simulator env").code == 1
    simulator("simulator reset")
    assert not list((tmp_path / "data").rglob("*.sqlite"))


def test_python_reaches_it_as_the_command_line_does(simulator, tmp_path, monkeypatch):
    for name, value in {**homes(tmp_path), "HOME": tmp_path, "USERPROFILE": tmp_path}.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.delenv("KUBECONFIG", raising=False)
    settings = Settings.from_env()
    with Client.from_env() as client, pytest.raises(ClusterUnreachable, match="simulator start"):
        client.list()
    simulator("simulator start")
    facts = json.loads(simulator("simulator status -o json").out)
    assert simulator_of(settings) == Simulated(facts["address"], facts["kubeconfig"])
    with Client.from_env() as client:
        assert client.list() == []
    named = replace(settings, kubeconfig=str(tmp_path / "empty"))
    (tmp_path / "empty").write_text("{}", encoding="utf-8")
    hint = f"or use the simulator, which runs: KUBECONFIG={facts['kubeconfig']}"
    with Client(named) as client, pytest.raises(ClusterUnreachable) as caught:
        client.list()
    assert str(caught.value).endswith(hint)
    dead = replace(settings, kube_apiserver="https://127.0.0.1:9")
    with Client(dead) as client, pytest.raises(ClusterUnreachable) as caught:
        client.list()
    assert str(caught.value).endswith(hint)
    simulator("simulator stop")
    assert offer(settings) == "start the simulator: pyhelm simulator start"
    stopped = replace(settings, kubeconfig=facts["kubeconfig"])
    with Client(stopped) as client, pytest.raises(ClusterUnreachable) as caught:
        client.list()
    assert str(caught.value).endswith('(context "pyhelm-simulator"); ' + offer(settings))


def test_the_line_for_sh_survives_quotes(cli, tmp_path, monkeypatch):
    path = tmp_path / "it's here"
    found = SimpleNamespace(kubeconfig=path)
    monkeypatch.setattr("pyhelm.cli.simulator.running", lambda settings: found)
    assert shlex.split(cli("simulator env sh").out) == ["export", f"KUBECONFIG={path}"]


def test_without_any_cluster_the_error_says_how_to_get_one(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    with pytest.raises(ClusterUnreachable, match="pyhelm simulator start"):
        settings_of_simulator(Settings.under(tmp_path), Terminal())


def test_a_running_simulator_is_the_cluster_of_last_resort(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    found = Simulated("https://127.0.0.1:1", str(tmp_path / "kubeconfig"))
    monkeypatch.setattr("pyhelm.kube.simulated.simulator_of", lambda settings: found)
    err = io.StringIO()
    settings = settings_of_simulator(Settings.under(tmp_path), Terminal(io.StringIO(), err))
    assert settings.kubeconfig == found.kubeconfig
    assert err.getvalue() == (
        "No cluster is configured: using the simulator at https://127.0.0.1:1.\n"
    )
    assert not configured(Settings.under(tmp_path))
    assert configured(replace(Settings.under(tmp_path), kube_context="mine"))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("list", True),
        ("install a b", True),
        ("install a b --dry-run", False),
        ("install a b --dry-run=client", False),
        ("install a b --dry-run=server", True),
        ("upgrade a b --dry-run=client", True),
        ("template a", False),
        ("template a --dry-run=server", True),
        ("template a --validate", True),
        ("repo list", False),
        ("version", False),
    ],
)
def test_who_needs_a_cluster(line, expected):
    found = parse(line.split())
    assert needs_cluster(found.command, found.values) is expected
