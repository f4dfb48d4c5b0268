"""What Python packages add through the entry point group `pyhelm.plugins`.

    [project.entry-points."pyhelm.plugins"]
    "command.hello" = "my_package:hello"
    "getter.s3" = "my_package:S3Fetcher"

A command is called with a Client and the words behind its name, and returns an exit code or None. A
getter is a `pyhelm.repo.fetch.Getter` without arguments for its constructor.
"""

from __future__ import annotations

from pyhelm._typing import Any
from pyhelm.errors import PluginError

GROUP = "pyhelm.plugins"


def load(kind: str, name: str) -> Any:
    """The object under `KIND.NAME`; None when no package has one. Raises PluginError."""
    from importlib.metadata import entry_points

    wanted = f"{kind}.{name}"
    found = [each for each in entry_points(group=GROUP) if each.name == wanted]
    if len(found) > 1:
        packages = " and ".join(sorted(each.dist.name for each in found if each.dist))
        raise PluginError(f"{wanted}: several packages have it: {packages}; uninstall one")
    if not found:
        return None
    try:
        return found[0].load()
    except Exception as exc:
        package = found[0].dist.name if found[0].dist else "a package"
        raise PluginError(f"{wanted}, of {package}, can't be loaded: {exc}") from exc


def names(kind: str) -> list[str]:
    """The names under which packages add things of a kind."""
    from importlib.metadata import entry_points

    prefix = f"{kind}."
    found = (each.name for each in entry_points(group=GROUP))
    return sorted(name.removeprefix(prefix) for name in found if name.startswith(prefix))
