"""`plugin.yaml`, in its legacy form and as apiVersion v1, read and refused as Helm does."""

from __future__ import annotations

import os

from pyhelm import _yaml
from pyhelm._dataclass import dataclass, field
from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Any, Mapping
from pyhelm.chart.versions import is_strict
from pyhelm.errors import PluginError, YAMLError

FILE = "plugin.yaml"
CLI, GETTER, POST_RENDERER = "cli/v1", "getter/v1", "postrenderer/v1"
TYPES = (CLI, GETTER, POST_RENDERER, "test/v1")
EVENTS = ("install", "update", "delete")

_NAME = lazy_pattern(r"[A-Za-z0-9_-]+")
_V1 = ("apiVersion", "name", "type", "runtime", "version", "sourceURL", "config", "runtimeConfig")


@dataclass(frozen=True, slots=True)
class Command:
    """A program for one platform; empty `os` and `arch` mean any."""

    command: str
    args: tuple[str, ...] = ()
    os: str = ""
    arch: str = ""


Commands = tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin in its directory.

    `downloaders` are the commands by protocol, `hooks` by event (`install`, `update`, `delete`);
    `expand_hooks` says whether variables in hooks' arguments are filled in or left to a shell.
    """

    directory: str
    name: str
    type: str
    version: str = ""
    api_version: str = "legacy"
    runtime: str = "subprocess"
    source_url: str = ""
    usage: str = ""
    short_help: str = ""
    long_help: str = ""
    ignore_flags: bool = False
    commands: Commands = ()
    downloaders: Mapping[str, Commands] = field(default_factory=dict)
    hooks: Mapping[str, Commands] = field(default_factory=dict)
    expand_hooks: bool = True


def load(directory: str) -> Plugin:
    """The plugin in a directory; raises PluginError."""
    path = os.path.join(directory, FILE)
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as exc:
        reason = (exc.strerror or str(exc)).lower()
        raise PluginError(f'failed to read plugin at "{path}": open {path}: {reason}') from exc
    return parse(data, directory)


def parse(data: bytes, directory: str) -> Plugin:
    """A plugin from the text of its `plugin.yaml`; raises PluginError."""
    try:
        # CVE-2020-15187: of a repeated key, which would count?
        document = _yaml.load(data, FILE, strict=True)
    except YAMLError as exc:
        raise PluginError(f'failed to load plugin "{directory}": {exc}') from exc
    if not isinstance(document, dict):
        raise PluginError(f'failed to load plugin "{directory}": {FILE} is not a mapping')
    try:
        return _versioned(document, directory)
    except PluginError as exc:
        raise PluginError(f'failed to load plugin "{directory}": {exc}') from exc


def load_all(plugins: str) -> list[Plugin]:
    """The plugins below all directories of `HELM_PLUGINS`, broken ones passed over with a warning.

    Raises PluginError when two have the same name.
    """
    from pyhelm._lazy import logger_of

    found: dict[str, Plugin] = {}
    for directory in _directories(plugins):
        try:
            plugin = load(directory)
        except PluginError as exc:
            logger_of(__name__).warning(
                "failed to load plugin (ignoring)",
                plugin_yaml=os.path.join(directory, FILE),
                error=str(exc),
            )
            continue
        if plugin.name in found:
            first = found[plugin.name].directory
            raise PluginError(
                f'two plugins claim the name "{plugin.name}" at "{first}" and "{directory}"'
            )
        found[plugin.name] = plugin
    return list(found.values())


def find(plugins: str, name: str) -> Plugin | None:
    """The plugin of a name."""
    return next((plugin for plugin in load_all(plugins) if plugin.name == name), None)


def _directories(plugins: str) -> list[str]:
    found = []
    for parent in filter(None, plugins.split(os.pathsep)):
        try:
            names = sorted(os.listdir(parent))
        except OSError:
            continue
        paths = (os.path.join(parent, name) for name in names)
        found += [path for path in paths if os.path.isfile(os.path.join(path, FILE))]
    return found


def _versioned(document: Mapping[str, Any], directory: str) -> Plugin:
    api = document.get("apiVersion") or ""
    if api == "v1":
        return _v1(document, directory)
    if api:
        raise PluginError(f'invalid plugin apiVersion: "{api}"')
    return _legacy(document, directory)


def _legacy(document: Mapping[str, Any], directory: str) -> Plugin:
    name, version = _text(document, "name"), _text(document, "version")
    _check_name(name)
    _check_version(version)
    commands, hooks = _commands(document.get("platformCommand")), document.get("hooks") or {}
    single, platform_hooks = _text(document, "command"), _hooks(document.get("platformHooks"))
    if commands and single:
        raise PluginError("both platformCommand and command are set")
    if platform_hooks and hooks:
        raise PluginError("both platformHooks and hooks are set")
    shell = {event: (Command("sh", ("-c", str(text))),) for event, text in _mapping(hooks, "hooks")}
    downloaders = _legacy_downloaders(document.get("downloaders"))
    return Plugin(
        directory,
        name,
        GETTER if downloaders else CLI,
        version=version,
        short_help=_sanitized(_text(document, "usage")),
        long_help=_text(document, "description"),
        ignore_flags=document.get("ignoreFlags") is True,
        commands=commands or ((Command(single),) if single else ()),
        downloaders=downloaders,
        hooks=platform_hooks or shell,
        expand_hooks=not shell,
    )


def _v1(document: Mapping[str, Any], directory: str) -> Plugin:
    unknown = [key for key in document if key not in _V1]
    if unknown:
        raise PluginError(f"field {unknown[0]} is not known")
    name, version = _text(document, "name"), _text(document, "version")
    _check_name(name)
    if not version:
        raise PluginError("plugin `version` is required")
    _check_version(version)
    kind, runtime = _text(document, "type"), _text(document, "runtime")
    if kind not in TYPES:
        raise PluginError(f'unknown plugin type "{kind}"' if kind else "`type` missing")
    if runtime not in ("subprocess", "extism/v1"):
        what = f'unsupported plugin runtime type: "{runtime}"'
        raise PluginError(what if runtime else "`runtime` missing")
    config, how = document.get("config") or {}, document.get("runtimeConfig") or {}
    if not isinstance(config, dict) or not isinstance(how, dict):
        raise PluginError("config and runtimeConfig are mappings")
    if kind == GETTER and not config.get("protocols"):
        raise PluginError("config validation failed: getter has no protocols")
    return Plugin(
        directory,
        name,
        kind,
        version=version,
        api_version="v1",
        runtime=runtime,
        source_url=_text(document, "sourceURL"),
        usage=_sanitized(_text(config, "usage")),
        short_help=_sanitized(_text(config, "shortHelp")),
        long_help=_text(config, "longHelp"),
        ignore_flags=config.get("ignoreFlags") is True,
        commands=_commands(how.get("platformCommand")),
        downloaders=_downloaders(how, config),
        hooks=_hooks(how.get("platformHooks")),
    )


def _downloaders(how: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Commands]:
    found: dict[str, Commands] = {}
    for row in how.get("protocolCommands") or ():
        if not isinstance(row, dict):
            raise PluginError("protocolCommands is not a list of mappings")
        commands = _commands(row.get("platformCommand"))
        found |= {str(protocol): commands for protocol in row.get("protocols") or ()}
    allowed = {str(protocol) for protocol in config.get("protocols") or ()}
    return {protocol: commands for protocol, commands in found.items() if protocol in allowed}


def _legacy_downloaders(rows: Any) -> dict[str, Commands]:
    found: dict[str, Commands] = {}
    for index, row in enumerate(rows or ()):
        if not isinstance(row, dict) or not row.get("command"):
            raise PluginError(f"downloader {index} has empty command")
        if not row.get("protocols"):
            raise PluginError(f"downloader {index} has no protocols")
        found |= {str(each): (Command(str(row["command"])),) for each in row["protocols"]}
    return found


def _hooks(rows: Any) -> dict[str, Commands]:
    return {event: _commands(commands) for event, commands in _mapping(rows or {}, "platformHooks")}


def _commands(rows: Any) -> Commands:
    if rows is not None and not isinstance(rows, list):
        raise PluginError("platformCommand is not a list of mappings")
    return tuple(_command(row) for row in rows or ())


def _command(row: Any) -> Command:
    if not isinstance(row, dict):
        raise PluginError("platformCommand is not a list of mappings")
    args = tuple(str(arg) for arg in row.get("args") or ())
    return Command(_text(row, "command"), args, _text(row, "os"), _text(row, "arch"))


def _mapping(value: Any, name: str) -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        raise PluginError(f"{name} is not a mapping of events")
    return [(str(key), each) for key, each in value.items()]


def _text(document: Mapping[str, Any], key: str) -> str:
    value = document.get(key)
    if isinstance(value, list | dict):
        raise PluginError(f"{key} is not text")
    return "" if value is None else str(value)


def _check_name(name: str) -> None:
    # CVE-2020-15186: the name becomes a command and part of paths.
    if not _NAME.fullmatch(name):
        raise PluginError(
            f'invalid plugin name "{_sanitized(name)}": must contain only a-z, A-Z, 0-9, _ and -'
        )


def _check_version(version: str) -> None:
    # CVE-2026-35204: the version is part of a file's name.
    if version and not is_strict(version):
        raise PluginError(f'invalid plugin version "{_sanitized(version)}": must be valid semver')


def _sanitized(text: str) -> str:
    """White space becomes a blank, what can't be printed goes."""
    return "".join(" " if c.isspace() else c for c in text if c.isspace() or c.isprintable())
