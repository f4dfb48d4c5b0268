"""What every operation that changes a release does alike: recording, failing, interruption."""

from __future__ import annotations

from pyhelm._dataclass import replace
from pyhelm._typing import Callable, Sequence
from pyhelm.actions import apply, ownership
from pyhelm.actions.options import ServerSide, Wait
from pyhelm.actions.session import Progress, Session
from pyhelm.errors import PyHelmError
from pyhelm.kube import wait
from pyhelm.kube.cluster import ObjectRef
from pyhelm.release.manifest import parse
from pyhelm.release.model import Release, Status


def status(release: Release, state: Status, description: str) -> Release:
    """The release with another status and description."""
    return replace(release, info=replace(release.info, status=state, description=description))


def record(session: Session, release: Release) -> Release:
    """Store a revision's new state; a failure is reported, not raised: the cluster is as it is."""
    try:
        session.storage.update(release)
    except PyHelmError as exc:
        text = f"failed to record the release: {exc}"
        session.reporter(Progress("warning", text))
    return release


class Running:
    """A recorded revision at work; `release` is its newest state, hooks' last runs included."""

    def __init__(self, release: Release) -> None:
        self.release = release


def guarded(
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
    except PyHelmError as exc:
        raise failed(running.release, exc) from exc
    except BaseException as exc:
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
    # Helm: a record without a method is older than Helm 4, and client-side.
    return last_method == "ssa" if asked == "auto" else asked == "true"


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

    def report(pending: tuple[str, ...]) -> None:
        text = f"waiting for {len(pending)} of {len(refs)} objects"
        session.reporter(Progress("wait", text, pending))

    wait.wait_ready(session.cluster, refs, timeout=timeout, wait_for_jobs=jobs, report=report)


def clean_up(
    session: Session, error: BaseException, absent: Sequence[ObjectRef], text: str, verb: str
) -> str:
    """`--cleanup-on-fail`: delete what the failed operation made; returns what to say.

    `absent` are the objects that were not there before it.
    """
    applied = error.applied if isinstance(error, apply.PartlyApplied) else absent
    faults = apply.delete_all(session, [ref for ref in applied if ref in absent])
    if not faults:
        return text
    return (
        f"an error occurred while cleaning up resources. original {verb} error: {text}: "
        f"unable to cleanup resources: {', '.join(faults)}"
    )


def absent_of(
    session: Session, new: Sequence[apply.Target], old: Sequence[apply.Target]
) -> list[ObjectRef]:
    """Which objects a revision brings that neither the last one had nor anyone else made."""
    refs = apply.new_refs(new, old)
    found = ownership.existing(session.cluster, refs)
    return [ref for ref in refs if ref not in found]


def targets_of(session: Session, release: Release, what: str) -> list[apply.Target]:
    """The objects of a record's manifest; raises OperationFailed, which says `what` it is."""
    manifests = parse(release.manifest)
    return apply.build(session.cluster, manifests, release.namespace, what=what)


def refs_of(targets: Sequence[apply.Target]) -> list[ObjectRef]:
    """The names of objects."""
    return [target.ref for target in targets if target.ref.name]
