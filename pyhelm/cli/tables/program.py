"""The commands on the program itself, the simulator and the demo."""

from __future__ import annotations

from pyhelm.cli.command import Command
from pyhelm.cli.options import (
    OUTPUT,
    Option,
)

_NO_DESCRIPTIONS = (Option("no-descriptions", "bool", "disable completion descriptions"),)

COMMANDS = (
    Command("completion", "generate autocompletion scripts for the specified shell"),
    Command(
        "completion bash", "generate autocompletion script for bash",
        "pyhelm.cli.completion:bash", options=_NO_DESCRIPTIONS,
    ),
    Command(
        "completion zsh", "generate autocompletion script for zsh",
        "pyhelm.cli.completion:zsh", options=_NO_DESCRIPTIONS,
    ),
    Command(
        "completion fish", "generate autocompletion script for fish",
        "pyhelm.cli.completion:fish", options=_NO_DESCRIPTIONS,
    ),
    Command(
        "completion powershell", "generate autocompletion script for powershell",
        "pyhelm.cli.completion:powershell", options=_NO_DESCRIPTIONS,
    ),
    Command(
        "env", "client environment information", "pyhelm.cli.environment:env", least=0, most=1,
        completes="variable",
    ),
    Command(
        "version", "print the version information", "pyhelm.cli.environment:version",
        options=(
            Option("short", "bool", "print the version number"),
            Option("template", "string", "template for version string format"),
        ),
    ),
    Command(
        "options", "print the flags that every command takes", "pyhelm.cli.help:options"
    ),
    Command("simulator", "a small Kubernetes API in the background, to try charts on"),
    Command(
        "simulator start", "start the simulator", "pyhelm.cli.simulator:start",
        options=(
            Option("port", "int", "the port to listen on, on 127.0.0.1 (0: any free one)"),
            Option("foreground", "bool", "stay in the foreground and log to the terminal"),
        ),
    ),
    Command(
        "simulator status", "say whether the simulator runs, and where",
        "pyhelm.cli.simulator:status", options=(OUTPUT,),
    ),
    Command(
        "simulator stop", "stop the simulator; it keeps its objects", "pyhelm.cli.simulator:stop"
    ),
    Command("simulator reset", "forget all objects of the simulator", "pyhelm.cli.simulator:reset"),
    Command(
        "simulator env", "print the line that points other tools at the simulator",
        "pyhelm.cli.simulator:env", "[SHELL]", (), 0, 1, completes="shell",
    ),
    Command("demo", "a first installation, step by step, on the simulator", "pyhelm.cli.demo:run"),
    Command(
        "help", "Help about any command", "pyhelm.cli.run:explain", "[command]", (), 0, None,
        completes="topic...",
    ),
)  # fmt: skip
