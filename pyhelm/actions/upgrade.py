"""`upgrade`: a new revision of a release, over the one that is deployed."""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._dataclass import replace
from pyhelm.actions import (
    crds,
    deletion,
    depends,
    hooks,
    names,
    operation,
    ownership,
    recovery,
    rehearsal,
)
from pyhelm.actions.fitting import checks_of
from pyhelm.actions.lookup import cluster_lookup
from pyhelm.actions.methods import Method, check_method
from pyhelm.actions.options import InstallOptions, RollbackOptions, ServerSide, UpgradeOptions
from pyhelm.actions.plan import Intent
from pyhelm.actions.prepare import Prepared, enable, prepare
from pyhelm.actions.rollback import rollback
from pyhelm.actions.session import Progress, Session
from pyhelm.actions.targets import build, new_refs, owned, with_before
from pyhelm.chart.model import Chart, Values
from pyhelm.chart.values import coalesce, merge_tables
from pyhelm.engine.context import ReleaseInfo, no_lookup
from pyhelm.errors import (
    HookFailed,
    NoDeployedRelease,
    OperationFailed,
    OwnershipError,
    PyHelmError,
    ReleaseNotFound,
    UsageError,
)
from pyhelm.kube.lease import Work
from pyhelm.release.model import HookEvent, Info, Release, Status
from pyhelm.release.timestamp import Timestamp
from pyhelm.storage import labels


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
    newest = find_newest(session, name)
    if options.install and is_absent(newest):
        text = f'Release "{name}" does not exist. Installing it now.'
        session.reporter(Progress("absent", text))
        return _install(session, name, chart, values, options)
    intent, died = intended(session, name, newest, chart, values, options)
    release = intent.release
    _check_ownership(session, intent, take=options.take_ownership)
    if options.dry_run == "server":
        rehearsal.rehearse(session, intent)
    if options.dry_run != "none":
        text = options.description or "Dry run complete"
        return operation.status(release, release.info.status, text)

    work = Work(name, session.namespace, "upgrade", release.version)
    with recovery.locked(session, work, recovery.lease_of(died)) as session:
        recovery.bury(session, died)
        recovery.create(session, release)
        return operation.guarded(
            session,
            operation.Running(release),
            lambda running: _perform(session, running, intent, options),
            lambda failed, error: _fail(session, failed, intent, error, options),
        )


def intended(
    session: Session,
    name: str,
    newest: Release | None,
    chart: Chart,
    values: Values,
    options: UpgradeOptions,
    *,
    foreseen: bool = False,
) -> tuple[Intent, recovery.Died | None]:
    """What an upgrade would record and apply, and over what; only CRDs are changed, if asked for.

    Also how the operation before died, if it did. What is `foreseen` may name kinds that the
    server doesn't have yet.
    """
    last, current, died = _revisions(session, name, newest, options)
    chart, values = _reused(chart, values, current, options)
    prepared = _prepare(session, chart, values, last, current, options, foreseen)
    release = _pending(session, last, current, values, prepared, options)
    old = operation.applied_targets(session, current, "current release manifest")
    what = "new release manifest"
    method = _method(current, release, options)
    check_method(method)
    # What is only foreseen, or tried in a dry run, may name kinds that are still to come.
    lenient = foreseen or options.dry_run == "server"
    checks = checks_of(
        session.cluster, prepared.origins, server_side=method.server_side, foreseen=lenient
    )
    manifests, namespace = prepared.manifests, release.namespace
    new = build(session.cluster, manifests, namespace, what=what, foreseen=lenient, checks=checks)
    depends.check(new)
    if not options.no_hooks:
        hooks.check(session, release, checks, HookEvent.PRE_UPGRADE, HookEvent.POST_UPGRADE)
    absent = operation.absent_of(session, new, old) if options.cleanup_on_fail else []
    left = recovery.left_behind(session, last, current)
    definitions = crds.planned(session, prepared.chart, options, upgrade=True) if lenient else []
    found = Intent(
        release, current, old, with_before(new, old), method, absent, left=left, crds=definitions
    )
    return found, died


def _check_name(name: str) -> None:
    try:
        names.check(name)
    except UsageError as exc:
        raise UsageError(f"release name is invalid: {name}") from exc


def is_absent(newest: Release | None) -> bool:
    """Whether there is nothing to upgrade: no release, or only the history of one."""
    return newest is None or newest.info.status is Status.UNINSTALLED


def find_newest(session: Session, name: str) -> Release | None:
    """The last revision; None where there is none."""
    try:
        return session.storage.last(name)
    except ReleaseNotFound:
        return None


def _install(
    session: Session, name: str, chart: Chart, values: Values, options: UpgradeOptions
) -> Release:
    from pyhelm.actions.install import install

    return install(session, name, chart, values, as_install(options))


def as_install(options: UpgradeOptions) -> InstallOptions:
    """The options of the installation that `--install` makes where nothing is there."""
    shared = {
        field: getattr(options, field)
        for field in InstallOptions.__dataclass_fields__
        if field in UpgradeOptions.__dataclass_fields__ and field != "server_side"
    }
    method: ServerSide = "false" if options.server_side == "false" else "true"
    return InstallOptions(**shared, server_side=method, replace=True)


