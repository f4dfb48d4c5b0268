"""Bringing a chart's `crds/` before it is rendered; nothing ever deletes them.

Helm installs them, and never looks at them again. Here `--crds=apply` brings them up to date with
any operation, after showing what changes, and `--crds=create` makes those alone that are missing.
"""

from __future__ import annotations

from pyhelm._dataclass import replace
from pyhelm.actions import apply, ownership
from pyhelm.actions.methods import Method
from pyhelm.actions.options import ApplyOptions, CRDs
from pyhelm.actions.session import Progress, Session
from pyhelm.actions.shape import bare
from pyhelm.actions.targets import Target
from pyhelm.chart.model import Chart, File
from pyhelm.errors import AlreadyExists, APIError, NotFound, OperationFailed
from pyhelm.kube import wait
from pyhelm.kube.cluster import Object, ObjectRef
from pyhelm.release.manifest import objects

TIMEOUT = 60.0
"""Seconds until CRDs must be established."""


def bring(
    session: Session, chart: Chart, options: ApplyOptions, method: Method, *, upgrade: bool = False
) -> None:
    """Do with a chart's CRDs what the options say, and wait until the server serves them.

    Raises OperationFailed naming the file, or WaitError. In a dry run nothing is changed.
    """
    how = _how(options, upgrade)
    if how == "skip" or not chart.crds:
        return
    if how == "apply":
        method = replace(method, server_side=True, force_replace=False, hand_over=True)
        for file in chart.crds:
            _show(session, file)
    if options.dry_run == "none":
        install(session, chart, replace(method, server_side=False) if how == "create" else method)
    elif how != "apply":
        foretell(session)


def foretell(session: Session) -> None:
    """Say what a dry run that asks the server cannot know."""
    text = "This chart or one of its subcharts contains CRDs. Rendering may fail or contain"
    session.reporter(Progress("warning", f"{text} inaccuracies."))


def install(session: Session, chart: Chart, method: Method) -> None:
    """Apply the CRDs, file by file, and wait until the server serves them.

    Helm: server-side apply changes CRDs that are there; client-side, they stay as they are. Raises
    OperationFailed naming the file, or WaitError.
    """
    done = [ref for file in chart.crds for ref in _install(session, file, method)]
    if done:
        session.reporter(Progress("crds", f"waiting for {len(done)} CRDs"))
        wait.wait_established(session.cluster, done, timeout=TIMEOUT)
        session.cluster.refresh()


def planned(
    session: Session, chart: Chart, options: ApplyOptions, *, upgrade: bool = False
) -> list[Target]:
    """The CRDs that `bring` would apply."""
    how = _how(options, upgrade)
    found = [] if how == "skip" else targets(chart)
    if how == "create" or (not how and options.server_side == "false"):
        # Helm: client-side, CRDs that are there stay as they are.
        there = ownership.existing(session.cluster, [target.ref for target in found])
        found = [target for target in found if target.ref not in there]
    return found


def _how(options: ApplyOptions, upgrade: bool) -> CRDs:
    return "skip" if options.skip_crds or (upgrade and not options.crds) else options.crds


def targets(chart: Chart) -> list[Target]:
    """The CRDs of a chart and its subcharts, as an installation applies them."""
    return [
        Target(ObjectRef.of(obj), obj, source=file.name)
        for file in chart.crds
        for obj in objects(file.text)
    ]


def _install(session: Session, file: File, method: Method) -> list[ObjectRef]:
    found = _objects(file)
    try:
        if method.server_side:
            targets = [Target(ObjectRef.of(obj), obj) for obj in found]
            apply.apply_all(session, targets, method)
            return [target.ref for target in targets]
        return [ObjectRef.of(obj) for obj in found if _created(session, obj)]
    except (APIError, OperationFailed) as exc:
        raise OperationFailed(f"failed to install CRD {file.name}: {exc}") from exc


def _objects(file: File) -> list[Object]:
    found = objects(file.text)
    if not found:
        raise OperationFailed(f"failed to install CRD {file.name}: resources are empty")
    return found


def _created(session: Session, obj: Object) -> bool:
    try:
        session.cluster.create(obj)
    except AlreadyExists:
        name = ObjectRef.of(obj).name
        session.reporter(Progress("crds", f"CRD {name} is already present. Skipping."))
        return False
    return True


def _show(session: Session, file: File) -> None:
    """Tell how the server would store each CRD of a file differently from now."""
    for obj in _objects(file):
        name = ObjectRef.of(obj).name
        try:
            now = session.cluster.get(ObjectRef.of(obj))
            then = session.cluster.apply(obj, force=True, dry_run=True)
        except NotFound:
            session.reporter(Progress("crds", f"CRD {name} is new"))
            continue
        except APIError as exc:
            raise OperationFailed(f"failed to install CRD {file.name}: {exc}") from exc
        text = _difference(now, then)
        if text:
            session.reporter(Progress("crds", f"CRD {name} changes:", text=text))


def _difference(now: Object, then: Object) -> str:
    """A unified diff of what people wrote; empty when that is the same."""
    from difflib import unified_diff

    from pyhelm import _yaml

    one, other = (_yaml.dump(bare(obj)).splitlines() for obj in (now, then))
    return "\n".join(unified_diff(one, other, "in the cluster", "in the chart", lineterm=""))
