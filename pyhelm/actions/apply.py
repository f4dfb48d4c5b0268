"""Bringing objects to the cluster: in waves by kind, side by side within a wave."""

from __future__ import annotations

import time
from itertools import groupby

from pyhelm._dataclass import dataclass, field
from pyhelm._typing import Iterable, Iterator, Sequence
from pyhelm._yaml import to_json
from pyhelm.actions import ownership
from pyhelm.actions.session import Progress, Session
from pyhelm.actions.workers import side_by_side
from pyhelm.errors import APIError, Conflict, NotFound, OperationFailed, UsageError
from pyhelm.kube.cluster import Cluster, Object, ObjectRef, Propagation
from pyhelm.release.manifest import opened
from pyhelm.release.model import Manifest, Release

RETRIES = (0.01, 0.05, 0.25, 1.0)
"""Seconds before each further attempt at what another writer came in between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How objects are applied: server-side (`ssa`), or client-side by three-way merge (`csa`).

    `hand_over` makes server-side apply the owner of what client-side apply set before.
    """

    server_side: bool = True
    force_conflicts: bool = False
    force_replace: bool = False
    hand_over: bool = False

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


def check_method(method: Method) -> None:
    """Refuse ways of applying that contradict each other, in Helm's words; raises UsageError."""
    if method.force_conflicts and not method.server_side:
        raise UsageError(
            "invalid client update option(s): forceConflicts enabled when serverSideApply disabled"
        )
    if method.force_conflicts and method.force_replace:
        raise UsageError("invalid operation: cannot use force conflicts and force replace together")
    if method.server_side and method.force_replace:
        raise UsageError(
            "invalid operation: cannot use server-side apply and force replace together; "
            "add --server-side=false"
        )


def build(
    cluster: Cluster,
    manifests: Iterable[Manifest],
    namespace: str,
    *,
    what: str = "release manifest",
) -> list[Target]:
    """The objects of manifests, each with its namespace where its kind has one.

    Raises OperationFailed, in Helm's words, naming the template of an object that is none; `what`
    says what the manifests are.
    """
    found = []
    for manifest in manifests:
        for obj in opened(manifest.object):
            if not obj:
                continue
            try:
                found.append(_target(cluster, obj, namespace))
            except ValueError as exc:
                where = f" (from {manifest.source})" if manifest.source else ""
                text = f"unable to build kubernetes objects from {what}: {exc}{where}"
                raise OperationFailed(text) from exc
    return found


def _target(cluster: Cluster, obj: Object, namespace: str) -> Target:
    for key in ("apiVersion", "kind"):
        if not obj.get(key):
            raise ValueError(f'error validating "": error validating data: {key} not set')
    ref = ObjectRef.of(obj)
    metadata = obj.get("metadata") or {}
    for key in ("name", "namespace"):
        value = metadata.get(key)
        if not (value is None or isinstance(value, str)):
            shown = to_json(value)
            raise ValueError(f"metadata.{key} is {shown} where a string is needed; quote it")
    if ref.name and metadata.get("generateName"):
        raise ValueError("metadata.name and metadata.generateName cannot both be set")
    try:
        namespaced = cluster.namespaced(ref.api_version, ref.kind)
    except NotFound as exc:
        raise ValueError(
            f'resource mapping not found for name: "{ref.name}" namespace: "{ref.namespace}" '
            f'from "": {exc}'
        ) from exc
    if not namespaced:
        return Target(ObjectRef(ref.api_version, ref.kind, ref.name), obj)
    own = ref.namespace or namespace
    placed = {**obj, "metadata": {**metadata, "namespace": own}}
    return Target(ObjectRef(ref.api_version, ref.kind, ref.name, own), placed)


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

    def delete(ref: ObjectRef) -> str:
        try:
            session.cluster.delete(ref, propagation=propagation)
        except NotFound:
            return ""
        except APIError as exc:
            return (
                f"failed to delete resource namespace={ref.namespace}, name={ref.name}, "
                f"kind={ref.kind}: {exc}"
            )
        return ""

    faults: list[str] = []
    for _, group in groupby(refs, key=lambda ref: ref.kind):
        wave = list(group)
        for ref in wave:
            session.reporter(Progress("delete", f"deleting {ownership.shown(ref)}"))
        faults += filter(None, side_by_side(delete, wave))
    return faults


