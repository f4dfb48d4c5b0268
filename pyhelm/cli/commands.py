"""All commands, in Helm's order, which is also the order of suggestions after a typing error."""

from __future__ import annotations

from pyhelm._typing import Any, Mapping
from pyhelm.cli.command import Command
from pyhelm.cli.tables.charts import CHART_COMMANDS
from pyhelm.cli.tables.program import PROGRAM_COMMANDS
from pyhelm.cli.tables.releases import RELEASE_COMMANDS
from pyhelm.cli.tables.repositories import REPOSITORY_COMMANDS

COMMANDS = (
    Command("", "The package manager for Kubernetes, in Python."),
    *CHART_COMMANDS,
    *REPOSITORY_COMMANDS,
    *RELEASE_COMMANDS,
    *PROGRAM_COMMANDS,
)

_CLIENT_SIDE = ("client", "unset", "true")

BY_PATH = {command.path: command for command in COMMANDS}


def children(group: Command) -> list[Command]:
    """The commands directly under a group, in the table's order."""
    return [c for c in COMMANDS if c.path and c.parent == group.path]


def child(group: Command, word: str) -> Command | None:
    """The command that a word, a name or an alias, means under a group."""
    return next((c for c in children(group) if word == c.name or word in c.aliases), None)


def needs_cluster(command: Command, values: Mapping[str, Any]) -> bool:
    """Whether a command, with these values of its flags, talks to a cluster."""
    if command.path == "template":
        return bool(values["validate"]) or values["dry_run"] == "server"
    if command.path == "install":
        return values["dry_run"] not in _CLIENT_SIDE
    return bool(command.run) and command in RELEASE_COMMANDS
