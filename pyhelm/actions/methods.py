"""How one object is applied: by the server, by a merge of our own, or replaced as a whole."""

from __future__ import annotations

from pyhelm._dataclass import dataclass, replace
from pyhelm._lazy import lazy_pattern, logger_of
from pyhelm._typing import Mapping, TypeAlias
from pyhelm.actions import recreate
from pyhelm.actions.targets import Target
from pyhelm.errors import (
    APIError,
    Conflict,
    NotFound,
    OperationFailed,
    UsageError,
    WaitError,
)
from pyhelm.kube.cluster import Cluster, Object, ObjectRef
from pyhelm.kube.immutable import immutable_fields
from pyhelm.kube.retries import ATTEMPTS, after_race
from pyhelm.kube.settled import is_settled
from pyhelm.kube.side_by_side import pause

log = logger_of(__name__)

_QUOTED = lazy_pattern(r"&value\.valueUnstructured\{Value:.*?\}(?=$|\n|;)")

CREATING = "failed to create resource: "

Live: TypeAlias = Mapping[ObjectRef, Object | None]
"""What is known of objects as they are now, None where there is none; others are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How objects are applied: server-side (`ssa`), or client-side by three-way merge (`csa`).

    Where there are objects already, as in an upgrade, it is `updating`: then errors say of what is
    not there yet that it could not be created. `hand_over` makes server-side apply the owner of
    what client-side apply set before; `recreate_immutable` lets objects be deleted, `timeout`
    seconds at most, and created again;
    `dry_run` asks the server what it would store; without `validate` it is to say nothing of
    unknown fields.
    """

    server_side: bool = True
    force_conflicts: bool = False
    force_replace: bool = False
    updating: bool = False
    hand_over: bool = False
    recreate_immutable: bool = False
    timeout: float = 300
    dry_run: bool = False
    validate: bool = True

    @property
    def name(self) -> str:
        """As a record spells it."""
        return "ssa" if self.server_side else "csa"


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


def apply_one(cluster: Cluster, target: Target, method: Method, live: Live) -> None:
    """Apply an object; raises OperationFailed in Helm's words.

    One with a field that can't change is deleted and created again, where that is wanted.
    """
    ref = target.ref
    try:
        sent = send(cluster, target, method, live)
    except OperationFailed as exc:
        fields = immutable_fields(exc.__cause__)
        if not fields:
            raise
        if not recreate.is_wanted(target.object, asked=method.recreate_immutable):
            raise OperationFailed(f"{exc}; {recreate.remedy(target.object, fields)}") from exc
        _recreate(cluster, target, method, fields)
    else:
        about = {"kind": ref.kind, "namespace": ref.namespace, "name": ref.name}
        log.debug("applied" if sent else "nothing to apply", **about, method=method.name)


def _recreate(cluster: Cluster, target: Target, method: Method, fields: tuple[str, ...]) -> None:
    def create() -> None:
        send(cluster, target, method, {target.ref: None})

    ref, obj = target.ref, target.object
    try:
        recreate.recreate(cluster, ref, obj, fields, create, timeout=method.timeout)
    except (APIError, WaitError) as exc:
        raise OperationFailed(f"recreating {ref.kind} {ref.name} failed: {exc}") from exc


def send(cluster: Cluster, target: Target, method: Method, live: Live) -> Object | None:
    """Send an object to the server, once; returns what it stores, None where nothing had to go.

    Raises OperationFailed in Helm's words, caused by the APIError.
    """
    if not target.ref.name:
        return _create(cluster, target, method)
    if method.force_replace and not method.server_side:
        return _replace(cluster, target, method)
    if method.server_side:
        return _apply_on_server(cluster, target, method, live)
    return _merge(cluster, target, method, live)


def _now(cluster: Cluster, ref: ObjectRef, live: Live) -> Object | None:
    if ref in live:
        return live[ref]
    try:
        return cluster.get(ref)
    except NotFound:
        return None


