"""The Python API: everything that the command line does, as methods. The CLI uses nothing else.

    from pyhelm import Client

    client = Client.from_env()
    release = client.install("db", "demo/mysql", {"mysqlDatabase": "shop"})
    print(release.info.status)

Silent: warnings and progress go to the `reporter`, diagnostics to `logging`. Results are frozen.
Nothing is connected to before a method needs it. A Client may be used from several threads.
"""

from __future__ import annotations

import builtins
import os
import sys
from _thread import allocate_lock

from pyhelm._dataclass import replace
from pyhelm._datetime import datetime
from pyhelm._typing import TYPE_CHECKING, Any, Callable, TypeVar, cast
from pyhelm.actions.session import Progress, Reporter, Session, silent, utc_now
from pyhelm.chart.model import Chart, Values
from pyhelm.errors import DependencyError, ValuesError
from pyhelm.settings import Settings

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pyhelm.actions.choose import Task
    from pyhelm.actions.dependencies import DependencyStatus, Stray
    from pyhelm.actions.drift import DriftReport
    from pyhelm.actions.options import (
        DiffOptions,
        InstallOptions,
        ListOptions,
        RecoverOptions,
        RenderOptions,
        RollbackOptions,
        TemplateOptions,
        TestOptions,
        UninstallOptions,
        UpgradeOptions,
    )
    from pyhelm.actions.package import PackageOptions
    from pyhelm.actions.plan import Plan
    from pyhelm.actions.recover import Recovery
    from pyhelm.actions.serve import Serving
    from pyhelm.actions.uninstall import UninstallResult
    from pyhelm.authoring.lint import LintOptions, LintResult
    from pyhelm.chart.sources import ValueSources
    from pyhelm.kube.cluster import Cluster
    from pyhelm.plugins.install import PluginInstallOptions
    from pyhelm.plugins.metadata import Plugin
    from pyhelm.release.model import Release
    from pyhelm.repo.file import Entry
    from pyhelm.repo.hub import HubResult
    from pyhelm.repo.index import RepoIndex
    from pyhelm.repo.options import (
        AccessOptions,
        ChartOptions,
        PullOptions,
        RepoAddOptions,
        SearchOptions,
        ServeOptions,
    )
    from pyhelm.repo.provenance.charts import Verification
    from pyhelm.repo.registry.charts import Pushed
    from pyhelm.repo.repositories import RepoUpdate
    from pyhelm.repo.search import SearchResult

Rendering = TypeVar("Rendering", bound="RenderOptions")
Budgeted = TypeVar("Budgeted", bound="RenderOptions | LintOptions")

VALUES_LIMIT = 16 * 1024 * 1024
"""Bytes of the largest values file that is read from a URL."""


