"""PyHelm: a chart package manager for Kubernetes, compatible with Helm.

What is listed in `__all__` is public and follows semantic versioning; everything else may change.
"""

from __future__ import annotations

from pyhelm._typing import TYPE_CHECKING, Any
from pyhelm._version import __version__

if TYPE_CHECKING:
    from pyhelm.actions.options import (
        DiffOptions,
        InstallOptions,
        ListOptions,
        RecoverOptions,
        RollbackOptions,
        TemplateOptions,
        TestOptions,
        UninstallOptions,
        UpgradeOptions,
    )
    from pyhelm.chart.model import Chart
    from pyhelm.chart.sources import ValueSources
    from pyhelm.client import Client
    from pyhelm.errors import PyHelmError
    from pyhelm.release.model import Release, Status
    from pyhelm.repo.options import (
        AccessOptions,
        ChartOptions,
        PullOptions,
        RepoAddOptions,
        SearchOptions,
    )
    from pyhelm.settings import Settings

__all__ = [
    "AccessOptions",
    "Chart",
    "ChartOptions",
    "Client",
    "DiffOptions",
    "InstallOptions",
    "ListOptions",
    "PullOptions",
    "PyHelmError",
    "RecoverOptions",
    "Release",
    "RepoAddOptions",
    "RollbackOptions",
    "SearchOptions",
    "Settings",
    "Status",
    "TemplateOptions",
    "TestOptions",
    "UninstallOptions",
    "UpgradeOptions",
    "ValueSources",
    "__version__",
]

_HOMES = {
    "AccessOptions": "pyhelm.repo.options",
    "Chart": "pyhelm.chart.model",
    "ChartOptions": "pyhelm.repo.options",
    "Client": "pyhelm.client",
    "DiffOptions": "pyhelm.actions.options",
    "InstallOptions": "pyhelm.actions.options",
    "ListOptions": "pyhelm.actions.options",
    "PullOptions": "pyhelm.repo.options",
    "PyHelmError": "pyhelm.errors",
    "RecoverOptions": "pyhelm.actions.options",
    "Release": "pyhelm.release.model",
    "RepoAddOptions": "pyhelm.repo.options",
    "RollbackOptions": "pyhelm.actions.options",
    "SearchOptions": "pyhelm.repo.options",
    "Settings": "pyhelm.settings",
    "Status": "pyhelm.release.model",
    "TemplateOptions": "pyhelm.actions.options",
    "TestOptions": "pyhelm.actions.options",
    "UninstallOptions": "pyhelm.actions.options",
    "UpgradeOptions": "pyhelm.actions.options",
    "ValueSources": "pyhelm.chart.sources",
}


def __getattr__(name: str) -> Any:
    """Public names are imported on first use (PEP 562), so that `pyhelm version` stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(__import__(_HOMES[name], fromlist=(name,)), name)


def __dir__() -> list[str]:
    return __all__
