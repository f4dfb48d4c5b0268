"""`upgrade`: a new revision of a release, over the one that is deployed."""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._dataclass import dataclass, replace
from pyhelm.actions import apply, hooks, names, operation, ownership
from pyhelm.actions.lookup import cluster_lookup
from pyhelm.actions.options import InstallOptions, RollbackOptions, ServerSide, UpgradeOptions
from pyhelm.actions.prepare import Prepared, enable, prepare
from pyhelm.actions.rollback import rollback
from pyhelm.actions.session import Session
from pyhelm.chart.model import Chart, Values
from pyhelm.chart.values import coalesce, merge_tables
from pyhelm.engine.context import ReleaseInfo, no_lookup
from pyhelm.errors import (
    OperationFailed,
    OperationInProgress,
    OwnershipError,
    PyHelmError,
    ReleaseNotFound,
    UsageError,
)
from pyhelm.kube.cluster import ObjectRef
from pyhelm.release.model import HookEvent, Info, Release, Status
from pyhelm.release.timestamp import Timestamp
from pyhelm.storage import labels
from pyhelm.storage.store import NoDeployedRelease

IN_PROGRESS = "another operation (install/upgrade/rollback) is in progress"


@dataclass(frozen=True, slots=True)
class _Plan:
    """What an upgrade starts from and would do."""

    current: Release
    release: Release
    old: list[apply.Target]
    new: list[apply.Target]
    method: apply.Method
    absent: list[ObjectRef]


def upgrade(
    session: Session, name: str, chart: Chart, values: Values, options: UpgradeOptions
) -> Release:
    """Upgrade a release, or install it with `options.install` when it isn't there.

    Raises NoDeployedRelease, OperationInProgress, OwnershipError, OperationFailed and whatever
    rendering raises. A failure after the revision was recorded leaves one that says `failed`.
    """
    if options.hide_secret and options.dry_run == "none":
        raise UsageError("hiding Kubernetes secrets requires a dry-run mode")
    labels.check_user_labels(options.labels)
    session = replace(session, storage=session.storage.with_limit(options.history_max))
    session.cluster.check()
    _check_name(name)
    if options.install and _is_absent(session, name):
        return _install(session, name, chart, values, options)
    last, current = _revisions(session, name)
    chart, values = _reused(chart, values, current, options)
    prepared = _prepare(session, chart, values, last, current, options)
    release = _pending(session, last, current, values, prepared, options)
    plan = _plan(session, current, release, prepared, options)
    _check_ownership(session, plan, take=options.take_ownership)
    if options.dry_run != "none":
        text = options.description or "Dry run complete"
        return operation.status(release, release.info.status, text)

    session.storage.create(release)
    return operation.guarded(
        operation.Running(release),
        lambda running: _perform(session, running, plan, options),
        lambda failed, error: _fail(session, failed, plan, error, options),
    )


def _check_name(name: str) -> None:
    try:
        names.check(name)
    except UsageError as exc:
        raise UsageError(f"release name is invalid: {name}") from exc


def _is_absent(session: Session, name: str) -> bool:
    try:
        return session.storage.last(name).info.status is Status.UNINSTALLED
    except ReleaseNotFound:
        return True


def _install(
    session: Session, name: str, chart: Chart, values: Values, options: UpgradeOptions
) -> Release:
    from pyhelm.actions.install import install

    shared = {
        field: getattr(options, field)
        for field in InstallOptions.__dataclass_fields__
        if field in UpgradeOptions.__dataclass_fields__ and field != "server_side"
    }
    method: ServerSide = "false" if options.server_side == "false" else "true"
    asked = InstallOptions(**shared, server_side=method, replace=True)
    return install(session, name, chart, values, asked)


def _revisions(session: Session, name: str) -> tuple[Release, Release]:
    """The last revision, and the one that is deployed (or failed, where none ever was)."""
    try:
        last = session.storage.last(name)
    except ReleaseNotFound as exc:
        raise NoDeployedRelease(f'"{name}" has no deployed releases') from exc
    if last.info.status.is_pending:
        raise OperationInProgress(
            f"{IN_PROGRESS}: revision {last.version} is {last.info.status} since "
            f"{last.info.last_deployed.go() if last.info.last_deployed else 'an unknown time'}; "
            f"if nobody is at work on it, 'pyhelm rollback {name}' or "
            f"'pyhelm uninstall {name}' goes on from here"
        )
    if last.info.status is Status.DEPLOYED:
        return last, last
    try:
        return last, session.storage.deployed(name)
    except NoDeployedRelease:
        if last.info.status in (Status.FAILED, Status.SUPERSEDED):
            return last, last
        raise


def _reused(
    chart: Chart, values: Values, current: Release, options: UpgradeOptions
) -> tuple[Chart, Values]:
    """The chart and values to use: what the user gave before is kept as the flags say."""
    if options.reset_values:
        return chart, values
    if options.reuse_values:
        old = coalesce(current.chart, current.config)
        merged = merge_tables(_yaml.copied(values), _yaml.copied(current.config), merge=False)
        return replace(chart, values=old), merged
    if options.reset_then_reuse_values:
        config = _yaml.copied(current.config)
        return chart, merge_tables(_yaml.copied(values), config, merge=False)
    return chart, values or current.config