def _apply_on_server(cluster: Cluster, target: Target, method: Method, live: Live) -> Object | None:
    now = live.get(target.ref)
    creating = CREATING if method.updating and _is_new(target, live) else ""
    if now is not None and is_settled(now, target.object):
        return None
    try:
        if method.hand_over and method.dry_run and now is not None and _hands_over(now):
            # Nothing can be handed over in a dry run: what was set before is merged as before.
            before = target.before or target.object
            return _merge(cluster, replace(target, before=before), method, live)
        if method.hand_over and not method.dry_run:
            _hand_over(cluster, target.ref, live)
        return cluster.apply(
            target.object,
            force=method.force_conflicts,
            dry_run=method.dry_run,
            validate=method.validate,
        )
    except Conflict as exc:
        raise OperationFailed(
            f"conflict occurred while applying object {_gvk(target.ref)}: {exc}{_way_out(exc)}"
        ) from exc
    except APIError as exc:
        raise OperationFailed(
            f"{creating}server-side apply failed for object {_gvk(target.ref)}: "
            f"{_words(exc, target.object)}"
        ) from exc


def _is_new(target: Target, live: Live) -> bool:
    """Whether an object is not there yet, as far as that is known without asking."""
    return live[target.ref] is None if target.ref in live else target.before is None


def _way_out(conflict: Conflict) -> str:
    """What to do about fields that another manager has set since."""
    causes = (conflict.status.get("details") or {}).get("causes") or ()
    owned = any(cause.get("reason") == "FieldManagerConflict" for cause in causes)
    return "; --force-conflicts takes these fields over" if owned else ""


def _words(error: APIError, obj: Object) -> str:
    """The server's words, without the values that it quotes of a Secret with a wrong type."""
    if obj.get("kind") != "Secret":
        return str(error)
    return _QUOTED.sub("a value of another type", str(error))


def _hands_over(now: Object) -> bool:
    from pyhelm.kube.managed_fields import upgrade_patch

    return bool(upgrade_patch(now))


def _hand_over(cluster: Cluster, ref: ObjectRef, live: Live) -> None:
    """Make server-side apply the owner of the fields that client-side apply set.

    Raises Conflict where others write the object all the time.
    """
    from pyhelm.kube.managed_fields import upgrade_patch

    for tries in range(1, ATTEMPTS + 1):
        now = _now(cluster, ref, live)
        patch = upgrade_patch(now) if now is not None else []
        if not patch:
            return
        try:
            cluster.patch(ref, patch, patch_type="json")
        except NotFound:
            return
        except Conflict:
            if tries == ATTEMPTS or not pause(after_race(tries)):
                raise
            live = {}
        else:
            return


def _create(cluster: Cluster, target: Target, method: Method) -> Object:
    try:
        return cluster.create(target.object, dry_run=method.dry_run, validate=method.validate)
    except APIError as exc:
        raise OperationFailed(f"{CREATING if method.updating else ''}{exc}") from exc


def _replace(cluster: Cluster, target: Target, method: Method) -> Object:
    try:
        return cluster.replace(target.object, dry_run=method.dry_run, validate=method.validate)
    except NotFound:
        return _create(cluster, target, method)
    except APIError as exc:
        raise OperationFailed(f"failed to replace object: {exc}") from exc


def _merge(cluster: Cluster, target: Target, method: Method, live: Live) -> Object | None:
    """Client-side apply: what changed since the last revision, merged into the live object."""
    from pyhelm.kube.patch import client_side_patch

    now = _now(cluster, target.ref, live)
    if now is None:
        return _create(cluster, target, method)
    kind, patch = client_side_patch(target.before or now, target.object, now)
    if not patch:
        return None
    try:
        return cluster.patch(
            target.ref,
            patch,
            patch_type=kind,
            dry_run=method.dry_run,
            validate=method.validate,
        )
    except APIError as exc:
        raise OperationFailed(
            f'cannot patch "{target.ref.name}" with kind {target.ref.kind}: {exc}'
        ) from exc


def _gvk(ref: ObjectRef) -> str:
    """An object as Helm's apply errors name it: `ns/name apps/v1, Kind=Deployment`."""
    group, _, version = ref.api_version.rpartition("/")
    return f"{ref.namespace}/{ref.name} {group}/{version}, Kind={ref.kind}"
