"""Waits until objects are ready, gone, established or done: Helm's `--wait`, by kstatus' rules.

Waiting ends early when nothing is in progress any more, and at once when a Job has failed or a
Deployment is past its progress deadline: neither comes back by itself (Helm waits for the others
first). The error names each object that is not ready and its state; events and logs explain it.
"""

from __future__ import annotations

import time

from pyhelm._dataclass import dataclass, field, replace
from pyhelm._typing import Callable, Iterable, Sequence
from pyhelm.errors import NotFound, WaitError
from pyhelm.kube.cluster import Cluster, Object, ObjectRef
from pyhelm.kube.explain import explained, pods_of
from pyhelm.kube.ready import (
    NOT_FOUND,
    ObjectStatus,
    hook_status,
    job_status,
    status_of,
    unschedulable,
)
from pyhelm.kube.waited import NOTHING, Enquire, Report, Told, Waited
from pyhelm.kube.watching import Sighting, Watcher, groups_of, look

Judge = Callable[[Object], ObjectStatus]
Clock = Callable[[], float]

DEFAULT_TIMEOUT = 30.0
"""Helm: a time-out of zero means this one (DefaultStatusWatcherTimeout)."""

EXPLAINED = 20
"""How many objects are looked up events for, when very many are not ready."""

LOOK_AGAIN = 2.0
"""Seconds until objects are judged again that time alone can change."""

SETTLED = frozenset(
    {
        ("rbac.authorization.k8s.io/v1", "ClusterRole"),
        ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
        ("rbac.authorization.k8s.io/v1", "Role"),
        ("rbac.authorization.k8s.io/v1", "RoleBinding"),
        ("scheduling.k8s.io/v1", "PriorityClass"),
        ("storage.k8s.io/v1", "StorageClass"),
        ("v1", "ConfigMap"),
        ("v1", "LimitRange"),
        ("v1", "Secret"),
        ("v1", "ServiceAccount"),
    }
)
"""Kinds that have no status: they are ready as soon as the server took them."""

FINAL = frozenset({("batch/v1", "Job"), ("apps/v1", "Deployment")})
"""Kinds whose failure is Kubernetes' last word; that of any other may pass."""


def wait_ready(
    cluster: Cluster,
    refs: Iterable[ObjectRef],
    *,
    timeout: float,
    wait_for_jobs: bool = False,
    report: Report = lambda pending: None,
    enquire: Enquire | None = None,
    clock: Clock = time.monotonic,
) -> None:
    """Wait until all are ready; raises WaitError with a line for each that is not.

    `report` is told the objects that are still waited for, and what `enquire` finds out about
    them. Jobs need to end only with `wait_for_jobs`, and paused Deployments are left out, both as
    in Helm.
    """
    wanted = [ref for ref in _placed(cluster, refs) if (ref.api_version, ref.kind) not in SETTLED]

    def judge(obj: Object) -> ObjectStatus:
        return _judged(cluster, obj, wait_for_jobs)

    _wait(_Wait(cluster, wanted, judge, timeout, report, clock, enquire))


def wait_hook(
    cluster: Cluster,
    ref: ObjectRef,
    *,
    timeout: float,
    report: Report = lambda pending: None,
    enquire: Enquire | None = None,
    clock: Clock = time.monotonic,
) -> None:
    """Wait until a hook's Job or Pod has succeeded; any other kind is ready at once.

    Raises WaitError when it failed or ran out of time.
    """
    if (ref.api_version, ref.kind) in (("batch/v1", "Job"), ("v1", "Pod")):
        refs = list(_placed(cluster, [ref]))
        _wait(_Wait(cluster, refs, hook_status, timeout, report, clock, enquire))


def wait_established(
    cluster: Cluster,
    refs: Iterable[ObjectRef],
    *,
    timeout: float,
    report: Report = lambda pending: None,
    clock: Clock = time.monotonic,
) -> None:
    """Wait until CustomResourceDefinitions are established and their kinds are served."""
    refs = list(refs)
    deadline = clock() + (timeout or DEFAULT_TIMEOUT)
    waiting = _Wait(cluster, refs, status_of, timeout, report, clock)
    _wait(waiting)
    cluster.refresh()
    kinds = [kind for obj in waiting.objects.values() if obj for kind in _served(obj)]
    while missing := [kind for kind in kinds if not _known(cluster, *kind)]:
        if clock() > deadline:
            lines = tuple(
                f"kind {kind} in {version} is not served yet" for version, kind in missing
            )
            raise _timed_out(lines)
        time.sleep(0.1)