class Client:
    """Charts, repositories and the releases of one namespace of one cluster.

    `cluster` is for tests and for programs that have a connection of their own, which they close
    themselves; without one the settings say where to connect, on first use. `close` it, or use it
    in `with`; what was dropped is closed, too. All errors are PyHelmError.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        cluster: Cluster | None = None,
        reporter: Reporter = silent,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.settings = settings
        self._cluster = cluster
        self._reporter = reporter
        self._clock = clock
        self._lock = allocate_lock()
        self._made: Session | None = None

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that this Client made; using it again makes others."""
        with self._lock:
            session = self._made
        if session is None:
            return
        session.storage.driver.close()
        if self._cluster is None:
            session.cluster.close()

    @classmethod
    def from_env(cls, *, reporter: Reporter = silent) -> Client:
        """A Client on the environment's settings (HELM_*, KUBECONFIG), as the CLI has them.

        Where no cluster is configured it talks to the simulator, if that runs.
        """
        return cls(Settings.from_env(), reporter=reporter)

    @property
    def cluster(self) -> Cluster:
        """The cluster's API; it is connected to when it is first asked something."""
        return self._session.cluster

    @property
    def _session(self) -> Session:
        """What actions share; the cluster is connected to when it is first asked something."""
        with self._lock:
            if self._made is None:
                self._made = self._connect()
            return self._made

    @property
    def namespace(self) -> str:
        """The namespace that releases live in; asks no cluster."""
        if self._cluster is not None:
            return self.settings.namespace or self._cluster.namespace
        if self.settings.namespace:
            return self.settings.namespace
        from pyhelm.kube.kubeconfig import namespace_for

        return namespace_for(self.settings)

    def _connect(self) -> Session:
        from pyhelm.storage import driver_named
        from pyhelm.storage.store import Storage

        cluster = self._cluster or cast("Cluster", _Lazy(self._connection))
        settings = self.settings
        driver = driver_named(
            settings.driver, cluster, self.namespace, settings.driver_sql_connection_string
        )
        storage = Storage(driver, self.namespace, clock=lambda: self._clock().timestamp())
        cache = self.settings.render_cache
        return Session(cluster, storage, self.namespace, self._clock, self._reporter, cache)

    def _connection(self) -> Cluster:
        from pyhelm.kube.kubeconfig import connect

        return connect(self.settings)

    def values(self, sources: ValueSources) -> Values:
        """What `-f` files (paths, URLs, `-`) and `--set` flags say; raises ValuesError."""
        from pyhelm.chart.given import Given
        from pyhelm.chart.values import merge_sources

        texts: dict[str, bytes] = {}

        def read(path: str) -> bytes:
            texts[path] = _read(path)
            return texts[path]

        return Given(merge_sources(sources, read), sources, texts)

    def load(
        self,
        chart: str | Path | Chart,
        options: ChartOptions | None = None,
        *,
        dependency_update: bool = False,
    ) -> Chart:
        """A chart by path, archive, URL, or `repo/name`; raises ChartError or RepositoryError.

        With `dependency_update`, what a chart's directory lacks of its dependencies is fetched.
        """
        if isinstance(chart, Chart):
            return chart
        loaded = self._load(chart, options)
        fetched = options is not None and options.repo
        if dependency_update and not fetched and os.path.isdir(chart):
            from pyhelm.actions.prepare import check_dependencies

            try:
                check_dependencies(loaded)
            except DependencyError:
                self.dependency_update(chart, options)
                return self._load(chart, options)
        return loaded

    def _load(self, chart: str | Path, options: ChartOptions | None) -> Chart:
        if os.path.exists(chart) and not (options and (options.repo or options.verify)):
            from pyhelm.chart.load import load

            return load(os.path.abspath(chart), cache=self.settings.render_cache)
        from pyhelm.repo.options import ChartOptions
        from pyhelm.repo.resolve import load_chart

        return load_chart(
            self.settings, str(chart), options or ChartOptions(), report=self._registry_line
        )

    def create(
        self, name: str, directory: str | Path = ".", *, starter: str = "", engine: str = "jinja"
    ) -> Path:
        """A new chart from the starter, or from one of the user's; returns its directory."""
        from pyhelm.chart.scaffold import create

        return create(name, directory, engine=engine, starter=self._starter(starter))

    def _starter(self, starter: str) -> str:
        if not starter or os.path.isabs(starter):
            return starter
        return os.path.join(self.settings.data_home, "starters", starter)

    def package(
        self,
        path: str | Path,
        options: PackageOptions | None = None,
        source: ChartOptions | None = None,
    ) -> Path:
        """Pack a chart's directory; returns the archive's path.

        `source` says how dependencies are fetched where `options` ask for that.
        """
        from pyhelm.actions.package import PackageOptions, epoch_of, package

        chosen = options or PackageOptions()
        if chosen.source_date_epoch is None:
            epoch = epoch_of(self.settings.source_date_epoch)
            chosen = replace(chosen, source_date_epoch=epoch)
        if chosen.sign and not chosen.keyring:
            chosen = replace(chosen, keyring=self.settings.keyring)
        if chosen.dependency_update:
            from pyhelm.actions.dependencies import dependency_update
            from pyhelm.repo.options import silent

            # Helm: here the lines of `dependency update` are for nobody.
            dependency_update(replace(self._dependency_task(path, source), tell=silent))
        return package(path, chosen)

    def lint(
        self, path: str | Path, values: Values | None = None, options: LintOptions | None = None
    ) -> LintResult:
        """What is wrong with a chart, and what could be better."""
        from pyhelm.authoring.lint import LintOptions, lint

        return lint(path, values or {}, self._budgeted(options or LintOptions()))

    def template(
        self,
        name: str,
        chart: str | Path | Chart,
        values: Values | None = None,
        options: TemplateOptions | None = None,
        source: ChartOptions | None = None,
    ) -> Release:
        """What a chart would install; the cluster is asked only with `dry_run="server"`."""
        from pyhelm.actions.options import TemplateOptions
        from pyhelm.actions.template import template
        from pyhelm.release.timestamp import Timestamp

        chosen = self._rendering(options or TemplateOptions())
        return template(
            self._session if chosen.dry_run == "server" else None,
            name,
            self.load(chart, source, dependency_update=chosen.dependency_update),
            values or {},
            chosen,
            namespace=self.namespace,
            now=Timestamp.of(self._clock()),
            cache=self.settings.render_cache,
        )

    def dependency_list(self, path: str | Path) -> builtins.list[DependencyStatus]:
        """A chart's dependencies, and whether each is there."""
        from pyhelm.actions.dependencies import dependency_list

        return dependency_list(path)

    def dependency_strays(self, path: str | Path) -> builtins.list[Stray]:
        """What is in a chart's `charts/` and isn't among its dependencies."""
        from pyhelm.actions.dependencies import dependency_strays

        return dependency_strays(path)

    def dependency_update(
        self, path: str | Path, options: ChartOptions | None = None, *, refresh: bool = True
    ) -> builtins.list[Path]:
        """Fetch the newest dependencies that fit and lock them; returns the archives."""
        from pyhelm.actions.dependencies import dependency_update

        return dependency_update(self._dependency_task(path, options, refresh=refresh))

    def dependency_build(
        self, path: str | Path, options: ChartOptions | None = None, *, refresh: bool = True
    ) -> builtins.list[Path]:
        """Fetch the dependencies that the lock names; returns the archives."""
        from pyhelm.actions.dependencies import dependency_build

        return dependency_build(self._dependency_task(path, options, refresh=refresh))

    def _dependency_task(
        self, path: str | Path, options: ChartOptions | None, *, refresh: bool = True
    ) -> Task:
        from pathlib import Path

        from pyhelm.actions.choose import Task
        from pyhelm.repo.options import ChartOptions

        return Task(
            self.settings,
            Path(path),
            options or ChartOptions(),
            refresh=refresh,
            report=self._registry_line,
            tell=self._dependency_line,
        )

    def install(
        self,
        name: str,
        chart: str | Path | Chart,
        values: Values | None = None,
        options: InstallOptions | None = None,
        source: ChartOptions | None = None,
    ) -> Release:
        """Install a chart as a new release; see `pyhelm.actions.install`."""
        from pyhelm.actions.install import install
        from pyhelm.actions.options import InstallOptions

        chosen = self._rendering(options or InstallOptions())
        loaded = self.load(chart, source, dependency_update=chosen.dependency_update)
        return install(self._session, name, loaded, values or {}, chosen)

    def upgrade(
        self,
        name: str,
        chart: str | Path | Chart,
        values: Values | None = None,
        options: UpgradeOptions | None = None,
        source: ChartOptions | None = None,
    ) -> Release:
        """Upgrade a release to a chart; see `pyhelm.actions.upgrade`."""
        from pyhelm.actions.options import UpgradeOptions
        from pyhelm.actions.upgrade import upgrade

        chosen = self._rendering(options or UpgradeOptions(history_max=self.settings.max_history))
        loaded = self.load(chart, source, dependency_update=chosen.dependency_update)
        return upgrade(self._session, name, loaded, values or {}, chosen)

    def rollback(
        self, name: str, revision: int = 0, options: RollbackOptions | None = None
    ) -> Release:
        """Go back to a revision, 0 being the one before; see `pyhelm.actions.rollback`."""
        from pyhelm.actions.options import RollbackOptions
        from pyhelm.actions.rollback import rollback

        chosen = options or RollbackOptions(history_max=self.settings.max_history)
        return rollback(self._session, name, revision, chosen)

    def diff_upgrade(
        self,
        name: str,
        chart: str | Path | Chart,
        values: Values | None = None,
        options: UpgradeOptions | None = None,
        source: ChartOptions | None = None,
        diff: DiffOptions | None = None,
    ) -> Plan:
        """What an upgrade would do, object by object; see `pyhelm.actions.plan`."""
        from pyhelm.actions.diff import diff_upgrade
        from pyhelm.actions.options import DiffOptions, UpgradeOptions

        chosen, asked = self._rendering(options or UpgradeOptions()), diff or DiffOptions()
        loaded = self.load(chart, source, dependency_update=chosen.dependency_update)
        return diff_upgrade(self._session, name, loaded, values or {}, chosen, asked)

    def diff_install(
        self,
        name: str,
        chart: str | Path | Chart,
        values: Values | None = None,
        options: InstallOptions | None = None,
        source: ChartOptions | None = None,
        diff: DiffOptions | None = None,
    ) -> Plan:
        """What an installation would do, object by object."""
        from pyhelm.actions.diff import diff_install
        from pyhelm.actions.options import DiffOptions, InstallOptions

        chosen, asked = self._rendering(options or InstallOptions()), diff or DiffOptions()
        loaded = self.load(chart, source, dependency_update=chosen.dependency_update)
        return diff_install(self._session, name, loaded, values or {}, chosen, asked)

    def diff_rollback(
        self,
        name: str,
        revision: int = 0,
        options: RollbackOptions | None = None,
        diff: DiffOptions | None = None,
    ) -> Plan:
        """What going back to a revision would do, 0 being the one before."""
        from pyhelm.actions.diff import diff_rollback
        from pyhelm.actions.options import DiffOptions, RollbackOptions

        chosen, asked = options or RollbackOptions(), diff or DiffOptions()
        return diff_rollback(self._session, name, revision, chosen, asked)

    def diff_revision(
        self, name: str, first: int, second: int = 0, diff: DiffOptions | None = None
    ) -> Plan:
        """How two revisions' manifests differ, 0 being the last; no objects are looked at."""
        from pyhelm.actions.diff import diff_revision
        from pyhelm.actions.options import DiffOptions

        return diff_revision(self._session, name, first, second, diff or DiffOptions())

    def diff_release(self, first: str, second: str, diff: DiffOptions | None = None) -> Plan:
        """How the manifests of two releases differ."""
        from pyhelm.actions.diff import diff_release
        from pyhelm.actions.options import DiffOptions

        return diff_release(self._session, first, second, diff or DiffOptions())

    def drift(self, name: str, revision: int = 0, *, show_secrets: bool = False) -> DriftReport:
        """What of a release is not as a revision set it (0: the last), and who changed it."""
        from pyhelm.actions.drift import report

        return report(self._session, name, revision, show_secrets=show_secrets)

    def uninstall(self, name: str, options: UninstallOptions | None = None) -> UninstallResult:
        """Delete a release; see `pyhelm.actions.uninstall`."""
        from pyhelm.actions.options import UninstallOptions
        from pyhelm.actions.uninstall import uninstall

        return uninstall(self._session, name, options or UninstallOptions())

    def recover(self, name: str, options: RecoverOptions | None = None) -> Recovery:
        """Explain and repair a release whose operation died; see `pyhelm.actions.recover`."""
        from pyhelm.actions.options import RecoverOptions
        from pyhelm.actions.recover import recover

        return recover(self._session, name, options or RecoverOptions())

    def list(self, options: ListOptions | None = None) -> builtins.list[Release]:
        """The newest revision of each release of the namespace, or of all namespaces.

        Heads alone: values, manifest and the chart's files are left to `get`.
        """
        from pyhelm.actions.listing import list_releases
        from pyhelm.actions.options import ListOptions

        return list_releases(self._session, options or ListOptions())

    def get(self, name: str, revision: int = 0) -> Release:
        """A revision's record, 0 being the last; raises ReleaseNotFound."""
        from pyhelm.actions import listing

        return listing.get(self._session, name, revision)

    def get_labelled(self, name: str) -> Release:
        """A release's last record with all its labels, those that Helm keeps for itself, too."""
        return self._session.storage.last_labelled(name)

    def status(self, name: str, revision: int = 0) -> Release:
        """A revision's record with its objects as they are now, in `info.resources`."""
        from pyhelm.actions import listing

        return listing.status(self._session, name, revision)

    def history(self, name: str, max: int = 256) -> builtins.list[Release]:
        """A release's last revisions, oldest first; raises ReleaseNotFound."""
        from pyhelm.actions import listing

        return listing.history(self._session, name, max)

    def test(self, name: str, options: TestOptions | None = None) -> Release:
        """Run a release's tests; raises TestsFailed when one fails."""
        from pyhelm.actions import testing
        from pyhelm.actions.options import TestOptions

        return testing.test(self._session, name, options or TestOptions())

    def repo_add(self, name: str, url: str, options: RepoAddOptions | None = None) -> bool:
        """Add a repository; False when it was there with the same configuration."""
        from pyhelm.repo import repositories
        from pyhelm.repo.options import RepoAddOptions

        return repositories.add(self.settings, name, url, options or RepoAddOptions())

    def repo_list(self) -> builtins.list[Entry]:
        """The repositories, in the order in which they were added."""
        from pyhelm.repo import repositories

        return [*repositories.entries(self.settings)]

    def repo_update(self, *names: str, timeout: float = 120) -> builtins.list[RepoUpdate]:
        """Fetch the indexes of all repositories, or of those named; failures are in the result.

        The reporter is told which are still waited for.
        """
        from pyhelm.actions.session import Progress
        from pyhelm.repo import repositories

        def report(pending: tuple[str, ...]) -> None:
            self._reporter(Progress("wait", "Updating repositories", pending))

        return repositories.update(self.settings, *names, timeout=timeout, report=report)

    def repo_serve(
        self, directory: str | Path, options: ServeOptions | None = None
    ) -> AbstractContextManager[Serving]:
        """Serve a directory of archives and charts as a repository; a context manager."""
        from pyhelm.actions.serve import serve
        from pyhelm.repo.options import ServeOptions

        return serve(directory, options or ServeOptions())

    def search_hub(self, keyword: str = "", endpoint: str = "") -> builtins.list[HubResult]:
        """Charts that Artifact Hub, or another hub with its search, knows."""
        from pyhelm.repo.hub import ENDPOINT, search

        return search(endpoint or ENDPOINT, keyword)

    def repo_remove(self, *names: str) -> None:
        """Forget repositories; raises RepositoryError for an unknown one."""
        from pyhelm.repo import repositories

        repositories.remove(self.settings, *names)

    def repo_index(
        self,
        directory: str | Path,
        url: str = "",
        *,
        merge: str = "",
        json: bool = False,
        html: bool = False,
    ) -> RepoIndex:
        """Write the `index.yaml` of a directory of archives, and `index.html` if asked.

        Archives that did not change since they were last looked at are not read again.
        """
        from pyhelm.repo.directory import write_index

        cache = self.settings.render_cache
        return write_index(directory, url, merge=merge, as_json=json, html=html, cache=cache)

    def search_repo(
        self, keyword: str = "", options: SearchOptions | None = None
    ) -> builtins.list[SearchResult]:
        """Charts of the added repositories that match, best first."""
        from pyhelm.repo.options import SearchOptions
        from pyhelm.repo.search import search

        return search(self.settings, keyword, options or SearchOptions())

    def pull(self, chart: str, options: PullOptions | None = None) -> Path:
        """Fetch a chart's archive, unpacked if asked; returns its path."""
        from pyhelm.repo.options import PullOptions
        from pyhelm.repo.pull import pull

        return pull(self.settings, chart, options or PullOptions(), report=self._registry_line)

    def verify(self, archive: str | Path, *, keyring: str = "") -> Verification:
        """Check an archive by the `.prov` file beside it; raises ProvenanceError."""
        from pyhelm.repo.provenance.charts import verify_file

        return verify_file(archive, keyring or self.settings.keyring)

    def push(
        self, archive: str | Path, remote: str, options: AccessOptions | None = None
    ) -> Pushed:
        """Put a packed chart, and its `.prov` file if any, into a registry (`oci://…`)."""
        from pyhelm.repo.options import AccessOptions
        from pyhelm.repo.registry.charts import push

        chosen = options or AccessOptions()
        return push(self.settings, archive, remote, chosen, report=self._registry_line)

    def chart_versions(
        self, chart: str, options: AccessOptions | None = None
    ) -> builtins.list[str]:
        """The versions of a chart in a registry (`oci://…`), newest first."""
        from pyhelm.repo.options import AccessOptions
        from pyhelm.repo.registry.charts import list_versions

        return list_versions(self.settings, chart, options or AccessOptions())

    def plugin_install(
        self, source: str | Path, options: PluginInstallOptions | None = None
    ) -> Plugin:
        """Install a plugin from a directory, an archive or a git repository."""
        from pyhelm.plugins.install import PluginInstallOptions, install

        chosen = options or PluginInstallOptions()
        report = self._registry_line
        return install(self.settings, str(source), chosen, self._plugin_env(), report=report)

    def plugin_list(self) -> builtins.list[tuple[Plugin, str]]:
        """The plugins that are installed, each with what is known of its provenance."""
        from pyhelm.plugins.install import status
        from pyhelm.plugins.metadata import load_all

        found = load_all(self.settings.plugins)
        return [(plugin, status(self.settings, plugin)) for plugin in found]

    def plugin_update(self, name: str) -> Plugin:
        """Bring a plugin that came from git up to date."""
        from pyhelm.plugins.install import update

        return update(self.settings, name, self._plugin_env())

    def plugin_uninstall(self, name: str) -> None:
        """Remove a plugin."""
        from pyhelm.plugins.install import uninstall

        uninstall(self.settings, name, self._plugin_env())

    def plugin_verify(self, archive: str | Path, *, keyring: str = "") -> Verification:
        """Check a plugin's archive by the `.prov` file beside it."""
        from pyhelm.plugins.install import verify

        return verify(str(archive), keyring or self.settings.keyring)

    def plugin_package(self, path: str | Path, options: PackageOptions) -> tuple[Path, Path | None]:
        """Pack a plugin's directory, and sign that; returns both paths."""
        from pyhelm.plugins.install import package
        from pyhelm.repo.provenance.charts import sign_archive

        def sign(archive: bytes, name: str, definition: bytes) -> bytes:
            ring = options.keyring or self.settings.keyring
            text = definition.rstrip() + b"\n"
            return sign_archive(archive, name, text, ring, options.key, options.passphrase)

        return package(str(path), options.destination, sign if options.sign else None)

    def _plugin_env(self) -> dict[str, str]:
        from pyhelm.plugins.process import environment

        return environment(self.settings, self.namespace, os.environ)

    def registry_login(self, host: str, options: AccessOptions) -> None:
        """Try the credentials in `options` at a registry, and keep them."""
        from pyhelm.repo.registry.login import login

        login(self.settings, host, options)

    def registry_logout(self, host: str) -> None:
        """Forget the credentials of a registry."""
        from pyhelm.repo.registry.login import logout

        logout(self.settings, host)

    def _registry_line(self, line: str) -> None:
        self._reporter(Progress("registry", line))

    def _dependency_line(self, line: str) -> None:
        self._reporter(Progress("dependency", line))

    def _rendering(self, options: Rendering) -> Rendering:
        """The options with their post-renderer found, and limits; raises UsageError."""
        options = self._budgeted(options)
        name = options.post_renderer
        if not isinstance(name, str) or not name:
            return options
        from pyhelm._dataclass import replace
        from pyhelm.plugins import postrenderer

        args, plugins = options.post_renderer_args, self.settings.plugins
        found = postrenderer.find(name, args, plugins, os.environ)
        return replace(options, post_renderer=found)

    def _budgeted(self, options: Budgeted) -> Budgeted:
        """The options as the settings have it, where they say nothing of their own."""
        from pyhelm._dataclass import replace

        return replace(
            options,
            budget=options.budget or self.settings.budget,
            fetch_schema=options.fetch_schema or self._schema_fetcher(),
        )

    def _schema_fetcher(self) -> Callable[[str], bytes]:
        """What fetches schemas for one operation, made when the first is asked for."""
        made: builtins.list[Callable[[str], bytes]] = []

        def fetch(url: str) -> bytes:
            from pyhelm.repo.schemas import SchemaFetcher

            if not made:
                made.append(SchemaFetcher(self.settings))
            return made[0](url)

        return fetch


