"""The commands on plugins, and the commands that plugins add."""

from __future__ import annotations

import os
import sys

from pyhelm._dataclass import names, replace
from pyhelm._typing import TYPE_CHECKING, Callable, Mapping, Sequence
from pyhelm.cli.call import Call
from pyhelm.cli.options import GLOBAL
from pyhelm.cli.table import table
from pyhelm.cli.terminal import Terminal
from pyhelm.errors import PluginError, UsageError
from pyhelm.settings import Settings

if TYPE_CHECKING:
    from pyhelm.plugins.metadata import Plugin

_OURS = {f"--{o.name}": o for o in GLOBAL if o.type in ("string", "stringArray")}
_OURS["-n"] = next(o for o in GLOBAL if o.name == "namespace")


def install(call: Call) -> None:
    """`pyhelm plugin install [options] <path|url>`."""
    from pyhelm.plugins.install import PluginInstallOptions

    options = call.options(PluginInstallOptions, timeout=PluginInstallOptions().timeout)
    plugin = call.client.plugin_install(call.args[0], options)
    call.terminal.line(f"Installed plugin: {plugin.name}")


def show(call: Call) -> None:
    """`pyhelm plugin list`."""
    wanted = call.values["type"]
    rows = [
        (p.name, p.version, p.type, p.api_version, status, p.source_url or "unknown")
        for p, status in call.client.plugin_list()
        if wanted in ("", p.type)
    ]
    headers = ("NAME", "VERSION", "TYPE", "APIVERSION", "PROVENANCE", "SOURCE")
    call.terminal.write(table(rows, headers=headers))


def update(call: Call) -> None:
    """`pyhelm plugin update <plugin>...`."""
    _each(call, "update", "Updated", call.client.plugin_update)


def uninstall(call: Call) -> None:
    """`pyhelm plugin uninstall <plugin>...`."""
    _each(call, "uninstall", "Uninstalled", call.client.plugin_uninstall)


def verify(call: Call) -> None:
    """`pyhelm plugin verify [PATH]`."""
    found = call.client.plugin_verify(call.args[0], keyring=call.values["keyring"])
    for line in found.lines:
        call.terminal.line(line.replace("Chart Hash", "Plugin Hash"))


def package(call: Call) -> None:
    """`pyhelm plugin package [PATH]`."""
    from pyhelm.actions.package import PackageOptions
    from pyhelm.cli.chart import passphrases

    options = call.options(PackageOptions, passphrase=passphrases(call))
    if not options.sign:
        call.terminal.line(
            "WARNING: Skipping plugin signing. This is not recommended for plugins intended for"
            " distribution."
        )
    archive, signed = call.client.plugin_package(call.args[0], options)
    if signed:
        call.terminal.line(f"Successfully signed. Signature written to: {signed}")
    call.terminal.line(f"Successfully packaged plugin and saved it to: {archive}")


def run(argv: Sequence[str], word: str, env: Mapping[str, str], terminal: Terminal) -> int | None:
    """Run the command that a plugin or a package adds under `word`; None when there is none."""
    if env.get("HELM_NO_PLUGINS") == "1":
        return None
    rest = list(argv)
    rest.remove(word)
    settings, words = own_words(rest, env)
    plugin = next((p for p in installed(settings) if command_name(p) == word), None)
    if plugin is not None:
        return _run_plugin(plugin, settings, words, env)
    from pyhelm.plugins import entry_points

    function = entry_points.load("command", word)
    if function is None:
        return None
    from pyhelm.cli.progress import reporter
    from pyhelm.client import Client

    with Client(settings, reporter=reporter(terminal)) as client:
        return function(client, words) or 0


def own_words(words: Sequence[str], env: Mapping[str, str]) -> tuple[Settings, list[str]]:
    """The settings by our global flags among the words, and the words that are the plugin's."""
    own, given = _split(words)
    return replace(Settings.from_env(env), **given), own


def installed(settings: Settings) -> list[Plugin]:
    """The plugins that add commands; raises PluginError."""
    if not os.path.isdir(settings.plugins.split(os.pathsep)[0]):
        return []
    from pyhelm.plugins.metadata import CLI, load_all

    return [plugin for plugin in load_all(settings.plugins) if plugin.type == CLI]


def command_name(plugin: Plugin) -> str:
    """The first word of the usage, as cobra names commands, or the plugin's name."""
    return (plugin.usage.split() or [plugin.name])[0]


def _run_plugin(
    plugin: Plugin, settings: Settings, words: Sequence[str], env: Mapping[str, str]
) -> int:
    from pyhelm.kube.kubeconfig import namespace_for
    from pyhelm.plugins import process

    known = process.environment(settings, namespace_for(settings), env)
    code = process.run(plugin, () if plugin.ignore_flags else words, known)
    if code:
        sys.stderr.write(f'Error: plugin "{plugin.name}" exited with error\n')
    return code


def _split(words: Sequence[str]) -> tuple[list[str], dict[str, object]]:
    """The plugin's own words, and the settings that our global flags among them change."""
    own: list[str] = []
    given: dict[str, object] = {}
    known = names(Settings)
    rest = list(reversed(words))
    while rest:
        word = rest.pop()
        name, equals, value = word.partition("=")
        option = _OURS.get(name)
        if word == "--debug":
            given["debug"] = True
        elif option is None or option.key not in known:
            own.append(word)
        else:
            text = value if equals else (rest.pop() if rest else "")
            many = option.type == "stringArray"
            before = given.get(option.key, ())
            given[option.key] = (*before, text) if many else text  # type: ignore[misc]
    return own, given


def _each(call: Call, verb: str, done: str, act: Callable[[str], object]) -> None:
    if not call.args:
        raise UsageError(f"please provide plugin name to {verb}")
    failed = []
    for name in call.args:
        try:
            act(name)
        except PluginError as exc:
            unknown = str(exc) == f"plugin: {name} not found"
            failed.append(
                str(exc) if unknown else f"failed to {verb} plugin {name}, got error ({exc})"
            )
        else:
            call.terminal.line(f"{done} plugin: {name}")
    if failed:
        raise PluginError("\n".join(failed))
