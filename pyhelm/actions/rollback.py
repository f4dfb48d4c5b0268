"""`rollback`: a new revision with an earlier one's manifest."""

from __future__ import annotations

from dataclasses import replace

from pyhelm.actions import apply, hooks, names, operation, ownership
from pyhelm.actions.options import RollbackOptions
from pyhelm.actions.session import Session
from pyhelm.errors import OperationFailed, PyHelmError, ReleaseNotFound, UsageError
from pyhelm.kube.cluster import ObjectRef
from pyhelm.release.manifest import parse
from pyhelm.release.model import HookEvent, Info, Release, Status
from pyhelm.release.timestamp import Timestamp


def rollback(session: Session, name: str, revision: int, options: RollbackOptions) -> Release:
    """Go back to a revision (0: the one before the last) by recording and applying it anew.

    Raises ReleaseNotFound or OperationFailed. It also frees a release whose last operation died.
    """
    session = replace(session, storage=session.storage.with_limit(options.history_max))
    session.cluster.check()
    current, target = _plan(session, name, revision, options)
    if options.dry_run != "none":
        return target
    old, new = _targets(session, current), _targets(session, target)
    absent = operation.absent_of(session, new, old) if options.cleanup_on_fail else []
    session.storage.create(target)
    return operation.guarded(
        session,
        target,
        lambda: _perform(session, current, target, old, new, options),
        lambda error: _fail(session, current, target, absent, error, options),
    )


def _plan(
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


def _targets(session: Session, release: Release) -> list[apply.Target]:
    return apply.build(session.cluster, parse(release.manifest), release.namespace)


def _perform(
    session: Session,
    current: Release,
    target: Release,
    old: list[apply.Target],
    new: list[apply.Target],
    options: RollbackOptions,
) -> Release:
    if not options.no_hooks:
        target = hooks.run(session, target, HookEvent.PRE_ROLLBACK, timeout=options.timeout)
    method = apply.Method(
        server_side=target.apply_method == "ssa",
        force_conflicts=options.force_conflicts,
        force_replace=options.force_replace,
    )
    mine = [
        replace(t, object=ownership.owned(t.object, target.name, target.namespace))
        for t in apply.with_before(new, old)
    ]
    apply.apply_all(session, mine, method)
    faults = apply.delete_removed(session, old, new)
    if faults:
        raise OperationFailed("; ".join(faults))
    operation.wait_for(
        session,
        operation.refs_of(new),
        options.wait,
        timeout=options.timeout,
        jobs=options.wait_for_jobs,
    )
    if not options.no_hooks:
        target = hooks.run(session, target, HookEvent.POST_ROLLBACK, timeout=options.timeout)
    _supersede(session, target, current)
    info = replace(target.info, status=Status.DEPLOYED)
    return operation.record(session, replace(target, info=info))


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
    current: Release,
    target: Release,
    absent: list[ObjectRef],
    error: PyHelmError | KeyboardInterrupt,
    options: RollbackOptions,
) -> PyHelmError:
    text = operation.reason(error)
    target = error.release if isinstance(error, hooks.HookFailed) else target
    said = f'Rollback "{target.name}" failed: {text}'
    info = replace(current.info, status=Status.SUPERSEDED)
    operation.record(session, replace(current, info=info))
    operation.record(session, operation.status(target, Status.FAILED, said))
    if options.cleanup_on_fail:
        text = operation.clean_up(session, error, absent, text, "rollback")
    return OperationFailed(text)
