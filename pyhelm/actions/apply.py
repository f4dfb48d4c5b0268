"""Bringing objects to the cluster: in waves by kind, side by side within a wave."""

from __future__ import annotations

from itertools import groupby

from pyhelm._typing import Iterator, Sequence
from pyhelm.actions.methods import Live, Method, apply_one
from pyhelm.actions.session import Progress, Session
from pyhelm.actions.targets import Target
from pyhelm.errors import OperationFailed, PartlyApplied
from pyhelm.kube.cluster import Cluster, ObjectRef
from pyhelm.kube.finding import listed
from pyhelm.kube.side_by_side import side_by_side


def apply_all(
    session: Session, targets: Sequence[Target], method: Method, *, between: str = "\n"
) -> None:
    """Apply objects in their order.

    Raises PartlyApplied naming all that the server refused, with `between` between them; as in
    Helm, one that is refused doesn't keep the others from being applied.
    """
    applied: list[ObjectRef] = []
    refused: list[OperationFailed] = []
    for kind, wave in waves(targets):
        session.reporter(Progress("apply", f"applying {len(wave)} {kind}"))
        faults = _apply_wave(session, wave, method)
        refused += [fault for _, fault in faults]
        missing = {target.ref for target, _ in faults}
        applied += [target.ref for target in wave if target.ref not in missing]
    if refused:
        text = between.join(str(fault) for fault in refused)
        raise PartlyApplied(text, tuple(applied)) from refused[0]


def waves(targets: Sequence[Target]) -> Iterator[tuple[str, list[Target]]]:
    """Objects of one kind that follow each other, which don't wait for each other."""
    for kind, group in groupby(targets, key=lambda target: target.ref.kind):
        yield kind, list(group)


def _apply_wave(
    session: Session, wave: Sequence[Target], method: Method
) -> list[tuple[Target, OperationFailed]]:
    """Apply a wave side by side; returns those that were refused, in the wave's order."""
    cluster = session.cluster
    live = live_of(cluster, wave, method)

    def one(target: Target) -> OperationFailed | None:
        try:
            session.fence()
            apply_one(cluster, target, method, live)
        except OperationFailed as exc:
            return exc
        return None

    faults = side_by_side(one, wave)
    return [(target, fault) for target, fault in zip(wave, faults, strict=True) if fault]


def live_of(cluster: Cluster, wave: Sequence[Target], method: Method) -> Live:
    """What one list tells of objects that need not be applied, or can't be without knowing."""
    if method.force_replace and not method.server_side:
        return {}
    on_server = method.server_side and not method.hand_over
    return listed(cluster, [t.ref for t in wave if t.ref.name and (t.unchanged or not on_server)])
