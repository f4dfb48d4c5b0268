"""Bringing objects to the cluster: in waves by kind, side by side within a wave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby

from pyhelm.actions import ownership
from pyhelm.actions.session import Progress, Session
from pyhelm.errors import APIError, Conflict, NotFound, OperationFailed
from pyhelm.kube.cluster import Cluster, Object, ObjectRef, Propagation
from pyhelm.release.manifest import opened
from pyhelm.release.model import Manifest

WORKERS = 8
"""Requests at once within a wave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How objects are applied: server-side (`ssa`), or client-side by three-way merge (`csa`)."""

    server_side: bool = True
    force_conflicts: bool = False
    force_replace: bool = False

    @property
    def name(self) -> str:
        """As a record spells it."""
        return "ssa" if self.server_side else "csa"


@dataclass(frozen=True, slots=True)
class Target:
    """An object to apply, with what an earlier revision applied under the same name, if any."""

    ref: ObjectRef
    object: Object
    before: Object | None = field(default=None)


def build(cluster: Cluster, manifests: Iterable[Manifest], namespace: str) -> list[Target]:
    """The objects of manifests, each with its namespace where its kind has one.

    Raises OperationFailed, in Helm's words, naming the template of an object that is none.
    """
    found = []
    for manifest in manifests:
        for obj in opened(manifest.object):
            if obj:
                found.append(_target(cluster, obj, namespace, manifest.source))
    return found


def _target(cluster: Cluster, obj: Object, namespace: str, source: str) -> Target:
    where = f" (from {source})" if source else ""
    for key in ("apiVersion", "kind"):
        if not obj.get(key):
            raise OperationFailed(
                f"unable to build kubernetes objects from release manifest: {key} not set{where}"
            )
    ref = ObjectRef.of(obj)
    try:
        namespaced = cluster.namespaced(ref.api_version, ref.kind)
    except NotFound as exc:
        raise OperationFailed(
            f"unable to build kubernetes objects from release manifest: resource mapping not found "
            f'for name: "{ref.name}" namespace: "{ref.namespace}": {exc}{where}'
        ) from exc
    if not namespaced:
        return Target(ObjectRef(ref.api_version, ref.kind, ref.name), obj)
    own = ref.namespace or namespace
    metadata = {**(obj.get("metadata") or {}), "namespace": own}
    return Target(
        ObjectRef(ref.api_version, ref.kind, ref.name, own), {**obj, "metadata": metadata}
    )


def apply_all(session: Session, targets: Sequence[Target], method: Method) -> None:
    """Apply objects in their order.

    Raises PartlyApplied naming the first that the server refused; the rest of its wave is done,
    later waves are not begun.
    """
    applied: list[ObjectRef] = []
    for kind, wave in waves(targets):
        session.reporter(Progress("apply", f"applying {len(wave)} {kind}"))
        faults = _apply_wave(session.cluster, wave, method)
        refused = {target.ref for target, _ in faults}
        applied += [target.ref for target in wave if target.ref not in refused]
        if faults:
            raise PartlyApplied(str(faults[0][1]), tuple(applied)) from faults[0][1]


class PartlyApplied(OperationFailed):
    """A wave that failed; `applied` are the objects that the server took, new or not."""

    def __init__(self, message: str, applied: tuple[ObjectRef, ...]) -> None:
        self.applied = applied
        super().__init__(message)


def waves(targets: Sequence[Target]) -> Iterator[tuple[str, list[Target]]]:
    """Objects of one kind that follow each other, which don't wait for each other."""
    for kind, group in groupby(targets, key=lambda target: target.ref.kind):
        yield kind, list(group)


def delete_all(
    session: Session, refs: Iterable[ObjectRef], propagation: Propagation = "Background"
) -> list[str]:
    """Delete objects in their order; returns what went wrong, a line each.

    What is gone already is no fault.
    """
    faults = []
    for ref in refs:
        session.reporter(Progress("delete", f"deleting {ownership.shown(ref)}"))
        try:
            session.cluster.delete(ref, propagation=propagation)
        except NotFound:
            continue
        except APIError as exc:
            faults.append(
                f"failed to delete resource namespace={ref.namespace}, name={ref.name}, "
                f"kind={ref.kind}: {exc}"
            )
    return faults


