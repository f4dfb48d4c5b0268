"""The simulator as a process: started, found, killed, stopped; kubectl and helm's way in."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sqlite3
import ssl
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pyhelm.simulator import Request, Simulator, SimulatorFault, reset, start, status, stop

KUBECTL = Path(sys.executable).with_name("kubectl")
CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"


@pytest.fixture
def running(tmp_path):
    found = start(tmp_path)
    yield found
    stop(tmp_path)


def ask(running, method, path, body=None, token=None, host=None):
    token = (running.directory / "token").read_text(encoding="utf-8") if token is None else token
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    if host:
        headers["Host"] = host
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(running.url + path, data, headers, method=method)
    trust = ssl.create_default_context(cafile=str(running.directory / "ca.crt"))
    try:
        with urllib.request.urlopen(request, context=trust, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def config_map(name):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}


def test_start_is_found_again_and_stops(tmp_path):
    assert status(tmp_path) is None
    first = start(tmp_path)
    try:
        assert status(tmp_path) == first
        assert start(tmp_path) == first
    finally:
        assert stop(tmp_path)
    assert status(tmp_path) is None
    assert not stop(tmp_path)


def test_restart_keeps_objects_port_token_and_ca(tmp_path):
    first = start(tmp_path)
    ask(first, "POST", CONFIG_MAPS, config_map("kept"))
    kubeconfig = first.kubeconfig.read_text(encoding="utf-8")
    stop(tmp_path)
    second = start(tmp_path)
    try:
        assert second.port == first.port
        assert second.kubeconfig.read_text(encoding="utf-8") == kubeconfig
        assert ask(second, "GET", f"{CONFIG_MAPS}/kept")[0] == 200
    finally:
        stop(tmp_path)


# Where the server is killed between a client's connecting and its handshake, Python's own ssl
# forgets to close the socket that it was about to return.
@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
def test_killed_process_loses_nothing_that_was_answered(tmp_path):
    answered = 0
    for _ in range(2):
        running = start(tmp_path)
        for _ in range(20):
            assert ask(running, "POST", CONFIG_MAPS, config_map(f"c{answered}"))[0] == 201
            answered += 1
        os.kill(running.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    deadline = time.monotonic() + 60
    while status(tmp_path) is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    with Simulator(tmp_path / "simulator.sqlite") as sim:
        found = json.loads(sim.handle(Request("GET", CONFIG_MAPS)).body)["items"]
    assert len([each for each in found if each["metadata"]["name"].startswith("c")]) == answered


def test_secrets_are_for_their_owner_only(running):
    for name in ("kubeconfig", "token", "tls.key"):
        mode = stat.S_IMODE((running.directory / name).stat().st_mode)
        # Windows has no such modes; there the directory is the user's own.
        assert mode == 0o600 or os.name != "posix", name


def test_token_and_loopback_are_asked_for(running):
    code, answer = ask(running, "GET", CONFIG_MAPS, token="wrong")
    assert (code, answer["message"]) == (401, "Unauthorized")
    assert ask(running, "GET", CONFIG_MAPS, host="evil.example")[0] == 403
    assert ask(running, "POST", "/pyhelm-simulator/stop", token="wrong")[0] == 401


def test_two_cannot_open_one_file(running):
    with pytest.raises(SimulatorFault, match="is another simulator using it"):
        Simulator(running.database)


def test_file_of_a_newer_version_is_refused(tmp_path):
    path = tmp_path / "x.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version=99")
    with pytest.raises(SimulatorFault, match="written by a newer PyHelm"):
        Simulator(path)


def test_file_that_is_no_database(tmp_path):
    path = tmp_path / "x.sqlite"
    path.write_text("not a database " * 100, encoding="utf-8")
    with pytest.raises(SimulatorFault, match="pyhelm simulator reset"):
        Simulator(path)


def test_stale_state_is_no_simulator(tmp_path):
    (tmp_path / "state.json").write_text('{"pid": 1, "port": 1}', encoding="utf-8")
    assert status(tmp_path) is None


def test_several_starts_at_once_find_one_simulator(tmp_path):
    with ThreadPoolExecutor(3) as pool:
        found = {each.pid for each in pool.map(start, [tmp_path] * 3)}
    stop(tmp_path)
    assert len(found) == 1


def test_port_in_use(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SimulatorFault, match=f"listen on 127.0.0.1:{port}"):
            start(tmp_path, port=port)


def test_asking_for_the_status_loads_no_simulator(tmp_path):
    program = (
        "import sys, pathlib, pyhelm.simulator as s\n"
        f"assert s.status(pathlib.Path({str(tmp_path)!r})) is None\n"
        "print(sorted({'uvicorn', 'starlette', 'cryptography', 'sqlite3'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout == "[]\n"


def test_reset_forgets_everything(tmp_path):
    start(tmp_path)
    reset(tmp_path)
    assert status(tmp_path) is None
    assert not (tmp_path / "simulator.sqlite").exists()
    assert not (tmp_path / "kubeconfig").exists()


def test_start_that_fails_says_why(tmp_path):
    (tmp_path / "simulator.sqlite").write_text("not a database " * 100, encoding="utf-8")
    with pytest.raises(SimulatorFault, match="not a database"):
        start(tmp_path)


def test_kubectl(running, tmp_path):
    environment = {**os.environ, "KUBECONFIG": str(running.kubeconfig), "HOME": str(tmp_path)}

    def kubectl(*arguments):
        command = [str(KUBECTL), *arguments]
        done = subprocess.run(
            command, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert kubectl("create", "deployment", "web", "--image=x") == "deployment.apps/web created\n"
    assert "successfully rolled out" in kubectl("rollout", "status", "deploy/web", "--timeout=60s")
    assert kubectl("get", "deploy").split()[5:9] == ["web", "1/1", "1", "1"]
    assert "ScalingReplicaSet" in kubectl("describe", "deploy", "web")
    manifest = tmp_path / "c.yaml"
    manifest.write_text("{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}", encoding="utf-8")
    assert kubectl("apply", "-f", str(manifest)) == "configmap/c created\n"
    assert kubectl("apply", "--server-side", "-f", str(manifest)) == (
        "configmap/c serverside-applied\n"
    )
    assert "deleted" in kubectl("delete", "deploy", "web", "--wait=true", "--timeout=60s")
