"""What `--dry-run` asks for, with the spellings of Helm 3 that Helm 4 still reads."""

from __future__ import annotations

from pyhelm._typing import Literal, cast
from pyhelm.actions.options import DryRun
from pyhelm.cli.call import Call
from pyhelm.cli.flag_values import quoted, read_bool
from pyhelm.errors import UsageError

MODES = ("none", "client", "server")
ANY_MODE = 'Must be "none", "server", or "client"'


def dry_run(call: Call) -> DryRun:
    """The mode of a command that changes a release: `none`, `client` or `server`."""
    return _mode(call, MODES, ANY_MODE)


def render_mode(call: Call) -> Literal["client", "server"]:
    """The mode of `template`, which never changes anything."""
    if call.values["validate"]:
        return "server"
    mode = _mode(call, ("client", "server"), 'Must be "server" or "client"')
    return "server" if mode == "server" else "client"


def _mode(call: Call, modes: tuple[str, ...], remedy: str) -> DryRun:
    text = str(call.values["dry_run"])
    if text == "unset":
        call.terminal.warn("--dry-run is deprecated and should be replaced with '--dry-run=client'")
        return "client"
    if text in modes:
        return cast("DryRun", text)
    mode = _boolean(text)
    if not mode and text not in MODES:
        remedy = ANY_MODE
    if mode not in modes:
        raise UsageError(f"invalid dry-run value ({quoted(text)}). {remedy}")
    call.terminal.warn(
        f"boolean '--dry-run={text}' flag is deprecated and must be replaced with"
        f" '--dry-run={mode}'"
    )
    return cast("DryRun", mode)


def _boolean(text: str) -> str:
    try:
        return "client" if read_bool(text) else "none"
    except ValueError:
        return ""
