"""All commands, in Helm's order, which is also the order of suggestions after a typing error.

A command line needs one command, so the tables are imported when something in them is asked for.
"""

from __future__ import annotations

from pyhelm._lazy import named, once
from pyhelm._typing import Any, Iterable, Mapping
from pyhelm.cli.command import Command

TABLES = {
    "charts": "create dependency dep dependencies pull fetch show inspect lint package verify",
    "repositories": "repo search",
    "registries": "registry push",
    "plugins": "plugin",
    "releases": (
        "get history hist install list ls test recover rollback status template uninstall del"
        " delete un upgrade"
    ),
    "diff": "diff",
    "program": "completion env version options simulator demo help",
}
"""The modules of `tables`, and the first words, aliases too, of the commands in each."""

ROOT = Command("", "The package manager for Kubernetes, in Python.")

_TABLE_OF = {word: table for table, words in TABLES.items() for word in words.split()}
_CLIENT_SIDE = ("client", "unset", "true")


@once
def commands() -> tuple[Command, ...]:
    """Every command, the program itself first."""
    return (ROOT, *(command for table in TABLES for command in _table(table)))


def children(group: Command) -> list[Command]:
    """The commands directly under a group, in the table's order."""
    return [each for each in _near(group.path) if each.path and each.parent == group.path]


def child(group: Command, word: str) -> Command | None:
    """The command that a word, a name or an alias, means under a group."""
    known = _near(group.path or word) if group.path or word in _TABLE_OF else ()
    found = (each for each in known if each.path and each.parent == group.path)
    return next((each for each in found if word == each.name or word in each.aliases), None)


def needs_cluster(command: Command, values: Mapping[str, Any]) -> bool:
    """Whether a command, with these values of its flags, talks to a cluster."""
    if command.path == "template":
        return bool(values["validate"]) or values["dry_run"] == "server"
    if command.path == "install":
        return values["dry_run"] not in _CLIENT_SIDE
    return bool(command.run) and _TABLE_OF[command.path.partition(" ")[0]] in ("releases", "diff")


def _near(path: str) -> Iterable[Command]:
    """The commands among which a path's own and those under it are."""
    return _table(_TABLE_OF[path.partition(" ")[0]]) if path else commands()


def _table(name: str) -> tuple[Command, ...]:
    found: tuple[Command, ...] = named(f"pyhelm.cli.tables.{name}:COMMANDS")
    return found
