"""Installing, updating and removing plugins: directories (linked), archives and git repositories.

A plugin stands under its name when all of it is there and loads; nothing half-installed stays.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path

from pyhelm._dataclass import dataclass
from pyhelm._typing import Any, Callable, Mapping
from pyhelm.errors import PluginError, RepositoryError
from pyhelm.plugins import archives, git, process
from pyhelm.plugins.metadata import FILE, Plugin, load, load_all
from pyhelm.repo.fetch import fetch
from pyhelm.repo.file import write_atomically
from pyhelm.repo.options import AccessOptions, Report, silent
from pyhelm.repo.provenance import charts as provenance
from pyhelm.repo.provenance import message
from pyhelm.repo.provenance.charts import Verification
from pyhelm.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginInstallOptions(AccessOptions):
    """`pyhelm plugin install`; `version` is a tag, branch or range of a git repository."""

    version: str = ""
    verify: bool = True
    keyring: str = ""


def install(
    settings: Settings,
    source: str,
    options: PluginInstallOptions,
    env: Mapping[str, str],
    *,
    report: Report = silent,
) -> Plugin:
    """Install a plugin from a directory, an archive or a git repository, and run its hook.

    Archives must be signed unless `verify` is off. Raises PluginError or ProvenanceError.
    """
    if os.path.isdir(source):
        report("Installing plugin from local directory (development mode)")
        placed = _link(settings, source)
    elif archives.is_archive(source):
        placed = _from_archive(settings, source, options, report)
    else:
        placed = _from_git(settings, source, options, report)
    plugin = _loaded(placed)
    process.run_hook(plugin, "install", env)
    return plugin


def update(settings: Settings, name: str, env: Mapping[str, str]) -> Plugin:
    """Bring a plugin that came from git up to date, and run its hook; raises PluginError."""
    directory = os.path.realpath(_named(settings, name).directory)
    git.update(directory)
    plugin = load(directory)
    process.run_hook(plugin, "update", env)
    return plugin


def uninstall(settings: Settings, name: str, env: Mapping[str, str]) -> None:
    """Remove a plugin; the hook runs after that, as Helm's does. Raises PluginError."""
    plugin = _named(settings, name)
    try:
        if os.path.islink(plugin.directory):
            os.unlink(plugin.directory)
        else:
            _remove(plugin.directory)
        for path in _kept(settings, plugin):
            path.unlink(missing_ok=True)
    except OSError as exc:
        raise PluginError(f"remove {exc.filename}: {exc.strerror or exc}") from exc
    process.run_hook(plugin, "delete", env)


def status(settings: Settings, plugin: Plugin) -> str:
    """What is known of where a plugin came from, in Helm's words."""
    if os.path.islink(plugin.directory):
        return "local dev"
    archive, signed = _kept(settings, plugin)
    if not archive.exists() or not signed.exists():
        return "unsigned"
    try:
        text = message.parse(signed.read_bytes()).data
        return (
            "signed"
            if provenance.sum_of(archive.read_bytes()).encode() in text
            else ("mismatched provenance")
        )
    except RepositoryError:
        return "invalid provenance"


def verify(path: str, keyring: str) -> Verification:
    """Check a plugin's archive by the `.prov` file beside it; raises PluginError."""
    if os.path.isdir(path):
        raise PluginError(
            "directory verification not supported - only plugin tarballs can be verified"
        )
    if not archives.is_archive(path):
        raise PluginError("plugin file must be a gzipped tarball (.tar.gz or .tgz)")
    data, signed = _read(path), _read_beside(path)
    if signed is None:
        raise PluginError(f"could not find provenance file {path}.prov")
    return provenance.verify(data, signed, os.path.basename(path), keyring)


def package(
    path: str, destination: str, sign: Callable[[bytes, str, bytes], bytes] | None
) -> tuple[Path, Path | None]:
    """Pack a plugin's directory; returns the archive's path and the provenance file's.

    `sign` makes the provenance file of (archive, name, definition). Raises PluginError.
    """
    if not os.path.isdir(path):
        raise PluginError("plugin package only supports directories, not tarballs")
    plugin = load(path)
    name = f"{plugin.name}-{plugin.version}.tgz"
    data = archives.pack(path, plugin.name)
    definition = Path(path, FILE).read_bytes()
    signed = sign(data, name, definition) if sign else None
    target = Path(destination, name)
    beside = target.with_name(f"{name}.prov")
    write_atomically(target, data)
    if signed is not None:
        write_atomically(beside, signed)
    return target, beside if signed is not None else None


def _link(settings: Settings, source: str) -> str:
    source = os.path.abspath(source)
    if not os.path.isfile(os.path.join(source, FILE)):
        raise PluginError("plugin metadata (plugin.yaml) missing")
    target = _free(settings, os.path.basename(source))
    try:
        os.symlink(source, target, target_is_directory=True)
    except OSError as exc:
        raise PluginError(f"link {target} to {source}: {exc.strerror or exc}") from exc
    return target


