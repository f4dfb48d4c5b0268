"""What each action can be told: CLI flags and Python callers fill the same frozen dataclasses.

The names are those of Helm's flags; durations are seconds.
"""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field
from pyhelm._typing import TYPE_CHECKING, Callable, Literal, Mapping
from pyhelm.settings import Budget

if TYPE_CHECKING:
    from pyhelm.chart.schema import FetchSchema

DryRun = Literal["none", "client", "server"]
Wait = Literal["watcher", "hookOnly", "legacy"]
ServerSide = Literal["true", "false", "auto"]
PostRenderer = Callable[[str], str]
"""From all rendered documents, as one text, to what they shall be."""

CRDs = Literal["", "create", "apply", "skip"]
"""What becomes of a chart's `crds/`; empty is Helm's way."""

Cascade = Literal["background", "foreground", "orphan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderOptions:
    """How a chart is rendered, for `template`, `install` and `upgrade` alike."""

    enable_dns: bool = False
    render_subchart_notes: bool = False
    skip_crds: bool = False
    skip_schema_validation: bool = False
    no_hooks: bool = False
    post_renderer: str | PostRenderer = ""
    """A function, or the name of a plugin, or a program's path, which get `post_renderer_args`."""
    post_renderer_args: tuple[str, ...] = field(default=(), repr=False)
    dependency_update: bool = False
    budget: Budget | None = None
    """What the render may use up; None is what the client's settings say."""
    fetch_schema: FetchSchema | None = None
    """From an https address that a schema refers to, to its bytes; None is as the settings say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyOptions(RenderOptions):
    """How objects reach the cluster, for `install` and `upgrade` alike."""

    dry_run: DryRun = "none"
    hide_secret: bool = False
    crds: CRDs = ""
    """`create` makes those that are missing, `apply` changes the others too, `skip` neither; where
    it is empty, an installation brings them as Helm does, and an upgrade leaves them alone."""
    wait: Wait = "hookOnly"
    wait_for_jobs: bool = False
    timeout: float = 300
    rollback_on_failure: bool = False
    server_side: ServerSide = "auto"
    force_conflicts: bool = False
    force_replace: bool = False
    take_ownership: bool = False
    disable_openapi_validation: bool = False
    """The server is to say nothing of unknown fields; its apply refuses them all the same."""
    create_namespace: bool = False
    description: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallOptions(ApplyOptions):
    """`pyhelm install`."""

    server_side: ServerSide = "true"
    generate_name: bool = False
    name_template: str = ""
    replace: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateOptions(RenderOptions):
    """`pyhelm template`: rendering alone, with a cluster only for `dry_run="server"`."""

    dry_run: DryRun = "client"
    api_versions: tuple[str, ...] = ()
    kube_version: str = ""
    is_upgrade: bool = False
    include_crds: bool = False
    skip_tests: bool = False
    generate_name: bool = False
    name_template: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradeOptions(ApplyOptions):
    """`pyhelm upgrade`."""

    install: bool = False
    reuse_values: bool = False
    reset_values: bool = False
    reset_then_reuse_values: bool = False
    cleanup_on_fail: bool = False
    history_max: int = 10
    recreate_immutable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackOptions:
    """`pyhelm rollback`."""

    dry_run: DryRun = "none"
    wait: Wait = "hookOnly"
    wait_for_jobs: bool = False
    timeout: float = 300
    no_hooks: bool = False
    server_side: ServerSide = "auto"
    force_conflicts: bool = False
    force_replace: bool = False
    cleanup_on_fail: bool = False
    history_max: int = 10
    recreate_immutable: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffOptions:
    """What `pyhelm diff` and `--plan` show.

    Of objects whose kinds are in `suppress` it is told that they change, and not how.
    """

    show_secrets: bool = False
    no_hooks: bool = False
    include_tests: bool = False
    suppress: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UninstallOptions:
    """`pyhelm uninstall`."""

    dry_run: bool = False
    wait: Wait = "hookOnly"
    timeout: float = 300
    no_hooks: bool = False
    keep_history: bool = False
    ignore_not_found: bool = False
    cascade: Cascade = "background"
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverOptions:
    """`pyhelm recover`; `timeout` is what the operation that died may have been given."""

    dry_run: bool = False
    force: bool = False
    clean_up: bool = False
    timeout: float = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class TestOptions:
    """`pyhelm test`; `filters` are `name=NAME` or `!name=NAME`."""

    timeout: float = 300
    filters: tuple[str, ...] = ()
    logs: bool = False

    __test__ = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOptions:
    """`pyhelm list`; no status chosen means all, `max` 0 no limit."""

    all_namespaces: bool = False
    filter: str = ""
    selector: str = ""
    by_date: bool = False
    reverse: bool = False
    max: int = 256
    offset: int = 0
    deployed: bool = False
    failed: bool = False
    pending: bool = False
    superseded: bool = False
    uninstalled: bool = False
    uninstalling: bool = False