def wait_deleted(
    cluster: Cluster,
    refs: Iterable[ObjectRef],
    *,
    timeout: float,
    report: Report = lambda pending: None,
    clock: Clock = time.monotonic,
) -> None:
    """Wait until none of the objects is there; raises WaitError with those that still are."""
    timeout = timeout or DEFAULT_TIMEOUT
    deadline = clock() + timeout
    pause, told = 0.05, None
    left = _present(cluster, _placed(cluster, refs))
    while left:
        waited = tuple(_still(sighting) for sighting in left)
        if waited != told:
            report(waited)
            told = waited
        if clock() >= deadline:
            raise _timed_out(tuple(_still_exists(*each) for each in zip(waited, left, strict=True)))
        time.sleep(pause)
        pause = min(pause * 1.5, 1.0)
        left = _present(cluster, [sighting.ref for sighting in left])
    if told:
        report(())


@dataclass(slots=True)
class _Wait:
    """One wait: what for, by which rule, and what was seen so far."""

    cluster: Cluster
    refs: Sequence[ObjectRef]
    judge: Judge
    timeout: float
    report: Report
    clock: Clock
    enquire: Enquire | None = None
    states: dict[ObjectRef, ObjectStatus] = field(default_factory=dict)
    objects: dict[ObjectRef, Object | None] = field(default_factory=dict)
    told: tuple[Waited, ...] = ()
    known: dict[ObjectRef, Told] = field(default_factory=dict)

    def see(self, sighting: Sighting) -> None:
        """Take note of an object's state."""
        ref, obj = sighting.ref, sighting.object
        self.objects[ref] = obj
        self.states[ref] = NOT_FOUND if obj is None else self.judge(obj)

    def settled(self) -> bool:
        """Whether no object is in progress any more; those that failed may be among them."""
        states = [self.states.get(ref, NOT_FOUND).state for ref in self.refs]
        return all(state in ("Current", "Failed") for state in states)

    def hopeless(self) -> bool:
        """Whether something failed that can't become ready any more."""
        return any(
            status.state == "Failed" and (ref.api_version, ref.kind) in FINAL
            for ref, status in self.states.items()
        )

    def over(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self.settled() or self.hopeless()

    def unready(self) -> list[ObjectRef]:
        """The objects that are not ready, in the caller's order."""
        return [ref for ref in self.refs if not self.states.get(ref, NOT_FOUND).ready]

    def tell(self, *, again: bool = False) -> None:
        """Report what is waited for, if that changed or is to be said again."""
        pending = tuple(self._waited(ref) for ref in self.unready())
        if again or pending != self.told:
            self.told = pending
            self.report(pending)

    def ask(self) -> None:
        """Find out more about what is not ready."""
        if self.enquire is not None:
            unready = {ref: self.objects.get(ref) for ref in self.unready()[:EXPLAINED]}
            self.known = dict(self.enquire(self.cluster, unready))

    def _waited(self, ref: ObjectRef) -> Waited:
        status = self.states.get(ref, NOT_FOUND)
        return Waited(ref, status.state, status.message, self.known.get(ref, NOTHING))


def _wait(wait: _Wait) -> None:
    wait.timeout = wait.timeout or DEFAULT_TIMEOUT
    deadline = wait.clock() + wait.timeout
    groups = groups_of(wait.refs)
    for group in groups:
        for sighting in look(wait.cluster, group):
            wait.see(sighting)
    wait.tell()
    if not wait.over():
        pending = set(wait.unready())
        with Watcher(wait.cluster, [group for group in groups if group.refs & pending]) as watcher:
            _follow(wait, watcher, deadline)
    if wait.unready():
        raise _not_ready(wait)


def _follow(wait: _Wait, watcher: Watcher, deadline: float) -> None:
    """Take sightings until nothing is in progress, or the time is over."""
    judged = wait.clock()
    while not wait.over() and wait.clock() < deadline:
        for sighting in watcher.sightings(deadline - wait.clock()):
            wait.see(sighting)
        if wait.clock() - judged >= LOOK_AGAIN:
            judged = wait.clock()
            for ref in wait.unready():
                wait.see(Sighting(ref, wait.objects.get(ref)))
            wait.ask()
            wait.tell(again=True)
        wait.tell()


def _judged(cluster: Cluster, obj: Object, wait_for_jobs: bool) -> ObjectStatus:
    kind = (str(obj.get("apiVersion")), str(obj.get("kind")))
    if kind == ("apps/v1", "Deployment") and (obj.get("spec") or {}).get("paused"):
        return ObjectStatus("Current", "Deployment is paused")
    if kind == ("batch/v1", "Job") and wait_for_jobs:
        return job_status(obj)
    status = status_of(obj)
    controls = kind in (("apps/v1", "StatefulSet"), ("apps/v1", "ReplicaSet"))
    if controls and status.state == "InProgress":
        return _by_pods(cluster, obj) or status
    return status


def _by_pods(cluster: Cluster, obj: Object) -> ObjectStatus | None:
    """Failed, when pods of a set have failed for good; a pod without a node may still get one."""
    failed = [
        pod
        for pod in pods_of(cluster, obj)
        if status_of(pod).state == "Failed" and not unschedulable(pod)
    ]
    return ObjectStatus("Failed", f"{len(failed)} pods have failed") if failed else None


def _placed(cluster: Cluster, refs: Iterable[ObjectRef]) -> Iterable[ObjectRef]:
    """The references with the namespace that their objects really have, each once."""
    found = {}
    for ref in refs:
        inside = cluster.namespaced(ref.api_version, ref.kind)
        found[replace(ref, namespace=(ref.namespace or cluster.namespace) if inside else "")] = True
    return found


def _present(cluster: Cluster, refs: Iterable[ObjectRef]) -> list[Sighting]:
    seen = [
        sighting
        for group in groups_of(refs)
        for sighting in look(cluster, group, metadata_only=True)
    ]
    return sorted((each for each in seen if each.object is not None), key=lambda each: each.ref)


def _still(sighting: Sighting) -> Waited:
    obj = sighting.object or {}
    if (obj.get("metadata") or {}).get("deletionTimestamp"):
        return Waited(sighting.ref, "Terminating", "Resource scheduled for deletion")
    status = status_of(obj)
    return Waited(sighting.ref, status.state, status.message)


def _still_exists(waited: Waited, sighting: Sighting) -> str:
    finalizers = ((sighting.object or {}).get("metadata") or {}).get("finalizers") or ()
    holding = f"; finalizers: {', '.join(finalizers)}" if finalizers else ""
    return (
        f"resource {waited.name} still exists. "
        f"status: {waited.state}, message: {waited.message}{holding}"
    )


def _served(definition: Object) -> list[tuple[str, str]]:
    """The versions and kind that a CustomResourceDefinition serves."""
    spec = definition.get("spec") or {}
    kind = str((spec.get("names") or {}).get("kind"))
    versions = spec.get("versions") or ()
    return [(f"{spec.get('group')}/{each['name']}", kind) for each in versions if each["served"]]


def _known(cluster: Cluster, api_version: str, kind: str) -> bool:
    try:
        cluster.namespaced(api_version, kind)
    except NotFound:
        return False
    return True


def _name(ref: ObjectRef) -> str:
    return f"{ref.kind}/{ref.namespace}/{ref.name}"


def _not_ready(wait: _Wait) -> WaitError:
    """Helm's lines; what explains them is kept beside."""
    lines, why = [], []
    for index, ref in enumerate(wait.unready()):
        status = wait.states.get(ref, NOT_FOUND)
        lines.append(
            f"resource {_name(ref)} not ready. status: {status.state}, message: {status.message}"
        )
        if index < EXPLAINED:
            more = explained(wait.cluster, ref, wait.objects.get(ref))
            why += [f"{_name(ref)}:", *(f"  {line}" for line in more)] if more else []
    if wait.over():
        return WaitError("\n".join(lines), tuple(lines), tuple(why))
    return _timed_out(tuple(lines), tuple(why))


def _timed_out(lines: tuple[str, ...], why: tuple[str, ...] = ()) -> WaitError:
    # Helm: Go's words for a time-out come last.
    return WaitError("\n".join([*lines, "context deadline exceeded"]), lines, why)
