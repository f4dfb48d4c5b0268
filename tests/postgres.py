"""A PostgreSQL server for the tests: a cluster of its own on a free loopback port, then gone."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

DEBIAN = Path("/usr/lib/postgresql")
USER, PASSWORD = "helm", "p@ss:word/1"


@contextlib.contextmanager
def running() -> Iterator[str]:
    """The connection string of an empty database."""
    programs, home = _programs(), Path(tempfile.mkdtemp(prefix="pyhelm-postgres-"))
    port = _free_port()
    process = None
    try:
        _initialise(programs, home)
        process = subprocess.Popen(
            [
                *(str(programs / "postgres"), "-D", str(home / "data"), "-p", str(port)),
                *("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="),
                *("-c", "fsync=off"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **_someone(),
        )
        _wait(programs, port)
        login = f"{USER}:{quote(PASSWORD, safe='')}"
        yield f"postgresql://{login}@127.0.0.1:{port}/postgres?sslmode=disable"
    finally:
        if process is not None:
            process.terminate()
            process.wait(20)
        shutil.rmtree(home, ignore_errors=True)


def program(name: str) -> str:
    """A client program of PostgreSQL's."""
    return str(_programs() / name)


def _programs() -> Path:
    found = sorted(DEBIAN.glob("*/bin"), key=lambda path: int(path.parent.name))
    if found:
        return found[-1]
    on_path = shutil.which("postgres")
    assert on_path, "the tests of the sql driver need PostgreSQL: apt-get install postgresql"
    return Path(on_path).parent


def _initialise(programs: Path, home: Path) -> None:
    (home / "password").write_text(PASSWORD, encoding="utf-8")
    if os.geteuid() == 0:
        for path in (home, home / "password"):
            shutil.chown(path, "postgres")
    command = [
        *(str(programs / "initdb"), "-D", str(home / "data"), "-U", USER, "-A", "scram-sha-256"),
        *("--pwfile", str(home / "password"), "--locale", "C", "--encoding", "UTF8", "--no-sync"),
    ]
    subprocess.run(command, check=True, capture_output=True, cwd=home, **_someone())


def _someone() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; Debian's package brings a user for it."""
    return {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}


def _wait(programs: Path, port: int) -> None:
    asked = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    deadline = time.monotonic() + 60
    while subprocess.run(asked, check=False).returncode:
        assert time.monotonic() < deadline, "PostgreSQL did not start"
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
