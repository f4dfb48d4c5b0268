"""`template`: what a chart would install, rendered without a cluster (or with, for lookups)."""

from __future__ import annotations

from pyhelm._dataclass import replace
from pyhelm.actions import made, names
from pyhelm.actions.options import TemplateOptions
from pyhelm.actions.prepare import (
    Enabled,
    Prepared,
    default_capabilities,
    enable,
    prepare,
)
from pyhelm.actions.session import Session
from pyhelm.chart.model import Chart, Values
from pyhelm.engine.context import ReleaseInfo
from pyhelm.errors import UsageError
from pyhelm.release import manifest
from pyhelm.release.model import HookEvent, Info, Manifest, Release, Status
from pyhelm.release.timestamp import Timestamp

DEFAULT_NAME = "release-name"


def template(
    session: Session | None,
    name: str,
    chart: Chart,
    values: Values,
    options: TemplateOptions,
    *,
    namespace: str,
    now: Timestamp,
    cache: str = "",
) -> Release:
    """A release as it would be, recorded nowhere; `session` is needed for `dry_run="server"` alone.

    CRDs come first with `include_crds`; test hooks are left out with `skip_tests`. Raises what
    rendering raises, and ManifestError for what a Jinja template made and no server takes.
    """
    name = _checked_name(name, chart, options, now)
    upgrade = options.is_upgrade
    info = ReleaseInfo(name, namespace, 1, is_install=not upgrade, is_upgrade=upgrade)
    enabled = enable(chart, values, options, cache)
    if session is None:
        known = default_capabilities(options.kube_version, options.api_versions)
        prepared = prepare(enabled, info, known, options, cache=cache)
    else:
        prepared = _prepared_for(session, enabled, info, options, cache)
    hooks = prepared.hooks
    if options.skip_tests:
        hooks = tuple(hook for hook in hooks if HookEvent.TEST not in hook.events)
    hooks = () if options.no_hooks else hooks
    made.check(prepared, hooks, server_side=True, cache=cache)
    text = prepared.text
    if options.include_crds:
        text = manifest.frame(_crds(enabled.chart)) + text
    return Release(
        name=name,
        namespace=namespace,
        version=1,
        info=Info(
            first_deployed=now,
            last_deployed=now,
            description="Dry run complete",
            status=Status.PENDING_INSTALL,
            notes=prepared.notes,
        ),
        chart=prepared.chart,
        config=values,
        manifest=text,
        hooks=hooks,
    )


def _checked_name(name: str, chart: Chart, options: TemplateOptions, now: Timestamp) -> str:
    if not name and options.name_template:
        name = names.from_template(options.name_template)
    if not name and options.generate_name:
        name = names.generated(chart.name, now.datetime)
    name = name or DEFAULT_NAME
    try:
        names.check(name)
    except UsageError as exc:
        raise UsageError(f'release name check failed: release name "{name}": {exc}') from exc
    return name


def _prepared_for(
    session: Session, enabled: Enabled, info: ReleaseInfo, options: TemplateOptions, cache: str
) -> Prepared:
    """Rendered with what the cluster has, but for the CRDs that an installation would bring."""
    from pyhelm.actions import crds
    from pyhelm.actions.lookup import cluster_lookup

    if enabled.chart.crds and not options.skip_crds:
        crds.foretell(session)
    lookup = cluster_lookup(session.cluster)
    live = session.cluster.capabilities()
    return prepare(enabled, info, live, options, lookup=lookup, cache=cache)


def _crds(chart: Chart) -> list[Manifest]:
    """The files of `crds/` as they are: Helm prints them whole."""
    return [
        Manifest(f"{path}/{file.name}", file.text, {})
        for path, each in chart.walk()
        for file in replace(each, dependencies=()).crds
    ]
