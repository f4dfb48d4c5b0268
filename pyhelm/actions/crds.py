"""Installing a chart's `crds/` before it is rendered, as Helm does; nothing ever deletes them."""

from __future__ import annotations

from pyhelm.actions import apply
from pyhelm.actions.session import Progress, Session
from pyhelm.chart.model import Chart, File
from pyhelm.errors import AlreadyExists, APIError, OperationFailed
from pyhelm.kube import wait
from pyhelm.kube.cluster import Object, ObjectRef
from pyhelm.release.manifest import objects

TIMEOUT = 60.0
"""Seconds until CRDs must be established."""


def install(session: Session, chart: Chart, method: apply.Method) -> None:
    """Apply the CRDs, file by file, and wait until the server serves them.

    Helm: server-side apply changes CRDs that are there; client-side, they stay as they are. Raises
    OperationFailed naming the file, or WaitError.
    """
    done = [ref for file in chart.crds for ref in _install(session, file, method)]
    if done:
        session.reporter(Progress("crds", f"waiting for {len(done)} CRDs"))
        wait.wait_established(session.cluster, done, timeout=TIMEOUT)
        session.cluster.refresh()


def _install(session: Session, file: File, method: apply.Method) -> list[ObjectRef]:
    found = objects(file.text)
    if not found:
        raise OperationFailed(f"failed to install CRD {file.name}: resources are empty")
    try:
        if method.server_side:
            targets = [apply.Target(ObjectRef.of(obj), obj) for obj in found]
            apply.apply_all(session, targets, method)
            return [target.ref for target in targets]
        return [ObjectRef.of(obj) for obj in found if _created(session, obj)]
    except (APIError, OperationFailed) as exc:
        raise OperationFailed(f"failed to install CRD {file.name}: {exc}") from exc


def _created(session: Session, obj: Object) -> bool:
    try:
        session.cluster.create(obj)
    except AlreadyExists:
        name = ObjectRef.of(obj).name
        session.reporter(Progress("crds", f"CRD {name} is already present. Skipping."))
        return False
    return True
