"""The Python API: everything that the command line does, as methods. The CLI uses nothing else.

    from pyhelm import Client

    client = Client.from_env()
    release = client.install("db", "demo/mysql", {"mysqlDatabase": "shop"})
    print(release.info.status)

Silent: warnings and progress go to the `reporter`, diagnostics to `logging`. Results are frozen.
A Client may be used from several threads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from pyhelm.actions.options import (
    InstallOptions,
    ListOptions,
    RollbackOptions,
    TemplateOptions,
    TestOptions,
    UninstallOptions,
    UpgradeOptions,
)
from pyhelm.actions.session import Reporter, Session, silent, utc_now
from pyhelm.chart.model import Chart, Values
from pyhelm.chart.sources import ValueSources
from pyhelm.kube.cluster import Cluster
from pyhelm.release.model import Release
from pyhelm.repo.options import ChartOptions, PullOptions, RepoAddOptions, SearchOptions
from pyhelm.settings import Settings

# The signatures below are the contract between the CLI and the actions.
#
# class Client:
#     def __init__(self, settings, *, cluster: Cluster | None = None, reporter=silent, clock=utc_now)
#     from_env() -> Client
#     settings, session (lazy: connects on first use), namespace
#
#   values and charts
#     values(sources: ValueSources) -> Values            reads -f files and --set flags
#     load(ref: str | Path | Chart, options=ChartOptions()) -> Chart      any chart reference
#     create(name, directory=".", *, starter="", engine="jinja") -> Path
#     package(path, options=PackageOptions()) -> Path
#     lint(path, values={}, options=LintOptions()) -> LintResult
#     template(name, chart, values={}, options=TemplateOptions(), source=ChartOptions()) -> Release
#     dependency_list(path) / dependency_update(path, ...) / dependency_build(path, ...)
#   releases
#     install(name, chart, values={}, options=InstallOptions(), source=ChartOptions()) -> Release
#     upgrade(name, chart, values={}, options=UpgradeOptions(), source=ChartOptions()) -> Release
#     rollback(name, revision=0, options=RollbackOptions()) -> Release
#     uninstall(name, options=UninstallOptions()) -> UninstallResult(release | None, kept, info)
#     list(options=ListOptions()) -> list[Release]
#     get(name, revision=0) -> Release                     the record; 0 is the last
#     status(name, revision=0) -> Release                  the record, with info.resources read live
#     history(name, max=256) -> list[Release]
#     test(name, options=TestOptions()) -> Release
#     logs(release) -> ... (test pods)
#   repositories
#     repo_add(name, url, options=RepoAddOptions()) -> RepoEntry
#     repo_list() -> list[RepoEntry]; repo_remove(*names); repo_update(*names) -> list[RepoUpdate]
#     repo_index(directory, url="", merge="", json=False) -> RepoIndex
#     search_repo(keyword="", options=SearchOptions()) -> list[SearchResult]
#     pull(ref, options=PullOptions()) -> Path
