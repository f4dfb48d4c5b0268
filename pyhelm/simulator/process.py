"""The simulator as a background process: started, asked how it is, stopped, begun anew.

Everything lies in one directory: the SQLite file, CA and key, token, kubeconfig, the state file
with process id and port, and the log. The process holds a lock on the directory as long as it
lives, so a state file that a killed process left behind is known to be stale.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyhelm.simulator.certificates import ensure, write_private
from pyhelm.simulator.statuses import SimulatorFault

CONTEXT = "pyhelm-simulator"
DATABASE = "simulator.sqlite"
KUBECONFIG = "kubeconfig"
STATE = "state.json"
TOKEN = "token"
LOCK = "lock"
LOG = "simulator.log"
PORT = "port"
FILES = (
    DATABASE,
    f"{DATABASE}-wal",
    f"{DATABASE}-shm",
    KUBECONFIG,
    STATE,
    TOKEN,
    LOG,
    PORT,
    "ca.crt",
    "tls.crt",
    "tls.key",
)
START_SECONDS = 60.0
STOP_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Running:
    """A simulator process: where it listens, and the files that belong to it."""

    directory: Path
    pid: int
    port: int

    @property
    def url(self) -> str:
        """The address of its API."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def kubeconfig(self) -> Path:
        """A kubeconfig whose only context is the simulator."""
        return self.directory / KUBECONFIG

    @property
    def database(self) -> Path:
        """The file with its objects."""
        return self.directory / DATABASE

    @property
    def log(self) -> Path:
        """What it had to say."""
        return self.directory / LOG


def status(directory: Path) -> Running | None:
    """The simulator of a directory, if one is running and answers."""
    found = _state(directory)
    return found if found is not None and _answers(found) else None


def start(
    directory: Path, *, port: int = 0, foreground: bool = False, ready_after: float = 0.0
) -> Running:
    """Start the simulator of a directory, or find it running; returns when it is ready.

    With port 0 it takes the port that it had before when that is free, else any. In the
    foreground it returns when the simulator ends. Raises SimulatorFault.
    """
    running = status(directory)
    if running is not None:
        if port not in (0, running.port):
            raise SimulatorFault(
                f"the simulator in {directory} already runs on port {running.port}; "
                "stop it first ('pyhelm simulator stop')"
            )
        return running
    directory.mkdir(parents=True, exist_ok=True)
    if foreground:
        return serve(directory, port=port, ready_after=ready_after)
    return _spawn(directory, port, ready_after)


def stop(directory: Path) -> bool:
    """Stop the simulator of a directory; whether one was running. Raises SimulatorFault."""
    running = _state(directory)
    if running is None or not _answers(running):
        (directory / STATE).unlink(missing_ok=True)
        return False
    _request(running, "POST", "/pyhelm-simulator/stop")
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline:
        if not (directory / STATE).exists() and not _is_locked(directory):
            return True
        time.sleep(0.02)
    raise SimulatorFault(
        f"the simulator in {directory} (process {running.pid}) did not stop within "
        f"{STOP_SECONDS:.0f} s; end the process and see {running.log}"
    )


def reset(directory: Path) -> None:
    """Stop the simulator and forget everything that it knew. Raises SimulatorFault."""
    stop(directory)
    if _is_locked(directory):
        raise SimulatorFault(f"a simulator still uses {directory}; stop it first")
    for name in FILES:
        (directory / name).unlink(missing_ok=True)


