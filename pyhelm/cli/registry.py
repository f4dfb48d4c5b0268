"""The commands on OCI registries."""

from __future__ import annotations

from pyhelm.cli.call import Call
from pyhelm.cli.flag_values import quoted
from pyhelm.cli.terminal import log_line
from pyhelm.errors import UsageError
from pyhelm.repo.options import AccessOptions


def login(call: Call) -> None:
    """`pyhelm registry login [host]`."""
    host = call.args[0]
    if "/" in host and "://" not in host:
        attributes = {"host": host, "suggested": host.partition("/")[0]}
        what = "registry login currently only supports registry hostname, not a repository path"
        call.terminal.note(log_line("WARN", what, attributes))
    username, password = _credentials(call)
    options = call.options(AccessOptions, username=username, password=password)
    call.client.registry_login(host, options)
    call.terminal.line("Login Succeeded")


def logout(call: Call) -> None:
    """`pyhelm registry logout [host]`."""
    call.client.registry_logout(call.args[0])
    call.terminal.line(f"Removing login credentials for {call.args[0]}")


def push(call: Call) -> None:
    """`pyhelm push [chart] [remote]`."""
    archive, remote = call.args[:2]
    call.client.push(archive, remote, call.options(AccessOptions))


def _credentials(call: Call) -> tuple[str, str]:
    """From the flags, from standard input, or typed by a person, in Helm's order."""
    username, password = str(call.values["username"]), str(call.values["password"])
    if call.values["password_stdin"]:
        return username, call.terminal.stdin.read().removesuffix("\n").removesuffix("\r")
    if password:
        call.terminal.warn("using --password via the CLI is insecure. Use --password-stdin")
        return username, password
    username = username or _asked(call, "Username: ").strip()
    kind = "password" if username else "token"
    secret = _asked(call, f"{kind.title()}: ", silent=True)
    if not secret:
        raise UsageError(f"{kind} required")
    return username, secret


def _asked(call: Call, prompt: str, *, silent: bool = False) -> str:
    from getpass import getpass

    try:
        if silent:
            return getpass(prompt)
        call.terminal.write(prompt)
        call.terminal.out.flush()
        line = call.terminal.stdin.readline()
    except EOFError:
        line = ""
    if not line:
        raise UsageError(
            f"registry login: nobody answers {quoted(prompt.strip())}; "
            "use --username and --password-stdin"
        )
    return line.rstrip("\r\n")