def _from_archive(
    settings: Settings, source: str, options: PluginInstallOptions, report: Report
) -> str:
    remote = "://" in source
    data = _fetched(source, options) if remote else _read(source)
    signed = _fetched_beside(source, options) if remote else _read_beside(source)
    if options.verify:
        # CVE-2026-35205: without a provenance file nothing is installed.
        report("Verifying plugin signature...")
        if signed is None:
            raise PluginError("plugin verification failed: no provenance file (.prov) found")
        _verified(settings, data, signed, source, options, report)
    else:
        report("WARNING: Skipping plugin signature verification")
    plugin, folder = archives.plugin_of(data, source)
    target = _free(settings, plugin.name)
    with tempfile.TemporaryDirectory(dir=_home(settings), prefix=".installing-") as scratch:
        made = os.path.join(scratch, plugin.name)
        os.mkdir(made)
        archives.unpack(data, source, folder, made)
        os.replace(made, target)
    archive, beside = _kept(settings, plugin)
    write_atomically(archive, data)
    if signed is not None:
        write_atomically(beside, signed)
    return target


def _verified(
    settings: Settings,
    data: bytes,
    signed: bytes,
    source: str,
    options: PluginInstallOptions,
    report: Report,
) -> None:
    name = source.rpartition("/")[2].rpartition(os.sep)[2]
    ring = options.keyring or settings.keyring
    for line in provenance.verify(data, signed, name, ring).lines:
        report(line.replace("Chart Hash", "Plugin Hash"))


def _from_git(
    settings: Settings, source: str, options: PluginInstallOptions, report: Report
) -> str:
    if source.startswith("oci://"):
        raise PluginError(
            f"{source}: plugins from registries can't be installed yet; pull the archive and "
            "install that"
        )
    if options.verify:
        raise PluginError(
            "plugin source does not support verification. Use --verify=false to skip verification"
        )
    report("WARNING: Skipping plugin signature verification")
    git.check(source, "repository")
    name = source.rstrip("/").rpartition("/")[2].removesuffix(".git")
    target = _free(settings, name)
    with tempfile.TemporaryDirectory(
        dir=_home(settings), prefix=".installing-", ignore_cleanup_errors=True
    ) as scratch:
        made = os.path.join(scratch, "clone")
        git.clone(source, options.version, made)
        if not os.path.isfile(os.path.join(made, FILE)):
            raise PluginError("plugin metadata (plugin.yaml) missing")
        load(made)
        os.replace(made, target)
    return target


def _loaded(directory: str) -> Plugin:
    try:
        return load(directory)
    except PluginError as exc:
        # Only links get here: all else was loaded before it was put there.
        os.unlink(directory)
        raise PluginError(f"plugin is unusable, and was not installed: {exc}") from exc


def _named(settings: Settings, name: str) -> Plugin:
    for plugin in load_all(settings.plugins):
        if plugin.name == name:
            return plugin
    raise PluginError(f"plugin: {name} not found")


def _home(settings: Settings) -> str:
    """Where plugins are installed: the first directory of `HELM_PLUGINS`."""
    home = settings.plugins.split(os.pathsep)[0]
    try:
        os.makedirs(home, exist_ok=True)
    except OSError as exc:
        raise PluginError(f"make {home}: {exc.strerror or exc}") from exc
    return home


def _free(settings: Settings, name: str) -> str:
    if name in ("", ".", ".."):
        raise PluginError("the plugin's source has no name")
    target = os.path.join(_home(settings), name)
    if os.path.lexists(target):
        raise PluginError("plugin already exists")
    return target


def _kept(settings: Settings, plugin: Plugin) -> tuple[Path, Path]:
    """Where the archive that a plugin came from is kept, and its provenance file."""
    archive = Path(_home(settings), f"{plugin.name}-{plugin.version}.tgz")
    return archive, archive.with_name(f"{archive.name}.prov")


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as exc:
        raise PluginError(f"read {path}: {(exc.strerror or str(exc)).lower()}") from exc


def _read_beside(path: str) -> bytes | None:
    beside = f"{path}.prov"
    return _read(beside) if os.path.exists(beside) else None


def _fetched(url: str, options: AccessOptions) -> bytes:
    return fetch(url, options, limit=archives.MAX_SIZE)


def _fetched_beside(url: str, options: AccessOptions) -> bytes | None:
    try:
        return fetch(f"{url}.prov", options, base=url, limit=message.LIMIT)
    except RepositoryError:
        return None


def _remove(directory: str) -> None:
    if sys.version_info >= (3, 12):
        shutil.rmtree(directory, onexc=_writable)
    else:
        shutil.rmtree(directory, onerror=_writable)


def _writable(function: Callable[[str], Any], path: str, error: object) -> None:
    """Git's objects are read-only, which Windows does not delete."""
    os.chmod(path, stat.S_IWRITE | stat.S_IREAD)
    function(path)
