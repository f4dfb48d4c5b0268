"""A lease on a release: a Lease object beside its records, renewed for as long as work goes on.

Its holder is judged without comparing clocks: by its process where that is one of this machine,
else by the server's own times, else by whether the lease is renewed while we look, as client-go's
leader election does. Nobody who may not write leases needs one.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

from pyhelm._dataclass import dataclass
from pyhelm._lazy import logger_of
from pyhelm._typing import Any, Callable
from pyhelm.errors import (
    AlreadyExists,
    ClusterError,
    Conflict,
    NotFound,
    OperationInProgress,
)
from pyhelm.kube.cluster import Cluster, Object, ObjectRef
from pyhelm.kube.holder import Holder, holder_in, is_alive

log = logger_of(__name__)

API_VERSION = "coordination.k8s.io/v1"
DURATION = 30
"""Seconds without a renewal after which a holder counts as dead."""

RENEWAL = 5.0
"""Seconds between renewals: five may fail."""

UNSURE = 20.0
"""Seconds after which a holder that could not renew asks before it writes anything more."""

LOOK_AGAIN = 1.0


@dataclass(frozen=True, slots=True)
class Work:
    """What a lease is held for; `revision` is the one that is being made, 0 if none is."""

    release: str
    namespace: str
    operation: str
    revision: int = 0

    @property
    def ref(self) -> ObjectRef:
        """The Lease."""
        return ref_of(self.release, self.namespace)


@dataclass(frozen=True, slots=True)
class Lease:
    """A Lease as it was read."""

    object: Object
    holder: Holder
    work: Work

    @property
    def version(self) -> str:
        """Its resourceVersion, which every renewal changes."""
        return str(self.object["metadata"].get("resourceVersion") or "")

    @property
    def is_given_up(self) -> bool:
        """Whether its holder has ended without being able to say so in the record."""
        return not self._spec.get("holderIdentity")

    @property
    def duration(self) -> float:
        """Seconds that its holder asked for."""
        return float(self._spec.get("leaseDurationSeconds") or DURATION)

    @property
    def since(self) -> str:
        """When its holder began, by the holder's clock: `2026-01-31 12:00:00 UTC`."""
        text = str(self._spec.get("acquireTime") or "")
        return f"{text[:10]} {text[11:19]} UTC" if text else "an unknown time"

    @property
    def text(self) -> str:
        """For people: `upgrade to revision 3 by alice@ci-7 (pid 4711) since …`."""
        to = f" to revision {self.work.revision}" if self.work.revision else ""
        return f"{self.work.operation}{to} by {self.holder.text} since {self.since}"

    @property
    def who(self) -> str:
        """For people: `alice@ci-7 (pid 4711), at work since …`."""
        return f"{self.holder.text}, at work since {self.since}"

    @property
    def _spec(self) -> Any:
        return self.object.get("spec") or {}


def ref_of(release: str, namespace: str) -> ObjectRef:
    """The Lease of a release."""
    return ObjectRef(API_VERSION, "Lease", f"pyhelm.{release}", namespace)


def read(cluster: Cluster, release: str, namespace: str) -> Lease | None:
    """A release's lease, if there is one; raises APIError where it may not be read."""
    try:
        found = cluster.get(ref_of(release, namespace))
    except NotFound:
        return None
    notes = found["metadata"].get("annotations") or {}
    revision = str(notes.get("pyhelm/revision") or "0")
    operation = str(notes.get("pyhelm/operation") or "operation")
    work = Work(release, namespace, operation, int(revision) if revision.isdigit() else 0)
    return Lease(found, holder_in(notes), work)


def lives(
    cluster: Cluster,
    lease: Lease,
    me: Holder,
    *,
    told: Callable[[float], None] = lambda seconds: None,
) -> bool:
    """Whether a lease's holder is alive, which may take as long as the lease lasts.

    `told` is called with the seconds for which its next renewal will be waited for, if that is so.
    """
    alive = is_alive(lease.holder, me)
    if lease.is_given_up or alive is False:
        return False
    left = lease.duration - _age(cluster, lease)
    if alive and left > 0:
        return True
    if left > 0:
        told(left)
    while left > 0:
        time.sleep(min(LOOK_AGAIN, left))
        left -= LOOK_AGAIN
        now = read(cluster, lease.work.release, lease.work.namespace)
        if now is None or now.version != lease.version:
            return True
    return False


def _age(cluster: Cluster, lease: Lease) -> float:
    """Seconds since the last renewal by the server's clock; 0 when it doesn't tell."""
    times = [
        str(entry.get("time") or "")
        for entry in lease.object["metadata"].get("managedFields") or []
    ]
    if not any(times):
        return 0.0
    name = f"{lease.work.ref.name}.clock"
    probe = _object(lease.work, lease.holder)
    probe["metadata"]["name"] = name
    try:
        # Made for show: what the server would have made bears the time.
        shown = cluster.create(probe, dry_run=True)
    except ClusterError as exc:
        log.debug("the server's time can't be told: %s", exc)
        return 0.0
    now = _moment(str(shown["metadata"].get("creationTimestamp") or ""))
    then = _moment(max(times))
    return max(0.0, (now - then).total_seconds()) if now and then else 0.0


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


