"""What an operation would do to each object: asked of the server in dry runs, nothing is changed.

Objects are applied with `dryRun=All` in the very way in which the operation would apply them, so
that defaults, webhooks and merges are the server's. What it can't answer (a kind or namespace that
isn't there yet, a webhook without dry runs) is shown from the manifests, with a note that says why.
"""

from __future__ import annotations

from pyhelm._dataclass import dataclass, replace
from pyhelm.actions import compare, deletion, depends, drift, ownership, recreate
from pyhelm.actions.methods import Live, Method, send
from pyhelm.actions.options import DiffOptions
from pyhelm.actions.plan import Action, Change, FieldDrift, Intent, Plan
from pyhelm.actions.rehearsal import comes_later, coming_of
from pyhelm.actions.seen import Seen, seen
from pyhelm.actions.session import Session
from pyhelm.actions.shape import as_created, bare, is_secret, masked, stored_secret
from pyhelm.actions.targets import Target, identity, owned
from pyhelm.errors import APIError, Conflict, OperationFailed
from pyhelm.kube.cluster import Cluster, Object
from pyhelm.kube.immutable import immutable_fields
from pyhelm.kube.patch import apply_json_merge_patch
from pyhelm.kube.side_by_side import side_by_side
from pyhelm.release.model import Release


def foresee(
    session: Session,
    intent: Intent,
    options: DiffOptions,
    *,
    take: bool = False,
    create_namespace: bool = False,
) -> Plan:
    """What an operation would do, in the order in which it would do it.

    `take` is `--take-ownership`. Raises ClusterUnreachable; what the server refuses is in the plan.
    """
    release = intent.release
    ordered = [target for stage in depends.stages(intent.new) for target in stage.targets]
    new = owned(ordered, release)
    targets = (*intent.crds, *new, *intent.old, *intent.left)
    live = seen(session.cluster, [target.ref for target in targets if target.ref.name])
    method = replace(intent.method, dry_run=True)
    coming = coming_of(intent, release.namespace if create_namespace else "")
    one = _Foreseer(session.cluster, release, intent.current, method, live, take, coming)
    changes = [
        *map(one.definition, intent.crds),
        *side_by_side(one.applied, new),
        *_removed(live, intent),
        *compare.hooks(intent.current, release, options),
    ]
    current = intent.current.version if intent.current else 0
    plan = Plan(release.name, release.namespace, current, release.version, tuple(changes))
    return told(plan, options)


def told(plan: Plan, options: DiffOptions) -> Plan:
    """The plan without secrets, and without what is in objects of kinds that are suppressed."""
    kinds = {kind.lower() for kind in options.suppress}
    found = (each if options.show_secrets else hidden(each) for each in plan.changes)
    changes = [_suppressed(each) if each.ref.kind.lower() in kinds else each for each in found]
    return replace(plan, changes=tuple(changes))


def _suppressed(change: Change) -> Change:
    """That an object changes, and nothing of how."""
    note = f"changes of a {change.ref.kind} are suppressed" if change.changes else ""
    return replace(change, before=None, after=None, note=note, drift=())


def hidden(change: Change) -> Change:
    """A change of a Secret without its values."""
    if not (is_secret(change.before) or is_secret(change.after)):
        return change
    before, after = masked(change.before, change.after)
    drifted = tuple(drift.hidden(each) for each in change.drift)
    return replace(change, before=before, after=after, drift=drifted)


