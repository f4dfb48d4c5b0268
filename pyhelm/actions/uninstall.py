"""`uninstall`: objects deleted in reverse order, the history with them unless it is kept."""

from __future__ import annotations

from pyhelm._dataclass import dataclass, replace
from pyhelm.actions import apply, hooks, names, operation, ownership
from pyhelm.actions.options import UninstallOptions
from pyhelm.actions.session import Progress, Session
from pyhelm.actions.workers import side_by_side
from pyhelm.errors import (
    APIError,
    NotFound,
    OperationFailed,
    PyHelmError,
    ReleaseError,
    ReleaseNotFound,
    UsageError,
)
from pyhelm.kube import wait
from pyhelm.kube.cluster import Object, ObjectRef, Propagation
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
    try:
        release = session.storage.history(name)[-1]
    except ReleaseNotFound as exc:
        if options.ignore_not_found:
            return UninstallResult(None)
        raise ReleaseNotFound(f"uninstall: Release not loaded: {name}: {exc}") from exc
    if options.dry_run:
        return UninstallResult(release, _fate(session, release).text)
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

    kept, faults = _delete(session, running.release, options)
    if not options.no_hooks:
        _post_delete(session, running, options, faults)
    done = options.description or "Uninstallation complete"
    release = operation.status(running.release, Status.UNINSTALLED, done)
    if options.keep_history:
        operation.record(session, release)
        _supersede_deployed(session, release)
    else:
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
    """What becomes of a release's objects."""

    owned: list[ObjectRef]
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
    faults = apply.delete_all(session, fate.owned, PROPAGATION[options.cascade])
    if faults:
        raise OperationFailed(f"failed to delete release: {release.name}: {'; '.join(faults)}")
    if options.wait != "hookOnly" and fate.owned:
        try:
            wait.wait_deleted(session.cluster, fate.owned, timeout=options.timeout)
        except PyHelmError as exc:
            faults.append(str(exc))
    return fate.text, faults


def _fate(session: Session, release: Release) -> _Fate:
    """Which of a release's objects go, in the order of deletion, and which stay."""
    targets, kept = _split(session, release)
    unverified: dict[ObjectRef, str] = {}

    def look(ref: ObjectRef) -> Object | None:
        try:
            return session.cluster.get(ref)
        except NotFound:
            return None
        except APIError as exc:
            unverified[ref] = str(exc)
            return None

    refs = operation.refs_of(targets)
    found = [(ref, obj) for ref, obj in zip(refs, side_by_side(look, refs), strict=True) if obj]
    foreign = [
        ref
        for ref, obj in found
        if ownership.ownership_faults(obj, release.name, release.namespace)
    ]
    owned = [ref for ref, _ in found if ref not in foreign]
    return _Fate(owned, operation.refs_of(kept), foreign, unverified)


def _split(session: Session, release: Release) -> tuple[list[apply.Target], list[apply.Target]]:
    """The release's objects in the order of deletion, and those that are to be kept."""
    try:
        manifests = parse(release.manifest, order.UNINSTALL)
    except PyHelmError as exc:
        raise OperationFailed(
            f"corrupted release record. You must manually delete the resources: {exc}"
        ) from exc
    what = "release manifest for delete"
    targets = apply.build(session.cluster, manifests, release.namespace, what=what)
    kept = [target for target in targets if ownership.is_kept(target.object)]
    return [target for target in targets if target not in kept], kept


def _supersede_deployed(session: Session, release: Release) -> None:
    for other in session.storage.deployed_all(release.name):
        old = replace(other, info=replace(other.info, status=Status.SUPERSEDED))
        operation.record(session, old)
