"""`recover`: what happened to a release whose operation died, and its repair.

The repair marks dead revisions failed and takes their lease away; nothing that runs is touched,
unless `clean_up` asks for what only dead revisions brought to be deleted. Doing it twice changes
nothing more.
"""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field
from pyhelm._typing import Iterable
from pyhelm.actions import deletion, names, operation, ownership, recovery
from pyhelm.actions.options import RecoverOptions
from pyhelm.actions.recovery import Died
from pyhelm.actions.session import Session
from pyhelm.actions.targets import Target, identity
from pyhelm.errors import (
    APIError,
    OperationFailed,
    OperationInProgress,
    ReleaseNotFound,
    UsageError,
)
from pyhelm.kube import lease as leases
from pyhelm.kube.cluster import Object, ObjectRef
from pyhelm.kube.finding import find
from pyhelm.kube.lease import Lease, Work
from pyhelm.release.model import Release, Status


@dataclass(frozen=True, slots=True)
class Trace:
    """An object of a revision that was not completed.

    `state` is `there`, `missing`, `someone else's` or why it can't be told; `new` says that no
    completed revision has it.
    """

    ref: ObjectRef
    state: str
    new: bool = False
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Recovery:
    """What `recover` found, and what it did (with a dry run: would do)."""

    name: str
    namespace: str
    history: list[Release]
    findings: list[str]
    objects: list[Trace] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)
    advice: str = ""
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class _Case:
    """A release as it was found: its lease, the revisions that died, and what is to be said."""

    history: list[Release]
    lease: Lease | None
    died: list[Died]
    findings: list[str]
    busy: bool = False

    @property
    def last(self) -> Release | None:
        return self.history[-1] if self.history else None


def recover(session: Session, name: str, options: RecoverOptions) -> Recovery:
    """Explain a release's state and repair it; raises ReleaseNotFound where there is nothing.

    A release that somebody is at work on is left alone, unless `force` says that nobody is.
    """
    try:
        names.check(name)
    except UsageError as exc:
        raise UsageError(f"release name is invalid: {name}") from exc
    session.cluster.check()
    case = _examined(session, name, options)
    objects = _objects(session, case)
    surplus = _surplus(objects) if options.clean_up and not case.busy else []
    repairs = [] if case.busy else _repairs(case, surplus)
    if repairs and not options.dry_run:
        _repair(session, case, Work(name, session.namespace, "recover"), surplus, options.force)
    return Recovery(
        name,
        session.namespace,
        case.history if options.dry_run or not repairs else _history(session, name),
        case.findings,
        objects,
        repairs,
        _advice(name, case, objects),
        options.dry_run,
    )


def _examined(session: Session, name: str, options: RecoverOptions) -> _Case:
    history, lease = _history(session, name), _lease(session, name)
    if not history and lease is None:
        raise ReleaseNotFound(f"recover: Release not loaded: {name}: release: not found")
    pending = [release for release in history if release.info.status.is_pending]
    if options.force:
        died = [Died(release, "it was given up by 'recover --force'", lease) for release in pending]
        return _Case(history, lease, died, _told(died, lease) or ["nothing is in progress"])
    try:
        if lease is not None and recovery.lives(session, lease):
            return _Case(history, lease, [], [f"at work: {lease.text}"], busy=True)
        died = [_end(session, release, history[-1], options, lease) for release in pending]
    except OperationInProgress as exc:
        return _Case(history, lease, [], [getattr(exc, "known", str(exc))], busy=True)
    return _Case(history, lease, died, _told(died, lease) or ["nothing is in progress"])


def _end(
    session: Session, release: Release, last: Release, options: RecoverOptions, lease: Lease | None
) -> Died:
    if release.version != last.version:
        return Died(release, f"revision {last.version} came after it")
    if lease is not None and lease.work.revision == release.version:
        return Died(release, f"its client {lease.who}, has died", lease)
    return recovery.judged_by_silence(session, release, options.timeout, None)


