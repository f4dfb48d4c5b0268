"""The lines by which shells are told of variables, to be pasted or evaluated there."""

from __future__ import annotations

import os

from pyhelm._typing import Mapping
from pyhelm.errors import UsageError

_SHELLS = {
    "sh": ("export {}='{}'", "'\\''"),
    "fish": ("set -gx {} '{}'", "\\'"),
    "powershell": ("$env:{} = '{}'", "''"),
    "cmd": ('set "{}={}"', "'"),
}
"""The line that each shell needs, and how a quote is written between its quotes."""

_ALIASES = {"bash": "sh", "zsh": "sh", "pwsh": "powershell"}

_UNSET = {"sh": "unset {}", "powershell": "Remove-Item Env:{}"}
_AND = {"sh": " ", "powershell": ", Env:"}
_PATH = {
    "sh": '{}:"$PATH"',
    "powershell": "{} + [IO.Path]::PathSeparator + $env:PATH",
}


def own_shell() -> str:
    """`powershell` on Windows, `fish` for those who use it, else `sh`."""
    if os.name == "nt":
        return "powershell"
    return "fish" if os.environ.get("SHELL", "").endswith("/fish") else "sh"


def assignment(shell: str, name: str, value: str) -> str:
    """The line that sets a variable, for `sh` and others by their names; raises UsageError."""
    line, quote = _SHELLS.get(_ALIASES.get(shell, shell), ("", ""))
    if not line:
        raise UsageError(f'unknown shell "{shell}": must be one of: {", ".join(_SHELLS)}')
    return line.format(name, value.replace("'", quote))


def pointed(shell: str, own: Mapping[str, str], foreign: list[str], programs: str) -> list[str]:
    """What sets `own`, forgets `foreign` and finds `programs` first, in `sh` or `powershell`."""
    forgotten = [_UNSET[shell].format(_AND[shell].join(foreign))] if foreign else []
    path = _PATH[shell].format(assignment(shell, "PATH", programs))
    return [*forgotten, *(assignment(shell, name, own[name]) for name in own), path]
