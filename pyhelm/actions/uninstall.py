"""`uninstall`: objects deleted in reverse order, the history with them unless it is kept."""

from __future__ import annotations

from pyhelm._dataclass import dataclass, replace
from pyhelm.actions import applied, deletion, depends, hooks, names, operation, ownership, recovery
from pyhelm.actions.options import UninstallOptions
from pyhelm.actions.session import Progress, Session
from pyhelm.actions.targets import Target, build, new_refs
from pyhelm.errors import (
    APIError,
    OperationFailed,
    PyHelmError,
    ReleaseError,
    ReleaseNotFound,
    UsageError,
)
from pyhelm.kube import wait
from pyhelm.kube.cluster import ObjectRef, Propagation
from pyhelm.kube.finding import find
from pyhelm.kube.lease import Work
from pyhelm.release import order
from pyhelm.release.manifest import parse
from pyhelm.release.model import HookEvent, Release, Status
from pyhelm.release.timestamp import Timestamp

PROPAGATION: dict[str, Propagation] = {
    "background": "Background",
    "foreground": "Foreground",
    "orphan": "Orphan",
}


@dataclass(frozen=True, slots=True)
class UninstallResult:
    """What was uninstalled; None where nothing was there and that was fine.

    `info` says, in Helm's words, which objects were kept.
    """

    release: Release | None
    info: str = ""


def uninstall(session: Session, name: str, options: UninstallOptions) -> UninstallResult:
    """Delete a release's objects and history; raises ReleaseNotFound or OperationFailed."""
    session.cluster.check()
    try:
        names.check(name)
    except UsageError as exc:
        raise UsageError(f"uninstall: Release name is invalid: {name}") from exc
    if options.dry_run:
        release = _last(session, name, options)
        return UninstallResult(release, _fate(session, release).text if release else "")
    with recovery.locked(session, Work(name, session.namespace, "uninstall")) as session:
        return _uninstall(session, name, options)


def _last(session: Session, name: str, options: UninstallOptions) -> Release | None:
    try:
        return session.storage.last_readable(name)
    except ReleaseNotFound as exc:
        if options.ignore_not_found:
            return None
        raise ReleaseNotFound(f"uninstall: Release not loaded: {name}: {exc}") from exc


def _uninstall(session: Session, name: str, options: UninstallOptions) -> UninstallResult:
    release = _last(session, name, options)
    if release is None:
        return UninstallResult(None)
    if release.info.status is Status.UNINSTALLED:
        return _purge_again(session, release, options)
    return _perform(session, release, options)


def _purge_again(session: Session, release: Release, options: UninstallOptions) -> UninstallResult:
    """Uninstalled before with its history kept: now the history may go."""
    if options.keep_history:
        raise ReleaseError(f'the release named "{release.name}" is already deleted')
    session.storage.purge(release.name)
    return UninstallResult(release)


def _perform(session: Session, release: Release, options: UninstallOptions) -> UninstallResult:
    text = "Deletion in progress (or silently failed)"
    now = Timestamp.of(session.clock())
    info = replace(release.info, status=Status.UNINSTALLING, deleted=now, description=text)
    running = operation.Running(replace(release, info=info))
    if not options.no_hooks:
        hooks.run(session, running, HookEvent.PRE_DELETE, timeout=options.timeout)
    operation.record(session, running.release)

    kept, faults = _delete(session, release, options)
    if not options.no_hooks:
        _post_delete(session, running, options, faults)
    done = options.description or "Uninstallation complete"
    release = operation.status(running.release, Status.UNINSTALLED, done)
    if options.keep_history:
        operation.record(session, release)
        _supersede_deployed(session, release)
    else:
        session.fence()
        session.storage.purge(release.name)
    if faults:
        raise OperationFailed(
            f"uninstallation completed with {len(faults)} error(s): {'; '.join(faults)}"
        )
    return UninstallResult(release, kept)


def _post_delete(
    session: Session, running: operation.Running, options: UninstallOptions, faults: list[str]
) -> None:
    try:
        hooks.run(session, running, HookEvent.POST_DELETE, timeout=options.timeout)
    except PyHelmError as exc:
        faults.append(str(exc))


@dataclass(frozen=True, slots=True)
class _Fate:
    """What becomes of a release's objects; `owned` in stages, what others depend on last."""

    owned: list[list[ObjectRef]]
    kept: list[ObjectRef]
    foreign: list[ObjectRef]
    unverified: dict[ObjectRef, str]

    @property
    def text(self) -> str:
        """What was not deleted, and why, in Helm's words."""
        parts = (
            ("These resources were kept due to the resource policy:", _lines(self.kept)),
            (
                f"{len(self.foreign)} resource(s) were not deleted because they are not owned by "
                "this release:",
                _lines(self.foreign),
            ),
            (
                f"{len(self.unverified)} resource(s) were not deleted because their ownership "
                "could not be verified:",
                [f"[{ref.kind}] {ref.name}: {why}" for ref, why in self.unverified.items()],
            ),
        )
        return "\n".join("\n".join((head, *lines)) + "\n" for head, lines in parts if lines)


