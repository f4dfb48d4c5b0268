"""What the server says to an operation's objects before any is changed (`--dry-run=server`)."""

from __future__ import annotations

from pyhelm._dataclass import replace
from pyhelm._lazy import logger_of
from pyhelm.actions import recreate
from pyhelm.actions.apply import live_of
from pyhelm.actions.methods import send
from pyhelm.actions.plan import Intent
from pyhelm.actions.session import Session
from pyhelm.actions.targets import Target, owned
from pyhelm.errors import APIError, Forbidden, NotFound, OperationFailed
from pyhelm.kube.immutable import immutable_fields
from pyhelm.kube.side_by_side import side_by_side

logger = logger_of(__name__)


def rehearse(session: Session, intent: Intent, *, create_namespace: bool = False) -> None:
    """Send all that would be applied with `dryRun=All`; nothing is changed.

    Raises OperationFailed with every refusal, but for what the operation itself brings first.
    Whoever may only read is warned that nothing could be found out.
    """
    release = intent.release
    method = replace(intent.method, dry_run=True)
    targets = owned(intent.new, release)
    live = live_of(session.cluster, targets, method)

    def one(target: Target) -> OperationFailed | None:
        try:
            send(session.cluster, target, method, live)
        except OperationFailed as exc:
            return exc
        return None

    coming = coming_of(intent, release.namespace if create_namespace else "")
    answers = zip(targets, side_by_side(one, targets), strict=True)
    refused = [
        (target, exc) for target, exc in answers if exc and not comes_later(exc, target, coming)
    ]
    _tell(refused, recreating=method.recreate_immutable)


def _tell(refused: list[tuple[Target, OperationFailed]], *, recreating: bool) -> None:
    unasked = [exc for _, exc in refused if isinstance(exc.__cause__, Forbidden)]
    if unasked:
        logger.warning(
            "%d objects were not tried, which may not be written: %s", len(unasked), unasked[0]
        )
    told = []
    for target, exc in refused:
        fields = immutable_fields(exc.__cause__)
        wanted = bool(fields) and recreate.is_wanted(target.object, asked=recreating)
        if exc not in unasked and not wanted:
            remedy = f"; {recreate.remedy(target.object, fields)}" if fields else ""
            told.append((f"{exc}{remedy}", exc))
    if told:
        raise OperationFailed("\n".join(text for text, _ in told)) from told[0][1]


def coming_of(intent: Intent, namespace: str) -> frozenset[tuple[str, str]]:
    """What an operation itself brings: namespaces, as `("", name)`, and kinds with their group."""
    found = {("", namespace)} if namespace else set()
    for target in (*intent.crds, *intent.new):
        spec = target.object.get("spec") or {}
        if target.ref.kind == "Namespace":
            found.add(("", target.ref.name))
        elif target.ref.kind == "CustomResourceDefinition":
            names = spec.get("names") or {}
            found.add((str(spec.get("group")), str(names.get("kind"))))
    return frozenset(found)


def comes_later(error: OperationFailed, target: Target, coming: frozenset[tuple[str, str]]) -> bool:
    """Whether what a dry run missed will be there, as far as that can be told."""
    cause = error.__cause__
    if isinstance(cause, APIError) and "does not support dry run" in str(cause):
        return True
    if not isinstance(cause, NotFound):
        return False
    details = cause.status.get("details") or {}
    if details.get("kind") == "namespaces":
        return ("", str(details.get("name"))) in coming
    return (target.ref.api_version.rpartition("/")[0], target.ref.kind) in coming
