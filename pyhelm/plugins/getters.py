"""Getters of plugins: who fetches the URLs of schemes that PyHelm itself does not know."""

from __future__ import annotations

import os

from pyhelm._typing import Any
from pyhelm.errors import PluginError, RepositoryError
from pyhelm.plugins import entry_points, process
from pyhelm.plugins.metadata import Plugin, load_all
from pyhelm.repo.fetch import Getter, redact
from pyhelm.repo.options import AccessOptions


class PluginFetcher:
    """Has a plugin's downloader fetch, as Helm calls it: certificate, key, CA and URL."""

    def __init__(self, plugin: Plugin, scheme: str) -> None:
        self._plugin = plugin
        self._scheme = scheme

    def fetch(self, url: str, access: AccessOptions, *, base: str, limit: int) -> bytes:
        """What the downloader writes; raises RepositoryError."""
        plugin = self._plugin
        env = {
            **process.own_environment(plugin, os.environ),
            "HELM_PLUGIN_USERNAME": access.username,
            "HELM_PLUGIN_PASSWORD": access.password,
            "HELM_PLUGIN_PASS_CREDENTIALS_ALL": str(access.pass_credentials).lower(),
        }
        try:
            first, *rest = process.prepared(
                plugin, plugin.downloaders[self._scheme], env, expand=False
            )
            # Helm: the command is looked for in the plugin's own directory.
            program = os.path.join(plugin.directory, first)
            files = (access.cert_file, access.key_file, access.ca_file)
            return process.capture(plugin, [program, *rest, *files, url], env, limit)
        except PluginError as exc:
            raise RepositoryError(f"fetch {redact(url)}: {exc}") from exc


def find(scheme: str, plugins: str) -> Getter | None:
    """Who fetches a scheme: an installed plugin, or a Python package."""
    for plugin in load_all(plugins):
        if scheme in plugin.downloaders:
            return PluginFetcher(plugin, scheme)
    found: Any = entry_points.load("getter", scheme)
    fetcher: Getter | None = found() if found else None
    return fetcher
