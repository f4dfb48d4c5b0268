"""PyHelm: a chart package manager for Kubernetes, compatible with Helm.

What is listed in `__all__` is public and follows semantic versioning; everything else may change.
"""

from __future__ import annotations

from pyhelm._typing import TYPE_CHECKING, Any
from pyhelm._version import __version__

if TYPE_CHECKING:
    from pyhelm.actions.dependencies import DependencyStatus, Stray
    from pyhelm.actions.drift import DriftReport, ObjectDrift
    from pyhelm.actions.options import (
        Cascade,
        CRDs,
        DiffOptions,
        DryRun,
        InstallOptions,
        ListOptions,
        PostRenderer,
        RecoverOptions,
        RollbackOptions,
        ServerSide,
        TemplateOptions,
        TestOptions,
        UninstallOptions,
        UpgradeOptions,
        Wait,
    )
    from pyhelm.actions.package import PackageOptions
    from pyhelm.actions.plan import Action, Change, FieldDrift, Plan
    from pyhelm.actions.recover import Recovery, Trace
    from pyhelm.actions.serve import Serving
    from pyhelm.actions.session import Progress, Reporter
    from pyhelm.actions.uninstall import UninstallResult
    from pyhelm.authoring.lint import LintOptions, LintResult
    from pyhelm.authoring.message import LintMessage, Severity
    from pyhelm.chart.capabilities import Capabilities, KubeVersion
    from pyhelm.chart.model import Chart, Dependency, File, Lock, Maintainer, Metadata, Values
    from pyhelm.chart.schema import FetchSchema
    from pyhelm.chart.sources import ValueSources
    from pyhelm.client import Client
    from pyhelm.errors import PyHelmError
    from pyhelm.kube.cluster import Cluster, Object, ObjectRef, PatchType, Propagation, WatchEvent
    from pyhelm.kube.waited import Told, Waited
    from pyhelm.plugins.install import PluginInstallOptions
    from pyhelm.plugins.metadata import Command, Commands, Plugin
    from pyhelm.release.model import Hook, HookEvent, HookExecution, Info, Release, Status
    from pyhelm.release.timestamp import Timestamp
    from pyhelm.repo.file import Entry
    from pyhelm.repo.hub import HubResult
    from pyhelm.repo.index import ChartVersion, RepoIndex
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
    from pyhelm.repo.registry.reference import Reference
    from pyhelm.repo.repositories import RepoUpdate
    from pyhelm.repo.search import SearchResult
    from pyhelm.settings import Budget, Settings

__all__ = [
    "AccessOptions",
    "Action",
    "Budget",
    "CRDs",
    "Capabilities",
    "Cascade",
    "Change",
    "Chart",
    "ChartOptions",
    "ChartVersion",
    "Client",
    "Cluster",
    "Command",
    "Commands",
    "Dependency",
    "DependencyStatus",
    "DiffOptions",
    "DriftReport",
    "DryRun",
    "Entry",
    "FetchSchema",
    "FieldDrift",
    "File",
    "Hook",
    "HookEvent",
    "HookExecution",
    "HubResult",
    "Info",
    "InstallOptions",
    "KubeVersion",
    "LintMessage",
    "LintOptions",
    "LintResult",
    "ListOptions",
    "Lock",
    "Maintainer",
    "Metadata",
    "Object",
    "ObjectDrift",
    "ObjectRef",
    "PackageOptions",
    "PatchType",
    "Plan",
    "Plugin",
    "PluginInstallOptions",
    "PostRenderer",
    "Progress",
    "Propagation",
    "PullOptions",
    "Pushed",
    "PyHelmError",
    "RecoverOptions",
    "Recovery",
    "Reference",
    "Release",
    "RepoAddOptions",
    "RepoIndex",
    "RepoUpdate",
    "Reporter",
    "RollbackOptions",
    "SearchOptions",
    "SearchResult",
    "ServeOptions",
    "ServerSide",
    "Serving",
    "Settings",
    "Severity",
    "Status",
    "Stray",
    "TemplateOptions",
    "TestOptions",
    "Timestamp",
    "Told",
    "Trace",
    "UninstallOptions",
    "UninstallResult",
    "UpgradeOptions",
    "ValueSources",
    "Values",
    "Verification",
    "Wait",
    "Waited",
    "WatchEvent",
    "__version__",
]

