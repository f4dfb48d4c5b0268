"""`pyhelm completion SHELL`, and the answers to the scripts that it prints."""

from __future__ import annotations

from pyhelm.cli.call import Call
from pyhelm.cli.parse import PROGRAM

VARIABLE = "_PYHELM_COMPLETE"
"""The environment variable by which a completion script calls us."""


def bash(call: Call) -> None:
    """Print the script for bash."""
    _script(call, "bash")


def zsh(call: Call) -> None:
    """Print the script for zsh."""
    _script(call, "zsh")


def fish(call: Call) -> None:
    """Print the script for fish."""
    _script(call, "fish")


def powershell(call: Call) -> None:
    """Print the script for PowerShell."""
    _script(call, "powershell")


def complete() -> int:
    """Answer a completion script, which speaks through environment variables."""
    from typer.completion import completion_init  # type: ignore[attr-defined]

    from pyhelm.cli.app import build

    completion_init()
    build()(prog_name=PROGRAM, complete_var=VARIABLE)
    return 0


def _script(call: Call, shell: str) -> None:
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    script = get_completion_script(prog_name=PROGRAM, complete_var=VARIABLE, shell=shell)
    call.terminal.write(f"{script}\n")
