"""Who is at work on a release, and whether that process lives: what a lease says of its holder."""

from __future__ import annotations

import os

from pyhelm._dataclass import dataclass
from pyhelm._typing import Mapping
from pyhelm._version import __version__

_KEYS = ("id", "user", "host", "pid", "machine", "process", "version")


@dataclass(frozen=True, slots=True)
class Holder:
    """One process at one piece of work.

    `machine` names the boot and the process namespace that `pid` counts in, `process` the moment
    at which it started; both are empty where the system doesn't tell. `id` is this work's own.
    """

    id: str
    user: str
    host: str
    pid: str
    machine: str = ""
    process: str = ""
    version: str = ""

    @property
    def text(self) -> str:
        """For people: `alice@ci-7 (pid 4711)`."""
        where = f"{self.user or 'somebody'}@{self.host or 'an unknown host'}"
        return f"{where} (pid {self.pid})" if self.pid else where

    def annotations(self) -> dict[str, str]:
        """As a lease has them."""
        return {f"pyhelm/{key}": getattr(self, key) for key in _KEYS if getattr(self, key)}


def holder_in(annotations: Mapping[str, str]) -> Holder:
    """The holder that a lease's annotations name."""
    return Holder(**{key: str(annotations.get(f"pyhelm/{key}") or "") for key in _KEYS})


def this_process() -> Holder:
    """This process, at a new piece of work."""
    import socket

    pid = os.getpid()
    name = os.urandom(8).hex()
    machine = _machine()
    started = _started(pid) if machine else ""
    return Holder(name, _user(), socket.gethostname(), str(pid), machine, started, __version__)


def is_alive(holder: Holder, me: Holder) -> bool | None:
    """Whether a process lives; None when it isn't one of this machine, or that can't be told."""
    if not (holder.machine and holder.process) or holder.machine != me.machine:
        return None
    return _started(int(holder.pid)) == holder.process


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""  # a container whose user has no name


def _machine() -> str:
    """This boot and this process namespace, on Linux; host names are shared by containers."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            boot = file.read().strip()
        return f"{boot}/{os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return ""


def _started(pid: int) -> str:
    """When a process started, in its kernel's ticks; empty when it has ended."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            # The name, in parentheses, may have anything in it.
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in (b"Z", b"X") else fields[19].decode("ascii")
