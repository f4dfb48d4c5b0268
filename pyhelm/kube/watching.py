"""Follows a set of objects by watches, one for each kind and namespace, until somebody is content.

Each group has a thread that puts what it sees into one queue; the caller's thread reads it, so a
Ctrl-C reaches it at once. A group beyond `WATCHES`, or one that may not be watched, is polled.
"""

from __future__ import annotations

import contextlib
import queue
import threading

from pyhelm._dataclass import dataclass, field
from pyhelm._lazy import logger_of
from pyhelm._typing import Any, Iterable, Iterator
from pyhelm.errors import APIError, ClusterUnreachable, Gone, NotFound
from pyhelm.kube.cluster import Cluster, Object, ObjectRef

log = logger_of(__name__)

WATCHES = 16
WATCH_SECONDS = 10.0
"""How long one watch lasts; what it may have missed is looked up between two of them."""

POLL_SECONDS = 2.0
GET_EACH = 10
"""Up to that many objects of a kind are got one by one, more are listed."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """An object as it was seen; None when it is not there."""

    ref: ObjectRef
    object: Object | None


@dataclass(frozen=True, slots=True)
class Group:
    """Objects of one kind in one namespace."""

    api_version: str
    kind: str
    namespace: str
    refs: frozenset[ObjectRef]

    @property
    def field_selector(self) -> str:
        """What narrows a watch of one object."""
        if len(self.refs) > 1:
            return ""
        return f"metadata.name={next(iter(self.refs)).name}"


def groups_of(refs: Iterable[ObjectRef]) -> list[Group]:
    """The groups that watches are opened for."""
    found: dict[tuple[str, str, str], set[ObjectRef]] = {}
    for ref in refs:
        found.setdefault((ref.api_version, ref.kind, ref.namespace), set()).add(ref)
    return [Group(*key, frozenset(members)) for key, members in found.items()]


def look(cluster: Cluster, group: Group, *, metadata_only: bool = False) -> list[Sighting]:
    """A group's objects as they are now."""
    if len(group.refs) <= GET_EACH:
        return [_get(cluster, ref) for ref in group.refs]
    rows = cluster.list(group.api_version, group.kind, group.namespace, metadata_only=metadata_only)
    seen = {row["metadata"]["name"]: row for row in rows}
    return [Sighting(ref, seen.get(ref.name)) for ref in group.refs]


def _get(cluster: Cluster, ref: ObjectRef) -> Sighting:
    try:
        return Sighting(ref, cluster.get(ref))
    except NotFound:
        return Sighting(ref, None)


@dataclass(slots=True)
class Watcher:
    """The watches over some groups; use it as a context manager."""

    cluster: Cluster
    groups: list[Group]
    _queue: queue.SimpleQueue[Sighting | BaseException] = field(default_factory=queue.SimpleQueue)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _open: dict[Group, Any] = field(default_factory=dict)

    def __enter__(self) -> Watcher:
        for index, group in enumerate(self.groups):
            work = self._follow if index < WATCHES else self._poll
            if index <= WATCHES:
                members = [group] if index < WATCHES else self.groups[WATCHES:]
                threading.Thread(
                    target=self._guarded, args=(work, members), name="pyhelm-watch", daemon=True
                ).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stopped.set()
        for watch in list(self._open.values()):
            # A stream in this process can't be closed while its thread reads; it ends by itself.
            with contextlib.suppress(ValueError, RuntimeError, AttributeError):
                watch.close()

    def sightings(self, seconds: float) -> Iterator[Sighting]:
        """What was seen, waiting at most `seconds` for the first; raises what a watch failed by."""
        try:
            # Short waits, because on Windows a longer one would hold up Ctrl-C.
            item = self._queue.get(timeout=max(0.0, min(seconds, 0.25)))
            while True:
                if isinstance(item, BaseException):
                    raise item
                yield item
                item = self._queue.get_nowait()
        except queue.Empty:
            return

    def _guarded(self, work: Any, groups: list[Group]) -> None:
        """Run a thread's work; what it fails by is for the thread that waits."""
        try:
            work(groups)
        except Exception as exc:
            if not self._stopped.is_set():
                self._queue.put(exc)

    def _follow(self, groups: list[Group]) -> None:
        (group,) = groups
        failures = 0
        while not self._stopped.is_set():
            try:
                self._watch(group)
                failures = 0
            except Gone:
                log.debug("watch of %s expired, starting anew", group.kind)
            except ClusterUnreachable:
                failures += 1
                if failures > 3:
                    raise
                self._stopped.wait(failures)
            except APIError as exc:
                if exc.code >= 500:
                    log.debug("watch of %s broke off, starting anew: %s", group.kind, exc)
                    self._stopped.wait(1)
                    continue
                log.debug("%s can't be watched, polling: %s", group.kind, exc)
                self._poll(groups)

    def _watch(self, group: Group) -> None:
        """One watch. It begins with everything that is there, so nothing falls in between."""
        watch = self.cluster.watch(
            group.api_version,
            group.kind,
            group.namespace,
            field_selector=group.field_selector,
            timeout=WATCH_SECONDS,
        )
        self._open[group] = watch
        try:
            for sighting in look(self.cluster, group):
                self._queue.put(sighting)
            for event in watch:
                if self._stopped.is_set():
                    return
                self._see(group, event.type, event.object)
        finally:
            self._open.pop(group, None)

    def _see(self, group: Group, event: str, obj: Object) -> None:
        metadata = obj.get("metadata") or {}
        name = str(metadata.get("name") or "")
        ref = ObjectRef(group.api_version, group.kind, name, group.namespace)
        if event != "BOOKMARK" and ref in group.refs:
            self._queue.put(Sighting(ref, None if event == "DELETED" else obj))

    def _poll(self, groups: list[Group]) -> None:
        while not self._stopped.is_set():
            for group in groups:
                for sighting in look(self.cluster, group):
                    self._queue.put(sighting)
            self._stopped.wait(POLL_SECONDS)