def _prepare(
    session: Session,
    chart: Chart,
    values: Values,
    last: Release,
    current: Release,
    options: UpgradeOptions,
) -> Prepared:
    info = ReleaseInfo(
        last.name, current.namespace, last.version + 1, is_install=False, is_upgrade=True
    )
    # Helm: an upgrade knows its cluster even in a client-side dry run, which looks nothing up.
    lookup = no_lookup if options.dry_run == "client" else cluster_lookup(session.cluster)
    enabled = enable(chart, values, options, session.cache)
    return prepare(
        enabled, info, session.cluster.capabilities(), options, lookup=lookup, cache=session.cache
    )


def _pending(
    session: Session,
    last: Release,
    current: Release,
    values: Values,
    prepared: Prepared,
    options: UpgradeOptions,
) -> Release:
    on_server = operation.server_side(options.server_side, last.apply_method)
    info = Info(
        first_deployed=current.info.first_deployed,
        last_deployed=Timestamp.of(session.clock()),
        description="Preparing upgrade",
        status=Status.PENDING_UPGRADE,
        notes=prepared.notes,
    )
    return Release(
        name=last.name,
        namespace=current.namespace,
        version=last.version + 1,
        info=info,
        chart=prepared.chart,
        config=values,
        manifest=prepared.text,
        hooks=prepared.hooks,
        labels=labels.merged(last.labels, options.labels),
        apply_method="ssa" if on_server else "csa",
    )


def _plan(
    session: Session,
    current: Release,
    release: Release,
    prepared: Prepared,
    options: UpgradeOptions,
) -> _Plan:
    old = operation.targets_of(session, current, "current release manifest")
    what = "new release manifest"
    new = apply.build(session.cluster, prepared.manifests, release.namespace, what=what)
    method = apply.Method(
        server_side=release.apply_method == "ssa",
        force_conflicts=options.force_conflicts,
        force_replace=options.force_replace,
        hand_over=release.apply_method == "ssa" and current.apply_method != "ssa",
    )
    apply.check_method(method)
    absent = operation.absent_of(session, new, old) if options.cleanup_on_fail else []
    return _Plan(current, release, old, apply.with_before(new, old), method, absent)


def _check_ownership(session: Session, plan: _Plan, *, take: bool) -> None:
    if take:
        return
    found = ownership.existing(session.cluster, apply.new_refs(plan.new, plan.old))
    try:
        ownership.check(found, plan.release.name, plan.release.namespace)
    except OwnershipError as exc:
        message = f"unable to continue with update: {exc}"
        raise OwnershipError(message, exc.conflicts) from exc


def _perform(
    session: Session, running: operation.Running, plan: _Plan, options: UpgradeOptions
) -> Release:
    release = plan.release
    if not options.no_hooks:
        _hooks(session, running, HookEvent.PRE_UPGRADE, options)
    mine = [
        replace(t, object=ownership.owned(t.object, release.name, release.namespace))
        for t in plan.new
    ]
    apply.apply_all(session, mine, plan.method)
    faults = apply.delete_removed(session, release, plan.old, plan.new)
    if faults:
        raise OperationFailed(" && ".join(faults))
    operation.wait_for(
        session,
        operation.refs_of(plan.new),
        operation.waits(options.wait, rollback_on_failure=options.rollback_on_failure),
        timeout=options.timeout,
        jobs=options.wait_for_jobs,
    )
    if not options.no_hooks:
        _hooks(session, running, HookEvent.POST_UPGRADE, options)
    info = replace(plan.current.info, status=Status.SUPERSEDED)
    operation.record(session, replace(plan.current, info=info))
    done = options.description or "Upgrade complete"
    return operation.record(session, operation.status(running.release, Status.DEPLOYED, done))


def _hooks(
    session: Session, running: operation.Running, event: HookEvent, options: UpgradeOptions
) -> None:
    try:
        hooks.run(session, running, event, timeout=options.timeout)
    except hooks.HookFailed as exc:
        raise hooks.HookFailed(f"{event} hooks failed: {exc}") from exc


def _fail(
    session: Session,
    release: Release,
    plan: _Plan,
    error: BaseException,
    options: UpgradeOptions,
) -> PyHelmError:
    """Record the failure, clean up or roll back as asked; returns what to raise."""
    text = operation.reason(error)
    said = f'Upgrade "{release.name}" failed: {text}'
    operation.record(session, operation.status(release, Status.FAILED, said))
    if options.cleanup_on_fail:
        text = operation.clean_up(session, error, plan.absent, text, "upgrade")
    if not options.rollback_on_failure:
        return OperationFailed(text)
    return _roll_back(session, release.name, text, options)


def _roll_back(session: Session, name: str, text: str, options: UpgradeOptions) -> OperationFailed:
    good = [
        release.version
        for release in session.storage.history(name)
        if release.info.status in (Status.DEPLOYED, Status.SUPERSEDED)
    ]
    if not good:
        return OperationFailed(
            "unable to find a previously successful release when attempting to rollback. "
            f"original upgrade error: {text}"
        )
    undo = RollbackOptions(
        wait=operation.waits(options.wait, rollback_on_failure=True),
        wait_for_jobs=options.wait_for_jobs,
        timeout=options.timeout,
        no_hooks=options.no_hooks,
        server_side=options.server_side,
        force_conflicts=options.force_conflicts,
        force_replace=options.force_replace,
        history_max=options.history_max,
    )
    try:
        rollback(session, name, max(good), undo)
    except PyHelmError as exc:
        return OperationFailed(
            "an error occurred while rolling back the release. original upgrade error: "
            f"{text}: {exc}"
        )
    return OperationFailed(
        f"release {name} failed, and has been rolled back due to rollback-on-failure being "
        f"set: {text}"
    )
