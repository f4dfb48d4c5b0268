"""`uninstall`: objects deleted in reverse order, the history with them unless it is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pyhelm.actions import apply, hooks, names, operation, ownership
from pyhelm.actions.options import UninstallOptions
from pyhelm.actions.session import Progress, Session
from pyhelm.errors import (
    NotFound,
    OperationFailed,
    PyHelmError,
    ReleaseError,
    ReleaseNotFound,
    UsageError,
)
from pyhelm.kube import wait
from pyhelm.kube.cluster import ObjectRef, Propagation
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
        revisions = session.storage.history(name)
    except ReleaseNotFound as exc:
        if options.ignore_not_found:
            return UninstallResult(None)
        raise ReleaseNotFound(f"uninstall: Release not loaded: {name}: {exc}") from exc
    release = revisions[-1]
    if options.dry_run:
        return UninstallResult(release, _kept_text(_split(session, release)[1], {}))
    if release.info.status is Status.UNINSTALLED:
        return _purge_again(session, revisions, options)
    return _perform(session, revisions, options)


def _purge_again(
    session: Session, revisions: list[Release], options: UninstallOptions
) -> UninstallResult:
    """Uninstalled before with its history kept: now the history may go."""
    release = revisions[-1]
    if options.keep_history:
        raise ReleaseError(f'the release named "{release.name}" is already deleted')
    _purge(session, revisions)
    return UninstallResult(release)


def _perform(
    session: Session, revisions: list[Release], options: UninstallOptions
) -> UninstallResult:
    release = revisions[-1]
    text = "Deletion in progress (or silently failed)"
    now = Timestamp.of(session.clock())
    info = replace(release.info, status=Status.UNINSTALLING, deleted=now, description=text)
    release = replace(release, info=info)
    if not options.no_hooks:
        release = hooks.run(session, release, HookEvent.PRE_DELETE, timeout=options.timeout)
    operation.record(session, release)

    kept, faults = _delete(session, release, options)
    if not options.no_hooks:
        release = _post_delete(session, release, options, faults)
    done = options.description or "Uninstallation complete"
    release = operation.status(release, Status.UNINSTALLED, done)
    if options.keep_history:
        operation.record(session, release)
        _supersede_deployed(session, release)
    else:
        _purge(session, revisions)
    if faults:
        raise OperationFailed(
            f"uninstallation completed with {len(faults)} error(s): {'; '.join(faults)}"
        )
    return UninstallResult(release, kept)


def _post_delete(
    session: Session, release: Release, options: UninstallOptions, faults: list[str]
) -> Release:
    try:
        return hooks.run(session, release, HookEvent.POST_DELETE, timeout=options.timeout)
    except hooks.HookFailed as exc:
        faults.append(str(exc))
        return exc.release


def _delete(session: Session, release: Release, options: UninstallOptions) -> tuple[str, list[str]]:
    """Delete what is the release's; returns what was kept, as text, and what went wrong."""
    targets, kept = _split(session, release)
    live: dict[ObjectRef, str] = {}
    foreign: list[ObjectRef] = []
    for ref in operation.refs_of(targets):
        try:
            obj = session.cluster.get(ref)
        except NotFound:
            continue
        if ownership.ownership_faults(obj, release.name, release.namespace):
            session.reporter(
                Progress(
                    "warning",
                    "skipping delete of resource not owned by this release "
                    f"kind={ref.kind} name={ref.name} namespace={ref.namespace}",
                )
            )
            foreign.append(ref)
        else:
            live[ref] = ref.name
    faults = apply.delete_all(session, live, PROPAGATION[options.cascade])
    if faults:
        raise OperationFailed(f"failed to delete release: {release.name}: {'; '.join(faults)}")
    if options.wait != "hookOnly" and live:
        try:
            wait.wait_deleted(session.cluster, list(live), timeout=options.timeout)
        except PyHelmError as exc:
            faults.append(str(exc))
    return _kept_text(kept, dict.fromkeys(foreign, "")), faults


def _split(session: Session, release: Release) -> tuple[list[apply.Target], list[apply.Target]]:
    """The release's objects in the order of deletion, and those that are to be kept."""
    try:
        manifests = parse(release.manifest, order.UNINSTALL)
    except PyHelmError as exc:
        raise OperationFailed(
            f"corrupted release record. You must manually delete the resources: {exc}"
        ) from exc
    targets = apply.build(session.cluster, manifests, release.namespace)
    kept = [target for target in targets if ownership.is_kept(target.object)]
    return [target for target in targets if target not in kept], kept


def _kept_text(kept: list[apply.Target], foreign: dict[ObjectRef, str]) -> str:
    text = ""
    if kept:
        text += "These resources were kept due to the resource policy:\n"
        text += "".join(f"[{t.ref.kind}] {t.ref.name}\n" for t in kept)
    if foreign:
        text += "\n" if text else ""
        text += f"{len(foreign)} resource(s) were not deleted because they are not owned by "
        text += "this release:\n" + "".join(f"[{r.kind}] {r.name}\n" for r in foreign)
    return text


def _purge(session: Session, revisions: list[Release]) -> None:
    for release in revisions:
        try:
            session.storage.delete(release.name, release.version)
        except ReleaseNotFound:
            continue


def _supersede_deployed(session: Session, release: Release) -> None:
    for other in session.storage.deployed_all(release.name):
        old = replace(other, info=replace(other.info, status=Status.SUPERSEDED))
        operation.record(session, old)
