"""One operation on a release at a time, and going on where the one before has died.

Whoever changes a release holds its lease (`kube.lease`). A `pending-*` record whose lease is alive
blocks, as in Helm, and the error says whose it is. One whose holder has died is marked failed, and
the operation goes on. A pending record without a lease is plain helm's: it counts as dead once
nothing has been heard of it for an hour, or for three times `--timeout` where that is longer.
"""

from __future__ import annotations

from contextlib import contextmanager

from pyhelm._dataclass import dataclass, replace
from pyhelm._lazy import logger_of
from pyhelm._typing import Iterator, NoReturn
from pyhelm.actions import operation
from pyhelm.actions.session import Progress, Session
from pyhelm.actions.targets import Target
from pyhelm.errors import (
    APIError,
    OperationInProgress,
    PerhapsInProgress,
    PyHelmError,
    ReleaseExists,
    ReleaseNotFound,
)
from pyhelm.kube import lease as leases
from pyhelm.kube.holder import this_process
from pyhelm.kube.lease import Held, Lease, Work
from pyhelm.release.model import Release, Status

log = logger_of(__name__)

IN_PROGRESS = "another operation (install/upgrade/rollback) is in progress"

QUIET = 3600.0
"""Seconds of silence after which a pending record that has no lease counts as dead."""

COMPLETED = (Status.DEPLOYED, Status.SUPERSEDED)
"""Revisions that came to their end, and deleted what the one before had and they have not."""

_VERBS = {
    Status.PENDING_INSTALL: "Release",
    Status.PENDING_UPGRADE: "Upgrade",
    Status.PENDING_ROLLBACK: "Rollback",
}


@dataclass(frozen=True, slots=True)
class Died:
    """A pending revision whose operation has died: how that is known, and the lease it left."""

    release: Release
    why: str
    lease: Lease | None = None

    @property
    def failed(self) -> Release:
        """The revision as it should be recorded."""
        verb = _VERBS.get(self.release.info.status, "Release")
        text = f'{verb} "{self.release.name}" failed: {self.why}'
        return operation.status(self.release, Status.FAILED, text)


def examine(session: Session, release: Release, timeout: float) -> Died | None:
    """How a pending revision's operation died; None for a revision that isn't pending.

    Raises OperationInProgress when it is at work, or when that can't be told.
    """
    if not release.info.status.is_pending:
        return None
    try:
        lease = leases.read(session.cluster, release.name, session.namespace)
    except APIError as exc:
        log.debug("leases can't be read, so a pending revision blocks, as in helm: %s", exc)
        raise _blocked(release, "who is at work can't be told without leases") from exc
    if lease is not None:
        if lives(session, lease):
            raise in_progress(lease)
        if lease.work.revision == release.version:
            return Died(release, f"its client {lease.who}, has died", lease)
    return judged_by_silence(session, release, timeout, lease)


def judged_by_silence(
    session: Session, release: Release, timeout: float, lease: Lease | None
) -> Died:
    """How a pending revision that no lease is about died.

    Raises PerhapsInProgress while it may be alive.
    """
    quiet = _quiet(session, release)
    allowed = max(QUIET, 3 * timeout)
    if quiet < allowed:
        raise _blocked(
            release,
            "it has no lease, so it is helm's or an older client's, "
            + (f"last heard of {_span(quiet)} ago; " if quiet >= 0 else "dated in the future; ")
            + f"without a sign for {_span(allowed)} it will count as dead",
        )
    return Died(release, f"its client has left no sign for {_span(quiet)}, so it has died", lease)


def lease_of(died: Died | None) -> Lease | None:
    """The lease that a dead operation left."""
    return died.lease if died else None


def bury(session: Session, died: Died | None) -> None:
    """Mark a dead operation's revision failed, and say so."""
    if died is None:
        return
    state, revision = died.release.info.status, died.release.version
    text = f"revision {revision} is {state}, but {died.why}; marked failed, going on"
    session.reporter(Progress("warning", text))
    operation.record(session, died.failed)


@contextmanager
def locked(
    session: Session, work: Work, dead: Lease | None = None, *, force: bool = False
) -> Iterator[Session]:
    """Hold a release's lease; the session that is given back stops when it is lost.

    `dead` is one that is known to be nobody's any more; with `force` it is taken from anybody.
    Raises OperationInProgress while another client is at work. Where leases can't be written the
    pending record is the only lock, as in Helm.
    """
    if session.lease is not None:
        session.lease.about(work)
        yield session
        return
    held = _hold(session, work, dead, force=force)
    try:
        yield replace(session, lease=held)
    finally:
        if held is not None:
            held.release()


def _hold(session: Session, work: Work, dead: Lease | None, *, force: bool) -> Held | None:
    if session.storage.driver.name == "memory":
        return None
    cluster, me = session.cluster, this_process()
    try:
        held = leases.acquire(cluster, work, me)
        if held is not None:
            return held
        lease = leases.read(cluster, work.release, work.namespace)
        if lease is None:
            return leases.acquire(cluster, work, me) or _lost_race(session, work)
        if not force and (dead is None or dead.version != lease.version):
            _check_dead(session, lease)
        held = leases.take_over(cluster, lease, work, me) or _lost_race(session, work)
        _one_deployed(session, work.release)
        return held
    except APIError as exc:
        log.debug("no lease is held on %s, as in helm: %s", work.release, exc)
        return None