def _state(directory: Path) -> Running | None:
    try:
        state = json.loads((directory / STATE).read_text(encoding="utf-8"))
        return Running(directory, int(state["pid"]), int(state["port"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _mark(directory: Path) -> str:
    """Which start made the process that the state file tells of."""
    try:
        state = json.loads((directory / STATE).read_text(encoding="utf-8"))
        return str(state.get("mark", ""))
    except (OSError, ValueError):
        return ""


def _answers(running: Running) -> bool:
    if not _is_locked(running.directory):
        return False
    try:
        return _request(running, "GET", "/readyz") == b"ok"
    except SimulatorFault:
        return False


def _request(running: Running, method: str, path: str) -> bytes:
    """One request with the simulator's token; its certificate is checked against its own CA."""
    import http.client
    import ssl

    try:
        token = (running.directory / TOKEN).read_text(encoding="utf-8")
        trust = ssl.create_default_context(cafile=str(running.directory / "ca.crt"))
        connection = http.client.HTTPSConnection(
            "127.0.0.1", running.port, timeout=30, context=trust
        )
        with contextlib.closing(connection):
            connection.request(method, path, headers={"Authorization": f"Bearer {token}"})
            return connection.getresponse().read()
    except (OSError, ssl.SSLError, http.client.HTTPException) as exc:
        raise SimulatorFault(f"ask the simulator at {running.url}{path}: {exc}") from exc


def _spawn(directory: Path, port: int, ready_after: float) -> Running:
    mark = secrets.token_hex(8)
    command = [
        *(sys.executable, "-m", "pyhelm.simulator"),
        *("--directory", str(directory), "--port", str(port), "--ready-after", str(ready_after)),
        *("--mark", mark),
    ]
    (directory / STATE).unlink(missing_ok=True)
    with (directory / LOG).open("ab") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=directory,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(_import_path())},
            **_detached(),
        )
    return _wait_ready(directory, process, mark)


def _import_path() -> list[str]:
    """Where this package was imported from, so that the new process finds the same one."""
    here = str(Path(__file__).resolve().parents[2])
    inherited = os.environ.get("PYTHONPATH", "")
    return [here, inherited] if inherited else [here]


def _detached() -> dict[str, Any]:
    """The process outlives the terminal that started it."""
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS
        return {"creationflags": flags | subprocess.CREATE_NO_WINDOW}
    else:
        return {"start_new_session": True}


def _wait_ready(directory: Path, process: subprocess.Popen[bytes], mark: str) -> Running:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        running = _state(directory)
        if running is not None and _answers(running):
            if _mark(directory) != mark:
                # Another start was faster; this one's process must not take over from it later.
                process.kill()
                process.wait()
            # It lives on by itself: nothing waits for it here.
            process.returncode = 0
            return running
        if process.poll() is not None and not _is_locked(directory):
            raise SimulatorFault(_last_words(directory))
        time.sleep(0.02)
    process.kill()
    process.wait()
    raise SimulatorFault(
        f"the simulator in {directory} was not ready within {START_SECONDS:.0f} s; "
        f"see {directory / LOG}"
    )


def _last_words(directory: Path) -> str:
    lines = (directory / LOG).read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else f"the simulator did not start; see {directory / LOG}"


def _is_locked(directory: Path) -> bool:
    from filelock import FileLock, Timeout

    if not directory.is_dir():
        return False
    lock = FileLock(directory / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return True
    lock.release()
    return False


def serve(directory: Path, *, port: int = 0, ready_after: float = 0.0, mark: str = "") -> Running:
    """Serve until asked to stop. Raises SimulatorFault."""
    from filelock import FileLock, Timeout

    directory.mkdir(parents=True, exist_ok=True)
    # A moment's patience: whoever asks for the status holds the lock for an instant.
    lock = FileLock(directory / LOCK, timeout=0.5)
    try:
        lock.acquire()
    except Timeout as exc:
        raise SimulatorFault(f"another simulator already uses {directory}") from exc
    try:
        return _serve_locked(directory, port, ready_after, mark)
    finally:
        lock.release()


def _serve_locked(directory: Path, port: int, ready_after: float, mark: str) -> Running:
    from pyhelm.simulator.simulator import Simulator

    ensure(directory)
    token = _token(directory)
    try:
        with (
            _listen(directory, port) as listening,
            Simulator(directory / DATABASE, ready_after=ready_after, ca=_ca(directory)) as sim,
        ):
            running = Running(directory, os.getpid(), listening.getsockname()[1])
            _write_kubeconfig(running, token)
            ready = functools.partial(_tell_ready, running, mark)
            _run(sim, token, listening, directory, ready=ready)
    finally:
        (directory / STATE).unlink(missing_ok=True)
    return running


def _tell_ready(running: Running, mark: str) -> None:
    directory = running.directory
    state = {
        "pid": running.pid,
        "port": running.port,
        "token": str(directory / TOKEN),
        "mark": mark,
    }
    write_private(directory / STATE, json.dumps(state).encode())
    (directory / PORT).write_text(str(running.port), encoding="utf-8")


def _ca(directory: Path) -> str:
    return (directory / "ca.crt").read_text(encoding="utf-8")


def _token(directory: Path) -> str:
    path = directory / TOKEN
    if not path.exists():
        write_private(path, secrets.token_urlsafe(32).encode())
    return path.read_text(encoding="utf-8")


def _listen(directory: Path, port: int) -> socket.socket:
    wanted = [port] if port else [*_former_port(directory), 0]
    for number in wanted:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if sys.platform != "win32":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", number))
            listening.listen(128)
            return listening
        except OSError as exc:
            listening.close()
            if number == wanted[-1]:
                raise SimulatorFault(f"listen on 127.0.0.1:{number}: {exc.strerror}") from exc
    raise SimulatorFault("no port to listen on")


def _former_port(directory: Path) -> list[int]:
    try:
        return [int((directory / PORT).read_text(encoding="utf-8"))]
    except (OSError, ValueError):
        return []


def _write_kubeconfig(running: Running, token: str) -> None:
    import base64

    ca = base64.b64encode(_ca(running.directory).encode()).decode()
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "preferences": {},
        "current-context": CONTEXT,
        "clusters": [
            {
                "name": CONTEXT,
                "cluster": {"server": running.url, "certificate-authority-data": ca},
            }
        ],
        "users": [{"name": CONTEXT, "user": {"token": token}}],
        "contexts": [{"name": CONTEXT, "context": {"cluster": CONTEXT, "user": CONTEXT}}],
    }
    # JSON is YAML: every client reads it, and nothing needs quoting rules.
    text = json.dumps(config, indent=2) + "\n"
    write_private(running.kubeconfig, text.encode())


def _run(
    sim: Any, token: str, listening: socket.socket, directory: Path, *, ready: Callable[[], None]
) -> None:
    import uvicorn

    from pyhelm.simulator.server import application

    server: uvicorn.Server

    def stop_serving() -> None:
        server.should_exit = True

    config = uvicorn.Config(
        application(sim, token, stop=stop_serving, ready=ready),
        ssl_keyfile=str(directory / "tls.key"),
        ssl_certfile=str(directory / "tls.crt"),
        log_level="warning",
        access_log=False,
        server_header=False,
        http="h11",
        ws="none",
        loop="asyncio",
        timeout_keep_alive=120,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
