"""Finds and runs post-renderers: Helm 4's plugins of the type `postrenderer/v1`, or any program.

Helm 4 takes a plugin's name alone; Helm 3 took a program's path, and so do we where no plugin has
the name. What the program says on standard error is shown when it fails.
"""

from __future__ import annotations

import os
import subprocess

from pyhelm import _yaml
from pyhelm._typing import Any, Iterator, Mapping, Sequence
from pyhelm.actions.options import PostRenderer
from pyhelm.errors import RenderError, UsageError, YAMLError
from pyhelm.plugins.process import expanded, fit

TYPE = "postrenderer/v1"


def find(name: str, args: Sequence[str], plugins: str, env: Mapping[str, str]) -> PostRenderer:
    """The post-renderer of a name or path, ready to run; raises UsageError when there is none.

    `plugins` are directories, as `HELM_PLUGINS` has them, `env` what the program may see.
    """
    for directory, metadata in _installed(plugins):
        if metadata.get("name") == name and metadata.get("type") == TYPE:
            known = {**env, "HELM_PLUGIN_NAME": name, "HELM_PLUGIN_DIR": directory}
            return _runner(name, [*_command(metadata, known), *args], known)
    program = _program(name, env)
    if program:
        return _runner(name, [program, *args], env)
    raise UsageError(
        f"post-renderer {name!r} not found: there is no plugin of type {TYPE} with this name in "
        f"{plugins}, and no such program"
    )


def _installed(plugins: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every plugin's directory and metadata; broken ones are passed over, as in Helm."""
    for parent in filter(None, plugins.split(os.pathsep)):
        try:
            names = sorted(os.listdir(parent))
        except OSError:
            continue
        for name in names:
            directory = os.path.join(parent, name)
            try:
                with open(os.path.join(directory, "plugin.yaml"), "rb") as file:
                    found = _yaml.load(file.read())
            except (OSError, YAMLError):
                continue
            if isinstance(found, dict):
                yield directory, found


def _command(metadata: Mapping[str, Any], env: Mapping[str, str]) -> list[str]:
    """The plugin's command for this platform, its variables filled in."""
    name = metadata.get("name")
    if metadata.get("runtime") != "subprocess":
        raise UsageError(
            f"post-renderer {name!r} runs on {metadata.get('runtime')!r}, which PyHelm can't: only "
            "plugins of the runtime 'subprocess'"
        )
    rows = (metadata.get("runtimeConfig") or {}).get("platformCommand") or ()
    best = max(rows, key=_fit, default=None)
    if best is None or _fit(best) < 0 or not best.get("command"):
        raise UsageError(
            f"post-renderer {name!r}: failed to prepare plugin command: no plugin command is "
            "applicable to this platform"
        )
    words = [*str(best["command"]).split(" "), *map(str, best.get("args") or ())]
    return [expanded(word, env) for word in words]


def _fit(row: Mapping[str, Any]) -> int:
    """How well a command fits: both named 3, the system alone 2, none 1; -1 for another's."""
    return fit(str(row.get("os") or ""), str(row.get("arch") or ""))


def _program(name: str, env: Mapping[str, str]) -> str:
    import shutil

    if os.path.dirname(name):
        return os.path.abspath(name) if os.path.isfile(name) else ""
    return shutil.which(name, path=env.get("PATH")) or ""


def _runner(name: str, command: list[str], env: Mapping[str, str]) -> PostRenderer:
    def run(manifests: str) -> str:
        try:
            done = subprocess.run(
                command, input=manifests.encode(), capture_output=True, env=dict(env), check=False
            )
        except OSError as exc:
            reason = exc.strerror or exc
            raise RenderError(f"{_doing(name)}: {command[0]}: {reason}") from exc
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip()
            what = f'plugin "{name}" exited with error'
            raise RenderError(f"{_doing(name)}: {what}" + (f": {said}" if said else ""))
        text = done.stdout.decode("utf-8", "replace")
        if not text.strip():
            raise RenderError(
                "error while running post render on files: "
                f'post-renderer "{name}" produced empty output'
            )
        return text

    return run


def _doing(name: str) -> str:
    return (
        f'error while running post render on files: failed to invoke post-renderer plugin "{name}"'
    )
