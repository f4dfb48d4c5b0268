"""`rollback`: a new revision with an earlier one's manifest."""

from __future__ import annotations

from pyhelm._dataclass import dataclass, replace
from pyhelm.actions import apply, hooks, names, operation, ownership
from pyhelm.actions.options import RollbackOptions
from pyhelm.actions.session import Session
from pyhelm.errors import OperationFailed, PyHelmError, ReleaseNotFound, UsageError, WaitError
from pyhelm.kube.cluster import ObjectRef
from pyhelm.release.model import HookEvent, Info, Release, Status
from pyhelm.release.timestamp import Timestamp

MAX_DESCRIPTION = 256
"""Characters; Helm's limit."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a rollback starts from and would do."""

    current: Release
    old: list[apply.Target]
    new: list[apply.Target]
    method: apply.Method
    absent: list[ObjectRef]


def rollback(session: Session, name: str, revision: int, options: RollbackOptions) -> Release:
    """Go back to a revision (0: the one before the last) by recording and applying it anew.

    Raises ReleaseNotFound or OperationFailed. It also frees a release whose last operation died.
    """
    length = len(options.description)
    if length > MAX_DESCRIPTION:
        raise UsageError(f"description must be {MAX_DESCRIPTION} characters or less, got {length}")
    session = replace(session, storage=session.storage.with_limit(options.history_max))
    session.cluster.check()
    current, target = _revisions(session, name, revision, options)
    if options.dry_run != "none":
        return target
    plan = _plan(session, current, target, options)
    session.storage.create(target)
    return operation.guarded(
        operation.Running(target),
        lambda running: _perform(session, running, plan, options),
        lambda failed, error: _fail(session, failed, plan, error, options),
    )


def _plan(session: Session, current: Release, target: Release, options: RollbackOptions) -> _Plan:
    method = apply.Method(
        server_side=target.apply_method == "ssa",
        force_conflicts=options.force_conflicts,
        force_replace=options.force_replace,
        hand_over=target.apply_method == "ssa" and current.apply_method != "ssa",
    )
    apply.check_method(method)
    old = operation.targets_of(session, current, "current release manifest")
    new = operation.targets_of(session, target, "new release manifest")
    absent = operation.absent_of(session, new, old) if options.cleanup_on_fail else []
    return _Plan(current, old, apply.with_before(new, old), method, absent)


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
    session: Session, running: operation.Running, plan: _Plan, options: RollbackOptions
) -> Release:
    target = running.release
    if not options.no_hooks:
        hooks.run(session, running, HookEvent.PRE_ROLLBACK, timeout=options.timeout)
    mine = [
        replace(t, object=ownership.owned(t.object, target.name, target.namespace))
        for t in plan.new
    ]
    apply.apply_all(session, mine, plan.method)
    faults = apply.delete_removed(session, target, plan.old, plan.new)
    if faults:
        raise OperationFailed(" && ".join(faults))
    operation.wait_for(
        session,
        operation.refs_of(plan.new),
        options.wait,
        timeout=options.timeout,
        jobs=options.wait_for_jobs,
    )
    if not options.no_hooks:
        hooks.run(session, running, HookEvent.POST_ROLLBACK, timeout=options.timeout)
    _supersede(session, target, plan.current)
    info = replace(running.release.info, status=Status.DEPLOYED)
    return operation.record(session, replace(running.release, info=info))


def _supersede(session: Session, target: Release, current: Release) -> None:
    """All deployed revisions, and the last one if its operation died, are history now."""
    left = {release.version: release for release in session.storage.deployed_all(target.name)}
    if current.info.status.is_pending:
        left[current.version] = current
    for release in left.values():
        info = replace(release.info, status=Status.SUPERSEDED)
        operation.record(session, replace(release, info=info))


def _fail(
    session: Session,
    target: Release,
    plan: _Plan,
    error: BaseException,
    options: RollbackOptions,
) -> PyHelmError:
    """Record the failure, clean up as asked; returns what to raise."""
    text = operation.reason(error)
    if isinstance(error, WaitError):
        said = f'Release "{target.name}" failed: {text}'
        operation.record(session, operation.status(target, Status.FAILED, said))
        return OperationFailed(f"release {target.name} failed: {text}")
    if not isinstance(error, hooks.HookFailed):
        # Helm: what the cluster has now is neither of the two revisions.
        info = replace(plan.current.info, status=Status.SUPERSEDED)
        operation.record(session, replace(plan.current, info=info))
    said = f'Rollback "{target.name}" failed: {text}'
    operation.record(session, operation.status(target, Status.FAILED, said))
    if options.cleanup_on_fail:
        text = operation.clean_up(session, error, plan.absent, text, "rollback")
    return OperationFailed(text)