_HOMES = {
    "AccessOptions": "pyhelm.repo.options",
    "Action": "pyhelm.actions.plan",
    "Budget": "pyhelm.settings",
    "CRDs": "pyhelm.actions.options",
    "Capabilities": "pyhelm.chart.capabilities",
    "Cascade": "pyhelm.actions.options",
    "Change": "pyhelm.actions.plan",
    "Chart": "pyhelm.chart.model",
    "ChartOptions": "pyhelm.repo.options",
    "ChartVersion": "pyhelm.repo.index",
    "Client": "pyhelm.client",
    "Cluster": "pyhelm.kube.cluster",
    "Command": "pyhelm.plugins.metadata",
    "Commands": "pyhelm.plugins.metadata",
    "Dependency": "pyhelm.chart.model",
    "DependencyStatus": "pyhelm.actions.dependencies",
    "DiffOptions": "pyhelm.actions.options",
    "DriftReport": "pyhelm.actions.drift",
    "DryRun": "pyhelm.actions.options",
    "Entry": "pyhelm.repo.file",
    "FetchSchema": "pyhelm.chart.schema",
    "FieldDrift": "pyhelm.actions.plan",
    "File": "pyhelm.chart.model",
    "Hook": "pyhelm.release.model",
    "HookEvent": "pyhelm.release.model",
    "HookExecution": "pyhelm.release.model",
    "HubResult": "pyhelm.repo.hub",
    "Info": "pyhelm.release.model",
    "InstallOptions": "pyhelm.actions.options",
    "KubeVersion": "pyhelm.chart.capabilities",
    "LintMessage": "pyhelm.authoring.message",
    "LintOptions": "pyhelm.authoring.lint",
    "LintResult": "pyhelm.authoring.lint",
    "ListOptions": "pyhelm.actions.options",
    "Lock": "pyhelm.chart.model",
    "Maintainer": "pyhelm.chart.model",
    "Metadata": "pyhelm.chart.model",
    "Object": "pyhelm.kube.cluster",
    "ObjectDrift": "pyhelm.actions.drift",
    "ObjectRef": "pyhelm.kube.cluster",
    "PackageOptions": "pyhelm.actions.package",
    "PatchType": "pyhelm.kube.cluster",
    "Plan": "pyhelm.actions.plan",
    "Plugin": "pyhelm.plugins.metadata",
    "PluginInstallOptions": "pyhelm.plugins.install",
    "PostRenderer": "pyhelm.actions.options",
    "Progress": "pyhelm.actions.session",
    "Propagation": "pyhelm.kube.cluster",
    "PullOptions": "pyhelm.repo.options",
    "Pushed": "pyhelm.repo.registry.charts",
    "PyHelmError": "pyhelm.errors",
    "RecoverOptions": "pyhelm.actions.options",
    "Recovery": "pyhelm.actions.recover",
    "Reference": "pyhelm.repo.registry.reference",
    "Release": "pyhelm.release.model",
    "RepoAddOptions": "pyhelm.repo.options",
    "RepoIndex": "pyhelm.repo.index",
    "RepoUpdate": "pyhelm.repo.repositories",
    "Reporter": "pyhelm.actions.session",
    "RollbackOptions": "pyhelm.actions.options",
    "SearchOptions": "pyhelm.repo.options",
    "SearchResult": "pyhelm.repo.search",
    "ServeOptions": "pyhelm.repo.options",
    "ServerSide": "pyhelm.actions.options",
    "Serving": "pyhelm.actions.serve",
    "Settings": "pyhelm.settings",
    "Severity": "pyhelm.authoring.message",
    "Status": "pyhelm.release.model",
    "Stray": "pyhelm.actions.dependencies",
    "TemplateOptions": "pyhelm.actions.options",
    "TestOptions": "pyhelm.actions.options",
    "Timestamp": "pyhelm.release.timestamp",
    "Told": "pyhelm.kube.waited",
    "Trace": "pyhelm.actions.recover",
    "UninstallOptions": "pyhelm.actions.options",
    "UninstallResult": "pyhelm.actions.uninstall",
    "UpgradeOptions": "pyhelm.actions.options",
    "ValueSources": "pyhelm.chart.sources",
    "Values": "pyhelm.chart.model",
    "Verification": "pyhelm.repo.provenance.charts",
    "Wait": "pyhelm.actions.options",
    "Waited": "pyhelm.kube.waited",
    "WatchEvent": "pyhelm.kube.cluster",
}


def __getattr__(name: str) -> Any:
    """Public names are imported on first use (PEP 562), so that `pyhelm version` stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(__import__(_HOMES[name], fromlist=(name,)), name)


def __dir__() -> list[str]:
    return __all__