def acquire(cluster: Cluster, work: Work, me: Holder) -> Held | None:
    """Take a lease that nobody has; None when somebody has it. Raises APIError."""
    try:
        return Held(cluster, work, cluster.create(_object(work, me)))
    except AlreadyExists:
        return None


def take_over(cluster: Cluster, dead: Lease, work: Work, me: Holder) -> Held | None:
    """Take a dead holder's lease; None when somebody else was faster. Raises APIError."""
    obj = _object(work, me)
    obj["metadata"]["resourceVersion"] = dead.version
    transitions = (dead.object.get("spec") or {}).get("leaseTransitions") or 0
    obj["spec"]["leaseTransitions"] = transitions + 1
    try:
        return Held(cluster, work, cluster.replace(obj))
    except (Conflict, NotFound):
        return None


class Held:
    """A lease that this process holds: renewed by a thread until it is released."""

    def __init__(self, cluster: Cluster, work: Work, obj: Object) -> None:
        self.work = work
        self.unrecorded: set[int] = set()
        """The revisions whose last change could not be written to their records."""
        self._cluster = cluster
        self._object = obj
        self._lost = ""
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._renewed = _instant()
        threading.Thread(target=self._beat, name="pyhelm-lease", daemon=True).start()

    def check(self) -> None:
        """Raise OperationInProgress if the lease is lost: whoever has it works on the release.

        Called before each change. A process that slept for long asks before it goes on.
        """
        if not self._lost and _since(self._renewed) > UNSURE:
            self._renew()
        if self._lost:
            raise OperationInProgress(self._lost)

    def about(self, work: Work) -> None:
        """Hold it for another piece of work on the same release."""
        with self._lock:
            self.work = work
        self._renew()

    def release(self) -> None:
        """Give it up; one that can't be deleted now runs out by itself.

        It is left, without a holder, where the record still says that the work goes on.
        """
        self._stopped.set()
        with self._lock:
            if self._lost:
                return
            try:
                self._give_up()
            except Conflict:
                self._give_up_again()
            except NotFound:
                pass
            except ClusterError as exc:
                log.debug("lease %s is left behind: %s", self.work.ref.name, exc)

    def _give_up(self) -> None:
        if self.unrecorded:
            spec = {**self._object["spec"], "holderIdentity": ""}
            self._cluster.replace({**self._object, "spec": spec})
        else:
            version = self._object["metadata"]["resourceVersion"]
            self._cluster.delete(self.work.ref, version=version)

    def _give_up_again(self) -> None:
        """A renewal whose answer was lost has changed the lease, or somebody else has it."""
        try:
            now = self._own()
            if now is not None:
                self._object = now.object
                self._give_up()
        except ClusterError as exc:
            log.debug("lease %s is left behind: %s", self.work.ref.name, exc)

    def _beat(self) -> None:
        while not self._stopped.wait(RENEWAL) and not self._lost:
            self._renew()

    def _renew(self) -> None:
        with self._lock:
            if self._stopped.is_set() or self._lost:
                return
            try:
                self._put()
            except (Conflict, NotFound):
                self._look()
            except ClusterError as exc:
                log.debug("lease %s can't be renewed yet: %s", self.work.ref.name, exc)

    def _put(self) -> None:
        notes = {**self._object["metadata"]["annotations"], **_work_annotations(self.work)}
        metadata = {**self._object["metadata"], "annotations": notes}
        spec = {**self._object["spec"], "renewTime": _micro_time()}
        self._object = self._cluster.replace({**self._object, "metadata": metadata, "spec": spec})
        self._renewed = _instant()

    def _look(self) -> None:
        """See who has changed it: a renewal of our own whose answer was lost, or somebody else."""
        try:
            now = self._own()
            if now is not None:
                self._object = now.object
                self._put()
        except ClusterError as exc:
            log.debug("lease %s can't be renewed yet: %s", self.work.ref.name, exc)

    def _own(self) -> Lease | None:
        """The lease as it is now; None, and it is lost, when it isn't ours any more."""
        now = read(self._cluster, self.work.release, self.work.namespace)
        if now and now.holder.id == self._object["metadata"]["annotations"]["pyhelm/id"]:
            return now
        how = f"taken over ({now.text})" if now else "deleted"
        what = f"{self.work.operation} of {self.work.release}"
        self._lost = f"this {what} has stopped: its lease was {how}"
        return None


def _object(work: Work, me: Holder) -> Object:
    now = _micro_time()
    return {
        "apiVersion": API_VERSION,
        "kind": "Lease",
        "metadata": {
            "name": work.ref.name,
            "namespace": work.namespace,
            "labels": {"app.kubernetes.io/managed-by": "pyhelm", "name": work.release},
            "annotations": {**_work_annotations(work), **me.annotations()},
        },
        "spec": {
            "holderIdentity": f"{me.user}@{me.host}-{me.pid}-{me.id}",
            "leaseDurationSeconds": DURATION,
            "acquireTime": now,
            "renewTime": now,
            "leaseTransitions": 0,
        },
    }


def _work_annotations(work: Work) -> dict[str, str]:
    return {"pyhelm/operation": work.operation, "pyhelm/revision": str(work.revision)}


def _micro_time() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def _instant() -> tuple[float, float]:
    return time.monotonic(), time.time()


def _since(then: tuple[float, float]) -> float:
    """Seconds, those of a machine that slept included, which not every clock counts."""
    return max(now - past for now, past in zip(_instant(), then, strict=True))
