"""Installing a chart's `crds/` before it is rendered, as Helm does: made once, never changed."""

from __future__ import annotations

from pyhelm.actions.session import Progress, Session
from pyhelm.chart.model import Chart
from pyhelm.errors import AlreadyExists, APIError, OperationFailed
from pyhelm.kube import wait
from pyhelm.kube.cluster import ObjectRef
from pyhelm.release.manifest import objects

TIMEOUT = 60.0
"""Seconds until new CRDs must be established."""


def install(session: Session, chart: Chart) -> None:
    """Create the CRDs that aren't there, and wait until the server serves them.

    Raises OperationFailed naming the file, or WaitError.
    """
    made = []
    for file in chart.crds:
        for obj in objects(file.text):
            try:
                session.cluster.create(obj)
            except AlreadyExists:
                name = (obj.get("metadata") or {}).get("name")
                session.reporter(Progress("crds", f"CRD {name} is already present. Skipping."))
            except APIError as exc:
                raise OperationFailed(f"failed to install CRD {file.name}: {exc}") from exc
            else:
                made.append(ObjectRef.of(obj))
    if made:
        session.reporter(Progress("crds", f"waiting for {len(made)} CRDs"))
        wait.wait_established(session.cluster, made, timeout=TIMEOUT)
        session.cluster.refresh()
