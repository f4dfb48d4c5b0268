"""Running a plugin's programs: the command for this platform, and Helm's environment."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from platform import machine

from pyhelm._typing import Mapping, Sequence
from pyhelm.errors import PluginError
from pyhelm.plugins.metadata import Commands, Plugin
from pyhelm.settings import Settings

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "i686": "386", "i386": "386"}
_SYSTEMS = {"win32": "windows", "linux": "linux", "darwin": "darwin"}
_VARIABLE = re.compile(r"\$(?:\{([^}]*)\}|([*#$@!?0-9-])|([A-Za-z_][A-Za-z0-9_]*))")


def environment(settings: Settings, namespace: str, env: Mapping[str, str]) -> dict[str, str]:
    """What a plugin sees: the caller's environment, and Helm's settings under Helm's names.

    Unlike `pyhelm env`, which people paste into reports, this has the token: plugins need it.
    """
    s = settings
    found = {
        "HELM_BIN": program(env),
        "HELM_BURST_LIMIT": str(s.burst_limit),
        "HELM_CACHE_HOME": s.cache_home,
        "HELM_CONFIG_HOME": s.config_home,
        "HELM_CONTENT_CACHE": s.content_cache,
        "HELM_DATA_HOME": s.data_home,
        "HELM_DEBUG": str(s.debug).lower(),
        "HELM_KUBEAPISERVER": s.kube_apiserver,
        "HELM_KUBEASGROUPS": ",".join(s.kube_as_groups),
        "HELM_KUBEASUSER": s.kube_as_user,
        "HELM_KUBECAFILE": s.kube_ca_file,
        "HELM_KUBECONTEXT": s.kube_context,
        "HELM_KUBEINSECURE_SKIP_TLS_VERIFY": str(s.kube_insecure_skip_tls_verify).lower(),
        "HELM_KUBETLS_SERVER_NAME": s.kube_tls_server_name,
        "HELM_KUBETOKEN": s.kube_token,
        "HELM_MAX_HISTORY": str(s.max_history),
        "HELM_NAMESPACE": namespace,
        "HELM_PLUGINS": s.plugins,
        "HELM_QPS": f"{s.qps:.2f}",
        "HELM_REGISTRY_CONFIG": s.registry_config,
        "HELM_REPOSITORY_CACHE": s.repository_cache,
        "HELM_REPOSITORY_CONFIG": s.repository_config,
    }
    return {**env, **found, **({"KUBECONFIG": s.kubeconfig} if s.kubeconfig else {})}


def program(env: Mapping[str, str]) -> str:
    """What plugins call to call us back: this program, or with `python -m pyhelm` the command
    that was installed with the interpreter, or the one in PATH."""
    own = os.path.abspath(sys.argv[0])
    if os.path.basename(own).startswith("pyhelm") and os.access(own, os.X_OK):
        return own
    beside = shutil.which("pyhelm", path=os.path.dirname(sys.executable))
    return beside or shutil.which("pyhelm", path=env.get("PATH")) or own


def run(plugin: Plugin, args: Sequence[str], env: Mapping[str, str]) -> int:
    """Run a CLI plugin on our own streams; returns its exit code. Raises PluginError."""
    own = own_environment(plugin, env)
    command = prepared(plugin, plugin.commands, own)
    return _call(plugin, [*command, *args], own)


def run_hook(plugin: Plugin, event: str, env: Mapping[str, str]) -> None:
    """Run a plugin's hook of an event, if it has one; raises PluginError when that fails."""
    commands = plugin.hooks.get(event, ())
    if not commands:
        return
    own = own_environment(plugin, env)
    command = prepared(plugin, commands, own, expand=plugin.expand_hooks)
    if _call(plugin, command, own):
        raise PluginError(f'plugin {event} hook for "{plugin.name}" exited with error')


def capture(plugin: Plugin, command: Sequence[str], env: Mapping[str, str], limit: int) -> bytes:
    """What a plugin's program writes, `limit` bytes at the most; raises PluginError."""
    try:
        with subprocess.Popen(list(command), env=dict(env), stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            data = process.stdout.read(limit + 1)
            if len(data) > limit:
                process.kill()
                raise PluginError(f'plugin "{plugin.name}" wrote more than {limit} bytes')
    except OSError as exc:
        raise PluginError(_not_started(plugin, command, exc)) from exc
    if process.returncode:
        raise PluginError(f'plugin "{plugin.name}" exited with error')
    return data


def own_environment(plugin: Plugin, env: Mapping[str, str]) -> dict[str, str]:
    """The environment with the plugin's own name and directory."""
    return {**env, "HELM_PLUGIN_NAME": plugin.name, "HELM_PLUGIN_DIR": plugin.directory}


def prepared(
    plugin: Plugin, commands: Commands, env: Mapping[str, str], *, expand: bool = True
) -> list[str]:
    """The command for this platform with variables filled in; raises PluginError."""
    if plugin.runtime != "subprocess":
        raise PluginError(
            f'plugin "{plugin.name}" is WebAssembly (runtime {plugin.runtime}), which PyHelm does '
            "not run; only plugins of the runtime subprocess"
        )
    best = max(commands, key=lambda each: fit(each.os, each.arch), default=None)
    if best is None or fit(best.os, best.arch) < 0 or not best.command:
        raise PluginError(
            f'plugin "{plugin.name}": failed to prepare plugin command: no plugin command is '
            "applicable"
        )
    first, *rest = [*best.command.split(" "), *best.args]
    words = [expanded(word, env) if expand else word for word in rest]
    return [expanded(first, env), *words]


def fit(system: str, architecture: str) -> int:
    """How well a command fits: both named 3, the system alone 2, none 1; -1 for another's."""
    mine = _ARCHITECTURES.get(machine().lower(), machine().lower())
    if system and system.lower() != _SYSTEMS.get(sys.platform, sys.platform):
        return -1
    if architecture:
        return 3 if system and architecture.lower() == mine else -1
    return 2 if system else 1


def expanded(text: str, env: Mapping[str, str]) -> str:
    """Go's os.Expand: `$NAME` and `${NAME}`, nothing for what is not set."""
    return _VARIABLE.sub(lambda found: env.get(found[1] or found[2] or found[3] or "", ""), text)


def _call(plugin: Plugin, command: Sequence[str], env: Mapping[str, str]) -> int:
    sys.stdout.flush()
    try:
        return subprocess.run(list(command), env=dict(env), check=False).returncode
    except OSError as exc:
        raise PluginError(_not_started(plugin, command, exc)) from exc


def _not_started(plugin: Plugin, command: Sequence[str], exc: OSError) -> str:
    return f'plugin "{plugin.name}": {command[0]}: {(exc.strerror or str(exc)).lower()}'