class _Lazy:
    """A cluster that is connected to when it is first asked: a client dry run never asks."""

    def __init__(self, connect: Callable[[], Cluster]) -> None:
        self._connect = connect
        self._lock = allocate_lock()
        self._cluster: Cluster | None = None

    def __getattr__(self, name: str) -> Any:
        with self._lock:
            if self._cluster is None:
                self._cluster = self._connect()
        return getattr(self._cluster, name)

    def close(self) -> None:
        """Close the connections, if there was something to ask."""
        with self._lock:
            cluster = self._cluster
        if cluster is not None:
            cluster.close()


def _read(path: str) -> bytes:
    """A values file: a path, a URL, or `-` for standard input."""
    if path.strip() == "-":
        found: Any = sys.stdin.buffer.read()
        return bytes(found)
    if "%" in path or ":" in path:
        _refuse_no_url(path)
    if path.startswith(("http://", "https://")):
        from pyhelm.repo.fetch import fetch
        from pyhelm.repo.options import AccessOptions

        return fetch(path, AccessOptions(), limit=VALUES_LIMIT)
    with open(path, "rb") as file:
        return file.read()


def _refuse_no_url(path: str) -> None:
    """Helm takes every file of values for a URL at first, and refuses what is none."""
    from pyhelm.engine.functions import FunctionError
    from pyhelm.engine.functions.urls import parse

    try:
        parse(path)
    except FunctionError as exc:
        raise ValuesError(str(exc)) from exc
