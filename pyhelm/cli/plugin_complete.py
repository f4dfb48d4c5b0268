"""What may follow the name of a plugin's command, by what the plugin says of itself.

Helm's rules: `completion.yaml` has a plugin's commands, flags and arguments, and the program
`plugin.complete` answers, in cobra's way, where no command is left to choose.
"""

from __future__ import annotations

import os

from pyhelm._typing import TYPE_CHECKING, Any, Iterator, Mapping, Sequence
from pyhelm.cli.choices import FILES, Choice, Offer
from pyhelm.cli.plugin import command_name, installed, own_words
from pyhelm.errors import PluginError, YAMLError
from pyhelm.settings import Settings

if TYPE_CHECKING:
    from pyhelm.plugins.metadata import Plugin

_MOST_BYTES = 1024 * 1024


def added(settings: Settings) -> Iterator[Choice]:
    """The commands that plugins add, and what each says of itself."""
    for plugin in installed(settings):
        name = command_name(plugin)
        yield name, plugin.short_help or f'the "{name}" plugin'


def complete(words: Sequence[str], name: str, env: Mapping[str, str]) -> Offer:
    """What may follow on a line whose first word is no command of ours."""
    *before, word = words
    before.remove(name)
    settings, before = own_words(before, env)
    found = (plugin for plugin in installed(settings) if command_name(plugin) == name)
    plugin = next(found, None)
    if plugin is None:
        return Offer(directive=FILES)
    written = _written(_file(plugin), before, word)
    if written is not None:
        return Offer(tuple((each, "") for each in written if each.startswith(word)))
    return _ask(plugin, settings, () if plugin.ignore_flags else [*before, word], env)


def _file(plugin: Plugin) -> Mapping[str, Any]:
    from pyhelm import _yaml

    path = os.path.join(plugin.directory, "completion.yaml")
    try:
        with open(path, "rb") as file:
            found = _yaml.load(file.read(), path)
    except (OSError, YAMLError):
        return {}
    return found if isinstance(found, dict) else {}


def _written(known: Mapping[str, Any], words: Sequence[str], word: str) -> list[str] | None:
    """What the file offers after the words; None where `plugin.complete` is to be asked."""
    left = list(words)
    while left and left[0] in _commands(known):
        known = _commands(known)[left.pop(0)]
    if word.startswith("-") and _texts(known, "flags"):
        return _flags(known)
    if not _commands(known) and not _texts(known, "validArgs"):
        return None
    return [] if left else [*_commands(known), *_texts(known, "validArgs")]


def _commands(known: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    found = known.get("commands")
    rows = found if isinstance(found, list) else ()
    return {str(row["name"]): row for row in rows if isinstance(row, dict) and row.get("name")}


def _texts(known: Mapping[str, Any], key: str) -> list[str]:
    found = known.get(key)
    return [str(each) for each in found] if isinstance(found, list) else []


def _flags(known: Mapping[str, Any]) -> list[str]:
    return [f"-{n}" if len(n) == 1 else f"--{n}" for n in _texts(known, "flags")]


def _ask(plugin: Plugin, settings: Settings, words: Sequence[str], env: Mapping[str, str]) -> Offer:
    """What `plugin.complete` prints: a word a line, and perhaps a directive at the end."""
    from pyhelm.kube.kubeconfig import namespace_for
    from pyhelm.plugins import process

    program = os.path.join(plugin.directory, "plugin.complete")
    known = process.environment(settings, namespace_for(settings), env)
    own = process.own_environment(plugin, known)
    try:
        told = process.capture(plugin, [program, *words], own, _MOST_BYTES)
    except PluginError:
        return Offer(directive=FILES)
    lines = [line for line in told.decode("utf-8", "replace").split("\n") if line]
    last = lines[-1] if lines else ""
    if last[:1] != ":" or not last[1:].isdecimal():
        return Offer(_choices(lines), FILES)
    return Offer(_choices(lines[:-1]), int(last[1:]))


def _choices(lines: Sequence[str]) -> tuple[Choice, ...]:
    parts = (line.partition("\t") for line in lines)
    return tuple((word, meaning) for word, _, meaning in parts)