def delete_removed(session: Session, old: Iterable[Target], new: Iterable[Target]) -> list[str]:
    """Delete what the last revision had and this one has not; `keep` and foreign ones stay."""
    wanted = {_identity(target.ref) for target in new}
    gone = [target.ref for target in old if _identity(target.ref) not in wanted]
    live = ownership.existing(session.cluster, gone)
    return delete_all(session, [ref for ref, obj in live.items() if not ownership.is_kept(obj)])


def with_before(targets: Iterable[Target], old: Iterable[Target]) -> list[Target]:
    """Targets that know what the last revision applied, which client-side apply needs."""
    known = {_identity(target.ref): target.object for target in old}
    return [Target(t.ref, t.object, known.get(_identity(t.ref))) for t in targets]


def new_refs(targets: Iterable[Target], old: Iterable[Target]) -> list[ObjectRef]:
    """What the last revision had not."""
    known = {_identity(target.ref) for target in old}
    return [t.ref for t in targets if t.ref.name and _identity(t.ref) not in known]


def _identity(ref: ObjectRef) -> tuple[str, str, str, str]:
    """An object under any version of its group."""
    group = ref.api_version.rpartition("/")[0]
    return group, ref.kind, ref.namespace, ref.name


def _apply_wave(
    cluster: Cluster, wave: Sequence[Target], method: Method
) -> list[tuple[Target, OperationFailed]]:
    """Apply a wave side by side; returns those that were refused, in the wave's order."""

    def one(target: Target) -> OperationFailed | None:
        try:
            _apply(cluster, target, method)
        except OperationFailed as exc:
            return exc
        return None

    if len(wave) == 1:
        faults = [one(wave[0])]
    else:
        with ThreadPoolExecutor(min(WORKERS, len(wave))) as pool:
            faults = list(pool.map(one, wave))
    return [(target, fault) for target, fault in zip(wave, faults, strict=True) if fault]


def _apply(cluster: Cluster, target: Target, method: Method) -> None:
    try:
        if not target.ref.name:
            cluster.create(target.object)
        elif method.force_replace:
            _replace(cluster, target)
        elif method.server_side:
            cluster.apply(target.object, force=method.force_conflicts)
        else:
            _merge(cluster, target)
    except Conflict as exc:
        raise OperationFailed(
            f"conflict occurred while applying object {_gvk(target.ref)}: {exc}"
        ) from exc
    except APIError as exc:
        verb = "server-side apply failed for" if method.server_side else "cannot apply"
        raise OperationFailed(f"{verb} object {_gvk(target.ref)}: {exc}") from exc


def _replace(cluster: Cluster, target: Target) -> None:
    try:
        live = cluster.get(target.ref)
    except NotFound:
        cluster.create(target.object)
        return
    version = (live.get("metadata") or {}).get("resourceVersion")
    metadata = {**target.object["metadata"], "resourceVersion": version}
    cluster.replace({**target.object, "metadata": metadata})


def _merge(cluster: Cluster, target: Target) -> None:
    """Client-side apply: what changed since the last revision, merged into the live object."""
    from pyhelm.kube.patch import client_side_patch

    try:
        live = cluster.get(target.ref)
    except NotFound:
        cluster.create(target.object)
        return
    kind, patch = client_side_patch(target.before or live, target.object, live)
    if patch:
        cluster.patch(target.ref, patch, patch_type=kind)


def _gvk(ref: ObjectRef) -> str:
    """An object as Helm's apply errors name it: `ns/name apps/v1, Kind=Deployment`."""
    group, _, version = ref.api_version.rpartition("/")
    return f"{ref.namespace}/{ref.name} {group}/{version}, Kind={ref.kind}"