@dataclass(frozen=True, slots=True)
class _Foreseer:
    """Foresees what applying one object would do."""

    cluster: Cluster
    release: Release
    current: Release | None
    method: Method
    seen: Seen
    take: bool
    coming: frozenset[tuple[str, str]]

    def applied(self, target: Target) -> Change:
        """The change that applying an object would be."""
        now = self.seen.get(target.ref)
        if isinstance(now, APIError):
            return self._change("change", target, None, note=f"it can't be read: {now}")
        if now is None:
            return self._created(target)
        change = self._changed(target, now)
        faults = self._foreign(target, now)
        if faults:
            note = "\n".join(filter(None, (faults, change.note)))
            change = replace(change, note=note, refused=True)
        return replace(change, drift=self._drift(target, now, change))

    def definition(self, target: Target) -> Change:
        """The change to a chart's CRD, which belongs to no release."""
        method = replace(self.method, server_side=True, force_replace=False, hand_over=True)
        change = replace(self, method=method, take=True).applied(target)
        if change.action != "adopt":
            return change
        same = change.before == change.after
        return replace(change, action="unchanged" if same else "change")

    def _drift(self, target: Target, now: Object, change: Change) -> tuple[FieldDrift, ...]:
        """What of an object is not as the last revision set it."""
        settled = target.unchanged and change.action == "unchanged" and self.method.server_side
        if self.current is None or target.before is None or settled:
            return ()
        found = drift.of_object(self.cluster, self.current, target.before, now)
        if change.action == "unchanged":
            # What is already as the new revision wants it, is only told where it stays otherwise.
            return tuple(each for each in found if each.stays)
        return found

    def _created(self, target: Target) -> Change:
        was = "it is missing, though the last revision has it" if target.before else ""
        try:
            stored = self._dry(target, None)
        except OperationFailed as exc:
            note = f"{_why(exc, target)}; shown as the chart has it"
            made = self._change("create", target, None, bare(target.object), note=note)
            return replace(made, refused=not comes_later(exc, target, self.coming))
        after = as_created(stored, target.object) if stored else bare(target.object)
        return self._change("create", target, None, after, note=was)

    def _changed(self, target: Target, now: Object) -> Change:
        action: Action = "change" if target.before is not None else "adopt"
        try:
            stored = self._dry(target, now) or now
        except OperationFailed as exc:
            return self._refused(action, target, now, exc)
        before, after = bare(now), bare(stored)
        if action == "change" and before == after:
            return self._change("unchanged", target, before, after)
        return self._change(action, target, before, after)

    def _foreign(self, target: Target, now: Object) -> str:
        """Why an object that is there may not be taken over."""
        if self.take or target.before is not None:
            return ""
        faults = ownership.ownership_faults(now, self.release.name, self.release.namespace)
        if not faults:
            return ""
        return (
            "exists and cannot be imported into the current release: invalid ownership metadata; "
            f"{'; '.join(faults)}; --take-ownership adopts it"
        )

    def _refused(self, action: Action, target: Target, now: Object, exc: OperationFailed) -> Change:
        """What can be said where the server refused the dry run."""
        fields = immutable_fields(exc.__cause__)
        if fields and recreate.is_wanted(target.object, asked=self.method.recreate_immutable):
            return self._replaced(target, now, fields)
        note = recreate.remedy(target.object, fields) if fields else _why(exc, target)
        if isinstance(exc.__cause__, Conflict) and not self.method.force_conflicts:
            forced = replace(self, method=replace(self.method, force_conflicts=True))
            change = forced._changed(target, now)
            return replace(change, action=action, note=note, refused=True)
        before, after = _manifests(target, now)
        note = f"{note}; shown is how the manifests differ"
        change = self._change(action, target, before, after, note=note)
        return replace(change, refused=not comes_later(exc, target, self.coming))

    def _replaced(self, target: Target, now: Object, fields: tuple[str, ...]) -> Change:
        note = f"{', '.join(fields)} can't change: deleted and created again"
        try:
            after = as_created(recreate.as_new(self.cluster, target.object), target.object)
        except APIError:
            before, after = _manifests(target, now)
            return self._change("replace", target, before, after, note=note)
        return self._change("replace", target, as_created(now, target.object), after, note=note)

    def _dry(self, target: Target, now: Object | None) -> Object | None:
        """The object as the server would store it; None where nothing would be sent."""
        live: Live = {target.ref: now} if target.ref.name else {}
        return send(self.cluster, target, self.method, live)

    def _change(
        self,
        action: Action,
        target: Target,
        before: Object | None,
        after: Object | None = None,
        *,
        note: str = "",
    ) -> Change:
        return Change(action, target.ref, before, after, target.source, note=note)


def _manifests(target: Target, now: Object) -> tuple[Object, Object]:
    """The object by the last manifest and the new one, or by what there is, where it is new."""
    wanted = stored_secret(bare(target.object))
    if target.before is None:
        merged: Object = apply_json_merge_patch(bare(now), wanted)
        return bare(now), merged
    annotations = wanted["metadata"]["annotations"]
    owner = annotations[ownership.RELEASE_NAME], annotations[ownership.RELEASE_NAMESPACE]
    return stored_secret(bare(ownership.owned(target.before, *owner))), wanted


def _why(error: OperationFailed, target: Target) -> str:
    """The server's words, but for Secrets, whose values it may repeat."""
    if not is_secret(target.object):
        return str(error)
    fields = immutable_fields(error.__cause__)
    said = f": {', '.join(fields)} can't change" if fields else ""
    code = error.__cause__.code if isinstance(error.__cause__, APIError) else 0
    return f"the server refused it with HTTP {code}{said}"


def _removed(seen: Seen, intent: Intent) -> list[Change]:
    """What becomes of objects that the new revision has not."""
    wanted = {identity(target.ref) for target in intent.new}
    had = {identity(target.ref) for target in intent.old}
    found = []
    for target in {each.ref: each for each in (*intent.left, *intent.old)}.values():
        now = seen.get(target.ref)
        if identity(target.ref) in wanted or now is None:
            continue
        if isinstance(now, APIError):
            found.append(Change("keep", target.ref, note=f"it can't be read: {now}"))
            continue
        why = deletion.why_kept(now, intent.release)
        if not why and identity(target.ref) not in had and not deletion.is_own(now, intent.release):
            continue
        action: Action = "keep" if why else "delete"
        before = bare(now)
        after = before if why else None
        found.append(Change(action, target.ref, before, after, target.source, note=why))
    return found
