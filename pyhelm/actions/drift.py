"""Drift: what of a release is not as its last revision set it, and who changed it.

The last manifest is applied again in a dry run, by force: what the server would then change is the
drift, its defaults and number formats aside. Objects that plainly have all that was asked for are
not asked about.
"""

from __future__ import annotations

from pyhelm._dataclass import dataclass, replace
from pyhelm.actions import listing, operation, ownership
from pyhelm.actions.plan import FieldDrift
from pyhelm.actions.seen import seen
from pyhelm.actions.session import Session
from pyhelm.actions.shape import bare, is_secret, stored_secret
from pyhelm.actions.targets import Target
from pyhelm.errors import APIError, Conflict
from pyhelm.kube.cluster import Cluster, Object, ObjectRef
from pyhelm.kube.fields import Difference, Path, differences, lacking, schema_of, shown
from pyhelm.kube.owners import Owner, owners
from pyhelm.kube.side_by_side import side_by_side
from pyhelm.openapi import MISSING
from pyhelm.release.model import Release

HIDDEN = "********"

CONFLICT = "server-side apply conflicts with {manager}; --force-conflicts takes the field back"
MANIFESTS_ALONE = (
    "client-side apply compares manifests, not live objects, where kinds are custom; "
    "--server-side=true sets it back"
)


@dataclass(frozen=True, slots=True)
class ObjectDrift:
    """An object that is not as the last revision set it: `missing`, or with other `fields`.

    `note` says what could not be told.
    """

    ref: ObjectRef
    missing: bool = False
    fields: tuple[FieldDrift, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class DriftReport:
    """A revision's objects that differ from it, of `objects` in all."""

    release: Release
    objects: int
    drifted: tuple[ObjectDrift, ...]


def report(
    session: Session, name: str, revision: int = 0, *, show_secrets: bool = False
) -> DriftReport:
    """How a release's objects differ from its last revision; raises ReleaseNotFound."""
    session.cluster.check()
    release = listing.get(session, name, revision)
    targets = [t for t in operation.applied_targets(session, release, "manifest") if t.ref.name]
    live = seen(session.cluster, operation.refs_of(targets))

    def one(target: Target) -> ObjectDrift | None:
        now = live.get(target.ref)
        if now is None:
            return ObjectDrift(target.ref, missing=True)
        if isinstance(now, APIError):
            return ObjectDrift(target.ref, note=f"it can't be read: {now}")
        fields = of_object(session.cluster, release, target.object, now)
        if is_secret(now) and not show_secrets:
            fields = tuple(map(hidden, fields))
        return ObjectDrift(target.ref, fields=fields) if fields else None

    found = side_by_side(one, targets)
    return DriftReport(release, len(targets), tuple(each for each in found if each))


def of_object(
    cluster: Cluster, release: Release, applied: Object, now: Object
) -> tuple[FieldDrift, ...]:
    """The fields of an object that are not as a revision applied them."""
    wanted = stored_secret(ownership.owned(applied, release.name, release.namespace))
    found = lacking(now, wanted, schema_of(now))
    if not found:
        return ()
    on_server = release.apply_method == "ssa"
    conflicts = on_server and _conflicts(cluster, applied, release)
    try:
        restored = cluster.apply(wanted, force=True, dry_run=True)
        found = differences(bare(now), bare(restored), schema_of(now))
    except APIError:
        # What the server can't say stays as it was found.
        pass
    custom = not on_server and schema_of(now) is None
    return tuple(_drift(now, each, conflicts=conflicts, custom=custom) for each in found)


def _conflicts(cluster: Cluster, applied: Object, release: Release) -> bool:
    """Whether the same again, without force, is refused because others own its fields."""
    try:
        cluster.apply(ownership.owned(applied, release.name, release.namespace), dry_run=True)
    except Conflict:
        return True
    except APIError:
        return False
    return False


def _drift(now: Object, found: Difference, *, conflicts: bool, custom: bool) -> FieldDrift:
    """A field with who changed it; `conflicts` and `custom` say what may keep an upgrade off it."""
    owner = _owner(now, found.path)
    stays = CONFLICT.format(manager=owner.manager) if conflicts and owner else ""
    missing = found.before is MISSING
    return FieldDrift(
        shown(found.path),
        None if found.after is MISSING else found.after,
        None if missing else found.before,
        missing,
        owner.manager if owner else "",
        owner.time if owner else "",
        MANIFESTS_ALONE if custom else stays,
    )


def _owner(now: Object, path: Path) -> Owner | None:
    """Who set the field last, but for ourselves."""
    return next((owner for owner in owners(now, path) if owner.manager != "helm"), None)


def hidden(drift: FieldDrift) -> FieldDrift:
    """The drift of a Secret without its values."""
    if not drift.path.startswith(("data", "stringData")):
        return drift
    live = drift.live if drift.missing else HIDDEN
    return replace(drift, wanted=HIDDEN, live=live)
