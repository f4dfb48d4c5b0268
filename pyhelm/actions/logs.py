"""What hooks and tests wrote: fetched before they are deleted, told to whoever listens."""

from __future__ import annotations

from pyhelm._typing import Iterable
from pyhelm.actions.session import Progress, Session
from pyhelm.errors import ClusterError, OperationFailed
from pyhelm.kube.cluster import Object, ObjectRef
from pyhelm.release.model import Hook


def output(session: Session, hook: Hook, namespace: str, outcome: str) -> None:
    """Show the logs of a hook's Job or Pod if `helm.sh/hook-output-log-policy` says so.

    What can't be had is a warning: whether the hook succeeded doesn't depend on it.
    """
    if outcome not in hook.output_log_policies or hook.kind not in ("Job", "Pod"):
        return
    try:
        for pod in _pods(session, hook, _namespace(hook, namespace)):
            for container in (pod.get("spec") or {}).get("containers") or ():
                _tell(session, "log", ObjectRef.of(pod, namespace), container)
    except ClusterError as exc:
        text = f"error outputting logs of hook {hook.name}: {exc}"
        session.reporter(Progress("warning", text))


def of_tests(session: Session, hooks: Iterable[Hook], namespace: str) -> None:
    """Show the logs of test Pods; raises OperationFailed naming each that can't be had."""
    faults: list[str] = []
    for hook in hooks:
        if hook.kind != "Pod":
            continue
        ref = ObjectRef("v1", "Pod", hook.name, namespace)
        try:
            spec = session.cluster.get(ref).get("spec") or {}
        except ClusterError as exc:
            raise OperationFailed(f"unable to get pod {hook.name}: {exc}") from exc
        for container in (*(spec.get("initContainers") or ()), *(spec.get("containers") or ())):
            try:
                _tell(session, "test", ref, container)
            except ClusterError as exc:
                where = f"pod {hook.name}, container {container['name']}"
                faults.append(f"unable to get logs for {where}: {exc}")
    if faults:
        raise OperationFailed("\n".join(faults))


def _pods(session: Session, hook: Hook, namespace: str) -> list[Object]:
    if hook.kind == "Job":
        labels = f"job-name={hook.name}"
        return session.cluster.list("v1", "Pod", namespace, label_selector=labels)
    return [session.cluster.get(ObjectRef("v1", "Pod", hook.name, namespace))]


def _namespace(hook: Hook, namespace: str) -> str:
    from pyhelm.release.manifest import objects

    metadata = next(iter(objects(hook.manifest)), {}).get("metadata") or {}
    return str(metadata.get("namespace") or namespace)


def _tell(session: Session, stage: str, pod: ObjectRef, container: Object) -> None:
    name = str(container["name"])
    text = session.cluster.logs(pod, container=name)
    session.reporter(Progress(stage, f"POD LOGS: {pod.name} ({name})", text=text))