def _told(died: Iterable[Died], lease: Lease | None) -> list[str]:
    found = []
    for each in died:
        state = each.release.info.status
        found.append(f"revision {each.release.version} is {state}, but {each.why}")
        running = [hook for hook in each.release.hooks if hook.last_run.phase == "Running"]
        found += [f"its hook {hook.name} ({hook.kind}) had been started" for hook in running]
    if not found and lease is not None:
        found.append(f"a lease was left by one that has ended: {lease.text}")
    return found


def _history(session: Session, name: str) -> list[Release]:
    try:
        return session.storage.history(name)
    except ReleaseNotFound:
        return []


def _lease(session: Session, name: str) -> Lease | None:
    try:
        return leases.read(session.cluster, name, session.namespace)
    except APIError:
        return None


def _objects(session: Session, case: _Case) -> list[Trace]:
    """The objects of the revisions that were not completed, the last one's first."""
    last = case.last
    if last is None or last.info.status in (Status.DEPLOYED, Status.UNINSTALLED):
        return []
    revisions = [last, *recovery.unfinished(session, last)]
    completed = [r for r in revisions if r.info.status in recovery.COMPLETED]
    old = {identity(t.ref) for r in completed for t in _targets(session, r)}
    wanted = {}
    for release in revisions:
        if release not in completed:
            wanted.update({t.ref: t for t in _targets(session, release) if t.ref not in wanted})
    found = find(session.cluster, [ref for ref in wanted if ref.name])
    return [
        Trace(
            ref,
            _state(found.get(ref), last),
            identity(ref) not in old,
            ownership.is_kept(target.object),
        )
        for ref, target in wanted.items()
    ]


def _targets(session: Session, release: Release) -> list[Target]:
    return operation.applied_targets(session, release, f"manifest of revision {release.version}")


def _state(found: Object | APIError | None, release: Release) -> str:
    if found is None:
        return "missing"
    if isinstance(found, APIError):
        return f"unknown: {found}"
    faults = ownership.ownership_faults(found, release.name, release.namespace)
    return "someone else's" if faults else "there"


def _surplus(objects: Iterable[Trace]) -> list[ObjectRef]:
    return [o.ref for o in objects if o.new and o.state == "there" and not o.kept]


def _repairs(case: _Case, surplus: Iterable[ObjectRef]) -> list[str]:
    texts = [f"revision {died.release.version} marked failed" for died in case.died]
    texts += [f"{ownership.shown(ref)} deleted" for ref in surplus]
    return texts + ([f"lease {case.lease.work.ref.name} deleted"] if case.lease else [])


def _repair(
    session: Session, case: _Case, work: Work, surplus: list[ObjectRef], force: bool
) -> None:
    with recovery.locked(session, work, case.lease, force=force) as session:
        for died in case.died:
            session.storage.update(died.failed)
        faults = deletion.delete_all(session, surplus)
    if faults:
        raise OperationFailed("; ".join(faults))


def _advice(name: str, case: _Case, objects: list[Trace]) -> str:
    last = case.last
    if case.busy and case.lease is not None:
        return (
            "when it has ended, or its process was ended, the next operation goes on; "
            f"'pyhelm recover {name} --force' takes the release from it"
        )
    if case.busy:
        return (
            f"if nobody is at work on it, 'pyhelm recover {name} --force' marks it failed, "
            f"and 'pyhelm rollback {name}' goes back"
        )
    if last is None or last.info.status in (Status.DEPLOYED, Status.UNINSTALLED):
        return ""
    if last.info.status is Status.UNINSTALLING:
        there = sum(trace.state == "there" for trace in objects)
        return f"'pyhelm uninstall {name}' deletes the {there} objects that are left"
    good = [r.version for r in case.history if r.info.status in recovery.COMPLETED]
    back = f", 'pyhelm rollback {name} {max(good)}' goes back" if good else ""
    return f"'pyhelm upgrade {name} CHART' goes on{back}, 'pyhelm uninstall {name}' removes it"