def _lines(refs: list[ObjectRef]) -> list[str]:
    return [f"[{ref.kind}] {ref.name}" for ref in refs]


def _delete(session: Session, release: Release, options: UninstallOptions) -> tuple[str, list[str]]:
    """Delete what is the release's; returns what was kept, as text, and what went wrong."""
    fate = _fate(session, release)
    for ref in (*fate.foreign, *fate.unverified):
        why = "not owned by this release" if ref in fate.foreign else "whose owner is unknown"
        text = f"skipping delete of resource {why} kind={ref.kind} name={ref.name} "
        session.reporter(Progress("warning", f"{text}namespace={ref.namespace}"))
    faults: list[str] = []
    for refs in fate.owned:
        failed = deletion.delete_all(session, refs, PROPAGATION[options.cascade])
        if failed:
            raise OperationFailed(f"failed to delete release: {release.name}: {'; '.join(failed)}")
        # What others depend on goes when they are gone.
        if options.wait != "hookOnly" or refs is not fate.owned[-1]:
            faults += _gone(session, refs, options.timeout)
    return fate.text, faults


def _gone(session: Session, refs: list[ObjectRef], timeout: float) -> list[str]:
    try:
        report = operation.telling(session, "objects to go", "waiting for")
        wait.wait_deleted(session.cluster, refs, timeout=timeout, report=report)
    except PyHelmError as exc:
        return [str(exc)]
    return []


def _fate(session: Session, release: Release) -> _Fate:
    """Which of a release's objects go, in the order of deletion, and which stay."""
    targets, kept = _split(session, release)
    left = _left(session, release, targets + kept)
    owned, foreign = [], []
    unverified: dict[ObjectRef, str] = {}
    for ref, answer in find(session.cluster, operation.refs_of(targets)).items():
        if isinstance(answer, APIError):
            unverified[ref] = _unverified(release, answer)
        elif ownership.ownership_faults(answer, release.name, release.namespace):
            foreign.append(ref)
        else:
            owned.append(ref)
    stages = _staged(targets, owned)
    if left:
        stages[:1] = [left + (stages[0] if stages else [])]
    return _Fate(stages, operation.refs_of(kept), foreign, unverified)


def _unverified(release: Release, error: APIError) -> str:
    """Why it can't be told whose an object is; raises where that may be told the next time.

    Helm leaves such an object and forgets the release, so that nobody would delete it any more.
    """
    if error.code >= 500 or error.code in (409, 429):
        raise OperationFailed(f"failed to delete release: {release.name}: {error}") from error
    return str(error)


def _staged(targets: list[Target], owned: list[ObjectRef]) -> list[list[ObjectRef]]:
    """What is to be deleted, in stages: the reverse of the order in which it was applied."""
    gone = set(owned)
    stages = [operation.refs_of(stage.targets) for stage in reversed(depends.stages(targets))]
    found = [[ref for ref in refs if ref in gone] for refs in stages]
    return [refs for refs in found if refs]


def _left(session: Session, release: Release, known: list[Target]) -> list[ObjectRef]:
    """What operations that failed or died have left of the release, beyond its last manifest."""
    left = recovery.left_behind(session, release)
    refs = new_refs([t for t in left if not ownership.is_kept(t.object)], known)
    return [
        ref
        for ref, obj in find(session.cluster, refs).items()
        if not isinstance(obj, APIError)
        and not ownership.ownership_faults(obj, release.name, release.namespace)
    ]


def _split(session: Session, release: Release) -> tuple[list[Target], list[Target]]:
    """The release's objects in the order of deletion, and those that are to be kept."""
    try:
        manifests = parse(release.manifest, order.UNINSTALL)
    except PyHelmError as exc:
        raise OperationFailed(
            f"corrupted release record. You must manually delete the resources: {exc}"
        ) from exc
    what = "release manifest for delete"
    manifests = applied.still_served(session.cluster, manifests)
    targets = build(session.cluster, manifests, release.namespace, what=what)
    kept = [target for target in targets if ownership.is_kept(target.object)]
    return [target for target in targets if target not in kept], kept


def _supersede_deployed(session: Session, release: Release) -> None:
    for other in session.storage.deployed_all(release.name, known=release):
        old = replace(other, info=replace(other.info, status=Status.SUPERSEDED))
        operation.record(session, old)
