"""What a release is: one `Release` is the record of one revision, under Helm's names.

The fields are those of Helm 4's release record (pkg/release/v1); an operation changes a record
with `dataclasses.replace`.
"""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field
from pyhelm._enum import StrEnum
from pyhelm._typing import Any
from pyhelm.chart.model import Chart, Values
from pyhelm.release.timestamp import Timestamp


class Status(StrEnum):
    """The states of a revision, in Helm's words."""

    UNKNOWN = "unknown"
    DEPLOYED = "deployed"
    UNINSTALLED = "uninstalled"
    SUPERSEDED = "superseded"
    FAILED = "failed"
    UNINSTALLING = "uninstalling"
    PENDING_INSTALL = "pending-install"
    PENDING_UPGRADE = "pending-upgrade"
    PENDING_ROLLBACK = "pending-rollback"

    @property
    def is_pending(self) -> bool:
        """Whether an operation holds this revision."""
        return self.value.startswith("pending-")


class HookEvent(StrEnum):
    """When a hook runs (`helm.sh/hook`)."""

    PRE_INSTALL = "pre-install"
    POST_INSTALL = "post-install"
    PRE_DELETE = "pre-delete"
    POST_DELETE = "post-delete"
    PRE_UPGRADE = "pre-upgrade"
    POST_UPGRADE = "post-upgrade"
    PRE_ROLLBACK = "pre-rollback"
    POST_ROLLBACK = "post-rollback"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class HookExecution:
    """How a hook's last run went; `phase` is Unknown, Running, Succeeded or Failed."""

    started_at: Timestamp | None = None
    completed_at: Timestamp | None = None
    phase: str = ""


@dataclass(frozen=True, slots=True)
class Hook:
    """A manifest that runs at events of a release instead of being part of it."""

    name: str
    kind: str
    path: str
    manifest: str = field(repr=False)
    events: tuple[HookEvent, ...] = ()
    last_run: HookExecution = HookExecution()
    weight: int = 0
    delete_policies: tuple[str, ...] = ()
    output_log_policies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """One rendered document: the template it came from, and its text, which is known to be YAML."""

    source: str
    text: str = field(repr=False)
    parsed: dict[str, Any] | None = field(default=None, repr=False)

    @property
    def object(self) -> dict[str, Any]:
        """What the text says; comments alone say nothing."""
        return _read(self.text) if self.parsed is None else self.parsed


@dataclass(frozen=True, slots=True)
class Info:
    """What happened to a revision, and when."""

    first_deployed: Timestamp | None = None
    last_deployed: Timestamp | None = None
    deleted: Timestamp | None = None
    description: str = ""
    status: Status = Status.UNKNOWN
    notes: str = field(default="", repr=False)
    rollback_revision: int = 0
    resources: dict[str, list[dict[str, Any]]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Release:
    """The record of one revision.

    `version` is the revision, counted from 1; `config` the values that the user gave; `manifest`
    all rendered objects but the hooks, as applied; `apply_method` is `ssa` (server-side), `csa`
    (client-side) or empty in records older than Helm 4.
    """

    name: str
    namespace: str
    version: int
    info: Info
    chart: Chart
    config: Values = field(default_factory=dict)
    manifest: str = ""
    hooks: tuple[Hook, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    apply_method: str = ""

    def __repr__(self) -> str:
        """What tells revisions apart: values, notes and manifests have secrets in them."""
        parts = {
            "name": self.name,
            "namespace": self.namespace,
            "version": self.version,
            "status": str(self.info.status),
            "last_deployed": str(self.info.last_deployed or ""),
            "chart": f"{self.chart.name}-{self.chart.metadata.version}",
        }
        return f"Release({', '.join(f'{key}={value!r}' for key, value in parts.items())})"


def _read(text: str) -> dict[str, Any]:
    from pyhelm import _yaml

    # As in a record, where a newline follows each document.
    return _yaml.load(f"{text}\n") or {}
