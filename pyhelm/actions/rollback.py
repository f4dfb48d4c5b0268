"""`rollback`: a new revision with an earlier one's manifest."""

from __future__ import annotations

from pyhelm._dataclass import replace
from pyhelm.actions import deletion, hooks, names, operation, recovery, rehearsal
from pyhelm.actions.fitting import Checks
from pyhelm.actions.methods import Method, check_method
from pyhelm.actions.options import RollbackOptions
from pyhelm.actions.plan import Intent
from pyhelm.actions.session import Session
from pyhelm.actions.targets import owned, with_before
from pyhelm.engine.origins import Origins
from pyhelm.errors import (
    HookFailed,
    OperationFailed,
    PyHelmError,
    ReleaseNotFound,
    UsageError,
    WaitError,
)
from pyhelm.kube.lease import Work
from pyhelm.release.model import HookEvent, Info, Release, Status
from pyhelm.release.timestamp import Timestamp

MAX_DESCRIPTION = 256
"""Characters; Helm's limit."""


def rollback(session: Session, name: str, revision: int, options: RollbackOptions) -> Release:
    """Go back to a revision (0: the one before the last) by recording and applying it anew.

    Raises ReleaseNotFound, OperationInProgress or OperationFailed. As with Helm, it also frees a
    release whose last operation died.
    """
    length = len(options.description)
    if length > MAX_DESCRIPTION:
        raise UsageError(f"description must be {MAX_DESCRIPTION} characters or less, got {length}")
    session = replace(session, storage=session.storage.with_limit(options.history_max))
    session.cluster.check()
    if options.dry_run == "client":
        return _revisions(session, name, revision, options)[1]
    intent, died = intended(session, name, revision, options)
    if options.dry_run == "server":
        rehearsal.rehearse(session, intent)
        return intent.release
    target = intent.release
    work = Work(name, session.namespace, "rollback", target.version)
    with recovery.locked(session, work, recovery.lease_of(died)) as session:
        recovery.bury(session, died)
        recovery.create(session, target)
        running = operation.Running(target)
        return operation.guarded(
            session,
            running,
            lambda running: _perform(session, running, intent, options),
            lambda failed, error: _fail(
                session, failed, intent, error, options, begun=running.begun
            ),
        )


def intended(
    session: Session, name: str, revision: int, options: RollbackOptions
) -> tuple[Intent, recovery.Died | None]:
    """What a rollback would record and apply, and over what; nothing is changed.

    Also how the operation before died, if it did.
    """
    current, target = _revisions(session, name, revision, options)
    died = recovery.ended(session, current, options.timeout)
    current = died.failed if died else current
    method = Method(
        server_side=target.apply_method == "ssa",
        force_conflicts=options.force_conflicts,
        force_replace=options.force_replace,
        updating=True,
        hand_over=target.apply_method == "ssa" and current.apply_method != "ssa",
        recreate_immutable=options.recreate_immutable,
        timeout=options.timeout,
    )
    check_method(method)
    old = operation.applied_targets(session, current, "current release manifest")
    new = operation.targets_of(session, target, "new release manifest")
    if not options.no_hooks:
        events = HookEvent.PRE_ROLLBACK, HookEvent.POST_ROLLBACK
        hooks.check(session, target, Checks(Origins(target.chart)), *events)
    absent = operation.absent_of(session, new, old) if options.cleanup_on_fail else []
    left = recovery.left_behind(session, current)
    found = Intent(target, current, old, with_before(new, old), method, absent, left=left)
    return found, died


def _revisions(
    session: Session, name: str, revision: int, options: RollbackOptions
) -> tuple[Release, Release]:
    """The last revision, and the new one that repeats an earlier."""
    try:
        names.check(name)
    except UsageError as exc:
        raise UsageError(f"prepareRollback: Release name is invalid: {name}") from exc
    if revision < 0:
        raise UsageError("invalid release revision")
    current = session.storage.last(name)
    wanted = revision or current.version - 1
    try:
        earlier = session.storage.get(name, wanted)
    except ReleaseNotFound as exc:
        raise ReleaseNotFound(f"release has no {wanted} version") from exc
    on_server = operation.server_side(options.server_side, earlier.apply_method)
    info = Info(
        first_deployed=current.info.first_deployed,
        last_deployed=Timestamp.of(session.clock()),
        description=options.description or f"Rollback to {wanted}",
        status=Status.PENDING_ROLLBACK,
        notes=earlier.info.notes,
        rollback_revision=wanted,
    )
    return current, replace(
        earlier,
        namespace=current.namespace,
        version=current.version + 1,
        info=info,
        apply_method="ssa" if on_server else "csa",
    )


def _perform(
    session: Session, running: operation.Running, intent: Intent, options: RollbackOptions
) -> Release:
    target = running.release
    if not options.no_hooks:
        hooks.run(session, running, HookEvent.PRE_ROLLBACK, timeout=options.timeout)
    mine = owned(intent.new, target)
    running.begun = True
    operation.apply_in_order(session, mine, intent.method, timeout=options.timeout)
    faults = deletion.delete_removed(session, target, intent.old, intent.new, intent.left)
    if faults:
        raise OperationFailed(" && ".join(faults))
    operation.wait_for(
        session,
        operation.refs_of(intent.new),
        options.wait,
        timeout=options.timeout,
        jobs=options.wait_for_jobs,
    )
    if not options.no_hooks:
        hooks.run(session, running, HookEvent.POST_ROLLBACK, timeout=options.timeout)
    _supersede(session, target, intent.current)
    info = replace(running.release.info, status=Status.DEPLOYED)
    return operation.record(session, replace(running.release, info=info))


def _supersede(session: Session, target: Release, current: Release | None) -> None:
    """All deployed revisions, and the last one if its operation died, are history now."""
    deployed = session.storage.deployed_all(target.name, known=current)
    left = {release.version: release for release in deployed}
    if current is not None and current.info.status.is_pending:
        left[current.version] = current
    for release in left.values():
        operation.supersede(session, release)


def _fail(
    session: Session,
    target: Release,
    intent: Intent,
    error: BaseException,
    options: RollbackOptions,
    *,
    begun: bool,
) -> PyHelmError:
    """Record the failure, clean up as asked; returns what to raise."""
    text = operation.reason(error)
    if isinstance(error, WaitError):
        said = f'Release "{target.name}" failed: {text}'
        operation.record(session, operation.status(target, Status.FAILED, said))
        return OperationFailed(f"release {target.name} failed: {text}")
    if begun and not isinstance(error, HookFailed):
        # Helm: what the cluster has now is neither of the two revisions.
        operation.supersede(session, intent.current)
    said = f'Rollback "{target.name}" failed: {text}'
    operation.record(session, operation.status(target, Status.FAILED, said))
    if options.cleanup_on_fail:
        text = operation.clean_up(session, error, intent.absent, text, "rollback")
    return OperationFailed(text)
