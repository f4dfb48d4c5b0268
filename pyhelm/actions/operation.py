"""What every operation that changes a release does alike: recording, failing, interruption."""

from __future__ import annotations

from pyhelm._dataclass import replace
from pyhelm._typing import Callable, Sequence
from pyhelm.actions import applied, apply, deletion, depends, ownership
from pyhelm.actions.fitting import Checks
from pyhelm.actions.methods import Method
from pyhelm.actions.options import ServerSide, Wait
from pyhelm.actions.session import Progress, Session
from pyhelm.actions.targets import Target, build, new_refs
from pyhelm.engine.origins import Origins
from pyhelm.errors import OperationInProgress, PartlyApplied, PyHelmError, UsageError, WaitError
from pyhelm.kube import explain, legacy, wait
from pyhelm.kube.cluster import ObjectRef
from pyhelm.kube.waited import Enquire, Report, Waited
from pyhelm.release.manifest import parse
from pyhelm.release.model import Release, Status


def status(release: Release, state: Status, description: str) -> Release:
    """The release with another status and description."""
    return replace(release, info=replace(release.info, status=state, description=description))


def record(session: Session, release: Release) -> Release:
    """Store a revision's new state; a failure is reported, not raised: the cluster is as it is.

    Raises OperationInProgress where the lease is lost.
    """
    try:
        session.fence()
        session.storage.update(release)
        _noted(session, release, done=True)
    except OperationInProgress:
        raise  # the lease was lost: nobody may think that this went well
    except PyHelmError as exc:
        _noted(session, release, done=False)
        text = f"failed to record the release: {exc}"
        session.reporter(Progress("warning", text))
    return release


def _noted(session: Session, release: Release, *, done: bool) -> None:
    """Remember for the lease, which stays where a record does not say what has become of it."""
    if session.lease is not None:
        unrecorded = session.lease.unrecorded
        (unrecorded.discard if done else unrecorded.add)(release.version)


def supersede(session: Session, release: Release | None) -> None:
    """Let a revision be history, where there was one."""
    if release is not None:
        info = replace(release.info, status=Status.SUPERSEDED)
        record(session, replace(release, info=info))


class Running:
    """A recorded revision at work; `release` is its newest state, hooks' last runs included.

    `begun` says whether its objects were sent, so that the cluster may have some of them.
    """

    def __init__(self, release: Release) -> None:
        self.release = release
        self.begun = False


def guarded(
    session: Session,
    running: Running,
    work: Callable[[Running], Release],
    failed: Callable[[Release, BaseException], PyHelmError],
) -> Release:
    """Do the work of a recorded revision; `failed` records what went wrong and says what to raise.

    Ctrl-C, and faults that nobody foresaw, are recorded like a failure and then passed on, so that
    the next operation isn't blocked by a revision that seems to be in progress.
    """
    try:
        return work(running)
    except OperationInProgress:
        raise  # the lease was lost: the record is another client's now
    except PyHelmError as exc:
        raise failed(running.release, exc) from exc
    except BaseException as exc:
        if isinstance(exc, KeyboardInterrupt):
            text = "interrupted: recording that; once more ends at once, and leaves it pending"
            session.reporter(Progress("warning", text))
        failed(running.release, exc)
        raise


def reason(error: BaseException) -> str:
    """An error's text; an interruption in Helm's words."""
    if isinstance(error, PyHelmError):
        return str(error)
    interrupted = isinstance(error, KeyboardInterrupt)
    return "context canceled" if interrupted else f"{type(error).__name__}: {error}"


def waits(asked: Wait, *, rollback_on_failure: bool) -> Wait:
    """How to wait: whoever wants to go back on failure waits to see one."""
    return "watcher" if rollback_on_failure and asked == "hookOnly" else asked


def server_side(asked: ServerSide, last_method: str) -> bool:
    """Whether an upgrade or rollback applies server-side: `auto` follows the last revision."""
    if asked not in ("true", "false", "auto"):
        raise UsageError(f"invalid/unknown release server-side apply method: {asked}")
    # Helm: a record without a method is older than Helm 4, and client-side.
    return last_method == "ssa" if asked == "auto" else asked == "true"