def delete_removed(
    session: Session, release: Release, old: Iterable[Target], new: Iterable[Target]
) -> list[str]:
    """Delete what the last revision had and this one has not.

    What is to be kept stays, and so does what another release has taken over since.
    """
    wanted = {_identity(target.ref) for target in new}
    gone = [target.ref for target in old if _identity(target.ref) not in wanted]
    live = ownership.existing(session.cluster, gone)
    return delete_all(
        session,
        [
            ref
            for ref, obj in live.items()
            if not ownership.is_kept(obj)
            and not ownership.is_anothers(obj, release.name, release.namespace)
        ],
    )


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

    faults = side_by_side(one, wave)
    return [(target, fault) for target, fault in zip(wave, faults, strict=True) if fault]


def _apply(cluster: Cluster, target: Target, method: Method) -> None:
    for pause in RETRIES:
        try:
            return _apply_once(cluster, target, method)
        except OperationFailed as exc:
            if not _is_passing(exc):
                raise
        time.sleep(pause)
    _apply_once(cluster, target, method)


def _is_passing(error: OperationFailed) -> bool:
    """Whether trying again helps: objects that are counted by the same quota race for it."""
    text = str(error)
    return (
        "Operation cannot be fulfilled on resourcequotas" in text
        and "the object has been modified" in text
    )


def _apply_once(cluster: Cluster, target: Target, method: Method) -> None:
    if not target.ref.name:
        _create(cluster, target)
    elif method.force_replace and not method.server_side:
        _replace(cluster, target)
    elif method.server_side:
        _apply_on_server(cluster, target, method)
    else:
        _merge(cluster, target)


def _apply_on_server(cluster: Cluster, target: Target, method: Method) -> None:
    try:
        if method.hand_over:
            _hand_over(cluster, target.ref)
        cluster.apply(target.object, force=method.force_conflicts)
    except Conflict as exc:
        raise OperationFailed(
            f"conflict occurred while applying object {_gvk(target.ref)}: {exc}"
        ) from exc
    except APIError as exc:
        raise OperationFailed(
            f"server-side apply failed for object {_gvk(target.ref)}: {exc}"
        ) from exc


def _hand_over(cluster: Cluster, ref: ObjectRef) -> None:
    """Make server-side apply the owner of the fields that client-side apply set."""
    from pyhelm.kube.managed_fields import upgrade_patch

    for pause in RETRIES:
        try:
            patch = upgrade_patch(cluster.get(ref))
            if patch:
                cluster.patch(ref, patch, patch_type="json")
        except NotFound:
            return
        except Conflict:
            time.sleep(pause)
        else:
            return


def _create(cluster: Cluster, target: Target) -> None:
    try:
        cluster.create(target.object)
    except APIError as exc:
        raise OperationFailed(f"failed to create resource: {exc}") from exc


def _replace(cluster: Cluster, target: Target) -> None:
    try:
        cluster.replace(target.object)
    except NotFound:
        _create(cluster, target)
    except APIError as exc:
        raise OperationFailed(f"failed to replace object: {exc}") from exc


def _merge(cluster: Cluster, target: Target) -> None:
    """Client-side apply: what changed since the last revision, merged into the live object."""
    from pyhelm.kube.patch import client_side_patch

    try:
        live = cluster.get(target.ref)
    except NotFound:
        return _create(cluster, target)
    kind, patch = client_side_patch(target.before or live, target.object, live)
    if not patch:
        return None
    try:
        cluster.patch(target.ref, patch, patch_type=kind)
    except APIError as exc:
        raise OperationFailed(
            f'cannot patch "{target.ref.name}" with kind {target.ref.kind}: {exc}'
        ) from exc
    return None


def _gvk(ref: ObjectRef) -> str:
    """An object as Helm's apply errors name it: `ns/name apps/v1, Kind=Deployment`."""
    group, _, version = ref.api_version.rpartition("/")
    return f"{ref.namespace}/{ref.name} {group}/{version}, Kind={ref.kind}"