def _revisions(
    session: Session, name: str, last: Release | None, options: UpgradeOptions
) -> tuple[Release, Release, recovery.Died | None]:
    """The last revision, the one that is deployed (or failed, where none ever was), and how the
    operation before died, if it did."""
    if last is None:
        raise NoDeployedRelease(f'"{name}" has no deployed releases')
    died = recovery.examine(session, last, options.timeout)
    if died is not None:
        last = died.failed
    if last.info.status is Status.DEPLOYED:
        return last, last, died
    try:
        return last, session.storage.deployed(name), died
    except NoDeployedRelease as exc:
        if last.info.status in (Status.FAILED, Status.SUPERSEDED):
            return last, last, died
        if last.info.status is Status.UNINSTALLING:
            text = (
                f"{exc}: it is being uninstalled; 'pyhelm uninstall {name}' brings that to an end"
            )
            raise NoDeployedRelease(text) from exc
        raise


def _reused(
    chart: Chart, values: Values, current: Release, options: UpgradeOptions
) -> tuple[Chart, Values]:
    """The chart and values to use: what the user gave before is kept as the flags say."""
    if options.reset_values:
        return chart, values
    if options.reuse_values:
        old = coalesce(current.chart, current.config)
        return replace(chart, values=old), _over(values, current.config)
    if options.reset_then_reuse_values:
        return chart, _over(values, current.config)
    return chart, values or current.config


def _over(values: Values, config: Values) -> Values:
    """New values over those of before: a null takes away what was given then, too."""
    return merge_tables(_yaml.copied(values), _yaml.copied(config), merge=True)


def _prepare(
    session: Session,
    chart: Chart,
    values: Values,
    last: Release,
    current: Release,
    options: UpgradeOptions,
    foreseen: bool,
) -> Prepared:
    info = ReleaseInfo(
        last.name, current.namespace, last.version + 1, is_install=False, is_upgrade=True
    )
    # Helm: an upgrade knows its cluster even in a client-side dry run, which looks nothing up.
    lookup = no_lookup if options.dry_run == "client" else cluster_lookup(session.cluster)
    enabled = enable(chart, values, options, session.cache)
    if options.dry_run != "client" and not foreseen:
        method = Method(force_conflicts=options.force_conflicts)
        crds.bring(session, enabled.chart, options, method, upgrade=True)
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


def _method(current: Release, release: Release, options: UpgradeOptions) -> Method:
    return Method(
        server_side=release.apply_method == "ssa",
        force_conflicts=options.force_conflicts,
        force_replace=options.force_replace,
        updating=True,
        hand_over=release.apply_method == "ssa" and current.apply_method != "ssa",
        recreate_immutable=options.recreate_immutable,
        timeout=options.timeout,
        validate=not options.disable_openapi_validation,
    )


def _check_ownership(session: Session, intent: Intent, *, take: bool) -> None:
    if take:
        return
    found = ownership.existing(session.cluster, new_refs(intent.new, intent.old))
    try:
        ownership.check(found, intent.release.name, intent.release.namespace)
    except OwnershipError as exc:
        message = f"unable to continue with update: {exc}"
        raise OwnershipError(message, exc.conflicts) from exc


def _perform(
    session: Session, running: operation.Running, intent: Intent, options: UpgradeOptions
) -> Release:
    release = intent.release
    if not options.no_hooks:
        _hooks(session, running, HookEvent.PRE_UPGRADE, options)
    mine = owned(intent.new, release)
    operation.apply_in_order(session, mine, intent.method, timeout=options.timeout)
    faults = deletion.delete_removed(session, release, intent.old, intent.new, intent.left)
    if faults:
        raise OperationFailed(" && ".join(faults))
    operation.wait_for(
        session,
        operation.refs_of(intent.new),
        operation.waits(options.wait, rollback_on_failure=options.rollback_on_failure),
        timeout=options.timeout,
        jobs=options.wait_for_jobs,
    )
    if not options.no_hooks:
        _hooks(session, running, HookEvent.POST_UPGRADE, options)
    operation.supersede(session, intent.current)
    done = options.description or "Upgrade complete"
    return operation.record(session, operation.status(running.release, Status.DEPLOYED, done))


def _hooks(
    session: Session, running: operation.Running, event: HookEvent, options: UpgradeOptions
) -> None:
    try:
        hooks.run(session, running, event, timeout=options.timeout)
    except HookFailed as exc:
        raise HookFailed(f"{event} hooks failed: {exc}") from exc


def _fail(
    session: Session,
    release: Release,
    intent: Intent,
    error: BaseException,
    options: UpgradeOptions,
) -> PyHelmError:
    """Record the failure, clean up or roll back as asked; returns what to raise."""
    text = operation.reason(error)
    said = f'Upgrade "{release.name}" failed: {text}'
    operation.record(session, operation.status(release, Status.FAILED, said))
    if options.cleanup_on_fail:
        text = operation.clean_up(session, error, intent.absent, text, "upgrade")
    if not options.rollback_on_failure:
        return OperationFailed(text)
    return _roll_back(session, release.name, text, options)


def _roll_back(session: Session, name: str, text: str, options: UpgradeOptions) -> OperationFailed:
    good = [
        release.version
        for release in session.storage.history_heads(name)
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
        recreate_immutable=options.recreate_immutable,
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
