"""Taking objects out of the cluster: those of a release, or what a new revision has no more."""

from __future__ import annotations

from itertools import groupby

from pyhelm._lazy import logger_of
from pyhelm._typing import Iterable
from pyhelm.actions import ownership
from pyhelm.actions.session import Progress, Session
from pyhelm.actions.targets import Target, identity
from pyhelm.errors import APIError, NotFound
from pyhelm.kube.cluster import Object, ObjectRef, Propagation
from pyhelm.kube.side_by_side import side_by_side
from pyhelm.release.model import Release

log = logger_of(__name__)


def delete_all(
    session: Session, refs: Iterable[ObjectRef], propagation: Propagation = "Background"
) -> list[str]:
    """Delete objects in their order; returns what went wrong, a line each.

    What is gone already is no fault.
    """

    def delete(ref: ObjectRef) -> str:
        session.fence()
        try:
            session.cluster.delete(ref, propagation=propagation)
        except NotFound:
            return ""
        except APIError as exc:
            return (
                f"failed to delete resource namespace={ref.namespace}, name={ref.name}, "
                f"kind={ref.kind}: {exc}"
            )
        log.debug("deleted", kind=ref.kind, namespace=ref.namespace, name=ref.name)
        return ""

    faults: list[str] = []
    for _, group in groupby(refs, key=lambda ref: ref.kind):
        wave = list(group)
        for ref in wave:
            session.reporter(Progress("delete", f"deleting {ownership.shown(ref)}"))
        faults += filter(None, side_by_side(delete, wave))
    return faults


def delete_removed(
    session: Session,
    release: Release,
    old: Iterable[Target],
    new: Iterable[Target],
    left: Iterable[Target] = (),
) -> list[str]:
    """Delete what the last revision had and this one has not.

    `left` is what operations that failed or died may have left; of that, only what says that it is
    this release's is deleted. What is to be kept stays, and so does what another release has taken
    over since.
    """
    gone = _missing(old, new)
    remains = [ref for ref in _missing(left, new) if ref not in gone]
    live = ownership.existing(session.cluster, [*gone, *remains])
    return delete_all(
        session,
        [
            ref
            for ref, obj in live.items()
            if not why_kept(obj, release) and (ref in gone or is_own(obj, release))
        ],
    )


def _missing(old: Iterable[Target], new: Iterable[Target]) -> list[ObjectRef]:
    wanted = {identity(target.ref) for target in new}
    return [t.ref for t in old if t.ref.name and identity(t.ref) not in wanted]


def why_kept(obj: Object, release: Release) -> str:
    """Why an object stays that a release has no more; empty where it goes."""
    if ownership.is_kept(obj):
        return f"{ownership.RESOURCE_POLICY}: keep"
    if ownership.is_anothers(obj, release.name, release.namespace):
        annotations = obj["metadata"]["annotations"]
        owner = annotations.get(ownership.RELEASE_NAME, release.name)
        return f"it belongs to release {owner}"
    return ""


def is_own(obj: Object, release: Release) -> bool:
    """Whether an object says that it is a release's."""
    return not ownership.ownership_faults(obj, release.name, release.namespace)
