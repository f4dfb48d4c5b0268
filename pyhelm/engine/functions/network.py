"""Names of hosts. Looking one up tells others what is installed: engines do it when allowed."""

from __future__ import annotations

from pyhelm._typing import Any, Callable
from pyhelm.engine.functions import FunctionError


def host_by_name(name: str) -> str:
    """One of a host's addresses; raises FunctionError when it has none."""
    import socket

    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except OSError as exc:
        raise FunctionError("invalid argument to Intn") from exc  # Helm: it picks one of none
    return str(found[0][4][0])


FUNCTIONS: dict[str, Callable[..., Any]] = {"getHostByName": host_by_name}