def _one_deployed(session: Session, name: str) -> None:
    """Supersede what a dead operation has left deployed beside its own revision."""
    try:
        deployed = session.storage.deployed_all(name)
    except PyHelmError as exc:
        log.debug("%s", exc)
        return
    deployed.sort(key=lambda release: release.version)
    for release in deployed[:-1]:
        info = replace(release.info, status=Status.SUPERSEDED)
        operation.record(session, replace(release, info=info))


def _check_dead(session: Session, lease: Lease) -> None:
    if lives(session, lease):
        raise in_progress(lease)
    session.reporter(Progress("warning", f"an operation has died: {lease.text}; going on"))


def _lost_race(session: Session, work: Work) -> NoReturn:
    lease = leases.read(session.cluster, work.release, work.namespace)
    raise in_progress(lease) if lease else OperationInProgress(f"{IN_PROGRESS}: try again")


def in_progress(lease: Lease) -> OperationInProgress:
    """The error that names who is at work."""
    return OperationInProgress(f"{IN_PROGRESS}: {lease.text}")


def lives(session: Session, lease: Lease) -> bool:
    """Whether a lease's holder is alive; says so when it takes time to tell."""

    def told(seconds: float) -> None:
        text = f"{lease.text}: waiting up to {seconds:.0f} s to see whether it is alive"
        session.reporter(Progress("warning", text))

    return leases.lives(session.cluster, lease, this_process(), told=told)


def _blocked(release: Release, why: str) -> PerhapsInProgress:
    began = release.info.last_deployed
    known = (
        f"revision {release.version} is {release.info.status} since "
        f"{began.go() if began else 'an unknown time'}; {why}"
    )
    name = release.name
    return PerhapsInProgress(
        f"{IN_PROGRESS}: {known}; if nobody is at work on it, 'pyhelm rollback {name}' or "
        f"'pyhelm uninstall {name}' goes on from here, and 'pyhelm recover {name} --force' marks "
        "it failed",
        known,
    )


def _quiet(session: Session, release: Release) -> float:
    """Seconds since the last sign of life in a record: its beginning, or that of a hook."""
    runs = [hook.last_run for hook in release.hooks]
    signs = [time for run in runs for time in (run.started_at, run.completed_at)]
    signs.append(release.info.last_deployed)
    moments = [sign.datetime for sign in signs if sign]
    began = release.info.last_deployed
    if not moments or began is None:
        return QUIET * 24  # a record without a time is no living client's
    # A hook's earlier runs came with the chart of the revision before.
    return (session.clock() - max(moments)).total_seconds()


def _span(seconds: float) -> str:
    """A length of time as Go's durations read, without what doesn't matter: `2h5m`, `40s`."""
    total = int(seconds)
    if total < 60:
        return f"{total}s"
    hours, minutes = divmod(total // 60, 60)
    return f"{hours}h{minutes}m" if hours else f"{minutes}m"


def ended(session: Session, release: Release, timeout: float) -> Died | None:
    """As `examine`, for what Helm lets go on over a pending revision that nobody is seen at.

    None where it can't be told whether it died: the user knows.
    """
    try:
        return examine(session, release, timeout)
    except PerhapsInProgress as exc:
        session.reporter(Progress("warning", f"{exc.known}; going on, as helm does"))
        return None


def create(session: Session, release: Release) -> None:
    """Record a new revision; raises OperationInProgress where another client was faster."""
    session.fence()
    try:
        session.storage.create(release)
    except ReleaseExists as exc:
        raise OperationInProgress(
            f"{IN_PROGRESS}: another client has just recorded revision {release.version} of "
            f"{release.name} ({exc})"
        ) from exc


def left_behind(session: Session, last: Release, current: Release | None = None) -> list[Target]:
    """Objects of `unfinished` revisions, without those of the `current` one and without hooks."""
    known = current.version if current else last.version
    found: list[Target] = []
    for release in [*unfinished(session, last), last]:
        if release.version == known:
            continue
        try:
            found += operation.applied_targets(
                session, release, f"manifest of revision {release.version}"
            )
        except PyHelmError as exc:
            # What can't be read can't be tidied up after; it must not be in the way either.
            log.debug("%s", exc)
    return found


def unfinished(session: Session, last: Release) -> list[Release]:
    """The revisions before the last that may have objects in the cluster still, newest first.

    An operation that failed or died has not deleted what the one before it had made, so they go
    back to the newest that was completed.
    """
    if last.info.status is Status.DEPLOYED:
        return []
    found = []
    for revision in sorted(session.storage.revisions(last.name), reverse=True):
        if revision >= last.version:
            continue
        try:
            found.append(session.storage.get(last.name, revision))
        except ReleaseNotFound:
            continue
        if found[-1].info.status in COMPLETED:
            break
    return found