def apply_in_order(
    session: Session,
    targets: Sequence[Target],
    method: Method,
    *,
    timeout: float,
    between: str = " && ",
) -> None:
    """Apply objects, each after those that it depends on are applied and ready.

    Raises PartlyApplied, with `between` between its errors, or WaitError for what others wait for
    in vain.
    """
    done: tuple[ObjectRef, ...] = ()
    for stage in depends.stages(targets):
        try:
            apply.apply_all(session, stage.targets, method, between=between)
        except PartlyApplied as exc:
            raise PartlyApplied(str(exc), (*done, *exc.applied)) from exc
        done += tuple(refs_of(stage.targets))
        try:
            wait_for(session, stage.awaited, "watcher", timeout=timeout, jobs=True)
        except WaitError as exc:
            text = f"what depends on it was not applied: {exc}"
            raise WaitError(text, exc.unready) from exc


def wait_for(
    session: Session,
    refs: Sequence[ObjectRef],
    how: Wait,
    *,
    timeout: float,
    jobs: bool,
) -> None:
    """Wait until objects are ready, as `--wait` says; raises WaitError."""
    if how == "hookOnly" or not refs:
        return

    work = legacy.wait_ready if how == "legacy" else wait.wait_ready
    report, enquire = telling(session, f"of {len(refs)} objects"), enquiry(session)
    work(
        session.cluster,
        refs,
        timeout=timeout,
        wait_for_jobs=jobs,
        report=report,
        enquire=enquire,
    )


def telling(session: Session, what: str, doing: str = "waiting for") -> Report:
    """What passes on to the reporter what is waited for."""

    def report(waited: tuple[Waited, ...]) -> None:
        lines = tuple(each.line for each in waited)
        text = f"{doing} {len(waited)} {what}"
        session.reporter(Progress("wait", text, lines, objects=waited))

    return report


def enquiry(session: Session) -> Enquire | None:
    """How to find out what the reporter wants to know of objects that are not ready."""
    detail = getattr(session.reporter, "detail", "")
    if detail == "logs":
        return explain.warnings_and_logs_of
    return explain.warnings_of if detail == "events" else None


def clean_up(
    session: Session, error: BaseException, absent: Sequence[ObjectRef], text: str, verb: str
) -> str:
    """`--cleanup-on-fail`: delete what the failed operation made; returns what to say.

    `absent` are the objects that were not there before it.
    """
    applied = error.applied if isinstance(error, PartlyApplied) else absent
    faults = deletion.delete_all(session, [ref for ref in applied if ref in absent])
    if not faults:
        return text
    return (
        f"an error occurred while cleaning up resources. original {verb} error: {text}: "
        f"unable to cleanup resources: {', '.join(faults)}"
    )


def absent_of(session: Session, new: Sequence[Target], old: Sequence[Target]) -> list[ObjectRef]:
    """Which objects a revision brings that neither the last one had nor anyone else made."""
    refs = new_refs(new, old)
    found = ownership.existing(session.cluster, refs)
    return [ref for ref in refs if ref not in found]


def targets_of(session: Session, release: Release, what: str) -> list[Target]:
    """The objects of a new revision's manifest; raises ManifestError, which says `what` it is."""
    checks = Checks(Origins(release.chart), server_side=release.apply_method == "ssa")
    manifests = parse(release.manifest)
    return build(session.cluster, manifests, release.namespace, what=what, checks=checks)


def applied_targets(session: Session, release: Release, what: str) -> list[Target]:
    """The objects of a record that was applied, under the versions that the server has now."""
    manifests = applied.still_served(session.cluster, parse(release.manifest))
    return build(session.cluster, manifests, release.namespace, what=what)


def refs_of(targets: Sequence[Target]) -> list[ObjectRef]:
    """The names of objects."""
    return [target.ref for target in targets if target.ref.name]
