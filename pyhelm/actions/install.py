"""`install`: one straight line from a chart to a deployed release."""

from __future__ import annotations

from dataclasses import replace

from pyhelm.actions import apply, crds, hooks, names, operation, ownership
from pyhelm.actions.lookup import cluster_lookup
from pyhelm.actions.options import InstallOptions, UninstallOptions
from pyhelm.actions.prepare import Prepared, check_installable, default_capabilities, prepare
from pyhelm.actions.session import Session
from pyhelm.actions.uninstall import uninstall
from pyhelm.chart.model import Chart, Values
from pyhelm.engine.context import ReleaseInfo
from pyhelm.errors import (
    AlreadyExists,
    OperationFailed,
    OwnershipError,
    PyHelmError,
    ReleaseExists,
    ReleaseNotFound,
    UsageError,
)
from pyhelm.release.model import HookEvent, Info, Release, Status
from pyhelm.release.timestamp import Timestamp
from pyhelm.storage import labels

IN_USE = "cannot reuse a name that is still in use"


def install(
    session: Session, name: str, chart: Chart, values: Values, options: InstallOptions
) -> Release:
    """Install a chart as a new release; returns its record.

    Raises ReleaseExists, OwnershipError, OperationFailed and whatever rendering raises. A failure
    after the revision was recorded leaves a record that says `failed`.
    """
    name = _name(session, name, chart, options)
    on_cluster = options.dry_run != "client"
    if options.hide_secret and options.dry_run == "none":
        raise UsageError("hiding Kubernetes secrets requires a dry-run mode")
    labels.check_user_labels(options.labels)
    if on_cluster:
        session.cluster.check()
    check_installable(chart)
    replaced = _available(session, name, options) if options.dry_run == "none" else None
    if options.dry_run == "none" and not options.skip_crds:
        crds.install(session, chart)

    prepared = prepare_new(session, name, chart, values, options, on_cluster=on_cluster)
    release = _pending(session, name, values, prepared, options, replaced)
    if options.dry_run == "client":
        return operation.status(release, release.info.status, "Dry run complete")
    targets = apply.build(session.cluster, prepared.manifests, session.namespace)
    check_ownership(session, name, targets, take=options.take_ownership)
    if options.dry_run == "server":
        return operation.status(release, release.info.status, "Dry run complete")

    if options.create_namespace:
        _create_namespace(session)
    if replaced is not None:
        operation.record(session, operation.status(replaced, Status.SUPERSEDED, "superseded"))
    session.storage.create(release)
    return operation.guarded(
        session,
        release,
        lambda: _perform(session, release, targets, options),
        lambda error: _fail(session, release, error, options),
    )


def prepare_new(
    session: Session,
    name: str,
    chart: Chart,
    values: Values,
    options: InstallOptions,
    *,
    on_cluster: bool,
) -> Prepared:
    """What a first revision would be."""
    info = ReleaseInfo(name, session.namespace)
    if not on_cluster:
        return prepare(chart, values, info, default_capabilities(), options)
    lookup = cluster_lookup(session.cluster)
    return prepare(chart, values, info, session.cluster.capabilities(), options, lookup=lookup)


def check_ownership(
    session: Session, name: str, targets: list[apply.Target], *, take: bool
) -> None:
    """Refuse to take over what belongs to someone else; all conflicts in one OwnershipError."""
    if take:
        return
    found = ownership.existing(session.cluster, operation.refs_of(targets))
    try:
        ownership.check(found, name, session.namespace)
    except OwnershipError as exc:
        message = f"unable to continue with install: {exc}"
        raise OwnershipError(message, exc.conflicts) from exc


def _name(session: Session, name: str, chart: Chart, options: InstallOptions) -> str:
    if not name and options.name_template:
        name = names.from_template(options.name_template)
    if not name and options.generate_name:
        name = names.generated(chart.name, session.clock())
    try:
        names.check(name)
    except UsageError as exc:
        raise UsageError(f'release name check failed: release name "{name}": {exc}') from exc
    return name


def _available(session: Session, name: str, options: InstallOptions) -> Release | None:
    """The revision that `--replace` supersedes; raises ReleaseExists when the name is taken."""
    try:
        last = session.storage.last(name)
    except ReleaseNotFound:
        return None
    if options.replace and last.info.status in (Status.UNINSTALLED, Status.FAILED):
        return last
    raise ReleaseExists(f"release name check failed: {IN_USE}")


def _pending(
    session: Session,
    name: str,
    values: Values,
    prepared: Prepared,
    options: InstallOptions,
    replaced: Release | None,
) -> Release:
    now = Timestamp.of(session.clock())
    info = Info(
        first_deployed=now,
        last_deployed=now,
        description="Initial install underway",
        status=Status.PENDING_INSTALL,
        notes=prepared.notes,
    )
    return Release(
        name=name,
        namespace=session.namespace,
        version=replaced.version + 1 if replaced else 1,
        info=info,
        chart=prepared.chart,
        config=values,
        manifest=prepared.text,
        hooks=prepared.hooks,
        labels=dict(options.labels),
        apply_method=_method(options).name,
    )


def _method(options: InstallOptions) -> apply.Method:
    return apply.Method(
        server_side=options.server_side != "false",
        force_conflicts=options.force_conflicts,
        force_replace=options.force_replace,
    )


def _create_namespace(session: Session) -> None:
    metadata = {"name": session.namespace, "labels": {"name": session.namespace}}
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
    try:
        session.cluster.create(namespace)
    except AlreadyExists:
        return


def _perform(
    session: Session, release: Release, targets: list[apply.Target], options: InstallOptions
) -> Release:
    if not options.no_hooks:
        release = _hooks(session, release, HookEvent.PRE_INSTALL, options)
    mine = [
        replace(t, object=ownership.owned(t.object, release.name, release.namespace))
        for t in targets
    ]
    apply.apply_all(session, mine, _method(options))
    how = "watcher" if options.rollback_on_failure and options.wait == "hookOnly" else options.wait
    operation.wait_for(
        session,
        operation.refs_of(targets),
        how,
        timeout=options.timeout,
        jobs=options.wait_for_jobs,
    )
    if not options.no_hooks:
        release = _hooks(session, release, HookEvent.POST_INSTALL, options)
    done = options.description or "Install complete"
    return operation.record(session, operation.status(release, Status.DEPLOYED, done))


def _hooks(
    session: Session, release: Release, event: HookEvent, options: InstallOptions
) -> Release:
    try:
        return hooks.run(session, release, event, timeout=options.timeout)
    except hooks.HookFailed as exc:
        raise hooks.HookFailed(f"failed {event}: {exc}", exc.release) from exc


def _fail(
    session: Session,
    release: Release,
    error: PyHelmError | KeyboardInterrupt,
    options: InstallOptions,
) -> PyHelmError:
    """Record the failure, or take everything back; returns what to raise."""
    text = operation.reason(error)
    release = error.release if isinstance(error, hooks.HookFailed) else release
    failed = operation.status(release, Status.FAILED, f'Release "{release.name}" failed: {text}')
    operation.record(session, failed)
    if not options.rollback_on_failure:
        return OperationFailed(text)
    try:
        undo = UninstallOptions(no_hooks=options.no_hooks, timeout=options.timeout)
        uninstall(session, release.name, undo)
    except PyHelmError as exc:
        return OperationFailed(
            "an error occurred while uninstalling the release. original install error: "
            f"{text}: {exc}"
        )
    return OperationFailed(
        f"release {release.name} failed, and has been uninstalled due to rollback-on-failure "
        f"being set: {text}"
    )
